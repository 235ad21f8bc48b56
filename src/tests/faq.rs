//! The FAQ in the settings: writing, importing, trying, and what was asked without an answer.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::{
    kit::{Actor, Answer, TestApp},
    on_both, update_settings,
};
use crate::{
    domain::{
        AppError, BotId, FaqEntry, Imported, Role, Time,
        setup::{BotSetup, FaqGaps, FaqList, FaqTrial},
    },
    server::{clock::new_id, jobs::runner::drain},
};

on_both!(
    an_entry_is_written_found_changed_and_deleted,
    what_cannot_be_used_names_its_field,
    a_table_and_a_text_are_imported_and_each_row_is_accounted_for,
    a_question_is_tried_and_says_who_would_answer,
    what_was_asked_and_not_answered_is_shown_until_it_is,
);

async fn post(actor: &Actor, function: &str, fields: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://127.0.0.1:3000")
        .header(header::COOKIE, actor.cookie())
        .body(Body::from(body))
        .expect("a request");
    actor.test.send(request).await
}

async fn write(actor: &Actor, question: &str, answer: &str) -> FaqEntry {
    let fields = [("form[question]", question), ("form[answer]", answer), ("form[enabled]", "on")];
    serde_json::from_value(post(actor, "save_faq_entry", &fields).await.ok()).expect("an entry")
}

async fn list(actor: &Actor, words: &str) -> FaqList {
    serde_json::from_value(actor.call("list_faq", json!({ "words": words })).await.ok()).expect("a list")
}

async fn gaps(actor: &Actor) -> FaqGaps {
    serde_json::from_value(actor.call("list_questions", json!({})).await.ok()).expect("questions")
}

async fn import(actor: &Actor, format: &str, text: &str) -> Imported {
    let answer = actor.call("import_faq", json!({ "format": format, "text": text })).await;
    serde_json::from_value(answer.ok()).expect("an import")
}

#[track_caller]
fn refused_field(answer: &Answer) -> String {
    match serde_json::from_value(answer.json.clone()) {
        Ok(AppError::Invalid { field, .. }) => field,
        _ => panic!("no field: {}", answer.text),
    }
}

fn questions(list: &FaqList) -> Vec<&str> {
    list.rows.iter().map(|row| row.entry.question.as_str()).collect()
}

async fn an_entry_is_written_found_changed_and_deleted(app: TestApp) {
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    let entry = write(&sue, "  How long does\n delivery take? ", "Three days.\r\nMostly.").await;
    assert_eq!(
        (entry.question.as_str(), entry.answer.as_str()),
        ("How long does delivery take?", "Three days.\nMostly.")
    );
    write(&sue, "Can I return a plant?", "Within 30 days.").await;
    assert_eq!(questions(&list(&sue, "").await), ["Can I return a plant?", "How long does delivery take?"]);
    let found = list(&sue, "DAYS mostly").await;
    assert_eq!((questions(&found), found.found, found.all), (vec!["How long does delivery take?"], 1, 2));

    app.clock.advance(Time::MINUTE);
    let id = entry.id.to_string();
    let fields = [
        ("id", id.as_str()),
        ("form[question]", "How fast?"),
        ("form[answer]", "Two days."),
        ("next", "/settings/faq"),
    ];
    let changed = post(&sue, "save_faq_entry", &fields).await;
    assert_eq!(changed.headers[header::LOCATION], "/settings/faq");
    let changed: FaqEntry = serde_json::from_value(changed.ok()).expect("an entry");
    assert_eq!((changed.id, changed.created_at, changed.enabled), (entry.id, entry.created_at, false));
    assert!(changed.updated_at > entry.updated_at);
    let loaded = sue.call("load_faq_entry", json!({ "id": entry.id })).await.ok();
    assert_eq!(serde_json::from_value::<FaqEntry>(loaded).expect("an entry"), changed);

    let gone = post(&sue, "delete_faq_entry", &[("id", &id)]).await.ok();
    assert_eq!(
        serde_json::from_value::<FaqEntry>(gone).expect("an entry"),
        changed,
        "enough to write it anew"
    );
    assert_eq!(questions(&list(&sue, "").await), ["Can I return a plant?"]);
    assert_eq!(post(&sue, "delete_faq_entry", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
}

async fn what_cannot_be_used_names_its_field(app: TestApp) {
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    write(&sue, "How long?", "Three days.").await;
    let (question, answer) =
        ("q".repeat(FaqEntry::LONGEST_QUESTION + 1), "a".repeat(FaqEntry::LONGEST_ANSWER + 1));
    for (asked, answered, field) in [
        ("", "x", "question"),
        (question.as_str(), "x", "question"),
        ("x", " \n ", "answer"),
        ("x", answer.as_str(), "answer"),
        ("HOW  long?", "x", "question"),
    ] {
        let fields = [("form[question]", asked), ("form[answer]", answered)];
        assert_eq!(refused_field(&post(&sue, "save_faq_entry", &fields).await), field);
    }
    for (format, text) in [("csv", "frage,antwort\nA?,B."), ("csv", ""), ("markdown", "no heading")] {
        let answer = sue.call("import_faq", json!({ "format": format, "text": text })).await;
        assert_eq!(refused_field(&answer), "text", "{text}");
    }
    let large = "x".repeat(Imported::LARGEST + 1);
    let answer = sue.call("import_faq", json!({ "format": "csv", "text": large })).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let missing = json!({ "id": new_id::<uuid::Uuid>() });
    assert_eq!(sue.call("load_faq_entry", missing).await.status, StatusCode::NOT_FOUND);
}

async fn a_table_and_a_text_are_imported_and_each_row_is_accounted_for(app: TestApp) {
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    write(&sue, "How long?", "Three days.").await;
    write(&sue, "How much?", "Five euros.").await;
    let table = "question,answer\nhow long?,Two days.\nHow much?,Five euros.\nWhere?,\"Here, or there.\"\n\
                 Why?,\nwhere?,Again.\n";
    let done = import(&sue, "csv", table).await;
    assert_eq!((done.added, done.changed, done.same), (1, 1, 1));
    assert_eq!(done.skipped.iter().map(|skipped| skipped.line).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(questions(&list(&sue, "").await), ["how long?", "How much?", "Where?"]);
    assert_eq!(list(&sue, "how long").await.rows[0].entry.answer, "Two days.");

    let text = "# Delivery\n\n## Who?\nWe do.\n\n## Where?\nHere.\n";
    let done = import(&sue, "markdown", text).await;
    assert_eq!((done.added, done.changed, done.same, done.skipped.len()), (1, 1, 0, 1));
    assert_eq!(done.skipped[0].line, 1);
    assert_eq!(list(&sue, "who").await.rows[0].entry.answer, "We do.");
    let again = import(&sue, "markdown", text).await;
    assert_eq!((again.added, again.changed, again.same), (0, 0, 2), "the same again changes nothing");
}

async fn a_question_is_tried_and_says_who_would_answer(app: TestApp) {
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    let ask = async |question: &str| -> FaqTrial {
        serde_json::from_value(post(&sue, "try_question", &[("question", question)]).await.ok())
            .expect("a trial")
    };
    assert!(ask("How long does delivery take?").await.hits.is_empty());
    let entry = write(&sue, "How long does delivery take?", "Three days.").await;
    write(&sue, "How much is delivery?", "Five euros.").await;
    let trial = ask("how long does delivery take").await;
    assert_eq!(trial.answers().map(|hit| hit.entry.id), Some(entry.id));
    assert_eq!((trial.bot.as_deref(), trial.hits.len()), (None, 2));
    assert_eq!(ask("Do you sell bicycles?").await.answers(), None);

    let ada = app.person("Ada", Role::Admin, &[]).await;
    fern(&ada, "1000").await;
    let trial = ask("how long will the delivery of a fern take").await;
    assert_eq!((trial.bot.as_deref(), trial.threshold, trial.answers()), (Some("Fern"), 1000, None));
    assert_eq!(refused_field(&post(&sue, "try_question", &[("question", " ")]).await), "question");
    assert!(gaps(&sue).await.gaps.is_empty(), "no customer asked any of it");
}

async fn fern(admin: &Actor, threshold: &str) -> BotId {
    let fields = [
        ("kind", "faq"),
        ("enabled", "true"),
        ("form[name]", "Fern"),
        ("form[values][threshold]", threshold),
    ];
    let saved: Value = post(admin, "save_bot", &fields).await.ok();
    serde_json::from_value::<BotSetup>(saved).expect("a bot").bot.id
}

async fn what_was_asked_and_not_answered_is_shown_until_it_is(app: TestApp) {
    let (ada, sue) =
        (app.person("Ada", Role::Admin, &[]).await, app.person("Sue", Role::Supervisor, &[]).await);
    let bot = fern(&ada, "450").await;
    update_settings(&app, app.channel, |settings| settings.bot = Some(bot)).await;
    let entry = write(&sue, "How long does delivery take?", "Three days.").await;
    for question in ["Do you sell bicycles?", "How long does delivery take?", "do you sell  bicycles?"] {
        app.visitor().say(question).await;
        drain(&app).await;
        app.clock.advance(Time::MINUTE);
    }
    let asked = gaps(&sue).await.gaps;
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].question.as_str(), asked[0].times), ("do you sell  bicycles?", 2));
    assert_eq!(list(&sue, "delivery").await.rows[0].answered, 1);

    write(&sue, "Do you sell bicycles?", "No, pots.").await;
    assert!(gaps(&sue).await.gaps.is_empty(), "it has an answer now");
    let id = entry.id.to_string();
    post(&sue, "delete_faq_entry", &[("id", &id)]).await.ok();
    assert!(gaps(&sue).await.gaps.is_empty(), "what was answered was no gap");
    app.clock.advance(31 * Time::DAY);
    let sue = app.person("Sue again", Role::Supervisor, &[]).await;
    write(&sue, "How long does delivery take?", "Four days.").await;
    assert_eq!(list(&sue, "delivery").await.rows[0].answered, 0);
}
