//! One response among all.

use leptos::{html, prelude::*};

use crate::{
    api::canned::{delete_canned, restore_canned},
    domain::{AppError, CannedRow},
    routes,
};

/// A response with its text, its uses, and what can be done with it.
#[component]
pub fn Row(
    /// As it was when the page was loaded.
    row: CannedRow,
    /// Who can use it.
    scope: String,
    /// Whether the reader can delete it.
    may_change: bool,
) -> impl IntoView {
    let CannedRow { canned, mine, all } = row;
    let id = canned.id;
    let is_gone = RwSignal::new(false);
    let came_back = StoredValue::new(false);
    let delete = Action::new(move |(): &()| async move {
        delete_canned(id).await?;
        is_gone.set(true);
        Ok::<_, AppError>(())
    });
    let undo = Action::new(move |(): &()| async move {
        restore_canned(id).await?;
        came_back.set_value(true);
        is_gone.set(false);
        Ok::<_, AppError>(())
    });
    let (delete_button, undo_button) = (NodeRef::<html::Button>::new(), NodeRef::<html::Button>::new());
    // The button that had the focus is gone: the other one gets it.
    Effect::new(move |_| {
        let button = if is_gone.get() {
            undo_button.get()
        } else {
            delete_button.get().filter(|_| came_back.get_value())
        };
        if let Some(button) = button {
            // One that cannot be focused is still there.
            let _ = button.focus();
        }
    });
    let error = move || {
        let error = delete.value().get().and_then(Result::err);
        let error = error.or_else(|| undo.value().get().and_then(Result::err));
        error.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
    };
    let shortcut = format!("/{}", canned.shortcut);
    let (shown, gone, about) = (shortcut.clone(), format!("{shortcut} was deleted."), format!(" {shortcut}"));
    let (gone, about, canned) = (StoredValue::new(gone), StoredValue::new(about), StoredValue::new(canned));
    let (shown, scope) = (StoredValue::new(shown), StoredValue::new(scope));
    view! {
        <li class="canned__row" data-testid="canned" data-shortcut=shortcut>
            <div role="status">
                <Show when=move || is_gone.get()>
                    <p class="canned__gone">
                        <span>{gone.get_value()}</span>
                        <button
                            class="button button--small"
                            type="button"
                            node_ref=undo_button
                            disabled=move || undo.pending().get()
                            on:click=move |_| {
                                undo.dispatch(());
                            }
                        >
                            "Undo"
                        </button>
                    </p>
                </Show>
            </div>
            <Show when=move || !is_gone.get()>
                <div class="canned__entry">
                    <div class="canned__text">
                        <h2 class="canned__title">
                            <a class="link" href=routes::canned(id)>
                                {canned.with_value(|canned| canned.title.clone())}
                            </a>
                            " "
                            <code class="canned__shortcut">{shown.get_value()}</code>
                        </h2>
                        <p class="canned__words" dir="auto">{canned.with_value(|canned| canned.text.clone())}</p>
                        <p class="canned-fact">
                            <span class="chip">{scope.get_value()}</span>
                            " "
                            {used(mine, all)}
                        </p>
                    </div>
                    {may_change
                        .then(|| {
                            view! {
                                <button
                                    class="button button--small"
                                    type="button"
                                    node_ref=delete_button
                                    disabled=move || delete.pending().get()
                                    on:click=move |_| {
                                        delete.dispatch(());
                                    }
                                >
                                    "Delete"
                                    <span class="visually-hidden">{about.get_value()}</span>
                                </button>
                            }
                        })}
                </div>
            </Show>
            {error}
        </li>
    }
}

/// How often it was sent.
fn used(mine: i64, all: i64) -> String {
    let times = match all {
        0 => return "Not used yet".to_owned(),
        1 => "Used once".to_owned(),
        all => format!("Used {all} times"),
    };
    match mine {
        0 => times,
        mine if mine == all => format!("{times}, by you"),
        mine => format!("{times}, {mine} by you"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_told_in_words() {
        for (mine, all, want) in [
            (0, 0, "Not used yet"),
            (0, 1, "Used once"),
            (1, 1, "Used once, by you"),
            (0, 3, "Used 3 times"),
            (3, 3, "Used 3 times, by you"),
            (2, 12, "Used 12 times, 2 by you"),
        ] {
            assert_eq!(used(mine, all), want);
        }
    }
}
