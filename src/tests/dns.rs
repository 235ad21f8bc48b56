//! What the settings say about a mail channel's records in DNS, by a name server in this process.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use hickory_resolver::proto::{
    op::{Message, OpCode, ResponseCode},
    rr::{RData, Record, RecordType, rdata::TXT},
};
use tokio::net::UdpSocket;

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{
        ChannelId, Role,
        setup::{ChannelForm, DnsCheck, DnsKind, Finding, Provider},
    },
    server::{actions::connect, queries},
};

on_both!(
    records_are_compared_with_what_is_pasted,
    what_is_wrong_is_named_and_shown,
    a_name_server_that_fails_is_not_a_record_that_is_missing,
    a_policy_of_a_domain_above_counts,
    only_admins_look_and_only_for_mail,
);

const KEY_PEM: &str = include_str!("../server/channels/email/fixtures/ed25519.pem");
const SPF: &str = "v=spf1 a:mail.acme.test ~all";

/// What is at a name: texts, each in its strings; or none, and the server fails.
type Zone = BTreeMap<String, Option<Vec<Vec<String>>>>;

/// A name server. Names that it does not know do not exist.
struct NameServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

impl NameServer {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let zone = Arc::new(Mutex::new(Zone::new()));
        let server = Self { address, zone: zone.clone() };
        tokio::spawn(async move {
            let mut buffer = [0; 4_096];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                let asked = Message::from_vec(&buffer[..length]).expect("a question");
                let answer = answer(&asked, &zone.lock().expect("no panic")).to_vec().expect("an answer");
                socket.send_to(&answer, peer).await.expect("sent");
            }
        });
        server
    }

    /// Texts at a name, cut into strings as they are written: a bar parts them.
    fn put(&self, name: &str, texts: &[&str]) {
        let cut = |text: &&str| -> Vec<String> { text.split('|').map(str::to_owned).collect() };
        let texts = texts.iter().map(cut).collect();
        self.zone.lock().expect("no panic").insert(name.to_owned(), Some(texts));
    }

    fn break_at(&self, name: &str) {
        self.zone.lock().expect("no panic").insert(name.to_owned(), None);
    }
}

fn answer(asked: &Message, zone: &Zone) -> Message {
    let mut answer = Message::response(asked.metadata.id, OpCode::Query);
    let query = asked.queries.first().expect("a question").clone();
    assert_eq!(query.query_type(), RecordType::TXT);
    let name = query.name().to_lowercase().to_ascii();
    match zone.get(name.trim_end_matches('.')) {
        None => answer.metadata.response_code = ResponseCode::NXDomain,
        Some(None) => answer.metadata.response_code = ResponseCode::ServFail,
        Some(Some(texts)) => {
            for strings in texts {
                let text = RData::TXT(TXT::new(strings.clone()));
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, text));
            }
        }
    }
    answer.add_query(query);
    answer
}

/// A mail channel that signs, and the texts that its page gives to be pasted.
async fn connected(ada: &Actor, address: &str) -> (ChannelId, Vec<String>) {
    let values = [
        ("address", address),
        ("smtp_host", "mail.acme.test"),
        ("smtp_port", "465"),
        ("smtp_security", "tls"),
        ("dkim_selector", "s1"),
        ("dkim_private_key", KEY_PEM),
    ];
    let form = ChannelForm {
        name: "Mail".into(),
        values: values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        ..ChannelForm::default()
    };
    let me = ada.signed_in().await;
    let channel = connect::connect_by_form(&ada.test, &me, Provider::Mail, &form).await.expect("a channel");
    let setup = queries::channels::open(&ada.test, &me, channel.id).await.expect("its page");
    let records = setup.pastes.into_iter().map(|paste| paste.text).filter(|text| text.starts_with("v="));
    (channel.id, records.collect())
}

async fn ask(actor: &Actor, server: &TestApp, id: ChannelId) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/fn/check_dns")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://127.0.0.1:3000")
        .header(header::COOKIE, actor.cookie())
        .body(Body::from(format!("id={id}")))
        .expect("a request");
    server.send(request).await
}

/// What is found of each record, in the page's order.
async fn check(actor: &Actor, server: &TestApp, id: ChannelId) -> Vec<(DnsKind, String, Finding)> {
    let checks: Vec<DnsCheck> =
        serde_json::from_value(ask(actor, server, id).await.ok()).expect("a list of records");
    checks.into_iter().map(|check| (check.record.kind, check.record.name, check.finding)).collect()
}

async fn records_are_compared_with_what_is_pasted(app: TestApp) {
    let (names, ada) = (NameServer::start().await, app.person("Ada", Role::Admin, &[]).await);
    let server = app.server_asking(names.address).await;
    let (id, pastes) = connected(&ada, "help@acme.test").await;
    assert_eq!(pastes.len(), 3);
    assert_eq!((pastes[0].as_str(), pastes[2].as_str()), (SPF, "v=DMARC1; p=none"));
    assert!(pastes[1].starts_with("v=DKIM1; k=ed25519; p="));
    let places = ["acme.test", "s1._domainkey.acme.test", "_dmarc.acme.test"];
    let all = |finding: &Finding| -> Vec<(DnsKind, String, Finding)> {
        let kinds = [DnsKind::Spf, DnsKind::Dkim, DnsKind::Dmarc];
        let named = kinds.into_iter().zip(places);
        named.map(|(kind, place)| (kind, place.to_owned(), finding.clone())).collect()
    };
    assert_eq!(check(&ada, &server, id).await, all(&Finding::Missing));

    // As name servers keep them: a long text in several strings, others beside it.
    let (start, end) = pastes[1].split_at(40);
    names.put(places[0], &["site-verification=1", "v=spf1 include:_spf.crm.test |a:mail.acme.test -all"]);
    names.put(places[1], &[&format!("{start}|{end}")]);
    names.put(places[2], &["v=DMARC1; p=reject"]);
    assert_eq!(check(&ada, &server, id).await, all(&Finding::Right), "what was just put there is seen");
}

async fn what_is_wrong_is_named_and_shown(app: TestApp) {
    let (names, ada) = (NameServer::start().await, app.person("Ada", Role::Admin, &[]).await);
    let server = app.server_asking(names.address).await;
    let (id, _) = connected(&ada, "help@acme.test").await;
    let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUR0=";
    names.put("acme.test", &["something else", "v=spf1 mx -all", SPF]);
    names.put("s1._domainkey.acme.test", &[key]);
    names.put("_dmarc.acme.test", &["v=DMARC1; rua=mailto:a@acme.test"]);
    let found = check(&ada, &server, id).await;
    for ((kind, _, finding), (want_there, want_why)) in found.into_iter().zip([
        (vec!["v=spf1 mx -all", SPF], "There are 2 SPF records"),
        (vec![key], "another key"),
        (vec!["v=DMARC1; rua=mailto:a@acme.test"], "names no policy"),
    ]) {
        let Finding::Different { there, why } = &finding else { panic!("{kind:?}: {finding:?}") };
        assert_eq!(*there, want_there, "{kind:?}");
        assert!(why.contains(want_why), "{kind:?}: {why}");
    }
}

async fn a_name_server_that_fails_is_not_a_record_that_is_missing(app: TestApp) {
    let (names, ada) = (NameServer::start().await, app.person("Ada", Role::Admin, &[]).await);
    let server = app.server_asking(names.address).await;
    let (id, _) = connected(&ada, "help@acme.test").await;
    names.break_at("acme.test");
    let found = check(&ada, &server, id).await;
    let Finding::Unknown { cause } = &found[0].2 else { panic!("{found:?}") };
    assert!(cause.starts_with("The name server answers: Server Failure"), "{cause}");
    assert_eq!((&found[1].2, &found[2].2), (&Finding::Missing, &Finding::Missing), "the others were asked");
}

async fn a_policy_of_a_domain_above_counts(app: TestApp) {
    let (names, ada) = (NameServer::start().await, app.person("Ada", Role::Admin, &[]).await);
    let server = app.server_asking(names.address).await;
    let (id, _) = connected(&ada, "Help@Support.Bücher.test").await;
    names.put("_dmarc.xn--bcher-kva.test", &["v=DMARC1; p=quarantine"]);
    let found = check(&ada, &server, id).await;
    assert_eq!(found[0].1, "support.xn--bcher-kva.test", "by the name that DNS has for it");
    assert_eq!(found[2], (DnsKind::Dmarc, "_dmarc.xn--bcher-kva.test".to_owned(), Finding::Right));
}

async fn only_admins_look_and_only_for_mail(app: TestApp) {
    let (names, ada) = (NameServer::start().await, app.person("Ada", Role::Admin, &[]).await);
    let server = app.server_asking(names.address).await;
    let (id, _) = connected(&ada, "help@acme.test").await;
    let sam = app.person("Sam", Role::Supervisor, &[app.support]).await;
    assert_eq!(ask(&sam, &server, id).await.status, StatusCode::FORBIDDEN);
    let chat = ask(&ada, &server, app.channel).await;
    assert_eq!(chat.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(chat.text.contains("Only mail channels"), "{}", chat.text);
    let nowhere: ChannelId = crate::server::clock::new_id();
    assert_eq!(ask(&ada, &server, nowhere).await.status, StatusCode::NOT_FOUND);
}
