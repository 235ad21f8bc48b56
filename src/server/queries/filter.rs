//! Filters as sibling apps write them: what the inbox names by its id they may name by what it is called.

use uuid::Uuid;

use crate::{
    domain::{AppError, Condition, Filter, WrongCondition},
    server::{
        app::App,
        store::{Conn, channels, operators, tags, teams},
    },
};

/// Reads the conditions of a request.
///
/// # Errors
/// The first that cannot be read, or names what is not there.
pub async fn read(app: &App, asked: &[(Condition, String)]) -> Result<Filter, AppError> {
    let mut filter = Filter::default();
    let mut conn = app.db.conn().await?;
    for (condition, text) in asked {
        let text = match condition {
            Condition::Channel | Condition::Team | Condition::Owner | Condition::Tag => {
                ids(&mut conn, *condition, text).await?
            }
            _ => text.clone(),
        };
        filter.set(*condition, &text).map_err(|WrongCondition(condition)| wrong(condition))?;
    }
    Ok(filter)
}

fn wrong(condition: Condition) -> AppError {
    let words = match condition {
        Condition::Waiting => "A span such as 15m, 2h or 3d, a year at most.",
        Condition::Created => "A span such as 7d, or two times of RFC 3339 in UTC: 2026-11-01T00:00:00Z..",
        Condition::Text => "This is too long.",
        _ => "This is none of the values that there are, or there are too many.",
    };
    AppError::invalid(condition.as_str(), words)
}

/// Names, with commas between them, as ids.
async fn ids(conn: &mut Conn, condition: Condition, text: &str) -> Result<String, AppError> {
    let words: Vec<&str> = text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    if words.len() > Filter::MOST_VALUES {
        return Err(wrong(condition));
    }
    let mut ids = Vec::with_capacity(words.len());
    for word in words {
        let id = if word.parse::<Uuid>().is_ok() {
            Some(word.to_owned())
        } else {
            id_of(conn, condition, word).await?
        };
        let missing = || AppError::invalid(condition.as_str(), format!("There is no “{word}”."));
        ids.push(id.ok_or_else(missing)?);
    }
    Ok(ids.join(","))
}

/// The id of what has this name; what stands for nothing stays as it is.
async fn id_of(conn: &mut Conn, condition: Condition, word: &str) -> Result<Option<String>, AppError> {
    let folded = word.to_lowercase();
    Ok(match (condition, word) {
        (Condition::Team, "none") | (Condition::Owner, "nobody") => Some(word.to_owned()),
        (Condition::Channel, key) => {
            channels::find_by_key(conn, key).await?.map(|found| found.channel.id.to_string())
        }
        (Condition::Owner, email) => {
            operators::find_by_email(conn, email).await?.map(|found| found.operator.id.to_string())
        }
        (Condition::Team, _) => {
            let teams = teams::list(conn).await?;
            teams.into_iter().find(|team| team.name.to_lowercase() == folded).map(|team| team.id.to_string())
        }
        (Condition::Tag, _) => {
            let tags = tags::list(conn).await?;
            let named = tags.into_iter().find(|tag| !tag.archived && tag.name.to_lowercase() == folded);
            named.map(|tag| tag.id.to_string())
        }
        _ => None,
    })
}
