//! QR codes, as the path of an SVG.

use qrcode::{Color, QrCode, types::QrError};

/// Light modules around it that a reader needs (ISO/IEC 18004 § 9.1).
const QUIET: usize = 4;

/// How many modules a code has on a side, with the quiet zone, and the dark ones as a path in these units.
///
/// # Errors
/// If the text is too long for any code.
pub fn path(text: &str) -> Result<(usize, String), QrError> {
    let code = QrCode::new(text)?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                path.push_str(&format!(
                    "M{} {}h{}v1h-{}z",
                    column + QUIET,
                    row + QUIET,
                    run.len(),
                    run.len()
                ));
            }
            column += run.len();
        }
    }
    Ok((width + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_first_rows_of_a_code() {
        let (size, path) = path("01234567").expect("short enough");
        assert_eq!(size, 21 + 8);
        // The upper edges of the two finder patterns stand in the first row.
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
        assert!(path.contains("M18 4h7v1h-7z"), "{path}");
        assert!(super::path(&"x".repeat(5_000)).is_err());
    }
}
