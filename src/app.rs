//! The document and the table of pages.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Redirect, Route, Router, Routes},
    path,
};

use crate::{
    domain::Viewer,
    routes,
    ui::activity,
    ui::browser,
    ui::screens::{
        inbox::{InboxScreen, ThemeScript},
        not_found::NotFound,
        rare::{Beside, ComingIn, Settings},
    },
};

/// The HTML document around the app.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let Viewer { workspace, time_zone, by_mail } = browser::viewer();
    let by_mail = by_mail.then_some("");
    view! {
        <!DOCTYPE html>
        // What of its reader the page has to know before anything is loaded.
        <html lang="en" data-workspace=workspace data-zone=time_zone data-by-mail=by_mail>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
                <meta name="color-scheme" content="light dark" />
                <ThemeScript />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() id="leptos" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The app: every page is rendered on the server whole, so that it reads without JavaScript too.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    activity::watch();
    let viewer = browser::viewer();
    view! {
        <Title formatter=move |title: String| browser::in_head(&viewer.title(&title)) />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=|| view! { <Redirect path=routes::INBOX /> } ssr=SsrMode::Async />
                <Route path=path!("/login") view=ComingIn::Login ssr=SsrMode::Async />
                <Route path=path!("/login/code") view=ComingIn::Code ssr=SsrMode::Async />
                <Route path=path!("/login/forgot") view=ComingIn::Forgot ssr=SsrMode::Async />
                <Route path=path!("/invitation/:token") view=ComingIn::Invitation ssr=SsrMode::Async />
                <Route path=path!("/reset/:token") view=ComingIn::Reset ssr=SsrMode::Async />
                <Route path=path!("/inbox/:conversation?") view=InboxScreen ssr=SsrMode::Async />
                <Route path=path!("/search") view=Beside::Search ssr=SsrMode::Async />
                <Route path=path!("/contacts") view=Beside::Contacts ssr=SsrMode::Async />
                <Route path=path!("/contacts/:contact") view=Beside::Contact ssr=SsrMode::Async />
                <Route path=path!("/teams") view=Beside::Teams ssr=SsrMode::Async />
                <Route path=path!("/canned") view=Beside::Canned ssr=SsrMode::Async />
                <Route path=path!("/canned/new") view=Beside::NewCanned ssr=SsrMode::Async />
                <Route path=path!("/canned/:canned") view=Beside::CannedEntry ssr=SsrMode::Async />
                <Route path=path!("/dashboard") view=Beside::Dashboard ssr=SsrMode::Async />
                <Route
                    path=path!("/settings")
                    view=|| view! { <Redirect path=routes::CHANNELS /> }
                    ssr=SsrMode::Async
                />
                <Route path=path!("/settings/channels") view=Settings::Channels ssr=SsrMode::Async />
                <Route path=path!("/settings/channels/new") view=Settings::NewChannel ssr=SsrMode::Async />
                <Route path=path!("/settings/channels/:channel") view=Settings::Channel ssr=SsrMode::Async />
                <Route path=path!("/settings/bots") view=Settings::Bots ssr=SsrMode::Async />
                <Route path=path!("/settings/bots/new") view=Settings::NewBot ssr=SsrMode::Async />
                <Route path=path!("/settings/bots/:bot") view=Settings::Bot ssr=SsrMode::Async />
                <Route path=path!("/settings/faq") view=Settings::Faq ssr=SsrMode::Async />
                <Route path=path!("/settings/faq/new") view=Settings::NewFaqEntry ssr=SsrMode::Async />
                <Route path=path!("/settings/faq/:entry") view=Settings::FaqEntry ssr=SsrMode::Async />
                <Route path=path!("/settings/tags") view=Settings::Tags ssr=SsrMode::Async />
                <Route path=path!("/settings/api") view=Settings::Api ssr=SsrMode::Async />
                <Route path=path!("/settings/notifications") view=Settings::Notifications ssr=SsrMode::Async />
                <Route path=path!("/settings/unread") view=Settings::Unread ssr=SsrMode::Async />
                <Route path=path!("/settings/people") view=Settings::People ssr=SsrMode::Async />
                <Route path=path!("/settings/profile") view=Settings::Profile ssr=SsrMode::Async />
                <Route path=path!("/settings/workspace") view=Settings::Workspace ssr=SsrMode::Async />
                <Route path=path!("/settings/audit") view=Settings::Audit ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
