use super::*;
use crate::{
    domain::FileId,
    ui::live::samples::{message, reply},
};
use uuid::Uuid;

const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
const THERE: ConversationId = ConversationId(Uuid::from_u128(2));

const fn id(n: u128) -> ClientMsgId {
    ClientMsgId(Uuid::from_u128(n))
}

fn pending(n: u128, conversation: ConversationId, note: bool) -> Pending {
    Pending::new(id(n), conversation, format!("Text {n}"), note, Time(1))
}

fn file(n: u128) -> Attachment {
    Attachment {
        id: FileId(Uuid::from_u128(n)),
        key: format!("key-{n}"),
        name: format!("{n}.pdf"),
        content_type: "application/pdf".into(),
        size: 1,
        image: None,
    }
}

/// A message of files alone.
fn of_files(n: u128, attachments: Vec<Attachment>) -> Pending {
    Pending { body: String::new(), attachments, ..pending(n, HERE, false) }
}

fn taken(list: &mut [Pending]) -> Vec<ClientMsgId> {
    take_ready(list).iter().map(|pending| pending.client_msg_id).collect()
}

fn overtaken() -> AppError {
    Conflict::ColleagueReplied { name: "Omar".into(), message: Box::new(message(8)), last_seq: 8 }.into()
}

#[test]
fn one_at_a_time_in_each_conversation() {
    let mut list = vec![pending(1, HERE, false), pending(2, HERE, false), pending(3, THERE, false)];
    assert_eq!(taken(&mut list), [id(1), id(3)]);
    assert_eq!(taken(&mut list), []);
    assert!(settle(&mut list, &[reply(7, id(1))]));
    assert_eq!(taken(&mut list), [id(2)]);
}

#[test]
fn a_passing_error_rests_and_keeps_the_line() {
    let mut list = vec![pending(1, HERE, false), pending(2, HERE, false)];
    let _ = take_ready(&mut list);
    assert_eq!(fail(&mut list, id(1), AppError::Offline, 1.0), Next::Rest(Duration::from_millis(500)));
    assert_eq!(taken(&mut list), [], "nothing overtakes it");
    wake(&mut list, Some(id(2)));
    assert_eq!(taken(&mut list), []);
    wake(&mut list, Some(id(1)));
    assert_eq!(taken(&mut list), [id(1)], "with the same id");
    let slow = AppError::RateLimited { retry_after: 20 };
    assert_eq!(fail(&mut list, id(1), slow, 1.0), Next::Rest(Duration::from_secs(20)));
    wake(&mut list, None);
    assert_eq!(taken(&mut list), [id(1)]);
}

#[test]
fn a_late_wake_does_not_send_twice() {
    let mut list = vec![pending(1, HERE, false)];
    let _ = take_ready(&mut list);
    wake(&mut list, None);
    assert_eq!(taken(&mut list), [], "a request is under way");
}

#[test]
fn what_cannot_be_sent_waits_for_its_writer_and_lets_others_pass() {
    let mut list = vec![pending(1, HERE, false), pending(2, HERE, false)];
    let _ = take_ready(&mut list);
    let error = AppError::invalid("body", "Too long.");
    assert_eq!(fail(&mut list, id(1), error.clone(), 0.5), Next::Failed);
    assert_eq!(list[0].state, PendingState::Failed(error));
    assert_eq!(taken(&mut list), [id(2)]);
    discard(&mut list, id(2));
    assert_eq!(list.len(), 2, "what is being sent cannot be taken back");
    retry(&mut list, id(1));
    assert_eq!(list[0].state, PendingState::Sending);
    assert!(settle(&mut list, &[reply(7, id(2))]));
    assert_eq!(taken(&mut list), [id(1)]);
    let _ = fail(&mut list, id(1), AppError::Forbidden, 0.5);
    discard(&mut list, id(1));
    assert!(list.is_empty());
}

#[test]
fn a_lasting_fault_of_the_server_is_shown() {
    let mut list = vec![pending(1, HERE, false)];
    let fault = || AppError::Internal { reference: "r1".into() };
    for _ in 1..Pending::MOST_FAULTS {
        assert!(matches!(fail(&mut list, id(1), fault(), 0.0), Next::Rest(_)));
    }
    assert_eq!(fail(&mut list, id(1), fault(), 0.0), Next::Failed);
}

#[test]
fn an_overtaken_reply_comes_back_with_those_behind_it() {
    let mut list = vec![
        pending(1, HERE, false),
        pending(2, HERE, true),
        pending(3, THERE, false),
        pending(4, HERE, false),
    ];
    let _ = take_ready(&mut list);
    let Next::Overtaken(conflict) = fail(&mut list, id(1), overtaken(), 0.5) else { panic!("not overtaken") };
    assert_eq!(conflict.back.body, "Text 1\n\nText 4");
    assert_eq!((conflict.back.conversation_id, conflict.name.as_str()), (HERE, "Omar"));
    let left: Vec<_> = list.iter().map(|pending| pending.client_msg_id).collect();
    assert_eq!(left, [id(2), id(3)], "a note is nobody's rival");
}

#[test]
fn what_cannot_be_filled_comes_back_to_be_mended() {
    let canned = CannedId(Uuid::from_u128(9));
    let mut list = vec![
        Pending { canned: vec![canned], ..pending(1, HERE, false) },
        pending(2, HERE, false),
        pending(3, THERE, false),
    ];
    let _ = take_ready(&mut list);
    let refusal = AppError::invalid(macros::FIELD, "{{customer.phone}} has no value here.");
    let Next::Unfilled(unfilled) = fail(&mut list, id(1), refusal, 0.5) else { panic!("not unfilled") };
    assert_eq!(unfilled.back.body, "Text 1\n\nText 2", "nothing behind it goes before it");
    assert_eq!((unfilled.back.conversation_id, unfilled.back.canned.as_slice()), (HERE, &[canned][..]));
    assert_eq!(unfilled.why, "{{customer.phone}} has no value here.");
    assert_eq!(list.len(), 1);
}

#[test]
fn what_a_reply_answers_comes_back_with_it_unless_that_is_what_was_wrong() {
    let answered = |seq| Some(Box::new(Answered::of(&message(seq))));
    let list = || {
        let mut list = vec![
            pending(1, HERE, false),
            Pending { in_reply_to: answered(3), ..pending(2, HERE, false) },
            Pending { in_reply_to: answered(4), ..pending(3, HERE, false) },
        ];
        let _ = take_ready(&mut list);
        list
    };
    let Next::Overtaken(conflict) = fail(&mut list(), id(1), overtaken(), 0.5) else {
        panic!("not overtaken")
    };
    assert_eq!(conflict.back.in_reply_to, answered(3), "of several the first");
    let refusal = AppError::invalid(Answered::FIELD, "It is gone.");
    let Next::Unfilled(unfilled) = fail(&mut list(), id(1), refusal, 0.5) else { panic!("not returned") };
    assert_eq!((unfilled.back.in_reply_to, unfilled.why.as_str()), (None, "It is gone."));
    assert_eq!(unfilled.back.body, "Text 1\n\nText 2\n\nText 3");
    let restored = restore(&save(&list()).expect("unsent"));
    assert_eq!(restored[1].in_reply_to, answered(3), "a reload keeps it");
}

#[test]
fn an_overtaken_reply_brings_its_files_back() {
    let mut note = of_files(2, vec![file(2)]);
    note.note = true;
    let mut list = vec![
        of_files(1, vec![file(1)]),
        note,
        Pending { attachments: vec![file(3), file(4)], ..pending(3, HERE, false) },
    ];
    let _ = take_ready(&mut list);
    let Next::Overtaken(conflict) = fail(&mut list, id(1), overtaken(), 0.5) else { panic!("not overtaken") };
    assert_eq!(conflict.back.body, "Text 3", "no blank lines for a message without words");
    assert_eq!(conflict.back.attachments, [file(1), file(3), file(4)]);
    assert_eq!(list[0].attachments, [file(2)], "a note keeps its own");
}

#[test]
fn a_stored_message_shows_until_the_thread_can_hold_it() {
    let mut list = vec![pending(1, HERE, false), pending(2, HERE, false)];
    let _ = take_ready(&mut list);
    hold(&mut list, id(1));
    assert_eq!(taken(&mut list), [id(2)], "the next goes on");
    assert!(!save(&list).expect("one").contains("Text 1"), "a reload need not send it");
    assert!(drop_stored(&mut list, HERE));
    assert!(!drop_stored(&mut list, HERE));
    assert_eq!(list.len(), 1);
}

#[test]
fn a_reload_goes_on_with_the_same_ids() {
    let mut list = vec![pending(1, HERE, false), pending(2, THERE, true)];
    let _ = take_ready(&mut list);
    let _ = fail(&mut list, id(2), AppError::Forbidden, 0.5);
    let mut restored = restore(&save(&list).expect("unsent"));
    assert_eq!(taken(&mut restored), [id(1)]);
    assert_eq!(restored[1].state, PendingState::Failed(AppError::Forbidden));
    assert_eq!(save(&[]), None);
    assert!(restore("{}").is_empty());
}

#[test]
fn a_retry_and_a_reload_keep_the_files() {
    let mut list = vec![of_files(1, vec![file(1), file(2)])];
    let _ = take_ready(&mut list);
    assert_eq!(fail(&mut list, id(1), AppError::Forbidden, 0.5), Next::Failed);
    let mut restored = restore(&save(&list).expect("unsent"));
    retry(&mut restored, id(1));
    assert_eq!(take_ready(&mut restored)[0].attachments, [file(1), file(2)]);
}

#[test]
fn an_error_about_something_settled_is_nothing() {
    let mut list = vec![pending(1, HERE, false)];
    let _ = take_ready(&mut list);
    assert!(settle(&mut list, &[reply(7, id(1))]));
    assert_eq!(fail(&mut list, id(1), AppError::Offline, 0.5), Next::Gone);
}
