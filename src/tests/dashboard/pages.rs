//! The page and its table, as the server gives them.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{days, employ_bot};
use crate::{
    domain::{AppError, Range, Role},
    server::{
        actions::maintain,
        queries::{dashboard, metrics},
    },
    tests::{
        kit::{Actor, Answer, TestApp},
        on_both,
    },
};

on_both!(
    the_page_is_for_supervisors_and_whole_without_javascript,
    the_table_has_no_formulas,
    the_numbers_cost_a_fixed_number_of_queries,
);

async fn get(actor: &Actor, path: &str) -> Answer {
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, actor.cookie())
        .body(Body::empty())
        .expect("a request");
    actor.test.send(request).await
}

async fn the_page_is_for_supervisors_and_whole_without_javascript(app: TestApp) {
    let ann = app.operator("Ann").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    app.visitor().say("Hello").await;
    let page = get(&sam, "/dashboard").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "data-testid=\"waiting-now\"",
        "data-testid=\"oldest-wait\"",
        "id=\"board-teams\"",
        "id=\"board-operators\"",
        "id=\"board-channels\"",
        "href=\"/inbox?queue=needs-answer\"",
        "First in line",
        "class=\"chart__bar\"",
        "Day by day, as a table",
    ] {
        assert!(page.text.contains(part), "{part} is missing");
    }
    assert!(!page.text.contains(" style=\""), "no inline style: the policy forbids it");
    let wrong = get(&sam, "/dashboard?from=2025-10-09&to=2025-10-01").await.text;
    assert!(wrong.contains("The last day must not be before the first."));
    assert!(wrong.contains("data-testid=\"waiting-now\""), "the rest is shown");
    let refused = get(&ann, "/dashboard").await.text;
    assert!(refused.contains("Only supervisors and admins see the dashboard"));
    assert!(!refused.contains("waiting-now"));
    assert!(get(&sam, "/inbox").await.text.contains("href=\"/dashboard\""));
    assert!(!get(&ann, "/inbox").await.text.contains("href=\"/dashboard\""));
}

async fn the_table_has_no_formulas(app: TestApp) {
    let start = app.clock.now();
    let sneaky = app.operator("=HYPERLINK(\"x\")").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let id = app.visitor().say("Hello").await;
    sneaky.reply(id, "An answer", i64::MAX).await.ok();
    sneaky.act("resolve", id).await.ok();
    let path = format!("/dashboard/export.csv?{}", days(start, 1).query());
    let table = get(&sam, &path).await;
    assert_eq!(table.status, StatusCode::OK);
    assert_eq!(table.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"dashboard.csv\"");
    let lines: Vec<&str> = table.text.split("\r\n").collect();
    assert!(lines[0].starts_with("of,name,from,to,new,reopened,resolved,"), "{}", lines[0]);
    let date = days(start, 1).given().expect("days").first;
    assert!(lines.contains(&format!("day,,{date},{date},1,0,1,0,0,0,0,0,0,0,0,0,0,").as_str()), "{lines:?}");
    let of_sneaky = lines.iter().find(|line| line.starts_with("operator,")).expect("a row");
    assert!(of_sneaky.starts_with("operator,\"'=HYPERLINK(\"\"x\"\")\","), "{of_sneaky}");
    assert_eq!(get(&sneaky, &path).await.status, StatusCode::FORBIDDEN);
    let no_number = get(&sam, "/dashboard/export.csv?minutes_east=x").await;
    assert_eq!(no_number.status, StatusCode::UNPROCESSABLE_ENTITY);
    let backwards = get(&sam, "/dashboard/export.csv?from=2025-10-09&to=2025-10-01").await;
    assert_eq!(backwards.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn the_numbers_cost_a_fixed_number_of_queries(app: TestApp) {
    employ_bot(&app).await;
    let (ann, sam) = (app.operator("Ann").await, app.person("Sam", Role::Supervisor, &[]).await);
    let (operator, supervisor) = (ann.me().await, sam.me().await);
    app.visitor().say("Hello").await;
    app.clock.advance(3 * crate::domain::Time::DAY);
    maintain::pack_days(&app).await.expect("packed");
    let quiet = app.quiet().await;
    let cost = async || {
        let before = quiet.db.queries();
        dashboard::board(&quiet, &supervisor).await.expect("a board");
        let between = quiet.db.queries();
        metrics::report(&quiet, &supervisor, Range::Last(28), 0).await.expect("a report");
        [between - before, quiet.db.queries() - between]
    };
    // The days that are packed, those before them, and those after.
    let first = cost().await;
    assert_eq!(first, [3, 6]);
    for _ in 0..30 {
        ann.reply(app.visitor().say("Hello").await, "An answer", i64::MAX).await.ok();
    }
    assert_eq!(cost().await, first, "the same with more");
    assert_eq!(dashboard::board(&quiet, &operator).await, Err(AppError::Forbidden));
    let refused = metrics::report(&quiet, &operator, Range::Last(28), 0).await;
    assert_eq!(refused, Err(AppError::Forbidden));
}
