//! The demo's tags, and a view that everybody has.

use std::collections::BTreeSet;

use super::{SeedError, Seeder, demo_id};
use crate::{
    domain::{Audience, Filter, Hue, Listing, OperatorId, Priority, Queue, Status, Tag, TagId, Time, View},
    server::store,
};

/// Number, name and colour.
const TAGS: [(u16, &str, Hue); 4] = [
    (201, "Delivery", Hue::Blue),
    (202, "Refund", Hue::Orange),
    (203, "VIP", Hue::Magenta),
    (204, "Wholesale", Hue::Green),
];
const VIEW: u16 = 211;
/// Sam, who leads the teams.
const SUPERVISOR: u16 = 12;

/// What a conversation carries: most of them nothing.
pub fn of(place: usize) -> BTreeSet<TagId> {
    let carries = [place % 6 == 1, place % 11 == 4, place % 9 == 4, place % 14 == 3];
    let tags = TAGS.iter().zip(carries).filter(|(_, carries)| *carries);
    tags.map(|((number, ..), _)| demo_id(*number)).collect()
}

/// How much it matters, as long as it is not done.
pub const fn priority_of(place: usize, status: Status) -> Priority {
    match (status, place % 12) {
        (Status::Resolved | Status::Open, _) => Priority::None,
        (_, 2) => Priority::Urgent,
        (_, 5 | 10) => Priority::High,
        (_, 7) => Priority::Low,
        _ => Priority::None,
    }
}

impl Seeder<'_> {
    /// Writes the tags, and the view.
    pub async fn tags(&mut self) -> Result<(), SeedError> {
        let made = self.now.plus(-90 * Time::DAY);
        for (number, name, hue) in TAGS {
            let tag = Tag { id: demo_id(number), name: name.into(), hue, archived: false };
            store::tags::insert(self.tx, &tag, made).await?;
        }
        let priority = [Priority::High, Priority::Urgent].into();
        let view = View {
            id: demo_id(VIEW),
            name: "High priority".into(),
            audience: Audience::Everyone,
            listing: Listing { queue: Queue::All, filter: Filter { priority, ..Filter::default() } },
            by: demo_id::<OperatorId>(SUPERVISOR),
        };
        store::views::insert(self.tx, &view, made).await?;
        Ok(())
    }
}
