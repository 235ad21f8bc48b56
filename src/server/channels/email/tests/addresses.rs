use super::{
    super::{
        addresses::{Own, sendable},
        is_address_of,
    },
    credentials,
};

#[test]
fn a_detail_and_the_case_do_not_matter() {
    for (address, own, want) in [
        ("support@acme.test", "support@acme.test", true),
        ("Support+TOKEN@Acme.test", "support@acme.test", true),
        ("support+a+b@acme.test", "support@acme.test", true),
        ("support+other@acme.test", "support+this@acme.test", true),
        ("hilfe@bücher.test", "hilfe@xn--bcher-kva.test", true),
        ("supporter@acme.test", "support@acme.test", false),
        ("support@other.test", "support@acme.test", false),
        ("support@acme.test.other.test", "support@acme.test", false),
        ("support", "support", false),
        ("", "", false),
    ] {
        assert_eq!(is_address_of(address, own), want, "{address} for {own}");
    }
}

#[test]
fn the_very_address_goes_before_one_that_differs() {
    let mut credentials = credentials();
    credentials.aliases = vec!["acme+sales@mail.test".to_owned(), "acme+support@mail.test".to_owned()];
    let own = Own::of(&credentials);
    assert_eq!(own.first(), "support@acme.test");
    assert_eq!(own.find("Acme+Support@mail.test"), Some("acme+support@mail.test"));
    assert_eq!(own.find("acme@mail.test"), Some("acme+sales@mail.test"));
    assert_eq!(own.find("sales@acme.test"), None);
    assert!(own.are_in("MAIL.test") && own.are_in("acme.test") && !own.are_in("test"));
}

#[test]
fn what_can_be_sent_to() {
    let sendable = |text: &str| sendable(text).map(|address| address.to_string());
    assert_eq!(sendable(" ana@shop.test ").as_deref(), Some("ana@shop.test"));
    assert_eq!(sendable("bo@bücher.test").as_deref(), Some("bo@xn--bcher-kva.test"));
    for bad in ["", "ana", "@shop.test", "ana@", "ana@shop..test", "änä@shop.test", "a b@shop.test"] {
        assert_eq!(sendable(bad), None, "{bad}");
    }
    assert_eq!(sendable(&format!("{}@shop.test", "a".repeat(65))), None);
}
