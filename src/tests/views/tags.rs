//! Tags as supervisors look after them, and as they stand on conversations.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;

use super::tag;
use crate::{
    domain::{AppError, BulkAction, BulkOutcome, Hue, Role, SystemLine, Tag},
    routes,
    tests::{
        kit::{Answer, TestApp},
        on_both,
    },
};

on_both!(
    names_are_there_once,
    an_archived_tag_is_put_on_nothing_and_stays_where_it_is,
    what_changes_is_a_line_in_the_thread,
    hostile_names_are_text,
);

async fn names_are_there_once(app: TestApp) {
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let vip = tag(&app, "VIP").await;
    let save = async |id: Option<crate::domain::TagId>, name: &str, archived: bool| -> Answer {
        sam.call("save_tag", json!({ "id": id, "name": name, "hue": "red", "archived": archived })).await
    };
    for name in ["VIP", " vip ", "", &"x".repeat(41)] {
        assert_eq!(save(None, name, false).await.status, 422, "{name:?}");
    }
    let renamed: Tag =
        serde_json::from_value(save(Some(vip.id), "Very  important", false).await.ok()).expect("a tag");
    assert_eq!(renamed, Tag { id: vip.id, name: "Very important".into(), hue: Hue::Red, archived: false });
    save(None, "VIP", false).await.ok();
    save(Some(vip.id), "VIP", true).await.ok();
    assert_eq!(save(Some(vip.id), "VIP", false).await.status, 422, "the name is another's by now");
    assert_eq!(save(Some(crate::server::clock::new_id()), "Nothing", false).await.status, 404);
    let listed: Vec<Tag> = serde_json::from_value(sam.call("list_tags", json!({})).await.ok()).expect("tags");
    assert_eq!(listed.iter().filter(|tag| !tag.archived).count(), 1);
    assert_eq!(sam.inbox("all").await.tags.len(), 2);
}

async fn an_archived_tag_is_put_on_nothing_and_stays_where_it_is(app: TestApp) {
    let ann = app.operator("Ann").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let vip = tag(&app, "VIP").await;
    let (one, other) = (app.visitor().say("Hello").await, app.visitor().say("Hello").await);
    let put_on = BulkAction::Tag { add: [vip.id].into(), remove: [].into() };
    ann.handle(&[one], &put_on).await;
    sam.call("save_tag", json!({ "id": vip.id, "name": "VIP", "hue": "teal", "archived": true })).await.ok();
    let items = ann.handle(&[one, other], &put_on).await;
    assert_eq!(items[0].outcome, BulkOutcome::Unchanged);
    let refused = AppError::invalid("tags", "This tag is not there any more.");
    assert_eq!(items[1].outcome, BulkOutcome::Refused(refused));
    assert_eq!(ann.thread(one).await.conversation.tags, [vip.id].into());
    let taken_off = ann.handle(&[one], &BulkAction::Tag { add: [].into(), remove: [vip.id].into() }).await;
    assert!(matches!(taken_off[0].outcome, BulkOutcome::Done(Some(_))));
    assert!(ann.thread(one).await.conversation.tags.is_empty());
}

async fn what_changes_is_a_line_in_the_thread(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (vip, refund) = (tag(&app, "VIP").await.id, tag(&app, "Refund").await.id);
    let visitor = app.visitor();
    let id = visitor.say("Hello").await;
    ann.handle(&[id], &BulkAction::Tag { add: [vip, refund].into(), remove: [].into() }).await;
    ann.handle(&[id], &BulkAction::Tag { add: [].into(), remove: [vip].into() }).await;
    ann.handle(&[id], &BulkAction::Prioritise(crate::domain::Priority::High)).await;
    let thread = ann.thread(id).await;
    let lines: Vec<_> =
        thread.messages.iter().filter_map(|said| Some((said.system?, said.body.as_str()))).collect();
    assert_eq!(
        lines,
        [
            (SystemLine::Tagged, "Ann added the tags Refund, VIP"),
            (SystemLine::Tagged, "Ann removed the tag VIP"),
            (SystemLine::Prioritised, "Ann set the priority to High"),
        ]
    );
    let chat = visitor.chat().await.to_string();
    assert!(!chat.contains("VIP") && !chat.contains("priority"), "the customer learns nothing of it: {chat}");
}

async fn hostile_names_are_text(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let hostile = "<script>alert(1)</script>\"'>";
    tag(&app, hostile).await;
    let view = json!({ "name": hostile, "audience": "everyone", "listing": { "queue": "All" } });
    admin.call("save_view", json!({ "id": null, "form": view })).await.ok();
    let text = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in [routes::TAGS.to_owned(), format!("{}?text={text}", routes::INBOX)] {
        let request = Request::builder().uri(&path).header(header::COOKIE, admin.cookie());
        let page = app.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.contains("&lt;script&gt;alert(1)"), "{path}: it is shown");
        assert!(!page.text.contains("<script>alert(1)"), "{path}: and runs nowhere");
    }
}
