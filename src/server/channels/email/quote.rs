//! What of a mail to fold away when it's shown: quoted text and signatures. For display only: nothing is removed.

use std::ops::Range;

pub use super::fold_html::fold_html;
use super::quote_words;

/// What a stretch of a mail's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Written for this mail.
    Visible,
    /// From earlier mails.
    Quoted,
    /// Below "-- " (RFC 3676 § 4.3), or added by the mail program.
    Signature,
}

/// A stretch of whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub kind: Kind,
    /// In bytes of the text.
    pub range: Range<usize>,
}

/// Splits a text into segments that cover it without a gap. If nothing would stay visible, everything does: then the
/// quote is what the mail is about.
#[must_use]
pub fn fold(text: &str) -> Vec<Segment> {
    /// Nobody reads that many; the rest goes with the last of them.
    const LINES: usize = 20_000;
    let mut ends = Vec::new();
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n').take(LINES) {
        ends.push(ends.last().copied().unwrap_or_default() + line.len());
        lines.push(line.trim_end_matches(['\n', '\r']));
    }
    if let Some(last) = ends.last_mut() {
        *last = text.len();
    }
    let mut kinds = vec![Kind::Visible; lines.len()];
    mark_quotes(&lines, &mut kinds);
    mark_signatures(&lines, &mut kinds);
    let nothing_left =
        lines.iter().zip(&kinds).all(|(line, kind)| *kind != Kind::Visible || line.trim().is_empty());
    if nothing_left {
        kinds.fill(Kind::Visible);
    }
    let mut segments: Vec<Segment> = Vec::new();
    let mut start = 0;
    for (kind, end) in kinds.into_iter().zip(ends) {
        match segments.last_mut() {
            Some(last) if last.kind == kind => last.range.end = end,
            _ => segments.push(Segment { kind, range: start..end }),
        }
        start = end;
    }
    segments
}

fn mark_quotes(lines: &[&str], kinds: &mut [Kind]) {
    let mut at = 0;
    let mut something_above = false;
    while at < lines.len() {
        let line = lines[at].trim();
        if is_forward(line) {
            // What was passed on is what the mail is about.
            break;
        }
        if is_divider(line) || is_header_block(&lines[at..]) {
            let from = rule_above(lines, at);
            kinds[from..].fill(Kind::Quoted);
            break;
        }
        if line.starts_with('>') {
            kinds[at] = Kind::Quoted;
        } else if let Some(length) = introduction(&lines[at..]) {
            let quote = lines[at + length..].iter().find(|line| !line.trim().is_empty());
            if quote.is_some_and(|line| line.trim_start().starts_with('>')) {
                kinds[at..at + length].fill(Kind::Quoted);
                at += length;
                continue;
            }
            // Programs that quote without marks put the quote below the answer, so that all of the rest is quote.
            if something_above && quote.is_some() {
                kinds[at..].fill(Kind::Quoted);
                break;
            }
            something_above = true;
        } else {
            something_above |= !line.is_empty();
        }
        at += 1;
    }
    // Blank lines inside a quote belong to it.
    let mut last_quoted = None;
    for at in 0..lines.len() {
        if kinds[at] == Kind::Quoted {
            if let Some(last) = last_quoted {
                kinds[last..at].fill(Kind::Quoted);
            }
            last_quoted = Some(at);
        } else if !lines[at].trim().is_empty() {
            last_quoted = None;
        }
    }
}

fn mark_signatures(lines: &[&str], kinds: &mut [Kind]) {
    /// Lines below "-- ": longer ones are text.
    const STANDARD: usize = 30;
    /// Below "--", which people also use to part paragraphs.
    const OTHER: usize = 10;
    let mut end = lines.len();
    while end > 0 {
        if kinds[end - 1] != Kind::Visible {
            end -= 1;
            continue;
        }
        let start = kinds[..end].iter().rposition(|kind| *kind != Kind::Visible).map_or(0, |last| last + 1);
        let run = &lines[start..end];
        let delimiter = run.iter().rposition(|line| match *line {
            "-- " => true,
            line => matches!(line.trim_end(), "--" | "—" | "__"),
        });
        let mut from = run.len();
        if let Some(at) = delimiter {
            let limit = if run[at] == "-- " { STANDARD } else { OTHER };
            if run.len() - at <= limit {
                from = at;
            }
        }
        while let Some(last) = run[..from].iter().rposition(|line| !line.trim().is_empty())
            && is_sent_from(run[last])
        {
            from = last;
        }
        kinds[start + from..end].fill(Kind::Signature);
        end = start;
    }
}

/// "Sent from my phone", in many languages.
fn is_sent_from(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', '[', '<', ' ']);
    line.len() <= 160 && {
        let line = line.to_lowercase();
        quote_words::SENT_FROM.iter().any(|phrase| line.starts_with(phrase))
    }
}

/// A line without the characters that it is drawn with, in lower case.
fn bare(line: &str) -> String {
    line.trim_matches(|c: char| c.is_whitespace() || "-_=*#+>~:：—–".contains(c)).to_lowercase()
}

/// "---------- Forwarded message ---------".
fn is_forward(line: &str) -> bool {
    if line.len() > 200 || !(line.starts_with("--") || line.ends_with([':', '：'])) {
        return false;
    }
    let bare = bare(line);
    quote_words::FORWARDED.iter().any(|phrase| bare.starts_with(phrase))
}

/// "-----Original Message-----".
fn is_divider(line: &str) -> bool {
    if line.len() > 200 {
        return false;
    }
    let drawn = ["--", "__", "==", "##", "**", "—", "–"].iter().any(|mark| line.starts_with(mark));
    let bare = bare(line);
    (drawn && quote_words::ORIGINAL_MESSAGE.contains(&bare.as_str()))
        || (bare.ends_with("above this line") && bare.len() < 80)
}

/// Where a quote begins that is found at `at`: at the rule above it, if there is one.
fn rule_above(lines: &[&str], at: usize) -> usize {
    let above = lines[..at].iter().rposition(|line| !line.trim().is_empty());
    above
        .filter(|above| {
            let line = lines[*above].trim();
            line.len() >= 3 && line.chars().all(|c| "_-─=*".contains(c))
        })
        .unwrap_or(at)
}

/// The header that Outlook puts above what it quotes: author first, then at least two of date, recipient, subject.
fn is_header_block(lines: &[&str]) -> bool {
    if !field_of(lines[0]).is_some_and(|name| quote_words::FROM.contains(&name.as_str())) {
        return false;
    }
    let below = lines[1..].iter().filter(|line| !line.trim().is_empty()).take(5);
    let names: Vec<String> = below.filter_map(|line| field_of(line)).collect();
    let has = |words: &[&str]| usize::from(names.iter().any(|name| words.contains(&name.as_str())));
    has(quote_words::SENT) + has(quote_words::TO) + has(quote_words::SUBJECT) >= 2
}

/// The name of a line like `*From:* Ana`, in lower case.
fn field_of(line: &str) -> Option<String> {
    let line = line.trim_start_matches(['*', ' ', '\t', '\u{a0}']);
    let (name, value) = line.split_once([':', '：'])?;
    (name.len() <= 40 && !value.trim_matches(['*', ' ']).is_empty())
        .then(|| name.trim_matches(['*', ' ', '\u{a0}']).to_lowercase())
}

/// How many lines, if any, bring in a quote here: "On Monday, Ana wrote:" is often broken over several.
fn introduction(lines: &[&str]) -> Option<usize> {
    let accepted = |from: usize, to: usize| {
        let window = lines.get(from..to)?;
        if !window.last()?.trim_end().trim_end_matches('*').ends_with([':', '：']) {
            return None;
        }
        let whole = window.iter().all(|line| !line.trim().is_empty() && !line.trim_start().starts_with('>'));
        let quoted = lines[to..].iter().find(|line| !line.trim().is_empty());
        let quoted = quoted.is_some_and(|line| line.trim_start().starts_with('>'));
        (whole && is_introduction(&window.join(" "), window[0], quoted)).then_some(())
    };
    let length = (1..=3).find(|length| accepted(0, *length).is_some())?;
    let opens = |line: &str| {
        let line = line.trim_start().to_lowercase();
        quote_words::WROTE_OPENINGS.iter().any(|word| line.starts_with(word))
    };
    // Hiding what was written is worse than showing a line too much: where the introduction could as well begin on a
    // later line, it does.
    let later =
        (1..length).any(|from| accepted(from, length).is_some() && (!opens(lines[0]) || opens(lines[from])));
    let dated = lines[0].chars().filter(char::is_ascii_digit).count() >= 3;
    (!later && (length == 1 || dated || opens(lines[0]))).then_some(length)
}

fn is_introduction(joined: &str, first: &str, quoted: bool) -> bool {
    let joined = joined.trim().trim_matches('*').trim();
    if joined.len() > 400 || !joined.ends_with([':', '：']) {
        return false;
    }
    let lower = joined.to_lowercase();
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    let verb = quote_words::WROTE.iter().any(|word| lower.contains(word));
    let opening = quote_words::WROTE_OPENINGS.iter().any(|word| lower.starts_with(word));
    let address = lower.contains('@') || lower.contains('<');
    let begins = opening || first.trim_start().starts_with(|c: char| c.is_ascii_digit()) || address;
    (verb && begins && (digits >= 3 || quoted))
        || (verb && (address || quoted || digits >= 6))
        || (digits >= 6 && lower.contains('<') && (lower.ends_with(">:") || lower.ends_with(">：")))
}
