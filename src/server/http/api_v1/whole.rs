//! Whole numbers, as programs of all sorts write them.

use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// Beyond this, programs that have no integers cannot tell one number from the next (RFC 8259 § 6).
pub const LARGEST: i64 = 9_007_199_254_740_991;

/// A whole number, however it is written: to JSON Schema `1.0` is an integer too.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Number")]
struct Whole(i64);

impl TryFrom<Number> for Whole {
    type Error = String;

    fn try_from(number: Number) -> Result<Self, String> {
        let whole = number.as_i64().or_else(|| number.as_f64().and_then(exact));
        whole.map(Self).ok_or_else(|| format!("{number} is no whole number, or too large"))
    }
}

fn exact(number: f64) -> Option<i64> {
    const MOST: f64 = 9_007_199_254_740_991.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within")]
    let whole = (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i64);
    whole
}

/// For a field that has to be there.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Whole::deserialize(deserializer).map(|Whole(number)| number)
}

/// For a field that may be missing or null.
pub fn maybe_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map(|Whole(number)| number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for (text, number) in [
            ("7", Some(7)),
            ("7.0", Some(7)),
            ("-7.0", Some(-7)),
            ("7e2", Some(700)),
            ("9007199254740991", Some(LARGEST)),
            ("9007199254740992.0", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("1e300", None),
            ("7.5", None),
            ("\"7\"", None),
            ("true", None),
            ("null", None),
        ] {
            let read = whole(&mut serde_json::Deserializer::from_str(text));
            assert_eq!(read.ok(), number, "{text}");
        }
    }

    #[test]
    fn one_that_may_be_missing_is_no_other() {
        for (text, number) in [("null", Some(None)), ("7.0", Some(Some(7))), ("7.5", None), ("[]", None)] {
            let read = maybe_whole(&mut serde_json::Deserializer::from_str(text));
            assert_eq!(read.ok(), number, "{text}");
        }
    }
}
