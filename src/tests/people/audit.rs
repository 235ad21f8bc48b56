//! The audit log, and what pages know of their workspace and their reader.

use axum::http::{StatusCode, header};
use serde_json::json;

use super::{PASSWORD, account, get, log, send, sign_in};
use crate::{
    domain::{Role, Time},
    server::actions::maintain,
    tests::{kit::TestApp, on_both},
};

on_both!(
    the_log_is_filtered_and_pruned,
    what_changes_who_sees_what_is_noted,
    the_log_as_a_table_has_no_formulas,
    a_workspace_has_a_name_and_people_have_a_clock,
);

async fn the_log_is_filtered_and_pruned(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let ann = account(&app, "Ann", Role::Operator).await;
    sign_in(&app, &ann.email, "not my password").await;
    sign_in(&app, "nobody@test.test", PASSWORD).await;
    app.clock.advance(2 * Time::DAY);
    admin.call("set_role", json!({ "id": ann.id, "role": "supervisor" })).await.ok();
    assert_eq!(
        log(&admin, json!({})).await,
        ["role_changed", "sign_in_failed", "sign_in_failed", "person_added"]
    );
    assert_eq!(
        log(&admin, json!({ "person": ann.id })).await,
        ["role_changed", "sign_in_failed", "person_added"],
        "what was done to her, and in her name"
    );
    assert_eq!(log(&admin, json!({ "person": admin.id })).await, ["role_changed"]);
    assert_eq!(log(&admin, json!({ "kind": "person_added" })).await, ["person_added"]);
    let today = &app.clock.now().rfc3339()[..10];
    assert_eq!(log(&admin, json!({ "from": today })).await, ["role_changed"]);
    assert_eq!(log(&admin, json!({ "until": today })).await.len(), 4);
    let page = admin.call("load_audit", json!({ "query": { "kind": "role_changed" } })).await.ok();
    let entry = &page["entries"][0];
    assert_eq!(
        (&entry["by_name"], &entry["subject_name"], &entry["details"], &entry["address"]),
        (&json!("Ada"), &json!("Ann"), &json!("from Operator to Supervisor"), &json!("127.0.0.1"))
    );
    let before = json!({ "before": entry["id"].to_string() });
    assert_eq!(log(&admin, before).await.len(), 3);
    app.clock.advance(179 * Time::DAY);
    maintain::clean_up(&app).await.expect("a clean-up");
    let later = app.person("Eve", Role::Admin, &[]).await;
    assert_eq!(log(&later, json!({})).await, ["role_changed", "person_added"], "changes stay for good");
}

async fn what_changes_who_sees_what_is_noted(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let ann = account(&app, "Ann", Role::Operator).await;
    let team = admin.call("create_team", json!({ "name": "Night" })).await.ok();
    let id = &team["id"];
    let member = json!({ "id": id, "operator": ann.id });
    admin.call("rename_team", json!({ "id": id, "name": "Nights" })).await.ok();
    admin.call("add_member", member.clone()).await.ok();
    // Twice is once.
    admin.call("add_member", member.clone()).await.ok();
    admin.call("remove_member", member).await.ok();
    admin.call("archive_team", json!({ "id": id, "into": null })).await.ok();
    admin.call("restore_team", json!({ "id": id })).await.ok();
    admin.call("save_tag", json!({ "id": null, "name": "VIP", "hue": "red", "archived": false })).await.ok();
    admin.call("import_canned", json!({ "text": "shortcut,title,text\nhi,Hi,Hello" })).await.ok();
    assert_eq!(
        log(&admin, json!({ "person": admin.id })).await,
        [
            "canned_imported",
            "tag_saved",
            "team_restored",
            "team_archived",
            "member_removed",
            "member_added",
            "team_renamed",
            "team_made"
        ]
    );
    let page = admin.call("load_audit", json!({ "query": { "kind": "team_renamed" } })).await.ok();
    assert_eq!(page["entries"][0]["subject_name"], "Nights");
    assert_eq!(page["entries"][0]["details"], "before: Night");
    assert_eq!(
        log(&admin, json!({ "person": ann.id })).await,
        ["member_removed", "member_added", "person_added"]
    );
}

async fn the_log_as_a_table_has_no_formulas(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let ann = app.operator("Ann").await;
    let hostile = "=HYPERLINK(\"https://evil.test\")";
    send(&app, "save_profile", &ann.cookie(), &[("name", hostile), ("time_zone", "")]).await;
    let table = get(&app, "/settings/audit.csv?kind=person_renamed", &admin.cookie()).await;
    assert_eq!(table.status, StatusCode::OK);
    assert!(table.headers[header::CONTENT_DISPOSITION].to_str().expect("text").contains("audit.csv"));
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(table.text.as_bytes()).records().map(|row| row.expect("a row")).collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().skip(1).collect()).collect();
    let safe = format!("'{hostile}");
    assert_eq!(cells, [["Ann", "Changed a name", &safe, "before: Ann", "127.0.0.1"]]);
    for (cookie, status) in [(ann.cookie(), StatusCode::FORBIDDEN), (String::new(), StatusCode::UNAUTHORIZED)]
    {
        assert_eq!(get(&app, "/settings/audit.csv", &cookie).await.status, status);
    }
    let page = get(&app, "/settings/audit", &admin.cookie()).await;
    assert!(page.text.contains("Changed a name") && page.text.contains("Filter"), "{}", page.text);
}

async fn a_workspace_has_a_name_and_people_have_a_clock(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let empty = send(&app, "rename_workspace", &admin.cookie(), &[("name", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let named = send(&app, "rename_workspace", &admin.cookie(), &[("name", " Acme <b>\t& Co ")]).await;
    assert_eq!(named.ok(), json!("Acme <b> & Co"));
    let login = get(&app, "/login", "").await.text;
    assert!(login.contains("Sign in to Acme &lt;b"), "{login}");
    assert!(login.contains("<title>Sign in · Acme &lt;b> &amp; Co</title>"), "{login}");
    assert!(!login.contains("data-zone"), "{login}");
    let fields = [("name", "Ada L."), ("time_zone", "Asia/Kolkata")];
    assert_eq!(send(&app, "save_profile", &admin.cookie(), &fields).await.status, StatusCode::OK);
    let page = get(&app, "/settings/profile", &admin.cookie()).await.text;
    assert!(page.contains("data-zone=\"Asia/Kolkata\"") && page.contains("Ada L."), "{page}");
    for path in ["/settings/people", "/settings/workspace"] {
        let page = get(&app, path, &admin.cookie()).await;
        assert!(page.status == StatusCode::OK && page.text.contains("· Acme"), "{path}: {}", page.text);
    }
    let ann = app.operator("Ann").await;
    let refused = get(&app, "/settings/people", &ann.cookie()).await.text;
    assert!(refused.contains("Only admins") && !refused.contains("Ada L."), "{refused}");
}
