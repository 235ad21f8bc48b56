//! What the thread's pane shows: a conversation, or why there is none.

use std::time::Duration;

use leptos::prelude::*;

use super::frame::Desk;
use crate::{
    domain::{AppError, ConversationId},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// What is there sooner needs no skeleton.
const SOON: Duration = Duration::from_millis(200);

/// What the pane shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The address names no conversation.
    Nothing,
    /// A conversation: the one that the address names, or for a moment the one before.
    Open,
    /// It will be there soon.
    Soon,
    /// It takes long enough to be seen.
    Loading,
    Refused(AppError),
}

impl Stage {
    fn of(
        wanted: Option<ConversationId>,
        shown: Option<ConversationId>,
        refused: Option<AppError>,
        is_slow: bool,
    ) -> Self {
        match (wanted, shown, refused) {
            (None, ..) => Self::Nothing,
            (wanted, shown, _) if wanted == shown => Self::Open,
            (.., Some(error)) => Self::Refused(error),
            _ if is_slow => Self::Loading,
            (_, Some(_), None) => Self::Open,
            (_, None, None) => Self::Soon,
        }
    }
}

/// Follows the address, what is loaded, and what goes wrong on the way.
pub fn use_stage(live: Live, desk: Desk) -> Memo<Stage> {
    // Which conversation has been waited for so long: what another took does not count.
    let slow = RwSignal::new(None::<ConversationId>);
    let shown =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id)));
    let wanted = Memo::new(move |_| desk.place.get().conversation);
    Effect::new(move |_| {
        let asked = wanted.get();
        slow.set(None);
        set_timeout(
            move || {
                if wanted.try_get_untracked() == Some(asked) {
                    slow.set(asked);
                }
            },
            SOON,
        );
    });
    // An error while the conversation is not there is why it is not.
    Effect::new(move |_| {
        let error = live.error.get();
        let is_missing =
            wanted.with_untracked(|wanted| wanted.is_some() && shown.with_untracked(|id| id != wanted));
        if error.is_some() && is_missing {
            desk.refused.set(error);
        }
    });
    Memo::new(move |_| {
        let wanted = wanted.get();
        // Without what shows it, it is not there yet.
        let shown = shown.get().filter(|_| desk.work.with(Option::is_some));
        Stage::of(wanted, shown, desk.refused.get(), slow.get() == wanted)
    })
}

/// The pane.
#[component]
pub fn OpenOrNot(
    /// What it shows.
    stage: Memo<Stage>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || match stage.get() {
        Stage::Nothing => view! { <Nothing /> }.into_any(),
        Stage::Open => match desk.work.get_untracked() {
            Some(work) => (work.thread)(),
            None => ().into_any(),
        },
        Stage::Soon => ().into_any(),
        Stage::Loading => view! { <Loading /> }.into_any(),
        Stage::Refused(error) => view! { <Refused error /> }.into_any(),
    }
}

/// No conversation is open.
#[component]
fn Nothing() -> impl IntoView {
    let keys = [(&["J", "K"] as &[&str], "move in the list"), (&["?"], "all shortcuts")];
    view! {
        <div class="empty">
            {icon(Icon::Inbox, "icon--large")}
            <h2 class="empty__title">"No conversation open"</h2>
            <p class="empty__text">"Choose one from the list, or start with the one that has waited longest."</p>
            <dl class="empty__keys">
                {keys
                    .into_iter()
                    .map(|(keys, what)| {
                        let keys = keys.iter().map(|key| view! { <kbd class="key">{*key}</kbd> }).collect_view();
                        view! {
                            <dt>{keys}</dt>
                            <dd>{what}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
        </div>
    }
}

/// The shape of what comes.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="head">
            <div class="bone bone--short"></div>
        </div>
        <div class="log" role="status">
            <span class="visually-hidden">"Loading the conversation"</span>
            <div class="log__inner skeleton" aria-hidden="true">
                <div class="bone bone--bubble"></div>
                <div class="bone bone--bubble bone--out"></div>
                <div class="bone bone--bubble"></div>
            </div>
        </div>
    }
}

/// The conversation that the address names is not shown, and why.
#[component]
fn Refused(
    /// Why.
    error: AppError,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let back = move || desk.place.with(|place| place.path(None));
    let again = move || desk.place.with(|place| place.path(place.conversation));
    if matches!(error, AppError::NotFound | AppError::Forbidden) {
        return view! {
            <div class="empty">
                {icon(Icon::Lock, "icon--large")}
                <h2 class="empty__title">"This conversation cannot be shown"</h2>
                <p class="empty__text">"It does not exist, or it belongs to a team that is not yours."</p>
                <div class="empty__actions">
                    <a class="button" href=back>"Back to the list"</a>
                </div>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="error" role="alert">
            <p class="error__title">
                {icon(Icon::Warning, "icon--small")} <strong>"The conversation could not be loaded"</strong>
            </p>
            <p class="error__text">{error.to_string()}</p>
            <div class="error__actions">
                <a class="button" href=again rel="external">
                    {icon(Icon::Retry, "icon--small")}
                    "Try again"
                </a>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_conversation_that_loads_is_never_called_missing() {
        let id = |number| Some(ConversationId(Uuid::from_u128(number)));
        for (wanted, shown, refused, is_slow, stage) in [
            (None, None, None, true, Stage::Nothing),
            (None, id(1), None, false, Stage::Nothing),
            (id(1), id(1), None, true, Stage::Open),
            (id(1), id(1), Some(AppError::Offline), true, Stage::Open),
            (id(2), None, None, false, Stage::Soon),
            (id(2), None, None, true, Stage::Loading),
            (id(2), id(1), None, false, Stage::Open),
            (id(2), id(1), None, true, Stage::Loading),
            (id(2), None, Some(AppError::NotFound), true, Stage::Refused(AppError::NotFound)),
        ] {
            assert_eq!(Stage::of(wanted, shown, refused, is_slow), stage);
        }
    }
}
