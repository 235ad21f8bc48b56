//! The inbox's frame and list.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{
        AppError, Counts, Inbox, Me, OperatorId, PAGE_ROWS, Page, PageKey, Queue, Row, Staff, Team, TeamId,
    },
    server::{
        app::App,
        store::{
            Conn, channels, conversations, events, notifications, operators, queue_counts, read_marks, teams,
            unread,
        },
    },
};

/// More unread conversations than anybody looks through: from a hundred on the screen says "99+".
const MOST_UNREAD: i64 = 200;

/// Everything that the inbox shows when it opens on a queue.
///
/// # Errors
/// If the database fails.
pub async fn open(app: &App, me: &Me, queue: Queue) -> Result<Inbox, AppError> {
    let mut tx = app.db.snapshot().await?;
    let members = teams::list_members(&mut tx).await?;
    // As of the same moment as all that follows: no event after it would tell that somebody has left a team before.
    let me = &in_teams(me, &members);
    let Page { rows, next, as_of } = page(&mut tx, me, queue, None).await?;
    let cells = queue_counts::list(&mut tx).await?;
    let unread: BTreeSet<_> = unread::list(&mut tx, me.id, MOST_UNREAD).await?.into_iter().collect();
    let notifications = notifications::count_unread(&mut tx, me.id).await?;
    let channels = channels::list(&mut tx).await?;
    let teams = teams::list(&mut tx).await?;
    let operators = operators::list(&mut tx).await?;
    let absent = operators::list_absent(&mut tx).await?;
    tx.commit().await?;
    let counts = Counts::sum(&cells, me, teams.iter().map(|team| team.id));
    let staff = Staff {
        members: members_of(me, &teams, &members),
        absent: absent.into_iter().collect(),
        loads: Staff::loads_of(&cells, me),
        here: app.hub.here().borrow().operators.clone(),
    };
    let me = me.clone();
    Ok(Inbox {
        me,
        queue,
        rows,
        next,
        counts,
        unread,
        notifications,
        channels,
        teams,
        operators,
        staff,
        as_of,
    })
}

/// Somebody with the teams that they are in now.
fn in_teams(me: &Me, members: &[(TeamId, OperatorId)]) -> Me {
    let mine = members.iter().filter(|(_, operator)| *operator == me.id);
    let mut teams: Vec<TeamId> = mine.map(|(team, _)| *team).collect();
    teams.sort_unstable();
    Me { teams, ..me.clone() }
}

/// The members of the teams that an operator may look into.
fn members_of(
    me: &Me,
    teams: &[Team],
    members: &[(TeamId, OperatorId)],
) -> BTreeMap<TeamId, BTreeSet<OperatorId>> {
    let looked_into = teams.iter().map(|team| team.id).filter(|team| me.looks_into(*team));
    let of = |team: TeamId| members.iter().filter(move |(of, _)| *of == team).map(|(_, operator)| *operator);
    looked_into.map(|team| (team, of(team).collect())).collect()
}

/// A page of a queue.
///
/// # Errors
/// If the database fails.
pub async fn list(app: &App, me: &Me, queue: Queue, from: Option<PageKey>) -> Result<Page, AppError> {
    let mut tx = app.db.snapshot().await?;
    let page = page(&mut tx, me, queue, from).await?;
    tx.commit().await?;
    Ok(page)
}

async fn page(conn: &mut Conn, me: &Me, queue: Queue, from: Option<PageKey>) -> Result<Page, AppError> {
    let as_of = events::as_of(conn).await?;
    let mut found = conversations::list(conn, me, queue, from, PAGE_ROWS + 1).await?;
    let next = found.get(PAGE_ROWS).map(|first_unloaded| PageKey::of(first_unloaded, queue));
    found.truncate(PAGE_ROWS);
    let ids: Vec<_> = found.iter().map(|conversation| conversation.id).collect();
    let marks: BTreeMap<_, _> = read_marks::list_of(conn, me.id, &ids).await?.into_iter().collect();
    let rows = found
        .into_iter()
        .map(|conversation| Row { mark: marks.get(&conversation.id).copied(), conversation })
        .collect();
    Ok(Page { rows, next, as_of })
}
