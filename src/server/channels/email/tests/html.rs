use std::time::{Duration, Instant};

use super::super::{
    html::{is_tame, tags},
    sanitise::sanitise,
    text,
};

#[test]
fn tags_are_found_as_browsers_find_them() {
    for (html, names) in [
        ("<p>a</p>", &["p", "/p"][..]),
        ("a < b <b>c</B >", &["b", "/B"]),
        ("<a title='<b>' href=\"</a>\">x</a>", &["a", "/a"]),
        ("<a x=\">\" y='>' z=>w", &["a"]),
        ("<a b=c\"d>e", &["a"]),
        ("<!-- <b> --><i>", &["i"]),
        ("<!--><b><!---><i><!-- --!><u>", &["b", "i", "u"]),
        ("<!doctype html><?xml <b>?><br/>", &["br"]),
        ("</ b><b><//i>", &["b"]),
        ("<b", &[]),
        ("<a ===x>", &["a"]),
        ("<!-- never closed <b>", &[]),
        ("<", &[]),
        ("<é><b>", &["b"]),
    ] {
        let found: Vec<String> = tags(html)
            .map(|tag| format!("{}{}", if tag.closes { "/" } else { "" }, &html[tag.name]))
            .collect();
        assert_eq!(found, names, "{html}");
    }
    let html = "<img alt = 'a b' SRC=x/y class>";
    let tag = tags(html).next().expect("a tag");
    let values = ["alt", "src", "class", "id"].map(|name| tag.value(html, name));
    assert_eq!(values, [Some("a b"), Some("x/y"), Some(""), None]);
}

#[test]
fn ordinary_html_is_tame() {
    let row = "<tr><td><p><font color=red>a<b>b</b></font><br><li>c<img src=x></td>";
    let page = format!(
        "<html><head><title>x</title><style>p>a{{}}</style></head><body>{}</body></html>",
        format!("<table>{}</table>", row.repeat(20)).repeat(100)
    );
    assert!(is_tame(&page));
    assert!(is_tame(&"<div><table><tr><td>".repeat(60)));
}

/// What would take a tree builder minutes or gigabytes.
fn bombs() -> Vec<(&'static str, String)> {
    let fonts: String = (0..5_000).map(|n| format!("<font size={n}>")).collect();
    vec![
        ("deep", "<div>".repeat(50_000)),
        ("deep with paragraphs", "<div><p>".repeat(50_000)),
        ("reconstructed", format!("<p>{fonts}</p>{}", "<p>x</p>".repeat(50_000))),
        ("closed in vain", "<div><object></div></object>".repeat(50_000)),
        (
            "closed in a title",
            format!("<p>{}</p>{}", "<font size=1 title='</font>'>".repeat(5_000), "<p>x</p>".repeat(9_999)),
        ),
        (
            "closed in a text area",
            format!(
                "<p>{}</p>{}",
                "<b a=1><textarea></b></textarea>".repeat(5_000),
                "<p>x</p>".repeat(9_999)
            ),
        ),
        ("closed in CDATA", format!("<svg>{}", "<b><![CDATA[></b>]]>".repeat(1_000))),
        ("comments", "<!-- --!>".repeat(50_000)),
        ("open comments", "<!--".repeat(100_000)),
        ("rules", "<hr>".repeat(20_000)),
        ("long", "a".repeat(3_000_000)),
        ("tables", "<table><tr><td>".repeat(100_000)),
        ("lists", "<ul><li>".repeat(100_000)),
        ("quotes", "<blockquote>".repeat(200)),
        ("attributes", format!("<a {}>", "a=b ".repeat(100_000))),
        ("references", "&lt;&#x41;&nosuch;".repeat(20_000)),
    ]
}

#[test]
fn bombs_take_no_time() {
    for (name, html) in bombs() {
        let start = Instant::now();
        let text = text::from_html(&html);
        let _ = sanitise(&html, &std::collections::HashMap::new());
        let time = start.elapsed();
        // Generous: machines that test are slow and busy, and a bomb would take minutes.
        assert!(time < Duration::from_secs(20), "{name}: {time:?}");
        assert!(text.len() <= html.len() * 2 + 1_000_000, "{name}: {}", text.len());
        println!("{name}: {time:?}");
    }
}

#[test]
fn text_comes_back_from_html() {
    for (html, text) in [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<blockquote>quoted</blockquote>", "> quoted"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("&lt;b&gt; &amp; &eacute;", "<b> & é"),
    ] {
        assert_eq!(text::from_html(html).trim(), text, "{html}");
    }
}
