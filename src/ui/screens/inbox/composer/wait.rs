//! Why what is written cannot be sent yet, and sending it as soon as its files are there.

use leptos::prelude::*;

use super::attach::Files;
use crate::{
    domain::ConversationId,
    ui::{
        components::{Icon, icon},
        live::Hold,
    },
};

/// Why what is written cannot be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub words: String,
    /// It will be over by itself.
    pub passes: bool,
}

/// Where something is written, and whether it is a note.
type Place = (Option<ConversationId>, bool);

/// The wait for files that are still on their way.
#[derive(Clone, Copy)]
pub struct Wait {
    hold: Memo<Option<Hold>>,
    here: Memo<Place>,
    /// What is written there goes out by itself when its files have come.
    armed: RwSignal<Option<Place>>,
}

impl Wait {
    /// For files of a conversation.
    pub fn new(files: Files, id: Memo<Option<ConversationId>>, note: RwSignal<bool>) -> Self {
        Self {
            hold: Memo::new(move |_| files.list.with(|list| Hold::of(list))),
            here: Memo::new(move |_| (id.get(), note.get())),
            armed: RwSignal::new(None),
        }
    }

    /// Whether files are on their way, and nothing else is the matter with them.
    pub fn is_on(self) -> bool {
        matches!(self.hold.get(), Some(Hold::Uploading(_)))
    }

    /// Has what is written sent when its files have come.
    pub fn arm(self) {
        if matches!(self.hold.get_untracked(), Some(Hold::Uploading(_))) {
            self.armed.set(Some(self.here.get_untracked()));
        }
    }

    /// What is still being written is not to go out in the middle of it.
    pub fn disarm(self) {
        self.armed.maybe_update(|armed| armed.take().is_some());
    }

    /// Sends by `send` what was armed, where it was armed.
    pub fn then(self, send: impl Fn() + 'static) {
        Effect::new(move |_| {
            let Some(place) = self.armed.get() else { return };
            let is_elsewhere = place != self.here.get();
            if is_elsewhere || !self.is_on() {
                self.disarm();
                if !is_elsewhere {
                    send();
                }
            }
        });
    }

    /// Why nothing can be sent: the channel's reason, else that of the files.
    pub fn blocked(self, closed: Option<String>) -> Option<Blocked> {
        if let Some(words) = closed {
            return Some(Blocked { words, passes: false });
        }
        let hold = self.hold.get()?;
        let passes = matches!(hold, Hold::Uploading(_));
        let words = if passes && self.armed.with(Option::is_some) {
            "Sends when the upload is done.".to_owned()
        } else {
            hold.sentence()
        };
        Some(Blocked { words, passes })
    }
}

/// Why the button beside it does nothing.
#[component]
pub fn BlockedLine(
    /// Why.
    blocked: Memo<Option<Blocked>>,
) -> impl IntoView {
    let passes = move || blocked.with(|blocked| blocked.as_ref().is_some_and(|blocked| blocked.passes));
    view! {
        <p
            class="composer__blocked"
            id="blocked"
            role="status"
            data-testid="blocked"
            data-passes=move || passes().then_some("true")
        >
            {move || {
                blocked
                    .get()
                    .map(|Blocked { words, passes }| {
                        view! {
                            {icon(if passes { Icon::Clock } else { Icon::Warning }, "icon--small")}
                            <span>{words}</span>
                        }
                    })
            }}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::{
        Attached, Live, UploadState,
        samples::{inbox, thread},
    };

    fn file(number: u64, state: UploadState) -> Attached {
        Attached {
            number,
            conversation_id: thread(1).conversation.id,
            note: false,
            name: format!("{number}.pdf"),
            size: 1,
            picture: None,
            state,
        }
    }

    #[test]
    fn what_keeps_a_message_back_is_said_and_whether_it_passes() {
        let owner = Owner::new();
        owner.with(|| {
            let live = Live::new(inbox(), Some(thread(1)));
            let note = RwSignal::new(false);
            let id = Memo::new(|_| Some(thread(1).conversation.id));
            let wait = Wait::new(Files::of(live, id, note), id, note);
            let told = |closed: Option<&str>| {
                wait.blocked(closed.map(str::to_owned)).map(|blocked| (blocked.words, blocked.passes))
            };
            let words = |words: &str, passes: bool| Some((words.to_owned(), passes));
            assert_eq!(told(None), None);
            assert_eq!(told(Some("Switched off.")), words("Switched off.", false));
            wait.arm();
            live.files.set(vec![file(1, UploadState::Sending(3))]);
            assert_eq!(
                told(None),
                words("One file is still uploading.", true),
                "nothing was to be waited for"
            );
            assert_eq!(told(Some("Switched off.")), words("Switched off.", false));
            wait.arm();
            assert_eq!(told(None), words("Sends when the upload is done.", true));
            wait.disarm();
            assert_eq!(told(None), words("One file is still uploading.", true));
            live.files.set(vec![file(1, UploadState::Failed("No.".into()))]);
            assert_eq!(told(None), words("One file was not uploaded: try again, or remove it.", false));
        });
    }
}
