//! Which responses fit what somebody types, the best first.

use std::{cmp::Reverse, iter, ops::Range};

use super::CannedRow;

/// How well a word fits a response: where it was found, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the shortcut.
    Shortcut,
    ShortcutBegins,
    ShortcutHolds,
    /// A word of the title begins with it.
    TitleBegins,
    /// Its letters stand in the shortcut in their order.
    ShortcutScattered,
    TitleHolds,
    TitleScattered,
    /// A word of the text begins with it.
    TextBegins,
    TextHolds,
}

impl Fit {
    fn of(word: &str, row: &CannedRow) -> Option<Self> {
        let shortcut = row.canned.shortcut.as_str();
        let title = row.canned.title.to_lowercase();
        let found = match shortcut {
            it if it == word => Self::Shortcut,
            it if it.starts_with(word) => Self::ShortcutBegins,
            it if it.contains(word) => Self::ShortcutHolds,
            _ if begins_a_word(&title, word) => Self::TitleBegins,
            it if scattered(it, word).is_some() => Self::ShortcutScattered,
            _ if title.contains(word) => Self::TitleHolds,
            _ if scattered(&title, word).is_some() => Self::TitleScattered,
            _ => return Self::in_text(word, row),
        };
        Some(found)
    }

    fn in_text(word: &str, row: &CannedRow) -> Option<Self> {
        let text = row.canned.text.to_lowercase();
        if begins_a_word(&text, word) {
            return Some(Self::TextBegins);
        }
        text.contains(word).then_some(Self::TextHolds)
    }
}

/// The responses that all these words fit: by where the words are found, then by how often their reader has sent them,
/// then the more private before the more common.
#[must_use]
pub fn rank<'r>(rows: &'r [CannedRow], words: &str) -> Vec<&'r CannedRow> {
    let words: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut fitting: Vec<(Vec<Fit>, &CannedRow)> = rows
        .iter()
        .filter_map(|row| {
            let fits: Option<Vec<Fit>> = words.iter().map(|word| Fit::of(word, row)).collect();
            Some((fits?, row))
        })
        .collect();
    fitting.sort_by(|(one, a), (other, b)| {
        let usual = |row: &&'r CannedRow| (Reverse(row.mine), row.canned.scope);
        one.cmp(other)
            .then_with(|| usual(a).cmp(&usual(b)))
            .then_with(|| a.canned.shortcut.cmp(&b.canned.shortcut))
    });
    fitting.into_iter().map(|(_, row)| row).collect()
}

/// Stretches of a shortcut, in bytes, that a typed word stands for.
#[must_use]
pub fn marked(shortcut: &str, word: &str) -> Vec<Range<usize>> {
    let word = word.to_lowercase();
    if word.is_empty() {
        return Vec::new();
    }
    match shortcut.find(&word) {
        Some(start) => iter::once(start..start + word.len()).collect(),
        None => scattered(shortcut, &word).unwrap_or_default(),
    }
}

/// Whether a word of a text begins so.
fn begins_a_word(text: &str, start: &str) -> bool {
    starts(text).any(|at| text[at..].starts_with(start))
}

/// Where words begin.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let begins = c.is_alphanumeric() && !before.is_alphanumeric();
        before = c;
        begins.then_some(at)
    })
}

/// Where the letters of a word stand in a text, in their order, each as early as it can; the first begins a word.
fn scattered(text: &str, word: &str) -> Option<Vec<Range<usize>>> {
    let first = word.chars().next()?;
    let begin = starts(text).find(|at| text[*at..].starts_with(first))?;
    let mut letters = text[begin..].char_indices();
    word.chars()
        .map(|wanted| {
            let (at, found) = letters.find(|(_, letter)| *letter == wanted)?;
            Some(begin + at..begin + at + found.len_utf8())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Canned, CannedId, CannedScope, OperatorId, TeamId, Time};
    use proptest::prelude::*;
    use uuid::Uuid;

    const ME: CannedScope = CannedScope::Personal(OperatorId(Uuid::from_u128(1)));
    const TEAM: CannedScope = CannedScope::Team(TeamId(Uuid::from_u128(2)));

    fn row(scope: CannedScope, shortcut: &str, title: &str, text: &str, mine: i64) -> CannedRow {
        let canned = Canned {
            id: CannedId(Uuid::nil()),
            scope,
            shortcut: shortcut.into(),
            title: title.into(),
            text: text.into(),
            created_at: Time(0),
            updated_at: Time(0),
        };
        CannedRow { canned, mine, all: mine }
    }

    fn found(rows: &[CannedRow], words: &str) -> Vec<String> {
        rank(rows, words).iter().map(|row| row.canned.shortcut.clone()).collect()
    }

    #[test]
    fn where_a_word_is_found_comes_before_how_often_it_was_used() {
        let everyone = CannedScope::Everyone;
        let rows = [
            row(everyone, "text-holds", "1", "a prerefunded b", 99),
            row(everyone, "text-begins", "2", "A Refund is near", 99),
            row(everyone, "x-1", "re full under", "", 99),
            row(everyone, "x-2", "prerefund", "", 99),
            row(everyone, "re-full-under", "3", "", 99),
            row(everyone, "x-3", "The REFUND", "", 99),
            row(everyone, "prerefund", "4", "", 99),
            row(everyone, "refunds", "5", "", 99),
            row(everyone, "refund", "6", "", 0),
            row(everyone, "other", "Other", "Nothing of it", 99),
        ];
        let want = [
            "refund",
            "refunds",
            "prerefund",
            "x-3",
            "re-full-under",
            "x-2",
            "x-1",
            "text-begins",
            "text-holds",
        ];
        assert_eq!(found(&rows, "Refund"), want);
    }

    #[test]
    fn equally_good_ones_stand_by_my_use_then_by_who_has_them() {
        let rows = [
            row(CannedScope::Everyone, "hello-all", "", "", 3),
            row(CannedScope::Everyone, "hello-both", "", "", 0),
            row(TEAM, "hello-team", "", "", 0),
            row(ME, "hello-me", "", "", 0),
            row(ME, "hello-a", "", "", 0),
        ];
        let want = ["hello-all", "hello-a", "hello-me", "hello-team", "hello-both"];
        assert_eq!(found(&rows, "hel"), want);
        assert_eq!(found(&rows, ""), want, "with nothing typed all are there");
    }

    #[test]
    fn all_words_have_to_fit() {
        let rows = [
            row(ME, "late", "Parcel is late", "It left today.", 0),
            row(ME, "lost", "Parcel is lost", "We send another.", 0),
        ];
        assert_eq!(found(&rows, "parcel another"), ["lost"]);
        assert_eq!(found(&rows, "parcel xylophone"), [""; 0]);
        assert_eq!(found(&rows, "plt"), ["late", "lost"], "letters may be left out");
        assert_eq!(found(&rows, "tal"), [""; 0], "but the first begins a word");
    }

    #[test]
    fn what_was_typed_is_marked_in_the_shortcut() {
        for (shortcut, word, want) in [
            ("refund", "REF", vec![(0, 3)]),
            ("my-refund", "fund", vec![(5, 9)]),
            ("refund", "rfd", vec![(0, 1), (2, 3), (5, 6)]),
            ("über-uns", "üu", vec![(0, 2), (6, 7)]),
            ("refund", "", vec![]),
            ("refund", "late", vec![]),
        ] {
            let marks: Vec<(usize, usize)> =
                marked(shortcut, word).into_iter().map(|mark| (mark.start, mark.end)).collect();
            assert_eq!(marks, want, "{shortcut} {word}");
        }
    }

    proptest! {
        #[test]
        fn marks_stand_in_order_on_letters_that_were_typed(shortcut in "[a-zäß-]{1,12}", word in "[a-zäß-]{1,4}") {
            let marks = marked(&shortcut, &word);
            let letters: String = marks.iter().map(|mark| &shortcut[mark.clone()]).collect();
            prop_assert!(marks.is_empty() || letters == word);
            prop_assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
