//! Addresses that an operator vouches for.

use super::held::Held;
use crate::{
    domain::{
        AppError, Conflict, Contact, ContactId, Facts, IdentityKind, Me, may_meet, setup::mail_address,
    },
    server::{
        actions::joining::{Failure, insist},
        app::App,
        channels::sms,
        store::{Tx, contacts, conversations},
    },
};

/// Notes that a mail address or a phone number is a person's: whoever writes by it is known as them from now on.
///
/// # Errors
/// If it is neither. [`Conflict::AddressTaken`] if it is proven to be somebody else's.
pub async fn add_address(app: &App, me: &Me, id: ContactId, address: &str) -> Result<(), AppError> {
    let (kind, address) = read(address).map_err(|words| AppError::invalid("address", words))?;
    insist(|| Box::pin(add(app, me, id, kind, &address))).await
}

async fn add(app: &App, me: &Me, id: ContactId, kind: IdentityKind, address: &str) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    if let Some(owner) = contacts::find_by_identity(&mut held.tx, kind, address).await? {
        return if group.ids().contains(&owner.id) {
            Ok(())
        } else {
            Err(taken(&mut held.tx, me, owner.id).await?.into())
        };
    }
    contacts::insert_identity(&mut held.tx, kind, address, group.kept.id, held.at).await?;
    let group = held.group(id).await?;
    Ok(held.save(app, &[group.person()], false).await?)
}

/// Whose an address is, as far as this operator may know.
async fn taken(tx: &mut Tx, me: &Me, owner: ContactId) -> Result<AppError, Failure> {
    let group = contacts::find_group(tx, owner).await?.ok_or(AppError::NotFound)?;
    let theirs = conversations::list_facts_of(tx, &group.ids()).await?;
    let facts: Vec<Facts> = theirs.into_iter().map(|(_, facts)| facts).collect();
    if !may_meet(me, &facts) {
        let words = "This is the address of a contact of another team. A supervisor can merge the two.";
        return Ok(AppError::invalid("address", words));
    }
    let contact = group.person().contact;
    Ok(Conflict::AddressTaken { contact_id: contact.id, name: contact.display_name() }.into())
}

/// Forgets an address of a person, proven or only typed. It can be added again.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see any conversation of theirs.
pub async fn remove_address(
    app: &App,
    me: &Me,
    id: ContactId,
    kind: IdentityKind,
    address: &str,
) -> Result<(), AppError> {
    insist(|| Box::pin(remove(app, me, id, kind, address))).await
}

async fn remove(app: &App, me: &Me, id: ContactId, kind: IdentityKind, address: &str) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    contacts::delete_identity(&mut held.tx, kind, address, &group.ids()).await?;
    for contact in group.contacts() {
        let rest = without(contact, kind, address);
        if rest != *contact {
            contacts::update(&mut held.tx, &rest).await?;
        }
    }
    let group = held.group(id).await?;
    Ok(held.save(app, &[group.person()], false).await?)
}

/// A contact without an address that it has typed.
fn without(contact: &Contact, kind: IdentityKind, address: &str) -> Contact {
    let mut contact = contact.clone();
    match kind {
        IdentityKind::Email => contact.email = contact.email.filter(|email| email.to_lowercase() != address),
        IdentityKind::Phone => contact.phone = contact.phone.filter(|phone| phone != address),
        IdentityKind::BotUser => {}
    }
    contact
}

/// What somebody has written as a mail address or a phone number, in the form in which such are compared.
fn read(text: &str) -> Result<(IdentityKind, String), &'static str> {
    if text.contains('@') {
        return match mail_address(text) {
            Some(address) => Ok((IdentityKind::Email, address.to_lowercase())),
            None => Err("Check the email address."),
        };
    }
    let number = sms::normalise(text, "");
    if number.starts_with('+') && number.bytes().skip(1).all(|byte| byte.is_ascii_digit()) && number.len() > 4
    {
        Ok((IdentityKind::Phone, number))
    } else {
        Err("Give an email address, or a phone number with its country: +44 7700 900123.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_one_form() {
        for (text, want) in [
            (" Vera@X.Test ", Some((IdentityKind::Email, "vera@x.test"))),
            ("+44 7700 900123", Some((IdentityKind::Phone, "+447700900123"))),
            (" +1 (415) 867-5309", Some((IdentityKind::Phone, "+14158675309"))),
            ("07700 900123", None),
            ("62226", None),
            ("vera@", None),
            ("@x.test", None),
            ("vera@x", None),
            ("Vera", None),
            ("+", None),
            ("", None),
        ] {
            let want = want.map(|(kind, address)| (kind, address.to_owned()));
            assert_eq!(read(text).ok(), want, "{text}");
        }
    }

    #[test]
    fn what_is_removed_is_gone_in_any_case_of_letters() {
        let contact = Contact {
            id: crate::server::clock::new_id(),
            name: None,
            email: Some("Vera@x.test".into()),
            phone: Some("+14158675309".into()),
            created_at: crate::domain::Time(0),
            merged_into: None,
        };
        assert_eq!(without(&contact, IdentityKind::Email, "vera@x.test").email, None);
        assert_eq!(without(&contact, IdentityKind::Phone, "+14158675309").phone, None);
        assert_eq!(without(&contact, IdentityKind::Phone, "vera@x.test"), contact);
    }
}
