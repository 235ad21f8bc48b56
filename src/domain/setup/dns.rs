//! The records that a mail channel needs in DNS, and whether what is found there will do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{super::channel::words, Paste, Provider};

words! {
    /// What a record is for.
    pub enum DnsKind {
        /// Who may send mail for a domain (RFC 7208).
        Spf = "spf",
        /// What signatures are checked with (RFC 6376).
        Dkim = "dkim",
        /// What receivers are to do with mails that pass neither (RFC 7489).
        Dmarc = "dmarc",
    }
}

impl DnsKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
        }
    }
}

/// A TXT record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    pub kind: DnsKind,
    /// Where it has to be.
    pub name: String,
    /// What has to be there.
    pub text: String,
}

/// What was found of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsCheck {
    pub record: DnsRecord,
    pub finding: Finding,
}

/// How what is in DNS compares with what is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    Right,
    /// What is there, and why it will not do.
    Different {
        there: Vec<String>,
        why: String,
    },
    Missing,
    /// It could not be looked up.
    Unknown {
        cause: String,
    },
}

/// Domains that are looked at for a policy, from the mail's own one up.
const MOST_PLACES: usize = 4;

impl DnsRecord {
    /// That a domain's mails come from where a provider sends them; `server` is the one that takes ours. None if the
    /// provider sends no mails.
    #[must_use]
    pub fn spf(provider: Provider, domain: &str, server: &str) -> Option<Self> {
        let sends = match provider {
            Provider::Mail => format!("a:{server}"),
            Provider::Mailgun => "include:mailgun.org".to_owned(),
            Provider::Postmark => "include:spf.mtasv.net".to_owned(),
            _ => return None,
        };
        Some(Self { kind: DnsKind::Spf, name: domain.to_owned(), text: format!("v=spf1 {sends} ~all") })
    }

    /// A policy for a domain that refuses nothing yet.
    #[must_use]
    pub fn dmarc(domain: &str) -> Self {
        Self { kind: DnsKind::Dmarc, name: format!("_dmarc.{domain}"), text: "v=DMARC1; p=none".to_owned() }
    }

    /// Where to look for it, in order: a domain without a policy has that of a domain above it (RFC 7489 § 6.6.3).
    #[must_use]
    pub fn places(&self) -> Vec<String> {
        let Some(domain) = self.name.strip_prefix("_dmarc.").filter(|_| self.kind == DnsKind::Dmarc) else {
            return vec![self.name.clone()];
        };
        std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, above)| above))
            .filter(|domain| domain.contains('.'))
            .take(MOST_PLACES)
            .map(|domain| format!("_dmarc.{domain}"))
            .collect()
    }

    /// Compares it with the texts at its name. Texts of other kinds may stand beside it.
    #[must_use]
    pub fn compare(&self, texts: Vec<String>) -> Finding {
        let there: Vec<String> = texts.into_iter().filter(|text| self.is_of_kind(text)).collect();
        let wrong = match there.as_slice() {
            [] => return Finding::Missing,
            [one] => match self.kind {
                DnsKind::Spf => wrong_with_senders(&self.text, one, &self.name),
                DnsKind::Dkim => wrong_with_key(&self.text, one),
                DnsKind::Dmarc => wrong_with_policy(one),
            },
            several => Some(too_many(self.kind, several.len())),
        };
        match wrong {
            None => Finding::Right,
            Some(why) => Finding::Different { there, why },
        }
    }

    /// Whether a text claims to be such a record. Where a key belongs, nothing else does.
    fn is_of_kind(&self, text: &str) -> bool {
        let (version, ends) = match self.kind {
            DnsKind::Spf => ("v=spf1", [' ', ' ']),
            DnsKind::Dmarc => ("v=dmarc1", [';', ' ']),
            DnsKind::Dkim => return true,
        };
        let text = text.trim();
        let starts = text.get(..version.len()).is_some_and(|start| start.eq_ignore_ascii_case(version));
        starts && text.get(version.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(ends))
    }
}

/// Receivers that find several ignore them all (RFC 7208 § 4.5, RFC 7489 § 6.6.3), or take any (RFC 6376 § 3.6.2.2).
fn too_many(kind: DnsKind, count: usize) -> String {
    let name = kind.label();
    let what = match kind {
        DnsKind::Spf => "receivers then count it as an error. Make one of them",
        DnsKind::Dkim => "receivers may take the wrong one. Remove the others",
        DnsKind::Dmarc => "receivers then follow none. Remove all but one",
    };
    format!("There are {count} {name} records, and there may be only one: {what}.")
}

/// Why a list of senders will not do: a mechanism of the wanted one is not in it, or has no effect there.
fn wrong_with_senders(wanted: &str, there: &str, domain: &str) -> Option<String> {
    let terms: Vec<Term<'_>> = there.split_whitespace().skip(1).map(|text| Term::of(text, domain)).collect();
    // What stands after "all" is never looked at (§ 5.1).
    let end = terms.iter().position(Term::is_all).unwrap_or(terms.len());
    let (read, unread) = terms.split_at(end);
    let faults: Vec<String> = wanted
        .split_whitespace()
        .skip(1)
        .map(|text| Term::of(text, domain))
        .filter(|term| !term.is_all() && !read.iter().any(|other| other.passes && other.is_same(term)))
        .map(|term| {
            let asked = term.text;
            let is_same = |other: &&Term<'_>| other.is_same(&term);
            if let Some(other) = read.iter().find(is_same) {
                format!("It has “{}” where “{asked}” is needed.", other.text)
            } else if unread.iter().any(|other| is_same(&other)) {
                format!("“{asked}” stands after “all”, where nobody looks at it. Put it before.")
            } else {
                format!(
                    "“{asked}” is missing. If another part of it names the same servers, nothing has to be done."
                )
            }
        })
        .collect();
    (!faults.is_empty()).then(|| faults.join(" "))
}

/// A mechanism or modifier of a list of senders (RFC 7208 § 4.6.1).
struct Term<'a> {
    text: &'a str,
    /// Whether what it matches may send.
    passes: bool,
    /// The mechanism as it is compared, in lower case and with its domain.
    name: String,
}

impl<'a> Term<'a> {
    fn of(text: &'a str, domain: &str) -> Self {
        let bare = text.trim_start_matches(['+', '-', '~', '?']);
        let passes = bare.len() == text.len() || text.starts_with('+');
        let lower = bare.to_ascii_lowercase();
        let name = match lower.split_once('/') {
            // How many neighbours of a host may send too.
            Some((host, _)) if !host.starts_with("ip") => host,
            _ => lower.as_str(),
        };
        let name = match name.trim_end_matches('.') {
            own @ ("a" | "mx") => format!("{own}:{}", domain.to_ascii_lowercase()),
            whole => whole.to_owned(),
        };
        Self { text, passes, name }
    }

    fn is_all(&self) -> bool {
        self.name == "all"
    }

    fn is_same(&self, other: &Term<'_>) -> bool {
        self.name == other.name
    }
}

/// Why a key record will not do (RFC 6376 § 3.6.1).
fn wrong_with_key(wanted: &str, there: &str) -> Option<String> {
    let Some((wanted, there)) = tags(wanted).zip(tags(there)) else { return Some(UNREADABLE.to_owned()) };
    let kind = |tags: &BTreeMap<&str, String>| tags.get("k").cloned().unwrap_or_else(|| "rsa".to_owned());
    let allows = |tag: &str, words: &[&str]| {
        let listed = there.get(tag);
        listed.is_none_or(|list| list.split(':').any(|word| words.contains(&word)))
    };
    let why = if there.get("v").is_some_and(|version| version != "DKIM1") {
        "Its version is another one: v=DKIM1 is needed.".to_owned()
    } else if !there.contains_key("p") {
        "It holds no key.".to_owned()
    } else if there.get("p").is_some_and(String::is_empty) {
        "It says that the key was revoked.".to_owned()
    } else if kind(&there) != kind(&wanted) {
        format!("Its key is of another kind: k={} is needed.", kind(&wanted))
    } else if there.get("p") != wanted.get("p") {
        "It is another key than the one that signs your mails.".to_owned()
    } else if !allows("h", &["sha256"]) {
        "It does not allow sha256, which the signatures are made with.".to_owned()
    } else if !allows("s", &["*", "email"]) {
        "It is not meant for mail: s=email is needed, or no s at all.".to_owned()
    } else {
        return None;
    };
    Some(why)
}

/// Why a policy is none (RFC 7489 § 6.3).
fn wrong_with_policy(there: &str) -> Option<String> {
    let Some(tags) = tags(there) else { return Some(UNREADABLE.to_owned()) };
    let is_policy = |policy: &String| {
        ["none", "quarantine", "reject"].iter().any(|word| policy.eq_ignore_ascii_case(word))
    };
    if tags.get("p").is_some_and(is_policy) {
        return None;
    }
    Some("It names no policy: p=none, p=quarantine or p=reject is needed.".to_owned())
}

const UNREADABLE: &str =
    "It cannot be read: each part must be a name, “=” and a value, and no name may come twice.";

/// The parts of a record by their names, without any blanks; none if it is no such list (RFC 6376 § 3.2).
fn tags(text: &str) -> Option<BTreeMap<&str, String>> {
    let mut tags = BTreeMap::new();
    for part in text.trim().trim_end_matches(';').split(';') {
        let (name, value) = part.split_once('=')?;
        let value: String = value.split_whitespace().collect();
        if tags.insert(name.trim(), value).is_some() {
            return None;
        }
    }
    Some(tags)
}

impl From<&DnsRecord> for Paste {
    fn from(record: &DnsRecord) -> Self {
        let DnsRecord { kind, name, text } = record;
        let (label, advice) = match kind {
            DnsKind::Spf => {
                let sends = text.split_whitespace().nth(1).unwrap_or_default();
                let advice = format!(
                    " If there is one that begins with v=spf1, add “{sends}” to it: there may be only one. If a company \
                     sends your mails, take the include that it names."
                );
                ("SPF: who may send for your domain", advice)
            }
            DnsKind::Dkim => ("DKIM: what our signatures are checked with", String::new()),
            DnsKind::Dmarc => {
                let advice = " It refuses nothing. Once SPF and DKIM are right, p=quarantine or p=reject keeps others \
                              from writing in your name.";
                ("DMARC: what becomes of mails that only pretend to be yours", advice.to_owned())
            }
        };
        let help = format!("A TXT record in DNS at {name}.{advice} Look with: dig +short TXT {name}");
        Self::new(label, text.clone(), &help)
    }
}

#[cfg(test)]
mod tests;
