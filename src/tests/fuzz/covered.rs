//! What proves a request, by each provider's own documentation: written down once more, since the product's way is what
//! is tested. A request may be read as proven in more than one way.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::server::channels::Hook;

type Pairs = Vec<(String, String)>;

fn header<'h>(hook: &'h Hook, name: &str) -> &'h str {
    hook.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn query(hook: &Hook) -> &str {
    hook.url.split_once('?').map_or("", |(_, query)| query)
}

fn pairs(encoded: &[u8]) -> Pairs {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn media_type(hook: &Hook) -> String {
    header(hook, "content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Our own webhook: its time and its body.
pub fn webhook(hook: &Hook) -> Vec<Vec<u8>> {
    let timestamp = header(hook, "x-live-operator-timestamp");
    vec![[timestamp.as_bytes(), b".", &hook.body].concat()]
}

/// Our own hook for mails: its time, the envelope and the mail.
pub fn mail(hook: &Hook) -> Vec<Vec<u8>> {
    let timestamp = header(hook, "x-live-operator-timestamp");
    vec![[timestamp.as_bytes(), b".", query(hook).as_bytes(), b".", &hook.body].concat()]
}

/// Its time and its body.
pub fn telnyx(hook: &Hook) -> Vec<Vec<u8>> {
    vec![[header(hook, "telnyx-timestamp").as_bytes(), b"|", &hook.body].concat()]
}

/// The address, with a port or without, and the distinct pairs of a form without any borders, or the body's hash.
pub fn twilio(hook: &Hook) -> Vec<Vec<u8>> {
    let mut covered = without_port(&hook.url).into_bytes();
    if media_type(hook) == "application/x-www-form-urlencoded" {
        let distinct: BTreeSet<(String, String)> = pairs(&hook.body).into_iter().collect();
        covered.extend(distinct.into_iter().flat_map(|(name, value)| (name + &value).into_bytes()));
    } else if !hook.body.is_empty() {
        covered.extend(Sha256::digest(&hook.body));
    }
    vec![covered]
}

fn without_port(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    format!("{scheme}://{}{path}", port.map_or(host, |(host, _)| host))
}

/// All pairs but the signature, sorted, where `&` and `=` in values are `_`; of a query also without what we put
/// into it ourselves.
pub fn vonage(hook: &Hook) -> Vec<Vec<u8>> {
    let all = if hook.body.is_empty() {
        pairs(query(hook).split('#').next().unwrap_or_default().as_bytes())
    } else if media_type(hook) == "application/json" {
        flat(&serde_json::from_slice(&hook.body).unwrap_or_default())
    } else {
        pairs(&hook.body)
    };
    let theirs: Pairs = all.iter().filter(|(name, _)| name != "delivery").cloned().collect();
    let mut covered = vec![joined(all)];
    if hook.body.is_empty() {
        covered.push(joined(theirs));
    }
    covered
}

fn flat(object: &Map<String, Value>) -> Pairs {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    object.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn joined(mut pairs: Pairs) -> Vec<u8> {
    pairs.retain(|(name, _)| name != "sig");
    pairs.sort();
    let pair = |(name, value): (String, String)| format!("&{name}={}", value.replace(['&', '='], "_"));
    pairs.into_iter().map(pair).collect::<String>().into_bytes()
}

/// A time and a token, which stand in a form; nothing else is signed.
pub fn mailgun(hook: &Hook) -> Vec<Vec<u8>> {
    let values = pairs(&hook.body).into_iter().map(|(_, value)| value).collect::<Vec<_>>().join("\n");
    let there = |text: &str| values.contains(text) || String::from_utf8_lossy(&hook.body).contains(text);
    let tokens = super::requests::TOKENS.iter().filter(|token| there(token) && there("1700000000"));
    tokens.map(|token| token.as_bytes().to_vec()).collect()
}

/// A password, which Kannel and Postmark send; nothing is signed.
pub fn password(hook: &Hook) -> Vec<Vec<u8>> {
    let (_, code) = header(hook, "authorization").split_once(' ').unwrap_or_default();
    let pair = STANDARD.decode(code.trim()).unwrap_or_default();
    let colon = pair.iter().position(|byte| *byte == b':').map_or(pair.len(), |at| at + 1);
    vec![pair[colon..].to_vec()]
}
