//! The dialog that mails what was said in a conversation.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::frame::Desk;
use crate::{
    api::transcripts::{load_transcript_mail, mail_transcript},
    domain::{AppError, Channel, ConversationId, Inbox, ServiceMail, TranscriptMail},
    ui::{
        components::{Icon, icon, look_while},
        live::Live,
    },
};

/// Whether there is a channel by which it can be mailed.
pub fn can_mail(inbox: &Inbox) -> bool {
    Channel::for_mail(&inbox.channels, None).is_some()
}

/// What the dialog knows.
#[derive(Clone, Copy)]
struct Form {
    /// What it is about, while it is open.
    about: RwSignal<Option<ConversationId>>,
    /// None until it has come.
    known: RwSignal<Option<TranscriptMail>>,
    to: RwSignal<String>,
    error: RwSignal<Option<AppError>>,
}

impl Form {
    fn new() -> Self {
        Self {
            about: RwSignal::new(None),
            known: RwSignal::new(None),
            to: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }

    fn open(self, id: ConversationId) {
        self.about.set(Some(id));
        self.known.set(None);
        self.to.set(String::new());
        self.error.set(None);
    }

    /// Takes in what the server knows. An address that is being written stays.
    fn learn(self, about: ConversationId, found: Result<TranscriptMail, AppError>) {
        if self.about.try_get_untracked().flatten() != Some(about) {
            return;
        }
        match found {
            Ok(found) => {
                let is_first = self.known.with_untracked(Option::is_none);
                if is_first && self.to.with_untracked(String::is_empty) {
                    self.to.set(found.to.clone().unwrap_or_default());
                }
                self.known.set(Some(found));
            }
            Err(error) => self.error.set(Some(error)),
        }
    }

    fn waits(self) -> bool {
        self.known
            .with(|known| known.as_ref().is_some_and(|known| known.mails.iter().any(ServiceMail::waits)))
    }
}

/// Asks to whom, and shows what became of those that went before.
#[component]
pub fn MailTranscript() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let dialog = NodeRef::<html::Dialog>::new();
    let form = Form::new();
    let look = Action::new(move |id: &ConversationId| {
        let (id, asked) = (*id, load_transcript_mail(*id));
        async move { form.learn(id, asked.await) }
    });
    let look_again = move || {
        if let Some(id) = form.about.try_get_untracked().flatten() {
            look.dispatch(id);
        }
    };
    look_while(move || desk.transcript_open.get() && form.waits(), look_again);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        let is_open = desk.transcript_open.get();
        if let Some(id) = live.open_id().filter(|_| is_open) {
            form.open(id);
            look.dispatch(id);
            // Already open is open.
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    let send = Action::new(move |(id, to): &(ConversationId, String)| {
        let east = desk.clock.minutes_east(desk.since);
        let (id, asked) = (*id, mail_transcript(*id, to.clone(), east));
        async move {
            match asked.await {
                Ok(_) => {
                    form.error.set(None);
                    form.learn(id, load_transcript_mail(id).await);
                }
                Err(error) => form.error.set(Some(error)),
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(id) = form.about.get_untracked() {
            send.dispatch((id, form.to.get_untracked()));
        }
    };
    let close = move || desk.transcript_open.set(false);
    view! {
        <dialog
            class="dialog dialog--small"
            aria-labelledby="transcript-title"
            node_ref=dialog
            on:close=move |_| close()
        >
            <form on:submit=submit>
                <div class="dialog__head">
                    <h2 class="dialog__title" id="transcript-title">"Mail transcript"</h2>
                    <button
                        class="button button--quiet button--icon"
                        type="button"
                        aria-label="Close"
                        on:click=move |_| close()
                    >
                        {icon(Icon::Close, "icon--small")}
                    </button>
                </div>
                <div class="dialog__body field">
                    <label class="field__label" for="transcript-to">"Send to"</label>
                    <input
                        class="input"
                        id="transcript-to"
                        type="email"
                        autocomplete="off"
                        spellcheck="false"
                        required
                        aria-describedby="transcript-help"
                        prop:value=move || form.to.get()
                        on:input:target=move |event| form.to.set(event.target().value())
                    />
                    <p class="field__hint" id="transcript-help">
                        "What the customer could read, without notes. Files are named and not sent along."
                    </p>
                    {move || {
                        form.error.get().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
                    }}
                    <div role="status">{move || mailed(form)}</div>
                </div>
                <div class="dialog__foot">
                    <button class="button" type="button" on:click=move |_| close()>"Close"</button>
                    <button class="button button--primary" type="submit" disabled=move || send.pending().get()>
                        "Send"
                    </button>
                </div>
            </form>
        </dialog>
    }
}

/// What became of those that were asked for not long ago.
fn mailed(form: Form) -> Option<AnyView> {
    let mails = form.known.with(|known| known.as_ref().map(|known| known.mails.clone()))?;
    let row = |mail: ServiceMail| {
        view! {
            <li class="field__hint" data-testid="mailed" data-state=mail.state.as_str()>
                {format!("Mailed to {}. {}", mail.to, mail.standing())}
            </li>
        }
    };
    let rows = mails.into_iter().map(row).collect_view();
    Some(view! { <ul aria-label="Mailed transcripts">{rows}</ul> }.into_any())
}
