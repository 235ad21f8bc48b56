//! What the parts of a contact's page share.

use leptos::{html, prelude::*};

use crate::{
    api::contacts::MergeContacts,
    domain::{AppError, Candidate, ContactId, ContactPage},
    ui::components::WallClock,
};

/// The page, and what is under way on it.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The page as it is.
    pub now: RwSignal<ContactPage>,
    pub clock: WallClock,
    pub merge: ServerAction<MergeContacts>,
    /// With whom to merge, while that is asked.
    pub asked: RwSignal<Option<Candidate>>,
    /// What was just done.
    pub done: RwSignal<String>,
    pub heading: NodeRef<html::H1>,
}

impl Desk {
    /// Over the page as it was loaded.
    pub fn new(page: ContactPage) -> Self {
        Self {
            clock: WallClock::start(page.now),
            now: RwSignal::new(page),
            merge: ServerAction::new(),
            asked: RwSignal::new(None),
            done: RwSignal::new(String::new()),
            heading: NodeRef::new(),
        }
    }

    /// The contact that is kept.
    pub fn id(self) -> ContactId {
        self.now.with(|page| page.person.contact.id)
    }

    /// The value of a form's hidden field that says whose page it is.
    pub fn hidden(self) -> impl Fn() -> String + Send + Sync + 'static {
        move || self.id().to_string()
    }

    /// Asks whether to merge with somebody.
    pub fn ask(self, candidate: Candidate) {
        // What went wrong with another says nothing of this one.
        self.merge.clear();
        self.asked.set(Some(candidate));
    }

    /// Shows what a form has made of the page, then does the rest.
    pub fn follow(
        self,
        answer: impl Fn() -> Option<Result<ContactPage, AppError>> + 'static,
        then: impl Fn() + 'static,
    ) {
        Effect::new(move |_| {
            if let Some(Ok(page)) = answer() {
                self.now.set(page);
                then();
            }
        });
    }

    /// Says what was done, and goes to where the page begins: what was pressed may be gone.
    pub fn tell(self, done: String) {
        self.done.set(done);
        if let Some(heading) = self.heading.get_untracked() {
            // A heading that cannot be focused is still there to be read.
            let _ = heading.focus();
        }
    }
}

/// What a person is called.
pub fn called(page: &ContactPage) -> String {
    page.person.contact.display_name()
}
