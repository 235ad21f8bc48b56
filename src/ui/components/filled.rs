//! A text with its macros filled, and marks where something is missing.

use leptos::prelude::*;

use crate::domain::macros::{Filled, Piece};

/// The words, with a mark where something is missing.
pub fn filled(filled: Filled) -> impl IntoView {
    let piece = |piece: Piece| match piece {
        Piece::Words(words) => words.into_any(),
        Piece::Missing(name) => view! {
            <mark class="missing" data-testid="missing">
                {format!("{} is missing", name.as_str())}
            </mark>
        }
        .into_any(),
    };
    filled.0.into_iter().map(piece).collect_view()
}
