//! Fetches files that providers keep for us: from the hosts that the provider names, and with its credentials from the
//! first of them alone.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use rand::Rng;
use tokio::time::timeout;

use super::runner::Done;
use crate::{
    domain::{AppError, Attachment, AwaitedFileId, Time, kind_label},
    server::{
        actions::media,
        app::App,
        channels::Adapter,
        files::{NewFile, content_type},
        outward::{Answer, OutwardError, Refusal, Request, Target},
        store::{awaited_files::Awaited, channels::ConfiguredChannel, jobs::Leased},
    },
};

/// One fetch may take so long, wherever it is sent on to: less than a job's lease.
const LONGEST: Duration = Duration::from_secs(45);
const MOST_REDIRECTS: usize = 3;
/// What fails so often in passing ways has failed: over some two hours.
const MOST_ATTEMPTS: i64 = 9;
/// The first pause between attempts; it doubles up to the longest.
const FIRST_PAUSE: i64 = 30 * Time::SECOND;
const LONGEST_PAUSE: i64 = Time::HOUR;
/// Where there is no room just now, there may soon be.
const ROOM_AFTER: i64 = Time::SECOND;

/// Why a file was not fetched.
#[derive(Debug, PartialEq, Eq)]
struct Failure {
    /// For people.
    words: String,
    /// None: it will not come by trying again. Else not before so long has passed.
    again: Option<Duration>,
}

/// One attempt.
pub async fn fetch(app: &App, job: &Leased, id: AwaitedFileId) -> Result<Done, AppError> {
    // Slow hosts must not hold up everything else that is to be done.
    let Some(_room) = app.outward.room() else {
        return Ok(Done::NotBegun(app.clock.now().plus(ROOM_AFTER)));
    };
    let Some((file, channel)) = media::wanted(app, id).await? else { return Ok(Done::Finished) };
    let failure = match timeout(LONGEST, get(app, &channel, &file)).await {
        // What keeps us from keeping it is ours to mend: that is never given up.
        Ok(Ok(file)) => match media::keep(app, id, file).await {
            Ok(()) => return Ok(Done::Finished),
            Err(error) => return Ok(later(app, job, Duration::ZERO, error.to_string())),
        },
        Ok(Err(failure)) => failure,
        Err(_) => Failure::passing("It took too long to come."),
    };
    match failure.again {
        Some(wait) if job.attempts < MOST_ATTEMPTS => Ok(later(app, job, wait, failure.words)),
        _ => {
            media::give_up(app, id, failure.words).await?;
            Ok(Done::Finished)
        }
    }
}

fn later(app: &App, job: &Leased, wait: Duration, why: String) -> Done {
    let wait = i64::try_from(wait.as_micros()).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
    Done::Later(app.clock.now().plus(pause(job.attempts).max(wait)), Some(why))
}

/// Doubles with each attempt, and differs by a quarter from one file to another, so that after an outage not all come
/// at once.
fn pause(attempts: i64) -> i64 {
    let doublings = attempts.clamp(1, 30) - 1;
    let base = (FIRST_PAUSE << doublings).min(LONGEST_PAUSE);
    rand::rng().random_range(base - base / 4..=base + base / 4)
}

/// Goes where the file lies, and on from there as often as it may.
async fn get(app: &App, channel: &ConfiguredChannel, file: &Awaited) -> Result<NewFile, Failure> {
    let adapter = app.adapter(channel).map_err(Failure::passing)?;
    let mut target = app.outward.target(&file.url)?;
    let given_name = target.file_name().to_owned();
    for _ in 0..=MOST_REDIRECTS {
        let answer = app.outward.send(request(&*adapter, target)?).await?;
        match app.outward.sent_on(&answer)? {
            Some(next) => target = next,
            None => return read(answer, file, &given_name).await,
        }
    }
    Err(Failure::lasting("It is sent on from place to place."))
}

/// What asks for a file, if it lies at one of the provider's hosts.
fn request(adapter: &dyn Adapter, target: Target) -> Result<Request, Failure> {
    let place = adapter.media_hosts().iter().position(|host| *host == target.authority());
    let Some(place) = place else {
        let words = format!("It lies at {}, which is no host of the provider's.", target.authority());
        return Err(Failure::lasting(words));
    };
    let mut headers = HeaderMap::new();
    if place == 0
        && let Some(credentials) = adapter.media_authorization()
    {
        let mut value = HeaderValue::try_from(credentials)
            .map_err(|_| Failure::lasting("The channel's credentials cannot be sent."))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(Request { method: Method::GET, target, headers, body: Bytes::new(), longest: LONGEST })
}

async fn read(answer: Answer, file: &Awaited, given_name: &str) -> Result<NewFile, Failure> {
    let status = answer.status();
    match status.as_u16() {
        200..=299 => {}
        404 | 410 => return Err(Failure::lasting("The provider does not have it any more.")),
        408 | 425 | 429 | 500..=599 => {
            let again = Some(answer.retry_after().unwrap_or_default());
            return Err(Failure { words: format!("The provider answered {status}."), again });
        }
        _ => return Err(Failure::lasting(format!("The provider answered {status}."))),
    }
    let declared =
        answer.header(&CONTENT_TYPE).or(file.content_type.as_deref()).unwrap_or_default().to_owned();
    let bytes = answer.bytes(Attachment::LARGEST).await?;
    if bytes.is_empty() {
        return Err(Failure::lasting("It is empty."));
    }
    let name = name(given_name, &content_type(&bytes, &declared));
    Ok(NewFile { name, content_type: declared, bytes })
}

/// What a file is called: as at its provider, if that is a name; else by what it is.
fn name(given: &str, kind: &str) -> String {
    if is_name(given) {
        return given.to_owned();
    }
    let label = kind_label(kind);
    ending(kind).map_or_else(|| label.to_owned(), |ending| format!("{label}.{ending}"))
}

/// Whether the end of an address is the name of a file, and no number of the provider's.
fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let has_ending = text
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && (1..=5).contains(&ending.len()));
    has_ending && text.len() <= 100 && text.chars().all(is_plain)
}

/// How names of files of a type end, of those that phones send.
fn ending(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "application/pdf" => "pdf",
        "audio/amr" => "amr",
        "audio/m4a" => "m4a",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "image/gif" => "gif",
        "image/heif" => "heic",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "text/plain" => "txt",
        "text/vcard" | "text/x-vcard" => "vcf",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        _ => return None,
    })
}

impl Failure {
    fn passing(words: impl Into<String>) -> Self {
        Self { words: words.into(), again: Some(Duration::ZERO) }
    }

    fn lasting(words: impl Into<String>) -> Self {
        Self { words: words.into(), again: None }
    }
}

impl From<OutwardError> for Failure {
    fn from(error: OutwardError) -> Self {
        if error.is_passing() { Self::passing(error.to_string()) } else { Self::lasting(error.to_string()) }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::lasting(refusal.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_tried_for_about_two_hours() {
        for attempts in 1..MOST_ATTEMPTS {
            let base = (FIRST_PAUSE << (attempts - 1)).min(LONGEST_PAUSE);
            let pauses: Vec<i64> = (0..50).map(|_| pause(attempts)).collect();
            assert!(pauses.iter().all(|pause| (base * 3 / 4..=base * 5 / 4).contains(pause)), "{attempts}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{attempts}");
        }
        let whole: i64 = (1..MOST_ATTEMPTS).map(pause).sum();
        assert!((Time::HOUR * 3 / 2..=Time::HOUR * 13 / 5).contains(&whole), "{whole}");
        assert!(pause(i64::MAX) <= LONGEST_PAUSE * 5 / 4);
    }

    #[test]
    fn names_say_what_a_file_is() {
        for (given, kind, want) in [
            ("plan-2.pdf", "application/pdf", "plan-2.pdf"),
            ("ME8a7f1c", "image/jpeg", "Photo.jpg"),
            ("", "video/mp4", "Video.mp4"),
            ("a%20b.png", "image/png", "Photo.png"),
            (".png", "image/png", "Photo.png"),
            ("a.", "text/vcard", "File.vcf"),
            ("0.1234567", "audio/amr", "Recording.amr"),
            ("..", "application/octet-stream", "File"),
        ] {
            assert_eq!(name(given, kind), want, "{given}");
        }
        assert_eq!(name(&format!("{}.png", "a".repeat(100)), "image/png"), "Photo.png");
    }

    #[test]
    fn what_may_pass_is_told_from_what_stays() {
        let silent = OutwardError::Silent { host: "a.test".into() };
        assert_eq!(Failure::from(silent), Failure::passing("a.test did not answer in time."));
        let large = OutwardError::TooLarge { most: Attachment::LARGEST };
        assert_eq!(Failure::from(large), Failure::lasting("It is larger than 25 MB."));
        assert_eq!(Failure::from(Refusal::NoAddress), Failure::lasting("This is no address on the web."));
    }
}
