//! Plays the script: the lines of a conversation become what the actions would have stored.

use uuid::Uuid;

use super::{
    SAM, Seeder, demo_id,
    fern::handoff,
    name_of,
    script::{Card, Line, Scripted},
};
use crate::{
    domain::{
        Channel, Contact, Conversation, Delivery, DeliveryState, FaqQuestion, Handler, Handoff, Message,
        OperatorId, SenderKind, Suggestion, SystemLine, Time,
    },
    server::store::channels::Settings,
};

/// What came of a conversation.
pub struct Played {
    pub thread: Vec<Message>,
    /// What the bot looked up.
    pub asked: Vec<FaqQuestion>,
}

/// Plays the lines of a conversation, a few minutes apart.
pub(super) fn play(
    seeder: &mut Seeder<'_>,
    scripted: &Scripted,
    contact: &Contact,
    conversation: &mut Conversation,
) -> Played {
    let started = conversation.created_at;
    let gap = (scripted.minutes_ago - scripted.last_minutes_ago) * Time::MINUTE
        / i64::try_from(scripted.lines.len().max(2) - 1).unwrap_or(1);
    let owner = scripted.owner.map(|number| (demo_id::<OperatorId>(number), name_of(number)));
    let mut stage = Stage {
        seeder,
        contact,
        conversation,
        owner,
        at: started,
        question: "",
        played: Played { thread: Vec::new(), asked: Vec::new() },
    };
    for (step, line) in (0_i64..).zip(scripted.lines) {
        stage.at = started.plus(step * gap);
        let channel = stage.seeder.channel(line.kind(scripted.kind));
        stage.line(line, &channel);
    }
    stage.played
}

/// A conversation while it is played.
struct Stage<'p, 's> {
    seeder: &'p mut Seeder<'s>,
    contact: &'p Contact,
    conversation: &'p mut Conversation,
    owner: Option<(OperatorId, &'static str)>,
    at: Time,
    /// What the customer wrote last.
    question: &'static str,
    played: Played,
}

/// Who says something.
struct Speaker {
    kind: SenderKind,
    id: Option<Uuid>,
    name: String,
}

/// What a message has that others have not.
#[derive(Default)]
struct Extra {
    note: bool,
    system: Option<SystemLine>,
    handoff: Option<Box<Handoff>>,
}

impl Stage<'_, '_> {
    fn line(&mut self, line: &Line, channel: &Channel) {
        match line {
            Line::Customer(text) | Line::CustomerBy(_, text) => self.customer(text, channel),
            Line::Suggested(text) => {
                self.customer(text, channel);
                self.suggest();
            }
            Line::Bot => self.bot(channel),
            Line::Operator(text) => {
                self.conversation.awaiting_reply_since = None;
                self.operator(text, Extra::default(), channel);
            }
            Line::Note(text) => self.operator(text, Extra { note: true, ..Extra::default() }, channel),
            Line::System(line, text) => {
                let (id, name) = self.owner.unzip();
                let speaker = system(id.map(|id| id.0), name.unwrap_or_default());
                self.say(speaker, text, Extra { system: Some(*line), ..Extra::default() }, channel);
            }
            Line::Asked(card) => {
                let name = self.conversation.contact_name.clone();
                let text = format!("{name} asked for a person");
                self.hand_off(&name, &text, handoff(card, None), channel);
            }
            Line::Unsure(card) => self.unsure(card, channel),
        }
    }

    fn customer(&mut self, text: &'static str, channel: &Channel) {
        if self.conversation.handler == Handler::Human {
            self.conversation.awaiting_reply_since.get_or_insert(self.at);
        }
        self.conversation.reply_channel_id = channel.id;
        self.question = text;
        let name = self.contact.name.clone().unwrap_or_default();
        let speaker = Speaker { kind: SenderKind::Contact, id: Some(self.contact.id.0), name };
        self.say(speaker, text, Extra::default(), channel);
    }

    /// Looks up what the customer wrote last.
    fn ask(&mut self) -> Option<String> {
        let found = self.seeder.fern.ask(self.question, self.at);
        self.played.asked.push(found.noted);
        found.answer
    }

    fn bot(&mut self, channel: &Channel) {
        let answer = self.ask().unwrap_or_else(|| unreachable!("the FAQ answers what the script asks"));
        let bot = self.seeder.fern.bot();
        let speaker = Speaker { kind: SenderKind::Bot, id: Some(bot.id.0), name: bot.name.clone() };
        self.say(speaker, &answer, Extra::default(), channel);
    }

    /// The bot offers what it would answer to whoever takes over.
    fn suggest(&mut self) {
        let answer = self.ask().unwrap_or_default();
        let suggestion = Suggestion::new(self.seeder.id(), &answer, self.at);
        if let Some(ai) = &mut self.conversation.ai {
            ai.suggestion = suggestion;
        }
    }

    fn operator(&mut self, text: &str, extra: Extra, channel: &Channel) {
        let (id, name) = self.owner.unwrap_or_else(|| (demo_id(SAM), name_of(SAM)));
        let speaker = Speaker { kind: SenderKind::Operator, id: Some(id.0), name: name.to_owned() };
        self.say(speaker, text, extra, channel);
    }

    fn unsure(&mut self, card: &Card, channel: &Channel) {
        self.ask();
        let name = self.seeder.fern.bot().name.clone();
        let text = format!("{name} was not sure and asked for a person");
        let handoff = handoff(card, self.played.asked.last());
        self.hand_off(&name, &text, handoff, channel);
    }

    /// The word passes to people, and the customer is told.
    fn hand_off(&mut self, actor: &str, text: &str, handoff: Handoff, channel: &Channel) {
        self.conversation.handler = Handler::Human;
        self.conversation.control_epoch += 1;
        self.conversation.awaiting_reply_since.get_or_insert(self.at);
        let extra = Extra {
            system: Some(SystemLine::HandedOff),
            handoff: Some(Box::new(handoff)),
            ..Extra::default()
        };
        self.say(system(None, actor), text, extra, channel);
        let settings = Settings::default();
        let words = settings.handed_off_words.replace("{wait}", &settings.reply_time);
        self.say(system(None, &channel.name), &words, Extra::default(), channel);
    }

    fn say(&mut self, speaker: Speaker, body: &str, extra: Extra, channel: &Channel) {
        let from_customer = speaker.kind == SenderKind::Contact;
        let goes_out = !from_customer && !extra.note && extra.system.is_none();
        let message = Message {
            id: self.seeder.id(),
            seq: self.conversation.last_seq + 1,
            sender: speaker.kind,
            sender_id: speaker.id,
            sender_name: speaker.name,
            channel_id: channel.id,
            channel_kind: channel.kind,
            body: body.to_owned(),
            note: extra.note,
            system: extra.system,
            client_msg_id: None,
            in_reply_to: None,
            delivery: goes_out.then_some(Delivery::new(DeliveryState::Delivered, self.at)),
            attachments: Vec::new(),
            awaited: Vec::new(),
            mail: None,
            handoff: extra.handoff,
            mentions: Vec::new(),
            customer_messages: self.conversation.customer_messages + i64::from(from_customer),
            created_at: self.at,
        };
        self.conversation.add(&message);
        self.played.thread.push(message);
    }
}

fn system(id: Option<Uuid>, name: &str) -> Speaker {
    Speaker { kind: SenderKind::System, id, name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::script::{CONVERSATIONS, Line};
    use crate::domain::{ChannelKind, Status};

    /// A bot has the word in the conversations that began with it, until it gave it away.
    #[test]
    fn who_has_the_word_fits_the_status() {
        for scripted in CONVERSATIONS {
            let handed_off =
                scripted.lines.iter().any(|line| matches!(line, Line::Asked(_) | Line::Unsure(_)));
            let with_bot = scripted.kind == ChannelKind::Chatbot && !handed_off;
            assert_eq!(with_bot, scripted.status == Status::Open, "{}", scripted.name);
            assert!(scripted.kind == ChannelKind::Chatbot || !handed_off, "{}", scripted.name);
        }
    }
}
