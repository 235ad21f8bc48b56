//! The word after a slash that somebody is typing. Browsers count the places in a field in units of UTF-16.

/// A word that begins with a slash, up to the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where its slash stands, in bytes.
    pub start: usize,
    /// The caret, in bytes.
    end: usize,
    /// What is typed after the slash.
    pub query: String,
}

/// The word at the caret, if it begins with a slash and has no other: that would be a path.
pub fn word_at(text: &str, caret: u32) -> Option<Word> {
    let end = byte_of(text, caret)?;
    let before = text.get(..end)?;
    let blank = before.char_indices().rev().find(|(_, c)| c.is_whitespace());
    let start = blank.map_or(0, |(at, c)| at + c.len_utf8());
    let query = before[start..].strip_prefix('/').filter(|query| !query.contains('/'))?;
    Some(Word { start, end, query: query.to_owned() })
}

/// The text with something else in the place of a word, and the caret behind that.
pub fn replaced(text: &str, word: &Word, with: &str) -> (String, u32) {
    let (before, after) =
        (text.get(..word.start).unwrap_or_default(), text.get(word.end..).unwrap_or_default());
    let start = format!("{before}{with}");
    let caret = units(&start);
    (start + after, caret)
}

/// The text with a slash at the caret that begins a word, and the caret behind that.
pub fn with_slash(text: &str, caret: u32) -> (String, u32) {
    let at = byte_of(text, caret).unwrap_or(text.len());
    let (before, after) = text.split_at(at);
    let gap = if before.ends_with(|c: char| !c.is_whitespace()) { " " } else { "" };
    let start = format!("{before}{gap}/");
    let caret = units(&start);
    (start + after, caret)
}

/// The place in bytes of one in UTF-16, if both are between the same characters.
fn byte_of(text: &str, caret: u32) -> Option<usize> {
    let mut passed = 0;
    for (at, c) in text.char_indices() {
        if passed >= caret {
            return (passed == caret).then_some(at);
        }
        passed += if c.len_utf16() == 2 { 2 } else { 1 };
    }
    (passed == caret).then_some(text.len())
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn query(text: &str, caret: u32) -> Option<String> {
        word_at(text, caret).map(|word| word.query)
    }

    #[test]
    fn a_slash_counts_where_a_word_begins() {
        for (text, caret, want) in [
            ("/", 1, Some("")),
            ("/re", 3, Some("re")),
            ("/re", 2, Some("r")),
            ("Hi /re there", 6, Some("re")),
            ("Hi\n/re", 6, Some("re")),
            ("🙂 /ü", 5, Some("ü")),
            ("/re", 0, None),
            ("/re ", 4, None),
            ("Hi", 2, None),
            ("and/or", 6, None),
            ("/etc/hosts", 10, None),
            ("//", 2, None),
            ("", 0, None),
            ("🙂", 1, None),
            ("/re", 9, None),
        ] {
            assert_eq!(query(text, caret).as_deref(), want, "{text} at {caret}");
        }
    }

    #[test]
    fn the_word_gives_way_and_the_caret_stands_behind() {
        let word = word_at("🙂 /re, bye", 6).expect("a word");
        assert_eq!(replaced("🙂 /re, bye", &word, "Hello 🙂"), ("🙂 Hello 🙂, bye".to_owned(), 11));
        for (text, caret, want) in [
            ("", 0, ("/", 1)),
            ("Hi", 2, ("Hi /", 4)),
            ("Hi ", 3, ("Hi /", 4)),
            ("Hi you", 3, ("Hi /you", 4)),
            ("Hi", 99, ("Hi /", 4)),
        ] {
            assert_eq!(with_slash(text, caret), (want.0.to_owned(), want.1), "{text} at {caret}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_a_begun_word_is_found(text in "[/a🙂 \n]{0,12}", caret in 0..30_u32) {
            let (begun, after) = with_slash(&text, caret);
            let word = word_at(&begun, after).expect("it was begun");
            prop_assert_eq!(word.query.as_str(), "");
            let (back, _) = replaced(&begun, &word, "");
            prop_assert_eq!(back.replace(' ', ""), text.replace(' ', ""));
        }
    }
}
