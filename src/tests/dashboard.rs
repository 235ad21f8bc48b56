//! The dashboard: its numbers are those of the lists, by whatever way things happened.

mod golden;
mod kept;
mod pages;

use serde_json::json;

use super::{
    kit::{Actor, TestApp},
    update_settings,
};
use crate::{
    domain::{Board, Bot, BotKind, Day, Episode, Range, Report, Tally, Time},
    server::{
        clock::new_id,
        store::{
            bots::{self, ConfiguredBot, Settings},
            episodes,
        },
    },
};

/// An app of ours that answers the test's live chat first.
async fn employ_bot(app: &TestApp) -> Bot {
    let bot = Bot { id: new_id(), kind: BotKind::Api, name: "Fern".into(), enabled: true };
    let settings = Settings::default();
    let configured = ConfiguredBot { bot: bot.clone(), settings, secret: None, created_at: app.clock.now() };
    let mut tx = app.tx().await;
    bots::insert(&mut tx, &configured).await.expect("a bot");
    tx.commit().await.expect("a commit");
    update_settings(app, app.channel, |settings| settings.bot = Some(bot.id)).await;
    bot
}

async fn dismiss_bot(app: &TestApp) {
    update_settings(app, app.channel, |settings| settings.bot = None).await;
}

async fn board(actor: &Actor) -> Board {
    serde_json::from_value(actor.call("load_board", json!({})).await.ok()).expect("a board")
}

async fn report(actor: &Actor, range: Range, minutes_east: i64) -> Report {
    let asked = json!({ "range": range, "minutes_east": minutes_east });
    serde_json::from_value(actor.call("load_report", asked).await.ok()).expect("a report")
}

/// So many days, the first that of a time.
fn days(since: Time, count: i64) -> Range {
    let first = Day::of(since, 0);
    Range::Between { first, last: first.plus(count - 1) }
}

/// Everything that is counted, in order.
async fn tallies(app: &TestApp) -> Vec<Tally> {
    let mut conn = app.db.conn().await.expect("a connection");
    let all = episodes::list_between(&mut conn, Time(0), Time(i64::MAX)).await.expect("read");
    let mut tallies: Vec<Tally> = all.iter().flat_map(Episode::tallies).collect();
    tallies.sort_unstable();
    tallies
}

/// The same numbers, whenever they were read.
fn same(one: &Board, other: &Board) -> bool {
    let mut one = one.clone();
    (one.now, one.as_of) = (other.now, other.as_of.clone());
    one == *other
}
