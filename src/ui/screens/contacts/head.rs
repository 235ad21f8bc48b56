//! Who it is, and the form that changes their name.

use leptos::{html, prelude::*};

use super::desk::{Desk, called};
use crate::{
    api::contacts::RenameContact,
    domain::Contact,
    ui::components::{Icon, Size, avatar, date_time, icon, row_time},
};

/// The avatar, the name, and since when they are known.
#[component]
pub fn Head() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let name = Memo::new(move |_| desk.now.with(called));
    let face = move || name.with(|name| avatar(desk.id().0, name, Size::Large, ()));
    let since = desk.now.with_untracked(|page| page.person.contact.created_at);
    let in_full = move || date_time(desk.clock.civil(since));
    let shown = move || row_time(desk.clock.civil(since), desk.clock.civil(desk.clock.now()));
    view! {
        <div class="contact__head">
            {face} <div class="contact__names">
                <h1 class="settings__title" tabindex="-1" node_ref=desk.heading>
                    <bdi>{move || name.get()}</bdi>
                </h1>
                <p class="contact__sub">
                    "Known since " <time datetime=since.rfc3339() title=in_full>{shown}</time>
                </p>
                <p class="contact__done" role="status">{move || desk.done.get()}</p>
            </div>
        </div>
        <Rename />
    }
}

/// The form that changes the name, in its place once it is asked for.
#[component]
fn Rename() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let rename = ServerAction::<RenameContact>::new();
    let (form, opener) = (NodeRef::<html::Details>::new(), NodeRef::<html::Summary>::new());
    let close = move || {
        if let (Some(form), Some(opener)) = (form.get_untracked(), opener.get_untracked()) {
            // What stays open harms nobody, nor does a focus that stays where it is.
            let _ = form.remove_attribute("open");
            let _ = opener.focus();
        }
    };
    desk.follow(
        move || rename.value().get(),
        move || {
            desk.done.set("Name saved.".to_owned());
            close();
        },
    );
    let name = Memo::new(move |_| desk.now.with(|page| page.person.contact.name.clone()).unwrap_or_default());
    let first = name.get_untracked();
    let error = move || rename.value().get().and_then(Result::err);
    let is_wrong = move || error().map(|_| "true");
    let described = move || error().map(|_| "name-error");
    view! {
        <details class="contact__rename" node_ref=form>
            <summary class="button button--small" node_ref=opener>
                "Edit name"
            </summary>
            <ActionForm action=rename>
                <div class="contact__form">
                    <input type="hidden" name="id" value=desk.hidden() />
                    <div class="field contact__field">
                        <label class="field__label" for="name">"Name"</label>
                        <input
                            class="input"
                            id="name"
                            name="name"
                            type="text"
                            value=first
                            prop:value=move || name.get()
                            maxlength=Contact::LONGEST_NAME.to_string()
                            autocomplete="off"
                            aria-invalid=is_wrong
                            aria-describedby=described
                        />
                    </div>
                    <button class="button button--primary" type="submit">"Save"</button>
                    <button class="button" type="button" on:click=move |_| close()>
                        "Cancel"
                    </button>
                </div>
                {move || {
                    error()
                        .map(|error| {
                            view! {
                                <p class="field__error" id="name-error" role="alert">
                                    {icon(Icon::Warning, "icon--small")}
                                    <span>{error.to_string()}</span>
                                </p>
                            }
                        })
                }}
            </ActionForm>
        </details>
    }
}
