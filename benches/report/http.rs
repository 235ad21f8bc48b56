//! A small HTTP/1.1 client: one connection that is kept, and streams of server-sent events. It is written by hand so
//! that its own work is next to nothing beside the server's, with which it shares the machine.

use std::{fmt::Write as _, io::ErrorKind, net::SocketAddr, time::Duration};

use bytes::BytesMut;
use tokio::{net::TcpStream, time::timeout};

use crate::error::{Context, Failure, Result};

/// No answer takes so long unless something is broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// A request in its wire form.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: live-operator\r\n");
    for (name, value) in headers {
        // Writing to a string cannot fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if method != "GET" {
        let _ = write!(text, "Content-Length: {}\r\n", body.len());
    }
    let _ = write!(text, "\r\n{body}");
    text.into_bytes()
}

/// What the server says before the body.
struct Head {
    status: u16,
    /// Names in small letters.
    headers: Vec<(String, String)>,
}

impl Head {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    }
}

/// A whole answer.
pub struct Answer {
    head: Head,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The answer, unless it says that the request failed.
    pub fn ok(self) -> Result<Self> {
        if (200..400).contains(&self.head.status) {
            return Ok(self);
        }
        Err(Failure::new(format!("the server answered {}: {}", self.head.status, self.beginning())))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body)
            .context(format!("an answer in another shape than expected: {}", self.beginning()))
    }

    /// As much as a person wants to read of an answer that is wrong.
    fn beginning(&self) -> String {
        self.text().chars().take(400).collect()
    }
}

/// One connection to the server, for one request after the other.
pub struct Connection {
    stream: TcpStream,
    /// Read and not used yet.
    waiting: BytesMut,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect to the server")?;
        stream.set_nodelay(true).context("cannot switch off delays")?;
        Ok(Self { stream, waiting: BytesMut::new() })
    }

    /// Sends a request and reads the answer, which must not be an error.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let work = async {
            self.renew_if_closed().await?;
            self.send(request).await?;
            let head = self.head().await?;
            let body = self.body(&head).await?;
            Answer { head, body }.ok()
        };
        timeout(PATIENCE, work).await.context("no answer in two minutes")?
    }

    /// The server closes connections that rest.
    async fn renew_if_closed(&mut self) -> Result {
        if self.waiting.is_empty() && matches!(self.stream.try_read(&mut [0]), Ok(0)) {
            *self = Self::open(self.stream.peer_addr().context("the connection has no end")?).await?;
        }
        Ok(())
    }

    async fn send(&mut self, mut bytes: &[u8]) -> Result {
        while !bytes.is_empty() {
            self.stream.writable().await.context("cannot send")?;
            match self.stream.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error).context("cannot send"),
            }
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result {
        loop {
            self.stream.readable().await.context("cannot read")?;
            self.waiting.reserve(16 * 1024);
            match self.stream.try_read_buf(&mut self.waiting) {
                Ok(0) => return Err(Failure::new("the server closed the connection")),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error).context("cannot read"),
            }
        }
    }

    async fn line(&mut self) -> Result<String> {
        loop {
            if let Some(end) = self.waiting.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.waiting.split_to(end + 2);
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.fill().await?;
        }
    }

    async fn take(&mut self, count: usize) -> Result<BytesMut> {
        while self.waiting.len() < count {
            self.fill().await?;
        }
        Ok(self.waiting.split_to(count))
    }

    async fn head(&mut self) -> Result<Head> {
        let first = self.line().await?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.context(format!("not an HTTP answer: {first}"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { return Ok(Head { status, headers }) };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    async fn body(&mut self, head: &Head) -> Result<Vec<u8>> {
        if head.is_chunked() {
            let mut body = Vec::new();
            while let Some(chunk) = self.chunk().await? {
                body.extend_from_slice(&chunk);
            }
            return Ok(body);
        }
        let length = head.header("content-length").map_or(Ok(0), str::parse).context("not a length")?;
        Ok(self.take(length).await?.to_vec())
    }

    /// The next chunk; none at the end of the body (RFC 9112 section 7.1).
    async fn chunk(&mut self) -> Result<Option<BytesMut>> {
        let line = self.line().await?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).context(format!("not the size of a chunk: {line}"))?;
        let chunk = self.take(size).await?;
        self.line().await?;
        Ok((size > 0).then_some(chunk))
    }
}

/// An open stream of server-sent events.
pub struct Stream {
    connection: Connection,
    text: BytesMut,
}

impl Stream {
    pub async fn open(address: SocketAddr, request: &[u8]) -> Result<Self> {
        let mut connection = Connection::open(address).await?;
        connection.send(request).await?;
        let head = timeout(PATIENCE, connection.head()).await.context("a stream did not open")??;
        if head.status != 200 || !head.is_chunked() {
            return Err(Failure::new(format!("a stream was answered with {}", head.status)));
        }
        Ok(Self { connection, text: BytesMut::new() })
    }

    /// The data of the next event; comments are passed over.
    pub async fn next(&mut self) -> Result<String> {
        loop {
            while let Some(end) = self.text.windows(2).position(|pair| pair == b"\n\n") {
                let event = self.text.split_to(end + 2);
                let event = String::from_utf8_lossy(&event);
                if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                    return Ok(data.to_owned());
                }
            }
            let chunk = self.connection.chunk().await?.context("the server ended a stream")?;
            self.text.extend_from_slice(&chunk);
        }
    }
}
