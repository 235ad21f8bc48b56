//! From a sibling app's bot to the people that it wants.

use super::{check, hand_off_in, lock};
use crate::{
    domain::{AppError, Bot, Control, Conversation, ConversationId, Handoff, HandoffReason, clean_line},
    server::{
        actions::edit::Edit,
        app::App,
        store::{channels, teams},
    },
};

/// A bot gives its conversation to a person of a team that it names, by name or id. A team that is not there is no reason
/// to let the customer wait: the card says what was wanted.
///
/// # Errors
/// [`crate::domain::Conflict::Stale`] if it has not the word.
pub async fn hand_off_to(
    app: &App,
    bot: &Bot,
    id: ConversationId,
    control_epoch: i64,
    mut handoff: Handoff,
    team: Option<&str>,
) -> Result<Conversation, AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = lock(&mut tx, bot, id).await?;
    check(&conversation, Control { bot_id: bot.id, control_epoch })?;
    let channel = channels::find(&mut tx, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    let teams = teams::list(&mut tx).await?;
    let mut edit = Edit::of(tx, conversation, app.clock.now());
    if let Some(wanted) = team.map(clean_line).filter(|wanted| !wanted.is_empty()) {
        let is_it = |name: &str| name.to_lowercase() == wanted.to_lowercase();
        match teams.iter().find(|team| is_it(&team.name) || team.id.to_string() == wanted.to_lowercase()) {
            Some(team) => edit.now.team_id = Some(team.id),
            None => handoff.words = Some(with_missing_team(handoff.words.as_deref(), &wanted)),
        }
    }
    let actor = match handoff.reason {
        HandoffReason::Asked => edit.now.contact_name.clone(),
        _ => bot.name.clone(),
    };
    hand_off_in(app, &mut edit, &channel, &actor, handoff).await?;
    edit.save(app, "handed off").await
}

/// The bot's words, behind what nobody must overlook: words may be cut at their end.
fn with_missing_team(words: Option<&str>, wanted: &str) -> String {
    let wanted: String = wanted.chars().take(80).collect();
    let note = format!("The AI asked for the team “{wanted}”, which does not exist.");
    match words {
        Some(words) => format!("{note}\n{words}"),
        None => note,
    }
}
