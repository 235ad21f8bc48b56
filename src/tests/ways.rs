//! Two numbers and two mail domains in one workspace: whatever the conversations, a reply leaves from the address that
//! its customer wrote to last, and reaches that customer.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::{
    gateway::{Gateway, tell, text},
    kit::{Actor, TestApp},
    on_both,
    post::{Letter, Post, arrive},
    promises::{report, trials},
};
use crate::{
    domain::{ConversationId, Time},
    server::jobs::runner::drain,
};

on_both!(numbers_and_domains_never_cross);

const NUMBERS: [(&str, &str); 2] = [("one", "+15550111"), ("two", "+15550222")];
const DOMAINS: [(&str, &str); 2] = [("acme", "support@acme.test"), ("other", "hello@other.test")];
const CUSTOMERS: usize = 5;

/// What a customer does next, and how an operator answers.
#[derive(Debug, Clone, Copy)]
struct Step {
    customer: usize,
    by_mail: bool,
    /// To which of two.
    to: usize,
    /// Whether an operator answers the newest conversation at once.
    answered: bool,
}

fn step() -> impl Strategy<Value = Step> {
    (0..CUSTOMERS, any::<bool>(), 0..2_usize, any::<bool>())
        .prop_map(|(customer, by_mail, to, answered)| Step { customer, by_mail, to, answered })
}

async fn newest(actor: &Actor) -> ConversationId {
    actor.inbox("all").await.rows[0].conversation.id
}

async fn numbers_and_domains_never_cross(app: TestApp) {
    let (gateway, post, ann) = (Gateway::start().await, Post::start().await, app.operator("Ann").await);
    for (key, ours) in NUMBERS {
        gateway.connect(&app, key, ours, "webhook").await;
    }
    for (key, ours) in DOMAINS {
        post.connect(&app, key, ours).await;
    }
    let mut runner = TestRunner::deterministic();
    let rounds = trials(60);
    // By which address of ours each conversation was written to last, and by which of the customer's.
    let mut ways = std::collections::BTreeMap::<ConversationId, (String, String)>::new();
    for round in 0..rounds {
        let step = step().new_tree(&mut runner).expect("a step").current();
        let way = writes(&app, step, round).await;
        let id = newest(&ann).await;
        ways.insert(id, way);
        // Else an older one is answered, which others were written to since.
        let nth = (0..ways.len()).new_tree(&mut runner).expect("a number").current();
        let answered = if step.answered { id } else { *ways.keys().nth(nth).expect("one of them") };
        let words = format!("Answer {round}.");
        let reply = ann.reply_as(answered, crate::server::clock::new_id(), &words, i64::MAX, true);
        reply.await.ok();
        drain(&app).await;
        let (ours, peer) = &ways[&answered];
        assert_eq!(left(&gateway, &post, &words), [(ours.clone(), peer.clone())], "{step:?}");
        app.clock.advance(Time::SECOND);
    }
    report("two numbers and two domains", &app, rounds);
}

/// A customer writes; from and to where.
async fn writes(app: &TestApp, step: Step, round: usize) -> (String, String) {
    let way = if step.by_mail {
        let (key, ours) = DOMAINS[step.to];
        let peer = format!("customer{}@x.test", step.customer);
        let id = format!("{round}@x.test");
        let letter =
            Letter { id: &id, from: &peer, to: ours, subject: "Hello", text: "Hello", ..Letter::default() };
        arrive(app, key, ours, &letter.raw()).await.ok();
        (ours.to_owned(), peer.clone())
    } else {
        let (key, ours) = NUMBERS[step.to];
        let peer = format!("+1417555{:04}", step.customer);
        tell(app, key, &text(&format!("m{round}"), &peer, ours, "Hello")).await.ok();
        (ours.to_owned(), peer)
    };
    drain(app).await;
    way
}

/// By which ways a message has left.
fn left(gateway: &Gateway, post: &Post, words: &str) -> Vec<(String, String)> {
    let texts =
        gateway.taken().into_iter().filter(|sent| sent.text == words).map(|sent| (sent.from, sent.to));
    let mails =
        post.reached().into_iter().filter(|reached| reached.mail().text.contains(words)).map(|reached| {
            let from = reached.mail().from.map(|from| from.address).unwrap_or_default();
            (from, reached.recipient)
        });
    texts.chain(mails).collect()
}
