//! Small rules about text that both halves share.

use super::AppError;

/// The first word of a name, for a friendly address.
#[must_use]
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// Up to two letters that stand for a name in an avatar: first and last word. They are shown as capitals.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    [first, last].into_iter().flatten().collect()
}

/// The start of a text on one line, at most `limit` characters, for list rows and logs.
#[must_use]
pub fn preview(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        let room = limit.saturating_sub(count + gap);
        let length = word.chars().count();
        if length > room {
            if line.is_empty() {
                line.extend(word.chars().take(limit.saturating_sub(1)));
            }
            line.push('…');
            return line;
        }
        if gap == 1 {
            line.push(' ');
        }
        line.push_str(word);
        count += gap + length;
    }
    line
}

/// A text as it is stored: line ends as `\n`, no control characters but tab and line feed, no blank edges.
#[must_use]
pub fn clean_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.trim_matches(['\n', ' ', '\t']).to_owned()
}

/// A one-line text as it is stored (names, titles): white space folded, no control characters.
#[must_use]
pub fn clean_line(text: &str) -> String {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !c.is_control()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// A name that somebody gives to something, as it is stored.
///
/// # Errors
/// If nothing of it is left, or more than so many characters.
pub fn given_name(text: &str, longest: usize) -> Result<String, AppError> {
    let name = clean_line(text);
    if name.is_empty() || name.chars().count() > longest {
        return Err(AppError::invalid("name", format!("Give a name of at most {longest} characters.")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_take_the_first_and_the_last_word() {
        assert_eq!(initials("Olga Ortiz"), "OO");
        assert_eq!(initials("  ana maria de souza "), "as");
        assert_eq!(initials("Plato"), "P");
        assert_eq!(initials("🙂 Émile"), "É");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn preview_is_one_line_and_bounded() {
        assert_eq!(preview("Hello\n\nthere  friend", 40), "Hello there friend");
        assert_eq!(preview("Hello there friend", 12), "Hello there…");
        assert_eq!(preview("Donaudampfschifffahrt", 5), "Dona…");
        assert_eq!(preview("", 5), "");
    }

    #[test]
    fn cleaning_keeps_lines_and_drops_controls() {
        assert_eq!(clean_text("\r\nHi\r\nthere\u{0}\u{7}\t!\r"), "Hi\nthere\t!");
        assert_eq!(clean_line(" Olga\u{0} \n Ortiz\u{1b} "), "Olga Ortiz");
    }

    #[test]
    fn a_given_name_is_one_line_and_bounded() {
        assert_eq!(given_name("  Late \n answers ", 12).as_deref(), Ok("Late answers"));
        assert!(given_name(" \u{7} ", 12).is_err());
        assert!(given_name("Late answers too", 12).is_err());
    }
}
