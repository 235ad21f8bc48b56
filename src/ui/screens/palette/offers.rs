//! What the palette offers, and what choosing it does.

use leptos::prelude::*;

use super::fit::rank;
use crate::{
    domain::{Palette, Queue, Role},
    routes,
    ui::components::{Icon, channel_icon},
};

/// Something that can be chosen.
#[derive(Clone)]
pub struct Offer {
    pub label: String,
    /// What sort of thing it is, or which one of several.
    pub about: String,
    pub sign: Icon,
    /// The keys that do the same.
    pub keys: Option<&'static str>,
    pub does: Does,
}

/// What choosing it does.
#[derive(Clone)]
pub enum Does {
    /// Goes to a page of this site.
    Go(String),
    Run(Callback<()>),
}

/// What the server found.
pub struct Found {
    /// For these words.
    pub words: String,
    pub names: Palette,
}

/// The places that are not queues: what they are called, where they are, and who may go there.
const PLACES: &[(&str, &str, Role)] = &[
    ("Search", routes::SEARCH, Role::Operator),
    ("Contacts", routes::CONTACTS, Role::Operator),
    ("Teams", routes::TEAMS, Role::Operator),
    ("Canned responses", routes::CANNED, Role::Operator),
    ("New canned response", routes::NEW_CANNED, Role::Operator),
    ("Notification settings", routes::NOTIFICATION_RULES, Role::Operator),
    ("Your profile", routes::PROFILE, Role::Operator),
    ("Dashboard", routes::DASHBOARD, Role::Supervisor),
    ("Tags", routes::TAGS, Role::Supervisor),
    ("FAQ", routes::FAQ, Role::Supervisor),
    ("New FAQ entry", routes::NEW_FAQ_ENTRY, Role::Supervisor),
    ("Channels", routes::CHANNELS, Role::Admin),
    ("Connect a channel", routes::NEW_CHANNEL, Role::Admin),
    ("Bots", routes::BOTS, Role::Admin),
    ("New bot", routes::NEW_BOT, Role::Admin),
    ("API tokens and webhooks", routes::API, Role::Admin),
    ("Could not be read", routes::UNREAD, Role::Admin),
    ("People", routes::PEOPLE, Role::Admin),
    ("Workspace", routes::WORKSPACE, Role::Admin),
    ("Audit log", routes::AUDIT, Role::Admin),
];

/// The most that one answer shows of what this page does, and of places.
const MOST: usize = 8;

/// What fits some words: first what this page does, then places, conversations, people, and the search over everything.
/// Of what was found for other words only what fits by its name is offered: who types on must not choose something else.
pub fn offers(commands: Vec<Offer>, found: Option<&Found>, words: &str) -> Vec<Offer> {
    let mut known = commands;
    let names = found.map(|found| &found.names);
    known.extend(queues(names));
    let role = names.map_or(Role::Operator, |names| names.role);
    known.extend(PLACES.iter().filter(|(.., least)| role >= *least).map(|(label, path, _)| Offer {
        label: (*label).to_owned(),
        about: "Go to".to_owned(),
        sign: Icon::Settings,
        keys: None,
        does: Does::Go((*path).to_owned()),
    }));
    let mut offers = rank(known, words, |offer| &offer.label);
    offers.truncate(MOST);
    if let Some(Found { words: asked, names }) = found {
        let names: Vec<Offer> = conversations(names).chain(contacts(names)).collect();
        let is_answer = asked.trim() == words.trim();
        offers.extend(if is_answer { names } else { rank(names, words, |offer| &offer.label) });
    }
    let words = words.trim();
    if !words.is_empty() {
        offers.push(Offer {
            label: format!("Search messages for “{words}”"),
            about: "Search".to_owned(),
            sign: Icon::Search,
            keys: None,
            does: Does::Go(routes::search(words, None)),
        });
    }
    offers
}

fn queues(found: Option<&Palette>) -> Vec<Offer> {
    let offer = |queue: Queue, label: String| Offer {
        label,
        about: "Queue".to_owned(),
        sign: Icon::Inbox,
        keys: None,
        does: Does::Go(routes::inbox(queue, None)),
    };
    let fixed = Queue::FIXED.into_iter().map(|queue| offer(queue, queue.label().to_owned()));
    let teams = found.into_iter().flat_map(|found| &found.teams);
    fixed.chain(teams.map(|team| offer(Queue::Team(team.id), team.name.clone()))).collect()
}

fn conversations(found: &Palette) -> impl Iterator<Item = Offer> {
    found.conversations.iter().map(|conversation| Offer {
        label: conversation.contact_name.clone(),
        about: conversation.last_message.as_ref().map(|last| last.text.clone()).unwrap_or_default(),
        sign: channel_icon(conversation.channel_kind),
        keys: None,
        does: Does::Go(routes::inbox(Queue::All, Some(conversation.id))),
    })
}

fn contacts(found: &Palette) -> impl Iterator<Item = Offer> {
    found.contacts.iter().map(|contact| Offer {
        label: contact.name.clone(),
        about: "Contact".to_owned(),
        sign: Icon::User,
        keys: None,
        does: Does::Go(routes::contact(contact.contact_id)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ContactId, FoundContact, Time};

    fn found(role: Role, words: &str) -> Found {
        let names = Palette { role, teams: Vec::new(), conversations: Vec::new(), contacts: Vec::new() };
        Found { words: words.to_owned(), names }
    }

    fn contact(name: &str) -> FoundContact {
        FoundContact {
            contact_id: ContactId(uuid::Uuid::nil()),
            name: name.to_owned(),
            addresses: Vec::new(),
            conversations: 1,
            since: Time(0),
        }
    }

    fn labels(role: Role, words: &str) -> Vec<String> {
        let found = found(role, words);
        offers(Vec::new(), Some(&found), words).into_iter().map(|offer| offer.label).collect()
    }

    #[test]
    fn places_are_offered_to_whoever_may_go_there() {
        assert_eq!(labels(Role::Operator, "channels"), ["Search messages for “channels”"]);
        assert_eq!(labels(Role::Admin, "channels"), ["Channels", "Search messages for “channels”"]);
        assert_eq!(labels(Role::Supervisor, "faq").len(), 3);
    }

    #[test]
    fn nothing_is_searched_for_nothing() {
        assert_eq!(labels(Role::Operator, "  ").len(), MOST);
        assert_eq!(labels(Role::Operator, "needs ans"), ["Needs answer", "Search messages for “needs ans”"]);
    }

    #[test]
    fn what_was_found_for_other_words_has_to_fit() {
        let mut found = found(Role::Operator, "ve");
        found.names.contacts = ["Vera Lind", "Steve"].map(contact).to_vec();
        let labels = |words: &str| {
            let offers = offers(Vec::new(), Some(&found), words).into_iter();
            offers.filter(|offer| offer.about == "Contact").map(|offer| offer.label).collect::<Vec<_>>()
        };
        assert_eq!(labels("ve "), ["Vera Lind", "Steve"]);
        assert_eq!(labels("vera"), ["Vera Lind"]);
        assert_eq!(labels("parcel"), [""; 0]);
    }
}
