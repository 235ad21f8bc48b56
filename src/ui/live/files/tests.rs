use super::*;
use crate::domain::{Dimensions, FileId};
use uuid::Uuid;

const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
const THERE: ConversationId = ConversationId(Uuid::from_u128(2));

fn stored(n: u128) -> Attachment {
    Attachment {
        id: FileId(Uuid::from_u128(n)),
        key: format!("key-{n}"),
        name: format!("{n}.png"),
        content_type: "image/png".into(),
        size: 2_000,
        image: Some(Dimensions { width: 3, height: 2 }),
    }
}

fn file(number: u64, conversation_id: ConversationId, state: UploadState) -> Attached {
    Attached {
        number,
        conversation_id,
        note: false,
        name: format!("{number}.png"),
        size: 2_000,
        picture: None,
        state,
    }
}

fn waiting(number: u64) -> Attached {
    file(number, HERE, UploadState::Waiting)
}

fn uploaded(number: u64, conversation: ConversationId) -> Attached {
    file(number, conversation, UploadState::Uploaded(stored(number.into())))
}

#[test]
fn few_are_uploaded_at_once_and_in_their_order() {
    let mut list: Vec<Attached> = (1..=4).map(waiting).collect();
    assert_eq!(take_waiting(&mut list), [1, 2]);
    assert!(take_waiting(&mut list).is_empty());
    assert!(set_state(&mut list, 1, UploadState::Sending(40)));
    assert!(take_waiting(&mut list).is_empty());
    assert!(set_state(&mut list, 2, UploadState::Failed("No.".into())));
    assert_eq!(take_waiting(&mut list), [3], "one that failed makes room");
    assert!(remove(&mut list, 1));
    assert_eq!(take_waiting(&mut list), [4], "and so does one that was taken away");
}

#[test]
fn what_changes_nothing_is_no_news() {
    let mut list = vec![waiting(1)];
    assert!(set_state(&mut list, 1, UploadState::Sending(7)));
    assert!(!set_state(&mut list, 1, UploadState::Sending(7)));
    assert!(!set_state(&mut list, 2, UploadState::Sending(7)), "it was taken away");
    assert!(!remove(&mut list, 2));
}

#[test]
fn a_message_takes_the_files_of_its_conversation_that_the_server_has() {
    let mut list = vec![uploaded(1, HERE), uploaded(2, THERE), waiting(3), uploaded(4, HERE)];
    assert_eq!(take_uploaded(&mut list, HERE), [(1, stored(1)), (4, stored(4))]);
    let left: Vec<u64> = list.iter().map(|file| file.number).collect();
    assert_eq!(left, [2, 3]);
    assert!(take_uploaded(&mut list, HERE).is_empty());
}

#[test]
fn files_of_a_note_stay_with_the_team_until_they_are_turned() {
    let mut list = vec![uploaded(1, HERE), uploaded(2, THERE)];
    assert!(!are_for_team(&list, HERE));
    assert!(turn(&mut list, HERE, true));
    assert!(!turn(&mut list, HERE, true));
    assert!(are_for_team(&list, HERE) && !are_for_team(&list, THERE));
    assert!(turn(&mut list, HERE, false));
    assert!(!are_for_team(&list, HERE));
}

#[test]
fn what_comes_back_needs_no_second_upload() {
    let back = Attached::back(9, THERE, false, stored(5));
    assert_eq!((back.number, back.name.as_str(), back.size), (9, "5.png", 2_000));
    assert_eq!(back.picture.as_deref(), Some("/files/key-5/thumbnail"));
    assert_eq!(take_uploaded(&mut vec![back], THERE), [(9, stored(5))]);
}

#[test]
fn what_holds_files_is_said_with_what_to_do_first() {
    let failed = |number| file(number, HERE, UploadState::Failed("No.".into()));
    let many = |count| (1..=count).map(waiting).collect::<Vec<_>>();
    for (files, sentence) in [
        (vec![], None),
        (vec![uploaded(1, HERE)], None),
        (vec![uploaded(1, HERE), waiting(2)], Some("One file is still uploading.")),
        (vec![file(1, HERE, UploadState::Sending(100)), waiting(2)], Some("2 files are still uploading.")),
        (vec![waiting(1), failed(2)], Some("One file was not uploaded: try again, or remove it.")),
        (vec![failed(1), failed(2)], Some("2 files were not uploaded: try again, or remove them.")),
        (many(12), Some("A message takes at most 10 files: remove 2.")),
    ] {
        assert_eq!(Hold::of(&files).map(Hold::sentence).as_deref(), sentence);
    }
}

#[test]
fn what_is_too_large_or_too_many_is_named() {
    let limit = Attachment::LARGEST as u64;
    let mut admission = Admission::beside(8);
    for (name, size, is_taken) in
        [("a.pdf", limit, true), ("b.mov", limit + 1, false), ("c.pdf", 0, true), ("d.pdf", 1, false)]
    {
        assert_eq!(admission.takes(name, size), is_taken, "{name}");
    }
    assert_eq!(
        admission.refusal().as_deref(),
        Some(
            "b.mov is too large: a file has at most 25 MB. \
             A message takes at most 10 files, without d.pdf."
        )
    );
    assert!(!admission.takes("e.pdf", 1) && !admission.takes("f.mov", u64::MAX));
    assert_eq!(
        admission.refusal().as_deref(),
        Some(
            "b.mov and 1 more are too large: a file has at most 25 MB. \
             A message takes at most 10 files, without d.pdf and 1 more."
        )
    );
    assert!(Admission::beside(0).refusal().is_none());
    assert!(!Admission::beside(99).takes("a.pdf", 1), "more came back than a message takes");
}

#[test]
fn an_answer_is_a_file_or_a_reason() {
    let body = serde_json::to_string(&stored(1)).expect("plain data");
    assert_eq!(answered(200, &body), UploadState::Uploaded(stored(1)));
    let problem =
        r#"{"type":"about:blank","title":"Unprocessable","detail":"The disk is full.","status":422}"#;
    let busy = AppError::Unavailable.to_string();
    for (status, body, why) in [
        (422, problem, "The disk is full."),
        (502, "<html>Bad gateway</html>", busy.as_str()),
        (200, "<html>Sign in to the hotel's network</html>", busy.as_str()),
        (413, "length limit exceeded", "The server takes no file of this size."),
    ] {
        assert_eq!(answered(status, body), UploadState::Failed(why.into()), "{status} {body}");
    }
}
