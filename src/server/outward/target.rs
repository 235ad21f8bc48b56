//! Addresses, and whether they may be asked.

use std::net::IpAddr;

use reqwest::Url;

use super::{AllowedHost, internet::is_on_internet};

/// The port of HTTPS.
const HTTPS: u16 = 443;
/// Below this are ports of services that are not the web, and that should hear nothing from us.
const FIRST_FREE_PORT: u16 = 1024;

/// An address that may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    /// Whether the configuration allows its host, wherever that is.
    is_allowed: bool,
}

/// Why an address is not asked; for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This is no address on the web.")]
    NoAddress,
    /// They would stand in logs, and be sent to whoever is there.
    #[error("An address must not have a user name or a password in it.")]
    Credentials,
    #[error("{host} would be asked without encryption, which the configuration does not allow.")]
    Unencrypted { host: String },
    #[error("Port {port} of {host} is not for the web.")]
    Port { host: String, port: u16 },
    #[error("{host} is not on the internet, and the configuration does not allow it.")]
    Inside { host: String },
}

impl Target {
    /// Reads an address as browsers do, who know `http://0x7f.1` as an address of this machine.
    pub(super) fn read(address: &str, allowed: &[AllowedHost]) -> Result<Self, Refusal> {
        Self::new(Url::parse(address).map_err(|_| Refusal::NoAddress)?, allowed)
    }

    pub(super) fn new(mut url: Url, allowed: &[AllowedHost]) -> Result<Self, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::NoAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        // A dot at its end makes it no other host.
        if let Some(name) = url.domain().and_then(|name| name.strip_suffix('.')).map(str::to_owned) {
            url.set_host(Some(&name)).map_err(|_| Refusal::NoAddress)?;
        }
        url.set_fragment(None);
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(Refusal::NoAddress);
        };
        let is_allowed = allowed.iter().any(|allowed| allowed.covers(host, port));
        let host = host.to_owned();
        if !is_allowed {
            if url.scheme() != "https" {
                return Err(Refusal::Unencrypted { host });
            }
            if port != HTTPS && port < FIRST_FREE_PORT {
                return Err(Refusal::Port { host, port });
            }
            // What is no name is never looked up.
            if literal(&host).is_some_and(|address| !is_on_internet(address)) {
                return Err(Refusal::Inside { host });
            }
        }
        Ok(Self { url, is_allowed })
    }

    /// The host, with its port where that is not the usual one: what tells whose address it is.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.url.authority()
    }

    /// The last part of its path, as it stands there.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default()
    }

    pub(super) const fn is_allowed(&self) -> bool {
        self.is_allowed
    }

    /// The host for people, and the address.
    pub(super) fn into_parts(self) -> (String, Url) {
        (self.url.host_str().unwrap_or_default().to_owned(), self.url)
    }
}

/// The address that a host is, if it is no name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowed() -> Vec<AllowedHost> {
        ["gateway.lan", "10.0.0.5:8080", "[::1]:80"]
            .map(|host| host.parse::<AllowedHost>().expect(host))
            .into()
    }

    fn read(address: &str) -> Result<String, Refusal> {
        Target::read(address, &allowed()).map(|target| target.url.to_string())
    }

    #[test]
    fn addresses_are_brought_into_one_form() {
        for (address, want) in [
            ("https://example.com", "https://example.com/"),
            ("HTTPS://Example.COM:443/A?b=c#d", "https://example.com/A?b=c"),
            ("https://example.com./a", "https://example.com/a"),
            ("https:\\\\example.com\\a", "https://example.com/a"),
            (" https://example.com/a b ", "https://example.com/a%20b"),
            ("https://größe.test/ü", "https://xn--gre-6ka8i.test/%C3%BC"),
            ("https://example.com:8443/", "https://example.com:8443/"),
            ("https://example.com:1024/", "https://example.com:1024/"),
            ("https://8.8.8.8/", "https://8.8.8.8/"),
            ("https://134744072/", "https://8.8.8.8/"),
            ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
            // Where such a name leads is known only when it is looked up.
            ("https://localhost/", "https://localhost/"),
            ("https://127.0.0.1.nip.io/", "https://127.0.0.1.nip.io/"),
            // What the configuration allows.
            ("http://gateway.lan/", "http://gateway.lan/"),
            ("http://Gateway.lan.:25/", "http://gateway.lan:25/"),
            ("https://10.0.0.5:8080/", "https://10.0.0.5:8080/"),
            ("http://0xa.5:8080/", "http://10.0.0.5:8080/"),
            ("http://[0:0::1]/", "http://[::1]/"),
        ] {
            assert_eq!(read(address).as_deref(), Ok(want), "{address}");
        }
    }

    #[test]
    fn what_is_not_asked_says_why() {
        use Refusal::{Credentials, Inside, NoAddress, Port, Unencrypted};
        let inside = |host: &str| Inside { host: host.to_owned() };
        let unencrypted = |host: &str| Unencrypted { host: host.to_owned() };
        let port = |host: &str, port| Port { host: host.to_owned(), port };
        for (address, want) in [
            ("", NoAddress),
            ("example.com/a", NoAddress),
            ("//example.com/a", NoAddress),
            ("https://", NoAddress),
            ("https://a b/", NoAddress),
            ("https://1.2.3.256/", NoAddress),
            ("https://[fe80::1%25eth0]/", NoAddress),
            ("https://example.com:99999/", NoAddress),
            ("file:///etc/passwd", NoAddress),
            ("ftp://example.com/", NoAddress),
            ("gopher://example.com/", NoAddress),
            ("data:text/plain,a", NoAddress),
            ("javascript:alert(1)", NoAddress),
            ("https://user@example.com/", Credentials),
            ("https://user:secret@example.com/", Credentials),
            ("https://:secret@example.com/", Credentials),
            ("https://example.com@10.0.0.1/", Credentials),
            ("http://user@gateway.lan/", Credentials),
            ("http://example.com/", unencrypted("example.com")),
            ("http://example.com:443/", unencrypted("example.com")),
            ("http://127.0.0.1/", unencrypted("127.0.0.1")),
            ("http://10.0.0.5/", unencrypted("10.0.0.5")),
            ("https://example.com:25/", port("example.com", 25)),
            ("https://example.com:80/", port("example.com", 80)),
            ("https://example.com:0/", port("example.com", 0)),
            ("https://127.0.0.1:22/", port("127.0.0.1", 22)),
            ("https://127.0.0.1/", inside("127.0.0.1")),
            ("https://127.0.0.1./", inside("127.0.0.1")),
            ("https://127.1/", inside("127.0.0.1")),
            ("https://0/", inside("0.0.0.0")),
            ("https://0x7f.1/", inside("127.0.0.1")),
            ("https://017700000001/", inside("127.0.0.1")),
            ("https://2130706433/", inside("127.0.0.1")),
            ("https://１２７.０.０.１/", inside("127.0.0.1")),
            ("https://169.254.169.254/latest/", inside("169.254.169.254")),
            ("https://10.0.0.5:8081/", inside("10.0.0.5")),
            ("https://[::1]/", inside("[::1]")),
            ("https://[::ffff:127.0.0.1]/", inside("[::ffff:7f00:1]")),
            ("https://[::ffff:8.8.8.8]/", inside("[::ffff:808:808]")),
            ("https://[64:ff9b::a9fe:a9fe]/", inside("[64:ff9b::a9fe:a9fe]")),
            ("https://[fd00::1]:8443/", inside("[fd00::1]")),
        ] {
            assert_eq!(read(address), Err(want), "{address}");
        }
    }

    #[test]
    fn a_target_knows_whose_it_is_and_what_it_is_called() {
        for (address, authority, name) in [
            ("https://Example.com:443/a/b.png?c=/d", "example.com", "b.png"),
            ("https://example.com:8443", "example.com:8443", ""),
            ("https://example.com/a/", "example.com", ""),
            ("https://example.com./a%20b", "example.com", "a%20b"),
        ] {
            let target = Target::read(address, &[]).expect(address);
            assert_eq!((target.authority(), target.file_name()), (authority, name));
        }
    }

    proptest! {
        // However it is written, an address inside is not asked.
        #[test]
        fn no_spelling_leads_inside(bits: u32, form in 0..5_usize, dot: bool) {
            let [a, b, c, d] = bits.to_be_bytes();
            let host = match form {
                0 => format!("{a}.{b}.{c}.{d}"),
                1 => format!("{bits}"),
                2 => format!("{bits:#x}"),
                3 => format!("0{a:o}.{b:#x}.{}", (u32::from(c) << 8) + u32::from(d)),
                _ => format!("[::ffff:{a}.{b}.{c}.{d}]"),
            };
            let dot = if dot && form != 4 { "." } else { "" };
            let is_global = form != 4 && is_on_internet(IpAddr::from([a, b, c, d]));
            let target = Target::read(&format!("https://{host}{dot}/"), &[]);
            prop_assert_eq!(target.is_ok(), is_global);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(?s).{0,60}", like in "(https?://)?[-a-z0-9.:@\\[\\]/\\\\%]{0,40}") {
            for text in [&text, &like] {
                if let Ok(target) = Target::read(text, &allowed()) {
                    prop_assert!(target.is_allowed() || target.url.scheme() == "https");
                    prop_assert!(!target.authority().contains('@'));
                }
            }
        }
    }
}
