//! A list under a filter is what the naive model says, on both databases, whatever the filter and the workplace; and it
//! stays so by events.

use proptest::{
    option::weighted,
    prelude::*,
    sample::{select, subsequence},
};
use serde_json::json;

use super::work::{World, pages, pick};
use crate::{
    domain::{
        Asking, Condition, Conversation, Counts, Created, Filter, Inbox, Listing, Minutes, PageKey, Priority,
        Push, Queue, QueueCell, Status, Time, Whose,
    },
    server::store::queue_counts,
    tests::{
        kit::TestApp,
        on_both,
        promises::{missed, trials},
    },
};

on_both!(lists_are_what_the_naive_model_says, a_list_under_a_filter_is_kept_true_by_events);

/// Filters that ask for what there is in this workplace, and for what there is not; `chance` is how probable each
/// condition is.
fn any_filter(world: &World, chance: f64) -> impl Strategy<Value = Filter> + use<> {
    let app = &world.app;
    let now = app.clock.now();
    let whose =
        [Whose::Me, Whose::Nobody].into_iter().chain(world.people.iter().map(|one| Whose::Operator(one.id)));
    let some = |count: usize| 1..=count;
    let minutes = |all: &'static [i64]| select(all).prop_filter_map("a span", Minutes::new);
    let time = (0..2_000_i64).prop_map(move |seconds| now.plus(-seconds * Time::SECOND));
    let created = prop_oneof![
        minutes(&[1, 5, 20, 60]).prop_map(Created::Within),
        (time.clone(), weighted(0.5, time)).prop_map(|(from, to)| Created::Between { from: Some(from), to }),
    ];
    let texts =
        ["vera", "VERA å", "åsa", "50%", "_", "\\", "%", "415555", "+1415 5550121", "nobody at all", ""];
    let tags = world.tags.clone();
    (
        weighted(chance, subsequence(Status::ALL.to_vec(), some(4))),
        weighted(chance, subsequence(vec![app.channel, crate::server::clock::new_id()], some(2))),
        weighted(chance, subsequence(vec![None, Some(app.support), Some(app.sales)], some(3))),
        weighted(chance, subsequence(whose.collect::<Vec<_>>(), some(3))),
        weighted(chance, subsequence(tags, some(2))),
        weighted(chance, subsequence(Priority::ALL.to_vec(), some(5))),
        weighted(chance, minutes(&[1, 3, 10])),
        weighted(chance, created),
        weighted(chance, select(texts.to_vec())),
    )
        .prop_map(|(status, channel, team, owner, tag, priority, waiting, created, text)| Filter {
            status: status.into_iter().flatten().collect(),
            channel: channel.into_iter().flatten().collect(),
            team: team.into_iter().flatten().collect(),
            owner: owner.into_iter().flatten().collect(),
            tag: tag.into_iter().flatten().collect(),
            priority: priority.into_iter().flatten().collect(),
            waiting,
            created,
            text: text.unwrap_or_default().to_owned(),
        })
}

/// Filters with a condition or two, such as what happens next can meet, or meet no longer.
fn short_filter(world: &World) -> impl Strategy<Value = Filter> + use<> {
    let kept = subsequence(Condition::ALL.to_vec(), 1..=2);
    (any_filter(world, 0.9), kept).prop_map(|(mut filter, kept)| {
        for other in Condition::ALL.iter().filter(|condition| !kept.contains(condition)) {
            filter.clear(*other);
        }
        filter
    })
}

fn any_queue(world: &World) -> impl Strategy<Value = Queue> + use<> {
    let teams = [Queue::Team(world.app.support), Queue::Team(world.app.sales)];
    // Most filters are on everything.
    let all = [Queue::All; 6];
    select(Queue::FIXED.into_iter().chain(teams).chain(all).collect::<Vec<_>>())
}

async fn lists_are_what_the_naive_model_says(app: TestApp) {
    let mut world = World::new(app, 30).await;
    let (mut filters, mut found, mut paged) = (0, 0, 0);
    for _ in 0..trials(6) {
        for _ in 0..25 {
            world.deed().await;
        }
        let everything = world.everything().await;
        let (filter, queue) = (any_filter(&world, 0.2), any_queue(&world));
        for round in 0..30 {
            let listing =
                Listing { queue: pick(&queue, &mut world.runner), filter: pick(&filter, &mut world.runner) };
            let actor = &world.people[round % world.people.len()];
            let me = actor.me().await;
            let asking = Asking::by(&me, world.app.clock.now());
            let mut want: Vec<&Conversation> = everything
                .iter()
                .filter(|one| listing.queue.holds(&one.facts(), &me) && listing.filter.matches(one, &asking))
                .collect();
            want.sort_by(|one, other| {
                let key = |of: &Conversation| PageKey::of(of, listing.queue);
                key(one).compare(&key(other), listing.queue)
            });
            let got = pages(actor, &listing, None).await;
            let (want, got): (Vec<_>, Vec<_>) =
                (want.iter().map(|one| one.id).collect(), got.iter().map(|one| one.id).collect());
            assert_eq!(got, want, "{listing:?} of {}", me.name);
            filters += 1;
            found += got.len();
            paged += usize::from(got.len() > crate::domain::PAGE_ROWS);
        }
    }
    assert!(found > filters / 2 && paged > 0, "{filters} filters found {found}");
    // The kept counts are those of the rows, asleep and awake.
    let everything = world.everything().await;
    let cells =
        queue_counts::list(&mut world.app.db.conn().await.expect("a connection")).await.expect("cells");
    let counted: Vec<QueueCell> =
        everything.iter().map(|one| QueueCell { facts: one.facts(), count: 1 }).collect();
    let me = world.people.last().expect("somebody").me().await;
    let teams = [world.app.support, world.app.sales];
    assert_eq!(Counts::sum(&cells, &me, teams), Counts::sum(&counted, &me, teams));
    println!("filters on {}: {filters} lists, {found} rows, 0 differences", world.app.db.system());
}

/// Random work; a list that is kept by events equals one that is read anew.
async fn a_list_under_a_filter_is_kept_true_by_events(app: TestApp) {
    let mut world = World::new(app, 6).await;
    let (mut came, mut went) = (0, 0);
    for seed in 0..trials(40) {
        let (filter, queue) = (short_filter(&world), any_queue(&world));
        let listing =
            Listing { queue: pick(&queue, &mut world.runner), filter: pick(&filter, &mut world.runner) };
        let actor = world.people[seed % world.people.len()].clone();
        let arguments = json!({ "queue": listing.queue, "filter": listing.filter });
        let mut view: Inbox =
            serde_json::from_value(actor.call("load_inbox", arguments).await.ok()).expect("an inbox");
        let before: Vec<_> = view.rows.iter().map(|row| row.conversation.id).collect();
        for _ in 0..6 {
            world.deed().await;
        }
        for (at, push) in missed(&actor, view.as_of.resume_from()).await {
            let Push::Event { event, mark, .. } = push else { continue };
            view.apply(at, &event, mark);
        }
        let got: Vec<Conversation> = view.rows.into_iter().map(|row| row.conversation).collect();
        // As much as was loaded, by the time at which it was.
        let mut want = pages(&actor, &listing, Some(view.now)).await;
        if let Some(next) = view.next {
            want.retain(|one| PageKey::of(one, listing.queue).compare(&next, listing.queue).is_lt());
        }
        came += got.iter().filter(|one| !before.contains(&one.id)).count();
        went += before.iter().filter(|id| !got.iter().any(|one| one.id == **id)).count();
        assert_eq!(got, want, "{listing:?}, seed {seed}");
        let counts = actor.inbox("all").await.counts;
        assert_eq!(view.counts, counts, "counts, seed {seed}");
    }
    assert!(came > 0 && went > 0, "{came} came and {went} went");
}
