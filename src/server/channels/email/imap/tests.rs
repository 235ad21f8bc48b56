//! Tests of fetching, against a server in the same process.

mod connecting;
mod failing;
mod reading;
mod waiting;

use std::{future::ready, pin::pin, time::Duration};

use futures::future::BoxFuture;
use tokio::sync::watch;

use super::{End, Failed, Follower, Inbox, Pace, Place, testing::Server};
use crate::{
    domain::Time,
    server::channels::email::credentials::{Imap, Security},
};

/// When the channel was made: 22 November 2026, 23:30 UTC.
const MADE: Time = Time(1_795_390_200 * Time::SECOND);

/// Nothing in these tests takes so long, unless it is asked to.
const PACE: Pace =
    Pace { patience: Duration::from_secs(20), idle: Duration::from_secs(20), poll: Duration::from_millis(5) };

/// What an inbox has.
#[derive(Debug, Default)]
struct Kept {
    place: Option<Place>,
    /// Each once, in the order in which they came.
    mails: Vec<Vec<u8>>,
    /// How many came, again or in vain too.
    came: usize,
    /// The one that cannot be kept.
    fails: Option<usize>,
    up_to_date: usize,
}

struct Desk(watch::Sender<Kept>);

impl Desk {
    /// At a validity and the identifier of the newest mail.
    fn at(validity: u32, uid: u32) -> Self {
        Self(watch::Sender::new(Kept { place: Some(Place { validity, uid }), ..Kept::default() }))
    }

    fn fresh() -> Self {
        Self(watch::Sender::new(Kept::default()))
    }

    fn look<T>(&self, look: impl FnOnce(&Kept) -> T) -> T {
        look(&self.0.borrow())
    }

    fn place(&self) -> Option<(u32, u32)> {
        self.look(|kept| kept.place.map(|place| (place.validity, place.uid)))
    }

    fn mails(&self) -> Vec<String> {
        let text = |mail: &Vec<u8>| String::from_utf8_lossy(mail).into_owned();
        self.look(|kept| kept.mails.iter().map(text).collect())
    }

    async fn until(&self, condition: impl FnMut(&Kept) -> bool) {
        let mut changes = self.0.subscribe();
        changes.wait_for(condition).await.expect("the inbox is there");
    }
}

impl Inbox for Desk {
    fn place(&self) -> BoxFuture<'_, Result<Option<Place>, Failed>> {
        let place = self.0.borrow().place;
        Box::pin(ready(Ok(place)))
    }

    fn keep<'a>(&'a self, raw: &'a [u8], place: Place) -> BoxFuture<'a, Result<(), Failed>> {
        let mut result = Ok(());
        self.0.send_modify(|kept| {
            kept.came += 1;
            if kept.fails == Some(kept.came) {
                result = Err(Failed("the disk is full".to_owned()));
                return;
            }
            if !kept.mails.iter().any(|mail| mail == raw) {
                kept.mails.push(raw.to_vec());
            }
            kept.place = Some(place);
        });
        Box::pin(ready(result))
    }

    fn begin(&self, place: Place) -> BoxFuture<'_, Result<Place, Failed>> {
        self.0.send_modify(|kept| kept.place = kept.place.or(Some(place)));
        let known = self.0.borrow().place.unwrap_or(place);
        Box::pin(ready(Ok(known)))
    }

    fn skip(&self, place: Place) -> BoxFuture<'_, Result<(), Failed>> {
        self.0.send_modify(|kept| kept.place = Some(place));
        Box::pin(ready(Ok(())))
    }

    fn up_to_date(&self) -> BoxFuture<'_, Result<(), Failed>> {
        self.0.send_modify(|kept| kept.up_to_date += 1);
        Box::pin(ready(Ok(())))
    }
}

fn follower(imap: &Imap) -> Follower<'_> {
    Follower { pace: PACE, ..Follower::new(imap, None, MADE) }
}

/// Follows over one connection until the script has come to its end, or the connection to its own.
async fn follow(follower: &mut Follower<'_>, desk: &Desk, script: impl Future<Output = ()>) -> End {
    let (stop, stopping) = watch::channel(());
    let mut following = pin!(follower.follow(desk, stopping));
    tokio::select! {
        end = &mut following => return end,
        () = script => {}
    }
    drop(stop);
    following.await
}

/// Follows until everything that is there has been kept.
async fn catch_up(follower: &mut Follower<'_>, desk: &Desk) {
    let before = desk.look(|kept| kept.up_to_date);
    let end = follow(follower, desk, desk.until(|kept| kept.up_to_date > before)).await;
    assert_eq!(end, End::Stopped);
}

/// Follows until the connection ends by itself.
async fn end_of(follower: &mut Follower<'_>, desk: &Desk) -> End {
    follow(follower, desk, std::future::pending()).await
}

/// A server with mails of these texts, numbered from 1.
async fn server_with(mails: &[&str]) -> Server {
    let server = Server::start(Security::None).await;
    server.change(|state| {
        for mail in mails {
            state.arrive(mail.as_bytes());
        }
    });
    server
}
