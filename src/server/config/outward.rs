//! `[outward]`: what may be asked although it is not on the internet.

use std::{fmt, str::FromStr};

use reqwest::Url;
use serde::Deserialize;

use super::Config;

/// Requests to addresses that strangers or admins name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outward {
    /// `LIVE_OPERATOR_ALLOWED_HOSTS`: hosts inside this network that may be asked all the same, without encryption too.
    pub allowed_hosts: Vec<AllowedHost>,
}

/// A host: its name or its address, in the one form in which addresses on the web have it, and perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct AllowedHost {
    name: String,
    /// The only one that may be asked; none: each may.
    port: Option<u16>,
}

/// A text that names no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a host is wanted, such as gateway.lan or 10.0.0.5:8080, not {0:?}")]
pub struct BadHost(String);

impl Config {
    /// What may be asked although it is not on the internet. In the demo that is this server too: the demo's providers
    /// are its own.
    #[must_use]
    pub fn allowed_hosts(&self) -> Vec<AllowedHost> {
        let port = if self.is_https() { 443 } else { 80 };
        let own = self.host().parse::<AllowedHost>().ok().filter(|_| self.server.demo);
        let own = own.map(|host| host.at(port));
        self.outward.allowed_hosts.iter().cloned().chain(own).collect()
    }
}

impl AllowedHost {
    /// Whether a host, as an address on the web has it, is this one at this port.
    #[must_use]
    pub fn covers(&self, name: &str, port: u16) -> bool {
        self.name == name && self.port.is_none_or(|only| only == port)
    }

    /// The same host, at this port if it is at any.
    #[must_use]
    pub fn at(self, port: u16) -> Self {
        Self { port: self.port.or(Some(port)), ..self }
    }
}

impl FromStr for AllowedHost {
    type Err = BadHost;

    fn from_str(text: &str) -> Result<Self, BadHost> {
        let bad = || BadHost(text.to_owned());
        let (name, port) = match text.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().map_err(|_| bad())?)),
            _ => (text, None),
        };
        let url = Url::parse(&format!("https://{name}/")).map_err(|_| bad())?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let name = url.host_str().filter(|host| is_bare && *host == url.authority()).ok_or_else(bad)?;
        Ok(Self { name: name.trim_end_matches('.').to_owned(), port })
    }
}

impl TryFrom<String> for AllowedHost {
    type Error = BadHost;

    fn try_from(text: String) -> Result<Self, BadHost> {
        text.parse()
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// One line.
impl fmt::Display for Outward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self.allowed_hosts.iter().map(ToString::to_string).collect();
        write!(f, "outward.allowed_hosts = {hosts:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_one_form() {
        for (text, want) in [
            ("gateway.lan", "gateway.lan"),
            ("Gateway.LAN.", "gateway.lan"),
            ("gateway.lan:8080", "gateway.lan:8080"),
            ("10.0.0.5:443", "10.0.0.5:443"),
            ("0x0a.5", "10.0.0.5"),
            ("[::1]", "[::1]"),
            ("[0:0::1]:80", "[::1]:80"),
            ("größe.test", "xn--gre-6ka8i.test"),
        ] {
            let host = text.parse::<AllowedHost>().expect(text);
            assert_eq!(host.to_string(), want);
        }
        for text in [
            "",
            ":80",
            "a:",
            "a:x",
            "a:99999",
            "::1",
            "a/b",
            "https://a",
            "a@b",
            "a?b",
            "a#b",
            "a b",
            "1.2.3.256",
        ] {
            assert!(text.parse::<AllowedHost>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_covers_its_port_alone_if_it_names_one() {
        let host = |text: &str| text.parse::<AllowedHost>().expect(text);
        for (allowed, name, port, want) in [
            ("a.lan", "a.lan", 80, true),
            ("a.lan", "a.lan", 9_999, true),
            ("a.lan", "b.a.lan", 80, false),
            ("a.lan:80", "a.lan", 80, true),
            ("a.lan:80", "a.lan", 81, false),
            ("127.0.0.1", "127.0.0.2", 80, false),
        ] {
            assert_eq!(host(allowed).covers(name, port), want, "{allowed} {name} {port}");
        }
        assert_eq!(host("a.lan").at(80), host("a.lan:80"));
        assert_eq!(host("a.lan:81").at(80), host("a.lan:81"));
    }

    #[test]
    fn hosts_are_allowed_by_the_file_or_the_environment() {
        let read = |text: &str, variable: Option<&str>| {
            let variable = variable.map(str::to_owned);
            Config::read(text, |name| variable.clone().filter(|_| name == "LIVE_OPERATOR_ALLOWED_HOSTS"))
        };
        let shown = |config: Config| config.outward.to_string();
        let file = "[outward]\nallowed_hosts = [\"a.lan\", \"10.0.0.5:80\"]";
        let want = "outward.allowed_hosts = [\"a.lan\", \"10.0.0.5:80\"]";
        assert_eq!(shown(read(file, None).expect("valid")), want);
        let want = "outward.allowed_hosts = [\"b.lan\", \"[::1]:80\"]";
        assert_eq!(shown(read(file, Some("b.lan, [::1]:80")).expect("valid")), want);
        for (text, variable) in [("[outward]\nallowed_hosts = [\"https://a\"]", None), ("", Some("a/b"))] {
            assert!(read(text, variable).expect_err(text).to_string().contains("a host is wanted"));
        }
    }

    /// The demo's providers are the server itself.
    #[test]
    fn the_demo_may_ask_itself_and_nothing_else_of_this_machine() {
        for (demo, url, want) in [
            ("true", "http://127.0.0.1:3000", &["127.0.0.1:3000"][..]),
            ("true", "http://localhost", &["localhost:80"]),
            ("true", "https://shop.localhost", &["shop.localhost:443"]),
            ("false", "http://127.0.0.1:3000", &[]),
        ] {
            let config = Config::read("", |name| match name {
                "LIVE_OPERATOR_DEMO" => Some(demo.to_owned()),
                "LIVE_OPERATOR_PUBLIC_URL" => Some(url.to_owned()),
                _ => None,
            });
            let hosts = config.expect("valid").allowed_hosts();
            let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
            assert_eq!(hosts, want, "{url}");
        }
    }
}
