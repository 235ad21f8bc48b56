//! `/api/v1`: the document for people, as one plain page.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::DOCUMENT;

const STYLE: &str = concat!(include_str!("../../../../style/tokens.css"), "\n", include_str!("page.css"));

/// What the page may do: show itself in its own style.
pub fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'")
}

/// The page of an OpenAPI document.
pub fn page(document: &Value) -> String {
    let (mut contents, mut operations) = (String::new(), String::new());
    for (path, item) in members(&document["paths"]) {
        for method in ["get", "post"] {
            if let Some(operation) = item.get(method) {
                let id = text(&operation["operationId"]);
                let method = method.to_uppercase();
                contents += &format!(
                    "<li><code class=\"method\">{method}</code> <a href=\"#{id}\"><code>{path}</code></a> \
                     <span class=\"faint\">{}</span></li>",
                    text(&operation["summary"]),
                    path = escaped(path),
                );
                operations += &section(&method, path, operation);
            }
        }
    }
    let shapes: String =
        members(&document["components"]["schemas"]).map(|(name, schema)| shape(name, schema)).collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>HTTP API · Live Operator</title><style>{STYLE}</style></head><body>\
         <header><h1>HTTP API</h1>{about}\
         <p>The same for programs, as OpenAPI: <a href=\"{DOCUMENT}\"><code>{DOCUMENT}</code></a></p></header>\
         <nav aria-label=\"Requests\"><ul>{contents}</ul></nav>\
         <main><h2>Requests</h2>{operations}<h2>Shapes</h2>{shapes}</main></body></html>",
        about = prose(&document["info"]["description"]),
    )
}

fn section(method: &str, path: &str, operation: &Value) -> String {
    let rows = |parameter: &Value| {
        let name = text(&parameter["name"]);
        let needed =
            if parameter["required"] == true { "" } else { "<br><span class=\"faint\">optional</span>" };
        row([
            format!("<code>{name}</code>{needed}"),
            format!(
                "{}<br><span class=\"faint\">{}</span>",
                kind(&parameter["schema"]),
                text(&parameter["in"])
            ),
            prose(&parameter["description"]),
        ])
    };
    let parameters: String = list(&operation["parameters"]).iter().map(rows).collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let body =
        if body.is_null() { String::new() } else { format!("<h4>Body</h4><p>JSON: {}</p>", kind(body)) };
    let answers: String =
        members(&operation["responses"]).map(|(status, answer)| outcome(status, answer)).collect();
    format!(
        "<section id=\"{id}\"><h3>{summary}</h3><p class=\"call\"><code>{method} {path}</code></p>{about}\
         <h4>Parameters</h4>{parameters}{body}<h4>Answers</h4>{answers}</section>",
        id = text(&operation["operationId"]),
        summary = text(&operation["summary"]),
        path = escaped(path),
        about = prose(&operation["description"]),
        parameters = table(["Name", "Type", "Meaning"], &parameters),
        answers = table(["Status", "Body", "Meaning"], &answers),
    )
}

fn outcome(status: &str, answer: &Value) -> String {
    let body = members(&answer["content"]).next().map(|(_, content)| kind(&content["schema"]));
    row([
        format!("<code>{}</code>", escaped(status)),
        body.unwrap_or_else(|| "none".to_owned()),
        prose(&answer["description"]),
    ])
}

fn shape(name: &str, schema: &Value) -> String {
    let name = escaped(name);
    let required: Vec<&str> = list(&schema["required"]).iter().filter_map(Value::as_str).collect();
    let rows = |(field, property): (&String, &Value)| {
        let mark =
            if required.contains(&field.as_str()) { "" } else { "<br><span class=\"faint\">optional</span>" };
        row([
            format!("<code>{}</code>{mark}", escaped(field)),
            format!("{}{}", kind(property), limits(property)),
            prose(&property["description"]),
        ])
    };
    let fields: String = members(&schema["properties"]).map(rows).collect();
    let rest = if fields.is_empty() {
        format!("<p>{}</p>", kind(schema))
    } else {
        table(["Field", "Type", "Meaning"], &fields)
    };
    format!("<section id=\"shape-{name}\"><h3>{name}</h3>{}{rest}</section>", prose(&schema["description"]))
}

/// What a value is, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escaped(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#shape-{name}\">{name}</a>");
    }
    if let Some(choice) = schema["oneOf"].as_array() {
        return choice.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().map(|word| format!("<code>{}</code>", text(word)));
        return words.collect::<Vec<_>>().join(", ");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(|one| one.as_str().unwrap_or_default()).collect(),
        one => vec![one.as_str().unwrap_or("anything")],
    };
    let name = |one: &str| match one {
        "array" => format!("list of {}", kind(&schema["items"])),
        "string" => schema["format"].as_str().map_or_else(|| "text".to_owned(), escaped),
        "null" => "null".to_owned(),
        other => escaped(other),
    };
    types.into_iter().map(name).collect::<Vec<_>>().join(" or ")
}

/// How much of it there may be.
fn limits(schema: &Value) -> String {
    let said =
        [("maxLength", "characters"), ("maxItems", "entries")].into_iter().filter_map(|(key, unit)| {
            Some(format!("<br><span class=\"faint\">at most {} {unit}</span>", schema[key].as_u64()?))
        });
    said.collect()
}

fn table(heads: [&str; 3], rows: &str) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    format!("<div class=\"table\"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>")
}

fn row(cells: [String; 3]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    format!("<tr>{cells}</tr>")
}

/// Paragraphs, with what stands between backticks as code.
fn prose(value: &Value) -> String {
    let paragraphs = value.as_str().unwrap_or_default().split("\n\n").filter(|text| !text.trim().is_empty());
    let marked = |paragraph: &str| {
        let parts = escaped(paragraph);
        let parts = parts
            .split('`')
            .enumerate()
            .map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() });
        format!("<p>{}</p>", parts.collect::<String>())
    };
    paragraphs.map(marked).collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_are_said_in_words() {
        for (schema, words) in [
            (json!({ "type": "string" }), "text"),
            (json!({ "type": ["string", "null"], "format": "uuid" }), "uuid or null"),
            (json!({ "type": "array", "items": { "type": "integer" } }), "list of integer"),
            (json!({ "type": "string", "enum": ["a", "b"] }), "<code>a</code>, <code>b</code>"),
            (
                json!({ "oneOf": [{ "$ref": "#/components/schemas/A" }, { "type": "null" }] }),
                "<a href=\"#shape-A\">A</a> or null",
            ),
        ] {
            assert_eq!(kind(&schema), words);
        }
    }

    #[test]
    fn what_a_document_says_is_text() {
        let document = json!({
            "info": { "description": "<b>bold</b> and `code`" },
            "paths": { "/a/{id}": { "get": { "operationId": "read", "summary": "Read <it>", "responses": {} } } },
        });
        let page = page(&document);
        assert!(page.contains("&lt;b&gt;bold&lt;/b&gt; and <code>code</code>"), "{page}");
        assert!(page.contains("Read &lt;it&gt;") && !page.contains("<script"), "{page}");
    }
}
