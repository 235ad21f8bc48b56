//! Mails as no mail program should write them, mails by machines, and large ones.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{Desk, OURS, VERA};
use crate::{
    domain::{DeliveryState, Status},
    server::channels::email::LARGEST_MAIL,
    tests::hooks_of,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mails_that_are_written_badly_are_read() {
    let Some(desk) = Desk::at_work().await else { return };
    let bare = format!("From: {VERA}\nTo: {OURS}\n\nNo subject, no date, no id\n");
    desk.servers.swaks(VERA, OURS, &["--data", &desk.servers.file(bare.as_bytes())]);
    let (_, message) = desk.arrives("No subject, no date, no id").await;
    assert_eq!(message.mail.expect("a mail").subject, "");

    // Latin-1, and nothing says so.
    let raw = b"From: Zo\xeb <zoe@customers.test>\nSubject: Gr\xf6\xdfe\n\nGr\xfc\xdfe aus K\xf6ln\n";
    desk.servers.swaks("zoe@customers.test", OURS, &["--data", &desk.servers.file(raw)]);
    let (_, message) = desk.arrives("Grüße aus Köln").await;
    assert_eq!(message.sender_name, "Zoë");
    assert_eq!(message.mail.expect("a mail").subject, "Größe");

    let ids = ["--h-Message-Id", "<first@customers.test>", "--header", "Message-ID: <second@customers.test>"];
    desk.servers.swaks(VERA, OURS, &[&ids[..], &["--body", "I have two ids"]].concat());
    let (id, _) = desk.arrives("I have two ids").await;
    desk.replies(id, "One is enough").await;
    let reached = desk.servers.reaches(VERA, "One is enough").await;
    assert_eq!(reached.mail().in_reply_to, ["first@customers.test"]);

    // An operator's address makes nobody an operator.
    desk.servers.swaks("ann@test.test", OURS, &["--body", "I am Ann"]);
    let (id, message) = desk.arrives("I am Ann").await;
    assert_ne!(message.sender_id, Some(desk.ann.id.0));
    assert_eq!(desk.ann.thread(id).await.conversation.status, Status::Waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_absence_notice_reopens_nothing() {
    let Some(desk) = Desk::at_work().await else { return };
    desk.servers.swaks(VERA, OURS, &["--body", "A question"]);
    let (id, _) = desk.arrives("A question").await;
    desk.replies(id, "An answer").await;
    desk.comes_to(id, "An answer", DeliveryState::Sent).await;
    let back = desk.servers.reaches(VERA, "An answer").await.sender.expect("bounces find back");
    desk.ann.act("resolve", id).await.ok();

    let notice = ["--h-From", VERA, "--header", "Auto-Submitted: auto-replied", "--body", "I am away"];
    desk.servers.swaks("<>", &back, &notice);
    let (joined, message) = desk.arrives("I am away").await;
    assert_eq!(joined, id);
    assert!(message.mail.expect("a mail").automatic.is_some());
    let conversation = desk.ann.thread(id).await.conversation;
    assert_eq!((conversation.status, conversation.needs_answer()), (Status::Resolved, false));
    assert_eq!(desk.servers.reached(VERA, "").len(), 1, "nothing was answered by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn large_files_come_whole_and_too_large_mails_go_back() {
    let Some(desk) = Desk::at_work().await else { return };
    let bytes: Vec<u8> =
        (0..12 * 1024 * 1024_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    sends_file(&desk, &bytes, "See the file");
    let (_, message) = desk.arrives("See the file").await;
    let [file] = message.attachments.as_slice() else { panic!("one file: {message:?}") };
    assert_eq!(file.name, "large.bin");
    let request = Request::builder().uri(file.path()).header(header::COOKIE, desk.ann.cookie());
    let answer = desk.app.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.bytes == bytes, "the same bytes");

    // In base64 it is a third larger.
    sends_file(&desk, &vec![7; LARGEST_MAIL / 4 * 3 + 1_000_000], "Too much");
    let notice = desk.servers.reaches(VERA, "exceeds size limit").await;
    assert_eq!(notice.sender, None);
    assert_eq!(hooks_of(&desk.app).await.len(), 1);
    assert_eq!(desk.ann.inbox("all").await.rows.len(), 1);
}

fn sends_file(desk: &Desk, bytes: &[u8], words: &str) {
    let file = desk.servers.file(bytes);
    let attached =
        ["--attach-type", "application/octet-stream", "--attach-name", "large.bin", "--attach", &file];
    desk.servers.swaks(VERA, OURS, &[&attached[..], &["--body", words]].concat());
}
