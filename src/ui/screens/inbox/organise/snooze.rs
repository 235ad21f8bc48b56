//! Choosing until when a conversation is put off.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{carry_out, conversations};
use crate::{
    domain::{BulkAction, Civil, Time},
    ui::{
        browser,
        components::{Icon, date_time, icon},
        live::Live,
        screens::inbox::{frame::Desk, select::Tools},
    },
};

/// When the working day begins, by the reader's clock.
const MORNING: &str = "09:00";
/// "Later today" is so much later.
const LATER: i64 = 3 * Time::HOUR;

/// A time that is offered, as the reader's clock will show it: `2026-11-23T09:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    label: &'static str,
    at: String,
}

/// What is offered at a time, on a calendar.
fn choices(now: Time, civil: impl Fn(Time) -> Civil) -> Vec<Choice> {
    let today = civil(now);
    let later = civil(now.plus(LATER));
    let morning = |days: i64| format!("{}T{MORNING}", date(civil(now.plus(days * Time::DAY))));
    let mut choices = Vec::new();
    if later.days == today.days {
        let at = format!("{}T{:02}:{:02}", date(later), later.hour, later.minute);
        choices.push(Choice { label: "Later today", at });
    }
    choices.push(Choice { label: "Tomorrow morning", at: morning(1) });
    // The next Monday; on a Sunday that is tomorrow, and said already.
    if today.weekday < 6 {
        choices.push(Choice { label: "Next week", at: morning(7 - today.weekday) });
    }
    choices
}

fn date(day: Civil) -> String {
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

/// The times that are offered, and any other.
#[component]
pub fn Snoozes() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let field = NodeRef::<html::Input>::new();
    let is_wrong = RwSignal::new(false);
    let asleep = conversations(live, tools).iter().any(|found| found.snoozed_until.is_some());
    let (now, civil) = (browser::now(), move |time| desk.clock.civil(time));
    let offered = untrack(move || choices(now, civil));
    let choice = move |(place, Choice { label, at }): (usize, Choice)| {
        let time = browser::local_time(&at);
        let shown = time.map(|time| date_time(untrack(|| civil(time))));
        view! {
            <li>
                <button
                    class="choice"
                    type="button"
                    autofocus={place == 0}
                    disabled={time.is_none()}
                    on:click=move |_| {
                        if let Some(time) = time {
                            carry_out(live, tools, BulkAction::Snooze(time));
                        }
                    }
                >
                    {icon(Icon::Clock, "icon--small")}
                    <span class="choice__text">{label}</span>
                    <span class="choice__hint">{shown}</span>
                </button>
            </li>
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let value = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        match browser::local_time(&value).filter(|time| *time > browser::now()) {
            Some(time) => carry_out(live, tools, BulkAction::Snooze(time)),
            None => is_wrong.set(true),
        }
    };
    view! {
        <div class="dialog__body">
            <ul class="choices" aria-label="Snooze until">
                {offered.into_iter().enumerate().map(choice).collect_view()}
            </ul>
            <form class="field snooze__other" on:submit=submit>
                <label class="field__label" for="snooze-until">"Another time"</label>
                <div class="snooze__line">
                    <input
                        class="input"
                        id="snooze-until"
                        type="datetime-local"
                        required
                        aria-invalid=move || is_wrong.get().then_some("true")
                        aria-describedby="snooze-wrong"
                        node_ref=field
                        on:input=move |_| is_wrong.set(false)
                    />
                    <button class="button" type="submit">"Snooze"</button>
                </div>
                <p class="field__error" id="snooze-wrong" role="alert">
                    {move || is_wrong.get().then_some("Choose a time that is still to come.")}
                </p>
            </form>
            <p class="field__hint">"It comes back then, or when the customer writes."</p>
        </div>
        {asleep
            .then(|| {
                view! {
                    <div class="dialog__foot">
                        <button
                            class="button"
                            type="button"
                            on:click=move |_| carry_out(live, tools, BulkAction::Wake)
                        >
                            "Wake now"
                        </button>
                    </div>
                }
            })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday 22 November 2026, 23:30 UTC.
    const SUNDAY_NIGHT: Time = Time(1_795_390_200 * Time::SECOND);

    fn offered(now: Time, minutes_east: i64) -> Vec<(&'static str, String)> {
        let choices = choices(now, |time| time.civil(minutes_east));
        choices.into_iter().map(|choice| (choice.label, choice.at)).collect()
    }

    #[test]
    fn times_are_offered_by_the_readers_calendar() {
        let of = |label: &'static str, at: &str| (label, at.to_owned());
        assert_eq!(
            offered(SUNDAY_NIGHT, 0),
            [of("Tomorrow morning", "2026-11-23T09:00")],
            "the day is nearly over, and the week"
        );
        assert_eq!(
            offered(SUNDAY_NIGHT, 60),
            [
                of("Later today", "2026-11-23T03:30"),
                of("Tomorrow morning", "2026-11-24T09:00"),
                of("Next week", "2026-11-30T09:00"),
            ],
            "in Berlin it is Monday"
        );
    }
}
