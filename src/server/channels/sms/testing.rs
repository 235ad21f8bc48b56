//! A provider in the same process: it takes one request, keeps it and answers as told.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use uuid::Uuid;

use super::super::{Hook, Outbound, Stored};
use crate::domain::DeliveryId;

/// A delivery whose id says that it was made on 22 November 2026 at 16:00:00 UTC.
pub const DELIVERY: DeliveryId = DeliveryId(Uuid::from_u128(0x01a2_03fc_5c00_7000_8000_0000_0000_0001));

/// What the server answers. Without a status it closes the connection.
#[derive(Debug, Clone, Copy)]
pub struct Answering {
    /// Code and reason.
    pub status: &'static str,
    /// Whole lines.
    pub headers: &'static str,
    pub body: &'static str,
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method and target.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

pub struct Server {
    pub url: String,
    request: JoinHandle<Request>,
}

impl Server {
    /// The request that came.
    pub async fn request(self) -> Request {
        self.request.await.expect("the server ran")
    }
}

pub async fn serve(answer: Answering) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let request = read(&mut stream).await;
        if !answer.status.is_empty() {
            let length = if answer.headers.contains("Content-Length") {
                String::new()
            } else {
                format!("Content-Length: {}\r\n", answer.body.len())
            };
            let Answering { status, headers, body } = answer;
            let text = format!("HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n{body}");
            stream.write_all(text.as_bytes()).await.expect("written");
        }
        request
    });
    Server { url, request }
}

async fn read(stream: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.expect("readable");
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let request = Request { line, headers, body: body.to_owned() };
        let length = request.header("content-length").parse().unwrap_or(0);
        let tls = bytes.first() == Some(&0x16);
        if read == 0 || tls || (text.contains("\r\n\r\n") && body.len() >= length) {
            return request;
        }
    }
}

/// The address of a server that reads and never answers.
pub async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        read(&mut stream).await;
        std::future::pending::<()>().await;
    });
    url
}

/// An address on which nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("http://{}", listener.local_addr().expect("bound"))
}

pub fn client() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_millis(700))
        .no_proxy()
        .build()
        .expect("a client")
}

pub fn hook(method: Method, url: &str, headers: &[(&'static str, &str)], body: &[u8]) -> Hook {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header's value"))
        })
        .collect();
    Hook {
        method,
        url: url.to_owned(),
        headers,
        body: Bytes::copy_from_slice(body),
        peer: IpAddr::from([127, 0, 0, 1]),
    }
}

pub fn stored(target: &str, content_type: &str, body: &[u8]) -> Stored {
    Stored { target: target.to_owned(), content_type: content_type.to_owned(), body: body.to_vec() }
}

pub fn outbound(text: &str) -> Outbound {
    Outbound {
        delivery: DELIVERY,
        ours: "+15550009999".to_owned(),
        peer: "+15550001111".to_owned(),
        text: text.to_owned(),
        media_urls: Vec::new(),
        status_url: format!("https://desk.test/hooks/sms/1?delivery={DELIVERY}"),
        mail: None,
    }
}
