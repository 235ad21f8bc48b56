//! The words of a text as the index has them: in small letters, without accents, each with its place in the text.
//!
//! Both databases are given the same words and split nothing themselves. So they find the same, and nothing that
//! somebody typed can be an operator of theirs.

use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// The end of a longer word is not kept, in bytes. PostgreSQL refuses words of 2 KB.
const LONGEST: usize = 64;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Letters and digits alone.
    pub text: String,
    /// Where it stands, in bytes.
    pub place: Range<usize>,
}

/// The words of a text, in their order. Where a script has no spaces, each character is a word.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut reader = Reader::default();
    for (start, letter) in text.char_indices() {
        reader.place = start..start + letter.len_utf8();
        if letter.is_ascii() {
            reader.take(letter.to_ascii_lowercase());
        } else {
            reader.fold(letter);
        }
    }
    reader.close();
    reader.found
}

#[derive(Default)]
struct Reader {
    found: Vec<Word>,
    open: Option<Word>,
    /// Of the character that is being read.
    place: Range<usize>,
}

impl Reader {
    /// Takes a character as those that it is made of, in small letters.
    fn fold(&mut self, letter: char) {
        let mut parts = Vec::new();
        decompose_compatible(letter, |part| parts.extend(part.to_lowercase()));
        for part in parts {
            match plain(part) {
                Some(letters) => letters.chars().for_each(|letter| self.take(letter)),
                // A small letter may be made of parts too.
                None => decompose_compatible(part, |part| self.take(part)),
            }
        }
    }

    fn take(&mut self, letter: char) {
        if is_passed_over(letter) {
            if let Some(word) = &mut self.open {
                word.place.end = self.place.end;
            }
        } else if !letter.is_alphanumeric() {
            self.close();
        } else if stands_alone(letter) {
            self.close();
            self.add(letter);
            self.close();
        } else {
            self.add(letter);
        }
    }

    fn add(&mut self, letter: char) {
        let place = self.place.clone();
        let word = self.open.get_or_insert_with(|| Word { text: String::new(), place: place.clone() });
        word.place.end = place.end;
        if word.text.len() + letter.len_utf8() <= LONGEST {
            word.text.push(letter);
        }
    }

    fn close(&mut self) {
        self.found.extend(self.open.take());
    }
}

/// What stands for a letter that has no parts, but that many keyboards lack.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Whether a character only changes the one before it, or is not seen at all.
fn is_passed_over(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || canonical_combining_class(letter) != 0
}

/// Whether a character is of a script that puts no spaces between words: Han and Kana.
const fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        words(text).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_as_everybody_would_write_them() {
        for (text, want) in [
            ("", ""),
            (" -- !", ""),
            ("Blue VASE, 12.50", "blue vase 12 50"),
            ("Größe GRÖSSE große", "grosse grosse grosse"),
            ("Łódź Søren Þór Ærø", "lodz soren thor aero"),
            ("İstanbul ISPARTA ısparta", "istanbul isparta isparta"),
            ("café cafe\u{301}", "cafe cafe"),
            ("ﬁnd Ⅷ ½", "find viii 1 2"),
            ("Σίσυφος ΣΙΣΥΦΟΣ", "σισυφοσ σισυφοσ"),
            ("don't mia@example.com", "don t mia example com"),
            ("zu\u{ad}sammen", "zusammen"),
            ("青い花瓶 vase", "青 い 花 瓶 vase"),
            ("한국", "한국".chars().flat_map(hangul).collect::<String>().as_str()),
            ("हिन्दी", "हिनदी"),
            ("❤️ok🙏", "ok"),
            ("a_b", "a b"),
        ] {
            assert_eq!(folded(text), want, "{text}");
        }
    }

    fn hangul(letter: char) -> Vec<char> {
        let mut parts = Vec::new();
        decompose_compatible(letter, |part| parts.push(part));
        parts
    }

    #[test]
    fn places_are_those_of_the_text_as_it_is() {
        let text = "Zur Größe: cafe\u{301}!";
        let places: Vec<&str> = words(text).into_iter().map(|word| &text[word.place]).collect();
        assert_eq!(places, ["Zur", "Größe", "cafe\u{301}"]);
    }

    #[test]
    fn the_end_of_a_very_long_word_is_not_kept() {
        let text = "ä".repeat(5_000);
        let found = words(&text);
        assert_eq!((found.len(), found[0].text.len()), (1, LONGEST));
        assert_eq!(found[0].place, 0..text.len());
    }

    proptest! {
        #[test]
        fn any_text_has_words_of_letters_in_its_order(text in "(?s).{0,60}", near in "[ßæ\u{300}-\u{303}İa-c '\"*_:()-]{0,30}") {
            for text in [&text, &near] {
                let mut end = 0;
                for word in words(text) {
                    prop_assert!(!word.text.is_empty() && word.text.len() <= LONGEST);
                    prop_assert!(word.text.chars().all(char::is_alphanumeric), "{:?}", word.text);
                    prop_assert!(text.get(word.place.clone()).is_some());
                    prop_assert!(word.place.start < word.place.end && word.place.end <= text.len());
                    // One character can be several words, as a fraction is.
                    prop_assert!(word.place.end >= end);
                    end = word.place.end;
                }
            }
        }

        #[test]
        fn what_was_folded_stays_as_it_is(text in "(?s).{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
