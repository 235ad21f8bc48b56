//! The figures of a whole period, each with its meaning and with what it was before.

use leptos::prelude::*;

use crate::{
    domain::{Compared, Figures, Spread},
    ui::components::duration,
};

/// All of them.
pub fn figures(compared: &Compared) -> impl IntoView + use<> {
    let cards = CARDS.iter().map(|card| card.view(compared)).collect_view();
    view! { <dl class="figures">{cards}</dl> }
}

/// A figure among the others.
struct Card {
    label: &'static str,
    about: &'static str,
    kind: Kind,
    value: fn(&Figures) -> Option<i64>,
    /// What stands beside it.
    beside: fn(&Figures) -> Option<String>,
}

/// What a number is.
#[derive(Clone, Copy)]
enum Kind {
    Count,
    /// In microseconds.
    Time,
    Percent,
}

const CARDS: [Card; 8] = [
    Card {
        label: "New",
        about: "Conversations that began",
        kind: Kind::Count,
        value: |figures| Some(figures.began),
        beside: |_| None,
    },
    Card {
        label: "Resolved",
        about: "How often one was resolved",
        kind: Kind::Count,
        value: |figures| Some(figures.resolved),
        beside: |_| None,
    },
    Card {
        label: "First response",
        about: "Median, from when a customer waits for a person to the first answer",
        kind: Kind::Time,
        value: |figures| median(figures.first_response),
        beside: |figures| nine_of_ten(figures.first_response),
    },
    Card {
        label: "Resolution time",
        about: "Median, from when it began or came back until it was resolved",
        kind: Kind::Time,
        value: |figures| median(figures.resolution),
        beside: |figures| nine_of_ten(figures.resolution),
    },
    Card {
        label: "Waited in all",
        about: "Median, for how long a customer waited for people until it was resolved",
        kind: Kind::Time,
        value: |figures| median(figures.waited),
        beside: |figures| nine_of_ten(figures.waited),
    },
    Card {
        label: "Reopened",
        about: "Of what was resolved, so much came back",
        kind: Kind::Percent,
        value: Figures::reopen_rate,
        beside: |figures| Some(format!("{} in all", figures.reopened)),
    },
    Card {
        label: "Handed off",
        about: "Conversations that the AI gave to people",
        kind: Kind::Count,
        value: |figures| Some(figures.handed_off),
        beside: |_| None,
    },
    Card {
        label: "By the AI alone",
        about: "Of what was resolved, so much without any person",
        kind: Kind::Percent,
        value: Figures::ai_share,
        beside: |figures| Some(format!("{} in all", figures.alone)),
    },
];

fn median(times: Option<Spread>) -> Option<i64> {
    times.map(|times| times.median)
}

fn nine_of_ten(times: Option<Spread>) -> Option<String> {
    times.map(|times| format!("9 of 10 within {}", duration(times.p90)))
}

impl Card {
    fn view(&self, compared: &Compared) -> impl IntoView + use<> {
        let (now, before) = ((self.value)(&compared.now), (self.value)(&compared.before));
        let beside = now.and_then(|_| (self.beside)(&compared.now));
        view! {
            <div class="figure">
                <dt class="figure__label">{self.label}</dt>
                <dd class="figure__value">{self.kind.show(now)}</dd>
                <dd class="figure__beside">{beside}</dd>
                <dd class="figure__change">{self.kind.change(now, before)}</dd>
                <dd class="figure__about">{self.about}</dd>
            </div>
        }
    }
}

impl Kind {
    fn show(self, value: Option<i64>) -> String {
        match (self, value) {
            (_, None) => "–".to_owned(),
            (Self::Count, Some(count)) => count.to_string(),
            (Self::Time, Some(micros)) => duration(micros),
            (Self::Percent, Some(percent)) => format!("{percent} %"),
        }
    }

    /// How it stands to what it was before.
    fn change(self, now: Option<i64>, before: Option<i64>) -> String {
        let Some(before) = before else { return "Nothing to compare with".to_owned() };
        let was = self.show(Some(before));
        let Some(now) = now else { return format!("{was} before") };
        let (more, less) = match self {
            Self::Count | Self::Percent => ("more", "less"),
            Self::Time => ("longer", "shorter"),
        };
        let word = if now > before { more } else { less };
        match (self, now - before) {
            (_, 0) => "The same as before".to_owned(),
            (Self::Percent, points) => format!("{} points {word} than before ({was})", points.abs()),
            (_, _) if before == 0 => format!("{was} before"),
            (_, by) => match (200 * by.abs() + before) / (2 * before) {
                0 => format!("About the same as before ({was})"),
                percent => format!("{percent} % {word} than before ({was})"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Time;

    #[test]
    fn changes_are_told_in_words() {
        let minutes = |count: i64| Some(count * Time::MINUTE);
        for (kind, now, before, words) in [
            (Kind::Count, Some(12), Some(10), "20 % more than before (10)"),
            (Kind::Count, Some(9), Some(10), "10 % less than before (10)"),
            (Kind::Count, Some(10), Some(10), "The same as before"),
            (Kind::Count, Some(3), Some(0), "0 before"),
            (Kind::Count, Some(1_001), Some(1_000), "About the same as before (1000)"),
            (Kind::Time, minutes(5), minutes(10), "50 % shorter than before (10 min)"),
            (Kind::Time, minutes(15), minutes(10), "50 % longer than before (10 min)"),
            (Kind::Time, minutes(15), None, "Nothing to compare with"),
            (Kind::Time, None, minutes(10), "10 min before"),
            (Kind::Percent, Some(7), Some(5), "2 points more than before (5 %)"),
        ] {
            assert_eq!(kind.change(now, before), words);
        }
    }
}
