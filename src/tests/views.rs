//! Filters, views, tags, priority, snooze, and many conversations at once.

mod bulk;
mod filters;
mod handing_on;
mod snooze;
mod tags;
mod work;

use serde_json::{Value, json};

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
    promises::missed,
};
use crate::{
    domain::{
        Audience, Condition, Event, Filter, Listing, Push, Queue, Role, Tag, TeamId, View, ViewForm, ViewId,
    },
    server::clock::new_id,
};

on_both!(
    a_view_is_seen_by_whom_it_is_for,
    who_may_not_share_saves_for_themselves,
    a_view_that_is_changed_comes_and_goes_on_open_screens,
    a_deleted_view_can_be_had_back,
    views_are_counted_up_to_a_bound,
    a_filter_that_asks_for_too_much_is_refused,
);

/// A tag of this name.
async fn tag(app: &TestApp, name: &str) -> Tag {
    let supervisor = app.person(&format!("Maker of {name}"), Role::Supervisor, &[]).await;
    let wanted = json!({ "id": null, "name": name, "hue": "teal", "archived": false });
    serde_json::from_value(supervisor.call("save_tag", wanted).await.ok()).expect("a tag")
}

fn filter(pairs: &[(Condition, &str)]) -> Filter {
    let mut filter = Filter::default();
    for (condition, text) in pairs {
        filter.set(*condition, text).expect("it can be read");
    }
    filter
}

fn form(name: &str, audience: Audience) -> ViewForm {
    let filter = filter(&[(Condition::Text, "vera")]);
    ViewForm { name: name.into(), audience, listing: Listing { queue: Queue::All, filter } }
}

async fn save(actor: &Actor, id: Option<ViewId>, form: &ViewForm) -> Answer {
    actor.call("save_view", json!({ "id": id, "form": form })).await
}

async fn saved(actor: &Actor, name: &str, audience: Audience) -> View {
    serde_json::from_value(save(actor, None, &form(name, audience)).await.ok()).expect("a view")
}

async fn names(actor: &Actor) -> Vec<String> {
    actor.inbox("all").await.views.into_iter().map(|view| view.name).collect()
}

async fn a_view_is_seen_by_whom_it_is_for(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    saved(&ann, "Anns own", Audience::Me).await;
    saved(&ann, "Of Support", Audience::Team(app.support)).await;
    saved(&sam, "for all", Audience::Everyone).await;
    assert_eq!(names(&ann).await, ["Anns own", "for all", "Of Support"]);
    assert_eq!(names(&ben).await, ["for all", "Of Support"]);
    assert_eq!(names(&nina).await, ["for all"]);
    assert_eq!(names(&sam).await, ["for all", "Of Support"]);
    let view = &ben.inbox("all").await.views[1];
    assert_eq!(view.listing, form("", Audience::Me).listing, "as it was saved");
    assert_eq!(view.by, ann.id);
}

async fn who_may_not_share_saves_for_themselves(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    for audience in [Audience::Everyone, Audience::Team(app.sales), Audience::Team(TeamId(uuid::Uuid::nil()))]
    {
        assert_eq!(save(&ann, None, &form("Mine", audience)).await.status, 403, "{audience:?}");
    }
    for wrong in ["", " ", &"x".repeat(61)] {
        assert_eq!(save(&ann, None, &form(wrong, Audience::Me)).await.status, 422);
    }
    let shared = saved(&ann, "Shared", Audience::Team(app.support)).await;
    let own = saved(&ann, "Own", Audience::Me).await;
    for (actor, view, status) in [(&ben, &shared, 403), (&ben, &own, 404), (&nina, &shared, 404)] {
        let changed = save(actor, Some(view.id), &form("Another", Audience::Me)).await;
        assert_eq!(changed.status, status, "{}", view.name);
        let deleted = actor.call("delete_view", json!({ "id": view.id })).await;
        assert_eq!(deleted.status, status, "{}", view.name);
    }
    assert_eq!(names(&ann).await, ["Own", "Shared"]);
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let nowhere = form("For nobody", Audience::Team(new_id()));
    assert_eq!(save(&sam, None, &nowhere).await.status, 422, "there is no such team");
    save(&sam, Some(shared.id), &form("Shared by Sam", Audience::Everyone)).await.ok();
    assert_eq!(names(&nina).await, ["Shared by Sam"]);
    assert_eq!(sam.call("delete_view", json!({ "id": own.id })).await.status, 404, "it is Ann's alone");
}

async fn a_view_that_is_changed_comes_and_goes_on_open_screens(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let mut screen = ben.inbox("all").await;
    let from = screen.as_of.resume_from();
    let view = saved(&ann, "Shared", Audience::Team(app.support)).await;
    save(&ann, Some(view.id), &form("Renamed", Audience::Team(app.support))).await.ok();
    let other = saved(&ann, "Other", Audience::Team(app.support)).await;
    save(&ann, Some(other.id), &form("Kept to myself", Audience::Me)).await.ok();
    saved(&ann, "Never seen", Audience::Me).await;
    let mut heard = Vec::new();
    for (at, push) in missed(&ben, from).await {
        let Push::Event { event, mark, .. } = push else { continue };
        screen.apply(at, &event, mark);
        heard.extend(serde_json::to_string(&event).ok());
    }
    let shown: Vec<&str> = screen.views.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(shown, ["Renamed"]);
    assert_eq!(screen.views, ben.inbox("all").await.views);
    assert!(!heard.iter().any(|text| text.contains("Never seen") || text.contains("to myself")));
}

async fn a_deleted_view_can_be_had_back(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let view = saved(&ann, "Shared", Audience::Team(app.support)).await;
    let id = json!({ "id": view.id });
    ann.call("delete_view", id.clone()).await.ok();
    assert_eq!(names(&ben).await, Vec::<String>::new());
    assert_eq!(ann.call("delete_view", id.clone()).await.status, 404, "it is deleted already");
    assert_eq!(save(&ann, Some(view.id), &form("Changed", Audience::Me)).await.status, 404);
    assert_eq!(ben.call("restore_view", id.clone()).await.status, 403);
    let from = ben.inbox("all").await.as_of.resume_from();
    ann.call("restore_view", id.clone()).await.ok();
    assert_eq!(ben.inbox("all").await.views, std::slice::from_ref(&view), "as it was");
    let came = missed(&ben, from).await.into_iter().any(|(_, push)| {
        matches!(push, Push::Event { event: Event::ViewChanged { view: came, .. }, .. } if *came == view)
    });
    assert!(came, "open screens are told");
    ann.call("delete_view", id.clone()).await.ok();
    app.clock.advance(2 * crate::domain::Time::DAY);
    crate::server::actions::maintain::clean_up(&app).await.expect("cleaned up");
    assert_eq!(ann.call("restore_view", id).await.status, 404, "after a day it is gone");
}

async fn views_are_counted_up_to_a_bound(app: TestApp) {
    let ann = app.operator("Ann").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let all = ViewForm { listing: Queue::Unassigned.into(), ..form("All", Audience::Me) };
    save(&ann, None, &all).await.ok();
    save(&nina, None, &all).await.ok();
    saved(&ann, "Veras", Audience::Me).await;
    let counts = async |actor: &Actor| {
        let counts: Vec<(ViewId, usize)> =
            serde_json::from_value(actor.call("count_views", json!({})).await.ok()).expect("counts");
        let views = actor.inbox("all").await.views;
        assert_eq!(
            counts.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            views.iter().map(|v| v.id).collect::<Vec<_>>()
        );
        counts.into_iter().map(|(_, count)| count).collect::<Vec<_>>()
    };
    app.visitor()
        .post("messages", json!({ "client_msg_id": new_id::<uuid::Uuid>(), "body": "Hi", "name": "Vera" }))
        .await
        .ok();
    assert_eq!(counts(&ann).await, [1, 1]);
    for _ in 0..View::COUNTED {
        app.visitor().say("Hello").await;
    }
    assert_eq!(counts(&ann).await, [View::COUNTED, 1], "what is more is not counted");
    assert_eq!(counts(&nina).await, [0], "only what she may see");
}

async fn a_filter_that_asks_for_too_much_is_refused(app: TestApp) {
    let ann = app.operator("Ann").await;
    let many: Vec<uuid::Uuid> = (0..51).map(|_| new_id()).collect();
    for filter in [json!({ "tag": many }), json!({ "text": "x".repeat(101) })] {
        for (function, more) in [("load_inbox", Value::Null), ("list_conversations", Value::Null)] {
            let arguments = json!({ "queue": "All", "from": more, "filter": filter });
            assert_eq!(ann.call(function, arguments).await.status, 422, "{function}");
        }
        let form = json!({ "name": "x", "audience": "me", "listing": { "queue": "All", "filter": filter } });
        assert_eq!(ann.call("save_view", json!({ "id": null, "form": form })).await.status, 422);
    }
}
