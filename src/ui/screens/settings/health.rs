//! How channels have been doing, in words.

use leptos::prelude::*;

use crate::{
    domain::{ChannelHealth, Time, setup::ChannelState},
    routes,
    ui::components::{Icon, WallClock, clock_time, date_time, icon, waiting_for},
};

/// How a channel has been doing: what last came and went, what fails, and what could not be read.
pub fn health(state: &ChannelState, clock: WallClock) -> impl IntoView + use<> {
    let failing = state.health.failing_since.map(|since| failing(&state.health, since, clock));
    let unreadable = (state.unreadable > 0).then(|| {
        view! {
            <p class="health health--warn">
                {icon(Icon::Warning, "icon--small")}
                <a class="link" href=routes::UNREAD>{unread_words(state.unreadable)}</a>
            </p>
        }
    });
    let health = state.health.clone();
    view! {
        {failing}
        <p class="health">{move || latest(&health, clock.now())}</p>
        {unreadable}
    }
}

fn failing(health: &ChannelHealth, since: Time, clock: WallClock) -> impl IntoView + use<> {
    let words = health.failing_words.clone().unwrap_or_default();
    let shown = move || {
        let (then, now) = (clock.civil(since), clock.civil(clock.now()));
        if then.days == now.days { clock_time(then) } else { date_time(then) }
    };
    view! {
        <p class="health health--bad">
            {icon(Icon::Warning, "icon--small")}
            <span>
                "Failing since " <time datetime=since.rfc3339()>{shown}</time>
                {(!words.is_empty()).then(|| format!(": {words}"))}
            </span>
        </p>
    }
}

/// What last came and went.
fn latest(health: &ChannelHealth, now: Time) -> String {
    let ago = |time: Time| match now.since(time) {
        ..Time::MINUTE => "just now".to_owned(),
        micros => format!("{} ago", waiting_for(micros)),
    };
    match (health.last_received_at, health.last_sent_at) {
        (None, None) => "Nothing has come in or gone out yet".to_owned(),
        (Some(received), None) => format!("Last received {} · nothing sent yet", ago(received)),
        (None, Some(sent)) => format!("Nothing received yet · last sent {}", ago(sent)),
        (Some(received), Some(sent)) => format!("Last received {} · last sent {}", ago(received), ago(sent)),
    }
}

fn unread_words(count: i64) -> String {
    match count {
        1 => "1 thing that came in could not be read".to_owned(),
        _ => format!("{count} things that came in could not be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_told_in_one_line() {
        let now = Time(10 * Time::DAY);
        let ago = |micros: i64| Some(now.plus(-micros));
        for (received, sent, line) in [
            (None, None, "Nothing has come in or gone out yet"),
            (ago(3 * Time::MINUTE), ago(Time::HOUR), "Last received 3 min ago · last sent 1 h ago"),
            (ago(5 * Time::SECOND), None, "Last received just now · nothing sent yet"),
            (None, ago(2 * Time::DAY), "Nothing received yet · last sent 2 d ago"),
            (ago(-Time::HOUR), None, "Last received just now · nothing sent yet"),
        ] {
            let health =
                ChannelHealth { last_received_at: received, last_sent_at: sent, ..ChannelHealth::default() };
            assert_eq!(latest(&health, now), line);
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(unread_words(1), "1 thing that came in could not be read");
        assert_eq!(unread_words(12), "12 things that came in could not be read");
    }
}
