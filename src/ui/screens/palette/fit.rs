//! How well what somebody types fits a name.

/// Where a word was found, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// A word of the name begins with it.
    Begins,
    Holds,
    /// Its letters stand there in their order, the first at the beginning of a word.
    Scattered,
}

/// The names that all words fit: the best first, else in the order in which they are.
pub fn rank<T>(items: Vec<T>, words: &str, name: impl Fn(&T) -> &str) -> Vec<T> {
    let words: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut fitting: Vec<(Vec<Fit>, T)> = items
        .into_iter()
        .filter_map(|item| {
            let name = name(&item).to_lowercase();
            let fits: Option<Vec<Fit>> = words.iter().map(|word| fit(&name, word)).collect();
            Some((fits?, item))
        })
        .collect();
    fitting.sort_by(|(one, _), (other, _)| one.cmp(other));
    fitting.into_iter().map(|(_, item)| item).collect()
}

fn fit(name: &str, word: &str) -> Option<Fit> {
    if starts(name).any(|rest| rest.starts_with(word)) {
        Some(Fit::Begins)
    } else if name.contains(word) {
        Some(Fit::Holds)
    } else {
        starts(name).any(|rest| is_scattered(rest, word)).then_some(Fit::Scattered)
    }
}

/// The name from the beginning of each of its words on.
fn starts(name: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    name.char_indices().filter_map(move |(at, letter)| {
        let begins = letter.is_alphanumeric() && !before.is_alphanumeric();
        before = letter;
        begins.then(|| &name[at..])
    })
}

/// Whether a text begins with the first letter of a word and has the others after it, in their order.
fn is_scattered(text: &str, word: &str) -> bool {
    let mut letters = text.chars();
    let mut wanted = word.chars();
    letters.next() == wanted.next() && wanted.all(|letter| letters.any(|found| found == letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranked(words: &str) -> Vec<&'static str> {
        rank(vec!["Resolve", "Release", "Give back to AI", "Needs answer", "Äpfel"], words, |name| name)
    }

    #[test]
    fn the_beginning_of_a_word_fits_best() {
        for (words, want) in [
            ("re", &["Resolve", "Release"][..]),
            ("ba", &["Give back to AI"]),
            ("rl", &["Resolve", "Release"]),
            ("a", &["Give back to AI", "Needs answer", "Release"]),
            ("gba", &["Give back to AI"]),
            ("to give", &["Give back to AI"]),
            ("äp", &["Äpfel"]),
            ("xyz", &[]),
        ] {
            assert_eq!(ranked(words), want, "{words}");
        }
        assert_eq!(ranked("").len(), 5);
    }

    proptest! {
        #[test]
        fn any_words_and_names_are_compared(name in "(?s).{0,20}", words in "(?s).{0,10}") {
            let left = rank(vec![name.clone()], &words, |name| name);
            prop_assert!(left.len() <= 1);
            prop_assert_eq!(rank(vec![name.clone()], &name, |name| name).len(), 1);
        }
    }
}
