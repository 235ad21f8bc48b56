//! Who may do what to a conversation, and to a contact. The server enforces it; the browser hides what would be refused.

use super::{Facts, Me, Status};

/// What an operator can do to a conversation that they may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Reply, note, read, save a draft, claim, take over.
    Work,
    /// Give back to the queue or to the bot.
    Release,
    Resolve,
    Reopen,
    /// Out of the queues of work for a while, or back.
    Snooze,
    /// Give to a named operator.
    Assign,
    /// Give to another team.
    Move,
}

/// Whether this operator may do that. Whether the conversation's status allows it is the status machine's affair.
#[must_use]
pub fn may(me: &Me, deed: Deed, facts: &Facts) -> bool {
    if !me.sees(facts) {
        return false;
    }
    let owns = facts.owner_id == Some(me.id);
    let unowned = facts.owner_id.is_none() || facts.status == Status::Open;
    match deed {
        Deed::Work => true,
        Deed::Release => owns || me.sees_all(),
        Deed::Resolve | Deed::Reopen | Deed::Snooze => owns || unowned || me.sees_all(),
        Deed::Assign => me.sees_all() || (owns && facts.status == Status::Active),
        Deed::Move => me.sees_all(),
    }
}

/// Whether an operator may look at a contact, and change what is known of them: whoever may see one of their
/// conversations.
#[must_use]
pub fn may_meet(me: &Me, conversations: &[Facts]) -> bool {
    me.sees_all() || conversations.iter().any(|facts| me.sees(facts))
}

/// Whether an operator may block a contact. That resolves what is in work with them, so it takes whoever may resolve all
/// of it.
#[must_use]
pub fn may_block(me: &Me, conversations: &[Facts]) -> bool {
    let mut in_work = conversations.iter().filter(|facts| facts.status != Status::Resolved);
    may_meet(me, conversations) && in_work.all(|facts| may(me, Deed::Resolve, facts))
}

/// Whether an operator may say that two contacts are one person, or take that back: whoever may look at both.
#[must_use]
pub fn may_merge(me: &Me, kept: &[Facts], gone: &[Facts]) -> bool {
    may_meet(me, kept) && may_meet(me, gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OperatorId, Role, TeamId, Time};
    use uuid::Uuid;

    const SUPPORT: TeamId = TeamId(Uuid::from_u128(10));
    const SALES: TeamId = TeamId(Uuid::from_u128(11));
    const OLGA: OperatorId = OperatorId(Uuid::from_u128(1));
    const OMAR: OperatorId = OperatorId(Uuid::from_u128(2));

    fn me(role: Role) -> Me {
        Me {
            id: OLGA,
            name: "Olga".into(),
            email: "olga@demo.test".into(),
            role,
            teams: vec![SUPPORT],
            created_at: Time(0),
        }
    }

    fn facts(team_id: Option<TeamId>, owner_id: Option<OperatorId>) -> Facts {
        let status = if owner_id.is_some() { Status::Active } else { Status::Waiting };
        Facts { team_id, owner_id, status, needs_answer: false, snoozed: false }
    }

    #[test]
    fn an_operator_sees_own_teams_no_team_and_own() {
        let olga = me(Role::Operator);
        assert!(olga.sees(&facts(Some(SUPPORT), Some(OMAR))));
        assert!(olga.sees(&facts(None, None)));
        assert!(olga.sees(&facts(Some(SALES), Some(OLGA))));
        assert!(!olga.sees(&facts(Some(SALES), None)));
        assert!(me(Role::Supervisor).sees(&facts(Some(SALES), None)));
    }

    #[test]
    fn deeds_by_role_and_ownership() {
        use Deed::{Assign, Move, Release, Reopen, Resolve, Snooze, Work};
        let (operator, supervisor) = (me(Role::Operator), me(Role::Supervisor));
        let (mine, theirs, nobodys) =
            (facts(Some(SUPPORT), Some(OLGA)), facts(Some(SUPPORT), Some(OMAR)), facts(Some(SUPPORT), None));
        for (deed, on_mine, on_theirs, on_nobodys) in [
            (Work, true, true, true),
            (Release, true, false, false),
            (Resolve, true, false, true),
            (Reopen, true, false, true),
            (Snooze, true, false, true),
            (Assign, true, false, false),
            (Move, false, false, false),
        ] {
            let got = [&mine, &theirs, &nobodys].map(|facts| may(&operator, deed, facts));
            assert_eq!(got, [on_mine, on_theirs, on_nobodys], "{deed:?}");
            assert!([&mine, &theirs, &nobodys].iter().all(|facts| may(&supervisor, deed, facts)), "{deed:?}");
        }
        assert!(!may(&operator, Work, &facts(Some(SALES), Some(OMAR))));
    }

    #[test]
    fn whoever_may_resolve_all_that_is_in_work_may_block() {
        let (operator, supervisor) = (me(Role::Operator), me(Role::Supervisor));
        let resolved = |facts: Facts| Facts { status: Status::Resolved, ..facts };
        let (mine, colleagues) = (facts(Some(SUPPORT), Some(OLGA)), facts(Some(SUPPORT), Some(OMAR)));
        let elsewhere = facts(Some(SALES), None);
        let cases: [(&[Facts], bool); 6] = [
            (&[mine, facts(None, None)], true),
            (&[mine, colleagues], false),
            (&[mine, resolved(colleagues)], true),
            (&[mine, elsewhere], false),
            (&[mine, resolved(elsewhere)], true),
            (&[resolved(elsewhere)], false),
        ];
        for (conversations, may) in cases {
            assert_eq!(may_block(&operator, conversations), may, "{conversations:?}");
            assert!(may_block(&supervisor, conversations));
        }
    }

    #[test]
    fn whoever_sees_a_conversation_of_both_may_merge_them() {
        let (operator, supervisor) = (me(Role::Operator), me(Role::Supervisor));
        let mine = [facts(Some(SALES), None), facts(Some(SALES), Some(OLGA))];
        let teams = [facts(Some(SUPPORT), Some(OMAR))];
        let theirs = [facts(Some(SALES), Some(OMAR))];
        let cases: [(&[Facts], &[Facts], bool); 5] = [
            (&mine, &teams, true),
            (&mine, &theirs, false),
            (&theirs, &mine, false),
            (&theirs, &theirs, false),
            (&teams, &[], false),
        ];
        for (kept, gone, may) in cases {
            assert_eq!(may_merge(&operator, kept, gone), may, "{kept:?} {gone:?}");
            assert!(may_merge(&supervisor, kept, gone));
        }
    }
}
