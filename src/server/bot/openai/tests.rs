//! Answers as endpoints stream them, whole and broken.

use proptest::prelude::*;

use super::*;

fn delta(delta: &Value, finish: Option<&str>) -> String {
    format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }))
}

fn said(text: &str) -> String {
    delta(&json!({ "content": text }), None)
}

fn read(stream: &str) -> Result<Reply, Failed> {
    let (mut lines, mut collected) = (Lines::default(), Collected::default());
    for data in lines.push(stream.as_bytes()) {
        collected.take(&data)?;
    }
    finish(collected)
}

const DONE: &str = "data: [DONE]\n\n";

#[test]
fn a_whole_answer_is_one() {
    let begun = delta(&json!({ "role": "assistant", "content": "" }), None);
    let usage = "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n";
    let stream =
        [&begun, &said("Three "), &said("days."), &delta(&json!({}), Some("stop")), usage, DONE].concat();
    assert_eq!(read(&stream), Ok(Reply::Answer("Three days.".into())));
}

#[test]
fn half_an_answer_is_none() {
    let half = said("Three ");
    let stop = delta(&json!({}), Some("stop"));
    for (what, stream) in [
        ("cut", half.clone()),
        ("cut after its end was said", [half.as_str(), &stop].concat()),
        ("ended without a reason", [half.as_str(), DONE].concat()),
        ("cut by tokens", [&half, &delta(&json!({}), Some("length")), DONE].concat()),
        ("filtered", [&half, &delta(&json!({}), Some("content_filter")), DONE].concat()),
        ("not JSON", [&half, "data: {\"choices\": [\n\n", &stop, DONE].concat()),
        (
            "an error in the middle",
            [&half, "data: {\"error\":{\"message\":\"overloaded\"}}\n\n", DONE].concat(),
        ),
        ("a refusal", [&delta(&json!({ "refusal": "No." }), None), &stop, DONE].concat()),
        ("nothing", [&stop, DONE].concat()),
        ("an unknown end", [&half, &delta(&json!({}), Some("meteor")), DONE].concat()),
        ("empty", String::new()),
    ] {
        assert!(read(&stream).is_err(), "{what}");
    }
}

#[test]
fn a_call_hands_off_with_what_the_model_knows() {
    let call = |name: Option<&str>, arguments: &str| {
        let function = json!({ "name": name, "arguments": arguments });
        delta(&json!({ "content": null, "tool_calls": [{ "index": 0, "function": function }] }), None)
    };
    let end = delta(&json!({}), Some("tool_calls"));
    let arguments = r#"{"reason":"A refund","facts":{"order":12},"confidence":0.4,"language":"de"}"#;
    let (one, other) = arguments.split_at(17);
    let stream = [&call(Some(HANDOFF), one), &call(None, other), &end, DONE].concat();
    let Ok(Reply::HandOff(handoff)) = read(&stream) else { panic!("a handoff") };
    assert_eq!(handoff.reason, HandoffReason::Bot);
    assert_eq!((handoff.words.as_deref(), handoff.confidence), (Some("A refund"), Some(40)));
    assert_eq!(handoff.facts, [Fact { name: "order".into(), value: "12".into() }]);
    assert!(read(&[&call(Some(HANDOFF), one), &end, DONE].concat()).is_err(), "half a call is none");
    assert!(
        read(&[call(Some(HANDOFF), arguments), end.clone()].concat()).is_err(),
        "nor is one that was cut"
    );
    assert!(read(&[&call(Some("delete_everything"), "{}"), &end, DONE].concat()).is_err());
}

#[test]
fn the_newest_lines_are_given_and_the_last_whatever_its_length() {
    let line = |text: &str| Line { speaker: Speaker::Customer, name: String::new(), text: text.into() };
    let transcript = [line("aaaa"), line("bbb"), line("cc")];
    for (most, lines) in [(0, 1), (2, 1), (4, 1), (5, 2), (8, 2), (9, 3), (100, 3)] {
        assert_eq!(newest(&transcript, most).len(), lines, "{most}");
    }
    assert!(newest(&[], 10).is_empty());
}

proptest! {
    /// Wherever the network cuts a stream, its data are the same.
    #[test]
    fn cuts_do_not_matter(texts in prop::collection::vec("[a-zäö€\\n]{0,6}", 1..6), step in 1..9_usize) {
        let stream: String = texts.iter().map(|text| said(text)).collect();
        let mut lines = Lines::default();
        let cut: Vec<String> = stream.as_bytes().chunks(step).flat_map(|chunk| lines.push(chunk)).collect();
        prop_assert_eq!(cut, Lines::default().push(stream.as_bytes()));
    }

    #[test]
    fn nothing_that_comes_makes_it_panic(stream in "(data: )?[\\[\\]{}\":a-z,0-9\n]{0,80}") {
        let _ = read(&stream);
    }
}
