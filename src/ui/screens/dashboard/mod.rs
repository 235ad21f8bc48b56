//! The dashboard: how much work there is now, kept true by the stream, and what came of it over time. For supervisors and
//! admins.

mod announce;
mod count;
mod longest;
mod now;
mod page;
mod past;
mod tables;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{
    now::Now,
    page::{Frame, refused},
    past::Past,
};
use crate::{
    api::{
        dashboard::{load_board, load_report},
        inbox::load_inbox,
    },
    domain::{AppError, Board, Filter, Inbox, Queue, Range, Report},
    ui::{
        components::WallClock,
        live::Live,
        page_data::{PageData, page_data},
    },
};

/// What happened in the days that are asked for, as it is loaded and loaded again.
#[derive(Clone, Copy)]
pub struct Asked {
    pub range: Memo<Range>,
    /// The clock that the days begin by; the server does not know the reader's.
    pub minutes_east: RwSignal<i64>,
    pub report: PageData<Result<Report, AppError>>,
}

impl Asked {
    /// Reads the address, and follows it.
    fn follow() -> Self {
        let query = use_query_map();
        let range = Memo::new(move |_| query.with(|query| Range::read(|name| query.get(name))));
        let minutes_east = RwSignal::new(0);
        let report = page_data(
            move || (range.get(), minutes_east.get()),
            |(range, minutes_east)| load_report(range, minutes_east),
        );
        Self { range, minutes_east, report }
    }
}

/// The page of the dashboard.
#[component]
pub fn DashboardScreen() -> impl IntoView {
    let asked = Asked::follow();
    // Two, so that the database works on both at once.
    let board = page_data(|| (), |()| load_board());
    let inbox = page_data(|| (), |()| load_inbox(Queue::NeedsAnswer, Filter::default()));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match (board.await, inbox.await) {
                    (Ok(board), Ok(inbox)) => view! { <Dashboard board inbox asked /> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => refused(&error),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Dashboard(
    /// How much work there was when the page was loaded.
    board: Board,
    /// And who waited.
    inbox: Inbox,
    /// What happened before.
    asked: Asked,
) -> impl IntoView {
    let clock = WallClock::start(board.now);
    let live = Live::with_board(inbox, board);
    provide_context(live);
    provide_context(clock);
    live.start();
    Effect::new(move |_| {
        let minutes = clock.minutes_east(clock.now());
        if minutes != asked.minutes_east.get_untracked() {
            asked.minutes_east.set(minutes);
        }
    });
    view! {
        <Frame>
            <Now />
            <Past asked />
        </Frame>
    }
}
