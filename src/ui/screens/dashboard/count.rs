//! The numbers of now: each is kept true, and leads to the list that it counts.

use leptos::prelude::*;

use crate::{
    domain::{Inbox, Load, Scope, Time},
    routes,
    ui::{
        components::{WallClock, waiting_for},
        live::Live,
    },
};

/// How many conversations there are, as it changes.
pub fn count(live: Live, scope: Scope, load: Load) -> Memo<i64> {
    Memo::new(move |_| live.board.with(|board| board.as_ref().map_or(0, |board| board.get(scope, load))))
}

/// A cell with such a number, in a table whose heads say what it is.
pub fn count_cell(live: Live, scope: Scope, load: Load) -> impl IntoView {
    let number = count(live, scope, load);
    view! {
        <td class="board__number" data-load=load.as_str()>
            <a class="board__link" href=routes::counted(load, scope) rel="external">
                {move || number.get()}
            </a>
        </td>
    }
}

/// Since when somebody has waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oldest {
    Nobody,
    Since(Time),
    /// Somebody waits, but all who have waited since before then wait elsewhere.
    After(Time),
}

impl Oldest {
    /// The longest wait among those who wait now; `inbox` shows these, the longest first, as far as it is loaded.
    pub fn of(inbox: &Inbox, scope: Scope, waiting: i64) -> Self {
        let mut rows = inbox.rows.iter().map(|row| &row.conversation);
        let first = rows.find(|found| scope.holds(&found.facts(), found.channel_id));
        match (first.and_then(|found| found.awaiting_reply_since), inbox.next) {
            (Some(since), _) => Self::Since(since),
            (None, Some(next)) if waiting > 0 => Self::After(next.at),
            (None, _) => Self::Nobody,
        }
    }

    /// How long that is.
    pub fn label(self, now: Time) -> String {
        match self {
            Self::Nobody => "–".to_owned(),
            Self::Since(since) => wait_label(now.since(since)),
            Self::After(since) => format!("under {}", wait_label(now.since(since).max(Time::MINUTE))),
        }
    }
}

/// How long somebody has waited.
pub fn wait_label(micros: i64) -> String {
    if micros < Time::MINUTE { "under 1 min".to_owned() } else { waiting_for(micros) }
}

/// The longest wait in a scope, as it changes.
pub fn oldest(live: Live, scope: Scope) -> Memo<Oldest> {
    let waiting = count(live, scope, Load::NeedsAnswer);
    Memo::new(move |_| live.inbox.with(|inbox| Oldest::of(inbox, scope, waiting.get())))
}

/// A cell with the longest wait.
pub fn oldest_cell(live: Live, clock: WallClock, scope: Scope) -> impl IntoView {
    let oldest = oldest(live, scope);
    view! {
        <td class="board__number" data-load="oldest_wait">
            {move || oldest.get().label(clock.now())}
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{PageKey, Queue, Row, TeamId},
        ui::live::samples::{conversation, inbox},
    };
    use uuid::Uuid;

    #[test]
    fn the_longest_wait_is_the_first_of_the_scope() {
        let team = Some(TeamId(Uuid::from_u128(3)));
        let waiting = |n: u128, since: i64, team_id| {
            let mut conversation = conversation(n, Time(since));
            conversation.awaiting_reply_since = Some(Time(since));
            conversation.team_id = team_id;
            Row { conversation, mark: None }
        };
        let rows = vec![waiting(1, 10, None), waiting(2, 20, team), waiting(3, 30, None)];
        let mut shown = Inbox { queue: Queue::NeedsAnswer, rows, ..inbox() };
        assert_eq!(Oldest::of(&shown, Scope::All, 3), Oldest::Since(Time(10)));
        assert_eq!(Oldest::of(&shown, Scope::Team(team), 1), Oldest::Since(Time(20)));
        let elsewhere = Scope::Team(Some(TeamId(Uuid::from_u128(4))));
        assert_eq!(Oldest::of(&shown, elsewhere, 0), Oldest::Nobody);
        shown.next = Some(PageKey { at: Time(40), id: shown.rows[0].conversation.id });
        assert_eq!(Oldest::of(&shown, elsewhere, 1), Oldest::After(Time(40)));
        assert_eq!(Oldest::of(&shown, elsewhere, 0), Oldest::Nobody);
    }

    #[test]
    fn waits_are_told_as_far_as_they_are_known() {
        let now = Time(2 * Time::HOUR);
        for (oldest, text) in [
            (Oldest::Nobody, "–"),
            (Oldest::Since(now.plus(-5 * Time::MINUTE)), "5 min"),
            (Oldest::Since(now.plus(-5)), "under 1 min"),
            (Oldest::After(now.plus(-7 * Time::MINUTE)), "under 7 min"),
            (Oldest::After(now.plus(-5)), "under 1 min"),
        ] {
            assert_eq!(oldest.label(now), text);
        }
    }
}
