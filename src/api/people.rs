//! The people of the workspace. For admins alone.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, InvitationForm, InvitationId, Invited, Leaving, OneTimeLink, OperatorId, PeopleList, Role,
};

/// Everybody, and who may join them.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "load_people", input = Json)]
pub async fn load_people() -> Result<PeopleList, AppError> {
    use crate::server::{http::guard, queries::people};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::list(&app, &me).await
    })
    .await
}

/// Invites somebody. The link is given here and never again.
///
/// # Errors
/// If the caller is no admin, the address cannot be used, or somebody has an account with it.
#[server(prefix = "/fn", endpoint = "invite_person", input = Json)]
pub async fn invite_person(form: InvitationForm) -> Result<Invited, AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::invite(&app, &me, &form).await
    })
    .await
}

/// Mails an invitation's link to whom it is for: another one, which is given here and never again.
///
/// # Errors
/// If the caller is no admin, nothing can be mailed, there is no such invitation, or it was used.
#[server(prefix = "/fn", endpoint = "mail_invitation", input = Json)]
pub async fn mail_invitation(id: InvitationId) -> Result<Invited, AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::mail_invitation(&app, &me, id).await
    })
    .await
}

/// Takes an invitation back.
///
/// # Errors
/// If the caller is no admin, there is none, or it was used.
#[server(prefix = "/fn", endpoint = "withdraw_invitation", input = Json)]
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::withdraw(&app, &me, id).await
    })
    .await
}

/// Changes what somebody may do, and ends their sessions.
///
/// # Errors
/// If the caller is no admin, there is no such person, or nobody would be left who is an admin.
#[server(prefix = "/fn", endpoint = "set_role", input = Json)]
pub async fn set_role(id: OperatorId, role: Role) -> Result<(), AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::set_role(&app, &me, id, role).await
    })
    .await
}

/// What becomes of somebody's conversations if they are disabled now.
///
/// # Errors
/// If the caller is no admin, or there is no such person.
#[server(prefix = "/fn", endpoint = "load_leaving", input = Json)]
pub async fn load_leaving(id: OperatorId) -> Result<Leaving, AppError> {
    use crate::server::{http::guard, queries::people};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::leaving(&app, &me, id).await
    })
    .await
}

/// Shuts somebody out; their conversations in work go back to their team's queue.
///
/// # Errors
/// If the caller is no admin, it is themselves, or there is no such person.
#[server(prefix = "/fn", endpoint = "disable_person", input = Json)]
pub async fn disable_person(id: OperatorId) -> Result<(), AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::disable(&app, &me, id).await
    })
    .await
}

/// Lets somebody sign in again.
///
/// # Errors
/// If the caller is no admin, or there is no such person.
#[server(prefix = "/fn", endpoint = "enable_person", input = Json)]
pub async fn enable_person(id: OperatorId) -> Result<(), AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::enable(&app, &me, id).await
    })
    .await
}

/// Makes a link for somebody who has forgotten their password. It is given here and never again.
///
/// # Errors
/// If the caller is no admin, or there is nobody such who can sign in.
#[server(prefix = "/fn", endpoint = "make_reset_link", input = Json)]
pub async fn make_reset_link(id: OperatorId) -> Result<OneTimeLink, AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::make_link(&app, &me, id).await
    })
    .await
}

/// Switches two-step sign-in off for somebody who has lost their app and their recovery codes.
///
/// # Errors
/// If the caller is no admin, there is no such person, or it is not on.
#[server(prefix = "/fn", endpoint = "remove_second_step", input = Json)]
pub async fn remove_second_step(id: OperatorId) -> Result<(), AppError> {
    use crate::server::{actions::second_step, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        second_step::switch_off_for(&app, &me, id).await
    })
    .await
}
