//! From a bot to a person.

use crate::{
    domain::{
        Action, AppError, ChannelKind, Conversation, Delivery, DeliveryState, Handoff, HandoffReason,
        SenderKind, SystemLine, clean_line, clean_text,
    },
    server::{
        actions::{
            edit::{Edit, Words},
            letters, reply,
        },
        app::App,
        store::{
            channels::{self, ConfiguredChannel},
            conversations,
            visitor_sessions::VisitorSession,
        },
    },
};

/// A visitor asks for a person.
///
/// # Errors
/// If they have no conversation, or a person has it already.
pub async fn ask_for_person(app: &App, session: &VisitorSession) -> Result<Conversation, AppError> {
    let mut tx = app.db.begin().await?;
    let id = session.conversation_id.ok_or(AppError::NotFound)?;
    let conversation = conversations::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let channel = channels::find(&mut tx, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    let name = conversation.contact_name.clone();
    let mut edit = Edit::of(tx, conversation, app.clock.now());
    hand_off_in(app, &mut edit, &channel, &name, Handoff::because(HandoffReason::Asked)).await?;
    edit.save(app, "handed off").await
}

/// Takes the word from the bot, says so in the thread, and tells the customer once, in the channel's words. `actor` is
/// who wanted it: the customer or the bot.
///
/// # Errors
/// If the bot has not the word.
pub async fn hand_off_in(
    app: &App,
    edit: &mut Edit,
    channel: &ConfiguredChannel,
    actor: &str,
    handoff: Handoff,
) -> Result<(), AppError> {
    edit.step(Action::HandOff).await?;
    let handoff = bounded(handoff);
    let line = if handoff.reason.is_failure() { SystemLine::BotFailed } else { SystemLine::HandedOff };
    let text = match handoff.reason {
        HandoffReason::Asked => format!("{actor} asked for a person"),
        HandoffReason::Bot => format!("{actor} asked for a person to take over"),
        HandoffReason::Unsure => format!("{actor} was not sure and asked for a person"),
        HandoffReason::Failed => format!("{actor} failed: a person has to take over"),
        HandoffReason::Silent => format!("{actor} did not answer in time: a person has to take over"),
        HandoffReason::Off => format!("{actor} is switched off: a person has to take over"),
    };
    edit.card(line, actor, text, handoff);
    tell_customer(app, edit, channel).await
}

/// What the customer reads: that somebody will come, or that nobody is there just now. Where nothing can be sent, the
/// thread alone says it.
async fn tell_customer(app: &App, edit: &mut Edit, channel: &ConfiguredChannel) -> Result<(), AppError> {
    let settings = &channel.settings;
    let words = if *app.hub.staffed().borrow() {
        settings.handed_off_words.replace("{wait}", &settings.reply_time)
    } else {
        settings.offline_words.clone()
    };
    let words = clean_text(&words);
    if words.is_empty() {
        return Ok(());
    }
    let (way, route) = match reply::way_out(app, edit).await {
        Ok(way) => way,
        Err(AppError::Invalid { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mail = route
        .as_ref()
        .filter(|_| way.kind == ChannelKind::Email)
        .map(|route| Box::new(letters::facts(&edit.now, route)));
    let state = if route.is_some() { DeliveryState::Queued } else { DeliveryState::Sent };
    let notice = edit.say(Words {
        sender: SenderKind::System,
        sender_id: None,
        sender_name: channel.channel.name.clone(),
        channel_id: way.id,
        channel_kind: way.kind,
        body: words,
        note: false,
        client_msg_id: None,
        delivery: Some(Delivery::new(state, edit.at())),
        provider_id: None,
        attachments: Vec::new(),
        awaited: Vec::new(),
        mail,
    });
    edit.deliver(&notice, route.unwrap_or_default());
    Ok(())
}

/// What a bot tells, cut to what is kept.
fn bounded(handoff: Handoff) -> Handoff {
    let cut = |text: String| -> Option<String> {
        let text: String = clean_text(&text).chars().take(Handoff::LONGEST).collect();
        (!text.is_empty()).then_some(text)
    };
    let line = |text: &str| -> String { clean_line(text).chars().take(200).collect() };
    Handoff {
        reason: handoff.reason,
        words: handoff.words.and_then(cut),
        goal: handoff.goal.and_then(cut),
        summary: handoff.summary.and_then(cut),
        facts: handoff
            .facts
            .into_iter()
            .map(|fact| crate::domain::Fact { name: line(&fact.name), value: line(&fact.value) })
            .filter(|fact| !fact.name.is_empty() && !fact.value.is_empty())
            .take(Handoff::MOST_FACTS)
            .collect(),
        language: handoff.language.map(|tag| line(&tag)).filter(|tag| !tag.is_empty()),
        confidence: handoff.confidence.map(|percent| percent.min(100)),
    }
}
