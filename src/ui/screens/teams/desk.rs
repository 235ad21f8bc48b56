//! What the parts of the page share.

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::team::heading_of;
use crate::{
    api::teams::{add_member, list_archived_teams, remove_member, rename_team, restore_team},
    domain::{AppError, ArchivedTeam, OperatorId, TeamId},
    routes,
    ui::{browser, live::Live},
};

/// What a dialog asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The name of a new team.
    New,
    /// Another name for it.
    Rename(TeamId),
    /// Who takes over from it.
    Archive(TeamId),
}

/// Something that was just done, and how it is undone if it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub said: String,
    pub undo: Option<Undo>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    Add(TeamId, OperatorId),
    Remove(TeamId, OperatorId),
    Rename(TeamId, String),
}

impl Undo {
    const fn team(&self) -> TeamId {
        match self {
            Self::Add(team, _) | Self::Remove(team, _) | Self::Rename(team, _) => *team,
        }
    }
}

/// The page, and what is under way on it.
#[derive(Clone, Copy)]
pub struct Desk {
    pub live: Live,
    /// Whether this operator may change teams.
    pub may_change: Memo<bool>,
    pub archived: RwSignal<Vec<ArchivedTeam>>,
    pub asked: RwSignal<Option<Asked>>,
    pub done: RwSignal<Option<Done>>,
    pub heading: NodeRef<html::H1>,
}

impl Desk {
    /// Over the page as it was loaded.
    pub fn new(live: Live, archived: Vec<ArchivedTeam>) -> Self {
        let desk = Self {
            live,
            may_change: Memo::new(move |_| live.inbox.with(|inbox| inbox.me.sees_all())),
            archived: RwSignal::new(archived),
            asked: RwSignal::new(None),
            done: RwSignal::new(None),
            heading: NodeRef::new(),
        };
        desk.follow_archive();
        desk
    }

    /// Opens a dialog.
    pub fn ask(self, asked: Asked) {
        self.asked.set(Some(asked));
    }

    /// Has the server do something. What it changes comes by the stream; `then` is told the answer, if the page is still
    /// there.
    pub fn run<T: 'static>(
        self,
        request: impl Future<Output = Result<T, AppError>> + 'static,
        then: impl FnOnce(Self, Result<T, AppError>) + 'static,
    ) {
        spawn_local(async move {
            let answer = request.await;
            match answer {
                _ if self.asked.is_disposed() => {}
                Err(AppError::Unauthenticated) => browser::leave_for(routes::LOGIN),
                answer => then(self, answer),
            }
        });
    }

    pub fn add(self, team: TeamId, operator: OperatorId) {
        let said = format!("{} is in {} now.", self.name_of(operator), self.team_name(team));
        let done = Done { said, undo: Some(Undo::Remove(team, operator)) };
        self.run(add_member(team, operator), move |desk, answer| desk.tell(answer, done));
    }

    pub fn remove(self, team: TeamId, operator: OperatorId) {
        let said = format!("{} is no longer in {}.", self.name_of(operator), self.team_name(team));
        let done = Done { said, undo: Some(Undo::Add(team, operator)) };
        self.run(remove_member(team, operator), move |desk, answer| {
            desk.tell(answer, done);
            // What was pressed is gone.
            focus(&heading_of(team));
        });
    }

    pub fn restore(self, team: &ArchivedTeam) {
        let done = Done { said: format!("{} is back.", team.name), undo: None };
        self.run(restore_team(team.id), move |desk, answer| {
            desk.tell(answer, done);
            desk.focus_heading();
        });
    }

    /// Takes back what was just done.
    pub fn take_back(self) {
        let Some(undo) = self.done.try_update(Option::take).flatten().and_then(|done| done.undo) else {
            return;
        };
        // The button goes with what it was for.
        focus(&heading_of(undo.team()));
        let back = Done { said: "Taken back.".to_owned(), undo: None };
        match undo {
            Undo::Add(team, operator) => {
                self.run(add_member(team, operator), |desk, answer| desk.tell(answer, back))
            }
            Undo::Remove(team, operator) => {
                self.run(remove_member(team, operator), |desk, answer| desk.tell(answer, back));
            }
            Undo::Rename(team, name) => {
                self.run(rename_team(team, name), |desk, answer| desk.tell(answer, back))
            }
        }
    }

    /// Says what was done, or why it was not.
    pub fn tell<T>(self, answer: Result<T, AppError>, done: Done) {
        match answer {
            Ok(_) => self.done.set(Some(done)),
            Err(error) => self.live.error.set(Some(error)),
        }
    }

    /// Goes to where the page begins.
    pub fn focus_heading(self) {
        if let Some(heading) = self.heading.get_untracked() {
            // A heading that cannot be focused is still there to be read.
            let _ = heading.focus();
        }
    }

    /// What somebody is called.
    pub fn name_of(self, id: OperatorId) -> String {
        self.live
            .inbox
            .with_untracked(|inbox| inbox.operator(id).map(|it| it.name.clone()))
            .unwrap_or_default()
    }

    /// What a team is called.
    pub fn team_name(self, id: TeamId) -> String {
        self.live.inbox.with_untracked(|inbox| inbox.team(id).map(|it| it.name.clone())).unwrap_or_default()
    }

    /// The stream tells which teams are in use; which are not is asked for when that changes.
    fn follow_archive(self) {
        let ids = Memo::new(move |_| {
            self.live.inbox.with(|inbox| inbox.teams.iter().map(|team| team.id).collect::<Vec<TeamId>>())
        });
        Effect::new(move |before: Option<Vec<TeamId>>| {
            let now = ids.get();
            if before.is_some_and(|before| before != now) && self.may_change.get_untracked() {
                self.run(list_archived_teams(), |desk, answer| {
                    if let Ok(archived) = answer {
                        desk.archived.set(archived);
                    }
                });
            }
            now
        });
    }
}

/// Puts the focus on an element by its id.
fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // What cannot be focused is still there to be read.
        let _ = element.focus();
    }
}
