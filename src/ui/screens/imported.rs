//! What became of an import, in the dialogs that import.

use leptos::prelude::*;

use crate::{
    domain::{Imported, Skipped},
    ui::components::{Icon, icon},
};

/// So many of what was skipped are named.
const MOST_NAMED: usize = 20;

/// What became of an import, with what was not taken.
pub fn outcome(done: &Imported) -> impl IntoView + use<> {
    let named = done.skipped.iter().take(MOST_NAMED).map(skipped).collect_view();
    let more = done.skipped.len().saturating_sub(MOST_NAMED);
    let (level, sign) = if done.skipped.is_empty() { ("good", Icon::Check) } else { ("warn", Icon::Warning) };
    view! {
        <div class="tested" data-level=level>
            {icon(sign, "icon--small")}
            <div class="faq-outcome">
                <p>{summary(done)}</p>
                <ul class="faq-skipped">
                    {named} {(more > 0).then(|| view! { <li>{format!("… and {more} more")}</li> })}
                </ul>
            </div>
        </div>
    }
}

fn skipped(skipped: &Skipped) -> impl IntoView + use<> {
    view! { <li>{format!("Line {}: {}", skipped.line, skipped.why)}</li> }
}

/// What became of it, in one line.
fn summary(done: &Imported) -> String {
    let Imported { added, changed, same, skipped } = done;
    format!("{added} added, {changed} changed, {same} there already, {} skipped.", skipped.len())
}
