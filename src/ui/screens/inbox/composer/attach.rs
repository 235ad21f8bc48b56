//! Files in the composer: how they come there, and what becomes of each.

use leptos::{
    ev::{self, ClipboardEvent, DragEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use crate::{
    domain::{ConversationId, size_label},
    ui::{
        browser::{self, LocalFile},
        components::{Icon, icon},
        live::{Attached, Live, UploadState},
    },
};

/// The files in the composer of the open conversation.
#[derive(Clone, Copy)]
pub struct Files {
    live: Live,
    /// They are for the team.
    note: RwSignal<bool>,
    pub list: Memo<Vec<Attached>>,
    /// Which were not taken the last time, and why.
    refusal: RwSignal<Option<String>>,
    /// Some are held over the window.
    are_over: RwSignal<bool>,
    button: NodeRef<html::Button>,
}

impl Files {
    /// Those of a conversation.
    pub fn of(live: Live, id: Memo<Option<ConversationId>>, note: RwSignal<bool>) -> Self {
        let list = Memo::new(move |_| {
            let id = id.get();
            let here = |file: &&Attached| Some(file.conversation_id) == id;
            live.files.with(|list| list.iter().filter(here).cloned().collect::<Vec<_>>())
        });
        let files = Self {
            live,
            note,
            list,
            refusal: RwSignal::new(None),
            are_over: RwSignal::new(false),
            button: NodeRef::new(),
        };
        Effect::new(move |_| {
            id.track();
            files.forget_refusal();
        });
        files.listen_to_drags();
        files
    }

    /// Takes what is pasted, if it is files; text is the field's own matter.
    pub fn paste(self, event: &ClipboardEvent) {
        let pasted = browser::pasted_files(event);
        if !pasted.is_empty() {
            event.prevent_default();
            self.take(pasted);
        }
    }

    /// What was said about files that were not taken has been read.
    pub fn forget_refusal(self) {
        self.refusal.maybe_update(|refusal| refusal.take().is_some());
    }

    fn take(self, chosen: Vec<LocalFile>) {
        self.refusal.set(self.live.attach(chosen, self.note.get_untracked()));
    }

    fn remove(self, number: u64) {
        self.live.remove_file(number);
        self.forget_refusal();
        // The button that had the focus is gone.
        if let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
    }

    /// A file that is dropped beside the thread must not be opened in place of the inbox, so all of the window listens.
    fn listen_to_drags(self) {
        let show = move |on: bool| self.are_over.maybe_update(|shown| std::mem::replace(shown, on) != on);
        Effect::new(move |_| {
            let over = window_event_listener(ev::dragover, move |event| {
                if browser::drags_files(&event) {
                    event.prevent_default();
                    show(true);
                }
            });
            let left = window_event_listener(ev::dragleave, move |event| {
                // From one part of the page to another is not out of the window.
                if event.related_target().is_none() {
                    show(false);
                }
            });
            let dropped = window_event_listener(ev::drop, move |event| {
                show(false);
                if browser::drags_files(&event) {
                    event.prevent_default();
                    if is_on_thread(&event) {
                        self.take(browser::dropped_files(&event));
                    }
                }
            });
            on_cleanup(move || {
                over.remove();
                left.remove();
                dropped.remove();
            });
        });
    }
}

/// Whether something is dropped where the conversation is.
fn is_on_thread(event: &DragEvent) -> bool {
    // In some browsers it falls on the very text.
    let node = event.target().and_then(|target| target.dyn_into::<Node>().ok());
    let element = node.and_then(|node| node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element()));
    element.is_some_and(|element| matches!(element.closest("#thread"), Ok(Some(_))))
}

/// Opens the system's choice of files.
#[component]
pub fn AttachButton(
    /// Where they go.
    files: Files,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(field) = field.get_untracked() {
            field.click();
        }
    };
    view! {
        <input
            type="file"
            multiple
            hidden
            node_ref=field
            data-testid="files"
            on:change:target=move |event| files.take(browser::chosen_files(&event.target()))
        />
        <button class="button button--quiet button--icon" type="button" node_ref=files.button on:click=choose>
            {icon(Icon::Attach, "")}
            <span class="tip tip--above tip--start">"Attach files"</span>
        </button>
    }
}

/// Where files are dropped, while there are some over the window.
#[component]
pub fn DropTarget(
    /// Where they go.
    files: Files,
) -> impl IntoView {
    view! {
        <Show when=move || files.are_over.get()>
            <div class="attach-drop" data-testid="drop-target">
                <p class="attach-drop__text">{icon(Icon::Attach, "")} "Drop to attach"</p>
            </div>
        </Show>
    }
}

/// The files, each with what becomes of it, and which were not taken.
#[component]
pub fn Chips(
    /// Which.
    files: Files,
) -> impl IntoView {
    let numbers = move || files.list.with(|list| list.iter().map(|file| file.number).collect::<Vec<_>>());
    view! {
        <Show when=move || !files.list.with(Vec::is_empty)>
            <ul class="attach" aria-label="Files to send">
                <For each=numbers key=|number| *number children=move |number| view! { <Chip files number /> } />
            </ul>
        </Show>
        {move || {
            files
                .refusal
                .get()
                .map(|why| {
                    view! {
                        <p class="composer__error" role="alert">
                            {icon(Icon::Warning, "icon--small")}
                            <span>{why}</span>
                        </p>
                    }
                })
        }}
    }
}

/// One file. It stays the same element while it is uploaded, so that its button keeps the focus.
#[component]
fn Chip(
    /// All of them.
    files: Files,
    /// Which of them.
    number: u64,
) -> impl IntoView {
    let find = move |list: &Vec<Attached>| list.iter().find(|file| file.number == number).cloned();
    files.list.with_untracked(find).map(|Attached { name, size, picture, state: first, .. }| {
        let state = Memo::new(move |before: Option<&UploadState>| {
            let now = files.list.with(find).map(|file| file.state);
            now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        let percent = Memo::new(move |_| state.with(percent_of));
        let is_on_its_way = Memo::new(move |_| percent.get().is_some());
        let why = Memo::new(move |_| match state.get() {
            UploadState::Failed(why) => Some(why),
            _ => None,
        });
        let face = match picture {
            Some(address) => view! { <img class="attach__picture" src=address alt="" /> }.into_any(),
            None => icon(Icon::Attach, "icon--small").into_any(),
        };
        let (id, uploading, remove) =
            (format!("file-{number}"), format!("Uploading {name}"), format!("Remove {name}"));
        let (described_by, label) = (id.clone(), name.clone());
        view! {
            <li class="attach__file" data-testid="attached" data-state=move || state.with(word_of)>
                {face} <span class="attach__name" id=id title=name>
                    <bdi>{label}</bdi>
                </span> <span class="attach__size">{size_label(size)}</span>
                <button
                    class="button button--quiet button--icon attach__remove"
                    type="button"
                    aria-label=remove
                    on:click=move |_| files.remove(number)
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
                <Show when=move || is_on_its_way.get()>
                    <progress
                        class="attach__progress"
                        aria-label=uploading.clone()
                        max="100"
                        value=move || percent.get().unwrap_or_default().to_string()
                    ></progress>
                </Show>
                {move || {
                    why.get()
                        .map(|why| {
                            view! {
                                <p class="attach__why" role="alert">{why}</p>
                                <button
                                    class="button button--small attach__again"
                                    type="button"
                                    aria-describedby=described_by.clone()
                                    on:click=move |_| files.live.upload_again(number)
                                >
                                    {icon(Icon::Retry, "icon--small")}
                                    "Try again"
                                </button>
                            }
                        })
                }}
            </li>
        }
    })
}

/// How much of a file has been sent, while it is on its way.
const fn percent_of(state: &UploadState) -> Option<u8> {
    match state {
        UploadState::Waiting => Some(0),
        UploadState::Sending(percent) => Some(*percent),
        UploadState::Uploaded(_) | UploadState::Failed(_) => None,
    }
}

const fn word_of(state: &UploadState) -> &'static str {
    match state {
        UploadState::Waiting => "waiting",
        UploadState::Sending(_) => "uploading",
        UploadState::Uploaded(_) => "uploaded",
        UploadState::Failed(_) => "failed",
    }
}
