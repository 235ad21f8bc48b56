use super::*;
use crate::{
    domain::{ConversationId, Signal, Typist},
    ui::live::samples::{at, push},
};
use uuid::Uuid;

fn pushed(after: i64, id: i64) -> Said {
    Said::Pushed { after: at(after), push: push(id) }
}

fn take(id: i64) -> Todo {
    Todo::Take(push(id))
}

fn typing() -> Push {
    Push::Signal {
        signal: Signal::Typing {
            conversation_id: ConversationId(Uuid::nil()),
            typist: Typist::Contact,
            on: true,
            preview: None,
        },
    }
}

#[test]
fn a_leader_repeats_each_event_once_with_the_place_before_it() {
    let mut leader = Seat::new(at(3));
    leader.lead();
    assert_eq!(leader.stream(&push(5)), Some(pushed(3, 5)));
    assert_eq!(leader.stream(&push(5)), None);
    assert_eq!(leader.stream(&push(4)), None);
    assert!(leader.stream(&typing()).is_some(), "signals have no place");
    assert_eq!(leader.stream(&push(9)), Some(pushed(5, 9)));
    assert_eq!(leader.reached(), at(9));
}

#[test]
fn a_follower_takes_what_connects_and_drops_what_it_knows() {
    let mut follower = Seat::new(at(3));
    assert_eq!(follower.hear(pushed(3, 5)), [take(5)]);
    assert_eq!(follower.hear(pushed(3, 5)), []);
    assert_eq!(follower.hear(pushed(4, 7)), [take(7)], "a leader that was behind");
    assert_eq!(follower.reached(), at(7));
}

#[test]
fn a_gap_is_asked_for_once_and_closed_in_order() {
    let mut follower = Seat::new(at(3));
    assert_eq!(follower.hear(pushed(6, 7)), [Todo::AskMissed]);
    assert_eq!(follower.hear(pushed(7, 8)), []);
    assert_eq!(follower.join(vec![push(5), push(6), push(7)]), [take(5), take(6), take(7), take(8)]);
    assert_eq!(follower.hear(pushed(8, 9)), [take(9)]);
}

#[test]
fn a_new_tab_lays_aside_until_the_answer_is_there() {
    let mut follower = Seat::new(at(3));
    follower.ask();
    assert_eq!(follower.hear(pushed(4, 5)), []);
    assert_eq!(follower.hear(Said::Pushed { after: at(5), push: typing() }), []);
    assert_eq!(follower.join(vec![push(4)]), [take(4), take(5), Todo::Take(typing())]);
}

#[test]
fn a_gap_among_what_was_laid_aside_is_asked_for_again() {
    let mut follower = Seat::new(at(3));
    follower.ask();
    assert_eq!(follower.hear(pushed(3, 4)), []);
    // Another tab leads from here on, and had learned of 5 without saying so.
    assert_eq!(follower.hear(pushed(5, 6)), []);
    assert_eq!(follower.join(Vec::new()), [take(4), Todo::AskMissed]);
    assert_eq!(follower.join(vec![push(5)]), [take(5), take(6)]);
}

#[test]
fn a_leader_ahead_is_asked_about_once_even_if_there_was_nothing_for_this_operator() {
    let stands = Said::Stands { connection: Connection::Online, at: at(9) };
    let mut follower = Seat::new(at(3));
    assert_eq!(follower.hear(stands.clone()), [Todo::Show(Connection::Online), Todo::AskMissed]);
    assert_eq!(follower.join(Vec::new()), []);
    assert_eq!(follower.reached(), at(9));
    assert_eq!(follower.hear(stands), [Todo::Show(Connection::Online)]);
}

#[test]
fn what_does_not_fit_aside_shows_as_a_gap_later() {
    let mut follower = Seat::new(at(0));
    follower.ask();
    let most = i64::try_from(Seat::MOST_ASIDE).expect("small");
    for id in 1..=most + 2 {
        assert_eq!(follower.hear(pushed(id - 1, id)), []);
    }
    assert_eq!(follower.join(Vec::new()).len(), Seat::MOST_ASIDE);
    assert_eq!(follower.hear(pushed(most + 2, most + 3)), [Todo::AskMissed]);
}

#[test]
fn whoever_takes_over_goes_on_where_it_stands() {
    let mut seat = Seat::new(at(3));
    assert_eq!(seat.hear(Said::Hello), [], "only the leader answers");
    seat.ask();
    let _ = seat.hear(pushed(3, 4));
    seat.lead();
    assert_eq!(seat.reached(), at(3), "the stream brings 4 again");
    assert_eq!(seat.stream(&push(4)), Some(pushed(3, 4)));
    assert_eq!(seat.hear(Said::Hello), [Todo::Answer]);
    assert_eq!(seat.hear(pushed(9, 10)), [], "a leader hears no other");
}

#[test]
fn a_reload_can_go_back() {
    let mut seat = Seat::new(at(30));
    seat.ask();
    seat.restart(at(5));
    assert_eq!(seat.join(vec![push(6)]), [take(6)]);
    assert_eq!(seat.reached(), at(6));
}

/// Several tabs, a stream, tabs that come and a leader that goes: each tab takes each event once, in order.
#[test]
fn all_tabs_see_the_same_whoever_leads() {
    let log: Vec<i64> = (1..=40).collect();
    let since = |place: Position, upto: i64| -> Vec<Push> {
        log.iter().filter(|id| **id > place.id && **id <= upto).map(|id| push(*id)).collect()
    };
    let mut tabs: Vec<(Seat, Vec<i64>)> = Vec::new();
    for now in 1..=40_i64 {
        if now % 6 == 1 {
            let mut seat = Seat::new(at(now - 1));
            if tabs.is_empty() {
                seat.lead();
            } else {
                seat.ask();
            }
            tabs.push((seat, Vec::new()));
        }
        if now % 15 == 0 {
            // The leader goes, and takes what it has heard last with it.
            let _ = tabs.remove(0);
            tabs[0].0.lead();
        } else if now % 15 == 1 && now > 1 {
            for push in since(tabs[0].0.reached(), now - 1) {
                say(&mut tabs, &push);
            }
        }
        if now % 15 != 0 {
            say(&mut tabs, &push(now));
        }
        for (seat, taken) in &mut tabs {
            if now % 3 == 0 && matches!(seat.role, Role::Joining { .. }) {
                let todo = seat.join(since(seat.reached(), now - 1));
                note(taken, todo);
            }
        }
    }
    for (mut seat, mut taken) in tabs {
        let todo = seat.join(since(seat.reached(), 40));
        note(&mut taken, todo);
        let first = taken.first().copied().unwrap_or(41);
        assert_eq!(taken, (first..=40).collect::<Vec<_>>());
    }
}

/// The leader's stream brings a push, and the others hear of it.
fn say(tabs: &mut [(Seat, Vec<i64>)], push: &Push) {
    let Some(((leader, taken), others)) = tabs.split_first_mut() else { return };
    let Some(said) = leader.stream(push) else { return };
    note(taken, vec![Todo::Take(push.clone())]);
    for (seat, taken) in others {
        let todo = seat.hear(said.clone());
        note(taken, todo);
    }
}

fn note(taken: &mut Vec<i64>, todo: Vec<Todo>) {
    for todo in todo {
        if let Todo::Take(Push::Event { at, .. }) = todo {
            taken.push(at.id);
        }
    }
}
