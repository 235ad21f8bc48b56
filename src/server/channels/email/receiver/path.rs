//! Addresses in commands (RFC 5321 § 4.1.2, RFC 6531 § 3.3).

/// The longest local part and domain with the sign between them (RFC 5321 § 4.5.3.1). What counts is the sum: many a
/// list's return address has a longer local part.
const LONGEST: usize = 64 + 1 + 255;

/// Splits a path in angle brackets from what follows. A bracket in quotes does not close it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('<')?;
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some((&inner[..at], &inner[at + 1..])),
            _ => {}
        }
    }
    None
}

/// The address of a path, without the source route that nobody uses any more (RFC 5321 appendix C).
pub(super) fn address(path: &str) -> Option<&str> {
    let address = match path.strip_prefix('@') {
        Some(route) => route.split_once(':')?.1,
        None => path,
    };
    let (local, domain) = address.rsplit_once('@')?;
    (address.len() <= LONGEST && is_local(local) && is_domain(domain)).then_some(address)
}

/// Dots may stand anywhere: there are addresses in use with two in a row, or with one at the end.
fn is_local(local: &str) -> bool {
    match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => is_quoted(inner),
        None => !local.is_empty() && local.chars().all(|c| is_visible(c) && !r#"()<>[]:;@\,""#.contains(c)),
    }
}

fn is_quoted(inner: &str) -> bool {
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            _ if c.is_control() => return false,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            _ => {}
        }
    }
    !escaped
}

fn is_domain(domain: &str) -> bool {
    match domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => {
            !literal.is_empty() && literal.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-".contains(&b))
        }
        None => domain.split('.').all(is_label),
    }
}

fn is_label(label: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c) || (!c.is_ascii() && is_visible(c));
    !label.is_empty() && label.chars().all(fits)
}

fn is_visible(c: char) -> bool {
    !c.is_control() && !c.is_whitespace()
}
