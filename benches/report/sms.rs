//! B1 by SMS: providers bring what customers write.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use form_urlencoded::Serializer;
use hmac::Hmac;
use live_operator::{domain::IdentityKind, server::clock::new_id};
use serde_json::{Value, json};
use sha1::Sha1;
use uuid::Uuid;

use crate::{
    Setting, Stage,
    error::Result,
    hooks::{self, CUSTOMERS, Provider, SECRET},
    http::request,
    ingest::GOAL,
    numbered,
    report::Report,
    seed,
};

/// The length of every text, in bytes: one part on its way.
pub const LENGTH: usize = 160;
/// The number that customers write to.
const NUMBER: &str = "+15550100";
/// Nothing goes out here, so nobody has to be there.
const NOWHERE: &str = "http://127.0.0.1:9/";
const ACCOUNT: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "the-bench-has-no-account";

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, setting.options.conversations()).await?;
        let webhook = Webhook::connect(setting, &stage, NOWHERE)?;
        hooks::measure(setting, &stage, "B1-sms", &webhook, &mut report).await?;
        let twilio = Twilio::connect(setting, &stage)?;
        hooks::measure(setting, &stage, "B1-sms", &twilio, &mut report).await?;
        setting.strike(stage).await?;
    }
    let title = "a provider brings a text: cpu and per s until it stands in its conversation, p50 and p99 until the \
                 hook is answered";
    report.print(title, GOAL);
    Ok(())
}

fn connect(setting: &Setting<'_>, stage: &Stage, provider: &str, credentials: &Value) -> Result<String> {
    let (about, to) = (["--provider", provider, "--name", provider], ["--number", NUMBER]);
    let command = [&["add-sms"][..], &about, &to, &["--team", seed::TEAM, "--sends-per-minute", "0"]];
    stage.connect(&setting.options.program, &command.concat(), credentials)
}

/// A customer's number.
fn number_of(customer: usize) -> String {
    format!("+1202555{customer:04}")
}

/// A gateway that speaks our own webhook.
pub struct Webhook {
    hook: String,
}

impl Webhook {
    /// Connects a number; what goes out from it is posted to `url`.
    pub fn connect(setting: &Setting<'_>, stage: &Stage, url: &str) -> Result<Self> {
        let credentials = json!({ "url": url, "secret": SECRET });
        Ok(Self { hook: connect(setting, stage, "webhook", &credentials)? })
    }
}

impl Provider for Webhook {
    const NAME: &'static str = "our webhook";
    const KNOWN_BY: IdentityKind = IdentityKind::Phone;

    fn hook(&self) -> &str {
        &self.hook
    }

    fn address(customer: usize) -> String {
        number_of(customer)
    }

    fn request(&self, number: usize) -> Vec<u8> {
        let body = json!({
            "event_id": new_id::<Uuid>(),
            "type": "message",
            "from": Self::address(number % CUSTOMERS),
            "to": NUMBER,
            "text": numbered::text(number, LENGTH),
        })
        .to_string();
        hooks::signed(&self.hook, "application/json", &[&body], &body)
    }
}

/// Twilio, which sends forms.
struct Twilio {
    hook: String,
    /// The hook as Twilio knows it, and signs it.
    url: String,
}

impl Twilio {
    fn connect(setting: &Setting<'_>, stage: &Stage) -> Result<Self> {
        let credentials = json!({ "account_sid": ACCOUNT, "auth_token": TOKEN });
        let hook = connect(setting, stage, "twilio", &credentials)?;
        let url = format!("{}{hook}", stage.server.url);
        Ok(Self { hook, url })
    }
}

impl Provider for Twilio {
    const NAME: &'static str = "Twilio";
    const KNOWN_BY: IdentityKind = IdentityKind::Phone;

    fn hook(&self) -> &str {
        &self.hook
    }

    fn address(customer: usize) -> String {
        number_of(customer)
    }

    fn request(&self, number: usize) -> Vec<u8> {
        let (from, text) = (Self::address(number % CUSTOMERS), numbered::text(number, LENGTH));
        let id = format!("SM{}", new_id::<Uuid>().simple());
        // By name, as they are signed.
        let fields = [
            ("AccountSid", ACCOUNT),
            ("Body", text.as_str()),
            ("From", from.as_str()),
            ("MessageSid", id.as_str()),
            ("NumMedia", "0"),
            ("SmsStatus", "received"),
            ("To", NUMBER),
        ];
        let mut parts = vec![self.url.as_str()];
        parts.extend(fields.iter().flat_map(|(name, value)| [*name, *value]));
        let signature = STANDARD.encode(hooks::hmac::<Hmac<Sha1>>(TOKEN, &parts));
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Twilio-Signature", signature.as_str()),
        ];
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        request("POST", &self.hook, &headers, &form)
    }
}
