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
        canned::{CannedEntryScreen, CannedScreen, NewCannedScreen},
        contacts::{ContactScreen, ContactsScreen},
        dashboard::DashboardScreen,
        inbox::{InboxScreen, ThemeScript},
        login::{CodeScreen, InvitationScreen, LoginScreen, ResetScreen},
        not_found::NotFound,
        search::SearchScreen,
        settings::{
            ApiScreen, AuditScreen, BotScreen, BotsScreen, ChannelScreen, ChannelsScreen, FaqEntryScreen,
            FaqScreen, NewBotScreen, NewChannelScreen, NewFaqEntryScreen, NotificationsScreen, PeopleScreen,
            ProfileScreen, TagsScreen, UnreadScreen, WorkspaceScreen,
        },
        teams::TeamsScreen,
    },
};

/// The HTML document around the app.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let Viewer { workspace, time_zone } = browser::viewer();
    view! {
        <!DOCTYPE html>
        // What of its reader the page has to know before anything is loaded.
        <html lang="en" data-workspace=workspace data-zone=time_zone>
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
                <Route path=path!("/invitation/:token") view=InvitationScreen ssr=SsrMode::Async />
                <Route path=path!("/reset/:token") view=ResetScreen ssr=SsrMode::Async />
                <Route path=path!("/inbox/:conversation?") view=InboxScreen ssr=SsrMode::Async />
                <Route path=path!("/search") view=SearchScreen ssr=SsrMode::Async />
                <Route path=path!("/contacts") view=ContactsScreen ssr=SsrMode::Async />
                <Route path=path!("/contacts/:contact") view=ContactScreen ssr=SsrMode::Async />
                <Route path=path!("/teams") view=TeamsScreen ssr=SsrMode::Async />
                <Route path=path!("/canned") view=CannedScreen ssr=SsrMode::Async />
                <Route path=path!("/canned/new") view=NewCannedScreen ssr=SsrMode::Async />
                <Route path=path!("/canned/:canned") view=CannedEntryScreen ssr=SsrMode::Async />
                <Route path=path!("/dashboard") view=DashboardScreen ssr=SsrMode::Async />
                <Route
                    path=path!("/settings")
                    view=|| view! { <Redirect path=routes::CHANNELS /> }
                    ssr=SsrMode::Async
                />
                <Route path=path!("/settings/channels") view=ChannelsScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/channels/new") view=NewChannelScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/channels/:channel") view=ChannelScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/bots") view=BotsScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/bots/new") view=NewBotScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/bots/:bot") view=BotScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/faq") view=FaqScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/faq/new") view=NewFaqEntryScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/faq/:entry") view=FaqEntryScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/tags") view=TagsScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/api") view=ApiScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/notifications") view=NotificationsScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/unread") view=UnreadScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/people") view=PeopleScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/profile") view=ProfileScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/workspace") view=WorkspaceScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/audit") view=AuditScreen ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
