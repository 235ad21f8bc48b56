//! The stretch of a message around what was sought in it.

use std::ops::Range;

use crate::{
    domain::{Message, Piece},
    server::store::search::{Clause, Word, words},
};

/// Characters that an excerpt has, and how many of them stand before the first hit.
const LENGTH: usize = 180;
const BEFORE: usize = 48;

/// The best stretch of a message: of its text, else of its subject, else of its files' names; without a hit the beginning.
pub fn of_message(message: &Message, clauses: &[Clause]) -> Vec<Piece> {
    let text = message.fresh();
    let subject = message.mail.as_ref().map(|mail| mail.subject.clone()).unwrap_or_default();
    let names: Vec<&str> = message.attachments.iter().map(|file| file.name.as_str()).collect();
    let names = names.join(", ");
    let texts: [&str; 3] = [&text, &subject, &names];
    let best = texts.into_iter().find(|text| !hits(text, clauses).is_empty());
    let best = best.or_else(|| texts.into_iter().find(|text| !text.trim().is_empty())).unwrap_or_default();
    excerpt(best, &hits(best, clauses))
}

/// Where something that was sought stands in a text, in its order, without overlaps.
fn hits(text: &str, clauses: &[Clause]) -> Vec<Range<usize>> {
    let there = words(text);
    let mut found: Vec<Range<usize>> = clauses.iter().flat_map(|clause| hits_of(&there, clause)).collect();
    found.sort_by_key(|place| place.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for place in found {
        match merged.last_mut().filter(|last| place.start < last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => merged.push(place),
        }
    }
    merged
}

fn hits_of(there: &[Word], clause: &Clause) -> Vec<Range<usize>> {
    let Clause::Words { words, begins } = clause else { return Vec::new() };
    let Some((last, head)) = words.split_last() else { return Vec::new() };
    let fits = |run: &&[Word]| {
        let Some((end, start)) = run.split_last() else { return false };
        let ends = if *begins { end.text.starts_with(last) } else { end.text == *last };
        ends && start.iter().map(|word| &word.text).eq(head)
    };
    let place = |run: &[Word]| Some(run.first()?.place.start..run.last()?.place.end);
    there.windows(words.len()).filter(fits).filter_map(place).collect()
}

/// Cuts a text to the stretch around its first hit, and parts it at its hits. White space is one space each.
fn excerpt(text: &str, hits: &[Range<usize>]) -> Vec<Piece> {
    let first = hits.first().map_or(0, |hit| hit.start);
    let start = back(text, first, BEFORE);
    let end = forth(text, start, LENGTH).max(hits.first().map_or(0, |hit| hit.end));
    let mut pieces = Vec::new();
    let mut push = |text: String, is_hit| {
        if !text.is_empty() {
            pieces.push(Piece { text, is_hit });
        }
    };
    let mut at = start;
    for hit in hits.iter().filter(|hit| hit.end <= end) {
        push(flat(&text[at..hit.start]), false);
        push(flat(&text[hit.clone()]), true);
        at = hit.end;
    }
    push(flat(&text[at..end]), false);
    if start > 0
        && let Some(piece) = pieces.first_mut()
    {
        let rest = piece.text.trim_start();
        piece.text = format!("…{rest}");
    }
    if end < text.len()
        && let Some(piece) = pieces.last_mut()
    {
        let rest = piece.text.trim_end();
        piece.text = format!("{rest}…");
    }
    pieces
}

/// So many characters before a place, or fewer, at the beginning of a word.
fn back(text: &str, place: usize, characters: usize) -> usize {
    let before = &text[..place];
    let far = before.char_indices().rev().take(characters).last().map_or(place, |(at, _)| at);
    if far == 0 {
        return 0;
    }
    let space = before[far..].find(char::is_whitespace);
    space.map_or(place, |space| far + space)
}

/// So many characters after a place, or fewer, at the end of a word if there is one.
fn forth(text: &str, place: usize, characters: usize) -> usize {
    let after = &text[place..];
    let Some((far, _)) = after.char_indices().nth(characters) else { return text.len() };
    let space = after[..far].rfind(char::is_whitespace).filter(|space| *space > 0);
    place + space.unwrap_or(far)
}

fn flat(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    for letter in text.chars() {
        if !letter.is_whitespace() {
            flat.push(letter);
        } else if !flat.ends_with(' ') {
            flat.push(' ');
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An excerpt with its hits in brackets.
    fn shown(text: &str, sought: &[(&str, bool)]) -> String {
        let clauses: Vec<Clause> =
            sought.iter().filter_map(|(text, begins)| Clause::text(text, *begins)).collect();
        let pieces = excerpt(text, &hits(text, &clauses));
        let show = |piece: Piece| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text };
        pieces.into_iter().map(show).collect()
    }

    #[test]
    fn what_was_sought_is_parted_from_the_rest() {
        for (text, sought, want) in [
            ("The blue vase", &[("vase", false)][..], "The blue [vase]"),
            ("The blue vases", &[("vase", false)], "The blue vases"),
            ("The blue vases", &[("vas", true)], "The blue [vases]"),
            ("Blue vase, BLUE\n  Vase", &[("blue vase", false)], "[Blue vase], [BLUE Vase]"),
            ("blue vase", &[("blue", false), ("vase", true)], "[blue] [vase]"),
            ("blue vase here", &[("blue vase", false), ("vase here", false)], "[blue vase here]"),
            ("Die Größe", &[("grosse", false)], "Die [Größe]"),
            ("<b>blue</b>", &[("blue", false)], "<b>[blue]</b>"),
            ("nothing", &[("blue", false)], "nothing"),
            ("", &[("blue", false)], ""),
        ] {
            assert_eq!(shown(text, sought), want, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_hit() {
        let text = format!("{} blue vase {}", "word ".repeat(60).trim_end(), "more ".repeat(60).trim_end());
        let shown = shown(&text, &[("vase", false)]);
        assert!(shown.starts_with("…word") && shown.ends_with("more…"), "{shown}");
        assert!(shown.contains("blue [vase] more") && shown.chars().count() < LENGTH + 8, "{shown}");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_at_its_characters(text in "(?s).{0,400}", sought in "(?s).{0,6}") {
            let clauses: Vec<Clause> = Clause::text(&sought, true).into_iter().collect();
            let pieces = excerpt(&text, &hits(&text, &clauses));
            prop_assert!(pieces.iter().all(|piece| !piece.text.is_empty()));
        }
    }
}
