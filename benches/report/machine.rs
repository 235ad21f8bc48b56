//! What Linux says about the processes that are measured, and about the machine.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::error::{Context, Failure, Result};

/// The unit of `/proc`'s processor times (proc(5): `sysconf(_SC_CLK_TCK)`, which is 100 on every port of Linux).
const TICK: Duration = Duration::from_millis(10);

/// The processes that make up the system: the server, and PostgreSQL's if it is there.
#[derive(Debug, Clone, Copy)]
pub struct Processes {
    pub server: u32,
    pub postmaster: Option<u32>,
}

impl Processes {
    /// User and system time that all of them have used.
    fn cpu(self) -> Result<Duration> {
        let mut ticks = Stat::of(self.server)?.own;
        if let Some(postmaster) = self.postmaster {
            let stat = Stat::of(postmaster)?;
            // A backend that has ended lives on in what its parent has gathered.
            ticks += stat.own + stat.of_ended_children;
            ticks += children(postmaster)?.iter().map(|(_, stat)| stat.own).sum::<u32>();
        }
        Ok(TICK * ticks)
    }

    /// Proportional set size in bytes: memory that several processes share is counted once.
    pub fn memory(self) -> Result<u64> {
        let mut bytes = proportional_set_size(self.server)?;
        if let Some(postmaster) = self.postmaster {
            bytes += proportional_set_size(postmaster)?;
            for (child, _) in children(postmaster)? {
                // One that has just ended uses nothing.
                bytes += proportional_set_size(child).unwrap_or_default();
            }
        }
        Ok(bytes)
    }
}

/// The part of `/proc/PID/stat` that counts here.
struct Stat {
    parent: u32,
    own: u32,
    of_ended_children: u32,
}

impl Stat {
    fn of(process: u32) -> Result<Self> {
        let path = format!("/proc/{process}/stat");
        let text = fs::read_to_string(&path).context(format!("cannot read {path}"))?;
        Self::parse(&text).context(format!("{path} has another shape than expected"))
    }

    /// The name stands in brackets and may hold anything, so the fields are counted from its end: the first after it
    /// is the third of proc(5).
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |place: usize| fields.get(place - 3)?.parse::<u32>().ok();
        Some(Self {
            parent: number(4)?,
            own: number(14)? + number(15)?,
            of_ended_children: number(16)? + number(17)?,
        })
    }
}

/// The process that started another one.
pub fn parent(process: u32) -> Result<u32> {
    Ok(Stat::of(process)?.parent)
}

fn children(parent: u32) -> Result<Vec<(u32, Stat)>> {
    let entries = fs::read_dir("/proc").context("cannot read /proc")?;
    Ok(entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, Stat::of(process).ok()?)))
        .filter(|(_, stat)| stat.parent == parent)
        .collect())
}

fn proportional_set_size(process: u32) -> Result<u64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = fs::read_to_string(&path).context(format!("cannot read {path}"))?;
    let kibibytes = text.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB"));
    let kibibytes: u64 =
        kibibytes.and_then(|text| text.parse().ok()).context(format!("{path} has no Pss"))?;
    Ok(kibibytes * 1024)
}

/// All ticks of all processors, and those that the host has taken away.
fn ticks() -> Result<(u64, u64)> {
    let text = fs::read_to_string("/proc/stat").context("cannot read /proc/stat")?;
    let line = text.lines().next().and_then(|line| line.strip_prefix("cpu "));
    let line = line.ok_or_else(|| Failure::new("/proc/stat has no line for all processors"))?;
    let numbers: Vec<u64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    // The guests' times at the end are part of the first two.
    Ok((numbers.iter().take(8).sum(), numbers.get(7).copied().unwrap_or_default()))
}

/// What a stretch of time has cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub cpu: Duration,
    pub wall: Duration,
    /// The share of processor time that the host took away, from 0 to 1.
    pub steal: f64,
}

/// Measures from its making to [`Meter::read`].
pub struct Meter {
    processes: Processes,
    cpu: Duration,
    ticks: (u64, u64),
    begin: Instant,
}

impl Meter {
    pub fn start(processes: Processes) -> Result<Self> {
        Ok(Self { processes, cpu: processes.cpu()?, ticks: ticks()?, begin: Instant::now() })
    }

    pub fn read(&self) -> Result<Cost> {
        let wall = self.begin.elapsed();
        let (all, stolen) = ticks()?;
        let all = all.saturating_sub(self.ticks.0).max(1);
        let stolen = stolen.saturating_sub(self.ticks.1);
        Ok(Cost {
            cpu: self.processes.cpu()?.saturating_sub(self.cpu),
            wall,
            steal: precise(stolen) / precise(all),
        })
    }
}

/// Counts here are far below 2^53, up to which every whole number is a float.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub const fn precise(count: u64) -> f64 {
    count as f64
}
