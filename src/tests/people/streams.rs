//! P22: a change of role, team or password reaches the streams that are open, on every server of an installation.

use super::*;
use crate::{
    domain::{OperatorId, TeamId},
    tests::kit::{Sse, Stream},
};

on_both!(p22_what_is_changed_ends_open_streams, p22_what_leaves_access_alone_ends_nothing);

/// Somebody whose streams are open: in one browser on each server, and in a second browser.
struct Listener {
    id: OperatorId,
    email: String,
    /// The browser whose streams are to end.
    there: String,
    /// Another of the same person.
    here: String,
    streams: Vec<Stream>,
}

/// Whoever changes something, and what they change it by.
struct Scene {
    servers: Vec<TestApp>,
    admin: Actor,
    support: TeamId,
    sales: TeamId,
}

impl Scene {
    async fn new(app: &TestApp) -> Self {
        let mut servers = vec![app.clone()];
        if app.db.is_shared() {
            servers.push(app.second_server().await);
        }
        let admin = app.person("Ada", Role::Admin, &[app.support, app.sales]).await;
        Self { servers, admin, support: app.support, sales: app.sales }
    }

    fn app(&self) -> &TestApp {
        &self.servers[0]
    }

    /// The streams of a browser, one on each server.
    async fn listen(&self, cookie: &str) -> Vec<Stream> {
        let inbox = call(self.app(), "load_inbox", cookie, json!({ "queue": "All" })).await.ok();
        let as_of: AsOf = serde_json::from_value(inbox["as_of"].clone()).expect("a place");
        let mut streams = Vec::new();
        for server in &self.servers {
            let path = format!("/events?after={}", as_of.resume_from());
            let request = Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty());
            streams.push(server.open(request.expect("a request")).await);
        }
        streams
    }

    /// A person of Support with two browsers.
    async fn listener(&self, name: &str) -> Listener {
        let app = self.app();
        let person = account(app, name, Role::Operator).await;
        self.admin.call("add_member", json!({ "id": self.support, "operator": person.id })).await.ok();
        let here = cookie(&sign_in(app, &person.email, PASSWORD).await);
        let there = cookie(&sign_in(app, &person.email, PASSWORD).await);
        let streams = self.listen(&there).await;
        Listener { id: person.id, email: person.email, there, here, streams }
    }

    /// Does it as the admin.
    async fn administer(&self, function: &str, arguments: Value) -> Value {
        self.admin.call(function, arguments).await.ok()
    }
}

/// All that a stream says until it ends, and whether its last word was that everything is to be loaded again.
async fn until_the_end(stream: &mut Stream) -> (String, bool) {
    let (mut said, mut last) = (String::new(), Value::Null);
    while let Some(Sse { data, .. }) = stream.next().await {
        said.push_str(&data.to_string());
        last = data;
    }
    (said, last == json!("reset"))
}

async fn p22_what_is_changed_ends_open_streams(app: TestApp) {
    const CHANGES: [&str; 10] = [
        "promoted",
        "admin",
        "taken in",
        "taken out",
        "password changed",
        "password reset",
        "disabled",
        "session ended",
        "other sessions ended",
        "signed out",
    ];
    let scene = Scene::new(&app).await;
    for (number, change) in CHANGES.into_iter().enumerate() {
        let mut listener = scene.listener(&format!("Ann{number}")).await;
        let Listener { id, there, here, .. } = &listener;
        match change {
            "promoted" => {
                scene.administer("set_role", json!({ "id": id, "role": "supervisor" })).await;
            }
            "admin" => {
                scene.administer("set_role", json!({ "id": id, "role": "admin" })).await;
            }
            "taken in" => {
                scene.administer("add_member", json!({ "id": scene.sales, "operator": id })).await;
            }
            "taken out" => {
                scene.administer("remove_member", json!({ "id": scene.support, "operator": id })).await;
            }
            "password changed" => {
                let fields = [("current", PASSWORD), ("password", "another good one")];
                send(&app, "change_password", here, &fields).await.ok();
            }
            "password reset" => {
                let link = scene.administer("make_reset_link", json!({ "id": id })).await;
                let link: OneTimeLink = serde_json::from_value(link).expect("a link");
                let fields = [("token", token(&link)), ("password", "another good one")];
                let answer = send(&app, "reset_password", "", &fields).await;
                assert!(answer.headers.contains_key(header::LOCATION), "{}", answer.text);
            }
            "disabled" => {
                scene.administer("disable_person", json!({ "id": id })).await;
            }
            "session ended" => {
                let sessions = profile(&app, here).await.sessions;
                let other = sessions.iter().find(|session| !session.here).expect("the other browser");
                call(&app, "end_session", here, json!({ "id": other.id })).await.ok();
            }
            "other sessions ended" => {
                call(&app, "end_other_sessions", here, json!({})).await.ok();
            }
            _ => {
                send(&app, "sign_out", there, &[]).await;
            }
        }
        // Whatever is said from now on is nothing for those streams.
        let secret = format!("secret {number}");
        let conversation = app.visitor().say(&secret).await;
        for stream in &mut listener.streams {
            let (said, is_reset) = until_the_end(stream).await;
            assert!(is_reset, "{change}: {said}");
            assert!(!said.contains(&secret), "{change}: {said}");
        }
        let Listener { there, email, .. } = &listener;
        let look = call(&app, "load_thread", there, json!({ "id": conversation })).await.status;
        let expected = match change {
            "taken in" => StatusCode::OK,
            "taken out" => StatusCode::NOT_FOUND,
            // Whoever has another role, or none, signs in anew.
            _ => StatusCode::UNAUTHORIZED,
        };
        assert_eq!(look, expected, "{change}, {email}");
    }
}

async fn p22_what_leaves_access_alone_ends_nothing(app: TestApp) {
    let scene = Scene::new(&app).await;
    let (mut ann, ben) = (scene.listener("Ann").await, scene.listener("Ben").await);
    scene.administer("set_role", json!({ "id": ben.id, "role": "supervisor" })).await;
    scene.administer("add_member", json!({ "id": scene.sales, "operator": ben.id })).await;
    scene.administer("rename_team", json!({ "id": scene.support, "name": "Help" })).await;
    scene.administer("disable_person", json!({ "id": ben.id })).await;
    let fields = [("name", "Anna"), ("time_zone", "Europe/Vienna")];
    send(&app, "save_profile", &ann.here, &fields).await.ok();
    app.visitor().say("Is anybody there?").await;
    for stream in &mut ann.streams {
        loop {
            let Push::Event { event, .. } = stream.push().await else { panic!("the stream goes on") };
            if serde_json::to_string(&event).expect("JSON").contains("Is anybody there?") {
                break;
            }
        }
    }
}
