//! The pages as the server renders them.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use futures::future::join_all;

use super::{
    kit::{Actor, TestApp},
    on_both,
};

on_both!(pages_of_many_people_at_once_are_whole_and_ones_own);

/// What one server renders at the same time shares its threads; a page must show nothing of its neighbours.
async fn pages_of_many_people_at_once_are_whole_and_ones_own(app: TestApp) {
    const PEOPLE: usize = 8;
    const READS: usize = 15;
    let mut actors = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        actors.push(app.operator(&format!("Reader{number}")).await);
    }
    let mut people = Vec::with_capacity(PEOPLE);
    for (number, actor) in actors.into_iter().enumerate() {
        let word = format!("word-of-{number}-alone");
        let conversation = app.visitor().say(&word).await;
        people.push((actor, conversation, word));
    }
    let readers = people.iter().map(|(actor, conversation, word)| {
        let (actor, path, word) = (actor.clone(), format!("/inbox/{conversation}"), word.clone());
        tokio::spawn(async move {
            for _ in 0..READS {
                let page = read(&actor, &path).await;
                assert!(page.contains(&word), "the thread is there");
                let titles: Vec<&str> = page.match_indices("<title>").map(|(at, _)| &page[at..]).collect();
                assert_eq!(titles.len(), 1, "{titles:?}");
                assert!(titles[0].starts_with(&format!("<title>({PEOPLE}) ")), "{}", &titles[0][..60]);
            }
        })
    });
    for reader in join_all(readers).await {
        reader.expect("every page is whole");
    }
    println!("{} pages, {PEOPLE} at once", PEOPLE * READS);
}

async fn read(actor: &Actor, path: &str) -> String {
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, actor.cookie())
        .body(Body::empty())
        .expect("a request");
    let answer = actor.test.send(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("</html>"), "the page has an end");
    answer.text
}
