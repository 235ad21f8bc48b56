//! The document and the table of pages.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
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
        login::{CodeScreen, ForgotScreen, InvitationScreen, LoginScreen, ResetScreen},
        not_found::NotFound,
        rare,
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
                <Route path=path!("/login") view=LoginScreen ssr=SsrMode::Async />
                <Route path=path!("/login/code") view=CodeScreen ssr=SsrMode::Async />
                <Route path=path!("/login/forgot") view=ForgotScreen ssr=SsrMode::Async />
                <Route path=path!("/invitation/:token") view=InvitationScreen ssr=SsrMode::Async />
                <Route path=path!("/reset/:token") view=ResetScreen ssr=SsrMode::Async />
                <Route path=path!("/inbox/:conversation?") view=InboxScreen ssr=SsrMode::Async />
                <Route path=path!("/search") view={Lazy::<rare::Search>::new()} ssr=SsrMode::Async />
                <Route path=path!("/contacts") view={Lazy::<rare::Contacts>::new()} ssr=SsrMode::Async />
                <Route path=path!("/contacts/:contact") view={Lazy::<rare::Contact>::new()} ssr=SsrMode::Async />
                <Route path=path!("/teams") view={Lazy::<rare::Teams>::new()} ssr=SsrMode::Async />
                <Route path=path!("/canned") view={Lazy::<rare::Canned>::new()} ssr=SsrMode::Async />
                <Route path=path!("/canned/new") view={Lazy::<rare::NewCanned>::new()} ssr=SsrMode::Async />
                <Route path=path!("/canned/:canned") view={Lazy::<rare::CannedEntry>::new()} ssr=SsrMode::Async />
                <Route path=path!("/dashboard") view={Lazy::<rare::Dashboard>::new()} ssr=SsrMode::Async />
                <Route
                    path=path!("/settings")
                    view=|| view! { <Redirect path=routes::CHANNELS /> }
                    ssr=SsrMode::Async
                />
                <Route path=path!("/settings/channels") view={Lazy::<rare::Channels>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/channels/new") view={Lazy::<rare::NewChannel>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/channels/:channel") view={Lazy::<rare::Channel>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/bots") view={Lazy::<rare::Bots>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/bots/new") view={Lazy::<rare::NewBot>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/bots/:bot") view={Lazy::<rare::Bot>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/faq") view={Lazy::<rare::Faq>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/faq/new") view={Lazy::<rare::NewFaqEntry>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/faq/:entry") view={Lazy::<rare::FaqEntry>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/tags") view={Lazy::<rare::Tags>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/api") view={Lazy::<rare::Api>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/notifications") view={Lazy::<rare::Notifications>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/unread") view={Lazy::<rare::Unread>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/people") view={Lazy::<rare::People>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/profile") view={Lazy::<rare::Profile>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/workspace") view={Lazy::<rare::Workspace>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/audit") view={Lazy::<rare::Audit>::new()} ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
