//! Inviting people, and the invitations that nobody has used yet.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::team_names;
use crate::{
    api::people::{invite_person, mail_invitation, withdraw_invitation},
    domain::{
        AppError, Invitation, InvitationForm, InvitationId, Invited, PeopleList, Role, ServiceMailState,
        Team, TeamId, setup::Paste,
    },
    ui::{
        components::{WallClock, date_time},
        screens::settings::{
            api::{confirm::Confirmed, failure},
            control::{Slot, options},
            line::{Line, beside, clear, written},
            paste::Copyable,
        },
    },
};

/// The form that invites, above those who are invited.
#[component]
pub fn Invitations(
    /// Everybody, as far as is known.
    list: RwSignal<PeopleList>,
    /// The reader's clock.
    clock: WallClock,
    /// Called when somebody was invited, or is no more.
    changed: Callback<()>,
) -> impl IntoView {
    let row = move |invitation: Invitation| {
        let id = invitation.id;
        let now = Memo::new(move |before: Option<&Invitation>| {
            let known = list.with(|list| list.invitations.iter().find(|known| known.id == id).cloned());
            known.or_else(|| before.cloned()).unwrap_or_else(|| invitation.clone())
        });
        view! { <Row now list clock changed /> }
    };
    view! {
        <section class="settings__section" aria-labelledby="invitations">
            <h2 class="settings__part" id="invitations">"Invite somebody"</h2>
            <InviteForm list changed />
            <Show when=move || list.with(|list| !list.invitations.is_empty())>
                <ul class="api-list" aria-label="Invitations">
                    <For
                        each=move || list.with(|list| list.invitations.clone())
                        key=|invitation| invitation.id
                        children=row
                    />
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn InviteForm(
    /// With the teams to choose from.
    list: RwSignal<PeopleList>,
    /// Called when somebody was invited.
    changed: Callback<()>,
) -> impl IntoView {
    let (email, role) = (NodeRef::<html::Input>::new(), NodeRef::<html::Select>::new());
    let teams = RwSignal::new(Vec::<TeamId>::new());
    let can_mail = Memo::new(move |_| list.with(|list| list.can_mail));
    let mail = RwSignal::new(true);
    let invite = Action::new(move |form: &InvitationForm| {
        let asked = invite_person(form.clone());
        async move {
            let invited = asked.await?;
            clear(email);
            changed.run(());
            Ok::<_, AppError>(invited)
        }
    });
    let refused = Signal::derive(move || invite.value().get().and_then(Result::err));
    let invited = Memo::new(move |_| invite.value().get().and_then(Result::ok));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let role = role.get_untracked().and_then(|role| Role::from_word(&role.value()));
        let role = role.unwrap_or(Role::Operator);
        let mail = mail.get_untracked() && can_mail.get_untracked();
        invite.dispatch(InvitationForm { email: written(email), role, teams: teams.get_untracked(), mail });
    };
    let line = Line {
        form: "invite",
        key: "email",
        label: "Email",
        hint: "They will sign in with it. You get a link to pass on.",
        kind: "email",
        autocomplete: "off",
    };
    let slot = Slot::new("invite-role", false, Signal::derive(|| None));
    let role_control = view! {
        <select class="input" id=slot.id.clone() node_ref=role>
            {role_options(Role::Operator)}
        </select>
    };
    let role_row = slot.row("Role", false, "", role_control.into_any());
    view! {
        <form class="form__section" on:submit=submit>
            {line.row(String::new(), refused, email)}
            {role_row}
            {team_checks(&list.with_untracked(|list| list.teams.clone()), teams)}
            <Show when=move || can_mail.get()>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || mail.get()
                        on:change:target=move |event| mail.set(event.target().checked())
                    />
                    "Mail them the link too"
                </label>
            </Show>
            {failure(beside(refused, &["email"]))}
            <div class="form__foot">
                <button class="button button--primary" type="submit" disabled=move || invite.pending().get()>
                    "Create invitation"
                </button>
            </div>
            <div role="status">
                {move || {
                    invited.get().map(link)
                }}
            </div>
        </form>
    }
}

/// The link that was just made.
fn link(invited: Invited) -> impl IntoView {
    let label = format!("Invitation for {}", invited.invitation.email);
    let help = "Copy it now: it is shown this once. It makes one account, within seven days.";
    view! { <Copyable paste=Paste::new(&label, invited.link.url, help) /> }
}

/// The roles to choose from.
pub fn role_options(chosen: Role) -> AnyView {
    options(Role::ALL.iter().map(|role| (role.as_str(), role.label())), chosen.as_str())
}

fn team_checks(all: &[Team], chosen: RwSignal<Vec<TeamId>>) -> Option<AnyView> {
    let checks = all.iter().map(|team| {
        let id = team.id;
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&id))
                    on:change:target=move |event| {
                        let wanted = event.target().checked();
                        chosen.update(|chosen| {
                            chosen.retain(|known| *known != id);
                            if wanted {
                                chosen.push(id);
                            }
                        });
                    }
                />
                {team.name.clone()}
            </label>
        }
    });
    let checks = checks.collect_view();
    (!all.is_empty()).then(|| {
        view! {
            <fieldset class="api-kinds">
                <legend class="field__label">"Teams"</legend>
                {checks}
            </fieldset>
        }
        .into_any()
    })
}

#[component]
fn Row(
    /// One of them, as it stands.
    now: Memo<Invitation>,
    /// With the names of the teams.
    list: RwSignal<PeopleList>,
    /// The reader's clock.
    clock: WallClock,
    /// Called when it was withdrawn, or mailed.
    changed: Callback<()>,
) -> impl IntoView {
    let withdraw = Action::new(move |id: &InvitationId| {
        let asked = withdraw_invitation(*id);
        async move { asked.await.map(|()| changed.run(())) }
    });
    let again = Action::new(move |id: &InvitationId| {
        let asked = mail_invitation(*id);
        async move {
            let invited = asked.await?;
            changed.run(());
            Ok::<_, AppError>(invited)
        }
    });
    let failed = Signal::derive(move || withdraw.value().get().and_then(Result::err));
    let unmailed = Signal::derive(move || again.value().get().and_then(Result::err));
    let renewed = Memo::new(move |_| again.value().get().and_then(Result::ok));
    let Invitation { id, email, role, teams, invited_by, .. } = now.get_untracked();
    let expires_at = Memo::new(move |_| now.with(|now| now.expires_at));
    let names = list.with_untracked(|list| team_names(list, &teams));
    let about = email.clone();
    view! {
        <li class="api-list__row" data-testid="invitation">
            <div class="api-list__text">
                <h3 class="api-list__name">{email.clone()}</h3>
                <p class="api-list__facts">
                    <span>{role.label()}</span>
                    {(!names.is_empty()).then(|| view! { <span>{names}</span> })}
                    {invited_by.map(|name| view! { <span>{format!("Invited by {name}")}</span> })}
                    <span>
                        "Usable until "
                        <time datetime=move || {
                            expires_at.get().rfc3339()
                        }>{move || date_time(clock.civil(expires_at.get()))}</time>
                    </span>
                </p>
                <p class="api-list__facts" role="status">{move || now.with(mailed)}</p>
                {failure(failed)}
                {failure(unmailed)}
            </div>
            <div class="people__acts">
                <Show when=move || list.with(|list| list.can_mail)>
                    <button
                        class="button button--small"
                        type="button"
                        disabled=move || again.pending().get()
                        on:click=move |_| {
                            again.dispatch(id);
                        }
                    >
                        {move || now.with(again_label)}
                        <span class="visually-hidden">{format!(": {about}")}</span>
                    </button>
                </Show>
                <Confirmed
                    label="Withdraw"
                    title=format!("Withdraw the invitation for {email}?")
                    about=email
                    text="Its link is of no use from then on."
                    busy=withdraw.pending()
                    act=Callback::new(move |()| {
                        withdraw.dispatch(id);
                    })
                />
            </div>
            <div class="people__link" role="status">
                {move || renewed.get().map(link)}
            </div>
        </li>
    }
}

/// What became of the mail with its link.
fn mailed(invitation: &Invitation) -> Option<AnyView> {
    let mail = invitation.mail.as_ref()?;
    let (state, text) = (mail.state.as_str(), format!("Mailed to {}. {}", mail.to, mail.standing()));
    Some(view! { <span data-testid="mailed" data-state=state>{text}</span> }.into_any())
}

/// What the button says that mails another link.
fn again_label(invitation: &Invitation) -> &'static str {
    match invitation.mail.as_ref().map(|mail| mail.state) {
        None => "Mail a new link",
        Some(ServiceMailState::Failed) => "Try again",
        Some(ServiceMailState::Queued | ServiceMailState::Sent) => "Mail again",
    }
}
