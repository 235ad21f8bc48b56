//! `/settings/people`: everybody, and who may join them.

mod invite;
mod person;

use leptos::prelude::*;

use self::{invite::Invitations, person::Person};
use super::{
    api::failure,
    page::{Page, refused},
};
use crate::{
    api::people::load_people,
    domain::{PeopleList, PersonState, ServiceMail, TeamId},
    routes,
    ui::{
        components::{WallClock, look_while},
        page_data::page_data,
    },
};

/// The page of all people.
#[component]
pub fn PeopleScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_people());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(list) => view! { <All list /> }.into_any(),
                    Err(error) => refused(&error, routes::PEOPLE),
                }
            })}
        </Suspense>
    }
}

#[component]
fn All(
    /// As it was when the page was loaded.
    list: PeopleList,
) -> impl IntoView {
    let clock = WallClock::start(list.now);
    let me = list.me;
    let list = RwSignal::new(list);
    let reload = Action::new(move |(): &()| async move { load_people().await.map(|anew| list.set(anew)) });
    let changed = Callback::new(move |()| {
        reload.dispatch(());
    });
    let waits = move |list: &PeopleList| {
        list.invitations.iter().filter_map(|invitation| invitation.mail.as_ref()).any(ServiceMail::waits)
    };
    look_while(move || list.with(waits), move || changed.run(()));
    let failed = Signal::derive(move || reload.value().get().and_then(Result::err));
    let row = move |person: PersonState| {
        let id = person.operator.id;
        let now = Memo::new(move |before: Option<&PersonState>| {
            let known = list.with(|list| list.people.iter().find(|known| known.operator.id == id).cloned());
            known.or_else(|| before.cloned()).unwrap_or_else(|| person.clone())
        });
        view! { <Person now list is_me=id == me clock changed /> }
    };
    view! {
        <Page title="People" place=routes::PEOPLE>
            {failure(failed)}
            <Invitations list clock changed />
            <section class="settings__section" aria-labelledby="everybody">
                <h2 class="settings__part" id="everybody">"Everybody"</h2>
                <ul class="api-list" aria-label="People">
                    <For each=move || list.with(|list| list.people.clone()) key=|person| person.operator.id children=row />
                </ul>
            </section>
        </Page>
    }
}

/// The names of teams, in one line; empty if there is none.
fn team_names(list: &PeopleList, teams: &[TeamId]) -> String {
    let of = list.teams.iter().filter(|team| teams.contains(&team.id));
    of.map(|team| team.name.as_str()).collect::<Vec<_>>().join(", ")
}
