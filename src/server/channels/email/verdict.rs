//! What a server of ours found out about a mail's sender, by the `Authentication-Results` that it wrote (RFC 8601).
//!
//! Anybody can write such fields into a mail. Servers put theirs on top: so only the topmost of a server that is
//! configured is believed, and what follows it up to the next `Received`. Below that stands what others wrote.

use super::parse::Field;

/// Why the sender may not be who the mail says; none if all is well, or if nobody whom we believe has looked.
pub(super) fn suspicion(fields: &[Field], servers: &[String]) -> Option<String> {
    let mut found = Findings::default();
    let mut seen = false;
    for field in fields {
        match field.name.as_str() {
            "received" if seen => break,
            "authentication-results" => {
                if let Some(results) = results(&field.value, servers) {
                    seen = true;
                    found.add(&results);
                }
            }
            _ => {}
        }
    }
    found.are_bad().then(|| found.words())
}

/// The result of each method, in lower case; none for those that were not tried.
#[derive(Debug, Default)]
struct Findings {
    spf: Option<String>,
    dkim: Option<String>,
    dmarc: Option<String>,
}

impl Findings {
    /// Adds a field's results. What an upper field says of a method counts.
    fn add(&mut self, results: &[(String, String)]) {
        for (method, slot) in [("spf", &mut self.spf), ("dkim", &mut self.dkim), ("dmarc", &mut self.dmarc)] {
            let of_it: Vec<&String> =
                results.iter().filter(|(name, _)| name == method).map(|(_, result)| result).collect();
            // Of several signatures a good one is enough.
            let best = of_it.iter().find(|result| **result == "pass").or(of_it.first());
            if slot.is_none() {
                *slot = best.map(|result| (*result).clone());
            }
        }
    }

    /// DMARC knows what SPF and DKIM mean for the author's domain. Without it, both must have failed: SPF alone fails
    /// for all that is forwarded.
    fn are_bad(&self) -> bool {
        let is = |result: &Option<String>, words: &[&str]| {
            result.as_deref().is_some_and(|result| words.contains(&result))
        };
        is(&self.dmarc, &["fail"])
            || (!is(&self.dmarc, &["pass"])
                && is(&self.spf, &["fail", "hardfail", "softfail"])
                && is(&self.dkim, &["fail", "neutral", "none", "permerror", "policy"]))
    }

    fn words(&self) -> String {
        let named = [("SPF", &self.spf), ("DKIM", &self.dkim), ("DMARC", &self.dmarc)];
        let named: Vec<String> = named
            .into_iter()
            .filter_map(|(method, result)| Some(format!("{method} {}", result.as_ref()?)))
            .collect();
        format!("The sender could not be verified: {}.", named.join(", "))
    }
}

/// The methods and results of a field, if one of these servers wrote it.
fn results(value: &str, servers: &[String]) -> Option<Vec<(String, String)>> {
    let plain = without_comments(value);
    let mut parts = plain.split(';');
    // A version may follow the name.
    let server = parts.next()?.split_whitespace().next()?;
    let is_ours = servers.iter().any(|own| own.trim().eq_ignore_ascii_case(server));
    is_ours.then(|| parts.filter_map(result).collect())
}

/// `dkim/1 = pass header.d=shop.test`: its method and result.
fn result(part: &str) -> Option<(String, String)> {
    let (method, rest) = part.split_once('=')?;
    let method = method.split('/').next().unwrap_or_default().trim().to_ascii_lowercase();
    let result = rest.split_whitespace().next()?.to_ascii_lowercase();
    result.bytes().all(|c| c.is_ascii_lowercase()).then_some((method, result))
}

/// A value without its comments, which may be nested (RFC 5322 § 3.2.2). Of what is quoted nothing can part it.
fn without_comments(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let (mut depth, mut quoted) = (0_usize, false);
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if quoted || depth > 0 => {
                rest.next();
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => {
                depth += 1;
                plain.push(' ');
            }
            ')' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            c if quoted && (c.is_whitespace() || matches!(c, ';' | '=')) => plain.push('_'),
            c => plain.push(c),
        }
    }
    plain
}
