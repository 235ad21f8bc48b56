//! Random texts and random searches: each database finds what a plain look at every text finds.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{
    super::{kit::TestApp, on_both, promises::trials},
    page,
};
use crate::{
    domain::{Search, SearchPage, Time},
    server::store::search::words,
};

on_both!(what_is_found_equals_the_model);

/// Near enough to each other to be confused.
const WORDS: &[&str] = &[
    "vase",
    "vases",
    "Vasen",
    "blue",
    "blau",
    "Größe",
    "grosse",
    "4711",
    "47",
    "a",
    "mia@x.test",
    "花瓶",
    "ok!",
    "vasenladen",
    "BLUE",
];

fn texts(most: usize) -> impl Strategy<Value = String> + Clone {
    proptest::collection::vec(proptest::sample::select(WORDS), 1..most).prop_map(|words| words.join(" "))
}

fn searches() -> impl Strategy<Value = String> {
    let phrase = texts(4).prop_map(|text| format!("\"{text}\""));
    let start =
        proptest::sample::select(&["va", "vas", "vase", "bl", "blu", "gro", "mia@x", "花", "47", "471"]);
    prop_oneof![
        texts(4),
        phrase.clone(),
        (texts(3), phrase).prop_map(|(text, phrase)| format!("{text} {phrase}")),
        (texts(3), start.clone()).prop_map(|(text, start)| format!("{text} {start}")),
        start.prop_map(str::to_owned),
    ]
}

/// Whether a text has everything that is sought.
fn fits(text: &str, search: &Search) -> bool {
    let there: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
    search.terms.iter().all(|term| {
        let sought: Vec<String> = words(&term.text).into_iter().map(|word| word.text).collect();
        let Some(last) = sought.last() else { return true };
        let may_go_on = term.begins && last.chars().count() >= 3;
        there.windows(sought.len()).any(|run| {
            let (end, head) = run.split_last().expect("a word");
            let ends = if may_go_on { end.starts_with(last) } else { end == last };
            ends && head == &sought[..head.len()]
        })
    })
}

async fn what_is_found_equals_the_model(app: TestApp) {
    let ann = app.operator("Ann").await;
    let visitor = app.visitor();
    let mut runner = TestRunner::deterministic();
    let mut said = Vec::new();
    // No more than one page holds.
    for _ in 0..SearchPage::HITS {
        app.clock.advance(Time::SECOND);
        let text = texts(8).new_tree(&mut runner).expect("a text").current();
        visitor.say(&text).await;
        said.insert(0, text);
    }
    let rounds = trials(200);
    for _ in 0..rounds {
        let text = searches().new_tree(&mut runner).expect("a search").current();
        let search = Search::parse(&text);
        let want: Vec<usize> =
            (1..=said.len()).rev().filter(|seq| fits(&said[said.len() - seq], &search)).collect();
        let found = page(&ann, &text, None).await;
        let got: Vec<usize> = found
            .threads
            .iter()
            .flat_map(|thread| &thread.messages)
            .map(|message| usize::try_from(message.seq).expect("a number"))
            .collect();
        assert_eq!(got, want, "{text}");
    }
    println!("{rounds} searches over {} texts on {}", said.len(), app.db.system());
}
