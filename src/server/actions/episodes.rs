//! Keeps what came of a conversation, with every change that has a part in it.

use std::collections::BTreeSet;

use crate::{
    domain::{Conversation, Day, Episode, Message, Status, Tally, Time},
    server::store::{StoreError, Tx, episodes, measured_days},
};

/// Takes a change of a conversation, with the messages that it added, into its episode, or begins the next.
pub async fn keep(
    tx: &mut Tx,
    was: Option<&Conversation>,
    now: &Conversation,
    said: &[&Message],
    at: Time,
) -> Result<(), StoreError> {
    if !Episode::is_touched(was, now, said) {
        return Ok(());
    }
    let last = match was {
        Some(_) => episodes::find_last(tx, now.id).await?,
        None => None,
    };
    let is_reopened = was.is_some_and(|was| was.status == Status::Resolved) && now.status != Status::Resolved;
    let mut episode = match &last {
        Some(last) if is_reopened => last.next(now, at),
        Some(last) => last.clone(),
        None => Episode::first(now),
    };
    episode.note(was, now, said, at);
    match last {
        Some(last) if last == episode => Ok(()),
        Some(last) if last.number == episode.number => {
            episodes::update(tx, &episode).await?;
            forget_taken_back(tx, &last, &episode).await
        }
        _ => episodes::insert(tx, &episode).await,
    }
}

/// What was counted and is not any more may lie in a day that is packed.
async fn forget_taken_back(tx: &mut Tx, was: &Episode, is: &Episode) -> Result<(), StoreError> {
    let counted: BTreeSet<Tally> = is.tallies().into_iter().collect();
    for tally in was.tallies().iter().filter(|tally| !counted.contains(tally)) {
        measured_days::forget(tx, Day::of(tally.at, 0)).await?;
    }
    Ok(())
}
