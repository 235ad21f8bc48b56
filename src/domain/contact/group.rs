//! Contacts that are one person.

use std::{collections::BTreeSet, iter};

use serde::{Deserialize, Serialize};

use super::{About, Address, Contact, Identity, IdentityKind, Shared};
use crate::domain::{ContactId, Facts, Me};

/// Somebody as the team knows them, over all their contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The contact that was kept, with what it lacks taken from the others.
    pub contact: Contact,
    /// The contacts that were merged into it.
    #[serde(default)]
    pub also: Vec<ContactId>,
    /// What operators have noted of them: only in what is told of a change, and only to whoever meets them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// What decided who met them when that was told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub met_in: BTreeSet<Facts>,
}

impl Person {
    /// Somebody who is one contact alone.
    #[must_use]
    pub const fn alone(contact: Contact) -> Self {
        Self { contact, also: Vec::new(), about: None, met_in: BTreeSet::new() }
    }

    /// Whether an operator may read what is noted of them.
    #[must_use]
    pub fn is_met_by(&self, me: &Me) -> bool {
        me.sees_all() || self.met_in.iter().any(|facts| me.sees(facts))
    }

    /// The same for whoever may not read what is noted of them.
    #[must_use]
    pub fn without_about(&self) -> Self {
        Self { also: self.also.clone(), ..Self::alone(self.contact.clone()) }
    }

    /// Whether a contact is theirs.
    #[must_use]
    pub fn is(&self, id: ContactId) -> bool {
        self.contact.id == id || self.also.contains(&id)
    }

    /// All their contacts.
    #[must_use]
    pub fn ids(&self) -> Vec<ContactId> {
        iter::once(self.contact.id).chain(self.also.iter().copied()).collect()
    }
}

/// All contacts of one person, each as it is kept, with what is proven of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactGroup {
    /// The one that the others were merged into.
    pub kept: Contact,
    /// In the order of their ids, which is that of their coming.
    pub others: Vec<Contact>,
    /// Oldest first.
    pub proven: Vec<Identity>,
}

impl ContactGroup {
    /// Contacts, one of which is kept, with what is proven of them, both in any order.
    #[must_use]
    pub fn new(kept: Contact, mut others: Vec<Contact>, mut proven: Vec<Identity>) -> Self {
        others.sort_by_key(|contact| contact.id);
        proven.sort_by(|a, b| (a.since, &a.address).cmp(&(b.since, &b.address)));
        Self { kept, others, proven }
    }

    /// The contacts, the kept one first.
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> {
        iter::once(&self.kept).chain(&self.others)
    }

    /// All ids, the kept one's first.
    #[must_use]
    pub fn ids(&self) -> Vec<ContactId> {
        self.contacts().map(|contact| contact.id).collect()
    }

    /// What the team sees of them together: of each thing the kept contact's, else the first that another has. What an
    /// operator vouches for is written to nobody's contact, whose own visitor would read it; so it comes last.
    #[must_use]
    pub fn person(&self) -> Person {
        let first = |of: fn(&Contact) -> &Option<String>| {
            self.contacts().filter_map(|contact| of(contact).as_ref()).find(|text| !text.is_empty()).cloned()
        };
        let proven = |kind: IdentityKind| {
            self.proven.iter().find(|identity| identity.kind == kind).map(|identity| identity.address.clone())
        };
        Person {
            contact: Contact {
                id: self.kept.id,
                name: first(|contact| &contact.name),
                email: first(|contact| &contact.email).or_else(|| proven(IdentityKind::Email)),
                phone: first(|contact| &contact.phone).or_else(|| proven(IdentityKind::Phone)),
                created_at: self.kept.created_at,
                merged_into: None,
            },
            also: self.others.iter().map(|contact| contact.id).collect(),
            about: None,
            met_in: BTreeSet::new(),
        }
    }

    /// The contact whose name the person is called by; where none has one, the kept one. A name is corrected where it
    /// stands, so that taking a merge back leaves it with whom it is.
    pub fn named(&mut self) -> &mut Contact {
        let has_name = |contact: &Contact| contact.name.as_ref().is_some_and(|name| !name.is_empty());
        match self.others.iter().position(has_name) {
            Some(place) if !has_name(&self.kept) => &mut self.others[place],
            _ => &mut self.kept,
        }
    }

    /// Every address that they have given: what is proven first, then what was only typed.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        let proven = self.proven.iter().map(|identity| Address {
            kind: identity.kind,
            address: identity.address.clone(),
            since: Some(identity.since),
        });
        let typed = self.contacts().flat_map(|contact| {
            let email = contact.email.as_ref().map(|email| (IdentityKind::Email, email.to_lowercase()));
            let phone = contact.phone.clone().map(|phone| (IdentityKind::Phone, phone));
            email.into_iter().chain(phone)
        });
        let typed = typed.filter(|(_, address)| !address.is_empty()).map(|(kind, address)| Address {
            kind,
            address,
            since: None,
        });
        let mut addresses: Vec<Address> = Vec::new();
        for address in proven.chain(typed) {
            if !addresses.iter().any(|known| known.is_same(&address)) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The addresses of a kind, proven or not.
    #[must_use]
    pub fn addresses_of(&self, kind: IdentityKind) -> Vec<String> {
        let of_kind = self.addresses().into_iter().filter(|address| address.kind == kind);
        of_kind.map(|address| address.address).collect()
    }

    /// The addresses that somebody else has given too.
    #[must_use]
    pub fn shares(&self, other: &Self) -> Vec<Shared> {
        let theirs = other.addresses();
        let both = |mine: Address| {
            let their = theirs.iter().find(|their| their.is_same(&mine))?;
            Some(Shared {
                kind: mine.kind,
                proven_here: mine.since.is_some(),
                proven_there: their.since.is_some(),
                address: mine.address,
            })
        };
        self.addresses().into_iter().filter_map(both).collect()
    }

    /// The two as one: the kept contact stays, everybody of the other is merged into it.
    #[must_use]
    pub fn merge(self, gone: Self) -> Self {
        let kept = self.kept.id;
        let theirs = iter::once(gone.kept).chain(gone.others);
        let theirs = theirs.map(|contact| Contact { merged_into: Some(kept), ..contact });
        Self::new(
            self.kept,
            self.others.into_iter().chain(theirs).collect(),
            self.proven.into_iter().chain(gone.proven).collect(),
        )
    }

    /// The two that they were before a contact was merged with its followers: who stays, and who goes. None if that
    /// contact was not merged.
    #[must_use]
    pub fn split(&self, gone: ContactId, followers: &[ContactId]) -> Option<(Self, Self)> {
        let head = self.others.iter().find(|contact| contact.id == gone)?;
        let goes = |id: ContactId| id == gone || followers.contains(&id);
        let following = |contact: &Contact| Contact { merged_into: Some(gone), ..contact.clone() };
        let others = self.others.iter().filter(|contact| contact.id != gone && goes(contact.id));
        let (leaving, staying) = self.proven.iter().cloned().partition(|identity| goes(identity.contact_id));
        let left = Self::new(
            Contact { merged_into: None, ..head.clone() },
            others.map(following).collect(),
            leaving,
        );
        let others = self.others.iter().filter(|contact| !goes(contact.id)).cloned();
        Some((Self::new(self.kept.clone(), others.collect(), staying), left))
    }

    /// What a merged contact was called with its own followers alone.
    #[must_use]
    pub fn name_alone(&self, gone: ContactId, followers: &[ContactId]) -> Option<String> {
        let (_, alone) = self.split(gone, followers)?;
        Some(alone.person().contact.display_name())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::Time;

    const fn id(number: u128) -> ContactId {
        ContactId(Uuid::from_u128(number))
    }

    fn contact(number: u128) -> Contact {
        Contact {
            id: id(number),
            name: None,
            email: None,
            phone: None,
            created_at: Time(0),
            merged_into: None,
        }
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn proven(of: u128, kind: IdentityKind, address: &str, since: i64) -> Identity {
        Identity { kind, address: address.into(), contact_id: id(of), since: Time(since) }
    }

    fn alone(contact: Contact) -> ContactGroup {
        ContactGroup::new(contact, Vec::new(), Vec::new())
    }

    #[test]
    fn the_kept_contact_speaks_for_all_and_lacks_nothing_that_another_has() {
        let kept = Contact { name: some(""), email: some("a@x.test"), ..contact(2) };
        let first = Contact { name: some("Vera"), email: some("b@x.test"), ..contact(1) };
        let second = Contact { name: some("Bert"), phone: some("+14155550123"), ..contact(3) };
        let person = alone(kept).merge(alone(second)).merge(alone(first)).person();
        assert_eq!((person.contact.id, person.also.as_slice()), (id(2), [id(1), id(3)].as_slice()));
        assert_eq!(person.contact.display_name(), "Vera", "the first of the others who has a name");
        assert_eq!(person.contact.email, some("a@x.test"));
        assert_eq!(person.contact.phone, some("+14155550123"));
        assert!(person.is(id(1)) && person.is(id(2)) && !person.is(id(4)));
    }

    #[test]
    fn what_is_proven_speaks_where_nobody_has_typed_anything() {
        let mut group = alone(contact(1));
        assert!(group.person().contact.display_name().starts_with("Visitor "));
        group.proven = vec![
            proven(1, IdentityKind::BotUser, "u1", 1),
            proven(1, IdentityKind::Email, "v@x.test", 2),
            proven(1, IdentityKind::Email, "w@x.test", 3),
        ];
        assert_eq!(group.person().contact.display_name(), "v@x.test");
        group.kept.email = some("Typed@x.test");
        assert_eq!(group.person().contact.email, some("Typed@x.test"));
    }

    #[test]
    fn a_name_is_corrected_where_it_stands() {
        let named = Contact { name: some("Vera"), ..contact(2) };
        let mut group = alone(contact(1)).merge(alone(contact(3))).merge(alone(named));
        assert_eq!(group.named().id, id(2));
        group.kept.name = some("Bert");
        assert_eq!(group.named().id, id(1));
        assert_eq!(alone(contact(5)).named().id, id(5));
    }

    #[test]
    fn addresses_stand_once_and_say_what_is_proven() {
        let mut group = alone(Contact { email: some("Vera@X.test"), phone: some("+1"), ..contact(1) })
            .merge(alone(Contact { email: some("other@x.test"), phone: some(""), ..contact(2) }));
        group.proven = vec![proven(2, IdentityKind::Email, "vera@x.test", 7)];
        let listed: Vec<(String, Option<i64>)> = group
            .addresses()
            .into_iter()
            .map(|address| (address.address, address.since.map(|since| since.0)))
            .collect();
        let want = [("vera@x.test", Some(7)), ("+1", None), ("other@x.test", None)];
        assert_eq!(listed, want.map(|(address, since)| (address.to_owned(), since)));
        assert_eq!(group.addresses_of(IdentityKind::Phone), ["+1"]);
    }

    #[test]
    fn what_two_have_given_is_the_same_in_any_case_of_letters_and_of_one_kind() {
        let mine = Contact { email: some("VERA@x.test"), phone: some("+14155550123"), ..contact(1) };
        let mut theirs = alone(Contact { email: some("+14155550123"), ..contact(2) });
        assert!(alone(mine.clone()).shares(&theirs).is_empty(), "a number is no mail address");
        theirs.proven = vec![proven(2, IdentityKind::Email, "vera@x.test", 1)];
        let shared = alone(mine).shares(&theirs);
        let want = Shared {
            kind: IdentityKind::Email,
            address: "vera@x.test".into(),
            proven_here: false,
            proven_there: true,
        };
        assert_eq!(shared, [want]);
    }

    /// A person of so many contacts, whose numbers begin at one, each with something proven.
    fn group(first: u128, count: u128) -> ContactGroup {
        let contacts = (first..first + count).map(|number| {
            let mut one = alone(Contact { name: some(&number.to_string()), ..contact(number) });
            let since = i64::try_from(number % 3).unwrap_or_default();
            one.proven = vec![proven(number, IdentityKind::Phone, &format!("+{number}"), since)];
            one
        });
        contacts.reduce(ContactGroup::merge).unwrap_or_else(|| alone(contact(first)))
    }

    proptest! {
        #[test]
        fn a_split_gives_back_what_was_merged(kept in 1_u128..5, gone in 1_u128..5, later in 0_u128..3) {
            let (kept, gone) = (group(100, kept), group(200, gone));
            let followers: Vec<ContactId> = gone.others.iter().map(|contact| contact.id).collect();
            let before = kept.clone().merge(gone.clone());
            prop_assert!(before.others.iter().all(|contact| contact.merged_into == Some(kept.kept.id)));
            prop_assert_eq!(before.split(gone.kept.id, &followers), Some((kept.clone(), gone.clone())));
            // Whoever was merged since stays.
            let others: Vec<ContactGroup> = (0..later).map(|number| group(300 + number, 1)).collect();
            let now = others.iter().cloned().fold(before, ContactGroup::merge);
            let stays = others.into_iter().fold(kept, ContactGroup::merge);
            prop_assert_eq!(now.split(gone.kept.id, &followers), Some((stays, gone)));
        }
    }

    #[test]
    fn who_was_not_merged_cannot_be_split_off() {
        let group = group(1, 2);
        assert_eq!(group.split(id(1), &[]), None, "the kept one");
        assert_eq!(group.split(id(9), &[]), None);
    }
}
