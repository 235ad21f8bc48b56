//! Questions and answers as they come from elsewhere.

use crate::{
    domain::AppError,
    server::table::{self, Row},
};

/// A question with its answer, as it was written: checked by nobody yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The line where it begins, or the row of a table, from 1.
    pub line: usize,
    pub question: String,
    pub answer: String,
}

/// The rows of a table that has the columns `question` and `answer`.
///
/// # Errors
/// If there are no such columns, or a row cannot be read.
pub fn rows(text: &str) -> Result<Vec<Written>, AppError> {
    let written =
        |Row { number, needed: [question, answer], more: [] }| Written { line: number, question, answer };
    Ok(table::read(text, ["question", "answer"], [])?.into_iter().map(written).collect())
}

/// The headings of a text in Markdown (CommonMark's "ATX headings") as questions, with what is below each, up to the
/// next, as its answer. What looks like a heading in a fenced block of code is none.
#[must_use]
pub fn headings(text: &str) -> Vec<Written> {
    let mut found: Vec<Written> = Vec::new();
    let mut fence = None;
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let marks = fence_of(line);
        match (fence, marks) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        match heading(line).filter(|_| fence.is_none() && marks.is_none()) {
            Some(question) => {
                found.push(Written {
                    line: number + 1,
                    question: question.to_owned(),
                    answer: String::new(),
                });
            }
            None => {
                if let Some(last) = found.last_mut() {
                    last.answer.push_str(line);
                    last.answer.push('\n');
                }
            }
        }
    }
    found
}

/// The words of a heading: one to six `#`, a blank, the words, and maybe `#` again.
fn heading(line: &str) -> Option<&str> {
    let inside = outdented(line)?;
    let words = inside.trim_start_matches('#');
    let level = inside.len() - words.len();
    let is_heading = (1..=6).contains(&level) && (words.is_empty() || words.starts_with([' ', '\t']));
    is_heading.then(|| {
        let words = words.trim();
        let bare = words.trim_end_matches('#');
        // Only what stands apart closes a heading: "C#" stays.
        if bare.is_empty() || bare.ends_with([' ', '\t']) { bare.trim_end() } else { words }
    })
}

/// The mark of a line that opens or closes a block of code.
fn fence_of(line: &str) -> Option<char> {
    let inside = outdented(line)?;
    ['`', '~'].into_iter().find(|mark| inside.chars().take_while(|c| c == mark).count() >= 3)
}

/// A line without its indent; none if that makes it code.
fn outdented(line: &str) -> Option<&str> {
    let inside = line.trim_start_matches(' ');
    (line.len() - inside.len() <= 3).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(written: &[Written]) -> Vec<(usize, &str, &str)> {
        written.iter().map(|one| (one.line, one.question.as_str(), one.answer.trim())).collect()
    }

    #[test]
    fn tables_are_read_as_office_programs_write_them() {
        for text in [
            "question,answer\nA?,\"One, two\"\nB?,\"Two\nlines\"\nC?\n",
            "\u{feff}Question;Answer\r\nA?;One, two\r\nB?;\"Two\nlines\"\r\nC?\r\n",
            "id\tANSWER\tQUESTION\n1\tOne, two\tA?\n2\t\"Two\nlines\"\tB?\n3\t\tC?\n",
        ] {
            let read = rows(text).expect(text);
            let told: Vec<(&str, &str)> =
                read.iter().map(|one| (one.question.as_str(), one.answer.as_str())).collect();
            assert_eq!(told, [("A?", "One, two"), ("B?", "Two\nlines"), ("C?", "")], "{text}");
            assert_eq!(read.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 3, 4]);
        }
        for wrong in ["", "A?,One", "question\nA?"] {
            assert!(rows(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn headings_are_questions_and_what_is_below_is_the_answer() {
        let text = "Intro\n# Delivery\n\n## How long? ##\nThree days.\n\nOr four.\n   ### What is C#\n```\n# no heading\n\
                    ```\n    # code\n#5 is a number\n####### seven\n#\nx\n";
        assert_eq!(
            pairs(&headings(text)),
            [
                (2, "Delivery", ""),
                (4, "How long?", "Three days.\n\nOr four."),
                (8, "What is C#", "```\n# no heading\n```\n    # code\n#5 is a number\n####### seven"),
                (15, "", "x"),
            ]
        );
        assert!(headings("no headings at all").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(text in "(question,answer\n)?[#`,;\"a \n\r\t]{0,80}") {
            prop_assert!(headings(&text).iter().all(|one| one.line >= 1));
            let _ = rows(&text);
        }
    }
}
