//! What Twilio signs (twilio.com/docs/usage/security).

use std::collections::BTreeSet;

use super::super::{
    super::Hook,
    fields::{Carrier, Fields},
    sign,
};

/// What is signed after the address: for a form each distinct pair, sorted; for any other body nothing, but then the
/// address holds its hash.
pub fn signed_values(carrier: Carrier, hook: &Hook) -> Option<String> {
    match carrier {
        Carrier::Query => Some(String::new()),
        Carrier::Form => {
            let fields = Fields::form(&hook.body);
            let pairs: BTreeSet<(&str, &str)> = fields.iter().collect();
            Some(pairs.into_iter().flat_map(|(name, value)| [name, value]).collect())
        }
        Carrier::Json | Carrier::Unknown => {
            let query = Fields::query(&hook.url);
            sign::is_hex(&sign::sha256(&hook.body), query.get("bodySHA256")?).then(String::new)
        }
    }
}

/// The address as it is, and with or without a port: Twilio's servers do not agree on which of them they sign.
pub fn addresses(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    if let Some((scheme, rest)) = url.split_once("://") {
        let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        all.push(match port {
            Some((host, _)) => format!("{scheme}://{host}{path}"),
            None if scheme == "https" => format!("{scheme}://{host}:443{path}"),
            None => format!("{scheme}://{host}:80{path}"),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_port_or_none() {
        for (url, other) in [
            ("http://[::1]/x", "http://[::1]:80/x"),
            ("http://[::1]:8080?x", "http://[::1]?x"),
            ("https://a", "https://a:443"),
        ] {
            assert_eq!(addresses(url), [url, other]);
        }
    }
}
