//! One HTTP exchange with a provider, and what it means for a message when it goes wrong.

use std::{error::Error, fmt::Write, time::Duration};

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use serde_json::Value;

use super::{
    super::{Failure, FailureClass, Outcome},
    dates, header,
};

/// What a provider makes of the same message when it is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// One message: it knows our id.
    Recognised,
    /// Two messages.
    Doubled,
}

/// A provider's answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    /// Null where it is something else.
    pub json: Value,
    pub text: String,
    wait: Option<Duration>,
}

/// What a provider says itself about its refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub words: String,
    /// If its code is known.
    pub class: Option<FailureClass>,
}

/// Longer answers than this are not read.
const ANSWER_BYTES: usize = 256 * 1024;
/// Longer waits are not believed.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);
/// Longer words are cut.
const WORDS_CHARS: usize = 300;

/// Sends a request and reads the answer.
///
/// Without an answer there are two cases. If no connection came about (refused, no such host, TLS, the client's
/// connect timeout), nothing has left us and trying again is safe. After that nobody knows: the provider may have
/// taken the message, so that it must not be sent again where that would double it. The client's connect timeout must
/// be the shorter one, or else a host that is down counts as one that may have taken the message; and it must follow
/// no redirects.
pub async fn exchange(request: reqwest::RequestBuilder, repeated: Repeated) -> Result<Reply, Outcome> {
    let mut response = request.send().await.map_err(|error| lost(error, repeated))?;
    let (status, wait) = (response.status(), wait(response.headers()));
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES => body.extend_from_slice(&chunk),
            // An answer too long to be one counts as none.
            Ok(Some(_)) => {
                body.clear();
                break;
            }
            Ok(None) => break,
            // A refusal stays one without its text; a success might have named a failure.
            Err(error) if status.is_success() => return Err(lost(error, repeated)),
            Err(_) => break,
        }
    }
    let json = serde_json::from_slice(&body).unwrap_or_default();
    Ok(Reply { status, json, text: String::from_utf8_lossy(&body).into_owned(), wait })
}

impl Reply {
    /// What an answer other than success means. A provider's own code says most, then its HTTP status:
    ///
    /// - 429 and 503: refused for now, not before `Retry-After`;
    /// - 401 to 405 and redirects: the account or its address is wrong;
    /// - other 4xx: this message is wrong;
    /// - other 5xx: if the provider's API says so itself, it has not taken the message; if not, something before it
    ///   may have lost its answer, and nobody knows.
    pub fn refused(&self, refusal: Option<Refusal>, repeated: Repeated) -> Outcome {
        let status = self.status.as_u16();
        let by_status = match status {
            408 | 425 | 429 | 503 => FailureClass::Retry,
            300..=399 | 401..=405 => FailureClass::Account,
            400..=499 => FailureClass::Message,
            _ if refusal.is_some() || repeated == Repeated::Recognised => FailureClass::Retry,
            _ => return Outcome::Unknown(format!("The provider answered {}.", self.status)),
        };
        let refusal = refusal.unwrap_or_else(|| Refusal {
            code: format!("http-{status}"),
            words: format!("The provider answered {}.", self.status),
            class: None,
        });
        let class = match (refusal.class.unwrap_or(by_status), self.wait) {
            (FailureClass::Retry, Some(wait)) => FailureClass::After(wait),
            (class, _) => class,
        };
        failed(class, refusal.code, &refusal.words)
    }

    /// What a success means whose text is not what the provider sends: a proxy or a wrong address answered.
    pub fn unreadable(&self, repeated: Repeated) -> Outcome {
        let words = format!("The provider answered {}, but not in its own form.", self.status);
        match repeated {
            Repeated::Recognised => failed(FailureClass::Retry, "answer".to_owned(), &words),
            Repeated::Doubled => Outcome::Unknown(words),
        }
    }
}

/// A failure as an outcome, with its words cut to what a person reads.
pub fn failed(class: FailureClass, code: String, words: &str) -> Outcome {
    Outcome::Failed(Failure { class, code, words: words.chars().take(WORDS_CHARS).collect() })
}

/// A JSON string or number as text; none for anything else, and for an empty string.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What an exchange without an answer means.
fn lost(error: reqwest::Error, repeated: Repeated) -> Outcome {
    let (connect, builder, redirect) = (error.is_connect(), error.is_builder(), error.is_redirect());
    // The address may hold people's numbers.
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        let _ = write!(words, ": {error}");
        cause = error.source();
    }
    if builder || redirect {
        failed(FailureClass::Account, "address".to_owned(), &words)
    } else if connect {
        failed(FailureClass::Retry, "connect".to_owned(), &words)
    } else if repeated == Repeated::Recognised {
        failed(FailureClass::Retry, "no-answer".to_owned(), &words)
    } else {
        Outcome::Unknown(words)
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date, which is measured by the clock of whoever wrote it.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let after = header(headers, RETRY_AFTER.as_str())?.trim();
    let seconds = match after.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let micros = dates::rfc2822(after)?.since(dates::rfc2822(header(headers, "date")?)?);
            u64::try_from(micros).unwrap_or_default() / 1_000_000
        }
    };
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Answering, client, nobody, serve, silent};
    use super::*;

    async fn outcome(url: &str, repeated: Repeated) -> Outcome {
        let request = client().post(url).timeout(Duration::from_millis(1_500)).body("x");
        match exchange(request, repeated).await {
            Ok(reply) if reply.status.is_success() => Outcome::Accepted { provider_id: None, parts: None },
            Ok(reply) => reply.refused(None, repeated),
            Err(outcome) => outcome,
        }
    }

    fn class(outcome: &Outcome) -> Option<FailureClass> {
        match outcome {
            Outcome::Failed(failure) => Some(failure.class),
            _ => None,
        }
    }

    #[tokio::test]
    async fn statuses_have_classes() {
        use FailureClass::{Account, After, Message, Retry};
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n";
        for (status, headers, doubled, recognised) in [
            ("429 Too Many Requests", "Retry-After: 7\r\n", Some(After(Duration::from_secs(7))), Retry),
            ("429 Too Many Requests", date, Some(After(Duration::from_secs(60))), Retry),
            ("429 Too Many Requests", "Retry-After: soon\r\n", Some(Retry), Retry),
            ("503 Service Unavailable", "Retry-After: 9999999\r\n", Some(After(LONGEST_WAIT)), Retry),
            ("503 Service Unavailable", "", Some(Retry), Retry),
            ("401 Unauthorized", "", Some(Account), Account),
            ("404 Not Found", "", Some(Account), Account),
            ("302 Found", "Location: /elsewhere\r\n", Some(Account), Account),
            ("400 Bad Request", "", Some(Message), Message),
            ("422 Unprocessable Entity", "", Some(Message), Message),
            ("500 Internal Server Error", "", None, Retry),
            ("502 Bad Gateway", "", None, Retry),
            ("504 Gateway Timeout", "", None, Retry),
        ] {
            let server = serve(Answering { status, headers, body: "<html>" }).await;
            let got = outcome(&server.url, Repeated::Doubled).await;
            assert_eq!(class(&got), doubled, "{status} {got:?}");
            let server = serve(Answering { status, headers, body: "" }).await;
            let got = class(&outcome(&server.url, Repeated::Recognised).await);
            assert!(
                got == Some(recognised) || matches!((got, recognised), (Some(After(_)), Retry)),
                "{status}"
            );
        }
    }

    #[tokio::test]
    async fn nothing_left_us_without_a_connection() {
        for url in [nobody().await, "http://no-such-host.invalid/".to_owned()] {
            let got = outcome(&url, Repeated::Doubled).await;
            assert_eq!(class(&got), Some(FailureClass::Retry), "{got:?}");
        }
        // TLS to a server that speaks none, and to one that says nothing.
        let plain = serve(Answering { status: "200 OK", headers: "", body: "" }).await.url;
        for url in [plain, silent().await] {
            let got = outcome(&url.replace("http:", "https:"), Repeated::Doubled).await;
            assert_eq!(class(&got), Some(FailureClass::Retry), "{got:?}");
        }
        let got = outcome("no address", Repeated::Doubled).await;
        assert_eq!(class(&got), Some(FailureClass::Account), "{got:?}");
    }

    #[tokio::test]
    async fn nobody_knows_once_the_request_is_written() {
        let cut = Answering { status: "200 OK", headers: "Content-Length: 900\r\n", body: "{" };
        let broken = Answering { status: "", headers: "", body: "" };
        for url in [silent().await, serve(cut).await.url, serve(broken).await.url] {
            let got = outcome(&url, Repeated::Doubled).await;
            assert!(matches!(&got, Outcome::Unknown(words) if !words.contains("127.0.0.1")), "{got:?}");
        }
        let got = outcome(&silent().await, Repeated::Recognised).await;
        assert_eq!(class(&got), Some(FailureClass::Retry), "{got:?}");
    }
}
