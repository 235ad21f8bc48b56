//! Views: lists that somebody has saved, under the queues; and the dialog that saves one.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Place, frame::Desk, select::Tools, sheet::Sheet};
use crate::{
    domain::{AppError, Audience, Inbox, Listing, View, ViewForm, ViewId},
    routes,
    ui::{
        components::{Icon, Menu, icon},
        live::Live,
    },
};

/// The view that the address names, if there is one, and how what is shown stands to it.
#[derive(Clone, Copy)]
pub struct SavedView {
    pub view: Memo<Option<View>>,
    /// Whether something else is shown by now.
    pub is_edited: Memo<bool>,
    pub may_change: Memo<bool>,
}

impl SavedView {
    pub fn of(live: Live, desk: Desk) -> Self {
        let view = Memo::new(move |_| {
            let id = desk.place.with(|place| place.view)?;
            live.inbox.with(|inbox| inbox.view(id).cloned())
        });
        let is_edited = Memo::new(move |_| {
            view.with(|view| {
                let is_other = |view: &View| desk.place.with(|place| place.listing != view.listing);
                view.as_ref().is_some_and(is_other)
            })
        });
        let may_change = Memo::new(move |_| {
            live.inbox
                .with(|inbox| view.with(|view| view.as_ref().is_some_and(|view| view.may_change(&inbox.me))))
        });
        Self { view, is_edited, may_change }
    }
}

/// What is being saved: something new, or another name or audience of what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    pub id: Option<ViewId>,
    pub name: String,
    pub audience: Audience,
    pub listing: Listing,
}

/// The views, under the queues.
#[component]
pub fn Views() -> impl IntoView {
    let live = expect_context::<Live>();
    let ids = Memo::new(move |_| {
        live.inbox.with(|inbox| inbox.views.iter().map(|view| view.id).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || ids.with(|ids| !ids.is_empty())>
            <h3 class="queues__label" id="queues-views">"Views"</h3>
            <ul aria-labelledby="queues-views">
                <For each=move || ids.get() key=|id| *id children=|id| view! { <ViewItem id /> } />
            </ul>
        </Show>
    }
}

/// How a number shows that was counted no further than to a bound.
fn bounded(count: usize) -> String {
    if count < View::COUNTED { count.to_string() } else { format!("{}+", View::COUNTED - 1) }
}

/// A view. Its link stays the same element while the view changes, so that it keeps the focus.
#[component]
fn ViewItem(
    /// Which.
    id: ViewId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let find = move |inbox: &Inbox| inbox.view(id).cloned();
    live.inbox.with_untracked(find).map(|first| {
        // One that is deleted is drawn as it was until the list drops it.
        let view = Memo::new(move |before: Option<&View>| {
            live.inbox.with(find).or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        view! { <Shown view /> }
    })
}

/// A link to a view, and what can be done with it.
#[component]
fn Shown(
    /// Which.
    view: Memo<View>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let id = view.with_untracked(|view| view.id);
    let count = Memo::new(move |_| live.view_counts.with(|counts| counts.get(&id).copied()));
    let may_change =
        Memo::new(move |_| live.inbox.with(|inbox| view.with(|view| view.may_change(&inbox.me))));
    let sign = move || {
        let is_shared = view.with(|view| view.audience != Audience::Me);
        icon(if is_shared { Icon::Team } else { Icon::View }, "icon--small")
    };
    view! {
        <li class="queue__item">
            <a
                class="queue"
                href=move || view.with(|view| routes::list(&view.listing, Some(id), None))
                data-count=move || count.get().map(|count| count.to_string())
                data-view-id=id.to_string()
                aria-current=move || desk.place.with(|place| place.view == Some(id)).then_some("page")
            >
                {sign}
                <span class="queue__name">
                    <bdi>{move || view.with(|view| view.name.clone())}</bdi>
                </span>
                <span class="queue__count" aria-hidden="true">{move || count.get().map(bounded)}</span>
            </a>
            <Show when=move || may_change.get()>
                <More view />
            </Show>
        </li>
    }
}

/// What can be done with a view.
#[component]
fn More(
    /// Which.
    view: Memo<View>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let tools = expect_context::<Tools>();
    let menu = view.with_untracked(|view| format!("view-{}", view.id));
    let rename = move |_| {
        let View { id, name, audience, listing, .. } = view.get_untracked();
        tools.saving.set(Some(Saving { id: Some(id), name, audience, listing }));
    };
    let delete = move |_| {
        live.delete_view(&view.get_untracked());
        focus_queues();
    };
    view! {
        <button
            class="button button--quiet button--icon queue__more"
            type="button"
            aria-haspopup="menu"
            popovertarget=menu.clone()
        >
            {icon(Icon::More, "icon--small")}
            <span class="visually-hidden">"More about " {move || view.with(|view| view.name.clone())}</span>
        </button>
        <Menu id=menu.clone() label="View" class="menu--start">
            <button
                class="menu__item"
                role="menuitem"
                type="button"
                tabindex="-1"
                popovertarget=menu.clone()
                popovertargetaction="hide"
                on:click=rename
            >
                <span class="menu__text">"Rename or share"</span>
            </button>
            <button
                class="menu__item"
                role="menuitem"
                type="button"
                tabindex="-1"
                popovertarget=menu
                popovertargetaction="hide"
                on:click=delete
            >
                <span class="menu__text">"Delete"</span>
            </button>
        </Menu>
    }
}

/// What had the focus goes with its view: the first of the queues takes it.
fn focus_queues() {
    let first = document().query_selector("#queues .queue").ok().flatten();
    if let Some(link) = first.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        // What cannot be focused leaves the focus where it is.
        let _ = link.focus();
    }
}

/// Who can be shown a view, as the options of a choice.
fn audiences(inbox: &Inbox) -> Vec<(Audience, String)> {
    let teams = inbox.teams.iter().map(|team| (Audience::Team(team.id), format!("Team {}", team.name)));
    let all = [(Audience::Me, "Only me".to_owned())]
        .into_iter()
        .chain(teams)
        .chain([(Audience::Everyone, "Everyone".to_owned())]);
    all.filter(|(audience, _)| audience.may_be_given(&inbox.me)).collect()
}

/// The dialog that saves a view, or gives it another name or audience.
#[component]
pub fn SaveView() -> impl IntoView {
    let tools = expect_context::<Tools>();
    let title = move || {
        let is_new = tools.saving.with(|saving| saving.as_ref().is_some_and(|saving| saving.id.is_none()));
        if is_new { "Save view" } else { "Rename or share view" }
    };
    view! {
        <Sheet
            id="save-view"
            title=Signal::derive(move || title().to_owned())
            open=Signal::derive(move || tools.saving.with(Option::is_some))
            close=Callback::new(move |()| tools.saving.set(None))
        >
            <Form />
        </Sheet>
    }
}

#[component]
fn Form() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let navigate = use_navigate();
    let field = NodeRef::<html::Input>::new();
    let choice = NodeRef::<html::Select>::new();
    let error = RwSignal::new(None::<AppError>);
    let is_busy = RwSignal::new(false);
    let Some(saving) = tools.saving.get_untracked() else { return ().into_any() };
    let offers = live.inbox.with_untracked(audiences);
    let chosen = offers.iter().position(|(audience, _)| *audience == saving.audience).unwrap_or_default();
    let options = offers.iter().enumerate().map(|(place, (_, name))| {
        view! { <option value=place.to_string() selected={place == chosen}>{name.clone()}</option> }
    });
    let options = options.collect_view();
    let name = saving.name.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(field), Some(choice)) = (field.get_untracked(), choice.get_untracked()) else { return };
        let place: usize = choice.value().parse().unwrap_or_default();
        let Some((audience, _)) = offers.get(place) else { return };
        let form = ViewForm { name: field.value(), audience: *audience, listing: saving.listing.clone() };
        let (id, navigate) = (saving.id, navigate.clone());
        is_busy.set(true);
        live.save_view(id, form, move |answer| {
            is_busy.try_set(false);
            match answer {
                Ok(view) => {
                    tools.saving.set(None);
                    if id.is_none() {
                        let conversation = desk.place.with_untracked(|place| place.conversation);
                        let place =
                            Place { listing: view.listing, view: Some(view.id), conversation, message: None };
                        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
                        navigate(&place.path(conversation), options);
                    }
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <form on:submit=submit>
            <div class="dialog__body sheet__fields">
                <div class="field">
                    <label class="field__label" for="view-name">"Name"</label>
                    <input
                        class="input"
                        id="view-name"
                        type="text"
                        required
                        autofocus
                        autocomplete="off"
                        dir="auto"
                        maxlength=View::LONGEST_NAME.to_string()
                        value=name
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        aria-describedby="view-error"
                        node_ref=field
                        on:input=move |_| error.set(None)
                    />
                </div>
                <div class="field">
                    <label class="field__label" for="view-audience">"Shown to"</label>
                    <select class="input" id="view-audience" node_ref=choice>
                        {options}
                    </select>
                </div>
                <p class="field__error" id="view-error" role="alert">
                    {move || error.get().map(|error| error.to_string())}
                </p>
            </div>
            <div class="dialog__foot">
                <button class="button" type="button" on:click=move |_| tools.saving.set(None)>
                    "Cancel"
                </button>
                <button class="button button--primary" type="submit" disabled=move || is_busy.get()>
                    "Save"
                </button>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Role, Team, TeamId},
        ui::live::samples::inbox,
    };
    use uuid::Uuid;

    #[test]
    fn numbers_are_exact_up_to_a_bound() {
        assert_eq!([0, 99, 100].map(bounded), ["0", "99", "99+"]);
    }

    #[test]
    fn a_view_can_be_shown_to_ones_own_teams_and_by_supervisors_to_all() {
        let [support, sales] = [1, 2].map(|n| TeamId(Uuid::from_u128(n)));
        let team = |id, name: &str| Team { id, name: name.into() };
        let mut inbox = Inbox { teams: vec![team(support, "Support"), team(sales, "Sales")], ..inbox() };
        inbox.me.teams = vec![support];
        let names = |inbox: &Inbox| audiences(inbox).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names(&inbox), ["Only me", "Team Support"]);
        inbox.me.role = Role::Supervisor;
        assert_eq!(names(&inbox), ["Only me", "Team Support", "Team Sales", "Everyone"]);
    }
}
