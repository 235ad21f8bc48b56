//! People as those see them who look after them, and as each sees themselves.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    domain::{
        AppError, Channel, InvitationId, Leaving, Me, Operator, OperatorId, PeopleList, PersonState, Profile,
        SecondStep, ServiceMail, TeamId, Time, Viewer, setup::only_admins,
    },
    server::{
        app::App,
        auth::session::SignedIn,
        store::{
            channels, conversations, invitations, operators, second_steps, service_mails, sessions, teams,
            workspace,
        },
    },
};

/// More mails than this about all invitations that are open are not looked through.
const MAILS: i64 = 1_000;

/// Everybody, and who may join them.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn list(app: &App, me: &Me) -> Result<PeopleList, AppError> {
    only_admins(me)?;
    let now = app.clock.now();
    let mut tx = app.db.snapshot().await?;
    let people = operators::list(&mut tx).await?;
    let seen: BTreeMap<OperatorId, Time> = operators::list_seen(&mut tx).await?.into_iter().collect();
    let with_step: BTreeSet<OperatorId> = second_steps::list_on(&mut tx).await?.into_iter().collect();
    let mut memberships: BTreeMap<OperatorId, Vec<TeamId>> = BTreeMap::new();
    for (operator, team) in teams::list_memberships(&mut tx).await? {
        memberships.entry(operator).or_default().push(team);
    }
    let open = invitations::list_open(&mut tx, now).await?;
    let ids: Vec<Uuid> = open.iter().map(|kept| kept.id.into()).collect();
    let mut mails: BTreeMap<InvitationId, ServiceMail> = BTreeMap::new();
    for mail in service_mails::list_about(&mut tx, &ids, MAILS).await? {
        if let Some(about) = mail.about {
            // The newest comes first.
            mails.entry(about.into()).or_insert_with(|| mail.shown());
        }
    }
    let can_mail = Channel::for_mail(&channels::list(&mut tx).await?, None).is_some();
    let teams = teams::list(&mut tx).await?;
    tx.commit().await?;
    let name_of = |id: OperatorId| Some(people.iter().find(|person| person.id == id)?.name.clone());
    let invitations = open.into_iter().map(|kept| {
        let invited_by = kept.invited_by.and_then(name_of);
        let mail = mails.remove(&kept.id);
        kept.shown(invited_by, mail)
    });
    let invitations = invitations.collect();
    let state = |operator: Operator| PersonState {
        teams: memberships.remove(&operator.id).unwrap_or_default(),
        seen_at: seen.get(&operator.id).copied(),
        has_second_step: with_step.contains(&operator.id),
        operator,
    };
    let mut people: Vec<PersonState> = people.into_iter().map(state).collect();
    people.sort_by_key(|person| !person.operator.enabled);
    Ok(PeopleList { people, invitations, teams, can_mail, me: me.id, now })
}

/// What becomes of somebody's conversations if they are disabled now.
///
/// # Errors
/// If the caller is no admin, or there is no such person.
pub async fn leaving(app: &App, me: &Me, id: OperatorId) -> Result<Leaving, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    operators::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let owned = conversations::list_active_facts_of(&mut tx, id).await?;
    let teams = teams::list(&mut tx).await?;
    tx.commit().await?;
    let mut by_team: BTreeMap<Option<TeamId>, i64> = BTreeMap::new();
    for (team, _) in &owned {
        *by_team.entry(*team).or_default() += 1;
    }
    let name_of = |id: TeamId| teams.iter().find(|team| team.id == id).map(|team| team.name.clone());
    let mut queues: Vec<(Option<String>, i64)> =
        by_team.into_iter().map(|(team, count)| (team.and_then(name_of), count)).collect();
    queues.sort_by_key(|(_, count)| -count);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let needs_answer = owned.iter().filter(|(_, waits)| *waits).count();
    Ok(Leaving { owned: count(owned.len()), needs_answer: count(needs_answer), queues })
}

/// Somebody's own settings.
///
/// # Errors
/// If the database fails.
pub async fn profile(app: &App, me: &SignedIn) -> Result<Profile, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.snapshot().await?;
    let time_zone = operators::find_time_zone(&mut tx, me.id).await?;
    let on_since = second_steps::find(&mut tx, me.id).await?.and_then(|kept| kept.on_at);
    let codes_left = second_steps::count_codes(&mut tx, me.id).await?;
    let mut sessions = sessions::list_live_of(&mut tx, me.id, now).await?;
    tx.commit().await?;
    for session in &mut sessions {
        session.here = session.id == me.session;
    }
    sessions.sort_by_key(|session| !session.here);
    Ok(Profile {
        name: me.name.clone(),
        email: me.email.clone(),
        role: me.role,
        time_zone,
        second_step: SecondStep { on_since, codes_left },
        sessions,
        now,
    })
}

/// What the workspace is called.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn workspace(app: &App, me: &Me) -> Result<String, AppError> {
    only_admins(me)?;
    Ok(workspace::find_name(&mut app.db.conn().await?).await?)
}

/// For whom a page is rendered. Everybody learns what the workspace is called: it stands above the form to sign in.
///
/// # Errors
/// If the database fails.
pub async fn viewer(app: &App, me: Option<&Me>) -> Result<Viewer, AppError> {
    let mut conn = app.db.conn().await?;
    let workspace = workspace::find_name(&mut conn).await?;
    let time_zone = match me {
        Some(me) => operators::find_time_zone(&mut conn, me.id).await?,
        None => None,
    };
    let by_mail = Channel::for_mail(&channels::list(&mut conn).await?, None).is_some();
    Ok(Viewer { workspace, time_zone, by_mail })
}
