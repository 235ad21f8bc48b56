//! What a filter asks for, in words.

use crate::{
    domain::{Civil, Condition, Created, Filter, Inbox, Minutes, Time, Whose},
    ui::components::full_date,
};

/// The conditions that are set, each with what it asks for.
pub fn said(filter: &Filter, inbox: &Inbox, civil: impl Fn(Time) -> Civil) -> Vec<(Condition, String)> {
    let words = |condition: Condition| match condition {
        Condition::Status => joined(filter.status.iter().map(|status| status.label().to_owned())),
        Condition::Channel => joined(filter.channel.iter().map(|id| {
            inbox.channel(*id).map_or_else(|| "Unknown".to_owned(), |channel| channel.name.clone())
        })),
        Condition::Team => joined(filter.team.iter().map(|team| match team {
            None => "No team".to_owned(),
            Some(id) => inbox.team(*id).map_or_else(|| "Unknown".to_owned(), |team| team.name.clone()),
        })),
        Condition::Owner => joined(filter.owner.iter().map(|whose| whose_name(*whose, inbox))),
        Condition::Tag => joined(
            filter
                .tag
                .iter()
                .map(|id| inbox.tag(*id).map_or_else(|| "Unknown".to_owned(), |tag| tag.name.clone())),
        ),
        Condition::Priority => joined(filter.priority.iter().map(|priority| priority.label().to_owned())),
        Condition::Waiting => filter.waiting.map(span).unwrap_or_default(),
        Condition::Created => filter.created.map(|created| since(created, &civil)).unwrap_or_default(),
        Condition::Text => filter.text.clone(),
    };
    let is_set = |condition: &Condition| filter.get(*condition).is_some();
    Condition::ALL.iter().copied().filter(is_set).map(|condition| (condition, words(condition))).collect()
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn whose_name(whose: Whose, inbox: &Inbox) -> String {
    match whose {
        Whose::Me => "Me".to_owned(),
        Whose::Nobody => "Nobody".to_owned(),
        Whose::Operator(id) => {
            inbox.operator(id).map_or_else(|| "Unknown".to_owned(), |operator| operator.name.clone())
        }
    }
}

/// "15 minutes", "1 day".
pub fn span(minutes: Minutes) -> String {
    let of = |count: i64, unit: &str| {
        let ending = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{ending}")
    };
    match minutes.get() {
        minutes if minutes % Minutes::DAY == 0 => of(minutes / Minutes::DAY, "day"),
        minutes if minutes % Minutes::HOUR == 0 => of(minutes / Minutes::HOUR, "hour"),
        minutes => of(minutes, "minute"),
    }
}

/// "in the last 7 days", "from Sunday 1 Nov 2026", "until Saturday 7 Nov 2026".
fn since(created: Created, civil: impl Fn(Time) -> Civil) -> String {
    match created {
        Created::Within(minutes) => format!("in the last {}", span(minutes)),
        Created::Between { from, to } => {
            let from = from.map(|from| format!("from {}", full_date(civil(from))));
            // The last day is the one that ends there.
            let to = to.map(|to| format!("until {}", full_date(civil(to.plus(-1)))));
            [from, to].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::samples::inbox;

    #[test]
    fn conditions_are_said_in_words() {
        let mut filter = Filter::default();
        for (condition, text) in [
            (Condition::Status, "active,waiting"),
            (Condition::Owner, "nobody,me"),
            (Condition::Tag, "00000000-0000-0000-0000-000000000009"),
            (Condition::Waiting, "90m"),
            (Condition::Created, "2026-11-01T00:00:00Z..2026-11-08T00:00:00Z"),
        ] {
            filter.set(condition, text).expect("it can be read");
        }
        let said = said(&filter, &inbox(), |time| time.civil(0));
        let words: Vec<&str> = said.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "Waiting, Active",
                "Me, Nobody",
                "Unknown",
                "90 minutes",
                "from Sunday 1 Nov 2026 until Saturday 7 Nov 2026",
            ]
        );
        filter.set(Condition::Created, "1d").expect("it can be read");
        assert_eq!(since(filter.created.expect("set"), |time| time.civil(0)), "in the last 1 day");
    }
}
