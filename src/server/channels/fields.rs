//! Named values in the forms in which providers send them.

use serde_json::Value;

/// The named values of a request, decoded, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// Where a request carries its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// `application/x-www-form-urlencoded`.
    Form,
    Json,
    /// There is no body: in the query, as GET does.
    Query,
    /// In a form that nothing here reads.
    Unknown,
}

impl Carrier {
    /// By the media type of a body.
    pub fn of(content_type: &str, body: &[u8]) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if body.is_empty() {
            Self::Query
        } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Self::Form
        } else if essence.eq_ignore_ascii_case("application/json") {
            Self::Json
        } else {
            Self::Unknown
        }
    }
}

impl Fields {
    /// Of a request; none if it cannot be read. A query beside a body is not looked at.
    pub fn of(carrier: Carrier, target: &str, body: &[u8]) -> Option<Self> {
        match carrier {
            Carrier::Form => Some(Self::form(body)),
            Carrier::Json => Self::json(body),
            Carrier::Query => Some(Self::query(target)),
            Carrier::Unknown => None,
        }
    }

    /// Of a form.
    pub fn form(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Of the query of an address.
    pub fn query(address: &str) -> Self {
        let address = address.split('#').next().unwrap_or_default();
        Self::form(address.split_once('?').map_or("", |(_, query)| query).as_bytes())
    }

    /// Of a flat JSON object; none if it is something else.
    fn json(body: &[u8]) -> Option<Self> {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return None };
        let field = |(name, value)| {
            let value = match value {
                Value::String(text) => text,
                Value::Null => String::new(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => return None,
            };
            Some((name, value))
        };
        object.into_iter().map(field).collect::<Option<_>>().map(Self)
    }

    /// The first value of a name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_carrier_is_read_where_it_carries() {
        let form = "application/x-www-form-urlencoded; charset=UTF-8";
        for (content_type, body, want) in [
            (form, "a=b+c&d=%C3%A9", Some("b c")),
            (form, "", Some("query")),
            ("", "", Some("query")),
            ("Application/JSON", r#"{"a":"x","n":1,"t":true,"z":null}"#, Some("x")),
            ("application/json", r#"{"a":{"b":1}}"#, None),
            ("application/json", "[1]", None),
            ("text/plain", "a=b", None),
        ] {
            let fields =
                Fields::of(Carrier::of(content_type, body.as_bytes()), "/x?a=query#f", body.as_bytes());
            assert_eq!(fields.as_ref().and_then(|f| f.get("a")), want, "{content_type} {body}");
        }
        assert_eq!(Fields::form(b"a=&b=1").get("a"), None);
        assert_eq!(Fields::query("/x?a=1?2#?a=3").get("a"), Some("1?2"));
    }
}
