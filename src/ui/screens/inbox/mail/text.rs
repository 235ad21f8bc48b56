//! A mail's text: what was written for it, with what it quotes and what stands below it folded away.

use leptos::prelude::*;

use crate::{
    domain::Fold,
    ui::components::{Icon, icon},
};

/// A text of more characters shows its beginning first.
const LONG: usize = 2_500;
/// So does one of more lines.
const HIGH: usize = 40;

/// A stretch of a mail's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stretch<'a> {
    Shown(&'a str),
    Quoted(&'a str),
    Signature(&'a str),
}

impl<'a> Stretch<'a> {
    /// None of a text with nothing to see in it.
    fn new(text: &'a str, fold: Option<&Fold>) -> Option<Self> {
        // The lines between stretches are kept free by their style.
        let text = text.trim_matches('\n');
        let stretch = match fold {
            None => Self::Shown(text),
            Some(fold) if fold.signature => Self::Signature(text),
            Some(_) => Self::Quoted(text),
        };
        (!text.trim().is_empty()).then_some(stretch)
    }
}

/// The text of a mail. What is long shows its beginning until all of it is asked for, which needs no script.
pub fn text(body: &str, folds: &[Fold]) -> impl IntoView + use<> {
    let stretches = stretches(body, folds);
    let more = is_long(&stretches).then(|| {
        view! {
            <details class="mail__all">
                <summary class="button button--quiet button--small">
                    <span class="mail__expand">"Show all"</span>
                    <span class="mail__shorten">"Show less"</span>
                </summary>
            </details>
        }
    });
    let stretches = stretches.into_iter().map(shown).collect_view();
    view! {
        <div class="mail__read">
            <div class="mail__text">{stretches}</div>
            {more}
        </div>
    }
}

fn shown(stretch: Stretch<'_>) -> AnyView {
    match stretch {
        Stretch::Shown(text) => view! { <p class="msg__text" dir="auto">{text.to_owned()}</p> }.into_any(),
        Stretch::Quoted(text) => folded("Show quoted text", text).into_any(),
        Stretch::Signature(text) => folded("Show signature", text).into_any(),
    }
}

fn folded(label: &'static str, text: &str) -> impl IntoView + use<> {
    view! {
        <details class="fold">
            <summary class="fold__pill">
                {icon(Icon::More, "icon--small")} <span class="tip tip--start">{label}</span>
            </summary>
            <p class="msg__text fold__text" dir="auto">{text.to_owned()}</p>
        </details>
    }
}

/// A text in its stretches. A fold that does not fit the text, or its order, folds nothing: then more of it shows, and
/// never less.
fn stretches<'a>(body: &'a str, folds: &[Fold]) -> Vec<Stretch<'a>> {
    let mut stretches = Vec::new();
    let mut at = 0;
    for fold in folds {
        if let (Some(before), Some(within)) = (body.get(at..fold.start), body.get(fold.start..fold.end)) {
            stretches.extend(Stretch::new(before, None));
            stretches.extend(Stretch::new(within, Some(fold)));
            at = fold.end;
        }
    }
    stretches.extend(body.get(at..).and_then(|rest| Stretch::new(rest, None)));
    stretches
}

/// Whether there is much to read before what comes next.
fn is_long(stretches: &[Stretch<'_>]) -> bool {
    let shown = stretches.iter().filter_map(|stretch| match stretch {
        Stretch::Shown(text) => Some(text),
        Stretch::Quoted(_) | Stretch::Signature(_) => None,
    });
    let (characters, lines) = shown.fold((0, 0), |(characters, lines), text| {
        (characters + text.chars().count(), lines + text.lines().count())
    });
    characters > LONG || lines > HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use Stretch::{Quoted, Shown, Signature};
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    const fn quote(start: usize, end: usize) -> Fold {
        Fold { start, end, signature: false }
    }

    const fn signature(start: usize, end: usize) -> Fold {
        Fold { start, end, signature: true }
    }

    #[test]
    fn folds_part_the_text() {
        let body = "Yes, please.\n\n> Shall we?\n\nThanks\n-- \nMia";
        assert_eq!(
            stretches(body, &[quote(14, 26), signature(34, 41)]),
            [Shown("Yes, please."), Quoted("> Shall we?"), Shown("Thanks"), Signature("-- \nMia")]
        );
        assert_eq!(stretches(body, &[]), [Shown(body)]);
        assert_eq!(stretches("> Shall we?", &[quote(0, 11)]), [Quoted("> Shall we?")]);
        assert_eq!(stretches("\n  indented", &[]), [Shown("  indented")]);
        assert!(stretches(" \n\n", &[]).is_empty() && stretches("", &[quote(0, 0)]).is_empty());
    }

    #[test]
    fn a_fold_that_does_not_fit_folds_nothing() {
        let body = "Grüße\n> alt";
        let whole = [Shown(body)];
        for fold in [quote(3, 99), quote(99, 3), quote(5, 2), quote(3, 8), quote(usize::MAX, usize::MAX)] {
            assert_eq!(stretches(body, &[fold]), whole, "{fold:?}");
        }
        let overlapping = [quote(8, 13), quote(0, 9), quote(10, 13)];
        assert_eq!(stretches(body, &overlapping), [Shown("Grüße"), Quoted("> alt")]);
    }

    #[test]
    fn only_what_is_shown_makes_a_mail_long() {
        let (words, lines) = ("a".repeat(LONG), "a\n".repeat(HIGH));
        assert!(!is_long(&[Shown(&words)]) && !is_long(&[Shown(&lines)]));
        assert!(is_long(&[Shown(&words), Shown("b")]) && is_long(&[Shown(&lines), Shown("b")]));
        assert!(!is_long(&[Quoted(&words), Shown("b"), Signature(&lines)]));
        assert!(!is_long(&[Shown(&"ü".repeat(LONG))]), "characters, not bytes");
    }

    proptest! {
        #[test]
        fn nothing_of_a_text_is_lost_or_doubled(
            body in "(\\PC|\n){0,40}",
            ends in prop::collection::vec((0..60usize, 0..60usize, any::<bool>()), 0..5),
        ) {
            let folds: Vec<Fold> =
                ends.into_iter().map(|(start, end, signature)| Fold { start, end, signature }).collect();
            let stretches = stretches(&body, &folds);
            let text: String = stretches
                .iter()
                .map(|stretch| match stretch {
                    Shown(text) | Quoted(text) | Signature(text) => *text,
                })
                .collect();
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&text), letters(&body));
        }
    }
}
