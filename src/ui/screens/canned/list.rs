//! `/canned`: everything that one can insert with a slash.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    import::Import,
    page::{Page, refused},
    row::Row,
};
use crate::{
    api::canned::list_canned,
    domain::{CannedList, CannedRow, CannedScope, canned::rank},
    routes,
    ui::{
        components::{Icon, icon},
        page_data::page_data,
        screens::settings::control::options,
    },
};

/// The page of all responses. What it was opened for stands in its address.
#[component]
pub fn CannedScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| list_canned());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(list) => view! { <All list /> }.into_any(),
                    Err(error) => refused(&error, routes::CANNED),
                }
            })}
        </Suspense>
    }
}

#[component]
fn All(
    /// As it was when the page was loaded.
    list: CannedList,
) -> impl IntoView {
    let query = use_query_map();
    let asked = |key: &str| query.with_untracked(|query| query.get(key)).unwrap_or_default();
    let (words, scope) = (RwSignal::new(asked("q")), RwSignal::new(asked("scope")));
    let list = RwSignal::new(list);
    let reload = Action::new(move |(): &()| async move {
        // What cannot be loaded anew is still there as it was.
        if let Ok(fresh) = list_canned().await {
            list.set(fresh);
        }
    });
    let shown = Memo::new(move |_| list.with(|list| found(list, &words.get(), &scope.get())));
    let told = move || told(shown.with(Vec::len), list.with(|list| list.rows.len()));
    let is_empty = Memo::new(move |_| list.with(|list| list.rows.is_empty()));
    let key = |row: &CannedRow| (row.canned.id, row.canned.updated_at);
    let row = move |row: CannedRow| {
        let (scope, may_change) = list.with_untracked(|list| {
            (row.canned.scope.label(&list.teams), row.canned.scope.may_change(&list.me))
        });
        view! { <Row row scope may_change /> }
    };
    let new = view! {
        <a class="button button--primary" href=routes::NEW_CANNED>
            "New response"
        </a>
    };
    view! {
        <Page title="Canned responses" beside=new.into_any()>
            <p class="settings__lead">
                "What you write often, written once. Type " <kbd class="key">"/"</kbd>
                " in a reply to insert one; macros such as {{customer.first_name}} are filled when it is sent."
            </p>
            <Show when=move || !is_empty.get() fallback=|| view! { <Empty /> }>
                <Search list words scope />
                <p class="canned-fact" role="status">
                    {told}
                </p>
                <ul class="canned" aria-label="Canned responses" hidden=move || shown.with(Vec::is_empty)>
                    <For each=move || shown.get() key=key children=row />
                </ul>
            </Show>
            <div class="canned-tools">
                <Import done=Callback::new(move |()| {
                    reload.dispatch(());
                }) />
                <a
                    class="button"
                    href=routes::CANNED_TABLE
                    rel="external"
                    download="canned-responses.csv"
                >
                    {icon(Icon::Download, "icon--small")}
                    "Export CSV"
                </a>
            </div>
        </Page>
    }
}

/// Those of a scope that some words fit, the best first; without words by their shortcuts.
fn found(list: &CannedList, words: &str, scope: &str) -> Vec<CannedRow> {
    let fitting = if words.trim().is_empty() { list.rows.iter().collect() } else { rank(&list.rows, words) };
    let is_in = |row: &&CannedRow| scope.is_empty() || row.canned.scope.choice() == scope;
    fitting.into_iter().filter(is_in).cloned().collect()
}

/// How many of how many are shown.
fn told(shown: usize, all: usize) -> String {
    let responses = if all == 1 { "1 response".to_owned() } else { format!("{all} responses") };
    match shown {
        0 => format!("Nothing found in {responses}"),
        _ if shown < all => format!("{shown} found, of {responses}"),
        _ => responses,
    }
}

/// Looks for responses while one types. A plain form: it works without JavaScript.
#[component]
fn Search(
    /// All of them.
    list: RwSignal<CannedList>,
    /// What is looked for.
    words: RwSignal<String>,
    /// In which scope, as its choice; empty: in all.
    scope: RwSignal<String>,
) -> impl IntoView {
    let scopes: Vec<(String, String)> = list.with_untracked(|list| {
        let teams = list.teams.iter().map(|team| CannedScope::Team(team.id));
        let all = [CannedScope::Personal(list.me.id)].into_iter().chain(teams).chain([CannedScope::Everyone]);
        all.map(|scope| (scope.choice(), scope.label(&list.teams))).collect()
    });
    let choices =
        [("", "All")].into_iter().chain(scopes.iter().map(|(value, label)| (value.as_str(), label.as_str())));
    let choices = options(choices, &scope.get_untracked());
    view! {
        <form
            class="canned-search"
            method="get"
            action=routes::CANNED
            role="search"
            on:submit=move |event: SubmitEvent| event.prevent_default()
        >
            <input
                class="input"
                type="search"
                name="q"
                value=words.get_untracked()
                aria-label="Search canned responses"
                placeholder="Search"
                autocomplete="off"
                on:input:target=move |event| words.set(event.target().value())
            />
            <select
                class="input canned-search__scope"
                name="scope"
                aria-label="Who can use them"
                on:change:target=move |event| scope.set(event.target().value())
            >
                {choices}
            </select>
            <button class="button" type="submit">
                "Search"
            </button>
        </form>
    }
}

/// There is no response.
#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="empty">
            {icon(Icon::Canned, "icon--large")} <h2 class="empty__title">"No canned responses yet"</h2>
            <p class="empty__text">
                "Write down what you answer often, and a slash in any reply brings it back, with the customer’s name in it."
            </p>
            <div class="empty__actions">
                <a class="button button--primary" href=routes::NEW_CANNED>
                    "Write the first"
                </a>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_told() {
        for (shown, all, want) in [
            (1, 1, "1 response"),
            (3, 3, "3 responses"),
            (2, 3, "2 found, of 3 responses"),
            (0, 3, "Nothing found in 3 responses"),
        ] {
            assert_eq!(told(shown, all), want);
        }
    }
}
