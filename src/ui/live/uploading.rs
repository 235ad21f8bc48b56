//! Uploading: files go to the server while their message is still being written, a few at a time.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{
    Live,
    files::{self, Admission, Attached, UploadState},
};
use crate::{
    domain::{AppError, Attachment, ConversationId},
    routes,
    ui::browser::{self, LocalFile, Preview, Upload, UploadNews},
};

/// What the browser holds of the files, by their numbers.
#[derive(Default)]
pub struct Held {
    files: BTreeMap<u64, HeldFile>,
    /// The number that was given last.
    last: u64,
}

struct HeldFile {
    file: LocalFile,
    /// Where it is sent.
    address: String,
    upload: Option<Upload>,
    _preview: Option<Preview>,
}

impl Held {
    const fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Takes a file of this computer for a conversation.
    fn take(&mut self, conversation_id: ConversationId, note: bool, file: LocalFile) -> Attached {
        let number = self.next_number();
        let preview = Preview::of(&file);
        let attached = Attached {
            number,
            conversation_id,
            note,
            name: file.name(),
            size: file.size(),
            picture: preview.as_ref().map(Preview::address),
            state: UploadState::Waiting,
        };
        let address = format!("/files?conversation={conversation_id}");
        self.files.insert(number, HeldFile { file, address, upload: None, _preview: preview });
        attached
    }

    /// Begins to send a file. Whether that was possible.
    fn send(&mut self, number: u64, tell: impl Fn(UploadNews) + 'static) -> bool {
        let Some(held) = self.files.get_mut(&number) else { return false };
        held.upload = Upload::start(&held.address, &held.file, tell);
        held.upload.is_some()
    }
}

impl Live {
    /// Takes files into the composer of the open conversation, for a note or a reply, and uploads them. Some: which were
    /// not taken, and why.
    pub fn attach(self, chosen: Vec<LocalFile>, note: bool) -> Option<String> {
        let id = self.open_id()?;
        let is_here = |file: &&Attached| file.conversation_id == id;
        let mut admission =
            Admission::beside(self.files.with_untracked(|list| list.iter().filter(is_here).count()));
        let taken: Vec<LocalFile> =
            chosen.into_iter().filter(|file| admission.takes(&file.name(), file.size())).collect();
        let attached: Option<Vec<Attached>> =
            self.with_held(|held| taken.into_iter().map(|file| held.take(id, note, file)).collect());
        self.files.update(|list| list.extend(attached.unwrap_or_default()));
        self.upload_waiting();
        admission.refusal()
    }

    /// Takes a file out of its composer, and stops its upload.
    pub fn remove_file(self, number: u64) {
        self.with_held(|held| held.files.remove(&number));
        self.files.maybe_update(|list| files::remove(list, number));
        self.upload_waiting();
    }

    /// What is written in the open conversation has become a note or a reply, and its files with it.
    pub fn turn_files(self, note: bool) {
        if let Some(id) = self.open_id() {
            self.files.maybe_update(|list| files::turn(list, id, note));
        }
    }

    /// Whether the files in the composer of a conversation are for the team.
    #[must_use]
    pub fn files_are_for_team(self, id: ConversationId) -> bool {
        self.files.with_untracked(|list| files::are_for_team(list, id))
    }

    /// Uploads a file that has failed once more.
    pub fn upload_again(self, number: u64) {
        self.files.maybe_update(|list| files::set_state(list, number, UploadState::Waiting));
        self.upload_waiting();
    }

    /// The files of a conversation's composer go with a message.
    pub(super) fn take_files(self, id: ConversationId) -> Vec<Attachment> {
        let taken = self.files.try_maybe_update(|list| {
            let taken = files::take_uploaded(list, id);
            (!taken.is_empty(), taken)
        });
        let (numbers, files): (Vec<u64>, Vec<Attachment>) = taken.unwrap_or_default().into_iter().unzip();
        self.with_held(|held| held.files.retain(|number, _| !numbers.contains(number)));
        files
    }

    /// Files of a reply come back into the composer, before those that were attached since: with a note's, all of them
    /// are for the team.
    pub(super) fn put_back_files(self, id: ConversationId, files: Vec<Attachment>) {
        if files.is_empty() {
            return;
        }
        let note = self.files_are_for_team(id);
        let back: Option<Vec<Attached>> = self.with_held(|held| {
            files.into_iter().map(|file| Attached::back(held.next_number(), id, note, file)).collect()
        });
        self.files.update(|list| {
            let mut back = back.unwrap_or_default();
            back.append(list);
            *list = back;
        });
    }

    fn upload_waiting(self) {
        let next = self.files.try_maybe_update(|list| {
            let next = files::take_waiting(list);
            (!next.is_empty(), next)
        });
        for number in next.unwrap_or_default() {
            let tell = move |news| self.hear_upload(number, news);
            if self.with_held(|held| held.send(number, tell)) != Some(true) {
                self.hear_upload(number, UploadNews::Broken);
            }
        }
    }

    fn hear_upload(self, number: u64, news: UploadNews) {
        if self.is_gone() {
            return;
        }
        let state = match news {
            UploadNews::Sent(percent) => UploadState::Sending(percent),
            UploadNews::Answered { status: 401, .. } => {
                browser::leave_for(routes::LOGIN);
                return;
            }
            UploadNews::Answered { status, body } => files::answered(status, &body),
            UploadNews::Broken => UploadState::Failed(AppError::Offline.to_string()),
        };
        self.files.maybe_update(|list| files::set_state(list, number, state));
        self.upload_waiting();
    }

    fn with_held<T>(self, act: impl FnOnce(&mut Held) -> T) -> Option<T> {
        self.held.try_update_value(|held| act(held.get_or_insert_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{FileId, Time},
        ui::live::samples::{conversation, inbox, thread},
    };
    use uuid::Uuid;

    /// What one operator sees with conversation 1 open, in a reactive owner of its own.
    fn live() -> (Owner, Live) {
        let owner = Owner::new();
        let live = owner.with(|| Live::new(inbox(), Some(thread(1))));
        (owner, live)
    }

    fn stored(n: u128) -> Attachment {
        Attachment {
            id: FileId(Uuid::from_u128(n)),
            key: format!("key-{n}"),
            name: format!("{n}.pdf"),
            content_type: "application/pdf".into(),
            size: 1,
            image: None,
        }
    }

    fn names(live: Live) -> Vec<String> {
        live.files.with_untracked(|list| list.iter().map(|file| file.name.clone()).collect())
    }

    #[test]
    fn what_comes_back_stands_before_what_was_attached_since() {
        let (_owner, live) = live();
        let here = thread(1).conversation.id;
        let there = conversation(2, Time(1)).id;
        live.put_back_files(here, vec![stored(3)]);
        live.put_back_files(there, vec![stored(4)]);
        live.put_back_files(here, vec![stored(1), stored(2)]);
        assert_eq!(names(live), ["1.pdf", "2.pdf", "4.pdf", "3.pdf"]);
        assert_eq!(live.take_files(here), [stored(1), stored(2), stored(3)]);
        assert_eq!(names(live), ["4.pdf"]);
    }

    #[test]
    fn a_note_s_files_never_become_a_reply_s_by_what_comes_back() {
        let (_owner, live) = live();
        let here = thread(1).conversation.id;
        live.put_back_files(here, vec![stored(2)]);
        assert!(!live.files_are_for_team(here));
        live.turn_files(true);
        live.put_back_files(here, vec![stored(1)]);
        assert!(live.files.with_untracked(|list| list.iter().all(|file| file.note)));
    }

    #[test]
    fn what_cannot_be_sent_at_all_says_so_and_can_be_taken_away() {
        let (_owner, live) = live();
        // Without a browser no upload begins.
        assert_eq!(live.attach(vec![LocalFile, LocalFile, LocalFile], false), None);
        let numbers: Vec<u64> = live.files.with_untracked(|list| {
            let offline = UploadState::Failed(AppError::Offline.to_string());
            assert!(list.iter().all(|file| file.state == offline), "none waits for ever");
            list.iter().map(|file| file.number).collect()
        });
        assert_eq!(numbers.len(), 3);
        live.upload_again(numbers[0]);
        for number in numbers {
            live.remove_file(number);
        }
        assert!(names(live).is_empty());
    }

    #[test]
    fn one_message_takes_a_bounded_number_of_files() {
        let (_owner, live) = live();
        let many = std::iter::repeat_with(|| LocalFile).take(Attachment::MOST + 2).collect();
        assert!(live.attach(many, false).is_some_and(|why| why.contains("at most 10 files")));
        assert_eq!(names(live).len(), Attachment::MOST);
    }
}
