use std::time::Duration;

use super::super::super::testing::{Answering, client, outbound, serve, silent};
use super::*;

const TAKEN: &str =
    r#"{"sid":"SM22222222222222222222222222222222","status":"queued","num_segments":"2","error_code":null}"#;

async fn send(status: &'static str, headers: &'static str, body: &'static str) -> Outcome {
    let server = serve(Answering { status, headers, body }).await;
    twilio().at(&server.url).send(&outbound("hi"), &client()).await
}

#[tokio::test]
async fn a_send_is_one_form() {
    let server = serve(Answering { status: "201 Created", headers: "", body: TAKEN }).await;
    let mut message = outbound("Grüße & 🙂");
    message.media_urls = vec!["https://desk.test/a?x=1&y".to_owned(), "https://desk.test/b".to_owned()];
    let got = twilio().at(&server.url).send(&message, &client()).await;
    let id = Some("SM22222222222222222222222222222222".to_owned());
    assert_eq!(got, Outcome::Accepted { provider_id: id, parts: Some(2) });
    let request = server.request().await;
    assert_eq!(request.line, format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    assert_eq!(request.header("content-type"), FORM);
    let basic = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:12345")));
    assert_eq!(request.header("authorization"), basic);
    assert_eq!(twilio().media_authorization(), Some(basic));
    assert_eq!(
        request.body,
        format!(
            "To=%2B15550001111&From=%2B15550009999&Body=Gr%C3%BC%C3%9Fe+%26+%F0%9F%99%82\
             &MediaUrl=https%3A%2F%2Fdesk.test%2Fa%3Fx%3D1%26y&MediaUrl=https%3A%2F%2Fdesk.test%2Fb\
             &StatusCallback=https%3A%2F%2Fdesk.test%2Fhooks%2Fsms%2F1%3Fdelivery%3D{DELIVERY}"
        )
    );
}

#[tokio::test]
async fn a_service_and_an_api_key_take_the_place_of_number_and_token() {
    let server = serve(Answering { status: "201 Created", headers: "", body: TAKEN }).await;
    let key = ApiKey { sid: "SK1".to_owned(), secret: "s".to_owned() };
    let twilio = Twilio::new(Credentials { api_key: Some(key), ..twilio().credentials }).at(&server.url);
    let message = Outbound { ours: "MG1".to_owned(), ..outbound("") };
    assert!(matches!(twilio.send(&message, &client()).await, Outcome::Accepted { .. }));
    let request = server.request().await;
    assert_eq!(request.header("authorization"), "Basic U0sxOnM=");
    assert!(request.body.starts_with("To=%2B15550001111&MessagingServiceSid=MG1&StatusCallback="));
}

#[tokio::test]
async fn refusals_have_the_class_of_their_code() {
    use FailureClass::{Account, After, Message, OptedOut, Recipient, Retry};
    for (status, headers, body, want) in [
        ("400 Bad Request", "", r#"{"code":21211,"message":"Invalid 'To'"}"#, Recipient),
        ("400 Bad Request", "", r#"{"code":21610,"message":"unsubscribed"}"#, OptedOut),
        ("400 Bad Request", "", r#"{"code":21617,"message":"too long"}"#, Message),
        ("400 Bad Request", "", r#"{"code":21606,"message":"not yours"}"#, Account),
        ("400 Bad Request", "", r#"{"code":12345,"message":"new"}"#, Message),
        ("401 Unauthorized", "", r#"{"code":20003,"message":"Authenticate"}"#, Account),
        ("404 Not Found", "", r#"{"code":20404,"message":"not found"}"#, Account),
        (
            "429 Too Many Requests",
            "Retry-After: 3\r\n",
            r#"{"code":20429,"message":"slow"}"#,
            After(Duration::from_secs(3)),
        ),
        ("500 Internal Server Error", "", r#"{"code":20500,"message":"oops"}"#, Retry),
        ("503 Service Unavailable", "", "<html>", Retry),
        ("201 Created", "", r#"{"sid":"SM2","status":"failed","error_code":21610}"#, OptedOut),
    ] {
        let got = send(status, headers, body).await;
        let Outcome::Failed(failure) = got else { panic!("{status} {body}: {got:?}") };
        assert_eq!(failure.class, want, "{status} {body}");
    }
    for (status, body) in [("502 Bad Gateway", "<html>"), ("200 OK", "<html>"), ("200 OK", "[]")] {
        assert!(matches!(send(status, "", body).await, Outcome::Unknown(_)), "{status}");
    }
    let slow = reqwest::Client::clone(&client());
    let url = silent().await;
    let message = outbound("hi");
    let twilio = twilio().at(&url);
    let sending = tokio::time::timeout(Duration::from_millis(300), twilio.send(&message, &slow));
    assert!(sending.await.is_err(), "the caller's client decides how long to wait");
}

#[tokio::test]
async fn an_unknown_outcome_is_looked_up_by_text_and_time() {
    let other = r#"{"sid":"SM3","to":"+15550001111","from":"+15550009999","direction":"outbound-api",
        "body":"hi","date_created":"Sun, 22 Nov 2026 15:00:00 +0000","status":"delivered"}"#;
    let ours = r#"{"sid":"SM4","to":"+15550001111","from":"+15550009999","direction":"outbound-api",
        "body":"hi ","date_created":"Sun, 22 Nov 2026 16:00:05 +0000","status":"sent","num_segments":"1"}"#;
    let failed = ours.replace("SM4", "SM5").replace("\"sent\"", "\"failed\",\"error_code\":30007");
    let accepted = Outcome::Accepted { provider_id: Some("SM4".to_owned()), parts: Some(1) };
    for (messages, want) in [
        (format!("{other},{ours}"), Some(Some(accepted))),
        (other.to_owned(), None),
        (format!("{ours},{failed}"), None),
        (failed, Some(None)),
        (ours.replace("outbound-api", "inbound"), None),
    ] {
        let body = Box::leak(format!(r#"{{"messages":[{messages}]}}"#).into_boxed_str());
        let server = serve(Answering { status: "200 OK", headers: "", body }).await;
        let got = twilio().at(&server.url).look_up(&outbound("hi"), &client()).await;
        match want {
            Some(Some(want)) => assert_eq!(got, Some(want)),
            Some(None) => assert!(matches!(got, Some(Outcome::Failed(_))), "{got:?}"),
            None => assert_eq!(got, None, "{messages}"),
        }
        assert_eq!(
            server.request().await.line,
            format!(
                "GET /2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B15550001111&From=%2B15550009999\
                 &DateSent%3E=2026-11-22&PageSize=100"
            )
        );
    }
    let server = serve(Answering { status: "401 Unauthorized", headers: "", body: "{}" }).await;
    assert_eq!(twilio().at(&server.url).look_up(&outbound("hi"), &client()).await, None);
}
