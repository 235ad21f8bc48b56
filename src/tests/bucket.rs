//! Files in a bucket: a server that speaks as much S3 as the file store needs, over real HTTP.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use futures::TryStreamExt;
use image::ImageFormat;

use super::{files::encoded, kit::TestApp};
use crate::{
    domain::Dimensions,
    server::{
        auth::token::new_token,
        clock::new_id,
        config::Config,
        files::{Files, NewFile},
    },
};

/// What a bucket holds, by key.
type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

async fn object(
    State(objects): State<Objects>,
    Path(key): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signature = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if signature.is_none_or(|text| !text.starts_with("AWS4-HMAC-SHA256 Credential=AKIA/")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let tag = [(header::ETAG, "\"1\"")];
    let mut objects = objects.lock().expect("whole");
    match method {
        Method::PUT => {
            objects.insert(key, body);
            tag.into_response()
        }
        Method::GET => match objects.get(&key) {
            Some(bytes) => (tag, bytes.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Method::DELETE => {
            objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_serves_as_well_as_a_folder() {
    let objects = Objects::default();
    let router = Router::new().route("/chat/{key}", any(object)).with_state(objects.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(super::gateway::serve(listener, router));
    let config = Config::read("[files]\ns3_bucket = \"chat\"\ns3_access_key = \"AKIA\"", |name| match name {
        "LIVE_OPERATOR_S3_ENDPOINT" => Some(endpoint.clone()),
        "LIVE_OPERATOR_S3_SECRET_KEY" => Some("secret".to_owned()),
        _ => None,
    });
    let app = TestApp::on_sqlite().await;
    let files = Files::new(config.expect("valid").files, app.client.clone());

    let bytes = Bytes::from(encoded(9, 9, ImageFormat::Png));
    let key = new_token().expect("a token");
    let new = NewFile { name: "a.png".into(), content_type: String::new(), bytes: bytes.clone() };
    let kept = files.add(new_id(), key.clone(), new).await.expect("kept");
    assert_eq!(kept.image, Some(Dimensions { width: 9, height: 9 }));
    let names: Vec<String> = objects.lock().expect("whole").keys().cloned().collect();
    assert_eq!(names, [key.clone(), format!("{key}.thumbnail")]);
    assert_eq!(files.read(&key).await.expect("there"), bytes);
    let pieces: Vec<Bytes> = files.stream(&key).await.expect("there").try_collect().await.expect("whole");
    assert_eq!(pieces.concat(), bytes);
    files.discard(&key).await;
    assert!(objects.lock().expect("whole").is_empty());
    assert!(files.read(&key).await.is_err());
}
