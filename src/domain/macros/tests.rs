use proptest::prelude::*;

use super::*;

fn customer(name: &str, email: &str, phone: &str) -> Contact {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Contact {
        id: ContactId(Uuid::nil()),
        name: given(name),
        email: given(email),
        phone: given(phone),
        created_at: Time(0),
        merged_into: None,
    }
}

fn values(name: &str, email: &str, phone: &str) -> Values {
    let id = ConversationId(Uuid::from_u128(7));
    Values::of(&customer(name, email, phone), "Olga Ortiz", id, "Kiln & Fern shop")
}

fn filled(text: &str, values: &Values) -> Result<String, AppError> {
    Template::parse(text).expect("good macros").fill(values).text()
}

#[test]
fn every_macro_has_its_value() {
    let vera = values("Vera Lind", "vera@x.test", "+14155550123");
    for (name, want) in Macro::ALL.iter().zip([
        "Vera Lind",
        "Vera",
        "vera@x.test",
        "+14155550123",
        "Olga Ortiz",
        "Olga",
        "00000000-0000-0000-0000-000000000007",
        "Kiln & Fern shop",
    ]) {
        assert_eq!(filled(&name.written(), &vera).expect("a value"), want);
        assert_eq!(Macro::from_word(name.as_str()), Some(*name));
        let around = format!("<{} | {}>", name.written(), name.with_fallback("x"));
        assert_eq!(filled(&around, &vera).expect("a value"), format!("<{want} | {want}>"));
    }
}

#[test]
fn a_fallback_stands_in_for_what_is_missing_and_for_nothing_else() {
    let (known, unknown) = (values("Vera", "", ""), values(" \n\u{7} ", "", ""));
    let text = r#"Hi {{ customer.name|default("there") }}, {{customer.first_name | default( "you" )}}!"#;
    assert_eq!(filled(text, &known).expect("filled"), "Hi Vera, Vera!");
    assert_eq!(filled(text, &unknown).expect("filled"), "Hi there, you!");
}

#[test]
fn what_is_missing_is_named_with_what_to_do() {
    let nobody = values("", "", "");
    let told = |text: &str| match filled(text, &nobody) {
        Err(AppError::Invalid { field, message }) if field == FIELD => message,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        told("Call {{customer.phone}}, {{customer.phone}}"),
        "{{customer.phone}} has no value here: the customer’s phone number is not known. Write it in, take it out, or \
         give a fallback: {{customer.phone | default(\"…\")}}."
    );
    let several = told("{{customer.name}} {{customer.email}} {{customer.phone}} {{operator.name}}");
    assert!(
        several
            .starts_with("{{customer.name}}, {{customer.email}} and {{customer.phone}} have no value here"),
        "{several}"
    );
    let pieces = Template::parse("A {{customer.name}} b").expect("good").fill(&nobody);
    assert_eq!(
        pieces.0,
        [Piece::Words("A ".into()), Piece::Missing(Macro::CustomerName), Piece::Words(" b".into())]
    );
    assert_eq!(pieces.missing(), [Macro::CustomerName]);
}

#[test]
fn what_is_no_macro_is_refused_and_its_place_told() {
    let unknown = |text: &str| Wrong::Unknown(text.to_owned());
    for (text, line, column, wrong) in [
        ("{{customer.nmae}}", 1, 1, unknown("customer.nmae")),
        ("Hi\nä {{ Customer.Name }}", 2, 3, unknown("Customer.Name")),
        ("{{}}", 1, 1, unknown("")),
        ("{{{customer.name}}}", 1, 1, unknown("{customer.name")),
        ("{{customer.name}} and {{", 1, 23, Wrong::Unclosed),
        ("{{customer.name}", 1, 1, Wrong::Unclosed),
        ("{{customer.name | }}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default()}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(there)}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(“there”)}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(\"\")}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(\" \")}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(\"a{\")}}{b", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(\"a\nb\")}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | default(\"a\") | upper}}", 1, 1, Wrong::Fallback),
        ("{{customer.name | upper}}", 1, 1, Wrong::Fallback),
    ] {
        assert_eq!(Template::parse(text), Err(MacroError { line, column, wrong }), "{text}");
    }
    let told = Template::parse("{{customer.nmae}}").expect_err("none").to_string();
    assert!(told.starts_with("Line 1, column 1: “{{customer.nmae}}” is no macro. There are customer.name, "));
    assert!(told.contains("part the braces"));
    let told = Template::parse("{{customer.name | x}}").expect_err("none").to_string();
    assert!(told.contains("{{customer.name | default(\"there\")}}"), "{told}");
    let told = Template::parse("{{").expect_err("none").to_string();
    assert!(told.contains("“{{” opens") && told.contains("“}}”"), "{told}");
}

#[test]
fn single_braces_and_closing_ones_are_text() {
    for text in ["", "{", "}}", "{ {", r#"{"a":{"b":1}}"#, "{customer.name}"] {
        let template = Template::parse(text).expect(text);
        assert!(!template.has_macros());
        assert_eq!(template.fill(&Values::default()).text().expect(text), text);
    }
}

#[test]
fn a_value_is_never_read_as_a_template() {
    let sly = values("{{operator.name}}", "{{", "}}{{customer.name}}");
    let text = "{{customer.name}} {{customer.email}}operator.name}} {{customer.phone}}";
    assert_eq!(
        filled(text, &sly).expect("filled"),
        "{{operator.name}} {{operator.name}} }}{{customer.name}}"
    );
}

/// What an operator may write: words with any braces, and macros.
fn written() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "[a-z{}|\"( )\n]{0,6}",
        2 => prop::sample::select(Macro::ALL).prop_map(Macro::written),
        2 => (prop::sample::select(Macro::ALL), "[a-z ]{1,4}").prop_map(|(name, words)| name.with_fallback(&words)),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// Stands for a value: nobody writes it.
const VALUE: char = '\u{e000}';

proptest! {
    /// Whatever leaves has a value in each place, and no braces together but those of values.
    #[test]
    fn no_hole_and_no_opened_macro_ever_leaves(
        text in written(),
        given in prop::collection::vec(prop::option::of("[a-z{}|. ]{0,12}"), 3),
    ) {
        let given: Vec<&str> = given.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
        let values = values(given[0], given[1], given[2]);
        let Ok(template) = Template::parse(&text) else { return Ok(()) };
        let filled = template.fill(&values);
        let Ok(out) = filled.text() else {
            prop_assert!(!filled.missing().is_empty());
            return Ok(());
        };
        // The same with a mark in place of each value: no braces are left then, and the values alone are between.
        let marks = Values(values.0.keys().map(|name| (*name, VALUE.to_string())).collect());
        let marked = template.fill(&marks).text().expect("the same is known");
        prop_assert!(!marked.contains("{{"), "{marked}");
        let macros = template.0.iter().filter(|part| matches!(part, Part::Macro { .. })).count();
        prop_assert_eq!(text.matches("{{").count(), macros, "each pair of braces was a macro");
        let mut rest = out.as_str();
        for part in &template.0 {
            let words = match part {
                Part::Words(words) => words,
                Part::Macro { name, fallback } => {
                    let value = values.0.get(name).or(fallback.as_ref()).expect("it was filled");
                    prop_assert!(!value.trim().is_empty(), "a hole");
                    value
                }
            };
            rest = rest.strip_prefix(words.as_str()).expect("each part in its place");
        }
        prop_assert_eq!(rest, "");
    }

    #[test]
    fn whatever_comes_is_read_or_refused_at_a_place_in_it(text in "(?s).{0,40}[{}a-z.| \n]{0,40}") {
        match Template::parse(&text) {
            Ok(template) => prop_assert!(template.has_macros() || !text.contains("{{")),
            Err(error) => {
                let line = text.split('\n').nth(error.line - 1).expect("a line of it");
                let there: String = line.chars().skip(error.column - 1).take(2).collect();
                prop_assert_eq!(there, "{{");
            }
        }
    }

    #[test]
    fn what_is_parted_holds_no_macro(text in "[{}a-z. ]{0,40}") {
        let parted = parted(&text);
        prop_assert!(!parted.contains("{{"));
        prop_assert_eq!(parted.replace(' ', ""), text.replace(' ', ""));
    }
}
