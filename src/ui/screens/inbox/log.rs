//! The messages of the open conversation.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    entries::{Day, Entry, Opened, arrange},
    frame::Desk,
    message::entry,
    reader::Reader,
    row::{typing_mark, typing_text},
};
use crate::{
    domain::{ConversationId, SenderKind, Thread, Typist},
    ui::{
        components::{Icon, Size, avatar, day_label, icon},
        live::{Live, Pending},
    },
};

/// The pane of messages.
#[component]
pub fn Log() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let (id, opened) = opening(live);
    let has_older =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().is_some_and(Thread::has_older)));
    let pending = Memo::new(move |_| {
        let here = |list: &Vec<Pending>| {
            list.iter()
                .filter(|pending| Some(pending.conversation_id) == id.get())
                .cloned()
                .collect::<Vec<_>>()
        };
        live.pending.with(here)
    });
    let days = Memo::new(move |_| {
        live.thread.with(|thread| {
            let Some(thread) = thread else { return Vec::new() };
            pending.with(|pending| {
                arrange(&thread.messages, pending, opened.get(), |time| desk.clock.civil(time))
            })
        })
    });
    let has_newer =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().is_some_and(Thread::has_newer)));
    let sought = Memo::new(move |_| {
        let place = desk.place.get();
        let is_held = |thread: &Thread| {
            place.conversation == Some(thread.conversation.id)
                && place.message.is_some_and(|seq| thread.holds(seq))
        };
        place.message.filter(|_| live.thread.with(|thread| thread.as_ref().is_some_and(is_held)))
    });
    let reader = Reader::new(live, id, sought);
    provide_context(reader);
    reader.follow(days, pending);
    let news = Memo::new(move |_| {
        let seen = reader.seen.get();
        let is_news = |thread: &Thread| {
            let others = thread.messages.iter().filter(|message| {
                message.sender != SenderKind::System && message.sender_id != Some(thread.me.0)
            });
            others.filter(|message| message.seq > seen).count()
        };
        live.thread.with(|thread| thread.as_ref().map_or(0, is_news))
    });
    let navigate = use_navigate();
    let to_end = Callback::new(move |()| {
        if has_newer.get_untracked() {
            // What was looked for has been read: the address is that of the conversation again.
            let place = desk.place.get_untracked();
            let path = place.path(place.conversation);
            navigate(&path, NavigateOptions { scroll: false, ..Default::default() });
        }
        reader.to_end();
    });
    view! {
        <div
            class="log"
            role="log"
            aria-label="Messages"
            aria-live=move || if reader.quiet.get() { "off" } else { "polite" }
            tabindex="0"
            node_ref=reader.pane
            on:scroll=move |_| reader.look()
        >
            <div class="log__inner">
                <Show when=move || has_older.get()>
                    <button
                        class="button button--small log__earlier"
                        type="button"
                        on:click=move |_| reader.load_older()
                    >
                        "Show earlier messages"
                    </button>
                </Show>
                <For
                    each=move || days.with(|days| days.iter().map(|day| day.date.days).collect::<Vec<_>>())
                    key=|day| *day
                    children=move |day| view! { <DayOfThread day days opened /> }
                />
                <Show when=move || has_newer.get()>
                    <button
                        class="button button--small log__earlier"
                        type="button"
                        on:click=move |_| reader.load_newer()
                    >
                        "Show later messages"
                    </button>
                </Show>
                <Writing />
            </div>
        </div>
        <Show when=move || !reader.at_end.get() && (reader.far.get() || news.get() > 0)>
            <div class="log__new">
                <button class="pill" type="button" on:click=move |_| to_end.run(())>
                    {icon(Icon::ArrowDown, "icon--small")}
                    {move || match news.get() {
                        0 => "Newest".to_owned(),
                        count => format!("{count} new"),
                    }}
                </button>
            </div>
        </Show>
    }
}

/// Which conversation is open, and how it was when it was opened.
fn opening(live: Live) -> (Memo<Option<ConversationId>>, Memo<Opened>) {
    let opening = Memo::new(move |before: Option<&Option<(ConversationId, Opened)>>| {
        live.thread.with(|thread| {
            let thread = thread.as_ref()?;
            let id = thread.conversation.id;
            let fresh = (id, Opened { mark: thread.mark.seq, last: thread.conversation.last_seq });
            Some(before.copied().flatten().filter(|(before, _)| *before == id).unwrap_or(fresh))
        })
    });
    (
        Memo::new(move |_| opening.get().map(|(id, _)| id)),
        Memo::new(move |_| opening.get().map(|(_, opened)| opened).unwrap_or_default()),
    )
}

/// One day with its line, which stays in sight.
#[component]
fn DayOfThread(
    /// Which day.
    day: i64,
    /// All of them.
    days: Memo<Vec<Day>>,
    /// How the thread was when it was opened.
    opened: Memo<Opened>,
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
                key=Entry::key
                children=move |found| entry(found, opened)
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
            let person = matches!(mark.typist, Typist::Contact).then(|| (contact, name.clone()));
            Some((typing_text(mark, &name), mark.preview.clone(), person))
        })
    });
    // Only who it is decides what is drawn: the text that is being written changes within.
    let who = Memo::new(move |_| mark.get().map(|(text, _, person)| (text, person)));
    let preview = Memo::new(move |_| mark.get().and_then(|(_, preview, _)| preview));
    move || {
        who.get().map(|(text, person)| {
            let face = match person {
                Some((contact, name)) => avatar(contact.0, &name, Size::Small, ()).into_any(),
                None => view! {
                    <span class="avatar avatar--small avatar--bot" aria-hidden="true">
                        {icon(Icon::Spark, "icon--small")}
                    </span>
                }
                .into_any(),
            };
            view! {
                <div class="writing">
                    {face} {typing_mark(text)}
                    {move || {
                        preview.get().map(|preview| view! { <p class="writing__preview" dir="auto">{preview}</p> })
                    }}
                </div>
            }
        })
    }
}
