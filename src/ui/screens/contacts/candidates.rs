//! Others who may be the same person.

use leptos::{ev::MouseEvent, prelude::*};

use super::desk::Desk;
use crate::{
    domain::{Address, Candidate, Shared},
    routes,
    ui::components::{Size, avatar},
};

/// Others who have given the same address.
#[component]
pub fn Suggested() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let list = Memo::new(move |_| desk.now.with(|page| page.suggested.clone()));
    let has_any = Memo::new(move |_| list.with(|list| !list.is_empty()));
    view! {
        <Show when=move || has_any.get()>
            <section class="settings__section" aria-labelledby="suggested">
                <h2 class="settings__part" id="suggested">"May be the same person"</h2>
                <p class="settings__lead">
                    "They have given the same address. Anybody can type one: look at what they wrote before you merge."
                </p>
                {move || candidates(desk, "May be the same person", list.get())}
            </section>
        </Show>
    }
}

/// Some people, each with the button that merges.
pub fn candidates(desk: Desk, label: &'static str, list: Vec<Candidate>) -> impl IntoView {
    (!list.is_empty()).then(|| {
        let rows = list.into_iter().map(|candidate| row(desk, candidate)).collect_view();
        view! {
            <ul class="contact__list" aria-label=label>
                {rows}
            </ul>
        }
    })
}

fn row(desk: Desk, candidate: Candidate) -> impl IntoView {
    let (id, name) = (candidate.contact_id, candidate.name.clone());
    let about = about(&candidate)
        .into_iter()
        .map(|line| view! { <p class="contact__sub"><bdi>{line}</bdi></p> })
        .collect_view();
    view! {
        <li class="contact__row" data-testid="candidate" data-contact-id=id.to_string()>
            {avatar(id.0, &name, Size::Small, ())}
            <div class="contact__text">
                <p>
                    <a class="contact__link" href=routes::contact(id) rel="external">
                        <bdi>{name}</bdi>
                    </a>
                </p>
                {about}
            </div>
            {merge_button(desk, candidate)}
        </li>
    }
}

/// What tells somebody from others: what is the same, else how they are reached.
fn about(candidate: &Candidate) -> Vec<String> {
    if !candidate.shared.is_empty() {
        return candidate.shared.iter().map(Shared::sentence).collect();
    }
    let shown = |address: &Address| address.kind.channel().shown(&address.address);
    let addresses: Vec<String> = candidate.addresses.iter().map(shown).collect();
    if addresses.is_empty() { vec!["No address is known".to_owned()] } else { vec![addresses.join(", ")] }
}

/// Asks whether to merge with somebody. Without JavaScript nothing can ask: it merges at once, which can be undone.
pub fn merge_button(desk: Desk, candidate: Candidate) -> impl IntoView {
    let label = format!("Merge with {}", candidate.name);
    let other = candidate.contact_id.to_string();
    view! {
        <ActionForm action=desk.merge>
            <input type="hidden" name="id" value=desk.hidden() />
            <input type="hidden" name="other" value=other />
            <button
                class="button"
                type="submit"
                aria-haspopup="dialog"
                aria-label=label
                on:click=move |event: MouseEvent| {
                    event.prevent_default();
                    desk.ask(candidate.clone());
                }
            >
                "Merge"
            </button>
        </ActionForm>
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ContactId, IdentityKind};

    #[test]
    fn who_is_offered_is_told_from_others() {
        let mut candidate = Candidate {
            contact_id: ContactId(Uuid::nil()),
            name: "Vera".into(),
            addresses: Vec::new(),
            shared: Vec::new(),
        };
        assert_eq!(about(&candidate), ["No address is known"]);
        for (kind, address) in [(IdentityKind::Email, "v@x.test"), (IdentityKind::Phone, "+15550100")] {
            candidate.addresses.push(Address { kind, address: address.into(), since: None });
        }
        assert_eq!(about(&candidate), ["v@x.test, +1 555 0100"]);
        let (kind, address) = (IdentityKind::Email, "v@x.test".to_owned());
        candidate.shared.push(Shared { kind, address, proven_here: false, proven_there: false });
        assert_eq!(about(&candidate), ["Same email v@x.test: typed by both, proven by neither"]);
    }
}
