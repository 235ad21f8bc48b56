//! The tokens of the HTTP API.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{confirm::Confirmed, failure};
use crate::{
    api::tokens::{create_api_token, revoke_api_token},
    domain::{ApiToken, ApiTokenId, AppError, Bot, BotId, Time, setup::Paste},
    ui::{
        browser,
        components::{WallClock, date_time},
        screens::settings::{
            control::{Slot, options},
            paste::Copyable,
        },
    },
};

/// All tokens, and the form that makes one.
#[component]
pub fn Tokens(
    /// Newest first.
    tokens: Vec<ApiToken>,
    /// Those that a token can act as.
    bots: StoredValue<Vec<Bot>>,
    /// The reader's clock.
    clock: WallClock,
) -> impl IntoView {
    let tokens = RwSignal::new(tokens);
    let revoked = Callback::new(move |id: ApiTokenId| {
        tokens.update(|tokens| {
            if let Some(token) = tokens.iter_mut().find(|token| token.id == id) {
                token.revoked_at = Some(browser::now());
            }
        });
    });
    let row = move |token: ApiToken| {
        let now = Memo::new(move |before: Option<&ApiToken>| {
            let found = tokens.with(|tokens| tokens.iter().find(|known| known.id == token.id).cloned());
            found.or_else(|| before.cloned()).unwrap_or_else(|| token.clone())
        });
        view! { <Row now clock revoked /> }
    };
    view! {
        <section class="settings__section" aria-labelledby="tokens">
            <h2 class="settings__part" id="tokens">"Tokens"</h2>
            <Show
                when=move || tokens.with(|tokens| !tokens.is_empty())
                fallback=|| view! { <p class="settings__lead">"There is no token yet. Whoever has one may use the API."</p> }
            >
                <ul class="api-list" aria-label="Tokens">
                    <For each=move || tokens.get() key=|token| token.id children=row />
                </ul>
            </Show>
            <NewToken bots made=Callback::new(move |token| tokens.update(|tokens| tokens.insert(0, token))) />
        </section>
    }
}

#[component]
fn Row(
    /// One of them.
    now: Memo<ApiToken>,
    /// The reader's clock.
    clock: WallClock,
    /// Called when it was revoked.
    revoked: Callback<ApiTokenId>,
) -> impl IntoView {
    let (id, name) = now.with_untracked(|token| (token.id, token.name.clone()));
    let revoke = Action::new(move |(): &()| async move {
        let result = revoke_api_token(id).await;
        if result.is_ok() {
            revoked.run(id);
        }
        result
    });
    let error = Signal::derive(move || revoke.value().get().and_then(Result::err));
    let is_live = Memo::new(move |_| now.with(|token| token.revoked_at.is_none()));
    let shown_facts = move || {
        let shown = |(text, at): (String, Option<Time>)| {
            let time = at.map(|at| {
                view! { <time datetime=at.rfc3339()>{move || date_time(clock.civil(at))}</time> }
            });
            view! { <span>{text} {time}</span> }
        };
        now.with(facts).into_iter().map(shown).collect_view()
    };
    let about = name.clone();
    view! {
        <li class="api-list__row" data-testid="token" data-live=move || is_live.get().to_string()>
            <div class="api-list__text">
                <h3 class="api-list__name">{name}</h3>
                <p class="api-list__facts">{shown_facts}</p>
                {failure(error)}
            </div>
            <Show when=move || is_live.get()>
                <Confirmed
                    label="Revoke"
                    about=about.clone()
                    title=format!("Revoke “{about}”?")
                    text="Whatever uses this token is refused from its next request on. It cannot be taken back."
                    busy=revoke.pending()
                    act=Callback::new(move |()| {
                        revoke.dispatch(());
                    })
                />
            </Show>
        </li>
    }
}

/// What is known of a token, each with its time if it has one.
fn facts(token: &ApiToken) -> Vec<(String, Option<Time>)> {
    let acts = match &token.bot_name {
        Some(name) => format!("Acts as {name}"),
        None => "Acts as no bot".to_owned(),
    };
    let by = token.created_by.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
    let used = match token.last_used_at {
        Some(at) => ("Last used ".to_owned(), Some(at)),
        None => ("Never used".to_owned(), None),
    };
    let mut facts = vec![(acts, None), (format!("Made{by} "), Some(token.created_at)), used];
    facts.extend(token.revoked_at.map(|at| ("Revoked ".to_owned(), Some(at))));
    facts
}

#[component]
fn NewToken(
    /// Those that it can act as.
    bots: StoredValue<Vec<Bot>>,
    /// Called with what was made.
    made: Callback<ApiToken>,
) -> impl IntoView {
    let (name, bot) = (NodeRef::<html::Input>::new(), NodeRef::<html::Select>::new());
    let create = Action::new(move |(name, bot): &(String, Option<BotId>)| {
        let asked = create_api_token(name.clone(), *bot);
        async move {
            let (token, secret) = asked.await?;
            made.run(token);
            Ok::<_, AppError>(secret)
        }
    });
    let refused = Signal::derive(move || create.value().get().and_then(Result::err));
    let other = Signal::derive(move || {
        refused.get().filter(|error| !matches!(error, AppError::Invalid { field, .. } if field == "name"))
    });
    let secret = Memo::new(move |_| create.value().get().and_then(Result::ok));
    Effect::new(move |_| {
        if secret.with(Option::is_some)
            && let Some(name) = name.get_untracked()
        {
            name.set_value("");
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(name), Some(bot)) = (name.get_untracked(), bot.get_untracked()) else { return };
        create.dispatch((name.value(), bot.value().parse().ok()));
    };
    let slot = Slot::new("name", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let name_control = view! {
        <input
            class="input"
            id=id
            type="text"
            maxlength="80"
            autocomplete="off"
            required
            aria-invalid=wrong
            aria-describedby=described
            node_ref=name
        />
    };
    let name_row = slot.row("Name", false, "What uses it, such as “Shop bot”.", name_control.into_any());
    let slot = Slot::new("token-bot", true, Signal::derive(|| None));
    let (id, described) = (slot.id.clone(), slot.described_by());
    let bot_control = view! {
        <select class="input" id=id aria-describedby=described node_ref=bot>
            {bot_options(bots, None, "No bot: reads everything, speaks for nobody")}
        </select>
    };
    let hint = "It then knows only this bot's conversations, and speaks as the bot.";
    let bot_row = slot.row("Acts as", false, hint, bot_control.into_any());
    view! {
        <form class="form__section" on:submit=submit>
            {name_row}
            {bot_row}
            {failure(other)}
            <div class="form__foot">
                <button class="button" type="submit" disabled=move || create.pending().get()>
                    "Create token"
                </button>
            </div>
            <div role="status">
                {move || {
                    secret
                        .get()
                        .map(|text| {
                            let paste = Paste::new("The new token", text, "Copy it now: it is shown this once.");
                            view! { <Copyable paste /> }
                        })
                }}
            </div>
        </form>
    }
}

/// The bots to choose from, behind none.
pub fn bot_options(bots: StoredValue<Vec<Bot>>, chosen: Option<BotId>, none: &'static str) -> AnyView {
    bots.with_value(|bots| {
        let ids: Vec<(String, &str)> =
            bots.iter().map(|bot| (bot.id.to_string(), bot.name.as_str())).collect();
        let choices = [("", none)].into_iter().chain(ids.iter().map(|(id, name)| (id.as_str(), *name)));
        options(choices, &chosen.map(|id| id.to_string()).unwrap_or_default())
    })
}
