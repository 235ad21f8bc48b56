//! What Postfix says when the customers' server does not take a mail.

use super::{Desk, OURS, until, words};
use crate::{
    domain::{DeliveryState, HookState, Status},
    tests::{delivery_of, hooks_of},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_comes_back_marks_the_very_message() {
    let Some(desk) = Desk::at_work().await else { return };
    // This mailbox takes one mail and is closed then.
    let gone = "gone@customers.test";
    desk.servers.swaks(gone, OURS, &["--body", "Hello"]);
    let (id, _) = desk.arrives("Hello").await;
    desk.replies(id, "The first").await;
    desk.servers.reaches(gone, "The first").await;
    desk.replies(id, "The second").await;
    let failed = desk.comes_to(id, "The second", DeliveryState::Failed).await;
    assert_eq!(words(&failed), "gone@customers.test: 550 5.1.1 There is no such mailbox");
    assert_eq!(delivery_of(&desk.app, failed.id).await.code.as_deref(), Some("5.1.1"));
    desk.comes_to(id, "The first", DeliveryState::Sent).await;

    for (customer, said, code) in [
        ("bad@customers.test", "550 5.1.1 There is no such mailbox", "5.1.1"),
        ("full@customers.test", "552 5.2.2 The mailbox is full", "5.2.2"),
    ] {
        let question = format!("I am {customer}");
        desk.servers.swaks(customer, OURS, &["--body", &question]);
        let (id, _) = desk.arrives(&question).await;
        desk.replies(id, "Are you there?").await;
        let failed = desk.comes_to(id, "Are you there?", DeliveryState::Failed).await;
        assert_eq!(words(&failed), format!("{customer}: {said}"));
        assert_eq!(delivery_of(&desk.app, failed.id).await.code.as_deref(), Some(code));
        // The report is no message, and nobody waits for an answer to it.
        assert_eq!(desk.said_by_customers(id).await.len(), 1);
        let conversation = desk.ann.thread(id).await.conversation;
        assert_eq!((conversation.status, conversation.needs_answer()), (Status::Active, false));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_only_late_marks_nothing() {
    let Some(desk) = Desk::at_work().await else { return };
    let grey = "grey@customers.test";
    desk.servers.swaks(grey, OURS, &["--body", "Hello"]);
    let (id, _) = desk.arrives("Hello").await;
    desk.replies(id, "Good morning").await;
    // By then Postfix has told that it is late.
    desk.servers.reaches(grey, "Good morning").await;
    let report = until("the report is read", async || {
        let hooks = hooks_of(&desk.app).await;
        hooks.into_iter().find(|hook| hook.target.contains("sender=&") && hook.state == HookState::Done)
    })
    .await;
    assert!(String::from_utf8_lossy(&report.body).contains("Action: delayed"));
    assert!(report.remark.is_some_and(|remark| remark.contains("still being tried")));
    desk.comes_to(id, "Good morning", DeliveryState::Sent).await;
    assert_eq!(desk.said_by_customers(id).await.len(), 1);
    assert_eq!(desk.servers.reached(grey, "Good morning").len(), 1);
}
