//! Files: uploaded, sent, read back, and doing no harm.

use std::io::Cursor;

use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use futures::future::join;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::{
    kit::{Actor, Answer, KEY, TestApp, Visitor},
    on_both,
};
use crate::{
    domain::{Attachment, ClientMsgId, ConversationId, Dimensions, FileId, InboundFile, Message, Time},
    server::{
        actions::{attach, maintain},
        auth::token::new_token,
        clock::new_id,
    },
};

on_both!(
    a_file_goes_with_a_reply,
    a_visitors_file_goes_with_the_first_message,
    a_notes_file_is_the_teams_alone,
    nobody_sends_what_another_has_uploaded,
    a_file_goes_with_one_message,
    repeated_sends_are_one_message,
    what_could_run_is_saved_and_never_shown,
    strange_names_are_made_harmless,
    a_bomb_is_a_download,
    too_much_is_refused_in_words,
    uploads_come_from_our_own_pages,
    what_is_never_sent_is_forgotten,
    a_mails_files_keep_their_keys,
    a_visitor_uploads_only_so_much,
);

const OUR_PAGE: &str = "http://127.0.0.1:3000";

/// A black picture.
pub fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(width, height)).write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

fn in_query(name: &str) -> String {
    form_urlencoded::byte_serialize(name.as_bytes()).collect()
}

async fn upload(actor: &Actor, id: ConversationId, name: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/files?conversation={id}&name={}", in_query(name)))
        .header(header::ORIGIN, OUR_PAGE)
        .header(header::COOKIE, actor.cookie())
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .expect("a request");
    actor.test.send(request).await
}

async fn upload_as_visitor(visitor: &Visitor, name: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/widget/api/{KEY}/files?name={}", in_query(name)))
        .header(header::AUTHORIZATION, format!("Bearer {}", visitor.token))
        .body(body.into())
        .expect("a request");
    visitor.test.send(request).await
}

#[track_caller]
fn file(answer: Answer) -> Attachment {
    serde_json::from_value(answer.ok()).expect("an attachment")
}

async fn text_file(actor: &Actor, id: ConversationId, name: &str) -> Attachment {
    file(upload(actor, id, name, "text/plain", "Some text").await)
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.send(Request::builder().uri(path).body(Body::empty()).expect("a request")).await
}

fn head<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn reply_with(
    actor: &Actor,
    id: ConversationId,
    client: ClientMsgId,
    body: &str,
    files: &[FileId],
) -> Answer {
    let arguments = json!({
        "conversation_id": id, "client_msg_id": client, "body": body, "files": files,
        "seen_seq": 99, "anyway": true,
    });
    actor.call("send_reply", arguments).await
}

async fn a_file_goes_with_a_reply(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("How does it look?").await;
    let bytes = encoded(960, 480, ImageFormat::Png);
    let picture = file(upload(&ann, id, "Büro plan.png", "text/plain", bytes.clone()).await);
    assert_eq!((picture.name.as_str(), picture.content_type.as_str()), ("Büro plan.png", "image/png"));
    assert_eq!(picture.image, Some(Dimensions { width: 960, height: 480 }));
    assert_eq!(usize::try_from(picture.size).ok(), Some(bytes.len()));

    let sent = reply_with(&ann, id, new_id(), " ", &[picture.id]).await.ok();
    let sent: Message = serde_json::from_value(sent).expect("a message");
    assert_eq!((sent.body.as_str(), sent.attachments.as_slice()), ("", &[picture.clone()][..]));
    assert_eq!(ann.thread(id).await.messages.pop(), Some(sent));
    let chat = visitor.chat().await;
    assert_eq!(chat["messages"][2]["attachments"], json!([picture]));

    let answer = get(&app, &picture.path()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.bytes, bytes);
    for (name, want) in [
        ("content-type", "image/png"),
        ("content-disposition", "inline; filename=\"B_ro plan.png\"; filename*=UTF-8''B%C3%BCro%20plan.png"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(head(&answer, name), want, "{name}");
    }
    let thumbnail = get(&app, &picture.thumbnail_path().expect("a picture has one")).await;
    assert_eq!((thumbnail.status, head(&thumbnail, "content-type")), (StatusCode::OK, "image/jpeg"));
    let small = image::load_from_memory(&thumbnail.bytes).expect("a picture");
    assert_eq!((small.width(), small.height()), (480, 240));
}

async fn a_visitors_file_goes_with_the_first_message(app: TestApp) {
    let (visitor, other, ann) = (app.visitor(), app.visitor(), app.operator("Ann").await);
    let photo = file(upload_as_visitor(&visitor, "photo.jpg", encoded(30, 20, ImageFormat::Jpeg)).await);
    let message = json!({ "client_msg_id": new_id::<ClientMsgId>(), "body": "", "files": [photo.id] });
    assert_eq!(other.post("messages", message.clone()).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.chat().await["conversation"], Value::Null, "nothing of it is kept");
    let stored = visitor.post("messages", message.clone()).await.ok();
    assert_eq!(stored["message"]["attachments"], json!([photo]));
    assert_eq!(visitor.post("messages", message.clone()).await.ok(), stored, "told again, it is the same");
    let mut without = message;
    without["files"] = json!([]);
    without["body"] = json!("Other words");
    assert_eq!(visitor.post("messages", without).await.status, StatusCode::CONFLICT);
    let id = serde_json::from_value(stored["conversation"]["id"].clone()).expect("an id");
    assert_eq!(ann.thread(id).await.messages[0].attachments, [photo]);

    let nameless = upload_as_visitor(&visitor, "", "").await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY, "an empty file");
    let nobody = Request::builder()
        .method(Method::POST)
        .uri(format!("/widget/api/{KEY}/files?name=x"))
        .body(Body::from("x"))
        .expect("a request");
    assert_eq!(app.send(nobody).await.status, StatusCode::UNAUTHORIZED);
}

async fn a_notes_file_is_the_teams_alone(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let file = text_file(&ann, id, "contract.txt").await;
    let note = json!({
        "conversation_id": id, "client_msg_id": new_id::<ClientMsgId>(), "body": "", "files": [file.id],
    });
    assert_eq!(ann.call("add_note", note).await.ok()["attachments"], json!([file]));
    let chat = visitor.chat().await.to_string();
    assert!(!chat.contains("contract") && !chat.contains(&file.key), "{chat}");
}

async fn nobody_sends_what_another_has_uploaded(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("Hello").await;
    let (first, second) = (text_file(&ann, id, "a.txt").await, text_file(&ann, id, "b.txt").await);
    let many: Vec<FileId> = (0..=Attachment::MOST).map(|_| new_id()).collect();
    for (actor, files) in [
        (&ben, vec![first.id]),
        (&ann, vec![first.id, new_id()]),
        (&ann, vec![first.id, first.id]),
        (&ann, many),
        (&ann, vec![]),
    ] {
        let answer = reply_with(actor, id, new_id(), "", &files).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    }
    let by_visitor = json!({ "client_msg_id": new_id::<ClientMsgId>(), "body": "", "files": [first.id] });
    assert_eq!(visitor.post("messages", by_visitor).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ann.thread(id).await.conversation.last_seq, 1, "nothing was sent");
    let sent = reply_with(&ann, id, new_id(), "Both", &[second.id, first.id]).await.ok();
    assert_eq!(sent["attachments"], json!([second, first]), "in the order that was asked for");
}

async fn a_file_goes_with_one_message(app: TestApp) {
    let (visitor, other, ann) = (app.visitor(), app.visitor(), app.operator("Ann").await);
    let (one, two) = (visitor.say("Hello").await, other.say("Hello").await);
    for round in 0..10 {
        let file = text_file(&ann, one, "once.txt").await;
        let files = [file.id];
        let (first, second) =
            join(reply_with(&ann, one, new_id(), "", &files), reply_with(&ann, two, new_id(), "", &files))
                .await;
        let mut statuses = [first.status, second.status];
        statuses.sort_by_key(StatusCode::as_u16);
        assert_eq!(statuses, [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY], "round {round}");
        let again = reply_with(&ann, one, new_id(), "", &files).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn repeated_sends_are_one_message(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let (file, other) = (text_file(&ann, id, "a.txt").await, text_file(&ann, id, "b.txt").await);
    let client = new_id();
    let first = reply_with(&ann, id, client, "Here", &[file.id]).await.ok();
    assert_eq!(reply_with(&ann, id, client, "Here", &[file.id]).await.ok(), first);
    for files in [&[][..], &[other.id], &[file.id, other.id]] {
        assert_eq!(reply_with(&ann, id, client, "Here", files).await.status, StatusCode::CONFLICT);
    }
    assert_eq!(ann.thread(id).await.messages.len(), 3);
}

async fn what_could_run_is_saved_and_never_shown(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let whole = encoded(9, 9, ImageFormat::Png);
    for (name, declared, bytes, kind) in [
        ("page.html", "text/html", &b"<!DOCTYPE html><script>alert(1)</script>"[..], "text/html"),
        ("page.png", "image/png", b"<html><script>alert(1)</script>", "text/html"),
        ("a.svg", "image/svg+xml", b"<svg onload=\"alert(1)\"/>", "application/octet-stream"),
        ("a.svg", "image/svg+xml", b"<?xml version=\"1.0\"?><svg/>", "text/xml"),
        ("a.js", "text/javascript", b"alert(1)", "application/octet-stream"),
        ("a.pdf", "application/pdf", b"%PDF-1.7\n", "application/pdf"),
        ("half.png", "image/png", &whole[..50], "image/png"),
        ("a.txt", "text/plain", b"Hello", "text/plain"),
    ] {
        let file = file(upload(&ann, id, name, declared, bytes.to_vec()).await);
        assert_eq!((file.content_type.as_str(), file.image), (kind, None), "{name}");
        let answer = get(&app, &file.path()).await;
        assert_eq!(answer.bytes, bytes, "{name}");
        assert_eq!(head(&answer, "content-type"), kind, "{name}");
        assert_eq!(head(&answer, "x-content-type-options"), "nosniff", "{name}");
        assert_eq!(head(&answer, "content-security-policy"), "sandbox; default-src 'none'", "{name}");
        let disposition = head(&answer, "content-disposition");
        assert!(disposition.starts_with("attachment; "), "{name}: {disposition}");
        let thumbnail = get(&app, &format!("{}/thumbnail", file.path())).await;
        assert_eq!(thumbnail.status, StatusCode::NOT_FOUND, "{name}");
    }
    for path in ["/files/none", "/files/%00", "/files/..%2F..%2Fetc%2Fpasswd", "/files/%00/thumbnail"] {
        assert_eq!(get(&app, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

async fn strange_names_are_made_harmless(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let long = format!("{}.pdf", "x".repeat(300));
    for (given, want) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("a\0b\r\nc.txt", "ab c.txt"),
        ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).png"),
        ("", "unnamed"),
        (" ... ", "unnamed"),
    ] {
        let file = text_file(&ann, id, given).await;
        assert_eq!(file.name, want, "{given:?}");
        assert_eq!(get(&app, &file.path()).await.status, StatusCode::OK, "{given:?}");
    }
    let name = text_file(&ann, id, &long).await.name;
    assert!(name.chars().count() <= 120 && name.ends_with("x.pdf"), "{name}");
}

async fn a_bomb_is_a_download(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let mut bomb = encoded(1, 1, ImageFormat::Gif);
    assert!(file(upload(&ann, id, "a.gif", "image/gif", bomb.clone()).await).image.is_some());
    // 65535 by 65535 pixels.
    bomb[6..10].copy_from_slice(&[0xff; 4]);
    let file = file(upload(&ann, id, "b.gif", "image/gif", bomb.clone()).await);
    assert_eq!((file.content_type.as_str(), file.image), ("image/gif", None));
    let answer = get(&app, &file.path()).await;
    assert_eq!(answer.bytes, bomb);
    assert!(head(&answer, "content-disposition").starts_with("attachment; "));
}

async fn too_much_is_refused_in_words(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let largest = Bytes::from(vec![0; Attachment::LARGEST]);
    let more = Bytes::from(vec![0; Attachment::LARGEST + 1]);
    let in_pieces = |bytes: &Bytes| {
        let pieces: Vec<Result<Bytes, std::io::Error>> = (0..bytes.len())
            .step_by(1 << 20)
            .map(|at| Ok(bytes.slice(at..bytes.len().min(at + (1 << 20)))))
            .collect();
        Body::from_stream(futures::stream::iter(pieces))
    };
    let file = file(upload(&ann, id, "a.bin", "", in_pieces(&largest)).await);
    assert_eq!(usize::try_from(file.size).ok(), Some(Attachment::LARGEST));
    for answer in [
        upload(&ann, id, "a.bin", "", more.clone()).await,
        upload(&ann, id, "a.bin", "", in_pieces(&more)).await,
        upload_as_visitor(&visitor, "a.bin", in_pieces(&more)).await,
    ] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(head(&answer, "content-type"), "application/problem+json");
        assert_eq!(answer.json["code"], "too_large");
        assert!(
            answer.json["detail"].as_str().is_some_and(|words| words.contains("25 MB")),
            "{}",
            answer.text
        );
    }
    // A length that is told beforehand is refused before anything is read.
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/files?conversation={id}&name=x"))
        .header(header::ORIGIN, OUR_PAGE)
        .header(header::COOKIE, ann.cookie())
        .header(header::CONTENT_LENGTH, more.len())
        .body(Body::empty())
        .expect("a request");
    assert_eq!(app.send(request).await.json["code"], "too_large");
    // Everywhere else far less is too much.
    let answer = visitor.say_as(new_id(), &"x".repeat(300_000)).await;
    assert_eq!((answer.status, &answer.json["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
}

async fn uploads_come_from_our_own_pages(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    for origin in [None, Some("https://evil.test"), Some("null")] {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("/files?conversation={id}&name=x"))
            .header(header::COOKIE, ann.cookie());
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let answer = app.send(request.body(Body::from("x")).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
}

async fn what_is_never_sent_is_forgotten(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let sent = text_file(&ann, id, "sent.txt").await;
    reply_with(&ann, id, new_id(), "", &[sent.id]).await.ok();
    let left = file(upload(&ann, id, "left.png", "", encoded(9, 9, ImageFormat::Png)).await);
    app.clock.advance(Time::DAY);
    maintain::clean_up(&app).await.expect("tidy");
    assert_eq!(get(&app, &left.path()).await.status, StatusCode::OK, "it may still be sent");
    app.clock.advance(1);
    maintain::clean_up(&app).await.expect("tidy");
    assert_eq!(get(&app, &left.path()).await.status, StatusCode::NOT_FOUND);
    assert!(app.files.read(&left.key).await.is_err() && app.files.read_thumbnail(&left.key).await.is_err());
    assert_eq!(get(&app, &sent.path()).await.bytes, "Some text");
    let late = reply_with(&ann, id, new_id(), "", &[left.id]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_mails_files_keep_their_keys(app: TestApp) {
    let picture = InboundFile {
        id: new_id(),
        key: new_token().expect("a token"),
        name: "logo.png".into(),
        content_type: "application/octet-stream".into(),
        inline: true,
        bytes: encoded(9, 9, ImageFormat::Png),
    };
    let kept = attach::prepare_inbound(&app, std::slice::from_ref(&picture)).await.expect("kept");
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].id, &kept[0].key, &kept[0].name), (picture.id, &picture.key, &picture.name));
    assert_eq!((kept[0].content_type.as_str(), kept[0].image.is_some()), ("image/png", true));
    assert_eq!(app.files.read(&picture.key).await.expect("there"), picture.bytes);
    assert_eq!(get(&app, &kept[0].path()).await.status, StatusCode::NOT_FOUND, "no message has it yet");
}

async fn a_visitor_uploads_only_so_much(app: TestApp) {
    let visitor = app.visitor();
    let mut kept = 0;
    let refused = loop {
        let answer = upload_as_visitor(&visitor, "a.txt", "x").await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        kept += 1;
        // A minute allows some more while it goes by.
        assert!(kept <= 3 * app.config.limits.uploads_per_minute, "there is a limit");
    };
    assert!(kept >= app.config.limits.uploads_per_minute);
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text);
    assert_eq!(refused.json["code"], "rate_limited");
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    visitor.say("Writing goes on").await;
}
