//! The pauses between connections that fail.

use std::{ops::RangeInclusive, time::Duration};

use rand::Rng;

/// After the first failure.
const SHORTEST: Duration = Duration::from_secs(1);
/// However many there were.
pub(super) const LONGEST: Duration = Duration::from_secs(5 * 60);

/// A pause after so many failures in a row.
pub(super) fn pause(failures: u32) -> Duration {
    rand::rng().random_range(range(failures))
}

/// Each is twice the one before, less up to its half: the mailboxes of one server that was away do not all come back at
/// once.
fn range(failures: u32) -> RangeInclusive<Duration> {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    let most = SHORTEST.saturating_mul(doubled).min(LONGEST);
    most / 2..=most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let seconds = |failures| range(failures).end().as_secs();
        let got = [0, 1, 2, 3, 8, 9, 10, 33, u32::MAX].map(seconds);
        assert_eq!(got, [1, 1, 2, 4, 128, 256, 300, 300, 300]);
    }

    #[test]
    fn pauses_are_spread() {
        let pauses: Vec<Duration> = (0..50).map(|_| pause(10)).collect();
        assert!(pauses.iter().all(|pause| (LONGEST / 2..=LONGEST).contains(pause)));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
