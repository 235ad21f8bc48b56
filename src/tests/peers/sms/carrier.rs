//! A carrier's message centre: it speaks SMPP 3.4 to the gateway that binds to it, as far as a gateway needs.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// Commands (§ 5.1.2.1).
const BIND_TRANSCEIVER: u32 = 0x09;
const SUBMIT_SM: u32 = 0x04;
const DELIVER_SM: u32 = 0x05;
const UNBIND: u32 = 0x06;
const ENQUIRE_LINK: u32 = 0x15;
const RESPONSE: u32 = 0x8000_0000;
/// Results (§ 5.1.3).
const OK: u32 = 0;
const INVALID_DESTINATION: u32 = 0x0b;
/// Kinds of short messages (§ 5.2.12): a receipt; one that begins with a header.
const RECEIPT: u8 = 0x04;
const WITH_HEADER: u8 = 0x40;
/// Encodings (§ 5.2.19).
pub const GSM: u8 = 0;
pub const UCS2: u8 = 8;

/// What becomes of the messages that it is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Delivers,
    /// It takes them, and the phone cannot be reached.
    Loses,
    /// It takes none for such a number.
    Refuses,
}

/// One short message, as it was given to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub from: String,
    pub to: String,
    /// Its number, and of how many (3GPP TS 23.040, § 9.2.3.24.1).
    pub part: Option<(u8, u8)>,
    pub coding: u8,
    /// Of the text alone.
    pub octets: Vec<u8>,
}

#[derive(Default)]
struct State {
    mood: Mood,
    given: Vec<Segment>,
}

/// The message centre, for one gateway at a time, which may go and come back.
pub struct Carrier {
    pub port: u16,
    state: Arc<Mutex<State>>,
    texts: UnboundedSender<Vec<u8>>,
}

impl Carrier {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (texts, waiting) = unbounded_channel();
        let state = Arc::new(Mutex::new(State::default()));
        tokio::spawn(serve(listener, state.clone(), waiting));
        Self { port, state, texts }
    }

    /// From now on.
    pub fn set(&self, mood: Mood) {
        self.state.lock().expect("no panic").mood = mood;
    }

    /// What it was given, in order.
    pub fn given(&self) -> Vec<Segment> {
        self.state.lock().expect("no panic").given.clone()
    }

    /// A phone sends a text. It waits until a gateway is bound.
    pub fn text(&self, from: &str, to: &str, coding: u8, octets: &[u8]) {
        self.texts.send(deliver_sm(from, to, 0, coding, octets)).expect("it runs");
    }

    /// A phone sends a part of a text.
    pub fn part(&self, from: &str, to: &str, (number, total): (u8, u8), letters: &str) {
        let octets = [&[5, 0, 3, 77, total, number][..], letters.as_bytes()].concat();
        self.texts.send(deliver_sm(from, to, WITH_HEADER, GSM, &octets)).expect("it runs");
    }
}

/// The text of segments that belong together.
pub fn text_of(segments: &[Segment]) -> String {
    let octets: Vec<u8> = segments.iter().flat_map(|segment| segment.octets.iter().copied()).collect();
    if segments.iter().all(|segment| segment.coding == UCS2) {
        let units: Vec<u16> = octets.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        String::from_utf16(&units).expect("whole characters")
    } else {
        // Letters and digits are the same in the GSM alphabet.
        String::from_utf8(octets).expect("plain letters")
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>, mut texts: UnboundedReceiver<Vec<u8>>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Gateways go, and come back.
        let _ = link(stream, &state, &mut texts).await;
    }
}

async fn link(
    stream: TcpStream,
    state: &Mutex<State>,
    texts: &mut UnboundedReceiver<Vec<u8>>,
) -> io::Result<()> {
    let (mut from, mut to) = stream.into_split();
    let bind = read(&mut from).await?;
    assert_eq!(bind.command, BIND_TRANSCEIVER);
    to.write_all(&pdu(BIND_TRANSCEIVER | RESPONSE, OK, bind.sequence, b"carrier\0")).await?;
    let (answers, mut answered) = unbounded_channel();
    tokio::select! {
        ended = hear(&mut from, state, &answers) => ended,
        ended = speak(&mut to, &mut answered, texts) => ended,
    }
}

async fn hear(
    from: &mut OwnedReadHalf,
    state: &Mutex<State>,
    answers: &UnboundedSender<Vec<u8>>,
) -> io::Result<()> {
    loop {
        let request = read(from).await?;
        for answer in answers_to(&request, state) {
            answers.send(answer).expect("somebody speaks");
        }
    }
}

async fn speak(
    to: &mut OwnedWriteHalf,
    answers: &mut UnboundedReceiver<Vec<u8>>,
    texts: &mut UnboundedReceiver<Vec<u8>>,
) -> io::Result<()> {
    loop {
        let next = tokio::select! {
            Some(answer) = answers.recv() => answer,
            Some(text) = texts.recv() => text,
        };
        to.write_all(&next).await?;
    }
}

struct Pdu {
    command: u32,
    sequence: u32,
    body: Vec<u8>,
}

async fn read(stream: &mut OwnedReadHalf) -> io::Result<Pdu> {
    let length = stream.read_u32().await?;
    let command = stream.read_u32().await?;
    let _status = stream.read_u32().await?;
    let sequence = stream.read_u32().await?;
    let mut body = vec![0; usize::try_from(length).expect("a length").saturating_sub(16)];
    stream.read_exact(&mut body).await?;
    Ok(Pdu { command, sequence, body })
}

fn pdu(command: u32, status: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).expect("it is short");
    let head = [length, command, status, sequence];
    head.into_iter().flat_map(u32::to_be_bytes).chain(body.iter().copied()).collect()
}

fn answers_to(request: &Pdu, state: &Mutex<State>) -> Vec<Vec<u8>> {
    match request.command {
        SUBMIT_SM => submitted(request, &mut state.lock().expect("no panic")),
        ENQUIRE_LINK | UNBIND => vec![pdu(request.command | RESPONSE, OK, request.sequence, b"")],
        // What the gateway says to a text of ours.
        _ => Vec::new(),
    }
}

/// Takes a message or refuses it; a receipt follows if one is wanted.
fn submitted(request: &Pdu, state: &mut State) -> Vec<Vec<u8>> {
    let answer =
        |status, id: &str| pdu(SUBMIT_SM | RESPONSE, status, request.sequence, format!("{id}\0").as_bytes());
    let (segment, wants_receipt) = submit_sm(&request.body);
    if state.mood == Mood::Refuses {
        return vec![answer(INVALID_DESTINATION, "")];
    }
    let id = format!("m{}", state.given.len() + 1);
    let mut answers = vec![answer(OK, &id)];
    if wants_receipt {
        let became = if state.mood == Mood::Loses { "stat:UNDELIV err:001" } else { "stat:DELIVRD err:000" };
        let text =
            format!("id:{id} sub:001 dlvrd:001 submit date:2611221600 done date:2611221601 {became} text:");
        answers.push(deliver_sm(&segment.to, &segment.from, RECEIPT, GSM, text.as_bytes()));
    }
    state.given.push(segment);
    answers
}

/// Reads a `submit_sm` (§ 4.4.1), and whether it asks for a receipt.
fn submit_sm(body: &[u8]) -> (Segment, bool) {
    let mut body = Body(body);
    let _service = body.text();
    let (from, to) = (body.address(), body.address());
    let kind = body.octet();
    let (_protocol, _priority, _schedule, _validity) = (body.octet(), body.octet(), body.text(), body.text());
    let wants_receipt = body.octet() & 1 == 1;
    let (_replaces, coding, _default) = (body.octet(), body.octet(), body.octet());
    let length = body.octet();
    let mut octets = body.0[..usize::from(length)].to_vec();
    let part = (kind & WITH_HEADER != 0).then(|| {
        let header: Vec<u8> = octets.drain(..6).collect();
        (header[5], header[4])
    });
    (Segment { from, to, part, coding, octets }, wants_receipt)
}

/// Makes a `deliver_sm` (§ 4.6.1) between two international numbers.
fn deliver_sm(from: &str, to: &str, kind: u8, coding: u8, octets: &[u8]) -> Vec<u8> {
    let mut body = vec![0];
    for number in [from, to] {
        body.extend([1, 1]);
        body.extend(number.trim_start_matches('+').bytes());
        body.push(0);
    }
    let length = u8::try_from(octets.len()).expect("a short message");
    body.extend([kind, 0, 0, 0, 0, 0, 0, coding, 0, length]);
    body.extend(octets);
    // Each is answered before the next is looked at: the number says nothing.
    pdu(DELIVER_SM, OK, 1, &body)
}

/// The fields of a body, one after the other.
struct Body<'b>(&'b [u8]);

impl Body<'_> {
    fn octet(&mut self) -> u8 {
        let (octet, rest) = self.0.split_first().expect("an octet");
        self.0 = rest;
        *octet
    }

    fn text(&mut self) -> String {
        let end = self.0.iter().position(|octet| *octet == 0).expect("an end");
        let text = String::from_utf8_lossy(&self.0[..end]).into_owned();
        self.0 = &self.0[end + 1..];
        text
    }

    /// Type, plan and digits.
    fn address(&mut self) -> String {
        let (kind, _plan) = (self.octet(), self.octet());
        let digits = self.text();
        if kind == 1 { format!("+{digits}") } else { digits }
    }
}
