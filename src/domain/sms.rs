//! How carriers count a text message, and the words by which people leave and come back.

/// How a text message's characters travel (3GPP TS 23.038).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits a character: the GSM alphabet; some characters take two.
    Gsm7,
    /// UTF-16: for everything else.
    Ucs2,
}

/// How many messages a text becomes at the carrier, which is also what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    pub encoding: Encoding,
    /// Length in septets or in UTF-16 units.
    pub units: usize,
    /// How many messages are sent; none for an empty text.
    pub count: usize,
    /// How many units fit into each of them: fewer once there are several, for the header that joins them.
    pub per_segment: usize,
    /// The first character outside the GSM alphabet, to be pointed at.
    pub forced_by: Option<char>,
}

impl Segments {
    /// Counts as Twilio's and other calculators do: what takes two units is never split between two messages.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let forced_by = text.chars().find(|c| septets(*c).is_none());
        let (encoding, single, joined) = match forced_by {
            None => (Encoding::Gsm7, 160, 153),
            Some(_) => (Encoding::Ucs2, 70, 67),
        };
        let width = |c: char| match encoding {
            Encoding::Gsm7 => septets(c).unwrap_or_default(),
            Encoding::Ucs2 => c.len_utf16(),
        };
        let units = text.chars().map(width).sum();
        if units <= single {
            return Self { encoding, units, count: usize::from(units > 0), per_segment: single, forced_by };
        }
        let (mut count, mut filled) = (1, 0);
        for wide in text.chars().map(width) {
            if filled + wide > joined {
                count += 1;
                filled = 0;
            }
            filled += wide;
        }
        Self { encoding, units, count, per_segment: joined, forced_by }
    }
}

/// How many septets a character takes in the GSM alphabet and its extension table, if it is in them.
const fn septets(c: char) -> Option<usize> {
    match c {
        'A'..='Z' | 'a'..='z' | '0'..='9' | '\n' | '\r' | ' '..='#' | '%'..='?' | '$' | '@' | '_' => Some(1),
        '£' | '¥' | 'è' | 'é' | 'ù' | 'ì' | 'ò' | 'Ç' | 'Ø' | 'ø' | 'Å' | 'å' | 'Æ' | 'æ' | 'ß' | 'É' => {
            Some(1)
        }
        'Δ' | 'Φ' | 'Γ' | 'Λ' | 'Ω' | 'Π' | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' => Some(1),
        '¤' | '¡' | 'Ä' | 'Ö' | 'Ñ' | 'Ü' | '§' | '¿' | 'ä' | 'ö' | 'ñ' | 'ü' | 'à' => Some(1),
        '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
        _ => None,
    }
}

/// What a whole message of one word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentWord {
    /// No more messages from this number.
    Stop,
    /// Messages again.
    Start,
    /// Who writes, and how to stop it.
    Help,
}

/// The words that carriers and providers act upon themselves.
const WORDS: [(&str, ConsentWord); 12] = [
    ("STOP", ConsentWord::Stop),
    ("STOPALL", ConsentWord::Stop),
    ("STOP ALL", ConsentWord::Stop),
    ("UNSUBSCRIBE", ConsentWord::Stop),
    ("CANCEL", ConsentWord::Stop),
    ("END", ConsentWord::Stop),
    ("QUIT", ConsentWord::Stop),
    ("REVOKE", ConsentWord::Stop),
    ("OPTOUT", ConsentWord::Stop),
    ("START", ConsentWord::Start),
    ("UNSTOP", ConsentWord::Start),
    ("HELP", ConsentWord::Help),
];

/// What a message asks for, if the word is all it says: "please stop by" asks for nothing.
#[must_use]
pub fn consent_word(text: &str) -> Option<ConsentWord> {
    let text = text.trim();
    WORDS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What `sms-segments-calculator`, `split-sms` and `smpplib` agree on.
    #[test]
    fn counts_of_the_common_calculators() {
        #[rustfmt::skip]
        let table = [
            ("",  0,   Encoding::Gsm7, 0,   0),
            ("a", 160, Encoding::Gsm7, 160, 1),
            ("a", 161, Encoding::Gsm7, 161, 2),
            ("a", 306, Encoding::Gsm7, 306, 2),
            ("a", 307, Encoding::Gsm7, 307, 3),
            ("€", 80,  Encoding::Gsm7, 160, 1),
            ("€", 81,  Encoding::Gsm7, 162, 2),
            // 76 of them in a segment of 153, since the 153rd septet cannot hold half of one.
            ("€", 152, Encoding::Gsm7, 304, 2),
            ("€", 153, Encoding::Gsm7, 306, 3),
            ("ж", 70,  Encoding::Ucs2, 70,  1),
            ("ж", 71,  Encoding::Ucs2, 71,  2),
            ("🙂", 35, Encoding::Ucs2, 70,  1),
            ("🙂", 36, Encoding::Ucs2, 72,  2),
            // 33 of them in a segment of 67.
            ("🙂", 66, Encoding::Ucs2, 132, 2),
            ("🙂", 67, Encoding::Ucs2, 134, 3),
        ];
        for (what, times, encoding, units, count) in table {
            let got = Segments::of(&what.repeat(times));
            assert_eq!((got.encoding, got.units, got.count), (encoding, units, count), "{times} of {what}");
        }
    }

    #[test]
    fn the_gsm_alphabet_is_exactly_its_table() {
        let basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
        let extension = "\u{c}^{}\\[~]|€";
        assert_eq!((basic.chars().count(), extension.chars().count()), (127, 10));
        for c in (0..=0x2_ffff).filter_map(char::from_u32) {
            let want = basic.contains(c).then_some(1).or(extension.contains(c).then_some(2));
            assert_eq!(septets(c), want, "{c:?}");
        }
    }

    #[test]
    fn the_character_that_costs_the_alphabet_is_named() {
        for (text, forced_by) in [
            ("a\tb", Some('\t')),
            ("`x", Some('`')),
            ("it’s “so”", Some('’')),
            ("ç", Some('ç')),
            ("Ç [€]", None),
        ] {
            assert_eq!(Segments::of(text).forced_by, forced_by, "{text}");
        }
    }

    #[test]
    fn only_a_whole_message_is_a_word() {
        for (text, want) in [
            ("STOP", Some(ConsentWord::Stop)),
            (" stop\n", Some(ConsentWord::Stop)),
            ("Stop All", Some(ConsentWord::Stop)),
            ("optout", Some(ConsentWord::Stop)),
            ("unstop", Some(ConsentWord::Start)),
            ("Start", Some(ConsentWord::Start)),
            ("help", Some(ConsentWord::Help)),
            ("please stop by", None),
            ("stop!", None),
            ("", None),
        ] {
            assert_eq!(consent_word(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn segments_hold_all_units_and_waste_at_most_one_each(text in "(?s).{0,400}") {
            let it = Segments::of(&text);
            prop_assert!(it.units <= it.count * it.per_segment);
            if it.count > 1 {
                prop_assert!(it.units > (it.count - 1) * (it.per_segment - 1));
            }
            prop_assert_eq!(it.encoding == Encoding::Ucs2, it.forced_by.is_some());
        }
    }
}
