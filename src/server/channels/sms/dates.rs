//! Dates as providers write them.

use crate::domain::Time;

/// ISO 8601 as RFC 3339 has it, also with a blank for the `T`, and UTC where it names no offset.
pub fn iso(text: &str) -> Option<Time> {
    let (date, rest) = text.trim().split_once(['T', 't', ' '])?;
    let (clock, minutes_east) = zone(rest)?;
    let [year, month, day] = split(date, '-')?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let [hour, minute, second] = split(clock, ':')?;
    let micros = if fraction.is_empty() { 0 } else { number(&format!("{fraction:0<6.6}"))? };
    Some(
        Time::from_utc([year, month, day], [hour, minute, second])?
            .plus(micros - minutes_east * Time::MINUTE),
    )
}

/// RFC 2822 and the date of HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn rfc2822(text: &str) -> Option<Time> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = text.split_once(',').map_or(text, |(_, date)| date);
    let mut words = text.split_ascii_whitespace();
    let (day, month, year) = (number(words.next()?)?, words.next()?, number(words.next()?)?);
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let [hour, minute, second] = split(words.next()?, ':')?;
    let (_, minutes_east) = match words.next()? {
        "GMT" | "UT" | "UTC" => ("", 0),
        offset => zone(offset)?,
    };
    Some(Time::from_utc([year, month, day], [hour, minute, second])?.plus(-minutes_east * Time::MINUTE))
}

/// `YYMMDDhhmm` in UTC, as in receipts of carriers; seconds may follow.
pub fn receipt(text: &str) -> Option<Time> {
    if !matches!(text.len(), 10 | 12) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let pair = |at: usize| text.get(at..at + 2).map_or(Some(0), number);
    Time::from_utc([2000 + pair(0)?, pair(2)?, pair(4)?], [pair(6)?, pair(8)?, pair(10)?])
}

/// What follows a clock's time cut off: `Z`, `+hh:mm`, `-hhmm`, or nothing.
fn zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let (clock, offset) = text.split_at(at);
    let digits = number(&offset.get(1..)?.replace(':', ""))?;
    let minutes = digits / 100 * 60 + digits % 100;
    Some((clock, if offset.starts_with('-') { -minutes } else { minutes }))
}

fn split(text: &str, by: char) -> Option<[i64; 3]> {
    let mut parts = text.split(by);
    let three = [number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?];
    parts.next().is_none().then_some(three)
}

fn number(text: &str) -> Option<i64> {
    let plain = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_of_each_form() {
        type Read = fn(&str) -> Option<Time>;
        for (read, text, want) in [
            (iso as Read, "2019-01-23T18:10:02.574Z", Some(1_548_267_002_574_000)),
            (iso, "2019-12-09T21:32:14.148+00:00", Some(1_575_927_134_148_000)),
            (iso, "2019-12-09T22:32:14+0100", Some(1_575_927_134_000_000)),
            (iso, "2019-12-09T16:02:14.1234567-05:30", Some(1_575_927_134_123_456)),
            (iso, "2020-01-01 14:00:00", Some(1_577_887_200_000_000)),
            (iso, "2023-02-29T00:00:00Z", None),
            (iso, "2020-01-01", None),
            (iso, "2020-01-01T1:é:00", None),
            (rfc2822, "Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000_000)),
            (rfc2822, "Sun, 06 Nov 1994 09:49:37 +0100", Some(784_111_777_000_000)),
            (rfc2822, "6 Nov 1994 08:49:37 -0000", Some(784_111_777_000_000)),
            (rfc2822, "Sun, 06 Foo 1994 08:49:37 GMT", None),
            (rfc2822, "soon", None),
            (receipt, "2001011400", Some(1_577_887_200_000_000)),
            (receipt, "200101140030", Some(1_577_887_230_000_000)),
            (receipt, "2013011400", None),
            (receipt, "20010114", None),
        ] {
            assert_eq!(read(text), want.map(Time), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "(?s).{0,40}", like in "[-0-9TZ:. +,A-Za-z]{0,40}") {
            for text in [&text, &like] {
                let _ = (iso(text), rfc2822(text), receipt(text));
            }
        }

        #[test]
        fn what_is_written_is_read(seconds in 0_i64..253_402_300_799) {
            let time = Time(seconds * Time::SECOND);
            prop_assert_eq!(iso(&time.rfc3339()), Some(time));
        }
    }
}
