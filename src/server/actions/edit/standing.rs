//! Whose a conversation is: what its owner's being away makes of it, and what a team's being archived does.

use super::Edit;
use crate::{
    domain::{Action, AppError, Conversation, Me, OwnerIs, Status, SystemLine, Time},
    server::store::{
        Tx,
        history::{self, TeamChange},
        operators, teams,
    },
};

impl Edit {
    /// Goes on, for an operator, with a conversation that is locked already.
    pub fn for_operator(tx: Tx, conversation: Conversation, me: &Me, at: Time) -> Self {
        Self { by: Some(me.id), ..Self::of(tx, conversation, at) }
    }

    /// The customer has written. Where the owner hands over, it goes to the team's queue, and the thread says why.
    pub async fn customer_wrote(&mut self) -> Result<(), AppError> {
        let owner = self.now.owner_id;
        self.step(Action::CustomerWrote).await?;
        let Some(owner) = owner.filter(|_| self.now.owner_id.is_none()) else { return Ok(()) };
        let account = operators::find(&mut self.tx, owner).await?;
        if let Some(away) = account.map(|account| account.operator).filter(|operator| operator.enabled) {
            let text = format!("{} is away: back to the queue", away.name);
            self.line(SystemLine::HandedOver, &away.name, text);
            self.because = Some("handed over");
        }
        Ok(())
    }

    /// How the owner stands to what happens now, where the status machine asks.
    pub(super) async fn owner_is(&mut self, action: Action) -> Result<OwnerIs, AppError> {
        let is_asked = match self.now.status {
            Status::Resolved => true,
            Status::Active => action == Action::CustomerWrote,
            Status::Open | Status::Waiting => false,
        };
        let Some(owner) = self.now.owner_id.filter(|_| is_asked) else { return Ok(OwnerIs::Working) };
        Ok(operators::find_standing(&mut self.tx, owner).await?.unwrap_or(OwnerIs::Disabled))
    }

    /// Whatever comes into a team that was archived, or comes back to life there, goes to whoever has taken over.
    pub(super) async fn settle_team(&mut self) -> Result<(), AppError> {
        let Some(team) = self.now.team_id else { return Ok(()) };
        let comes = self.was.as_ref().is_none_or(|was| {
            was.team_id != Some(team)
                || (was.status == Status::Resolved && self.now.status != Status::Resolved)
        });
        if comes {
            self.now.team_id = teams::hold_open(&mut self.tx, team).await?;
        }
        Ok(())
    }

    pub(super) async fn keep_team_change(&mut self, reason: &str) -> Result<(), AppError> {
        let Some(was) = self.was.as_ref().filter(|was| was.team_id != self.now.team_id) else {
            return Ok(());
        };
        let change = TeamChange {
            conversation_id: self.now.id,
            from: was.team_id,
            to: self.now.team_id,
            by: self.by,
            reason: reason.to_owned(),
            at: self.at,
        };
        Ok(history::insert_team_change(&mut self.tx, &change).await?)
    }
}
