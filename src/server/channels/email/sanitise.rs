//! HTML of strangers, made safe to show: the one place where it is. It is shown in a frame without scripts all the
//! same.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use super::{fold_html, html, text, transfer};

/// HTML that is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    pub html: String,
    /// Images from elsewhere that are not loaded: whoever sends them would learn when a mail is read, and where.
    pub blocked_images: usize,
}

/// HTML that could take unreasonable time or space to read. The mail's text is shown in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the HTML of this message is too complex to show")]
pub struct TooComplex;

/// Cleans HTML: keeps what's on a list of harmless elements and attributes, and nothing else. Images of the mail
/// itself (`cid:`, RFC 2392) get the addresses that are given for their content ids; remote ones keep theirs as
/// `data-src`.
///
/// # Errors
/// If its nesting is made to exhaust a parser.
pub fn sanitise(html: &str, images: &HashMap<String, String>) -> Result<Clean, TooComplex> {
    if !html::is_tame(html) {
        return Err(TooComplex);
    }
    Ok(place_images(&CLEANER.clean(html).to_string(), images))
}

/// Lets the remote images of clean HTML load, when somebody asks for them.
#[must_use]
pub fn show_images(clean: &str) -> String {
    let mut shown = String::with_capacity(clean.len());
    let mut at = 0;
    for tag in html::tags(clean).filter(|tag| !tag.closes && tag.is(clean, "img")) {
        for attribute in &tag.attributes {
            if &clean[attribute.name.clone()] == BLOCKED {
                shown.push_str(&clean[at..attribute.name.start]);
                shown.push_str("src");
                at = attribute.name.end;
            }
        }
    }
    shown.push_str(&clean[at..]);
    shown
}

/// Where the address of a blocked image waits.
const BLOCKED: &str = "data-src";

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that go with all that's in them: it is no text.
const DROPPED: &[&str] = &[
    "applet", "audio", "canvas", "datalist", "frameset", "iframe", "math", "noembed", "noframes", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
];

const ANYWHERE: &[&str] = &["align", "bgcolor", "color", "dir", "height", "lang", "title", "valign", "width"];

const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("abbr", &["title"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("font", &["face", "size"]),
    ("img", &["alt", "src"]),
    ("ol", &["start"]),
    ("table", &["border", "cellpadding", "cellspacing"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let ids: HashSet<&str> = fold_html::QUOTE_IDS.iter().chain(fold_html::QUOTE_STARTS).copied().collect();
    let classes: HashSet<&str> = fold_html::QUOTE_CLASSES.iter().copied().collect();
    let ids_of = |name: &'static str| (name, HashMap::from([("id", ids.clone())]));
    let classes_of = |name: &'static str| (name, classes.clone());
    let mut cleaner = Builder::empty();
    cleaner
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .generic_attributes(ANYWHERE.iter().copied().collect())
        .tag_attributes(
            ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect(),
        )
        // The marks by which quotes are folded.
        .tag_attribute_values(HashMap::from([
            ids_of("div"),
            ids_of("span"),
            ("blockquote", HashMap::from([("type", HashSet::from(["cite"]))])),
        ]))
        .allowed_classes(HashMap::from([classes_of("div"), classes_of("blockquote")]))
        .set_tag_attribute_values(HashMap::from([("a", HashMap::from([("target", "_blank")]))]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(HashSet::from(["cid", "data", "http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .strip_comments(true)
        .attribute_filter(|element, attribute, value| {
            let fits = match (element, attribute) {
                ("a", "href") => begins(value, &["http:", "https:", "mailto:", "tel:"]),
                ("img", "src") => begins(value, &["cid:", "http:", "https:"]) || is_inline_image(value),
                _ => true,
            };
            fits.then_some(Cow::Borrowed(value))
        });
    cleaner
});

fn begins(value: &str, schemes: &[&str]) -> bool {
    let value = value.trim_start();
    schemes
        .iter()
        .any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// Raster images that are written out: SVG could hold anything.
fn is_inline_image(value: &str) -> bool {
    begins(
        value,
        &[
            "data:image/gif;base64,",
            "data:image/jpeg;base64,",
            "data:image/png;base64,",
            "data:image/webp;base64,",
        ],
    )
}

/// Gives the images of clean HTML their addresses, or takes them away.
fn place_images(clean: &str, images: &HashMap<String, String>) -> Clean {
    let mut placed = Clean { html: String::with_capacity(clean.len()), blocked_images: 0 };
    let mut at = 0;
    for tag in html::tags(clean).filter(|tag| !tag.closes && tag.is(clean, "img")) {
        let Some(source) = tag.attributes.iter().find(|attribute| &clean[attribute.name.clone()] == "src")
        else {
            continue;
        };
        let value = &clean[source.value.clone()];
        if begins(value, &["cid:"]) {
            let address = value.trim_start().get(4..).map(content_id).and_then(|id| images.get(&id));
            placed.html.push_str(&clean[at..source.value.start]);
            text::escape_into(&mut placed.html, address.map_or("", String::as_str));
            at = source.value.end;
        } else if !is_inline_image(value) {
            placed.blocked_images += 1;
            placed.html.push_str(&clean[at..source.name.start]);
            placed.html.push_str(BLOCKED);
            at = source.name.end;
        }
    }
    placed.html.push_str(&clean[at..]);
    placed
}

/// The content id in a `cid:` address: escapes of the address and of HTML undone.
fn content_id(address: &str) -> String {
    let address =
        address.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    String::from_utf8_lossy(&transfer::percent(address.as_bytes())).into_owned()
}
