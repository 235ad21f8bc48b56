//! How long to wait before trying again.

use std::time::Duration;

/// Counts failures in a row and spreads the next attempts: full jitter under a doubling bound, so that many clients
/// cut at once do not come back at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The bound of the first wait; a short break is healed within it.
    const FIRST: Duration = Duration::from_millis(500);
    const LONGEST: Duration = Duration::from_secs(30);

    /// Failures since the last success.
    #[must_use]
    pub const fn failures(self) -> u32 {
        self.failures
    }

    /// Notes a failure and says how long to wait now. `random` is from 0 to 1.
    #[must_use]
    pub fn fail(&mut self, random: f64) -> Duration {
        let bound = Self::FIRST.saturating_mul(1 << self.failures.min(16)).min(Self::LONGEST);
        self.failures = self.failures.saturating_add(1);
        bound.mul_f64(random.clamp(0.0, 1.0))
    }

    /// Notes a success.
    pub const fn succeed(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_thirty_seconds_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::default();
        let bounds: Vec<u64> =
            (0..9).map(|_| backoff.fail(1.0).as_millis().try_into().expect("small")).collect();
        assert_eq!(bounds, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(backoff.failures(), 9);
        backoff.succeed();
        assert_eq!(backoff.fail(1.0), Duration::from_millis(500));
    }

    #[test]
    fn jitter_reaches_down_to_nothing() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.fail(0.0), Duration::ZERO);
        assert_eq!(backoff.fail(0.5), Duration::from_millis(500));
    }

    #[test]
    fn a_night_offline_overflows_nothing() {
        let mut backoff = Backoff { failures: u32::MAX };
        assert_eq!(backoff.fail(1.0), Backoff::LONGEST);
        assert_eq!(backoff.failures(), u32::MAX);
    }
}
