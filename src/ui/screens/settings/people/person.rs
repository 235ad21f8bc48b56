//! One person, and what admins do with them.

use leptos::{html, prelude::*};

use super::{invite::role_options, team_names};
use crate::{
    api::people::{
        disable_person, enable_person, load_leaving, make_reset_link, remove_second_step, set_role,
    },
    domain::{AppError, OneTimeLink, OperatorId, PeopleList, PersonState, Role, setup::Paste},
    ui::{
        components::{Size, WallClock, avatar, date_time},
        screens::settings::{
            api::{confirm::Confirmed, failure},
            paste::Copyable,
        },
    },
};

/// What is done to a person.
#[derive(Debug, Clone, Copy)]
enum Deed {
    SetRole(Role),
    Disable,
    Enable,
    MakeLink,
    RemoveSecondStep,
}

async fn perform(id: OperatorId, deed: Deed) -> Result<Option<OneTimeLink>, AppError> {
    match deed {
        Deed::SetRole(role) => set_role(id, role).await?,
        Deed::Disable => disable_person(id).await?,
        Deed::Enable => enable_person(id).await?,
        Deed::RemoveSecondStep => remove_second_step(id).await?,
        Deed::MakeLink => return make_reset_link(id).await.map(Some),
    }
    Ok(None)
}

/// A row of the list.
#[component]
pub fn Person(
    /// How they stand.
    now: Memo<PersonState>,
    /// With the names of the teams.
    list: RwSignal<PeopleList>,
    /// Whether they look at themselves.
    is_me: bool,
    /// The reader's clock.
    clock: WallClock,
    /// Called when something was done.
    changed: Callback<()>,
) -> impl IntoView {
    let (id, email) = now.with_untracked(|now| (now.operator.id, now.operator.email.clone()));
    let act = Action::new(move |deed: &Deed| {
        let asked = perform(id, *deed);
        async move {
            let done = asked.await?;
            changed.run(());
            Ok::<_, AppError>(done)
        }
    });
    let failed = Signal::derive(move || act.value().get().and_then(Result::err));
    let link = Memo::new(move |_| act.value().get().and_then(Result::ok).flatten());
    let name = Memo::new(move |_| now.with(|now| now.operator.name.clone()));
    let is_enabled = Memo::new(move |_| now.with(|now| now.operator.enabled));
    let shown_avatar = move || avatar(id.0, &name.get(), Size::Normal, ());
    view! {
        <li class="api-list__row" data-testid="person" data-live=move || is_enabled.get().to_string()>
            {shown_avatar}
            <div class="api-list__text">
                <h3 class="api-list__name">
                    {move || name.get()} {is_me.then_some(" (you)")}
                </h3>
                <p class="api-list__facts">{email} {facts(now, list, clock)}</p>
                {failure(failed)}
            </div>
            {(!is_me).then(|| view! { <Acts now name is_enabled act /> })}
            <div class="people__link" role="status">
                {move || {
                    link.get()
                        .map(|link| {
                            let label = format!("Link for {}", name.get_untracked());
                            let help = "Copy it now: it is shown this once. They choose another password with it, once, \
                                        within a day.";
                            view! { <Copyable paste=Paste::new(&label, link.url, help) /> }
                        })
                }}
            </div>
        </li>
    }
}

fn facts(now: Memo<PersonState>, list: RwSignal<PeopleList>, clock: WallClock) -> impl IntoView {
    move || {
        now.with(|now| {
            let teams = list.with(|list| team_names(list, &now.teams));
            let seen = now.seen_at.map(|at| {
                view! {
                    <span>
                        "Last seen " <time datetime=at.rfc3339()>{move || date_time(clock.civil(at))}</time>
                    </span>
                }
            });
            view! {
                <span>{now.operator.role.label()}</span>
                {(!teams.is_empty()).then(|| view! { <span>{teams}</span> })}
                {if now.operator.enabled { None } else { Some(view! { <span>"Disabled"</span> }) }}
                {now.has_second_step.then(|| view! { <span>"Two-step sign-in"</span> })}
                {seen}
            }
            .into_any()
        })
    }
}

type Act = Action<Deed, Result<Option<OneTimeLink>, AppError>>;

#[component]
fn Acts(
    /// How they stand.
    now: Memo<PersonState>,
    /// What they are called.
    name: Memo<String>,
    /// Whether they can sign in.
    is_enabled: Memo<bool>,
    /// Does it.
    act: Act,
) -> impl IntoView {
    let has_second_step = Memo::new(move |_| now.with(|now| now.has_second_step));
    let busy = act.pending();
    let press = move |deed: Deed, label: &'static str| {
        view! {
            <button
                class="button button--small"
                type="button"
                disabled=move || busy.get()
                on:click=move |_| {
                    act.dispatch(deed);
                }
            >
                {label}
                <span class="visually-hidden">{move || format!(": {}", name.get())}</span>
            </button>
        }
    };
    view! {
        <div class="people__acts">
            <Show when=move || is_enabled.get() fallback=move || press(Deed::Enable, "Enable")>
                <RoleChoice now name act />
                {press(Deed::MakeLink, "Reset password")}
                <Disable now name act />
            </Show>
            <Show when=move || has_second_step.get()>
                <Confirmed
                    label="Remove two-step sign-in"
                    about=name.get_untracked()
                    title=format!("Remove two-step sign-in of {}?", name.get_untracked())
                    text="They then sign in with their password alone. Do it only for somebody of whom you know that they \
                    have lost their app and their recovery codes."
                    busy
                    act=Callback::new(move |()| {
                        act.dispatch(Deed::RemoveSecondStep);
                    })
                />
            </Show>
        </div>
    }
}

#[component]
fn RoleChoice(
    /// How they stand.
    now: Memo<PersonState>,
    /// What they are called.
    name: Memo<String>,
    /// Does it.
    act: Act,
) -> impl IntoView {
    let control = NodeRef::<html::Select>::new();
    let role = Memo::new(move |_| now.with(|now| now.operator.role));
    let show = move |role: Role| {
        if let Some(control) = control.get_untracked() {
            control.set_value(role.as_str());
        }
    };
    Effect::new(move |_| show(role.get()));
    Effect::new(move |_| {
        // What was refused is not as it was chosen.
        if matches!(act.value().get(), Some(Err(_))) {
            show(role.get_untracked());
        }
    });
    view! {
        <select
            class="input people__role"
            aria-label=move || format!("Role of {}", name.get())
            node_ref=control
            on:change:target=move |event| {
                if let Some(role) = Role::from_word(&event.target().value()) {
                    act.dispatch(Deed::SetRole(role));
                }
            }
        >
            {role_options(role.get_untracked())}
        </select>
    }
}

/// Says first what becomes of their conversations.
#[component]
fn Disable(
    /// How they stand.
    now: Memo<PersonState>,
    /// What they are called.
    name: Memo<String>,
    /// Does it.
    act: Act,
) -> impl IntoView {
    let id = now.with_untracked(|now| now.operator.id);
    let dialog = NodeRef::<html::Dialog>::new();
    let look = Action::new(move |(): &()| load_leaving(id));
    Effect::new(move |_| {
        if let (Some(Ok(_)), Some(dialog)) = (look.value().get(), dialog.get_untracked()) {
            // Already open is open.
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let failed = Signal::derive(move || look.value().get().and_then(Result::err));
    let sentences = move || {
        let leaving = look.value().get().and_then(Result::ok);
        let sentences = leaving.map(|leaving| leaving.sentences(&name.get())).unwrap_or_default();
        sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()
    };
    let title = move || format!("Disable {}?", name.get());
    view! {
        <button
            class="button button--small"
            type="button"
            disabled=move || look.pending().get() || act.pending().get()
            on:click=move |_| {
                look.dispatch(());
            }
        >
            "Disable"
            <span class="visually-hidden">{move || format!(": {}", name.get())}</span>
        </button>
        {failure(failed)}
        <dialog class="dialog dialog--small" aria-label=title node_ref=dialog>
            <div class="dialog__head">
                <h2 class="dialog__title">{title}</h2>
            </div>
            <div class="dialog__body people__leaving">{sentences}</div>
            <div class="dialog__foot">
                <button class="button" type="button" autofocus on:click=move |_| close()>
                    "Cancel"
                </button>
                <button
                    class="button button--danger"
                    type="button"
                    on:click=move |_| {
                        close();
                        act.dispatch(Deed::Disable);
                    }
                >
                    "Disable"
                </button>
            </div>
        </dialog>
    }
}
