//! Files in the composers, from being chosen to going with a message: what becomes of each, as plain functions over
//! the list.

use serde::Deserialize;

use crate::{
    domain::{AppError, Attachment, ConversationId, size_label},
    ui::page_data,
};

/// How far a file has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadState {
    /// It waits for others to be done.
    Waiting,
    /// So many percent have been sent.
    Sending(u8),
    Uploaded(Attachment),
    /// Why it is not there.
    Failed(String),
}

/// A file in the composer of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Tells it from others of this tab.
    pub number: u64,
    pub conversation_id: ConversationId,
    /// It was attached to a note: it must not go to the customer by itself.
    pub note: bool,
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Where its picture is, if it is one.
    pub picture: Option<String>,
    pub state: UploadState,
}

impl Attached {
    /// A file that the server has, as it comes back into the composer.
    pub(super) fn back(number: u64, conversation_id: ConversationId, note: bool, file: Attachment) -> Self {
        Self {
            number,
            conversation_id,
            note,
            name: file.name.clone(),
            size: u64::try_from(file.size).unwrap_or_default(),
            picture: file.thumbnail_path(),
            state: UploadState::Uploaded(file),
        }
    }
}

/// What keeps the files of a composer from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// So many of them are more than one message takes.
    Excess(usize),
    /// So many are not there, and nothing will change that but their operator.
    Failed(usize),
    /// So many are on their way.
    Uploading(usize),
}

impl Hold {
    /// What holds the files of one composer. What their operator has to see to comes first.
    #[must_use]
    pub fn of(files: &[Attached]) -> Option<Self> {
        let count =
            |is_meant: fn(&UploadState) -> bool| files.iter().filter(|file| is_meant(&file.state)).count();
        let excess = files.len().saturating_sub(Attachment::MOST);
        let failed = count(|state| matches!(state, UploadState::Failed(_)));
        let uploading = count(|state| matches!(state, UploadState::Waiting | UploadState::Sending(_)));
        match (excess, failed, uploading) {
            (0, 0, 0) => None,
            (0, 0, uploading) => Some(Self::Uploading(uploading)),
            (0, failed, _) => Some(Self::Failed(failed)),
            (excess, ..) => Some(Self::Excess(excess)),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Excess(count) => {
                format!("A message takes at most {} files: remove {count}.", Attachment::MOST)
            }
            Self::Failed(1) => "One file was not uploaded: try again, or remove it.".to_owned(),
            Self::Failed(count) => format!("{count} files were not uploaded: try again, or remove them."),
            Self::Uploading(1) => "One file is still uploading.".to_owned(),
            Self::Uploading(count) => format!("{count} files are still uploading."),
        }
    }
}

/// Decides which files a composer takes, and remembers those that it does not.
#[derive(Debug)]
pub struct Admission {
    room: usize,
    too_large: Vec<String>,
    too_many: Vec<String>,
}

impl Admission {
    /// To a composer that has so many already.
    #[must_use]
    pub const fn beside(count: usize) -> Self {
        Self { room: Attachment::MOST.saturating_sub(count), too_large: Vec::new(), too_many: Vec::new() }
    }

    /// Whether a file of so many bytes is taken.
    pub fn takes(&mut self, name: &str, size: u64) -> bool {
        if size > Attachment::LARGEST as u64 {
            self.too_large.push(name.to_owned());
        } else if self.room == 0 {
            self.too_many.push(name.to_owned());
        } else {
            self.room -= 1;
            return true;
        }
        false
    }

    /// Why not all were taken, if that is so.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let largest = size_label(Attachment::LARGEST as u64);
        let large = listed(&self.too_large)
            .map(|(names, are)| format!("{names} {are} too large: a file has at most {largest}."));
        let many = listed(&self.too_many).map(|(names, _)| {
            format!("A message takes at most {} files, without {names}.", Attachment::MOST)
        });
        let sentences: Vec<String> = large.into_iter().chain(many).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

/// The first name and how many more, with the verb that goes with them.
fn listed(names: &[String]) -> Option<(String, &'static str)> {
    let (first, more) = names.split_first()?;
    Some(match more.len() {
        0 => (first.clone(), "is"),
        more => (format!("{first} and {more} more"), "are"),
    })
}

/// So many are uploaded at once: a browser has few connections to a server, and messages need one too.
const AT_ONCE: usize = 2;

/// Which are to be uploaded now, in the order in which they were chosen.
pub fn take_waiting(list: &mut [Attached]) -> Vec<u64> {
    let sending = list.iter().filter(|file| matches!(file.state, UploadState::Sending(_))).count();
    let waiting = list.iter_mut().filter(|file| file.state == UploadState::Waiting);
    waiting
        .take(AT_ONCE.saturating_sub(sending))
        .map(|file| {
            file.state = UploadState::Sending(0);
            file.number
        })
        .collect()
}

/// A file has got further. Whether that is news.
pub fn set_state(list: &mut [Attached], number: u64, state: UploadState) -> bool {
    let file = list.iter_mut().find(|file| file.number == number && file.state != state);
    file.map(|file| file.state = state).is_some()
}

/// Whether the files in the composer of a conversation are for the team.
pub fn are_for_team(list: &[Attached], conversation: ConversationId) -> bool {
    list.iter().any(|file| file.conversation_id == conversation && file.note)
}

/// What is written in a conversation becomes a note or a reply, and its files with it. Whether any were not.
pub fn turn(list: &mut [Attached], conversation: ConversationId, note: bool) -> bool {
    let mut is_news = false;
    for file in list.iter_mut().filter(|file| file.conversation_id == conversation) {
        is_news |= file.note != note;
        file.note = note;
    }
    is_news
}

/// Its operator takes one away. Whether it was there.
pub fn remove(list: &mut Vec<Attached>, number: u64) -> bool {
    let before = list.len();
    list.retain(|file| file.number != number);
    list.len() != before
}

/// The files of a conversation's composer go with a message: those that the server has. Each with its number.
pub fn take_uploaded(list: &mut Vec<Attached>, conversation: ConversationId) -> Vec<(u64, Attachment)> {
    let mut taken = Vec::new();
    list.retain(|file| match &file.state {
        UploadState::Uploaded(attachment) if file.conversation_id == conversation => {
            taken.push((file.number, attachment.clone()));
            false
        }
        _ => true,
    });
    taken
}

/// What an answer of the server makes of a file.
pub fn answered(status: u16, body: &str) -> UploadState {
    /// RFC 9457.
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
    }
    if (200..300).contains(&status)
        && let Ok(attachment) = page_data::read(body)
    {
        return UploadState::Uploaded(attachment);
    }
    // Somebody between us and the server answers in words of their own.
    UploadState::Failed(match (page_data::read::<Problem>(body), status) {
        (Ok(Problem { detail }), _) => detail,
        (Err(_), 413) => "The server takes no file of this size.".to_owned(),
        (Err(_), _) => AppError::Unavailable.to_string(),
    })
}

#[cfg(test)]
mod tests;
