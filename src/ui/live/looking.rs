//! Who else has a conversation on screen: the marks of others, and the telling of one's own.
//!
//! Nobody keeps a list: who opens a conversation says so, and whoever has it on screen too and hears of somebody new
//! answers with the same. So both know of each other at once, on whichever servers they are.

use std::time::Duration;

use leptos::{ev, prelude::*};

use super::Live;
use crate::{
    api::messages::set_looking,
    domain::{ConversationId, OperatorId},
    ui::browser,
};

/// While a conversation is on screen it is said anew so often.
const RENEW: Duration = Duration::from_secs(15);
/// A mark that is not renewed ends by itself: their browser is gone.
const ENDS_AFTER: Duration = Duration::from_secs(40);

/// A colleague has a conversation on screen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    conversation: ConversationId,
    operator: OperatorId,
    name: String,
    /// Another with each renewal, so that an older deadline does not end a newer mark.
    renewal: u64,
}

/// The marks as they stand.
#[derive(Debug, Default)]
pub struct Looks {
    marks: Vec<Look>,
    renewals: u64,
}

impl Looks {
    /// Somebody looks, or looks still: whether they are new here, and the mark's deadline to pass to
    /// [`Looks::expire`].
    fn begin(&mut self, conversation: ConversationId, operator: OperatorId, name: String) -> (bool, u64) {
        self.renewals += 1;
        let look = Look { conversation, operator, name, renewal: self.renewals };
        let known =
            self.marks.iter_mut().find(|mark| mark.conversation == conversation && mark.operator == operator);
        let is_new = known.is_none();
        match known {
            Some(mark) => *mark = look,
            None => self.marks.push(look),
        }
        (is_new, self.renewals)
    }

    /// They look elsewhere. Whether there was a mark.
    fn end(&mut self, conversation: ConversationId, operator: OperatorId) -> bool {
        self.remove(|mark| mark.conversation == conversation && mark.operator == operator)
    }

    /// The deadline of one renewal has come; a mark that was renewed since stays.
    fn expire(&mut self, renewal: u64) -> bool {
        self.remove(|mark| mark.renewal == renewal)
    }

    fn remove(&mut self, matches: impl Fn(&Look) -> bool) -> bool {
        let before = self.marks.len();
        self.marks.retain(|mark| !matches(mark));
        self.marks.len() != before
    }

    /// Who looks at a conversation, in the order of coming.
    fn at(&self, conversation: ConversationId) -> Vec<(OperatorId, String)> {
        let here = self.marks.iter().filter(|mark| mark.conversation == conversation);
        here.map(|mark| (mark.operator, mark.name.clone())).collect()
    }
}

impl Live {
    /// Who else has the open conversation on screen.
    #[must_use]
    pub fn beside(self) -> Vec<(OperatorId, String)> {
        let open = self.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id));
        open.map(|open| self.looks.with(|looks| looks.at(open))).unwrap_or_default()
    }

    /// Keeps the others informed of what is on screen here.
    pub(super) fn tell_looking(self) {
        let open = Memo::new(move |_| {
            self.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id))
        });
        Effect::new(move |before: Option<Option<ConversationId>>| {
            let now = open.get();
            if let Some(left) = before.flatten().filter(|left| now != Some(*left)) {
                self.tell_looking_at(left, false);
            }
            self.look_again();
            now
        });
        let tick = set_interval_with_handle(move || self.look_again(), RENEW).ok();
        let visibility = window_event_listener(ev::visibilitychange, move |_| {
            if let Some(id) = (!self.is_gone()).then(|| self.open_id()).flatten() {
                self.tell_looking_at(id, browser::is_visible());
            }
        });
        on_cleanup(move || {
            if let Some(tick) = tick {
                tick.clear();
            }
            visibility.remove();
        });
    }

    /// Says that the open conversation is on screen, if it is.
    fn look_again(self) {
        let open = (!self.is_gone()).then(|| self.open_id()).flatten();
        if let Some(id) = open.filter(|_| browser::is_visible()) {
            self.tell_looking_at(id, true);
        }
    }

    fn tell_looking_at(self, id: ConversationId, on: bool) {
        // What is lost is made good by the next renewal, or ends by itself.
        self.ask(set_looking(id, on), |_, _| ());
    }

    /// A colleague has opened a conversation, has it open still, or has left it.
    pub(super) fn hear_looking(self, id: ConversationId, operator: OperatorId, name: String, on: bool) {
        if self.inbox.with_untracked(|inbox| inbox.me.id) == operator {
            return;
        }
        if !on {
            self.looks.maybe_update(|looks| looks.end(id, operator));
            return;
        }
        let mut begun = (false, 0);
        self.looks.update(|looks| begun = looks.begin(id, operator, name));
        let (is_new, renewal) = begun;
        if is_new && self.open_id() == Some(id) {
            self.look_again();
        }
        self.later(ENDS_AFTER, move |live| {
            live.looks.maybe_update(|looks| looks.expire(renewal));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
    const THERE: ConversationId = ConversationId(Uuid::from_u128(2));
    const ANA: OperatorId = OperatorId(Uuid::from_u128(8));
    const BEN: OperatorId = OperatorId(Uuid::from_u128(9));

    #[test]
    fn a_renewed_look_outlives_its_first_deadline() {
        let mut looks = Looks::default();
        let (is_new, first) = looks.begin(HERE, ANA, "Ana".into());
        assert!(is_new);
        let (is_new, second) = looks.begin(HERE, ANA, "Anna".into());
        assert!(!is_new);
        assert!(!looks.expire(first));
        assert_eq!(looks.at(HERE), [(ANA, "Anna".to_owned())]);
        assert!(looks.expire(second));
        assert!(looks.at(HERE).is_empty());
    }

    #[test]
    fn looks_are_told_apart_by_place_and_person() {
        let mut looks = Looks::default();
        for (place, who) in [(HERE, ANA), (THERE, ANA), (HERE, BEN)] {
            assert!(looks.begin(place, who, "x".into()).0);
        }
        assert_eq!(looks.at(HERE).len(), 2);
        assert!(looks.end(HERE, ANA));
        assert!(!looks.end(HERE, ANA));
        assert_eq!(looks.at(HERE)[0].0, BEN);
        assert_eq!(looks.at(THERE).len(), 1);
    }
}
