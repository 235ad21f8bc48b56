//! What a reply would say, below what is written: by the server's word, in the form of the channel.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    domain::{
        AppError, ChannelKind, ConversationId, ReplyPreview, clean_text,
        macros::{MacroError, Template, Wrong},
    },
    ui::{
        components::{Icon, filled, icon},
        live::{Connection, Live, Wanted},
        screens::inbox::route::in_segments,
    },
};

/// The server is asked when writing has paused so long.
const PAUSE: Duration = Duration::from_millis(150);

/// What is known of what a reply would say.
#[derive(Clone, Copy)]
pub struct Preview {
    text: RwSignal<String>,
    note: RwSignal<bool>,
    has_macros: Memo<bool>,
    /// What is no macro.
    wrong: Memo<Option<MacroError>>,
    /// What the server says of the very text. None: it has not said it yet.
    fresh: Memo<Option<Result<ReplyPreview, AppError>>>,
    /// The same, or of the text before, while that is so.
    shown: Memo<Option<(ConversationId, ReplyPreview)>>,
    /// Whether somebody has opened it, or closed it.
    choice: RwSignal<Option<bool>>,
    is_open: Memo<bool>,
}

impl Preview {
    /// Of what is written in the open conversation. With macros in it, it is shown by itself.
    pub fn of(
        live: Live,
        note: RwSignal<bool>,
        text: RwSignal<String>,
        id: Memo<Option<ConversationId>>,
    ) -> Self {
        let choice = RwSignal::new(None);
        let is_reply = Memo::new(move |_| !note.get() && text.with(|text| !text.trim().is_empty()));
        let has_macros = Memo::new(move |_| is_reply.get() && text.with(|text| text.contains("{{")));
        let is_open = Memo::new(move |_| is_reply.get() && choice.get().unwrap_or(has_macros.get()));
        let wrong = Memo::new(move |_| {
            has_macros.get().then(|| text.with(|text| Template::parse(&clean_text(text)).err())).flatten()
        });
        let wanted = Memo::new(move |_| {
            if wrong.with(Option::is_some) || !(has_macros.get() || is_open.get()) {
                return None;
            }
            let wanted =
                live.thread.with(|thread| thread.as_ref().map(|thread| Wanted::of(thread, text.get())))?;
            let answered = live.answering.with(|all| all.get(&wanted.conversation_id).map(|it| it.id));
            Some(wanted.answering(answered))
        });
        let fresh = Memo::new(move |_| {
            let wanted = wanted.get()?;
            live.preview.with(|known| {
                known.as_ref().filter(|known| known.of == wanted).map(|known| known.answer.clone())
            })
        });
        let shown = Memo::new(move |before: Option<&Option<(ConversationId, ReplyPreview)>>| {
            let id = wanted.with(|wanted| wanted.as_ref().map(|wanted| wanted.conversation_id))?;
            match fresh.get() {
                Some(Ok(preview)) => Some((id, preview)),
                Some(Err(_)) => None,
                None => before.cloned().flatten().filter(|(of, _)| *of == id),
            }
        });
        ask_after_a_pause(live, wanted, fresh);
        Effect::new(move |_| {
            id.track();
            choice.set(None);
        });
        Self { text, note, has_macros, wrong, fresh, shown, choice, is_open }
    }

    /// Why what is written cannot be sent, as far as is known here.
    pub fn trouble(self) -> Option<String> {
        if let Some(wrong) = self.wrong.get() {
            return Some(wrong.to_string());
        }
        match self.fresh.get() {
            Some(Ok(preview)) => preview.filled.text().err().map(|missing| missing.to_string()),
            _ => None,
        }
    }

    /// What it will say where macros stand in it, if that is known.
    pub fn said(self) -> Option<String> {
        let preview = self.fresh.get_untracked()?.ok().filter(|_| self.has_macros.get_untracked())?;
        preview.filled.text().ok()
    }

    /// The text that a carrier will count; empty while that is not known.
    pub fn counted(self) -> String {
        if !self.has_macros.get() {
            return self.text.get();
        }
        self.shown.with(|shown| shown.as_ref().and_then(|(_, it)| it.filled.text().ok())).unwrap_or_default()
    }

    /// What is wrong, while it is written: not what is merely not finished.
    fn mark(self) -> Option<String> {
        let is_unfinished =
            self.wrong.with(|wrong| wrong.as_ref().is_some_and(|wrong| wrong.wrong == Wrong::Unclosed));
        self.trouble().filter(|_| !is_unfinished)
    }
}

/// Asks what is wanted once it has been wanted for a while, and again when the server can be reached again.
fn ask_after_a_pause(
    live: Live,
    wanted: Memo<Option<Wanted>>,
    fresh: Memo<Option<Result<ReplyPreview, AppError>>>,
) {
    Effect::new(move |_| {
        let is_offline = live.connection.get() == Connection::Offline;
        let Some(asked) = wanted.get().filter(|_| !is_offline) else { return };
        if matches!(fresh.get_untracked(), Some(Ok(_))) {
            return;
        }
        set_timeout(
            move || {
                if wanted.try_get_untracked().flatten().as_ref() == Some(&asked) {
                    live.ask_preview(asked);
                }
            },
            PAUSE,
        );
    });
}

/// The preview, and what is wrong with what is written. `is_told`: that is said already.
#[component]
pub fn PreviewPane(
    /// What is known.
    preview: Preview,
    /// Whether what is wrong stands elsewhere too.
    #[prop(into)]
    is_told: Signal<bool>,
) -> impl IntoView {
    let mark = Memo::new(move |_| preview.mark().filter(|_| !is_told.get()));
    view! {
        <Show when=move || preview.is_open.get()>
            <section
                class="preview"
                id="preview"
                aria-label="Preview"
                data-testid="preview"
                aria-busy=move || (preview.fresh.with(Option::is_none)).to_string()
            >
                {move || shown(preview)}
            </section>
        </Show>
        <p class="preview__trouble" role="status" data-testid="macro-trouble">
            {move || {
                mark.get()
                    .map(|words| {
                        view! {
                            {icon(Icon::Warning, "icon--small")}
                            <span>{words}</span>
                        }
                    })
            }}
        </p>
    }
}

fn shown(preview: Preview) -> AnyView {
    if let Some(Err(error)) = preview.fresh.get() {
        let words = format!("There is no preview just now. {error}");
        return view! { <p class="preview__head">{words}</p> }.into_any();
    }
    let Some((_, ReplyPreview { kind, filled: said, html })) = preview.shown.get() else {
        return view! { <p class="preview__head">"Preview"</p> }.into_any();
    };
    let segments = said.text().ok().filter(|_| kind == ChannelKind::Sms).map(|text| in_segments(&text));
    let head =
        segments.map_or_else(|| form(kind).to_owned(), |segments| format!("{} · {segments}", form(kind)));
    let body = match html {
        // Ours, and without scripts; a frame of its own keeps it as a mail program shows it.
        Some(html) => view! {
            <iframe class="preview__mail" title="The mail as it will be sent" sandbox="" srcdoc=html></iframe>
        }
        .into_any(),
        None => view! {
            <p class="preview__text" dir="auto" tabindex="0">
                {filled(said)}
            </p>
        }
        .into_any(),
    };
    view! {
        <p class="preview__head">{head}</p>
        {body}
    }
    .into_any()
}

const fn form(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Chatbot | ChannelKind::LiveChat => "As it will stand in the chat",
        ChannelKind::Sms => "As it will be texted",
        ChannelKind::Email => "As it will be mailed",
    }
}

/// Opens the preview and closes it.
#[component]
pub fn PreviewButton(
    /// What is known.
    preview: Preview,
) -> impl IntoView {
    let toggle = move |_| preview.choice.set(Some(!preview.is_open.get_untracked()));
    view! {
        <Show when=move || !preview.note.get()>
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-expanded=move || preview.is_open.get().to_string()
                aria-controls=move || preview.is_open.get().then_some("preview")
                disabled=move || preview.text.with(|text| text.trim().is_empty())
                on:click=toggle
            >
                {icon(Icon::Preview, "")}
                <span class="tip tip--above tip--start">"Preview"</span>
            </button>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::macros::{Filled, Macro, Piece},
        ui::live::{
            Previewed,
            samples::{inbox, thread},
        },
    };

    #[test]
    fn what_is_missing_or_no_macro_is_known_before_it_is_sent() {
        let owner = Owner::new();
        owner.with(|| {
            let live = Live::new(inbox(), Some(thread(1)));
            let (text, note) = (RwSignal::new(String::new()), RwSignal::new(false));
            let id = Memo::new(|_| Some(thread(1).conversation.id));
            let preview = Preview::of(live, note, text, id);
            assert_eq!((preview.trouble(), preview.counted()), (None, String::new()));

            text.set("Plain".into());
            assert_eq!((preview.said(), preview.counted()), (None, "Plain".into()));
            assert!(!preview.is_open.get());

            text.set("Hi {{customer.na".into());
            assert!(preview.trouble().is_some_and(|words| words.contains("nothing closes")));
            assert_eq!(preview.mark(), None, "it is still being written");
            text.set("Hi {{customer.nmae}}".into());
            assert!(preview.mark().is_some_and(|words| words.contains("is no macro")));

            text.set("Hi {{customer.name}}".into());
            assert!(preview.is_open.get(), "macros open it");
            assert_eq!((preview.trouble(), preview.counted()), (None, String::new()), "not known yet");
            let answer = |pieces: Vec<Piece>| {
                let shown = live.thread.get_untracked().expect("a thread");
                let of = Wanted::of(&shown, text.get_untracked());
                let filled = Filled(pieces);
                let answer = Ok(ReplyPreview { kind: ChannelKind::Sms, filled, html: None });
                live.preview.set(Some(Previewed { of, answer }));
            };
            answer(vec![Piece::Words("Hi ".into()), Piece::Missing(Macro::CustomerName)]);
            assert!(preview.mark().is_some_and(|words| words.contains("{{customer.name}} has no value")));
            answer(vec![Piece::Words("Hi Vera".into())]);
            assert_eq!(preview.trouble(), None);
            assert_eq!((preview.said().as_deref(), preview.counted()), (Some("Hi Vera"), "Hi Vera".into()));

            text.set("Hi {{customer.name}}!".into());
            assert_eq!(
                (preview.said(), preview.counted()),
                (None, "Hi Vera".into()),
                "until it is known anew"
            );
            note.set(true);
            assert_eq!((preview.trouble(), preview.is_open.get()), (None, false), "nobody fills a note");
        });
    }
}
