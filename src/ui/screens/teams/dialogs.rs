//! The dialogs that ask: what a team is called, and who takes over from it.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{
    desk::{Asked, Desk, Done, Undo},
    routing::options,
};
use crate::{
    api::teams::{archive_team, create_team, rename_team},
    domain::{AppError, Inbox, Queue, Team, TeamId},
    ui::components::{Icon, icon},
};

/// Opens while something is asked that it answers.
#[component]
fn Ask(
    /// By which its title is named.
    id: &'static str,
    /// What is asked.
    title: Signal<String>,
    /// Whether it is.
    open: Signal<bool>,
    /// The form.
    children: Children,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            // Already open is open.
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="dialog dialog--small"
            aria-labelledby=id
            node_ref=dialog
            on:close=move |_| {
                if open.get_untracked() {
                    desk.asked.set(None);
                }
            }
        >
            <div class="dialog__head">
                <h2 class="dialog__title" id=id>
                    {move || title.get()}
                </h2>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label="Close"
                    on:click=move |_| desk.asked.set(None)
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
            </div>
            {children()}
        </dialog>
    }
}

/// The foot of a dialog.
#[component]
fn Foot(
    /// What its button does.
    label: Signal<&'static str>,
    /// While the server is at it.
    busy: RwSignal<bool>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    view! {
        <div class="dialog__foot">
            <button class="button" type="button" on:click=move |_| desk.asked.set(None)>
                "Cancel"
            </button>
            <button class="button button--primary" type="submit" disabled=move || busy.get()>
                {move || label.get()}
            </button>
        </div>
    }
}

/// What the server did not take, beside the field.
fn wrong(id: &'static str, error: RwSignal<Option<AppError>>) -> impl IntoView {
    move || {
        error.get().map(|error| {
            view! {
                <p class="field__error" id=id role="alert">
                    {icon(Icon::Warning, "icon--small")}
                    <span>{error.to_string()}</span>
                </p>
            }
        })
    }
}

/// The title of the dialog that makes a team.
const NEW: &str = "New team";

/// Asks what a new team, or one that is there, is to be called.
#[component]
pub fn NameDialog() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let field = NodeRef::<html::Input>::new();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let open = Signal::derive(move || matches!(desk.asked.get(), Some(Asked::New | Asked::Rename(_))));
    let title = Memo::new(move |before: Option<&String>| match desk.asked.get() {
        Some(Asked::New) => NEW.to_owned(),
        Some(Asked::Rename(team)) => format!("Rename {}", desk.team_name(team)),
        // While it closes it still says what it was about.
        _ => before.cloned().unwrap_or_default(),
    });
    let label = Signal::derive(move || if title.with(|title| title == NEW) { "Create" } else { "Save" });
    Effect::new(move |_| {
        let name = match desk.asked.get() {
            Some(Asked::New) => String::new(),
            Some(Asked::Rename(team)) => desk.team_name(team),
            _ => return,
        };
        error.set(None);
        if let Some(field) = field.get_untracked() {
            field.set_value(&name);
            field.select();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        let name = field.value();
        busy.set(true);
        match desk.asked.get_untracked() {
            Some(Asked::New) => {
                desk.run(create_team(name), move |desk, answer| named(desk, answer, None, busy, error));
            }
            Some(Asked::Rename(team)) => {
                let undo = Undo::Rename(team, desk.team_name(team));
                desk.run(rename_team(team, name), move |desk, answer| {
                    named(desk, answer, Some(undo), busy, error);
                });
            }
            _ => busy.set(false),
        }
    };
    let is_wrong = move || error.get().map(|_| "true");
    let described = move || error.get().map(|_| "team-name-error");
    view! {
        <Ask id="team-name-title" title=title.into() open>
            <form on:submit=submit>
                <div class="dialog__body field">
                    <label class="field__label" for="team-name">"Name"</label>
                    <input
                        class="input"
                        id="team-name"
                        type="text"
                        autocomplete="off"
                        required
                        autofocus
                        maxlength=Team::LONGEST_NAME.to_string()
                        node_ref=field
                        aria-invalid=is_wrong
                        aria-describedby=described
                    />
                    {wrong("team-name-error", error)}
                </div>
                <Foot label busy />
            </form>
        </Ask>
    }
}

/// The server has answered what a team is called.
fn named(
    desk: Desk,
    answer: Result<Team, AppError>,
    undo: Option<Undo>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
) {
    busy.set(false);
    match answer {
        Ok(team) => {
            desk.asked.set(None);
            let said = match undo {
                Some(_) => format!("It is called {} now.", team.name),
                None => format!("{} was made. Add its people.", team.name),
            };
            desk.done.set(Some(Done { said, undo }));
        }
        Err(refused) => error.set(Some(refused)),
    }
}

/// What archiving a team means, in a sentence.
fn meaning(inbox: &Inbox, team: TeamId) -> String {
    let in_work = match inbox.counts.get(Queue::Team(team)) {
        0 => "It has nothing in work.".to_owned(),
        1 => "The conversation that it has in work moves there, with its owner.".to_owned(),
        count => format!("The {count} conversations that it has in work move there, each with its owner."),
    };
    let channels: Vec<&str> = inbox
        .channels
        .iter()
        .filter(|channel| channel.team_id == Some(team))
        .map(|channel| channel.name.as_str())
        .collect();
    let routed = if channels.is_empty() {
        String::new()
    } else {
        format!(" So do new conversations of {}.", channels.join(", "))
    };
    format!("{in_work}{routed} What is resolved stays where it is, and goes there when it is reopened.")
}

/// Asks who takes over from a team.
#[component]
pub fn ArchiveDialog() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    let choice = NodeRef::<html::Select>::new();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let team = Memo::new(move |before: Option<&Option<TeamId>>| match desk.asked.get() {
        Some(Asked::Archive(team)) => Some(team),
        // While it closes it still says what it was about.
        _ => before.copied().flatten(),
    });
    let open = Signal::derive(move || matches!(desk.asked.get(), Some(Asked::Archive(_))));
    let title = Memo::new(move |_| {
        let name = team.get().map(|team| desk.team_name(team));
        format!("Archive {}?", name.unwrap_or_default())
    });
    let text = Memo::new(move |_| live.inbox.with(|inbox| team.get().map(|team| meaning(inbox, team))));
    let others = Memo::new(move |_| {
        let archived = team.get();
        live.inbox.with(|inbox| {
            inbox.teams.iter().filter(|other| Some(other.id) != archived).cloned().collect::<Vec<_>>()
        })
    });
    Effect::new(move |_| {
        if open.get() {
            error.set(None);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(choice), Some(team)) = (choice.get_untracked(), team.get_untracked()) else { return };
        let into: Option<TeamId> = choice.value().parse().ok();
        let said = format!("{} was archived.", desk.team_name(team));
        busy.set(true);
        desk.run(archive_team(team, into), move |desk, answer| {
            busy.set(false);
            match answer {
                Ok(()) => {
                    desk.asked.set(None);
                    desk.done.set(Some(Done { said, undo: None }));
                    // The team goes, and its button with it; first the dialog has to.
                    request_animation_frame(move || desk.focus_heading());
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    let is_wrong = move || error.get().map(|_| "true");
    let first = move || others.with(|others| others.first().map(|team| team.id));
    view! {
        <Ask id="archive-title" title=title.into() open>
            <form on:submit=submit>
                <div class="dialog__body">
                    <div class="field">
                        <label class="field__label" for="archive-into">"Who takes over"</label>
                        <select
                            class="input"
                            id="archive-into"
                            autofocus
                            node_ref=choice
                            aria-invalid=is_wrong
                            aria-describedby="archive-text"
                        >
                            {move || options(&others.get(), first())}
                        </select>
                        {wrong("archive-error", error)}
                    </div>
                    <p class="field__hint teams__meaning" id="archive-text">
                        {move || text.get()}
                    </p>
                </div>
                <Foot label=Signal::derive(|| "Archive") busy />
            </form>
        </Ask>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::samples::inbox;
    use uuid::Uuid;

    #[test]
    fn what_archiving_means_is_said_before() {
        let team = TeamId(Uuid::from_u128(9));
        let empty = meaning(&inbox(), team);
        assert!(empty.starts_with("It has nothing in work. What is resolved stays"), "{empty}");
    }
}
