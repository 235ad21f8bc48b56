mod sending;

use http::Method;
use proptest::prelude::*;

use super::super::testing::{DELIVERY, hook, stored};
use super::*;

const ACCOUNT: &str = "AC00000000000000000000000000000000";
const SID: &str = "SM11111111111111111111111111111111";
const URL: &str = "https://desk.test/hooks/sms/1";
const FORM: &str = "application/x-www-form-urlencoded";
const KEY: &str = "AC00000000000000000000000000000000:SM11111111111111111111111111111111:message";
const INBOUND: &str = "ToCountry=US&MessageSid=SM11111111111111111111111111111111\
    &SmsSid=SM11111111111111111111111111111111&AccountSid=AC00000000000000000000000000000000\
    &From=%2B15550001111&To=%2B15550009999&Body=+Gr%C3%BC%C3%9Fe+%26+%F0%9F%99%82+%3D+%2B+%0A&NumMedia=2\
    &MediaUrl0=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2Fa&MediaContentType0=image%2Fjpeg\
    &MediaUrl1=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2Fb&SmsStatus=received&ApiVersion=2010-04-01";

fn twilio() -> Twilio {
    Twilio::new(Credentials {
        account_sid: ACCOUNT.to_owned(),
        auth_token: "12345".to_owned(),
        other_auth_token: None,
        api_key: None,
        shared_keys: Vec::new(),
    })
}

fn check(
    twilio: &Twilio,
    url: &str,
    body: &str,
    signature: &str,
    settings: &str,
) -> Result<String, Rejected> {
    let mut headers = vec![("content-type", FORM), ("x-twilio-signature", signature)];
    if !settings.is_empty() {
        headers.push(("x-twilio-webhooks-signature-settings", settings));
    }
    let verified = twilio.verify(&hook(Method::POST, url, &headers, body.as_bytes()), Time(0));
    verified.map(|verified| verified.key)
}

fn signed(body: &str) -> String {
    let request = hook(Method::POST, URL, &[], body.as_bytes());
    let values = signature::signed_values(Carrier::Form, &request).expect("a form");
    STANDARD.encode(sign::hmac(Hash::Sha1, "12345", &[URL.as_bytes(), values.as_bytes()]))
}

/// The vector of Twilio's documentation. It is a call, so that a good signature is as far as it gets.
#[test]
fn the_documented_signature_is_good() {
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    let body = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212\
                &Caller=%2B14158675309";
    let sha256 = "key=k1,algorithm=HMAC_SHA256";
    let mut twilio = twilio();
    twilio.credentials.shared_keys = vec![SharedKey { id: "k1".to_owned(), secret: "12345".to_owned() }];
    for (signature, settings, good) in [
        ("RSOYDt4T1cUTdK1PDd93/VVr8B8=", "", true),
        ("RSOYDt4T1cUTdK1PDd93/VVr8B8=", "algorithm=HMAC_SHA1", true),
        ("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", sha256, true),
        ("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", " algorithm = HMAC_SHA256 ", true),
        ("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", "key=k2,algorithm=HMAC_SHA256", false),
        ("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=", "", false),
        ("RSOYDt4T1cUTdK1PDd93/VVr8B8=", sha256, false),
        ("RSOYDt4T1cUTdK1PDd93/VVr8B8=", "algorithm=NONE", false),
        ("RSOYDt4T1cUTdK1PDd93/VVr8B9=", "", false),
        ("", "", false),
    ] {
        let want = if good { Rejected::Foreign("Twilio") } else { Rejected::Signature };
        assert_eq!(check(&twilio, url, body, signature, settings), Err(want), "{signature} {settings}");
    }
}

/// Signatures made with Twilio's Python library.
#[test]
fn ports_may_be_signed_or_not() {
    let shared = "algorithm=HMAC_SHA256";
    for (signature, settings) in [
        ("jZxDoLPcd8kevugbspOlX/kLRAk=", ""),
        ("Nhpx1i0+b2NxUmkT1D3aPhcE0Tg=", ""),
        ("1odKNQVV1XaFFDBSOg2mwiaNW/l8mmb8rnGyPKQ2OrQ=", shared),
        ("CHJSP/yI7rbwPe7C4HocCgqYcvWCQfUyQ0VT+bsY1ew=", shared),
    ] {
        for url in [URL, "https://desk.test:443/hooks/sms/1"] {
            assert_eq!(check(&twilio(), url, INBOUND, signature, settings).as_deref(), Ok(KEY), "{url}");
        }
        assert!(check(&twilio(), "https://evil.test/hooks/sms/1", INBOUND, signature, settings).is_err());
        assert!(check(&twilio(), "https://desk.test/hooks/sms/1?a", INBOUND, signature, settings).is_err());
    }
}

#[test]
fn both_tokens_are_good_while_they_rotate() {
    let old = Twilio::new(Credentials {
        auth_token: "new".to_owned(),
        other_auth_token: Some("12345".to_owned()),
        ..twilio().credentials
    });
    assert_eq!(check(&old, URL, INBOUND, "jZxDoLPcd8kevugbspOlX/kLRAk=", "").as_deref(), Ok(KEY));
}

#[test]
fn no_value_can_be_changed() {
    let signature = signed(INBOUND);
    assert_eq!(check(&twilio(), URL, INBOUND, &signature, "").as_deref(), Ok(KEY));
    for (old, new) in [
        ("Body=+Gr", "Body=Gr"),
        ("%0A", "%0D%0A"),
        ("NumMedia=2", "NumMedia=1"),
        ("received", "delivered"),
        ("From=%2B", "From="),
        ("&ApiVersion=2010-04-01", ""),
        ("ToCountry=US", "ToCountry=US&New="),
    ] {
        let body = INBOUND.replace(old, new);
        assert_ne!(body, INBOUND, "{old}");
        assert_eq!(check(&twilio(), URL, &body, &signature, ""), Err(Rejected::Signature), "{old}");
    }
    let twice = hook(
        Method::POST,
        URL,
        &[("content-type", FORM), ("x-twilio-signature", &signature)],
        INBOUND.as_bytes(),
    );
    let mut twice_signed = twice.clone();
    twice_signed.headers.append("x-twilio-signature", "x".parse().expect("a value"));
    assert!(twilio().verify(&twice, Time(0)).is_ok());
    assert_eq!(twilio().verify(&twice_signed, Time(0)), Err(Rejected::Signature));
}

/// The scheme has no separators, so that these two have one signature; only the first names a message.
#[test]
fn moved_borders_make_no_message() {
    let account = format!("AccountSid={ACCOUNT}&From=%2B1&To=%2B2&SmsStatus=received");
    let signature = "UNPBiQVU3Q+AkVVQe8f3xLuke54=";
    let whole = format!("{account}&MessageSid={SID}&Body=a&Body=z");
    assert_eq!(check(&twilio(), URL, &whole, signature, "").as_deref(), Ok(KEY));
    let moved = format!("{account}&MessageSid{SID}=&Bodya=&Bodyz=");
    assert_eq!(check(&twilio(), URL, &moved, signature, ""), Err(Rejected::Foreign("Twilio")));
}

#[test]
fn json_is_signed_by_its_hash() {
    let body = r#"{"property": "value", "boolean": true}"#;
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=\
               0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    let json = |url: &str, signature: &str, body: &str| {
        let headers = [("content-type", "application/json"), ("x-twilio-signature", signature)];
        twilio().verify(&hook(Method::POST, url, &headers, body.as_bytes()), Time(0))
    };
    let signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
    assert_eq!(json(url, signature, body), Err(Rejected::Foreign("Twilio")), "good, but no message");
    assert_eq!(json(url, signature, &format!("{body} ")), Err(Rejected::Signature));
    assert_eq!(json("https://mycompany.com/", signature, body), Err(Rejected::Signature));
    let body = format!(
        r#"{{"AccountSid":"{ACCOUNT}","MessageSid":"{SID}","From":"+1","To":"+2","SmsStatus":"received","Body":"hi"}}"#
    );
    let url = format!("{URL}?bodySHA256=7e694082c04f24911abf50820ca0970ac89ebec3f768b556c4a580143e6ec0b9");
    assert_eq!(json(&url, "OfnFOomuHmnHei7jTFEPmlhhnZI=", &body), Ok(Verified { key: KEY.to_owned() }));
    let inbound = twilio().parse(&stored("/hooks/sms/1", "application/json", body.as_bytes()));
    assert!(matches!(&inbound.expect("readable")[..], [Inbound::Message(it)] if it.text == "hi"));
}

#[test]
fn another_accounts_message_is_foreign() {
    let body = INBOUND.replace(ACCOUNT, "AC1");
    assert_eq!(check(&twilio(), URL, &body, &signed(&body), ""), Err(Rejected::Foreign("Twilio")));
}

fn parse(target: &str, body: &str) -> Vec<Inbound> {
    twilio().parse(&stored(target, FORM, body.as_bytes())).expect("readable")
}

#[test]
fn a_message_has_its_text_untrimmed_and_its_files() {
    let got = parse("/hooks/sms/1", INBOUND);
    let link = |path: &str, content_type: Option<&str>| MediaLink {
        url: format!("https://api.twilio.com/2010-04-01/{path}"),
        content_type: content_type.map(str::to_owned),
    };
    let want = InboundMessage {
        provider_id: SID.to_owned(),
        ours: "+15550009999".to_owned(),
        peer: "+15550001111".to_owned(),
        peer_name: None,
        text: " Grüße & 🙂 = + \n".to_owned(),
        part: None,
        media: vec![link("a", Some("image/jpeg")), link("b", None)],
        sent_at: None,
        mail: None,
    };
    assert_eq!(got, [Inbound::Message(Box::new(want))]);
}

#[test]
fn words_of_consent_are_told_beside_the_message() {
    for (body, want) in [
        ("Body=Stop", Some(false)),
        ("Body=+unstop%0A", Some(true)),
        ("Body=HELP", None),
        ("Body=please+stop+by", None),
        ("Body=adieu&OptOutType=STOP", Some(false)),
        ("Body=bonjour&OptOutType=START", Some(true)),
        ("Body=stop&OptOutType=HELP", None),
    ] {
        let form = format!("MessageSid={SID}&From=%2B1&To=%2B2&SmsStatus=received&{body}");
        let got = parse("/", &form);
        let consent = got.iter().find_map(|it| match it {
            Inbound::Consent { ours, peer, opted_in } if ours == "+2" && peer == "+1" => Some(*opted_in),
            _ => None,
        });
        assert_eq!(consent, want, "{body}");
        assert!(matches!(got.last(), Some(Inbound::Message(_))), "{body}");
    }
}

#[test]
fn statuses_name_the_delivery_and_the_reason() {
    use FailureClass::{Account, Message, OptedOut, Recipient, Retry};
    let target = format!("/hooks/sms/1?delivery={DELIVERY}");
    let report = |status: &str| {
        let body =
            format!("MessageSid={SID}&From=%2B1&To=%2B2&RawDlrDoneDate=2001011400&MessageStatus={status}");
        match &parse(&target, &body)[..] {
            [Inbound::Status(report)] => {
                assert_eq!(report.delivery, Some(DELIVERY));
                assert_eq!(report.provider_id.as_deref(), Some(SID));
                assert_eq!(report.at.map(Time::rfc3339).as_deref(), Some("2020-01-01T14:00:00Z"));
                Some(report.state.clone())
            }
            [Inbound::Ignored(_)] => None,
            other => panic!("{other:?}"),
        }
    };
    for (status, want) in [
        ("queued", Some(Reported::Sending)),
        ("accepted", Some(Reported::Sending)),
        ("sending", Some(Reported::Sending)),
        ("sent", Some(Reported::Sent)),
        ("delivered", Some(Reported::Delivered)),
        ("read", Some(Reported::Read)),
        ("novel", None),
    ] {
        assert_eq!(report(status), want, "{status}");
    }
    for (code, want) in [
        ("30001", Retry),
        ("30003", Retry),
        ("30008", Retry),
        ("30005", Recipient),
        ("30006", Recipient),
        ("21614", Recipient),
        ("21610", OptedOut),
        ("30007", Message),
        ("30034", Account),
        ("", Message),
        ("99999", Message),
    ] {
        let got = report(&format!("undelivered&ErrorCode={code}"));
        let Some(Reported::Failed(failure)) = got else { panic!("{code}: {got:?}") };
        assert_eq!(failure.class, want, "{code}");
    }
    let key = |status: &str| {
        let body = format!("AccountSid={ACCOUNT}&MessageSid={SID}&From=%2B1&To=%2B2&MessageStatus={status}");
        check(&twilio(), URL, &body, &signed(&body), "").expect("good")
    };
    assert_ne!(key("sent"), key("delivered"));
    assert_eq!(key("sent"), key("sent"));
}

#[test]
fn credentials_take_no_unknown_fields() {
    let read = |json: &str| serde_json::from_str::<Credentials>(json).is_ok();
    assert!(read(r#"{"account_sid":"AC1","auth_token":"t"}"#));
    assert!(read(r#"{"account_sid":"AC1","auth_token":"t","shared_keys":[{"id":"k","secret":"s"}]}"#));
    assert!(!read(r#"{"account_sid":"AC1","auth_token":"t","tokne":"x"}"#));
    assert!(!read(r#"{"account_sid":"AC1"}"#));
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(
        url in "(?s).{0,60}", kind in 0..3_usize, body in prop::collection::vec(any::<u8>(), 0..200),
        like in "((MessageSid|From|To|NumMedia|MediaUrl0|SmsStatus|Body|AccountSid)=[%A-Za-z0-9+]{0,6}&){0,9}",
        settings in "[a-zA-Z0-9=,_ ]{0,40}",
    ) {
        let content_type = [FORM, "application/json", "text/plain"][kind];
        for body in [&body[..], like.as_bytes()] {
            let headers = [
                ("content-type", content_type),
                ("x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
                ("x-twilio-webhooks-signature-settings", settings.as_str()),
            ];
            prop_assert!(twilio().verify(&hook(Method::POST, &url, &headers, body), Time(0)).is_err());
            let _ = twilio().parse(&stored(&url, content_type, body));
        }
    }

    #[test]
    fn a_signature_is_good_for_its_own_bytes_alone(at in 0..INBOUND.len(), byte in any::<u8>()) {
        let mut body = INBOUND.as_bytes().to_vec();
        body[at] = byte;
        let headers = [("content-type", FORM), ("x-twilio-signature", "jZxDoLPcd8kevugbspOlX/kLRAk=")];
        let got = twilio().verify(&hook(Method::POST, URL, &headers, &body), Time(0));
        let same = Fields::form(&body) == Fields::form(INBOUND.as_bytes());
        prop_assert_eq!(got.is_ok(), same);
    }
}
