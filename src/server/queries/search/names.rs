//! What the operators of a search name: people and channels.

use crate::{
    domain::{AppError, Channel, ChannelKind, ContactGroup, ContactId, Me, Search, SearchKey, SenderKind},
    server::store::{
        Conn, bots, contacts, operators,
        search::{self, Clause, Stretch, messages, persons, words},
    },
};

/// So many persons of one name are looked for, the newest.
const MOST_PERSONS: i64 = 200;

/// What has to be there because of the operators, and which names nobody has.
pub struct Named {
    pub clauses: Vec<Clause>,
    pub unknown: Vec<String>,
}

/// Reads the names in a search.
pub async fn read(conn: &mut Conn, me: &Me, asked: &Search, channels: &[Channel]) -> Result<Named, AppError> {
    let mut named = Named { clauses: Vec::new(), unknown: Vec::new() };
    if !asked.from.is_empty() {
        let clause = senders(conn, me, &asked.from, &mut named.unknown).await?;
        named.clauses.push(clause);
    }
    if !asked.channel.is_empty() {
        let mut through = Vec::new();
        for name in &asked.channel {
            let before = through.len();
            through
                .extend(channels.iter().filter(|channel| is_called(channel, name)).map(|channel| channel.id));
            if through.len() == before {
                named.unknown.push(name.clone());
            }
        }
        named.clauses.push(messages::through(through));
    }
    Ok(named)
}

async fn senders(
    conn: &mut Conn,
    me: &Me,
    names: &[String],
    unknown: &mut Vec<String>,
) -> Result<Clause, AppError> {
    let (mut ids, mut kinds) = (Vec::new(), Vec::new());
    for name in names {
        match name.to_lowercase().as_str() {
            "me" => ids.push(me.id.0),
            "customer" | "contact" => kinds.push(SenderKind::Contact),
            "operator" | "colleague" => kinds.push(SenderKind::Operator),
            "ai" | "bot" => kinds.push(SenderKind::Bot),
            _ => {
                let found = people(conn, name).await?;
                if found.is_empty() {
                    unknown.push(name.clone());
                }
                ids.extend(found);
            }
        }
    }
    Ok(messages::from(ids, &kinds))
}

/// Whoever is called so: operators, bots and customers.
async fn people(conn: &mut Conn, name: &str) -> Result<Vec<uuid::Uuid>, AppError> {
    let all = operators::list(conn).await?;
    let operators = all.iter().filter(|it| holds(&it.name, name) || it.email == name.to_lowercase());
    let mut found: Vec<uuid::Uuid> = operators.map(|operator| operator.id.0).collect();
    let all = bots::list(conn).await?;
    found.extend(all.iter().filter(|it| holds(&it.bot.name, name)).map(|it| it.bot.id.0));
    let called = persons::called(name);
    if !called.is_empty() {
        let clauses: Vec<Clause> = [persons::any()].into_iter().chain(called).collect();
        let all = Stretch { below: SearchKey(i64::MAX), from: SearchKey(0), limit: MOST_PERSONS };
        let keys = search::list(conn, &clauses, all).await?;
        let kept = persons::list_kept(conn, &keys).await?;
        let ids: Vec<ContactId> = kept.into_iter().map(|(_, id)| id).collect();
        let groups = contacts::list_groups(conn, &ids).await?;
        found.extend(groups.iter().flat_map(ContactGroup::ids).map(|id| id.0));
    }
    Ok(found)
}

/// Whether each of some words begins a word of a name.
fn holds(name: &str, sought: &str) -> bool {
    let (name, sought) = (words(name), words(sought));
    let begins = |start: &str| name.iter().any(|word| word.text.starts_with(start));
    !sought.is_empty() && sought.iter().all(|word| begins(&word.text))
}

/// Whether a channel is meant: by its kind, its name or its address.
fn is_called(channel: &Channel, name: &str) -> bool {
    let kind = match name.to_lowercase().as_str() {
        "chat" | "live" | "live_chat" | "livechat" => Some(ChannelKind::LiveChat),
        "sms" | "text" => Some(ChannelKind::Sms),
        "email" | "mail" => Some(ChannelKind::Email),
        "ai" | "bot" | "chatbot" => Some(ChannelKind::Chatbot),
        _ => None,
    };
    match kind {
        Some(kind) => channel.kind == kind,
        None => holds(&channel.name, name) || holds(&channel.address, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_by_the_beginnings_of_its_words() {
        assert!(holds("Olga Ortiz", "olga") && holds("Olga Ortiz", "ort OL") && holds("Søren", "soren"));
        assert!(!holds("Olga Ortiz", "lga") && !holds("Olga Ortiz", "olga x") && !holds("Olga", "!"));
    }
}
