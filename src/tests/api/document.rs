//! The OpenAPI document says what is: every route, and every shape of what is answered.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};

use super::{HELPER, Sibling, Workspace, id_of, workspace};
use crate::tests::{
    kit::{Answer, TestApp},
    on_both,
};

on_both!(
    the_document_lists_exactly_the_routes,
    what_is_answered_has_the_shape_that_the_document_says,
    the_page_shows_the_document_and_runs_nothing,
);

/// Everything that the API can be asked, with a body that has the right shape.
fn operations() -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::GET, "/conversations", Value::Null),
        (Method::POST, "/conversations", json!({ "channel": HELPER })),
        (Method::GET, "/conversations/{id}", Value::Null),
        (Method::GET, "/conversations/{id}/messages", Value::Null),
        (Method::POST, "/conversations/{id}/messages", json!({ "control_epoch": 0, "text": "Hi" })),
        (Method::POST, "/conversations/{id}/customer-messages", json!({ "text": "Hello" })),
        (Method::POST, "/conversations/{id}/partial", json!({ "control_epoch": 0, "text": "H" })),
        (Method::POST, "/conversations/{id}/typing", json!({ "control_epoch": 0 })),
        (Method::POST, "/conversations/{id}/handoff", json!({ "control_epoch": 0 })),
    ]
}

async fn document(app: &TestApp) -> Value {
    get(app, "/api/v1/openapi.json").await.ok()
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.send(Request::builder().uri(path).body(Body::empty()).expect("a request")).await
}

async fn the_document_lists_exactly_the_routes(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let document = document(&app).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "http://127.0.0.1:3000");
    let mut listed = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            listed.insert((method.to_uppercase(), path.clone()));
            let posts = method == "post";
            let answers = operation["responses"].as_object().expect("responses");
            for status in ["401", "404", "422", "429", "500", "503"] {
                let content = &answers[status]["content"]["application/problem+json"];
                assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem", "{path} {status}");
            }
            assert_eq!(posts, answers.contains_key("409"), "{path}");
            let names = operation["parameters"].as_array().into_iter().flatten();
            let keyed = names.filter(|one| one["name"] == "Idempotency-Key" && one["required"] == true);
            assert_eq!(keyed.count(), usize::from(posts), "{path}");
            assert_eq!(posts, operation["requestBody"]["required"] == true, "{path}");
        }
    }
    let want: BTreeSet<(String, String)> = operations()
        .into_iter()
        .map(|(method, path, _)| (method.to_string(), format!("/api/v1{path}")))
        .collect();
    assert_eq!(listed, want);
    let stranger = Sibling { token: String::new(), ..helper.clone() };
    for (method, path, body) in operations() {
        // It is there for whoever has a token, and for nobody else.
        let path = path.replace("{id}", &helper.begin("Hello").await.to_string());
        let ask = async |sibling: &Sibling| match method {
            Method::GET => sibling.get(&path).await,
            _ => sibling.post(&path, body.clone()).await,
        };
        assert_eq!(ask(&stranger).await.problem(401), "unauthenticated", "{path}");
        let answer = ask(&helper).await;
        assert!(answer.status.is_success(), "{path} {}", answer.text);
    }
    let mut references = Vec::new();
    collect(&document, &mut references);
    for reference in references {
        let place = document.pointer(reference.trim_start_matches('#'));
        assert!(place.is_some(), "{reference} leads nowhere");
    }
}

async fn what_is_answered_has_the_shape_that_the_document_says(app: TestApp) {
    let Workspace { helper, crm, admin, .. } = workspace(&app).await;
    let document = document(&app).await;
    let id = helper.begin("Hello").await;
    admin.act("take_over", id).await.ok();
    admin.reply(id, "A person here", 2).await.ok();
    admin.call("give_back", json!({ "id": id, "instruction": "Be kind" })).await.ok();
    let told = json!({
        "channel": HELPER, "external_id": "chat-1", "history": [{ "sender": "bot", "text": "Hi" }],
        "contact": { "name": "Vic", "email": "v@x.test", "phone": "+1", "external_id": "u1" },
    });
    let opened = id_of(&helper.post("/conversations", told).await.created());
    let handed =
        json!({ "control_epoch": 0, "facts": [{ "name": "Order", "value": "12" }], "confidence": 40 });
    helper.post(&format!("/conversations/{opened}/handoff"), handed).await.ok();
    let mut looked_at = 0;
    for (method, path, body) in operations() {
        for sibling in [&helper, &crm] {
            for (id, key) in [(id, "12345678"), (opened, ""), (helper.begin("Hello").await, "a good one")] {
                let real = path.replace("{id}", &id.to_string());
                let answer = match method {
                    Method::GET => sibling.get(&real).await,
                    _ if key.is_empty() => sibling.post_as(key, &real, &body).await,
                    _ => sibling.post(&real, body.clone()).await,
                };
                let operation = &document["paths"][format!("/api/v1{path}")][method.as_str().to_lowercase()];
                check(&document, operation, &answer);
                looked_at += 1;
            }
        }
    }
    assert_eq!(looked_at, operations().len() * 6);
}

/// Whether an answer is one of those that its operation can give.
fn check(document: &Value, operation: &Value, answer: &Answer) {
    let name = &operation["operationId"];
    let declared = &operation["responses"][answer.status.as_str()];
    assert!(declared.is_object(), "{name} does not speak of {}: {}", answer.status, answer.text);
    let Some(content) = declared["content"].as_object() else {
        assert_eq!(answer.text, "", "{name} {}", answer.status);
        return;
    };
    let kind = answer.headers["content-type"].to_str().expect("text");
    let schema = &content.get(kind).unwrap_or_else(|| panic!("{name} does not speak of {kind}"))["schema"];
    if let Err(why) = conforms(document, schema, &answer.json) {
        panic!("{name} {}: {why}: {}", answer.status, answer.text);
    }
}

/// Whether a value is what a schema says, with nothing that the schema does not know.
fn conforms(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let place = document.pointer(reference.trim_start_matches('#')).ok_or("a reference to nothing")?;
        return conforms(document, place, value);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().any(|choice| conforms(document, choice, value).is_ok());
        return if fits { Ok(()) } else { Err(format!("{value} is none of {}", schema["oneOf"])) };
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Err(format!("{value} is none of {}", schema["enum"]));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::Array(types) => types.contains(&json!(kind)),
        one => one == kind,
    };
    if !allowed {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| conforms(document, &schema["items"], item)),
        Value::Object(fields) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                fields.get(name).ok_or_else(|| format!("{name} is missing"))?;
            }
            fields.iter().try_for_each(|(name, field)| {
                let known = schema["properties"].get(name).ok_or_else(|| format!("{name} is unknown"))?;
                conforms(document, known, field).map_err(|why| format!("{name}: {why}"))
            })
        }
        _ => Ok(()),
    }
}

async fn the_page_shows_the_document_and_runs_nothing(app: TestApp) {
    let page = get(&app, "/api/v1").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(
        !page.text.contains("<script") && !page.text.contains("http://") && !page.text.contains("@import")
    );
    for (_, path, _) in operations() {
        assert!(page.text.contains(&format!("/api/v1{path}")), "{path}");
    }
    for name in document(&app).await["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(page.text.contains(&format!("id=\"shape-{name}\"")), "{name}");
    }
}

/// Every reference in a document.
fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = value["$ref"].as_str() {
                found.push(reference.to_owned());
            }
            fields.values().for_each(|field| collect(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}
