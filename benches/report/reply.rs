//! B2: an operator answers.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    time::{Duration, Instant},
};

use live_operator::domain::{ConversationId, DeliveryState, Message};

use crate::{
    Setting, Stage,
    error::{Context, Failure, Result},
    gateway::{Gateway, Taken},
    hooks::{self, Provider as _},
    http::Connection,
    ingest::{CLIENTS, OPEN, WARM_UP, counted},
    load::{self, Done, millis},
    numbered,
    people::{Operator, Visitor, while_one_listens},
    report::Report,
    seed,
    sms::{self, Webhook},
};

/// The length of a reply in a live chat, in bytes.
const LENGTH: usize = 275;
const GOAL: &str = "≤ 0.6 ms CPU";

/// To visitors who have gone and left no address: the reply is stored, and waits for them.
pub async fn run_chat(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, setting.options.conversations()).await?;
        let visitors = Visitor::welcome(&stage.server, OPEN).await?;
        let conversations = visitors.iter().map(|visitor| visitor.conversation).collect();
        let replies = Replies::begin(&stage, conversations, LENGTH).await?;
        let answering = answer_in_chats(setting, &stage, &replies, &mut report);
        while_one_listens(&stage.server, answering).await?;
        replies.stored(&stage).await?;
        setting.strike(stage).await?;
    }
    report.print("an operator answers in a live chat", GOAL);
    Ok(())
}

async fn answer_in_chats(
    setting: &Setting<'_>,
    stage: &Stage,
    replies: &Replies,
    report: &mut Report,
) -> Result {
    for clients in CLIENTS {
        load::run(&stage.server, clients, WARM_UP, |_| replies.next_request()).await?;
        let done =
            load::run(&stage.server, clients, setting.options.lasts, |_| replies.next_request()).await?;
        let figures = load::compare(&stage.server, clients, &done).await?;
        report.add(stage.row("B2-chat", counted(clients), figures));
    }
    Ok(())
}

/// Until the provider has it.
pub async fn run_sms(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, setting.options.conversations()).await?;
        let gateway = Gateway::open().await?;
        let webhook = Webhook::connect(setting, &stage, &gateway.url)?;
        let conversations = hooks::welcome(&stage, &webhook).await?;
        let replies = Replies::begin(&stage, conversations, sms::LENGTH).await?;
        let answering = answer_by_sms(setting, &stage, &replies, &gateway, &mut report);
        while_one_listens(&stage.server, answering).await?;
        expect_in_ledger(&replies.stored(&stage).await?, &gateway.ledger())?;
        setting.strike(stage).await?;
    }
    let title = "an operator answers by SMS: cpu and per s until it is known that the provider has it, p50 and p99 \
                 until the provider has it";
    report.print(title, GOAL);
    Ok(())
}

async fn answer_by_sms(
    setting: &Setting<'_>,
    stage: &Stage,
    replies: &Replies,
    gateway: &Gateway,
    report: &mut Report,
) -> Result {
    for clients in CLIENTS {
        load::run_to_the_end(stage, clients, WARM_UP, |_| replies.next_request()).await?;
        let before = gateway.ledger().len();
        let lasts = setting.options.lasts;
        let (answered, answers_per_s) =
            load::run_to_the_end(stage, clients, lasts, |_| replies.next_request()).await?;
        let arrived = Done::of(replies.ways(&gateway.ledger()[before..])?, answered.cost);
        let mut figures = load::compare(&stage.server, clients, &arrived).await?;
        figures.extend([
            ("answers per s".to_owned(), answers_per_s),
            ("answer p50 ms".to_owned(), millis(answered.percentile(50))),
            ("answer p99 ms".to_owned(), millis(answered.percentile(99))),
        ]);
        report.add(stage.row("B2-sms", counted(clients), figures));
    }
    Ok(())
}

/// An operator who answers in conversations of their own, in turn.
struct Replies {
    operator: Operator,
    conversations: Vec<ConversationId>,
    /// Bytes of each.
    length: usize,
    /// When each was sent: a reply's number is its place here.
    sent: RefCell<Vec<Instant>>,
}

impl Replies {
    /// Answers in each conversation once, which makes it the operator's own.
    async fn begin(stage: &Stage, conversations: Vec<ConversationId>, length: usize) -> Result<Self> {
        let operator = Operator::sign_in(&stage.server, seed::OPERATOR).await?;
        let replies = Self { operator, conversations, length, sent: RefCell::default() };
        let mut connection = Connection::open(stage.server.address).await?;
        for _ in &replies.conversations {
            connection.ask(&replies.next_request()).await?;
        }
        stage.copy.until_idle().await?;
        Ok(replies)
    }

    /// The request with the next reply, which is about to be sent.
    fn next_request(&self) -> Vec<u8> {
        let mut sent = self.sent.borrow_mut();
        let number = sent.len();
        sent.push(Instant::now());
        let conversation = self.conversations[number % self.conversations.len()];
        self.operator.reply_request(conversation, &numbered::text(number, self.length))
    }

    /// How long each of these was on its way to the provider.
    fn ways(&self, taken: &[Taken]) -> Result<Vec<Duration>> {
        let sent = self.sent.borrow();
        let way = |taken: &Taken| -> Result<Duration> {
            let begin = sent.get(numbered::number_in(&taken.text)?);
            let begin = begin.context(format!("nobody has sent this: {}", taken.text))?;
            Ok(taken.at.duration_since(*begin))
        };
        taken.iter().map(way).collect()
    }

    /// The replies in the database, by conversation. Fails unless each is there once, and was sent.
    async fn stored(&self, stage: &Stage) -> Result<Vec<Vec<Message>>> {
        let mut threads = stage.copy.threads(self.conversations.iter().copied()).await?;
        for thread in &mut threads {
            thread.retain(Message::is_public_reply);
        }
        let count = self.sent.borrow().len();
        numbered::expect_each_once(&threads, count)?;
        let is_sent = |message: &Message| {
            message.delivery.as_ref().is_some_and(|delivery| delivery.state == DeliveryState::Sent)
        };
        if let Some(left) = threads.iter().flatten().find(|message| !is_sent(message)) {
            return Err(Failure::new(format!("this was not sent: {left:?}")));
        }
        Ok(threads)
    }
}

/// Fails unless the provider has got these and nothing else, each once, and those of a customer in their order.
fn expect_in_ledger(stored: &[Vec<Message>], ledger: &[Taken]) -> Result {
    let mut got: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for taken in ledger {
        got.entry(&taken.to).or_default().push(&taken.text);
    }
    for (customer, thread) in stored.iter().enumerate() {
        let address = Webhook::address(customer);
        let said: Vec<&str> = thread.iter().map(|message| message.body.as_str()).collect();
        if got.remove(address.as_str()).unwrap_or_default() != said {
            let words =
                format!("the provider has not got the replies to {address} once each and in their order");
            return Err(Failure::new(words));
        }
    }
    match got.keys().next() {
        None => Ok(()),
        Some(stranger) => {
            Err(Failure::new(format!("the provider got a reply to {stranger}, who never wrote")))
        }
    }
}
