use super::{
    super::threading::{Hints, Secret, Token, conversation_in, delivery_of, message_id},
    CONVERSATION, mail, secret,
};
use crate::domain::{ConversationId, DeliveryId};

#[test]
fn a_token_fits_an_address_and_comes_back() {
    let address = Token::of(CONVERSATION, &secret()).address("reply@acme.test").expect("an address");
    let (local, domain) = address.split_once('@').expect("an address");
    assert!(local.len() <= 64 && domain == "acme.test", "{address}");
    for seen in [address.clone(), address.to_uppercase(), address.replace("reply+", "reply+new+")] {
        assert_eq!(conversation_in(&seen, &[secret()]), Some(CONVERSATION), "{seen}");
    }
    assert_eq!(Token::of(CONVERSATION, &secret()).address("a-very-long-mailbox-name@acme.test"), None);
}

#[test]
fn a_token_cannot_be_changed() {
    let token = Token::of(CONVERSATION, &secret()).to_string();
    for at in 0..token.len() {
        for letter in ["a", "b", "q", "7", "1", "é"] {
            let mut other = token.clone();
            other.replace_range(at..=at, letter);
            if other != token {
                assert_eq!(Token::check(&other, &[secret()]), None, "{other}");
            }
        }
    }
    for text in ["", "a", &token[1..], &format!("{token}a")] {
        assert_eq!(Token::check(text, &[secret()]), None, "{text}");
    }
    let other = ConversationId(uuid::Uuid::from_u128(1));
    assert_ne!(Token::of(other, &secret()).to_string()[26..], token[26..]);
}

#[test]
fn old_secrets_are_good_until_they_are_dropped() {
    let (old, new) = (|| Secret::new(&[1; 32]), || Secret::new(&[2; 32]));
    let token = Token::of(CONVERSATION, &old()).to_string();
    assert_eq!(Token::check(&token, &[new(), old()]), Some(CONVERSATION));
    assert_eq!(Token::check(&token, &[new()]), None);
    assert_eq!(Token::check(&token, &[]), None);
    assert_eq!(format!("{:?}", old()), "Secret");
}

#[test]
fn our_message_ids_name_the_delivery() {
    let delivery = DeliveryId(uuid::Uuid::from_u128(42));
    let id = message_id(delivery, "support@acme.test");
    assert_eq!(id, "0000000000000000000000000000002a@acme.test");
    assert_eq!(delivery_of(&id), Some(delivery));
    for other in ["", "x@y", "CAJ+abc@mail.test", "{00000000-0000-0000-0000-000000000000}@x.test"] {
        assert_eq!(delivery_of(other), None, "{other}");
    }
}

#[test]
fn hints_stand_in_their_order() {
    let hints = Hints::of(&mail("reply_gmail"), &[], &[secret()]);
    assert_eq!(hints.conversation, Some(CONVERSATION));
    assert_eq!(hints.message_ids, ["0192f3c4a5b67c8d9e0f1a2b3c4d5e6f@acme.test", "ana-1@shop.test"]);
    // A bounce's token is only where the server has written the envelope's recipient down.
    assert_eq!(Hints::of(&mail("bounce_postfix"), &[], &[secret()]).conversation, Some(CONVERSATION));
    assert_eq!(Hints::of(&mail("plain"), &[], &[secret()]), Hints::default());
    let address = Token::of(CONVERSATION, &secret()).address("reply@acme.test").expect("an address");
    assert_eq!(Hints::of(&mail("plain"), &[address], &[secret()]).conversation, Some(CONVERSATION));
}

#[test]
fn a_subject_is_no_hint() {
    assert_eq!(Hints::of(&mail("reply_outlook"), &[], &[]).conversation, None);
    assert!(Hints::of(&mail("reply_outlook"), &[], &[]).message_ids.is_empty());
}
