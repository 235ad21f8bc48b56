//! The real Kannel, set up as its page in the settings says, with a carrier behind it.

use std::{fs, process::Command};

use serde_json::json;
use tokio::net::TcpListener;

use super::{
    super::{
        super::{
            hooks_of,
            kit::{Actor, TestApp},
            on_both,
        },
        process::{Folder, Peer, free_port, python, until, wait_for_port},
    },
    OURS, VERA, at,
    carrier::{Carrier, GSM, Mood, UCS2, text_of},
    connect, listen, newest, reply,
};
use crate::{
    domain::{
        ConversationId, DeliveryState, Message, Time,
        setup::{Provider, pastes},
    },
    server::{jobs::runner::drain, store::channels::ConfiguredChannel},
};

on_both!(
    texts_go_both_ways_in_every_alphabet,
    a_kannel_that_is_away_delays_and_loses_nothing,
    what_comes_while_we_are_away_comes_later,
    what_the_carrier_says_stands_at_the_message,
);

const PASSWORD: &str = "p&w";
const TOKEN: &str = "t0ken-of-kannel";

/// A server, its Kannel, and the carrier that the Kannel is bound to.
struct Line {
    test: TestApp,
    ann: Actor,
    carrier: Carrier,
    kannel: Kannel,
}

struct Kannel {
    folder: Folder,
    boxes_port: u16,
    sendsms_port: u16,
    /// Its two halves, while they run.
    running: Vec<Peer>,
}

impl Line {
    /// None where there are no peers. Nobody listens yet at the server's public address.
    async fn set_up(app: TestApp) -> Option<Self> {
        // It says by itself whether there are any.
        python()?;
        let test = at(app, free_port()).await;
        let (carrier, kannel) = (Carrier::start().await, Kannel::new());
        let credentials = json!({
            "url": format!("http://127.0.0.1:{}/cgi-bin/sendsms", kannel.sendsms_port),
            "username": "app",
            "password": PASSWORD,
            "token": TOKEN,
        });
        let channel = connect(&test, Provider::Kannel, &credentials).await;
        kannel.configure(&test, &channel, &carrier);
        let ann = test.operator("Ann").await;
        let mut line = Self { test, ann, carrier, kannel };
        line.kannel.start().await;
        Some(line)
    }

    /// The same with a server that listens.
    async fn open(app: TestApp) -> Option<Self> {
        let line = Self::set_up(app).await?;
        listen(&line.test).await;
        Some(line)
    }

    /// The newest message, once it is as wanted.
    async fn until(&self, what: &str, is_it: impl Fn(&Message) -> bool) -> (ConversationId, Message) {
        until(what, async || {
            drain(&self.test).await;
            let (id, messages) = newest(&self.ann).await?;
            messages.into_iter().next_back().filter(&is_it).map(|message| (id, message))
        })
        .await
    }

    /// The newest message, once it is a text that says so.
    async fn hears(&self, words: &str) -> (ConversationId, Message) {
        self.until(words, |message| message.body == words).await
    }

    /// The newest message, once it has got so far.
    async fn gets(&self, state: DeliveryState) -> Message {
        let is_there = |message: &Message| message.delivery.as_ref().is_some_and(|it| it.state == state);
        self.until(state.label(), is_there).await.1
    }
}

impl Kannel {
    fn new() -> Self {
        Self {
            folder: Folder::new(),
            boxes_port: free_port(),
            sendsms_port: free_port(),
            running: Vec::new(),
        }
    }

    /// Its half of the configuration, and ours as the settings show it. Only it repeats itself more often.
    fn configure(&self, test: &TestApp, channel: &ConfiguredChannel, carrier: &Carrier) {
        let Self { folder, boxes_port, sendsms_port, .. } = self;
        let pastes = pastes(Provider::Kannel, &test.config.server.public_url, &channel.key);
        let [groups, lines] = &pastes[..] else { panic!("{pastes:?}") };
        let groups =
            groups.text.replace("TOKEN", TOKEN).replace("USERNAME", "app").replace("PASSWORD", PASSWORD);
        let lines = lines.text.replace("http-queue-delay = 10", "http-queue-delay = 1");
        let folder = folder.display();
        let configuration = format!(
            r#"
group = core
admin-port = {}
admin-interface = "127.0.0.1"
admin-password = admin
smsbox-port = {boxes_port}
smsbox-interface = "127.0.0.1"
dlr-storage = internal
store-type = file
store-location = "{folder}/store"
log-file = "{folder}/bearerbox.log"

group = smsc
smsc = smpp
smsc-id = carrier
host = 127.0.0.1
port = {}
transceiver-mode = true
smsc-username = us
smsc-password = secret
system-type = ""
address-range = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms_port}
sendsms-interface = "127.0.0.1"
log-file = "{folder}/smsbox.log"
{lines}
{groups}"#,
            free_port(),
            carrier.port,
        );
        fs::write(self.folder.join("kannel.conf"), configuration).expect("written");
    }

    async fn start(&mut self) {
        for (program, port) in [("bearerbox", self.boxes_port), ("smsbox", self.sendsms_port)] {
            let mut command = Command::new(program);
            // Only what it dies of is printed.
            command.args(["-v", "4"]).arg(self.folder.join("kannel.conf"));
            self.running.push(Peer::start(&command));
            wait_for_port(port).await;
        }
    }

    fn stop(&mut self) {
        // The second was the last to start.
        while let Some(half) = self.running.pop() {
            drop(half);
        }
    }
}

/// UTF-16, as carriers have it.
fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

async fn texts_go_both_ways_in_every_alphabet(app: TestApp) {
    let Some(line) = Line::open(app).await else { return };
    let carrier = &line.carrier;
    // The second letter is é in the GSM alphabet.
    carrier.text(VERA, OURS, GSM, b"H\x05 there");
    let (id, _) = line.hears("Hé there").await;
    let thread = line.ann.thread(id).await;
    assert_eq!(thread.contact.phone.as_deref(), Some(VERA));
    carrier.text(VERA, OURS, UCS2, &utf16("Привет 🙂"));
    line.hears("Привет 🙂").await;
    for (number, letters) in [(2, "second half"), (1, "The first half and the ")] {
        carrier.part(VERA, OURS, (number, 2), letters);
    }
    line.hears("The first half and the second half").await;
    assert_eq!(line.ann.thread(id).await.messages.len(), 3, "all in one conversation");

    let long = "a".repeat(170);
    for (words, parts) in [("From ten to four.", 1), (long.as_str(), 2), ("До свидания 🙂", 1)] {
        let before = carrier.given().len();
        reply(&line.ann, id, words).await;
        line.gets(DeliveryState::Delivered).await;
        // The receipt is for the first part.
        let is_whole = async || (carrier.given().len() >= before + parts).then_some(());
        until("the carrier has every part", is_whole).await;
        let given = carrier.given().split_off(before);
        assert_eq!((given.len(), text_of(&given).as_str()), (parts, words));
        assert!(given.iter().all(|segment| segment.from == OURS && segment.to == VERA), "{given:?}");
    }
    let numbers: Vec<_> = carrier.given().iter().map(|segment| segment.part).collect();
    assert_eq!(numbers, [None, Some((1, 2)), Some((2, 2)), None]);
    reply(&line.ann, id, "é €").await;
    line.gets(DeliveryState::Delivered).await;
    let last = carrier.given().pop().expect("a segment");
    assert_eq!((last.coding, last.octets.as_slice()), (GSM, &b"\x05 \x1be"[..]), "in the GSM alphabet");
}

async fn a_kannel_that_is_away_delays_and_loses_nothing(app: TestApp) {
    let Some(mut line) = Line::open(app).await else { return };
    line.carrier.text(VERA, OURS, GSM, b"Hello");
    let (id, _) = line.hears("Hello").await;
    line.kannel.stop();
    reply(&line.ann, id, "Hi").await;
    for _ in 0..3 {
        let message = line.gets(DeliveryState::Queued).await;
        assert!(message.delivery.and_then(|it| it.words).is_some(), "it says why");
        line.test.clock.advance(Time::MINUTE);
        drain(&line.test).await;
    }
    line.kannel.start().await;
    line.test.clock.advance(Time::MINUTE);
    line.gets(DeliveryState::Delivered).await;
    assert_eq!(text_of(&line.carrier.given()), "Hi", "once");
}

async fn what_comes_while_we_are_away_comes_later(app: TestApp) {
    let Some(line) = Line::set_up(app).await else { return };
    let listener = TcpListener::bind(line.test.config.host()).await.expect("the port is free");
    line.carrier.text(VERA, OURS, GSM, b"Anybody there?");
    // A server that dies before it answers.
    drop(listener.accept().await.expect("Kannel calls"));
    drop(listener);
    listen(&line.test).await;
    let (id, _) = line.hears("Anybody there?").await;
    reply(&line.ann, id, "Yes").await;
    line.gets(DeliveryState::Delivered).await;
    let hooks = hooks_of(&line.test).await;
    assert_eq!(hooks.iter().filter(|hook| hook.key.starts_with("message:")).count(), 1);
    assert!(hooks.iter().all(|hook| !hook.target.contains(TOKEN)), "the token is kept nowhere");
}

async fn what_the_carrier_says_stands_at_the_message(app: TestApp) {
    let Some(line) = Line::open(app).await else { return };
    line.carrier.text(VERA, OURS, GSM, b"Hello");
    let (id, _) = line.hears("Hello").await;
    for (mood, words) in [
        (Mood::Refuses, "The carrier refused it: Invalid Destination Address."),
        (Mood::Loses, "The carrier reports UNDELIV."),
    ] {
        line.carrier.set(mood);
        reply(&line.ann, id, "Hi").await;
        let message = line.gets(DeliveryState::Failed).await;
        assert_eq!(message.delivery.and_then(|it| it.words).as_deref(), Some(words));
    }
    line.carrier.set(Mood::Delivers);
    reply(&line.ann, id, "Hi again").await;
    line.gets(DeliveryState::Delivered).await;
}
