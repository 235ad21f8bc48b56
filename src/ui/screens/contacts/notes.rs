//! What operators wrote down about somebody, and the form that adds to it.

use leptos::{html, prelude::*};

use super::{desk::Desk, undo::Undo};
use crate::{
    api::contacts::{AddContactNote, RemoveContactNote, RestoreContactNote},
    domain::{ContactNote, ContactNoteId, Time},
    ui::components::{Icon, date_time, icon, row_time},
};

/// The notes, newest first, below the form.
#[component]
pub fn Notes() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let remove = ServerAction::<RemoveContactNote>::new();
    let restore = ServerAction::<RestoreContactNote>::new();
    let (leaving, gone) = (RwSignal::new(None::<ContactNoteId>), RwSignal::new(None::<ContactNoteId>));
    desk.follow(move || remove.value().get(), move || gone.set(leaving.get_untracked()));
    desk.follow(
        move || restore.value().get(),
        move || {
            gone.set(None);
            desk.tell("The note is back.".to_owned());
        },
    );
    let list = Memo::new(move |_| desk.now.with(|page| page.notes.clone()));
    let has_any = Memo::new(move |_| list.with(|list| !list.is_empty()));
    let back = Callback::new(move |note: ContactNoteId| {
        restore.dispatch(RestoreContactNote { id: desk.id(), note });
    });
    let error = move || {
        let errors = [remove.value().get(), restore.value().get()];
        errors.into_iter().flatten().find_map(Result::err)
    };
    view! {
        <section class="settings__section" aria-labelledby="notes">
            <h2 class="settings__part" id="notes">"Notes"</h2>
            <Add />
            <Undo gone words=|_: &ContactNoteId| "Note removed.".to_owned() back />
            {move || {
                error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
            <Show when=move || has_any.get()>
                <ul class="contact__list" aria-label="Notes">
                    <For
                        each=move || list.get()
                        key=ContactNote::clone
                        children=move |note| row(desk, note, remove, leaving)
                    />
                </ul>
            </Show>
        </section>
    }
}

fn row(
    desk: Desk,
    note: ContactNote,
    remove: ServerAction<RemoveContactNote>,
    leaving: RwSignal<Option<ContactNoteId>>,
) -> impl IntoView {
    let ContactNote { id, author_name, text, created_at, may_remove, .. } = note;
    let label = format!("Remove the note by {author_name}");
    view! {
        <li class="contact__row" data-testid="contact-note">
            <div class="contact__text">
                <p class="contact__note" dir="auto">{text}</p>
                <p class="contact__sub">
                    <bdi>{author_name}</bdi>
                    ", "
                    {when(desk, created_at)}
                </p>
            </div>
            {may_remove
                .then(|| {
                    view! {
                        <ActionForm action=remove>
                            <input type="hidden" name="id" value=desk.hidden() />
                            <input type="hidden" name="note" value=id.to_string() />
                            <button
                                class="button button--small"
                                type="submit"
                                aria-label=label
                                on:click=move |_| leaving.set(Some(id))
                            >
                                "Remove"
                            </button>
                        </ActionForm>
                    }
                })}
        </li>
    }
}

fn when(desk: Desk, at: Time) -> impl IntoView {
    let in_full = move || date_time(desk.clock.civil(at));
    let shown = move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()));
    view! {
        <time datetime=at.rfc3339() title=in_full>
            {shown}
        </time>
    }
}

/// The form that adds a note.
#[component]
fn Add() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let add = ServerAction::<AddContactNote>::new();
    let field = NodeRef::<html::Textarea>::new();
    desk.follow(
        move || add.value().get(),
        move || {
            desk.done.set("Note saved.".to_owned());
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
        },
    );
    let error = move || add.value().get().and_then(Result::err);
    let is_wrong = move || error().map(|_| "true");
    let described = move || if error().is_some() { "about-error about-hint" } else { "about-hint" };
    view! {
        <ActionForm action=add>
            <div class="contact__form">
                <input type="hidden" name="id" value=desk.hidden() />
                <div class="field contact__field">
                    <label class="field__label" for="about">"Note about this contact"</label>
                    <textarea
                        class="input"
                        id="about"
                        name="text"
                        rows="3"
                        maxlength=ContactNote::LONGEST.to_string()
                        required
                        node_ref=field
                        aria-invalid=is_wrong
                        aria-describedby=described
                    ></textarea>
                </div>
                <button class="button" type="submit">"Add note"</button>
            </div>
            <p class="field__hint" id="about-hint">
                "Every operator who sees a conversation with them can read it. They cannot."
            </p>
            {move || {
                error()
                    .map(|error| {
                        view! {
                            <p class="field__error" id="about-error" role="alert">
                                {icon(Icon::Warning, "icon--small")}
                                <span>{error.to_string()}</span>
                            </p>
                        }
                    })
            }}
        </ActionForm>
    }
}
