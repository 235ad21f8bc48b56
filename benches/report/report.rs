//! Results: a table for people, a line of JSON each for programs.

use serde_json::{Value, json};

/// One result.
pub struct Row {
    pub bench: String,
    pub case: String,
    pub database: String,
    pub conversations: usize,
    /// Name with unit, and value.
    pub figures: Vec<(String, f64)>,
}

impl Row {
    fn json(&self) -> Value {
        let mut value = json!({
            "bench": self.bench,
            "case": self.case,
            "database": self.database,
            "conversations": self.conversations,
        });
        for (name, figure) in &self.figures {
            value[name.replace(' ', "_").replace('%', "percent")] = json!(rounded(*figure));
        }
        value
    }

    fn cells(&self) -> Vec<String> {
        let head = [self.case.clone(), self.database.clone(), self.conversations.to_string()];
        head.into_iter().chain(self.figures.iter().map(|(_, figure)| rounded(*figure).to_string())).collect()
    }
}

/// To thousandths, which is finer than anything here is known.
fn rounded(figure: f64) -> f64 {
    (figure * 1_000.0).round() / 1_000.0
}

/// The results of one benchmark: each is printed for programs as it comes, and all of them for people in the end.
#[derive(Default)]
pub struct Report(Vec<Row>);

impl Report {
    pub fn add(&mut self, row: Row) {
        println!("{}", row.json());
        self.0.push(row);
    }

    pub fn print(&self, title: &str, goal: &str) {
        let Some(first) = self.0.first() else { return };
        let figures = first.figures.iter().map(|(name, _)| name.clone());
        let names: Vec<String> =
            ["case", "database", "conversations"].map(str::to_owned).into_iter().chain(figures).collect();
        let lines: Vec<Vec<String>> = [names].into_iter().chain(self.0.iter().map(Row::cells)).collect();
        let width = |place: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(place))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
        println!("\n{}: {title}\ngoal: {goal}", first.bench);
        for line in &lines {
            print_line(line, &widths);
        }
        println!();
    }
}

/// The case stands left, everything else right.
fn print_line(cells: &[String], widths: &[usize]) {
    let mut text = String::new();
    for (place, (cell, width)) in cells.iter().zip(widths).enumerate() {
        text += &if place == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
    }
    println!("{text}");
}
