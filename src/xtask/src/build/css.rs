//! Joins the style sheets into one file.

use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};
use crate::files;

/// The sheet with every `@import "file.css";` replaced by that file, in the order in which they are named. An import
/// stands on a line of its own and may name a cascade layer: `@import "file.css" layer(base);`.
pub fn bundle(entry: &Path) -> Result<String> {
    let mut open = Vec::new();
    inline(entry, &mut open)
}

fn inline(sheet: &Path, open: &mut Vec<PathBuf>) -> Result<String> {
    if open.iter().any(|parent| parent == sheet) {
        return Err(Error::new(format!("{} imports itself", sheet.display())));
    }
    open.push(sheet.to_owned());
    let mut joined = String::new();
    for line in files::read_text(sheet)?.lines() {
        let Some(import) = line.trim().strip_prefix("@import") else {
            joined.push_str(line);
            joined.push('\n');
            continue;
        };
        let (file, layer) = parse_import(import)
            .context(format!("{}: an import reads `@import \"file.css\";`, not `{line}`", sheet.display()))?;
        let content = inline(&sheet.with_file_name(file), open)?;
        match layer {
            Some(layer) => joined.push_str(&format!("@layer {layer} {{\n{content}}}\n")),
            None => joined.push_str(&content),
        }
    }
    open.pop();
    Ok(joined)
}

/// The file and the layer of what follows `@import`.
fn parse_import(import: &str) -> Option<(&str, Option<&str>)> {
    let (file, rest) = import.trim().strip_prefix('"')?.split_once('"')?;
    let rest = rest.trim().strip_suffix(';')?.trim();
    let layer = match rest {
        "" => None,
        _ => Some(rest.strip_prefix("layer(")?.strip_suffix(')')?),
    };
    (!file.contains(':')).then_some((file, layer))
}

/// Without comments and needless white space. What could carry meaning (strings, addresses, escapes, the spaces around
/// operators and colons) stays as it is.
pub fn minify(css: &str) -> String {
    let mut small = String::with_capacity(css.len());
    let mut before = None;
    let (mut space, mut comment) = (false, false);
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        if let Some(inside) = rest.strip_prefix("/*") {
            rest = inside.split_once("*/").map_or("", |(_, after)| after);
            comment = true;
            continue;
        }
        if first.is_ascii_whitespace() {
            rest = &rest[1..];
            space = true;
            continue;
        }
        let piece = verbatim(rest);
        let (token, after) = rest.split_at(piece.unwrap_or(first.len_utf8()));
        if (space || comment) && separates(before, first) {
            // A comment parts two words without being a space: `.a/**/.b` is one element.
            small.push_str(if space { " " } else { "/**/" });
        }
        small.push_str(token);
        // The comma of `\,` is part of a name.
        before = if piece.is_some() { Some('\\') } else { Some(first) };
        (space, comment) = (false, false);
        rest = after;
    }
    small
}

/// How far a piece reaches that must not be looked into: a string, an address, an escaped character.
fn verbatim(rest: &str) -> Option<usize> {
    match rest.as_bytes() {
        [quote @ (b'"' | b'\''), ..] => Some(end_of(rest, char::from(*quote), 1)),
        [b'u', b'r', b'l', b'(', next, ..] if !matches!(next, b'"' | b'\'') => Some(end_of(rest, ')', 4)),
        [b'\\', ..] => Some(end_of_escape(rest)),
        _ => None,
    }
}

fn end_of(rest: &str, closing: char, from: usize) -> usize {
    let mut escaped = false;
    let found = rest.char_indices().skip_while(|(at, _)| *at < from).find(|(_, character)| {
        let closes = *character == closing && !escaped;
        escaped = *character == '\\' && !escaped;
        closes
    });
    found.map_or(rest.len(), |(at, _)| at + closing.len_utf8())
}

/// An escape is one character, or up to six digits and the white space that ends them.
fn end_of_escape(rest: &str) -> usize {
    const MOST_DIGITS: usize = 6;
    let digits = rest.bytes().skip(1).take(MOST_DIGITS).take_while(u8::is_ascii_hexdigit).count();
    if digits == 0 {
        return rest.chars().take(2).map(char::len_utf8).sum();
    }
    let end = 1 + digits;
    if rest[end..].starts_with(|next: char| next.is_ascii_whitespace()) { end + 1 } else { end }
}

/// Whether white space between two characters can be more than layout. After a colon it stays, so that an empty custom
/// property (`--x: ;`) remains valid.
fn separates(before: Option<char>, after: char) -> bool {
    match before {
        None | Some('{' | '}' | ';' | ',') => false,
        Some(':') => true,
        Some(_) => !matches!(after, '{' | '}' | ';' | ','),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minify_keeps_what_has_a_meaning() {
        let css = "/* head */\na :hover , b > c {\n  width: calc(100% - 2 * (1px + 3px));\n  --empty: ;\n}\n";
        assert_eq!(minify(css), "a :hover,b > c{width: calc(100% - 2 * (1px + 3px));--empty: ;}");
    }

    #[test]
    fn minify_leaves_strings_addresses_and_escapes_alone() {
        let css = r#"a::after { content: "a  /* no comment */ \" ;  b" } .x\,  y { background: url(data:a;b,  c) }"#;
        let small =
            r#"a::after{content: "a  /* no comment */ \" ;  b"}.x\, y{background: url(data:a;b,  c)}"#;
        assert_eq!(minify(css), small);
    }

    #[test]
    fn minify_tells_comments_from_spaces() {
        assert_eq!(minify(".a/* c */.b /* d */ .c{/* e */}"), ".a/**/.b .c{}");
        assert_eq!(minify(r".\31  x, .\32 y {}"), r".\31  x,.\32 y{}");
    }

    #[test]
    fn minify_survives_an_unclosed_string_and_comment() {
        assert_eq!(minify("a { content: \"ü"), "a{content: \"ü");
        assert_eq!(minify("a /* open"), "a");
    }

    #[test]
    fn bundle_follows_imports_in_their_order() {
        let folder = std::env::temp_dir().join(format!("xtask-css-{}", std::process::id()));
        files::write(
            &folder.join("main.css"),
            "@layer base;\n@import \"b.css\";\n@import \"sub/a.css\" layer(base);\n",
        )
        .unwrap();
        files::write(&folder.join("b.css"), "b {}\n").unwrap();
        files::write(&folder.join("sub/a.css"), "@import \"c.css\";\na {}\n").unwrap();
        files::write(&folder.join("sub/c.css"), "c {}\n").unwrap();
        let joined = bundle(&folder.join("main.css"));
        files::write(&folder.join("b.css"), "@import \"main.css\";\n").unwrap();
        let circle = bundle(&folder.join("main.css"));
        files::remove_folder(&folder).unwrap();
        assert_eq!(joined.unwrap(), "@layer base;\nb {}\n@layer base {\nc {}\na {}\n}\n");
        assert!(circle.unwrap_err().to_string().ends_with("main.css imports itself"));
    }

    #[test]
    fn imports_from_elsewhere_are_refused() {
        assert_eq!(parse_import(" \"https://fonts.test/a.css\";"), None);
        assert_eq!(parse_import(" url(a.css);"), None);
        assert_eq!(parse_import(" \"a.css\" screen;"), None);
    }
}
