//! Passwords that are tried first by whoever has no other idea. No list of millions: those are kept out by the length,
//! and this finds the long ones that people make of the same few words and rows of keys.

use std::collections::BTreeSet;

/// A password of fewer different characters is a pattern.
const FEWEST: usize = 5;

/// Rows of keys and of characters, forwards; a password that is a stretch of one is no password.
const ROWS: [&str; 7] = [
    "012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Words of which nothing but they, put together and with some digits around them, makes a password.
const WORDS: [&str; 43] = [
    "password",
    "passwort",
    "motdepasse",
    "contrasena",
    "parola",
    "senha",
    "wachtwoord",
    "secret",
    "letmein",
    "welcome",
    "willkommen",
    "bienvenue",
    "changeme",
    "default",
    "admin",
    "administrator",
    "root",
    "superuser",
    "operator",
    "live",
    "support",
    "helpdesk",
    "test",
    "testing",
    "user",
    "login",
    "access",
    "qwerty",
    "qwertz",
    "azerty",
    "abc",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "dragon",
    "monkey",
    "master",
    "superman",
    "starwars",
    "trustno",
    "whatever",
];

/// Whether a password is one of the first that anybody would try.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let different: BTreeSet<char> = lower.chars().collect();
    different.len() < FEWEST || is_row(&lower) || is_words(&lower)
}

fn is_row(lower: &str) -> bool {
    let backwards: String = lower.chars().rev().collect();
    ROWS.iter().any(|row| row.contains(lower) || row.contains(&backwards))
}

fn is_words(lower: &str) -> bool {
    let inner = lower.trim_matches(|c: char| !c.is_alphabetic());
    let letters: String = inner.chars().map(letter).filter(|c| c.is_alphabetic()).collect();
    !letters.is_empty() && is_put_together(&letters)
}

/// The letter that a character often stands for.
const fn letter(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

fn is_put_together(letters: &str) -> bool {
    // Where a word can begin, from left to right.
    let mut starts = BTreeSet::from([0]);
    while let Some(start) = starts.pop_first() {
        if start == letters.len() {
            return true;
        }
        let rest = &letters[start..];
        starts.extend(WORDS.iter().filter(|word| rest.starts_with(*word)).map(|word| start + word.len()));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn what_everybody_tries_is_common() {
        for common in [
            "1234567890",
            "0987654321",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "qwertyuiop",
            "QWERTZUIOP",
            "1q2w3e4r5t6y",
            "password123",
            "P@ssw0rd2026!",
            "Welcome2026",
            "passwordpassword",
            "adminadmin1",
            "letmein!!!!!",
            "live operator",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn what_somebody_thought_of_is_not() {
        for own in [
            "correct horse",
            "a good password",
            "xK4-vv!9qTzz",
            "demo-demo-demo",
            "grüne Äpfel 7",
            "пароль для нас",
        ] {
            assert!(!is_common(own), "{own}");
        }
    }
}
