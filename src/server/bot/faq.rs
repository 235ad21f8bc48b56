//! The offline bot: it answers with the FAQ entry that fits a question best, if it fits well enough.
//!
//! Ranking is BM25 over words (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), a question's own
//! words counting more than its answer's. A workspace has hundreds of entries and not millions, so they are ranked in
//! memory, the same whatever the database.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;

use super::{Failed, Known, Progress, Question, Reply, Responder};
use crate::domain::{Handoff, HandoffReason};

/// BM25's saturation of repeated words, and how much the length of an entry counts.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.6;
/// A word of an entry's question counts like so many of its answer's.
const QUESTION_WEIGHT: f64 = 3.0;
/// Words that share so many first letters are forms of one word ("deliver", "delivery", "delivered").
const STEM: usize = 5;

/// An entry that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its place in what was searched.
    pub place: usize,
    /// How much of the question it is about, of 1,000.
    pub confidence: u32,
}

/// Entries ready to be searched.
pub struct Index {
    entries: Vec<Entry>,
    /// How many entries have a word.
    spread: BTreeMap<String, usize>,
    average_length: f64,
}

struct Entry {
    /// How often each word is there, weighted.
    words: BTreeMap<String, f64>,
    length: f64,
}

impl Index {
    #[must_use]
    pub fn new(known: &[Known]) -> Self {
        let entries: Vec<Entry> = known.iter().map(Entry::of).collect();
        let mut spread = BTreeMap::new();
        for word in entries.iter().flat_map(|entry| entry.words.keys()) {
            *spread.entry(word.clone()).or_insert(0) += 1;
        }
        let total: f64 = entries.iter().map(|entry| entry.length).sum();
        let average_length = if entries.is_empty() { 1.0 } else { (total / count(entries.len())).max(1.0) };
        Self { entries, spread, average_length }
    }

    /// The entries that fit, the best first.
    #[must_use]
    pub fn search(&self, question: &str, most: usize) -> Vec<Hit> {
        let asked: BTreeSet<String> = stems(question).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let weights: Vec<(&str, f64)> = asked.iter().map(|word| (word.as_str(), self.rarity(word))).collect();
        let whole: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let mut ranked: Vec<(f64, Hit)> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(place, entry)| {
                let score = entry.score(&weights, self.average_length);
                let met: f64 = weights
                    .iter()
                    .filter(|(word, _)| find(&entry.words, word).is_some())
                    .map(|(_, w)| w)
                    .sum();
                (score > 0.0).then(|| (score, Hit { place, confidence: of_thousand(met / whole) }))
            })
            .collect();
        ranked.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.place.cmp(&b.place)));
        ranked.into_iter().map(|(_, hit)| hit).take(most).collect()
    }

    /// A word that is everywhere says little; one that is nowhere shows that something else is asked.
    fn rarity(&self, word: &str) -> f64 {
        let (all, having) = (count(self.entries.len()), count(find(&self.spread, word).unwrap_or_default()));
        let rarity = (1.0 + (all - having + 0.5) / (having + 0.5)).ln();
        if SMALL.contains(&word) { rarity * 0.1 } else { rarity }
    }
}

impl Entry {
    fn of(known: &Known) -> Self {
        let mut words = BTreeMap::new();
        for (text, weight) in [(&known.question, QUESTION_WEIGHT), (&known.answer, 1.0)] {
            for word in stems(text) {
                *words.entry(word).or_insert(0.0) += weight;
            }
        }
        Self { length: words.values().sum(), words }
    }

    fn score(&self, weights: &[(&str, f64)], average_length: f64) -> f64 {
        let length = 1.0 - LENGTH + LENGTH * self.length / average_length;
        weights
            .iter()
            .filter_map(|(word, weight)| {
                let often = find(&self.words, word)?;
                Some(weight * often * (SATURATION + 1.0) / (often + SATURATION * length))
            })
            .sum()
    }
}

/// A shorter word is no form of a longer one ("in" of "inch").
const SHORTEST: usize = 4;

/// Words that hold a sentence together and are not what it is about.
const SMALL: &[&str] = &[
    "a", "an", "and", "are", "at", "be", "can", "could", "do", "does", "for", "from", "get", "have", "hello",
    "hi", "how", "i", "if", "in", "is", "it", "me", "my", "of", "on", "or", "our", "pleas", "the", "there",
    "this", "to", "want", "we", "what", "when", "where", "which", "who", "why", "will", "with", "would",
    "you", "your",
];

/// What is known of a word: of the stem itself, else of one that begins with it, or that it begins with.
fn find<T: Copy>(words: &BTreeMap<String, T>, stem: &str) -> Option<T> {
    let shorter = || {
        let (end, _) = stem.char_indices().nth(SHORTEST)?;
        words.get(&stem[..end])
    };
    let longer = || {
        let is_long = stem.chars().count() >= SHORTEST;
        words.range(stem.to_owned()..).next().filter(|(word, _)| is_long && word.starts_with(stem))
    };
    words.get(stem).or_else(shorter).or_else(|| longer().map(|(_, known)| known)).copied()
}

/// The words of a text as they are compared: in small letters, cut to their stems.
fn stems(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(STEM).collect())
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn of_thousand(share: f64) -> u32 {
    // From 0 to 1,000: nothing is lost that matters.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    let thousandths = (share.clamp(0.0, 1.0) * 1_000.0).round() as u32;
    thousandths
}

/// Answers with one entry, or with none.
pub struct Faq {
    /// The best answer and how sure it is, of 1,000.
    pub best: Option<(String, u32)>,
    /// Below this it is none.
    pub threshold: u32,
}

impl Responder for Faq {
    fn answer<'a>(
        &'a self,
        question: &'a Question,
        _progress: Progress<'a>,
    ) -> BoxFuture<'a, Result<Reply, Failed>> {
        Box::pin(async move {
            let confidence = self.best.as_ref().map_or(0, |(_, confidence)| *confidence);
            Ok(match &self.best {
                Some((answer, confidence)) if *confidence >= self.threshold => Reply::Answer(answer.clone()),
                _ => Reply::HandOff(Box::new(Handoff {
                    goal: question.transcript.last().map(|line| line.text.clone()),
                    confidence: u8::try_from(confidence / 10).ok(),
                    ..Handoff::because(HandoffReason::Unsure)
                })),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> Vec<Known> {
        [
            (
                "How long does delivery take?",
                "Orders leave the next working day and arrive within three days.",
            ),
            ("Can I return a plant?", "Yes: within 30 days, in its pot. We pay for the parcel."),
            ("What are your opening hours?", "Monday to Friday, 9 to 18."),
            ("How do I water a fern?", "Twice a week, and never let it stand in water."),
        ]
        .map(|(question, answer)| Known { question: question.to_owned(), answer: answer.to_owned() })
        .to_vec()
    }

    #[test]
    fn a_question_finds_its_entry_however_it_is_put() {
        let index = Index::new(&known());
        for (question, place) in [
            ("how long does delivery take", 0),
            ("When will my order be delivered?", 0),
            ("I want to return my plant", 1),
            ("when do you open", 2),
            ("my fern: how often should I water it?", 3),
        ] {
            let hit = index.search(question, 1);
            assert_eq!(hit.first().map(|hit| hit.place), Some(place), "{question}");
        }
    }

    #[test]
    fn what_nobody_has_written_about_is_not_answered_surely() {
        let index = Index::new(&known());
        let sure = |question| index.search(question, 1).first().map_or(0, |hit| hit.confidence);
        assert!(sure("how long does delivery take?") > 900);
        for question in
            ["Do you sell bicycles?", "My invoice is wrong", "hello", "", "?!", "water pump broken refund"]
        {
            assert!(sure(question) < 450, "{question}: {}", sure(question));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_confidence_is_a_share_and_hits_are_entries(question in ".{0,80}", most in 0..6_usize) {
            let hits = Index::new(&known()).search(&question, most);
            prop_assert!(hits.len() <= most);
            prop_assert!(hits.iter().all(|hit| hit.place < 4 && hit.confidence <= 1_000));
        }
    }
}
