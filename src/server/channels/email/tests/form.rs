use proptest::prelude::*;

use super::super::form::Form;

const MULTIPART: &str = "multipart/form-data; boundary=\"a b\"";

fn multipart(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = b"preamble\r\n".to_vec();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--a b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--a b--\r\n");
    body
}

#[test]
fn values_keep_their_bytes() {
    let mail =
        b"From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\xfc\r\n--b--\r\n";
    let body = multipart(&[("token", b"t"), ("body-mime", mail), ("empty", b""), ("token", b"second")]);
    let form = Form::read(MULTIPART, &body).expect("a form");
    assert_eq!(form.get("body-mime"), Some(&mail[..]));
    assert_eq!((form.text("token"), form.text("empty")), (Some("t"), Some("")));
    assert_eq!((form.text("body-mime"), form.text("other")), (None, None));
    assert_eq!(form.take("body-mime").as_deref(), Some(&mail[..]));
}

#[test]
fn the_other_form_is_read_too() {
    let body = b"token=t&sender=&body-mime=From%3A+a%40x.test%0D%0A%0D%0A%FC%zz%2&x";
    let form = Form::read("application/x-www-form-urlencoded; charset=utf-8", body).expect("a form");
    assert_eq!(form.get("body-mime"), Some(&b"From: a@x.test\r\n\r\n\xfc%zz%2"[..]));
    assert_eq!((form.text("sender"), form.text("x"), form.text("y")), (Some(""), Some(""), None));
}

#[test]
fn what_is_no_form_is_none() {
    for content_type in
        ["", "application/json", "multipart/mixed; boundary=b", "multipart/form-data", "form\r\nx: y"]
    {
        assert!(Form::read(content_type, b"--b\r\n\r\nx").is_none(), "{content_type}");
    }
    assert!(Form::read(MULTIPART, b"").expect("an empty form").get("").is_none());
}

#[test]
fn only_so_many_fields_are_read() {
    let body =
        multipart(&[("a", &b"1"[..]); 200].iter().copied().chain([("b", &b"2"[..])]).collect::<Vec<_>>());
    let form = Form::read(MULTIPART, &body).expect("a form");
    assert_eq!((form.text("a"), form.text("b")), (Some("1"), None));
    let body = format!("{}b=2", "a=1&".repeat(200));
    let form = Form::read("application/x-www-form-urlencoded", body.as_bytes()).expect("a form");
    assert_eq!((form.text("a"), form.text("b")), (Some("1"), None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_comes_back(value in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assume!(memchr::memmem::find(&value, b"--a b").is_none());
        let body = multipart(&[("x", b"1"), ("body-mime", &value)]);
        let form = Form::read(MULTIPART, &body).expect("a form");
        prop_assert_eq!(form.get("body-mime"), Some(&value[..]));
        let encoded: String = form_urlencoded::byte_serialize(&value).collect();
        let body = format!("x=1&body-mime={encoded}");
        let form = Form::read("application/x-www-form-urlencoded", body.as_bytes()).expect("a form");
        prop_assert_eq!(form.get("body-mime"), Some(&value[..]));
    }

    #[test]
    fn any_bytes_are_read(content_type in "\\PC{0,60}", body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Form::read(&content_type, &body);
        let _ = Form::read("multipart/form-data; boundary=-", &body);
    }
}
