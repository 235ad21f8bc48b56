//! The messages of the open conversation.

use leptos::{html, prelude::*};

use super::{
    entries::{Day, arrange},
    frame::Desk,
    message::entry,
    row::{typing_mark, typing_text},
};
use crate::{
    domain::{ConversationId, Typist},
    ui::{
        browser,
        components::{Icon, Size, avatar, day_label, icon},
        live::Live,
    },
};

/// So close to the end counts as being there.
const NEAR_END: i32 = 80;
/// So close to the beginning, what is before it is loaded.
const NEAR_START: i32 = 400;

/// Where the reader is in the log.
#[derive(Clone, Copy)]
struct Reader {
    pane: NodeRef<html::Div>,
    /// Whether new messages may move what is on screen.
    at_end: RwSignal<bool>,
    /// The newest message that has been on screen.
    seen: RwSignal<i64>,
    /// The mark as it was when the conversation was opened.
    opened_at: RwSignal<(Option<ConversationId>, i64)>,
}

/// The pane of messages.
#[component]
pub fn Log() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let opened = live.thread.with_untracked(|thread| {
        thread.as_ref().map_or((None, 0), |thread| (Some(thread.conversation.id), thread.mark.seq))
    });
    let reader = Reader {
        pane: NodeRef::new(),
        at_end: RwSignal::new(true),
        seen: RwSignal::new(0),
        opened_at: RwSignal::new(opened),
    };
    let id =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id)));
    let has_older = Memo::new(move |_| {
        live.thread.with(|thread| thread.as_ref().is_some_and(crate::domain::Thread::has_older))
    });
    let days = Memo::new(move |_| {
        live.thread.with(|thread| {
            let Some(thread) = thread else { return Vec::new() };
            let pending: Vec<_> = live.pending.with(|list| {
                let here = |p: &&crate::ui::live::Pending| p.conversation_id == thread.conversation.id;
                list.iter().filter(here).cloned().collect()
            });
            let mark = reader.opened_at.get().1;
            arrange(&thread.messages, &pending, mark, |time| desk.clock.civil(time))
        })
    });
    let dates = move || days.with(|days| days.iter().map(|day| day.date.days).collect::<Vec<i64>>());
    follow(live, reader, id, days);
    let below = Memo::new(move |_| {
        let seen = reader.seen.get();
        live.thread.with(|thread| {
            thread.as_ref().map_or(0, |thread| thread.messages.iter().filter(|m| m.seq > seen).count())
        })
    });
    view! {
        <div
            class="log"
            role="log"
            aria-label="Messages"
            tabindex="0"
            node_ref=reader.pane
            on:scroll=move |_| reader.look(live)
        >
            <div class="log__inner">
                {move || {
                    has_older
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    class="button button--small log__earlier"
                                    type="button"
                                    on:click=move |_| live.older_messages()
                                >
                                    "Show earlier messages"
                                </button>
                            }
                        })
                }}
                <For
                    each=dates
                    key=|day| *day
                    children=move |day| view! { <DayOfThread day days /> }
                />
                <Writing />
            </div>
        </div>
        {move || {
            let count = below.get();
            (count > 0 && !reader.at_end.get())
                .then(|| {
                    view! {
                        <div class="log__new">
                            <button class="pill" type="button" on:click=move |_| reader.to_end(live)>
                                {icon(Icon::ArrowDown, "icon--small")}
                                {count}
                                " new"
                            </button>
                        </div>
                    }
                })
        }}
    }
}

/// One day with its line, which stays in sight.
#[component]
fn DayOfThread(
    /// Which day.
    day: i64,
    /// All of them.
    days: Memo<Vec<Day>>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let this =
        Memo::new(move |_| days.with(|days| days.iter().find(|found| found.date.days == day).cloned()));
    let label = Memo::new(move |_| {
        let today = desk.clock.civil(desk.clock.now());
        this.with(|this| this.as_ref().map_or(String::new(), |this| day_label(this.date, today)))
    });
    view! {
        <section class="day" aria-label=move || label.get()>
            <h3 class="day__line">{move || label.get()}</h3>
            <For
                each=move || this.get().map(|this| this.entries).unwrap_or_default()
                key=super::entries::Entry::key
                children=entry
            />
        </section>
    }
}

/// The customer, or the bot, is writing.
#[component]
fn Writing() -> impl IntoView {
    let live = expect_context::<Live>();
    let mark = Memo::new(move |_| {
        let (id, name, contact) = live.thread.with(|thread| {
            thread.as_ref().map(|t| (t.conversation.id, t.contact.display_name(), t.contact.id))
        })?;
        live.typing.with(|marks| {
            let mark = marks
                .iter()
                .find(|mark| mark.conversation_id == id && !matches!(mark.typist, Typist::Operator { .. }))?;
            Some((typing_text(mark, &name), mark.preview.clone(), contact, name.clone()))
        })
    });
    move || {
        mark.get().map(|(text, preview, contact, name)| {
            view! {
                <div class="writing">
                    {avatar(contact.0, &name, Size::Small, ())} {typing_mark(text)}
                    {preview.map(|preview| view! { <p class="writing__preview" dir="auto">{preview}</p> })}
                </div>
            }
        })
    }
}

impl Reader {
    /// Notes where the reader is now, and what they have seen there.
    fn look(self, live: Live) {
        let Some(pane) = self.pane.get_untracked() else { return };
        let left = pane.scroll_height() - pane.scroll_top() - pane.client_height();
        let at_end = left < NEAR_END;
        if self.at_end.get_untracked() != at_end {
            self.at_end.set(at_end);
        }
        if pane.scroll_top() < NEAR_START {
            live.older_messages();
        }
        self.note_seen(live);
    }

    /// The newest message whose top is in sight counts as seen, if the tab is in front.
    fn note_seen(self, live: Live) {
        let Some(pane) = self.pane.get_untracked() else { return };
        if !browser::is_visible() {
            return;
        }
        let bottom = pane.get_bounding_client_rect().bottom();
        let Ok(messages) = pane.query_selector_all("[data-testid=message]") else { return };
        let in_sight = (0..messages.length()).rev().find_map(|place| {
            let element: web_sys::Element = wasm_bindgen::JsCast::dyn_into(messages.item(place)?).ok()?;
            let above = element.get_bounding_client_rect().top() < bottom - 8.0;
            above.then(|| element.get_attribute("data-seq")?.parse::<i64>().ok()).flatten()
        });
        if let Some(seq) = in_sight {
            if seq > self.seen.get_untracked() {
                self.seen.set(seq);
            }
            live.seen(seq);
        }
    }

    fn to_end(self, live: Live) {
        if let Some(pane) = self.pane.get_untracked() {
            pane.set_scroll_top(pane.scroll_height());
        }
        self.look(live);
    }

    /// The first unread message is where reading begins; else the end.
    fn to_start_of_reading(self, live: Live) {
        let Some(pane) = self.pane.get_untracked() else { return };
        match pane.query_selector(".across--unread").ok().flatten() {
            Some(line) => {
                let above = line.get_bounding_client_rect().top() - pane.get_bounding_client_rect().top();
                #[expect(clippy::cast_possible_truncation, reason = "pixels")]
                pane.set_scroll_top(pane.scroll_top() + above as i32 - 48);
            }
            None => pane.set_scroll_top(pane.scroll_height()),
        }
        self.look(live);
    }
}

/// Keeps the reader's place: at the end they follow what is new; elsewhere nothing moves under their eyes.
fn follow(live: Live, reader: Reader, id: Memo<Option<ConversationId>>, days: Memo<Vec<Day>>) {
    // Another conversation: its own mark, its own place.
    Effect::new(move |before: Option<Option<ConversationId>>| {
        let now = id.get();
        if before != Some(now) {
            let mark =
                live.thread.with_untracked(|thread| thread.as_ref().map_or(0, |thread| thread.mark.seq));
            reader.opened_at.set((now, mark));
            reader.seen.set(mark);
            reader.at_end.set(true);
            request_animation_frame(move || reader.to_start_of_reading(live));
        }
        now
    });
    // New or older messages.
    Effect::new(move |before: Option<(Option<i64>, i32, i32)>| {
        days.track();
        let first = live
            .thread
            .with_untracked(|thread| thread.as_ref().and_then(|t| t.messages.first().map(|m| m.seq)));
        let Some(pane) = reader.pane.get_untracked() else { return (first, 0, 0) };
        let (height, top) = before.map_or((0, 0), |(_, height, top)| (height, top));
        let older_came = before.is_some_and(|(before, ..)| before.is_some() && before > first);
        request_animation_frame(move || {
            let Some(pane) = reader.pane.get_untracked() else { return };
            if older_came {
                pane.set_scroll_top(top + pane.scroll_height() - height);
            } else if reader.at_end.get_untracked() && before.is_some() {
                pane.set_scroll_top(pane.scroll_height());
            }
            reader.note_seen(live);
        });
        (first, pane.scroll_height(), pane.scroll_top())
    });
    // A tab that comes to the front has its messages on screen.
    Effect::new(move |_| {
        let handle = window_event_listener_untyped("focus", move |_| reader.note_seen(live));
        on_cleanup(move || handle.remove());
    });
    Effect::new(move |_| {
        let handle = window_event_listener_untyped("visibilitychange", move |_| reader.note_seen(live));
        on_cleanup(move || handle.remove());
    });
}
