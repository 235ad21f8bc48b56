//! Tables (RFC 4180), as office programs read and write them.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Terminator, Trim, WriterBuilder};

use super::error::internal;
use crate::domain::AppError;

/// A row of a table that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<const N: usize, const M: usize> {
    /// As office programs count: the names of the columns are row 1.
    pub number: usize,
    /// What stands in the columns that had to be there, and in those that may be missing.
    pub needed: [String; N],
    pub more: [String; M],
}

/// Reads the rows of a table whose first line names its columns, in any order and beside any others, in any case of
/// letters. Semicolons and tabs part columns too, as office programs write them.
///
/// # Errors
/// If a column is missing that is needed, or a row cannot be read.
pub fn read<const N: usize, const M: usize>(
    text: &str,
    needed: [&str; N],
    more: [&str; M],
) -> Result<Vec<Row<N, M>>, AppError> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let delimiter =
        [b',', b';', b'\t'].into_iter().find(|mark| head.as_bytes().contains(mark)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let place = |name: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(name));
    let (places, others) = (needed.map(place), more.map(place));
    if places.iter().any(Option::is_none) {
        let words = format!("The first line must name the columns: {}.", needed.join(","));
        return Err(AppError::invalid("text", words));
    }
    let row = |(number, row): (usize, Result<StringRecord, csv::Error>)| {
        let row = row.map_err(|error| unreadable(&error))?;
        let cell =
            |place: Option<usize>| place.and_then(|place| row.get(place)).unwrap_or_default().to_owned();
        Ok(Row { number: number + 2, needed: places.map(cell), more: others.map(cell) })
    };
    reader.records().enumerate().map(row).collect()
}

fn unreadable(error: &csv::Error) -> AppError {
    AppError::invalid("text", format!("This is no table that can be read: {error}."))
}

/// Writes a table in which no cell is a formula.
///
/// # Errors
/// None that its user could do anything about.
pub fn write<const N: usize>(
    columns: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<Vec<u8>, AppError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns).map_err(|error| internal(&error))?;
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell).into_owned());
        writer.write_record(cells).map_err(|error| internal(&error))?;
    }
    writer.into_inner().map_err(|error| internal(&error))
}

/// Whether an office program would calculate a cell, or would if a quote before it were taken away.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell behind a quote, if an office program would calculate it otherwise.
fn harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// A cell without the quote that [`write`] has put before it.
#[must_use]
pub fn as_written(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|bare| is_formula(bare)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "id\tB\tx\ta\n1\ttwo\t\tone\n2\t\t\tthree\textra\n3\n";
        let rows = read(text, ["a", "b"], ["x", "y"]).expect("a table");
        let told: Vec<(usize, [&str; 2])> =
            rows.iter().map(|row| (row.number, row.needed.each_ref().map(String::as_str))).collect();
        assert_eq!(told, [(2, ["one", "two"]), (3, ["three", ""]), (4, ["", ""])]);
        assert!(rows.iter().all(|row| row.more.iter().all(String::is_empty)));
        assert!(read("a,c\n1,2\n", ["a", "b"], []).is_err());
    }

    #[test]
    fn no_cell_is_a_formula() {
        let cells = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "'", "a=1", ""].map(str::to_owned);
        let table = write(["c"], cells.map(|cell| [cell])).expect("a table");
        let table = String::from_utf8(table).expect("text");
        assert!(table.starts_with("c\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n"), "{table}");
        assert!(table.contains("\r\n''=1\r\n'\r\na=1\r\n"), "{table}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(cells in prop::collection::vec("['=+@,;\"\n a-]{0,6}", 1..5)) {
            let wanted: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            let table = write(["c", "d"], wanted.iter().map(|cell| [cell.clone(), "d".to_owned()])).expect("a table");
            let text = String::from_utf8(table).expect("text");
            let rows = read(&text, ["c"], []).expect("a table");
            let read: Vec<&str> = rows.iter().map(|row| as_written(&row.needed[0])).collect();
            prop_assert_eq!(read, wanted);
        }
    }
}
