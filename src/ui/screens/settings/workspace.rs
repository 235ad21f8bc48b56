//! `/settings/workspace`: what belongs to everybody.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{
    api::failure,
    line::{Line, beside, written},
    page::{Page, refused},
};
use crate::{
    api::workspace::{load_workspace, rename_workspace},
    routes,
    ui::page_data::page_data,
};

/// The page of the workspace.
#[component]
pub fn WorkspaceScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_workspace());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(name) => view! { <Workspace name /> }.into_any(),
                    Err(error) => refused(&error, routes::WORKSPACE),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Workspace(
    /// What it is called.
    name: String,
) -> impl IntoView {
    let control = NodeRef::<html::Input>::new();
    let rename = Action::new(|name: &String| rename_workspace(name.clone()));
    let refused = Signal::derive(move || rename.value().get().and_then(Result::err));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        rename.dispatch(written(control));
    };
    let line = Line {
        form: "workspace",
        key: "name",
        label: "Name",
        hint: "It stands where people sign in, in the titles of all pages, and in their authenticator apps.",
        kind: "text",
        autocomplete: "organization",
    };
    view! {
        <Page title="Workspace" place=routes::WORKSPACE>
            <form class="form__section" on:submit=submit>
                {line.row(name, refused, control)}
                {failure(beside(refused, &["name"]))}
                <div class="form__foot">
                    <span class="form__saved" role="status">
                        {move || matches!(rename.value().get(), Some(Ok(_))).then_some("Saved")}
                    </span>
                    <button class="button button--primary" type="submit" disabled=move || rename.pending().get()>
                        "Save"
                    </button>
                </div>
            </form>
        </Page>
    }
}
