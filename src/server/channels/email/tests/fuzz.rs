//! Texts and markup that only look like those of mails. Whole mails with faults are fuzzed in `tests::fuzz`.

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::{
    html,
    quote::{Kind, fold, fold_html},
    sanitise::{sanitise, show_images},
    text,
};

/// Folding covers a text without a gap, and leaves something to see where there is something.
fn cover(text: &str) {
    let segments = fold(text);
    let joined: String = segments.iter().map(|segment| &text[segment.range.clone()]).collect();
    assert_eq!(joined, text);
    let seen = segments.iter().filter(|segment| segment.kind == Kind::Visible);
    let seen: String = seen.map(|segment| &text[segment.range.clone()]).collect();
    assert_eq!(seen.trim().is_empty(), text.trim().is_empty());
}

/// Lines that look like those that mean something.
fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(
        &[
            "",
            " ",
            "> quoted",
            ">> twice",
            "On 3 Nov 2026, Olga <o@acme.test> wrote:",
            "wrote:",
            "-- ",
            "--",
            "text",
            "Sent from my iPhone",
            "From: Olga",
            "Sent: Tuesday",
            "To: Ana",
            "Subject: x",
            "-----Original Message-----",
            "---------- Forwarded message ---------",
            "________",
            "\r",
            "é: ü",
            "Begin forwarded message:",
        ][..],
    );
    prop::collection::vec(line, 0..20).prop_map(|lines| lines.join("\n"))
}

/// Markup that is nearly HTML.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "<p>",
            "</p>",
            "<div class=\"gmail_quote\">",
            "</div>",
            "<blockquote type=cite>",
            "</blockquote>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<img src=cid:a>",
            "<img src=https://x.test/>",
            "<b>",
            "</b>",
            "<svg>",
            "</svg>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "text",
            "&lt;",
            "<a href='https://x.test'>",
            "</a>",
            "<",
            ">",
            "\"",
            "'",
            "=",
            "é",
            "<div id=appendonsend>",
            "<math>",
            "<mtext>",
            "<title>",
            "</title>",
            "<![CDATA[",
            "]]>",
        ][..],
    );
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_covered(text in "\\PC{0,300}", lines in lines()) {
        cover(&text);
        cover(&lines);
    }

    #[test]
    fn any_flowed_text(text in "(>|> | |-- |a|é|\n){0,60}") {
        let _ = text::unflow(&text, false);
        let _ = text::unflow(&text, true);
    }

    #[test]
    fn any_markup_becomes_harmless(markup in markup()) {
        let _ = text::from_html(&markup);
        let Ok(clean) = sanitise(&markup, &HashMap::new()) else { return Ok(()) };
        for tag in html::tags(&clean.html) {
            let name = &clean.html[tag.name.clone()];
            prop_assert!(!["script", "style", "svg", "math", "title"].contains(&name), "{}", clean.html);
            let source = tag.value(&clean.html, "src");
            prop_assert!(source.is_none_or(str::is_empty), "{}", clean.html);
        }
        let _ = show_images(&clean.html);
        let (folded, _) = fold_html(&clean.html);
        prop_assert!(folded.replace("<details class=\"quote\"><summary>…</summary>", "").replace("</details>", "") == clean.html);
    }

    #[test]
    fn decoding_base64_undoes_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        use base64::{Engine, engine::general_purpose::STANDARD};
        prop_assert_eq!(super::super::transfer::base64(STANDARD.encode(&bytes).as_bytes()), bytes);
    }
}
