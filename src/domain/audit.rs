//! The audit log: who did what to whom, when, and from where.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Operator, OperatorId, Time, channel::words};

words! {
    /// What is kept for accountability.
    pub enum AuditKind {
        SignedIn = "signed_in",
        SignInFailed = "sign_in_failed",
        SignedOut = "signed_out",
        SessionsEnded = "sessions_ended",
        PersonAdded = "person_added",
        PersonInvited = "person_invited",
        InvitationWithdrawn = "invitation_withdrawn",
        PersonJoined = "person_joined",
        PersonRenamed = "person_renamed",
        PersonDisabled = "person_disabled",
        PersonEnabled = "person_enabled",
        RoleChanged = "role_changed",
        PasswordChanged = "password_changed",
        ResetLinkMade = "reset_link_made",
        ResetAsked = "reset_asked",
        PasswordReset = "password_reset",
        SecondStepOn = "second_step_on",
        SecondStepOff = "second_step_off",
        RecoveryCodesMade = "recovery_codes_made",
        ChannelConnected = "channel_connected",
        ChannelChanged = "channel_changed",
        ChannelSwitched = "channel_switched",
        CredentialsChanged = "credentials_changed",
        BotMade = "bot_made",
        BotChanged = "bot_changed",
        FaqImported = "faq_imported",
        TokenMade = "token_made",
        TokenRevoked = "token_revoked",
        WebhookMade = "webhook_made",
        WebhookChanged = "webhook_changed",
        WebhookDeleted = "webhook_deleted",
        WorkspaceRenamed = "workspace_renamed",
        TeamMade = "team_made",
        TeamRenamed = "team_renamed",
        TeamArchived = "team_archived",
        TeamRestored = "team_restored",
        MemberAdded = "member_added",
        MemberRemoved = "member_removed",
        TagSaved = "tag_saved",
        CannedImported = "canned_imported",
        ContactBlocked = "contact_blocked",
        ContactUnblocked = "contact_unblocked",
        TranscriptMailed = "transcript_mailed",
    }
}

impl AuditKind {
    /// What somebody did, as the log and its filter say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::SignInFailed => "Failed to sign in",
            Self::SignedOut => "Signed out",
            Self::SessionsEnded => "Ended sessions",
            Self::PersonAdded => "Added a person",
            Self::PersonInvited => "Invited a person",
            Self::InvitationWithdrawn => "Withdrew an invitation",
            Self::PersonJoined => "Accepted an invitation",
            Self::PersonRenamed => "Changed a name",
            Self::PersonDisabled => "Disabled a person",
            Self::PersonEnabled => "Enabled a person",
            Self::RoleChanged => "Changed a role",
            Self::PasswordChanged => "Changed a password",
            Self::ResetLinkMade => "Made a link to reset a password",
            Self::ResetAsked => "Asked to reset a password",
            Self::PasswordReset => "Reset a password",
            Self::SecondStepOn => "Switched two-step sign-in on",
            Self::SecondStepOff => "Switched two-step sign-in off",
            Self::RecoveryCodesMade => "Made recovery codes",
            Self::ChannelConnected => "Connected a channel",
            Self::ChannelChanged => "Changed a channel",
            Self::ChannelSwitched => "Switched a channel",
            Self::CredentialsChanged => "Changed credentials",
            Self::BotMade => "Added a bot",
            Self::BotChanged => "Changed a bot",
            Self::FaqImported => "Imported FAQ entries",
            Self::TokenMade => "Made an API token",
            Self::TokenRevoked => "Revoked an API token",
            Self::WebhookMade => "Made a webhook",
            Self::WebhookChanged => "Changed a webhook",
            Self::WebhookDeleted => "Deleted a webhook",
            Self::WorkspaceRenamed => "Renamed the workspace",
            Self::TeamMade => "Made a team",
            Self::TeamRenamed => "Renamed a team",
            Self::TeamArchived => "Archived a team",
            Self::TeamRestored => "Restored a team",
            Self::MemberAdded => "Added somebody to a team",
            Self::MemberRemoved => "Removed somebody from a team",
            Self::TagSaved => "Made or changed a tag",
            Self::CannedImported => "Imported canned responses",
            Self::ContactBlocked => "Blocked a contact",
            Self::ContactUnblocked => "Unblocked a contact",
            Self::TranscriptMailed => "Mailed a transcript",
        }
    }
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the log: later ones have greater ones.
    pub id: i64,
    pub kind: AuditKind,
    /// None: nobody who is known, or the command line.
    pub by: Option<OperatorId>,
    /// As they were called then.
    pub by_name: String,
    pub subject: Option<Uuid>,
    /// What it was done to, as it was called then; may be empty.
    pub subject_name: String,
    /// May be empty.
    pub details: String,
    /// Where the request came from; may be empty.
    pub address: String,
    pub at: Time,
}

/// What is wanted of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What they did, and what was done to them.
    pub person: Option<OperatorId>,
    pub kind: Option<AuditKind>,
    pub from: Option<Time>,
    /// Not included.
    pub until: Option<Time>,
    /// Only what stands before this place.
    pub before: Option<i64>,
}

/// The same as an address has it. What makes no sense there restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    pub person: String,
    pub kind: String,
    /// A day, such as 2026-11-27.
    pub from: String,
    /// A day, included.
    pub until: String,
    /// How many minutes east of UTC these days are.
    pub east: String,
    pub before: String,
}

impl AuditQuery {
    /// What it means.
    #[must_use]
    pub fn filter(&self) -> AuditFilter {
        let east = self.east.parse().ok().filter(|east: &i64| east.abs() <= 24 * 60).unwrap_or_default();
        let day = |text: &str| Time::of_day(text, east);
        AuditFilter {
            person: self.person.parse().ok(),
            kind: AuditKind::from_word(&self.kind),
            from: day(&self.from),
            until: day(&self.until).map(|day| day.plus(Time::DAY)),
            before: self.before.parse().ok(),
        }
    }

    /// As the query of an address, without what is empty.
    #[must_use]
    pub fn to_address(&self) -> String {
        let pairs = [
            ("person", &self.person),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
            ("east", &self.east),
            ("before", &self.before),
        ];
        // Nothing else can have a meaning, and nothing of this has to be encoded.
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let wanted = pairs.into_iter().filter(|(_, text)| !text.is_empty() && plain(text));
        wanted.map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("&")
    }
}

/// A stretch of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// Where the next stretch begins, if there is more.
    pub next: Option<i64>,
    /// Everybody, for the filter.
    pub people: Vec<Operator>,
    pub now: Time,
}

impl AuditPage {
    /// So many are shown at once.
    pub const ROWS: i64 = 50;
    /// So many can be taken away at once.
    pub const MOST: i64 = 50_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_means_what_its_parts_say() {
        let person = OperatorId(Uuid::from_u128(7));
        let query = AuditQuery {
            person: person.to_string(),
            kind: "role_changed".into(),
            from: "2026-11-22".into(),
            until: "2026-11-22".into(),
            east: "60".into(),
            before: "12".into(),
        };
        // Midnight of Sunday 22 November 2026, in UTC.
        let midnight = Time(1_795_305_600 * Time::SECOND);
        let want = AuditFilter {
            person: Some(person),
            kind: Some(AuditKind::RoleChanged),
            from: Some(midnight.plus(-Time::HOUR)),
            until: Some(midnight.plus(23 * Time::HOUR)),
            before: Some(12),
        };
        assert_eq!(query.filter(), want);
        let address = query.to_address();
        let parts: Vec<&str> = address.split('&').collect();
        assert_eq!(parts.len(), 6);
        assert!(parts.contains(&"until=2026-11-22") && parts.contains(&"kind=role_changed"), "{address}");
    }

    #[test]
    fn what_makes_no_sense_restricts_nothing() {
        let query = AuditQuery {
            person: "nobody".into(),
            kind: "everything".into(),
            from: "yesterday".into(),
            until: "2026-02-30".into(),
            east: "9999999".into(),
            before: "now".into(),
        };
        assert_eq!(query.filter(), AuditFilter::default());
        assert_eq!(AuditQuery { kind: "a&b=c".into(), ..AuditQuery::default() }.to_address(), "");
    }

    #[test]
    fn every_kind_has_a_label_of_its_own() {
        let labels: std::collections::BTreeSet<&str> =
            AuditKind::ALL.iter().map(|kind| kind.label()).collect();
        assert_eq!(labels.len(), AuditKind::ALL.len());
    }
}
