//! B1 by mail: a mail server brings what customers write.

use live_operator::domain::IdentityKind;
use serde_json::json;

use crate::{
    Setting, Stage,
    error::Result,
    hooks::{self, CUSTOMERS, Provider, SECRET},
    ingest::GOAL,
    numbered,
    report::Report,
    seed,
};

/// The length of every mail, in bytes, with its header.
const LENGTH: usize = 3 * 1024;
/// The longest line of a mail's text.
const WIDTH: usize = 72;
/// The address that customers write to.
const ADDRESS: &str = "support@bench.test";

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, setting.options.conversations()).await?;
        let server = MailServer::connect(setting, &stage)?;
        hooks::measure(setting, &stage, "B1-mail", &server, &mut report).await?;
        setting.strike(stage).await?;
    }
    let title = "a mail server brings a mail: cpu and per s until it stands in its conversation, p50 and p99 until \
                 the hook is answered";
    report.print(title, GOAL);
    Ok(())
}

/// A mail server that speaks our own hook.
struct MailServer {
    hook: String,
    /// More than any mail holds.
    text: String,
}

impl MailServer {
    fn connect(setting: &Setting<'_>, stage: &Stage) -> Result<Self> {
        // Nothing goes out here, so nobody has to be there.
        let smtp = json!({ "host": "127.0.0.1", "port": 9, "security": "none" });
        let credentials = json!({ "hook_secret": SECRET, "smtp": smtp });
        let command = [
            "add-email",
            "--provider",
            "mail",
            "--name",
            "Bench mail",
            "--address",
            ADDRESS,
            "--team",
            seed::TEAM,
        ];
        let hook = stage.connect(&setting.options.program, &command, &credentials)?;
        Ok(Self { hook, text: paragraphs() })
    }

    /// A customer's mails after the first follow that one.
    fn mail(&self, number: usize) -> String {
        let customer = number % CUSTOMERS;
        let (address, id) = (Self::address(customer), message_id(number));
        let follows = if number == customer {
            String::new()
        } else {
            let first = message_id(customer);
            format!("In-Reply-To: {first}\r\nReferences: {first}\r\n")
        };
        let mark = numbered::mark(number);
        let mut mail = format!(
            "Return-Path: <{address}>\r\n\
             Received: from mail.customers.test (mail.customers.test [192.0.2.7])\r\n\
             \tby mx.bench.test with ESMTPS id {number:012}\r\n\
             \tfor <{ADDRESS}>; Mon, 05 Jan 2026 10:00:01 +0000\r\n\
             Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n\
             From: Customer {customer} <{address}>\r\n\
             To: Support <{ADDRESS}>\r\n\
             Subject: The parcel of Monday\r\n\
             Message-ID: {id}\r\n\
             {follows}\
             MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit\r\n\
             \r\n\
             {mark}\r\n\r\n"
        );
        let rest = LENGTH.saturating_sub(mail.len());
        mail += self.text.get(..rest).unwrap_or(&self.text);
        mail
    }
}

impl Provider for MailServer {
    const NAME: &'static str = "our hook";
    const KNOWN_BY: IdentityKind = IdentityKind::Email;

    fn hook(&self) -> &str {
        &self.hook
    }

    fn address(customer: usize) -> String {
        format!("customer-{customer}@customers.test")
    }

    fn request(&self, number: usize) -> Vec<u8> {
        let envelope = [("sender", Self::address(number % CUSTOMERS)), ("recipient", ADDRESS.to_owned())];
        let query =
            envelope.map(|(name, address)| format!("{name}={}", address.replace('@', "%40"))).join("&");
        let (target, mail) = (format!("{}?{query}", self.hook), self.mail(number));
        hooks::signed(&target, "message/rfc822", &[&query, ".", &mail], &mail)
    }
}

fn message_id(number: usize) -> String {
    format!("<message-{number}@customers.test>")
}

/// Text in lines as mail programs write them.
fn paragraphs() -> String {
    let mut paragraph = String::new();
    let mut width = 0;
    for word in seed::words(usize::MAX).split(' ') {
        if width + 1 + word.len() > WIDTH {
            paragraph += "\r\n";
            width = 0;
        } else if width > 0 {
            paragraph += " ";
            width += 1;
        }
        paragraph += word;
        width += word.len();
    }
    [paragraph.as_str(); 10].join("\r\n\r\n")
}
