//! The inbox's frame and list.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{
        AppError, Asking, Counts, Inbox, Listing, Me, OperatorId, PAGE_ROWS, Page, PageKey, Row, Staff, Team,
        TeamId, Time, View, ViewId,
    },
    server::{
        app::App,
        store::{
            Conn, channels, conversations, events, notifications, operators, queue_counts, read_marks, tags,
            teams, unread, views,
        },
    },
};

/// More unread conversations than anybody looks through: from a hundred on the screen says "99+".
const MOST_UNREAD: i64 = 200;

/// Everything that the inbox shows when it opens on a list.
///
/// # Errors
/// If the database fails.
pub async fn open(app: &App, me: &Me, listing: Listing) -> Result<Inbox, AppError> {
    listing.filter.check()?;
    let mut tx = app.db.snapshot().await?;
    let members = teams::list_members(&mut tx).await?;
    // As of the same moment as all that follows: no event after it would tell that somebody has left a team before.
    let me = &in_teams(me, &members);
    let Page { rows, next, as_of, now } = page(&mut tx, me, &listing, None, app.clock.now()).await?;
    let cells = queue_counts::list(&mut tx).await?;
    let unread: BTreeSet<_> = unread::list(&mut tx, me.id, MOST_UNREAD).await?.into_iter().collect();
    let notifications = notifications::count_unread(&mut tx, me.id).await?;
    let channels = channels::list(&mut tx).await?;
    let teams = teams::list(&mut tx).await?;
    let operators = operators::list(&mut tx).await?;
    let absent = operators::list_absent(&mut tx).await?;
    let tags = tags::list(&mut tx).await?;
    let views = views::list_for(&mut tx, me).await?;
    tx.commit().await?;
    let counts = Counts::sum(&cells, me, teams.iter().map(|team| team.id));
    let staff = Staff {
        members: members_of(me, &teams, &members),
        absent: absent.into_iter().collect(),
        loads: Staff::loads_of(&cells, me),
        here: app.hub.here().borrow().operators.clone(),
    };
    let Listing { queue, filter } = listing;
    let me = me.clone();
    Ok(Inbox {
        me,
        queue,
        filter,
        rows,
        next,
        now,
        counts,
        unread,
        notifications,
        channels,
        teams,
        operators,
        staff,
        tags,
        views,
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

/// A page of a list. Its filter is read at the time of the page before it; none: now.
///
/// # Errors
/// If the database fails.
pub async fn list(
    app: &App,
    me: &Me,
    listing: &Listing,
    from: Option<PageKey>,
    at: Option<Time>,
) -> Result<Page, AppError> {
    listing.filter.check()?;
    let mut tx = app.db.snapshot().await?;
    let page = page(&mut tx, me, listing, from, at.unwrap_or_else(|| app.clock.now())).await?;
    tx.commit().await?;
    Ok(page)
}

/// How many conversations stand in each of the operator's views, counted no further than to [`View::COUNTED`].
///
/// # Errors
/// If the database fails.
pub async fn count_views(app: &App, me: &Me) -> Result<Vec<(ViewId, usize)>, AppError> {
    let asking = Asking::by(me, app.clock.now());
    let mut tx = app.db.snapshot().await?;
    let mut counts = Vec::new();
    for view in views::list_for(&mut tx, me).await? {
        let count = conversations::count_up_to(&mut tx, me, &view.listing, &asking, View::COUNTED).await?;
        counts.push((view.id, count));
    }
    tx.commit().await?;
    Ok(counts)
}

async fn page(
    conn: &mut Conn,
    me: &Me,
    listing: &Listing,
    from: Option<PageKey>,
    now: Time,
) -> Result<Page, AppError> {
    let as_of = events::as_of(conn).await?;
    let queue = listing.queue;
    let mut found = if listing.filter.is_empty() {
        conversations::list(conn, me, queue, from, PAGE_ROWS + 1).await?
    } else {
        let asking = Asking::by(me, now);
        conversations::list_filtered(conn, me, listing, &asking, from, PAGE_ROWS + 1).await?
    };
    let next = found.get(PAGE_ROWS).map(|first_unloaded| PageKey::of(first_unloaded, queue));
    found.truncate(PAGE_ROWS);
    let ids: Vec<_> = found.iter().map(|conversation| conversation.id).collect();
    let marks: BTreeMap<_, _> = read_marks::list_of(conn, me.id, &ids).await?.into_iter().collect();
    let rows = found
        .into_iter()
        .map(|conversation| Row { mark: marks.get(&conversation.id).copied(), conversation })
        .collect();
    Ok(Page { rows, next, as_of, now })
}
