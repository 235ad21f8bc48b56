//! Fern, the demo's helper: a bot that answers from the shop's FAQ.

use super::{SeedError, Seeder, demo_id, faq::ENTRIES, script::Card};
use crate::{
    domain::{Bot, BotId, BotKind, Fact, FaqEntry, FaqQuestion, Handoff, HandoffReason, Time},
    server::{
        bot::{Known, faq::Index},
        store::{
            bots::{self, ConfiguredBot},
            channels, faq,
        },
    },
};

const FERN: u16 = 201;
/// The number of the first entry.
const FIRST_ENTRY: u16 = 401;

/// The bot, and what it knows.
pub struct Fern {
    configured: ConfiguredBot,
    entries: Vec<FaqEntry>,
    index: Index,
}

/// What the FAQ has to say to a question.
pub struct Found {
    /// None if it is not sure enough.
    pub answer: Option<String>,
    /// As the bot would have noted it.
    pub noted: FaqQuestion,
}

impl Fern {
    pub fn new(made: Time) -> Self {
        let bot = Bot { id: demo_id::<BotId>(FERN), kind: BotKind::Faq, name: "Fern".into(), enabled: true };
        let entries: Vec<FaqEntry> = (FIRST_ENTRY..)
            .zip(ENTRIES)
            .map(|(number, (question, answer))| FaqEntry {
                id: demo_id(number),
                question: (*question).into(),
                answer: (*answer).into(),
                enabled: true,
                created_at: made,
                updated_at: made,
            })
            .collect();
        let known: Vec<Known> = ENTRIES
            .iter()
            .map(|(question, answer)| Known { question: (*question).into(), answer: (*answer).into() })
            .collect();
        let settings = bots::Settings::default();
        Self {
            configured: ConfiguredBot { bot, settings, secret: None, created_at: made },
            entries,
            index: Index::new(&known),
        }
    }

    pub const fn bot(&self) -> &Bot {
        &self.configured.bot
    }

    /// What its channel is set to do.
    pub fn channel(&self) -> channels::Settings {
        channels::Settings {
            label: "Ask Fern".into(),
            greeting:
                "Hello, I am Fern, the AI helper of Kiln & Fern. Ask me about pots, plants and parcels."
                    .into(),
            bot: Some(self.bot().id),
            suggestions: true,
            ..channels::Settings::default()
        }
    }

    /// Looks an answer up, as it does when a customer asks.
    pub fn ask(&self, question: &str, asked_at: Time) -> Found {
        let best = self.index.search(question, 1).into_iter().next();
        let sure = best.filter(|hit| hit.confidence >= self.configured.settings.threshold);
        let entry = sure.and_then(|hit| self.entries.get(hit.place));
        Found {
            answer: entry.map(|entry| entry.answer.clone()),
            noted: FaqQuestion {
                entry_id: entry.map(|entry| entry.id),
                question: question.to_owned(),
                confidence: best.map_or(0, |hit| hit.confidence),
                asked_at,
            },
        }
    }
}

/// What it tells who takes over; how sure it was, if that is why.
pub fn handoff(card: &Card, unsure: Option<&FaqQuestion>) -> Handoff {
    Handoff {
        goal: Some(card.goal.into()),
        summary: Some(card.summary.into()),
        facts: card
            .facts
            .iter()
            .map(|(name, value)| Fact { name: (*name).into(), value: (*value).into() })
            .collect(),
        language: Some("en".into()),
        confidence: unsure.and_then(|question| u8::try_from(question.confidence / 10).ok()),
        ..Handoff::because(if unsure.is_some() { HandoffReason::Unsure } else { HandoffReason::Asked })
    }
}

impl Seeder<'_> {
    /// Writes the bot and its FAQ.
    pub(super) async fn helper(&mut self) -> Result<(), SeedError> {
        bots::insert(self.tx, &self.fern.configured).await?;
        for entry in &self.fern.entries {
            faq::insert(self.tx, entry).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::script::{CONVERSATIONS, Line},
        *,
    };
    use crate::domain::ChannelKind;

    fn answer(question: &str) -> Option<String> {
        Fern::new(Time(0)).ask(question, Time(0)).answer
    }

    #[test]
    fn visitors_of_the_demo_get_the_answers_that_they_expect() {
        for (question, part) in [
            ("hello", "I am Fern"),
            ("Thanks!", "welcome"),
            ("Am I talking to a real person?", "I am an AI"),
            ("How long does delivery take?", "2 to 4 working days"),
            ("how much is delivery", "€5.90"),
            ("Do you ship to Switzerland?", "Switzerland"),
            ("Are you open on Sunday?", "closed on Sunday"),
            ("How do I return a pot?", "30 days"),
            ("What size of pot do I need for a fern?", "two to four centimetres"),
            ("How often should I water my fern?", "twice a week"),
            ("How often do I water the snake plant?", "two to three weeks"),
            ("Do you have gift cards?", "€20"),
            ("Can I pay with PayPal?", "PayPal"),
        ] {
            let found = answer(question);
            assert!(found.as_ref().is_some_and(|words| words.contains(part)), "{question}: {found:?}");
        }
        for question in ["Do you sell bicycles?", "Do you run throwing classes for beginners?", "🎉", ""] {
            assert_eq!(answer(question), None, "{question}");
        }
    }

    /// What the script has it say or not say is what it would have done.
    #[test]
    fn the_script_is_true_to_the_faq() {
        for scripted in CONVERSATIONS.iter().filter(|scripted| scripted.kind == ChannelKind::Chatbot) {
            let mut asked = "";
            for line in scripted.lines {
                match line {
                    Line::Customer(text) => asked = text,
                    Line::Bot => assert!(answer(asked).is_some(), "{}: {asked}", scripted.name),
                    Line::Suggested(text) => assert!(answer(text).is_some(), "{}: {text}", scripted.name),
                    Line::Unsure(_) => assert_eq!(answer(asked), None, "{}: {asked}", scripted.name),
                    _ => {}
                }
            }
        }
    }
}
