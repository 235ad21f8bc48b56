//! How often one party may try something.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use crate::{domain::AppError, server::config};

/// The limits of a server, kept in memory: they slow an attacker down, correctness does not rest on them.
pub struct Limits {
    sign_ins_by_account: DefaultKeyedRateLimiter<String>,
    sign_ins_by_peer: DefaultKeyedRateLimiter<IpAddr>,
    messages: DefaultKeyedRateLimiter<Vec<u8>>,
    visitors_by_peer: DefaultKeyedRateLimiter<IpAddr>,
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

    /// A request of a visitor's browser that writes.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] if this visitor or this address sends too much.
    pub fn visitor(&self, token_hash: &[u8], peer: IpAddr) -> Result<(), AppError> {
        check(&self.visitors_by_peer, &peer)?;
        check(&self.messages, &token_hash.to_vec())
    }

    /// Forgets parties that have been quiet for long enough.
    pub fn forget_quiet(&self) {
        self.sign_ins_by_account.retain_recent();
        self.sign_ins_by_peer.retain_recent();
        self.messages.retain_recent();
        self.visitors_by_peer.retain_recent();
    }
}

fn check<K: Clone + Eq + Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), AppError> {
    limiter.check_key(key).map_err(|refused| {
        let wait = refused.wait_time_from(limiter.clock().now());
        AppError::RateLimited { retry_after: wait.as_secs() + 1 }
    })
}
