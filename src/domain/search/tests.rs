use super::*;
use proptest::prelude::*;

/// The texts that are sought; with a star, what begins so.
fn terms(text: &str) -> Vec<String> {
    let terms = Search::parse(text).terms.into_iter();
    terms.map(|term| if term.begins { format!("{}*", term.text) } else { term.text }).collect()
}

fn utc(year: i64, month: i64, day: i64) -> Option<Time> {
    Time::from_utc([year, month, day], [0, 0, 0])
}

#[test]
fn words_phrases_and_the_last_word_that_may_go_on() {
    for (text, want) in [
        ("", &[][..]),
        ("   ", &[]),
        ("vase", &["vase*"]),
        ("blue vase", &["blue", "vase*"]),
        ("blue  \n vase ", &["blue", "vase*"]),
        ("\"blue vase\"", &["blue vase"]),
        ("red “blue vase” table", &["red", "blue vase", "table*"]),
        ("table \"blue vase", &["table", "blue vase"]),
        ("5\"2", &["5", "2"]),
        ("\"\"", &[""]),
        ("http://x.test/a?b", &["http://x.test/a?b"]),
        (":", &[":*"]),
        ("a: b", &["a:", "b*"]),
        ("12:30", &["12:30*"]),
    ] {
        assert_eq!(terms(text), want, "{text}");
    }
}

#[test]
fn operators_are_minded_and_the_rest_is_text() {
    let search = Search::parse(
        "from:vera FROM:\"Olga Ortiz\" channel:sms Status:Waiting status:open before:2026-11 refund",
    );
    assert_eq!(search.from, ["vera", "Olga Ortiz"]);
    assert_eq!(search.channel, ["sms"]);
    assert_eq!(search.status, [Status::Waiting, Status::Open]);
    assert_eq!((search.before, search.after), (utc(2026, 11, 1), None));
    assert_eq!(search.terms, [Term { text: "refund".into(), begins: true }]);
    assert!(!search.is_plain() && Search::parse("refund").is_plain());

    for (text, want) in [
        ("status:lost", "status:lost"),
        ("before:soon", "before:soon"),
        ("before:2026-02-30", "before:2026-02-30"),
        ("before:2026-1-1-1", "before:2026-1-1-1"),
        ("after:26", "after:26"),
        ("is:here", "is:here"),
        ("from:", "from:*"),
    ] {
        let search = Search::parse(text);
        assert_eq!(terms(text), [want], "{text}");
        assert_eq!(Search { terms: Vec::new(), ..search }, Search::default(), "{text}");
    }
}

#[test]
fn an_operator_at_the_end_finishes_the_word_before_it() {
    assert_eq!(terms("refund from:vera"), ["refund"]);
}

#[test]
fn of_two_bounds_the_narrower_counts() {
    let search = Search::parse("after:2025 after:2026-03-02 before:2027 before:2026-12-01");
    assert_eq!((search.after, search.before), (utc(2026, 3, 2), utc(2026, 12, 1)));
}

#[test]
fn only_the_beginning_of_a_very_long_text_is_read() {
    let long = "a ".repeat(Search::LONGEST);
    assert_eq!(Search::parse(&long).terms.len(), Search::LONGEST / 2);
}

proptest! {
    #[test]
    fn any_text_is_read(
        text in "(?s).{0,80}",
        like in "(from|channel|status|before|after|x)?:?[\"“”: a-z0-9-]{0,40}",
    ) {
        for text in [&text, &like] {
            let search = Search::parse(text);
            let said: usize = search.terms.iter().map(|term| term.text.chars().count()).sum();
            prop_assert!(said <= text.chars().count());
            prop_assert!(search.terms.iter().rev().skip(1).all(|term| !term.begins));
        }
    }
}
