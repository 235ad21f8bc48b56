//! How often one party may try something.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use crate::{
    domain::{ApiTokenId, AppError, ConversationId},
    server::config,
};

/// The limits of a server, kept in memory: they slow an attacker down, correctness does not rest on them.
pub struct Limits {
    sign_ins_by_account: DefaultKeyedRateLimiter<String>,
    sign_ins_by_peer: DefaultKeyedRateLimiter<IpAddr>,
    messages: DefaultKeyedRateLimiter<Vec<u8>>,
    visitors_by_peer: DefaultKeyedRateLimiter<IpAddr>,
    api: DefaultKeyedRateLimiter<ApiTokenId>,
    partials: DefaultKeyedRateLimiter<(ApiTokenId, ConversationId)>,
    uploads: DefaultKeyedRateLimiter<Vec<u8>>,
    uploads_by_peer: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    #[must_use]
    pub fn new(limits: &config::Limits) -> Self {
        let per_minute = |count: u32| Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        Self {
            sign_ins_by_account: RateLimiter::keyed(per_minute(limits.sign_ins_per_minute)),
            // Many people can sit behind one address.
            sign_ins_by_peer: RateLimiter::keyed(per_minute(limits.sign_ins_per_minute.saturating_mul(10))),
            messages: RateLimiter::keyed(per_minute(limits.messages_per_minute)),
            visitors_by_peer: RateLimiter::keyed(per_minute(limits.messages_per_minute.saturating_mul(10))),
            api: RateLimiter::keyed(per_minute(limits.api_requests_per_minute)),
            partials: RateLimiter::keyed(Quota::per_second(NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN))),
            uploads: RateLimiter::keyed(per_minute(limits.uploads_per_minute)),
            // Fewer: files take room on the disk, and a visitor is made by nothing but another token.
            uploads_by_peer: RateLimiter::keyed(per_minute(limits.uploads_per_minute.saturating_mul(4))),
        }
    }

    /// An attempt to sign in.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] if there were too many to this account or from this address.
    pub fn sign_in(&self, email: &str, peer: IpAddr) -> Result<(), AppError> {
        check(&self.sign_ins_by_peer, &peer)?;
        check(&self.sign_ins_by_account, &email.to_lowercase())
    }

    /// A look at what a link that was given to somebody is for, or its use.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] if there were too many from this address.
    pub fn link(&self, peer: IpAddr) -> Result<(), AppError> {
        check(&self.sign_ins_by_peer, &peer)
    }

    /// A request of a visitor's browser that writes.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] if this visitor or this address sends too much.
    pub fn visitor(&self, token_hash: &[u8], peer: IpAddr) -> Result<(), AppError> {
        check(&self.visitors_by_peer, &peer)?;
        check(&self.messages, &token_hash.to_vec())
    }

    /// A file of a visitor's browser, sent with a message or not.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] if this visitor or this address sends too many.
    pub fn upload(&self, token_hash: &[u8], peer: IpAddr) -> Result<(), AppError> {
        check(&self.uploads_by_peer, &peer)?;
        check(&self.uploads, &token_hash.to_vec())
    }

    /// A request with a token of the HTTP API.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] if there were too many.
    pub fn api(&self, token: ApiTokenId) -> Result<(), AppError> {
        check(&self.api, &token)
    }

    /// What a bot shows of an answer that it is writing.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] beyond ten a second.
    pub fn partial(&self, token: ApiTokenId, conversation: ConversationId) -> Result<(), AppError> {
        check(&self.partials, &(token, conversation))
    }

    /// Forgets parties that have been quiet for long enough.
    pub fn forget_quiet(&self) {
        self.sign_ins_by_account.retain_recent();
        self.sign_ins_by_peer.retain_recent();
        self.messages.retain_recent();
        self.visitors_by_peer.retain_recent();
        self.api.retain_recent();
        self.partials.retain_recent();
        self.uploads.retain_recent();
        self.uploads_by_peer.retain_recent();
    }
}

fn check<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), AppError> {
    limiter.check_key(key).map_err(|refused| {
        let wait = refused.wait_time_from(limiter.clock().now());
        AppError::RateLimited { retry_after: wait.as_secs() + 1 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_have_a_limit_for_each_visitor_and_one_for_each_address() {
        let limits = Limits::new(&config::Limits { uploads_per_minute: 2, ..config::Limits::default() });
        let peer = |last: u8| IpAddr::from([192, 0, 2, last]);
        let is_limited =
            |answer: Result<(), AppError>| matches!(answer, Err(AppError::RateLimited { retry_after: 1.. }));
        let (one, other) = (b"one".as_slice(), b"other".as_slice());
        for upload in 0..3 {
            assert_eq!(is_limited(limits.upload(one, peer(1))), upload == 2, "{upload}");
        }
        assert_eq!(limits.upload(other, peer(1)), Ok(()), "another visitor");
        assert_eq!(limits.visitor(one, peer(1)), Ok(()), "who may still write");
        // Always another token, from one place.
        let refused = (0..9_u8).filter(|token| is_limited(limits.upload(&[*token], peer(2)))).count();
        assert_eq!(refused, 1);
        assert_eq!(limits.upload(&[99], peer(3)), Ok(()), "another place");
    }
}
