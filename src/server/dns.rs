//! The records of mail channels in DNS: what they have to be, and looking at what they are.

use std::{net::SocketAddr, time::Duration};

use hickory_resolver::{
    ResolverBuilder, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::rr::{Name, RData, rdata::TXT},
};
use tokio::time::timeout;

use super::channels::email::dkim::Dkim;
use crate::domain::setup::{DnsCheck, DnsKind, DnsRecord, Finding, JsonObject, Provider};

/// So long a record is looked for.
const LONGEST: Duration = Duration::from_secs(5);
/// Texts of one name that are looked at.
const MOST_TEXTS: usize = 20;
/// Characters of one text: the longest key takes a quarter of them.
const LONGEST_TEXT: usize = 4_096;

/// The records that a mail channel needs whose address and credentials are these. No private key leaves with them.
#[must_use]
pub fn wanted(provider: Provider, address: &str, credentials: &JsonObject) -> Vec<DnsRecord> {
    let domain = address.rsplit_once('@').and_then(|(_, domain)| idna::domain_to_ascii(domain).ok());
    let Some(domain) = domain else { return Vec::new() };
    let smtp = credentials.get("smtp");
    let server = smtp.and_then(|smtp| smtp["host"].as_str()).unwrap_or_default();
    let Some(spf) = DnsRecord::spf(provider, &domain, server) else { return Vec::new() };
    let mut records = vec![spf];
    records.extend(dkim(&domain, credentials));
    records.push(DnsRecord::dmarc(&domain));
    records
}

/// The record that lets receivers check our signatures.
fn dkim(domain: &str, credentials: &JsonObject) -> Option<DnsRecord> {
    let dkim = credentials.get("dkim")?;
    let (selector, key) = (dkim["selector"].as_str()?, dkim["private_key"].as_str()?);
    let dkim = Dkim::new(domain, selector, key).ok()?;
    Some(DnsRecord { kind: DnsKind::Dkim, name: dkim.record_name(), text: dkim.record() })
}

/// Asks name servers.
pub struct Dns {
    /// None: those of the system.
    nameserver: Option<SocketAddr>,
}

impl Dns {
    #[must_use]
    pub const fn new(nameserver: Option<SocketAddr>) -> Self {
        Self { nameserver }
    }

    /// Looks a record up, and says how it is.
    pub async fn check(&self, record: DnsRecord) -> DnsCheck {
        let looked = timeout(LONGEST, self.look_at(&record)).await;
        let (name, finding) = looked.unwrap_or_else(|_| {
            let cause = "No name server answered within 5 seconds.".to_owned();
            (record.name.clone(), Finding::Unknown { cause })
        });
        DnsCheck { record: DnsRecord { name, ..record }, finding }
    }

    /// Where it is, or should be, and how.
    async fn look_at(&self, record: &DnsRecord) -> (String, Finding) {
        for place in record.places() {
            let finding = match self.texts(&place).await {
                Ok(texts) => record.compare(texts),
                Err(cause) => Finding::Unknown { cause },
            };
            if finding != Finding::Missing {
                return (place, finding);
            }
        }
        (record.name.clone(), Finding::Missing)
    }

    /// The texts at a name.
    async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let name = Name::from_ascii(format!("{name}.")).map_err(|error| error.to_string())?;
        let resolver = self.resolver().map_err(|error| format!("No name server can be asked: {error}."))?;
        let lookup = match resolver.txt_lookup(name).await {
            Ok(lookup) => lookup,
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) => return Ok(Vec::new()),
            Err(error) => return Err(in_words(&error)),
        };
        let texts = lookup.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(text) => Some(joined(text)),
            _ => None,
        });
        Ok(texts.take(MOST_TEXTS).collect())
    }

    /// A new one each time: what was just changed must not be hidden by what an earlier look has kept.
    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.nameserver {
            Some(address) => asking(address),
            None => TokioResolver::builder_tokio()?,
        };
        let options = builder.options_mut();
        options.timeout = LONGEST;
        // A question that was lost is asked again within that time as it is.
        options.attempts = 0;
        options.use_hosts_file = ResolveHosts::Never;
        builder.build()
    }
}

fn asking(address: SocketAddr) -> ResolverBuilder<TokioRuntimeProvider> {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    let server = NameServerConfig::new(address.ip(), true, connections.into());
    let config = ResolverConfig::from_name_servers(vec![server]);
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
}

/// A text whole: the strings that it is cut into belong together as they are (RFC 7208 § 3.3).
fn joined(text: &TXT) -> String {
    let bytes: Vec<u8> = text.txt_data.iter().flat_map(|piece| piece.iter().copied()).collect();
    String::from_utf8_lossy(&bytes).chars().take(LONGEST_TEXT).collect()
}

fn in_words(error: &NetError) -> String {
    match error {
        NetError::Timeout => "No name server answered in time.".to_owned(),
        NetError::Dns(DnsError::ResponseCode(code)) => format!("The name server answers: {code}."),
        other => format!("The name server could not be asked: {other}."),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_strings_of_a_text_are_joined_as_they_are_and_have_an_end() {
        let text = |strings: &[&str]| TXT::new(strings.iter().map(|it| (*it).to_owned()).collect());
        assert_eq!(joined(&text(&["v=spf1 a", " mx", "", "-all"])), "v=spf1 a mx-all");
        assert_eq!(joined(&TXT::from_bytes(vec![b"\xffok".as_slice()])), "\u{fffd}ok");
        assert_eq!(joined(&text(&["a".repeat(250).as_str(); 40])).len(), LONGEST_TEXT);
    }

    #[test]
    fn only_mail_needs_records_and_no_key_leaves() {
        let key = include_str!("channels/email/fixtures/ed25519.pem");
        let mut credentials = JsonObject::new();
        credentials.insert("smtp".into(), json!({ "host": "mail.acme.test" }));
        credentials.insert("dkim".into(), json!({ "selector": "s1", "private_key": key }));
        let names = |provider: Provider, address: &str| -> Vec<String> {
            let wanted = wanted(provider, address, &credentials);
            assert!(!format!("{wanted:?}").contains("PRIVATE"), "{wanted:?}");
            wanted.into_iter().map(|record| record.name).collect()
        };
        let all = ["acme.test", "s1._domainkey.acme.test", "_dmarc.acme.test"];
        for provider in [Provider::Mail, Provider::Mailgun, Provider::Postmark] {
            assert_eq!(names(provider, "help@acme.test"), all, "{provider:?}");
        }
        for (provider, address) in [
            (Provider::Twilio, "+15550100"),
            (Provider::Session, ""),
            (Provider::Twilio, "help@acme.test"),
            (Provider::Mail, "nobody"),
        ] {
            assert!(names(provider, address).is_empty(), "{provider:?} {address}");
        }
        assert_eq!(wanted(Provider::Mail, "a@acme.test", &JsonObject::new()).len(), 2, "unsigned");
    }
}
