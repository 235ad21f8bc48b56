//! The FAQ as those see it who look after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{
        AppError, BotKind, FaqEntry, FaqEntryId, FaqQuestion, Me, Time,
        setup::{FaqGap, FaqGaps, FaqHit, FaqList, FaqRow, FaqTrial, only_supervisors, question_key},
    },
    server::{
        app::App,
        bot::{Known, faq::Index},
        error::internal,
        store::{
            Conn,
            bots::{self, ConfiguredBot, Settings},
            faq,
        },
    },
};

/// So many questions without an answer are looked at, the newest.
const MOST_QUESTIONS: i64 = 500;

/// The entries with all of these words in them; with none, all entries.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
pub async fn list(app: &App, me: &Me, words: &str) -> Result<FaqList, AppError> {
    only_supervisors(me)?;
    let since = app.clock.now().plus(-FaqList::DAYS * Time::DAY);
    let mut tx = app.db.snapshot().await?;
    let entries = faq::list(&mut tx).await?;
    let answered: BTreeMap<FaqEntryId, i64> =
        faq::count_answered(&mut tx, since).await?.into_iter().collect();
    tx.commit().await?;
    let all = entries.len();
    let wanted = words.to_lowercase();
    let has_all = |entry: &FaqEntry| {
        let text = format!("{}\n{}", entry.question, entry.answer).to_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    let mut rows: Vec<FaqRow> = entries
        .into_iter()
        .filter(has_all)
        .map(|entry| FaqRow { answered: answered.get(&entry.id).copied().unwrap_or_default(), entry })
        .collect();
    rows.sort_by_cached_key(|row| question_key(&row.entry.question));
    let found = rows.len();
    rows.truncate(FaqList::MOST);
    Ok(FaqList { rows, found, all })
}

/// One entry.
///
/// # Errors
/// If the caller is neither supervisor nor admin, there is no such entry, or the database fails.
pub async fn open(app: &App, me: &Me, id: FaqEntryId) -> Result<FaqEntry, AppError> {
    only_supervisors(me)?;
    faq::find(&mut app.db.conn().await?, id).await?.ok_or(AppError::NotFound)
}

/// The entries that fit a question, and whether the best of them would answer.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
pub async fn fitting(app: &App, me: &Me, question: &str) -> Result<FaqTrial, AppError> {
    only_supervisors(me)?;
    let mut tx = app.db.snapshot().await?;
    let entries = enabled(&mut tx).await?;
    let bot = bot(&mut tx).await?;
    tx.commit().await?;
    let hits = Index::new(&known(&entries)).search(question, FaqTrial::MOST);
    Ok(FaqTrial {
        hits: hits
            .into_iter()
            .map(|hit| FaqHit { entry: entries[hit.place].clone(), confidence: hit.confidence })
            .collect(),
        threshold: threshold(bot.as_ref()),
        bot: bot.map(|configured| configured.bot.name),
    })
}

/// What was asked and would still not be answered, newest first; the same question once.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
pub async fn gaps(app: &App, me: &Me) -> Result<FaqGaps, AppError> {
    only_supervisors(me)?;
    let mut tx = app.db.snapshot().await?;
    let entries = enabled(&mut tx).await?;
    let asked = faq::list_unanswered(&mut tx, MOST_QUESTIONS).await?;
    let threshold = threshold(bot(&mut tx).await?.as_ref());
    tx.commit().await?;
    // With thousands of entries this takes a while.
    let gaps = tokio::task::spawn_blocking(move || unanswered(&asked, &known(&entries), threshold))
        .await
        .map_err(|error| internal(&error))?;
    Ok(FaqGaps { gaps, now: app.clock.now() })
}

/// The questions that nothing answers now, each once.
fn unanswered(asked: &[FaqQuestion], known: &[Known], threshold: u32) -> Vec<FaqGap> {
    let index = Index::new(known);
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for question in asked {
        *times.entry(question_key(&question.question)).or_default() += 1;
    }
    let mut seen = BTreeSet::new();
    asked
        .iter()
        .filter_map(|question| {
            let key = question_key(&question.question);
            let times = times.get(&key).copied().unwrap_or_default();
            seen.insert(key).then_some((question, times))
        })
        .filter_map(|(question, times)| {
            let best = index.search(&question.question, 1).first().map_or(0, |hit| hit.confidence);
            (best < threshold).then(|| FaqGap {
                question: question.question.clone(),
                times,
                confidence: best,
                asked_at: question.asked_at,
            })
        })
        .take(FaqGaps::MOST)
        .collect()
}

async fn enabled(conn: &mut Conn) -> Result<Vec<FaqEntry>, AppError> {
    let mut entries = faq::list(conn).await?;
    entries.retain(|entry| entry.enabled);
    Ok(entries)
}

/// The bot that answers from the FAQ: the oldest that is on, else the oldest.
async fn bot(conn: &mut Conn) -> Result<Option<ConfiguredBot>, AppError> {
    let all = bots::list(conn).await?;
    Ok(all.into_iter().filter(|found| found.bot.kind == BotKind::Faq).min_by_key(|found| !found.bot.enabled))
}

fn threshold(bot: Option<&ConfiguredBot>) -> u32 {
    bot.map_or_else(|| Settings::default().threshold, |found| found.settings.threshold)
}

fn known(entries: &[FaqEntry]) -> Vec<Known> {
    let of = |entry: &FaqEntry| Known { question: entry.question.clone(), answer: entry.answer.clone() };
    entries.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_is_shown_once_and_what_is_answered_now_is_not() {
        let ask = |question: &str, at: i64| FaqQuestion {
            entry_id: None,
            question: question.into(),
            confidence: 0,
            asked_at: Time(at),
        };
        let asked = [
            ask("Do you sell bicycles?", 4),
            ask("How long does delivery take?", 3),
            ask("do you  sell BICYCLES?", 2),
            ask("My invoice is wrong", 1),
        ];
        let known = [Known { question: "How long does delivery take?".into(), answer: "Three days.".into() }];
        let gaps = unanswered(&asked, &known, 450);
        let told: Vec<(&str, u32, i64)> =
            gaps.iter().map(|gap| (gap.question.as_str(), gap.times, gap.asked_at.0)).collect();
        assert_eq!(told, [("Do you sell bicycles?", 2, 4), ("My invoice is wrong", 1, 1)]);
    }
}
