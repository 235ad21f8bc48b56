//! `/settings/audit`: who did what to whom. The filter is a plain form: it works without JavaScript, and what it finds
//! has an address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    control::{Slot, options},
    page::{Page, refused},
};
use crate::{
    api::workspace::load_audit,
    domain::{AuditEntry, AuditKind, AuditPage, AuditQuery},
    routes,
    ui::{
        components::{Icon, WallClock, date_time, icon},
        page_data::page_data,
    },
};

/// The page of the audit log.
#[component]
pub fn AuditScreen() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| {
            let of = |name: &str| params.get(name).unwrap_or_default();
            AuditQuery {
                person: of("person"),
                kind: of("kind"),
                from: of("from"),
                until: of("until"),
                east: of("east"),
                before: of("before"),
            }
        })
    });
    let loaded = page_data(move || query.get(), load_audit);
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(page) => view! { <Log page query=query.get_untracked() /> }.into_any(),
                    Err(error) => refused(&error, &routes::audit(&query.get_untracked())),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Log(
    /// What was found.
    page: AuditPage,
    /// What was looked for.
    query: AuditQuery,
) -> impl IntoView {
    let clock = WallClock::start(page.now);
    let older = page.next.map(|before| AuditQuery { before: before.to_string(), ..query.clone() });
    let table = routes::audit_table(&query);
    let save = view! {
        <a class="button" href=table rel="external" download>
            {icon(Icon::Download, "icon--small")}
            "Save as CSV"
        </a>
    };
    let shown = if page.entries.is_empty() {
        view! {
            <div class="empty">
                {icon(Icon::Resolved, "icon--large")} <h2 class="empty__title">"Nothing was found"</h2>
                <p class="empty__text">"Nobody has done such a thing in this time."</p>
            </div>
        }
        .into_any()
    } else {
        let rows = page.entries.iter().map(|entry| row(entry, clock)).collect_view();
        view! { <ol class="api-list" aria-label="Audit log">{rows}</ol> }.into_any()
    };
    view! {
        <Page title="Audit log" place=routes::AUDIT beside=save.into_any()>
            {filter(&page, &query, clock)}
            {shown}
            {older
                .map(|older| {
                    view! {
                        <a class="button" href=routes::audit(&older)>
                            "Older entries"
                        </a>
                    }
                })}
        </Page>
    }
}

fn row(entry: &AuditEntry, clock: WallClock) -> impl IntoView + use<> {
    let AuditEntry { kind, by_name, subject_name, details, address, at, .. } = entry.clone();
    let facts = [details, address].into_iter().filter(|text| !text.is_empty());
    let facts = facts.map(|text| view! { <span>{text}</span> }).collect_view();
    view! {
        <li class="api-list__row" data-testid="audit-entry" data-kind=kind.as_str()>
            <div class="api-list__text">
                <p class="api-list__name">
                    <strong>{by_name}</strong> ": " {kind.label()}
                    {(!subject_name.is_empty()).then(|| format!(" · {subject_name}"))}
                </p>
                <p class="api-list__facts">
                    <time datetime=at.rfc3339()>{move || date_time(clock.civil(at))}</time> {facts}
                </p>
            </div>
        </li>
    }
}

fn filter(page: &AuditPage, query: &AuditQuery, clock: WallClock) -> impl IntoView + use<> {
    let nobody = Signal::derive(|| None);
    let people: Vec<(String, &str)> =
        page.people.iter().map(|person| (person.id.to_string(), person.name.as_str())).collect();
    let people = people.iter().map(|(id, name)| (id.as_str(), *name));
    let kinds = AuditKind::ALL.iter().map(|kind| (kind.as_str(), kind.label()));
    let choice = |key: &'static str, label: &'static str, choices: AnyView| {
        let slot = Slot::new(key, false, nobody);
        let control = view! {
            <select class="input" id=slot.id.clone() name=key>
                {choices}
            </select>
        };
        slot.row(label, false, "", control.into_any())
    };
    let day = |key: &'static str, label: &'static str, value: &str| {
        let slot = Slot::new(key, false, nobody);
        let control =
            view! { <input class="input" id=slot.id.clone() name=key type="date" value=value.to_owned() /> };
        slot.row(label, false, "", control.into_any())
    };
    let now = page.now;
    view! {
        <form class="form__section" method="get" action=routes::AUDIT aria-label="Filter">
            <div class="audit__fields">
                {choice("person", "Person", options([("", "Everybody")].into_iter().chain(people), &query.person))}
                {choice("kind", "Action", options([("", "Everything")].into_iter().chain(kinds), &query.kind))}
                {day("from", "From", &query.from)} {day("until", "Until", &query.until)}
            </div>
            // Days begin and end where the reader is.
            <input type="hidden" name="east" value=move || clock.minutes_east(now).to_string() />
            <div class="form__foot">
                <button class="button button--primary" type="submit">
                    "Show"
                </button>
            </div>
        </form>
    }
}
