//! Persons, locked with all their conversations.

use crate::{
    domain::{
        AppError, ContactGroup, ContactId, Conversation, Event, Facts, Me, Person, Status, Time, may_meet,
    },
    server::{
        actions::joining::Failure,
        app::App,
        store::{
            StoreError, Tx, contact_attributes as about, contact_merges, contacts, conversations, events,
        },
    },
};

/// Everything of one or two persons, which nobody else changes meanwhile. Nothing is kept unless it is saved.
pub struct Held {
    pub tx: Tx,
    pub at: Time,
    conversations: Vec<Conversation>,
}

impl Held {
    /// Locks whoever these contacts are. First comes the turn, under which nobody becomes somebody else; then the
    /// conversations, before anything is written; the contacts last, whose rows whoever begins a conversation touches
    /// too.
    pub async fn of(app: &App, ids: &[ContactId]) -> Result<Self, Failure> {
        let mut tx = app.db.begin().await?;
        contact_merges::take_turn(&mut tx).await?;
        let groups = contacts::list_groups(&mut tx, ids).await?;
        let all: Vec<ContactId> = groups.iter().flat_map(ContactGroup::ids).collect();
        let conversations = conversations::lock_all_of(&mut tx, &all).await?;
        contacts::lock(&mut tx, &all).await?;
        if conversations::list_facts_of(&mut tx, &all).await?.len() != conversations.len() {
            // Another conversation has begun between the two.
            return Err(Failure::Overtaken);
        }
        Ok(Self { tx, at: app.clock.now(), conversations })
    }

    /// The person of one of the contacts.
    pub async fn group(&mut self, id: ContactId) -> Result<ContactGroup, Failure> {
        Ok(contacts::find_group(&mut self.tx, id).await?.ok_or(AppError::NotFound)?)
    }

    /// The same, if the operator may look at them.
    pub async fn met(&mut self, me: &Me, id: ContactId) -> Result<ContactGroup, Failure> {
        let group = self.group(id).await?;
        if may_meet(me, &self.facts(&group)) { Ok(group) } else { Err(AppError::NotFound.into()) }
    }

    /// The conversations of such a status, as they were when they were locked.
    pub fn of_status(&self, is_wanted: impl Fn(Status) -> bool) -> Vec<Conversation> {
        self.conversations.iter().filter(|conversation| is_wanted(conversation.status)).cloned().collect()
    }

    /// What decides who may see the conversations of a person.
    pub fn facts(&self, group: &ContactGroup) -> Vec<Facts> {
        let ids = group.ids();
        let theirs = self.conversations.iter().filter(|conversation| ids.contains(&conversation.contact_id));
        theirs.map(Conversation::facts).collect()
    }

    /// Tells what the persons are now, and commits. `regrouped`: whose conversations are whose is another now, so that
    /// every view that lists them has to learn of each.
    pub async fn save(mut self, app: &App, persons: &[Person], regrouped: bool) -> Result<(), AppError> {
        for person in persons {
            tell(&mut self.tx, person, self.at).await?;
        }
        if regrouped {
            self.tell_conversations(persons).await?;
        }
        self.tx.commit().await?;
        app.hub.committed();
        Ok(())
    }

    async fn tell_conversations(&mut self, persons: &[Person]) -> Result<(), StoreError> {
        for mut conversation in std::mem::take(&mut self.conversations) {
            if let Some(person) = persons.iter().find(|person| person.is(conversation.contact_id)) {
                conversation.contact_name = person.contact.display_name();
            }
            let was = Some(conversation.facts());
            let (conversation, messages) = (Box::new(conversation), Vec::new());
            let event = Event::ConversationChanged { conversation, was, messages };
            // No visitor's stream has to catch up with it: to them nothing has changed.
            events::append(&mut self.tx, &event, None, self.at).await?;
        }
        Ok(())
    }
}

/// Calls a person by their name in all their conversations, and tells everybody who they are; whoever meets them, what
/// is noted of them too.
pub async fn tell(tx: &mut Tx, person: &Person, at: Time) -> Result<(), StoreError> {
    let ids = person.ids();
    conversations::update_contact_name(tx, &ids, &person.contact.display_name()).await?;
    let facts = conversations::list_facts_of(tx, &ids).await?;
    let told = Person {
        about: Some(about::of(tx, &ids).await?),
        met_in: facts.into_iter().map(|(_, facts)| facts).collect(),
        ..person.without_about()
    };
    events::append(tx, &Event::ContactChanged(Box::new(told)), None, at).await
}
