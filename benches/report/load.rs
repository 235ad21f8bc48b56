//! Many requests, one after the other on each of several connections, and what they have cost.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use futures::future::try_join_all;

use crate::{
    Stage,
    error::Result,
    http::Connection,
    machine::{Cost, Meter, precise},
    server::Server,
};

const REFERENCE: Duration = Duration::from_secs(1);

/// What a load was.
pub struct Done {
    pub operations: u64,
    /// From sending a request to having read the whole answer, sorted.
    latencies: Vec<Duration>,
    pub cost: Cost,
}

impl Done {
    pub fn of(mut latencies: Vec<Duration>, cost: Cost) -> Self {
        latencies.sort_unstable();
        Self { operations: latencies.len() as u64, latencies, cost }
    }

    /// The server's processor time for one operation, in milliseconds.
    pub fn cpu_ms(&self) -> f64 {
        millis(self.cost.cpu) / precise(self.operations.max(1))
    }

    /// The figures that every load is reported with.
    pub fn figures(&self) -> Vec<(String, f64)> {
        vec![
            ("operations".to_owned(), precise(self.operations)),
            ("cpu ms".to_owned(), self.cpu_ms()),
            ("per s".to_owned(), precise(self.operations) / self.cost.wall.as_secs_f64()),
            ("p50 ms".to_owned(), millis(self.percentile(50))),
            ("p99 ms".to_owned(), millis(self.percentile(99))),
            ("steal %".to_owned(), self.cost.steal * 100.0),
        ]
    }

    pub fn percentile(&self, hundredths: usize) -> Duration {
        let place = (self.latencies.len() * hundredths / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).copied().unwrap_or_default()
    }
}

pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Lets so many clients send, each as soon as it has its last answer, for so long. `make` gives the request with a
/// number, counted over all clients.
pub async fn run(
    server: &Server,
    clients: usize,
    lasts: Duration,
    make: impl Fn(usize) -> Vec<u8>,
) -> Result<Done> {
    let mut connections = Vec::new();
    for _ in 0..clients {
        connections.push(Connection::open(server.address).await?);
    }
    let number = Cell::new(0);
    let latencies = RefCell::new(Vec::new());
    let meter = Meter::start(server.processes)?;
    let end = Instant::now() + lasts;
    try_join_all(connections.into_iter().map(async |mut connection| {
        while Instant::now() < end {
            let request = make(number.replace(number.get() + 1));
            let begin = Instant::now();
            connection.ask(&request).await?;
            latencies.borrow_mut().push(begin.elapsed());
        }
        Result::Ok(())
    }))
    .await?;
    let cost = meter.read()?;
    Ok(Done::of(latencies.into_inner(), cost))
}

/// The same, and then waits for the jobs that the requests have left behind, which are part of the cost: so "per s" is
/// how many were done to their end. With it, how many were answered in a second.
pub async fn run_to_the_end(
    stage: &Stage,
    clients: usize,
    lasts: Duration,
    make: impl Fn(usize) -> Vec<u8>,
) -> Result<(Done, f64)> {
    let meter = Meter::start(stage.server.processes)?;
    let answered = run(&stage.server, clients, lasts, make).await?;
    stage.copy.until_idle().await?;
    let answers_per_s = precise(answered.operations) / answered.cost.wall.as_secs_f64();
    Ok((Done { cost: meter.read()?, ..answered }, answers_per_s))
}

/// The figures of a load that has just been, beside those of the same number of clients with next to no work behind
/// their requests: what HTTP alone costs, here and now. The ratio can be compared between machines and hours.
pub async fn compare(server: &Server, clients: usize, done: &Done) -> Result<Vec<(String, f64)>> {
    let request = crate::http::request("GET", "/healthz", &[], "");
    let reference = run(server, clients, REFERENCE, |_| request.clone()).await?.cpu_ms();
    let mut figures = done.figures();
    figures.push(("healthz cpu ms".to_owned(), reference));
    figures.push(("ratio".to_owned(), done.cpu_ms() / reference));
    Ok(figures)
}
