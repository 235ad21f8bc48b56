//! Seeded fuzzing of what strangers can send: mails, and requests to the hooks of all providers.
//!
//! Each round takes something good, changes it by what its number draws, and looks at what must hold of anything. So a
//! round that fails, fails again. `FUZZ_TRIALS` multiplies the rounds.

mod covered;
mod mutation;
mod requests;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;

use self::{
    mutation::{MIME, Mutation, Round},
    requests::{AT, HOST, Scheme, schemes},
};
use super::corpus;
use crate::{
    domain::{Inbound, InboundMessage, setup::Provider},
    server::{
        channels::{
            Adapter, Hook, Registry, Stored,
            email::{quote::fold_html, show_images},
        },
        clock::Clock,
    },
};

/// Larger mails are left to the corpus: each round is to be short.
const LONGEST_SEED: usize = 16 * 1024;
/// No check of a signature may take longer.
const LONGEST_CHECK: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn rounds(ordinary: u64) -> u64 {
    ordinary * std::env::var("FUZZ_TRIALS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn report(what: &str, rounds: u64) {
    println!("fuzz ({what}): {rounds} rounds, 0 failures");
}

/// The mails of the email code's own tests, those of the corpus if it is there, and what is no mail at all.
fn mails() -> Vec<Vec<u8>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/channels/email/fixtures");
    let folders = [Some(fixtures), corpus::folder()];
    let mut mails: Vec<Vec<u8>> = folders
        .iter()
        .flatten()
        .flat_map(|folder| corpus::mails_in(folder))
        .map(|(_, raw)| raw)
        .filter(|raw| raw.len() <= LONGEST_SEED)
        .collect();
    mails.extend([Vec::new(), (0..=u8::MAX).collect()]);
    mails
}

#[test]
fn mails_with_faults_are_read_without_harm() {
    let mails = mails();
    let credentials = json!({
        "address": "support@acme.test",
        "token_secret": "07".repeat(32),
        "smtp": { "host": "127.0.0.1", "port": 25, "security": "none" },
        "authserv_ids": ["mx.acme.test"],
    });
    let adapter = adapter("mail", &credentials.to_string());
    let rounds = rounds(1_500);
    let mut messages = 0;
    for number in 0..rounds {
        let _round = Round { what: "mails", number };
        let mut mutation = Mutation::of("mails", number);
        let (mail, other) = (mutation.pick(&mails), mutation.pick(&mails));
        let raw = mutation.of_bytes(mail, other, MIME);
        let target = *mutation.pick(&["/imap", "/lmtp?sender=&recipient=support%40acme.test"]);
        let stored =
            Stored { target: target.to_owned(), content_type: "message/rfc822".to_owned(), body: raw };
        match adapter.parse(&stored) {
            Ok(told) => messages += told.iter().map(|one| check(one, stored.body.len())).sum::<u64>(),
            Err(unreadable) => assert!(!unreadable.0.is_empty(), "people are told why"),
        }
    }
    assert!(messages * 4 > rounds, "many can be read: {messages} of {rounds}");
    report("mails", rounds);
}

/// Looks at what one of so many bytes tells: how many messages.
fn check(told: &Inbound, length: usize) -> u64 {
    let Inbound::Message(message) = told else { return 0 };
    let InboundMessage { mail: Some(mail), .. } = message.as_ref() else { return 0 };
    assert_eq!(corpus::unfit(message, mail), [""; 0]);
    let sizes = mail.files.iter().map(|file| file.bytes.len());
    assert!(sizes.sum::<usize>() <= length, "its files are larger than itself");
    if let Some(html) = &mail.html {
        let (folded, _) = fold_html(html);
        assert!(folded.len() >= html.len(), "folding only adds");
        assert!(show_images(html).len() <= html.len(), "an image has a shorter name once it is shown");
    }
    1
}

#[test]
fn requests_are_taken_only_as_they_were_signed() {
    let schemes = schemes();
    for provider in Provider::ALL.iter().filter(|provider| **provider != Provider::Session) {
        assert!(schemes.iter().any(|scheme| scheme.provider == provider.as_str()), "{provider:?} is missing");
    }
    for scheme in schemes {
        let rounds = rounds(scheme.rounds);
        let adapter = adapter(scheme.provider, &scheme.credentials.to_string());
        for good in &scheme.good {
            let taken = adapter.verify(good, AT);
            assert!(taken.is_ok(), "{}: {taken:?} {}", scheme.provider, good.url);
            assert!(adapter.parse(&kept(good)).is_ok(), "{}: {}", scheme.provider, good.url);
        }
        let refused: u64 =
            (0..rounds).map(|number| u64::from(!is_taken(&scheme, adapter.as_ref(), number))).sum();
        assert!(refused * 20 > rounds, "{}: hardly any was refused: {refused}", scheme.provider);
        report(&format!("hooks of {}", scheme.provider), rounds);
    }
}

/// Whether a request is taken that is not quite a good one. If so, what proves it is what proved a good one.
fn is_taken(scheme: &Scheme, adapter: &dyn Adapter, number: u64) -> bool {
    let _round = Round { what: scheme.provider, number };
    let mut mutation = Mutation::of(scheme.provider, number);
    let (good, other) = (mutation.pick(&scheme.good), mutation.pick(&scheme.good));
    let hook = mutation.of_request(good, other, scheme.words);
    let taken = verified(adapter, &hook);
    if taken {
        // Spliced, it may have become another good one.
        let proofs: Vec<_> = scheme.good.iter().flat_map(|good| (scheme.covered)(good)).collect();
        let is_the_same = (scheme.covered)(&hook).iter().any(|proof| proofs.contains(proof));
        assert!(is_the_same, "taken, but not as it was signed: {hook:?}");
    }
    if let Ok(told) = adapter.parse(&kept(&hook)) {
        for one in &told {
            check(one, hook.body.len());
        }
    }
    taken
}

/// Whether a request is taken; no answer may be long in coming. A second time counts, since something else may have had
/// the processor.
fn verified(adapter: &dyn Adapter, hook: &Hook) -> bool {
    let timed = || {
        let begun = Instant::now();
        (adapter.verify(hook, AT).is_ok(), begun.elapsed())
    };
    let mut answer = timed();
    if answer.1 > LONGEST_CHECK {
        answer = timed();
    }
    assert!(answer.1 <= LONGEST_CHECK, "it took {:?}: {hook:?}", answer.1);
    answer.0
}

/// As it is kept, to be read later.
fn kept(hook: &Hook) -> Stored {
    let content_type = hook.headers.get("content-type").and_then(|value| value.to_str().ok());
    Stored {
        target: hook.url.strip_prefix(HOST).unwrap_or(&hook.url).to_owned(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: hook.body.to_vec(),
    }
}

fn adapter(provider: &str, credentials: &str) -> Arc<dyn Adapter> {
    let clock = Clock::manual(AT);
    Registry::standard().adapter(provider, credentials, &clock).expect("good credentials")
}
