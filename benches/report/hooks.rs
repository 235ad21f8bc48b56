//! What providers bring by signed hooks: sent in turn for many customers, waited for, and counted.

use std::cell::Cell;

use hmac::{Hmac, Mac, digest::KeyInit};
use live_operator::{
    domain::{ConversationId, IdentityKind, Time},
    server::clock::Clock,
};
use sha2::Sha256;

use crate::{
    Setting, Stage,
    error::{Context, Result},
    http::{Connection, request},
    ingest::{CLIENTS, OPEN, WARM_UP, counted},
    load, numbered,
    people::while_one_listens,
    report::Report,
};

/// Those who write by a provider. Each has one conversation.
pub const CUSTOMERS: usize = OPEN;
/// What our own hooks are signed with.
pub const SECRET: &str = "the-bench-signs-with-this";

/// A provider of a channel that is connected to it.
pub trait Provider {
    /// How the results name it.
    const NAME: &'static str;
    const KNOWN_BY: IdentityKind;

    /// The path of the channel's hook, which ends in its key.
    fn hook(&self) -> &str;

    /// By what a customer is known.
    fn address(customer: usize) -> String;

    /// The signed request with the message of a number, which tells whose it is: customers write in turn.
    fn request(&self, number: usize) -> Vec<u8>;
}

/// Lets each customer write once, which begins their conversations: the messages with the first numbers.
pub async fn welcome<P: Provider>(stage: &Stage, provider: &P) -> Result<Vec<ConversationId>> {
    let mut connection = Connection::open(stage.server.address).await?;
    for number in 0..CUSTOMERS {
        connection.ask(&provider.request(number)).await?;
    }
    stage.copy.until_idle().await?;
    let (_, key) = provider.hook().rsplit_once('/').context("a hook's path has no key")?;
    stage.copy.conversations_of(key, P::KNOWN_BY, (0..CUSTOMERS).map(P::address)).await
}

/// Measures how a provider's messages come in, from its requests until each message stands in its conversation.
pub async fn measure<P: Provider>(
    setting: &Setting<'_>,
    stage: &Stage,
    bench: &str,
    provider: &P,
    report: &mut Report,
) -> Result {
    let conversations = welcome(stage, provider).await?;
    let sent = Cell::new(CUSTOMERS);
    let bringing = bring_all(setting, stage, bench, provider, &sent, report);
    while_one_listens(&stage.server, bringing).await?;
    numbered::expect_each_once(&stage.copy.threads(conversations).await?, sent.get())
}

/// One load after the other; `sent` is the number of the next message.
async fn bring_all<P: Provider>(
    setting: &Setting<'_>,
    stage: &Stage,
    bench: &str,
    provider: &P,
    sent: &Cell<usize>,
    report: &mut Report,
) -> Result {
    let next = |_: usize| provider.request(sent.replace(sent.get() + 1));
    for clients in CLIENTS {
        load::run_to_the_end(stage, clients, WARM_UP, next).await?;
        let (done, answers_per_s) = load::run_to_the_end(stage, clients, setting.options.lasts, next).await?;
        let mut figures = load::compare(&stage.server, clients, &done).await?;
        figures.push(("answers per s".to_owned(), answers_per_s));
        report.add(stage.row(bench, format!("{}, {}", P::NAME, counted(clients)), figures));
    }
    Ok(())
}

/// A request to a hook of our own making. What is signed beside its time is given in parts.
pub fn signed(target: &str, content_type: &str, parts: &[&str], body: &str) -> Vec<u8> {
    let time = Clock::System.now().0.div_euclid(Time::SECOND).to_string();
    let signature = hmac::<Hmac<Sha256>>(SECRET, &[&[time.as_str(), "."][..], parts].concat());
    let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    let signature = format!("v1={signature}");
    let headers = [
        ("Content-Type", content_type),
        ("X-Live-Operator-Timestamp", time.as_str()),
        ("X-Live-Operator-Signature", signature.as_str()),
    ];
    request("POST", target, &headers, body)
}

/// HMAC (RFC 2104) over the parts, one after the other.
pub fn hmac<M: Mac + KeyInit>(secret: &str, parts: &[&str]) -> Vec<u8> {
    let mut mac = <M as Mac>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}
