//! Blocking somebody, with what that does said before, and the way back.

use leptos::prelude::*;

use super::desk::Desk;
use crate::{
    api::contacts::{BlockContact, UnblockContact},
    domain::Block,
    ui::components::{Icon, date_time, icon, row_time},
};

/// Whether they are blocked, and the button that changes it.
#[component]
pub fn Blocking() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (block, unblock) = (ServerAction::<BlockContact>::new(), ServerAction::<UnblockContact>::new());
    desk.follow(
        move || block.value().get(),
        move || {
            unblock.clear();
            desk.tell("Blocked. You can undo this below.".to_owned());
        },
    );
    desk.follow(
        move || unblock.value().get(),
        move || {
            block.clear();
            desk.tell("Unblocked.".to_owned());
        },
    );
    let blocked = Memo::new(move |_| desk.now.with(|page| page.about.block.clone()));
    let may_block = Memo::new(move |_| desk.now.with(|page| page.may_block));
    let error = move || {
        let errors = [block.value().get(), unblock.value().get()];
        errors.into_iter().flatten().find_map(Result::err)
    };
    view! {
        <section class="settings__section" aria-labelledby="block">
            <h2 class="settings__part" id="block">"Block"</h2>
            {move || match blocked.get() {
                Some(kept) => view! {
                    {told(desk, kept)}
                    <ActionForm action=unblock>
                        <input type="hidden" name="id" value=desk.hidden() />
                        <button class="button" type="submit">
                            "Unblock"
                        </button>
                    </ActionForm>
                }
                .into_any(),
                None => view! {
                    <p class="settings__lead" id="block-text">
                        "Their conversations are resolved. What they write from now on is kept there and stays resolved: it comes into no queue, no AI answers and nobody is notified. They are not told. You can undo this at any time."
                    </p>
                    <Show
                        when=move || may_block.get()
                        fallback=|| {
                            view! {
                                <p class="contact__sub">
                                    "A colleague has a conversation with them in work. Its owner or a supervisor can block them."
                                </p>
                            }
                        }
                    >
                        <ActionForm action=block>
                            <input type="hidden" name="id" value=desk.hidden() />
                            <button class="button" type="submit" aria-describedby="block-text">
                                {icon(Icon::Lock, "icon--small")}
                                "Block"
                            </button>
                        </ActionForm>
                    </Show>
                }
                .into_any(),
            }}
            {move || {
                error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
        </section>
    }
}

/// Who blocked them, when, and what taking it back does.
fn told(desk: Desk, block: Block) -> impl IntoView {
    let Block { by_name, at, .. } = block;
    let in_full = move || date_time(desk.clock.civil(at));
    let shown = move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()));
    view! {
        <p class="contact__blocked" data-testid="blocked">
            {icon(Icon::Lock, "icon--small")}
            <span>
                "Blocked by "
                <bdi>{by_name}</bdi>
                ", "
                <time datetime=at.rfc3339() title=in_full>
                    {shown}
                </time>
            </span>
        </p>
        <p class="settings__lead">
            "What they write is kept and comes into no queue. Unblock reopens the conversations that were resolved with the block."
        </p>
    }
}
