//! Tables of responses: out, changed elsewhere, and in again.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use super::{list, refusal, shortcuts, written};
use crate::{
    domain::{Canned, CannedScope, Imported, Role},
    tests::{
        kit::{Actor, TestApp},
        on_both,
    },
};

on_both!(a_table_goes_out_and_comes_back, each_row_is_accounted_for);

async fn export(actor: &Actor) -> String {
    let request = Request::builder()
        .uri("/canned/export.csv")
        .header(header::COOKIE, actor.cookie())
        .body(Body::empty());
    let answer = actor.test.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let saved = answer.headers[header::CONTENT_DISPOSITION].to_str().expect("text");
    assert_eq!(saved, "attachment; filename=\"canned-responses.csv\"");
    answer.text
}

async fn import(actor: &Actor, text: &str) -> Imported {
    let answer = actor.call("import_canned", json!({ "text": text })).await;
    serde_json::from_value(answer.ok()).expect("an import")
}

fn counts(done: &Imported) -> (usize, usize, usize, usize) {
    (done.added, done.changed, done.same, done.skipped.len())
}

async fn a_table_goes_out_and_comes_back(app: TestApp) {
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    let (ann, support) = (app.operator("Ann").await, app.support.to_string());
    written(&ann, "personal", "anns", "Ann's alone").await;
    for (scope, shortcut, text) in [
        ("everyone", "lines", "One, \"two\"\nThree"),
        ("everyone", "sum", "=1+1"),
        ("everyone", "dash", "- a\n- b"),
        ("personal", "quote", "'=x"),
        (support.as_str(), "macro", "Hi {{customer.name | default(\"there\")}}"),
    ] {
        written(&sue, scope, shortcut, text).await;
    }
    let table = export(&sue).await;
    assert!(table.starts_with("shortcut,title,text,scope,team\r\n"), "{table}");
    assert!(table.contains("sum,About sum,'=1+1,everyone,\r\n"), "no office program calculates it: {table}");
    assert!(table.contains("macro,About macro,"), "{table}");
    assert!(table.contains(",team,Support team\r\n"), "{table}");
    assert!(!table.contains("anns"), "what is personal goes with nobody else");
    let before: Vec<Canned> = list(&sue).await.rows.into_iter().map(|row| row.canned).collect();
    assert_eq!(counts(&import(&sue, &table).await), (0, 0, 5, 0), "the same again changes nothing");

    for canned in &before {
        let id = canned.id.to_string();
        super::form(&sue, "delete_canned", &[("id", &id)]).await.ok();
    }
    assert_eq!(counts(&import(&sue, &table).await), (5, 0, 0, 0));
    let content =
        |canned: &Canned| (canned.scope, canned.shortcut.clone(), canned.title.clone(), canned.text.clone());
    let after: Vec<Canned> = list(&sue).await.rows.into_iter().map(|row| row.canned).collect();
    assert_eq!(after.iter().map(content).collect::<Vec<_>>(), before.iter().map(content).collect::<Vec<_>>());
    // What others look after is there already, or is not an operator's to write.
    let others = export(&ann).await.replace("Three", "Four");
    assert_eq!(counts(&import(&ann, &others).await), (0, 0, 4, 1));
}

async fn each_row_is_accounted_for(app: TestApp) {
    let ann = app.operator("Ann").await;
    written(&ann, "personal", "old", "Old").await;
    written(&ann, "personal", "same", "Same").await;
    let table = "Text;Shortcut;Title;Scope;Team\n\
                 New text;/OLD;About old;;\n\
                 Same;same;About same;personal;\n\
                 Fresh;fresh;Fresh;;\n\
                 Again;fresh;Fresh;;\n\
                 {{customer.nmae}};wrong;Wrong;;\n\
                 x;two words;Wrong;;\n\
                 x;mine;Mine;everyone;\n\
                 x;mine;Mine;team;Support team\n\
                 x;mine;Mine;team;Nowhere\n\
                 x;mine;Mine;world;\n";
    let done = import(&ann, table).await;
    assert_eq!(counts(&done), (1, 1, 1, 7));
    assert_eq!(done.skipped.iter().map(|skipped| skipped.line).collect::<Vec<_>>(), [5, 6, 7, 8, 9, 10, 11]);
    let why = |line: usize| {
        done.skipped
            .iter()
            .find(|skipped| skipped.line == line)
            .map(|skipped| skipped.why.clone())
            .expect("a line")
    };
    assert!(why(5).contains("/fresh stands above already"), "{}", why(5));
    assert!(why(6).contains("is no macro"), "{}", why(6));
    assert!(why(8).contains("Supervisors"), "{}", why(8));
    assert!(why(10).contains("no team “Nowhere”"), "{}", why(10));
    assert!(why(11).contains("“world” is no scope"), "{}", why(11));
    assert_eq!(shortcuts(&ann).await, ["fresh", "old", "same"]);
    let rows = list(&ann).await.rows;
    assert!(rows.iter().all(|row| row.canned.scope == CannedScope::Personal(ann.id)));
    assert_eq!(rows[1].canned.text, "New text");

    for text in ["", "shortcut,text\na,b", "shortcut,title,text\n"] {
        let answer = ann.call("import_canned", json!({ "text": text })).await;
        assert_eq!(refusal(&answer).0, "text", "{text}");
    }
    let large = "x".repeat(Imported::LARGEST + 1);
    let answer = ann.call("import_canned", json!({ "text": large })).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
