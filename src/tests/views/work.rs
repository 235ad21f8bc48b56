//! A workplace with people, customers and tags, and what happens in it at random.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;
use uuid::Uuid;

use super::tag;
use crate::{
    domain::{
        BulkAction, Conversation, ConversationId, Listing, Page, PageKey, Priority, Queue, Role, TagId, Time,
    },
    server::{clock::new_id, jobs::runner::drain},
    tests::{
        gateway::{Gateway, tell, text},
        kit::{Actor, TestApp, Visitor},
    },
};

const NAMES: [&str; 6] = ["Vera", "Zoë", "ÅSA 50%", "Bert_", "Vera Ångström", "\\o/"];

pub struct World {
    pub app: TestApp,
    /// The last is a supervisor, who sees everything.
    pub people: Vec<Actor>,
    pub tags: Vec<TagId>,
    visitors: Vec<Visitor>,
    ids: Vec<ConversationId>,
    pub runner: TestRunner,
}

impl World {
    /// So many customers have written, some of them from phones.
    pub async fn new(app: TestApp, customers: usize) -> Self {
        let people = vec![
            app.operator("Ann").await,
            app.person("Nina", Role::Operator, &[app.sales]).await,
            app.person("Sam", Role::Supervisor, &[]).await,
        ];
        let mut tags = Vec::new();
        for name in ["Delivery", "Refund", "VIP"] {
            tags.push(tag(&app, name).await.id);
        }
        Gateway::start().await.connect(&app, "sms", "+15550100", "webhook").await;
        let visitors: Vec<Visitor> = (0..customers).map(|_| app.visitor()).collect();
        let mut ids = Vec::new();
        for (place, visitor) in visitors.iter().enumerate() {
            app.clock.advance(7 * Time::SECOND);
            let id = new_id::<Uuid>();
            let name = NAMES[place % NAMES.len()];
            let message = json!({ "client_msg_id": id, "body": "Hello", "name": name });
            let answer = visitor.post("messages", message).await.ok();
            ids.push(serde_json::from_value(answer["conversation"]["id"].clone()).expect("an id"));
        }
        for place in 0..3 {
            app.clock.advance(7 * Time::SECOND);
            let from = format!("+1415555012{place}");
            tell(&app, "sms", &text(&new_id::<Uuid>().to_string(), &from, "+15550100", "Hello")).await.ok();
            drain(&app).await;
        }
        let mut world = Self { app, people, tags, visitors, ids, runner: TestRunner::deterministic() };
        world.ids = world.everything().await.iter().map(|conversation| conversation.id).collect();
        world
    }

    /// Something happens. What is refused is part of it.
    pub async fn deed(&mut self) {
        let choice = (0..self.visitors.len(), 0..self.ids.len(), 0..self.people.len(), 0..14_usize);
        let (visitor, place, person, deed) = choice.new_tree(&mut self.runner).expect("a deed").current();
        self.app.clock.advance(20 * Time::SECOND);
        let (id, actor) = (self.ids[place], &self.people[person]);
        let now = self.app.clock.now();
        let tag = self.tags[place % self.tags.len()];
        let bulk = |action: BulkAction| async move { drop(actor.handle(&[id], &action).await) };
        match deed {
            0 | 1 => {
                let id = self.visitors[visitor].say("More").await;
                if !self.ids.contains(&id) {
                    self.ids.push(id);
                }
            }
            2 | 3 => drop(actor.reply(id, "An answer", i64::MAX).await),
            4 => drop(actor.act("claim", id).await),
            5 => drop(actor.act("release", id).await),
            6 => drop(actor.act("resolve", id).await),
            7 => drop(actor.act("reopen", id).await),
            8 => bulk(BulkAction::Snooze(now.plus(2 * Time::MINUTE))).await,
            9 => bulk(BulkAction::Wake).await,
            10 => bulk(BulkAction::Tag { add: [tag].into(), remove: [].into() }).await,
            11 => bulk(BulkAction::Tag { add: [].into(), remove: [tag].into() }).await,
            12 => {
                let priority = Priority::ALL[visitor % Priority::ALL.len()];
                bulk(BulkAction::Prioritise(priority)).await;
            }
            // What is due wakes.
            _ => drain(&self.app).await,
        }
    }

    /// All conversations, as they are.
    pub async fn everything(&self) -> Vec<Conversation> {
        let supervisor = self.people.last().expect("somebody");
        pages(supervisor, &Queue::All.into(), None).await
    }
}

/// A whole list, page by page, its filter read at a time; none: now.
pub async fn pages(actor: &Actor, listing: &Listing, at: Option<Time>) -> Vec<Conversation> {
    let mut all = Vec::new();
    let (mut from, mut at): (Option<PageKey>, Option<Time>) = (None, at);
    loop {
        let arguments = json!({ "queue": listing.queue, "filter": listing.filter, "from": from, "at": at });
        let page: Page =
            serde_json::from_value(actor.call("list_conversations", arguments).await.ok()).expect("a page");
        all.extend(page.rows.into_iter().map(|row| row.conversation));
        at = Some(page.now);
        from = page.next;
        if from.is_none() {
            return all;
        }
    }
}

/// One of these.
pub fn pick<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}
