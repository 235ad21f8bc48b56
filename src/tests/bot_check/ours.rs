//! The kit, against the bots that come with the product: each thinks up what a sibling app then says.

use serde_json::json;

use super::{Habit, Mind, check};
use crate::{
    domain::{BotId, BotKind, Role, setup::TrialResult},
    server::{actions::bots::try_out, bot_check::Verdict, store::bots::Settings},
    tests::{
        bots::{
            bot, know,
            model::{Model, Says},
        },
        kit::TestApp,
        on_both,
    },
};

on_both!(the_faq_keeps_the_contract, a_language_model_keeps_the_contract);

/// What a bot of ours makes of a question.
async fn mind(app: &TestApp, id: BotId) -> Mind {
    let (app, ada) = (app.clone(), app.person("Ada", Role::Admin, &[]).await.me().await);
    Box::new(move |asked| {
        let (app, ada) = (app.clone(), ada.clone());
        Box::pin(async move {
            match try_out(&app, &ada, id, &asked).await.expect("it can be tried").result {
                TrialResult::Answer { text } => ("messages", json!({ "text": text })),
                TrialResult::Person { words } | TrialResult::Failure { words } => {
                    ("handoff", json!({ "reason": words }))
                }
            }
        })
    })
}

async fn passes(app: &TestApp, id: BotId) {
    let (findings, passed) = check(Habit::Keeps, mind(app, id).await).await;
    assert!(passed, "{findings:#?}");
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::Pass), "{findings:#?}");
}

async fn the_faq_keeps_the_contract(app: TestApp) {
    let fern = bot(&app, BotKind::Faq, Settings::default()).await;
    know(&app, "How long does delivery take?", "Three days.").await;
    know(&app, "Can I return a plant?", "Within 30 days.").await;
    passes(&app, fern.id).await;
}

async fn a_language_model_keeps_the_contract(app: TestApp) {
    let model = Model::start().await;
    model.will(Says::Unless("human", &["Three ", "days."]));
    let fern = bot(&app, BotKind::OpenAi, model.settings()).await;
    passes(&app, fern.id).await;
    assert_eq!(model.asked().len(), 7, "one for each turn");
}
