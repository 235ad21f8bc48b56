//! Words, as far as two readers of the same bytes must agree about them.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::Builder;
use mail_parser::decoders::charsets::map::charset_decoder;

/// Which words of a text count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    All,
    /// Those in ASCII: which character the others are is a matter of guessing.
    Ascii,
    /// None: it is in escapes, which in turn are ASCII.
    Nothing,
}

impl Reach {
    /// Of a text that was decoded by its label.
    pub fn of(text: &str, label: Option<&str>) -> Self {
        if text.contains('\x1b') {
            Self::Nothing
        } else if text.contains(char::REPLACEMENT_CHARACTER) || !label.is_none_or(is_plain) {
            Self::Ascii
        } else {
            Self::All
        }
    }
}

/// Whether both readers know a label, and neither guesses under it.
fn is_plain(label: &str) -> bool {
    const GUESSED: [&str; 8] = ["ascii", "csu", "iso-10646", "ucs", "unicode", "us-ascii", "utf-16", "utf-7"];
    let label = label.trim().to_ascii_lowercase();
    let is_known = matches!(label.as_str(), "utf-8" | "utf8") || charset_decoder(label.as_bytes()).is_some();
    is_known && !GUESSED.iter().any(|start| label.starts_with(start))
}

/// The words of a text that count.
pub fn words(text: &str, reach: Reach) -> impl Iterator<Item = &str> {
    let parts = move |c: char| match reach {
        Reach::All => !c.is_alphanumeric(),
        Reach::Ascii | Reach::Nothing => c.is_ascii() && !c.is_ascii_alphanumeric(),
    };
    let counts = move |word: &&str| match reach {
        Reach::All => !word.is_empty(),
        Reach::Ascii => !word.is_empty() && word.is_ascii(),
        Reach::Nothing => false,
    };
    text.split(parts).filter(counts)
}

/// Where words are looked for.
pub struct Haystack {
    words: HashSet<String>,
    /// Without white space: a line may be broken anywhere.
    joined: String,
}

impl Haystack {
    pub fn of(text: &str) -> Self {
        let words = words(text, Reach::All).map(str::to_owned).collect();
        Self { words, joined: text.split_whitespace().collect() }
    }

    pub fn has(&self, word: &str) -> bool {
        self.words.contains(word) || self.joined.contains(word)
    }
}

/// Elements whose content nobody reads.
const NO_TEXT: [&str; 20] = [
    "applet", "audio", "canvas", "datalist", "frameset", "iframe", "math", "noembed", "noframes", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
];

static TEXT_ALONE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner.clean_content_tags(NO_TEXT.into_iter().collect()).strip_comments(true);
    cleaner
});

/// What people read of HTML. Its escapes stay escaped.
pub fn visible(html: &str) -> String {
    TEXT_ALONE.clean(html).to_string()
}

#[test]
fn words_in_doubt_do_not_count() {
    let list = |text, reach| words(text, reach).collect::<Vec<_>>();
    assert_eq!(list("a-b größe, 3€", Reach::All), ["a", "b", "größe", "3"]);
    assert_eq!(list("a-b größe, 3€", Reach::Ascii), ["a", "b"]);
    assert!(list("a-b", Reach::Nothing).is_empty());
    for (text, label, reach) in [
        ("größe", None, Reach::All),
        ("größe", Some("ISO-8859-1"), Reach::All),
        ("größe", Some("US-ASCII"), Reach::Ascii),
        ("größe", Some("no-such-charset"), Reach::Ascii),
        ("gr\u{fffd}e", Some("utf-8"), Reach::Ascii),
        ("\x1b$B", Some("iso-2022-jp"), Reach::Nothing),
    ] {
        assert_eq!(Reach::of(text, label), reach, "{text:?} {label:?}");
    }
    let haystack = Haystack::of("so mething else");
    assert!(haystack.has("something") && haystack.has("else") && !haystack.has("other"));
    assert_eq!(visible("<p>a<b>b</b></p><style>c</style>"), "ab");
}
