//! The document and the table of pages.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Redirect, Route, Router, Routes},
    path,
};

use crate::{
    routes,
    ui::activity,
    ui::screens::{
        canned::{CannedEntryScreen, CannedScreen, NewCannedScreen},
        contacts::{ContactScreen, ContactsScreen},
        inbox::{InboxScreen, ThemeScript},
        login::LoginScreen,
        not_found::NotFound,
        search::SearchScreen,
        settings::{
            ApiScreen, BotScreen, BotsScreen, ChannelScreen, ChannelsScreen, FaqEntryScreen, FaqScreen,
            NewBotScreen, NewChannelScreen, NewFaqEntryScreen, NotificationsScreen, UnreadScreen,
        },
        teams::TeamsScreen,
    },
};

/// The HTML document around the app.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
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
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Live Operator".to_owned() } else { title } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=|| view! { <Redirect path=routes::INBOX /> } ssr=SsrMode::Async />
                <Route path=path!("/login") view=LoginScreen ssr=SsrMode::Async />
                <Route path=path!("/inbox/:conversation?") view=InboxScreen ssr=SsrMode::Async />
                <Route path=path!("/search") view=SearchScreen ssr=SsrMode::Async />
                <Route path=path!("/contacts") view=ContactsScreen ssr=SsrMode::Async />
                <Route path=path!("/contacts/:contact") view=ContactScreen ssr=SsrMode::Async />
                <Route path=path!("/teams") view=TeamsScreen ssr=SsrMode::Async />
                <Route path=path!("/canned") view=CannedScreen ssr=SsrMode::Async />
                <Route path=path!("/canned/new") view=NewCannedScreen ssr=SsrMode::Async />
                <Route path=path!("/canned/:canned") view=CannedEntryScreen ssr=SsrMode::Async />
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
                <Route path=path!("/settings/api") view=ApiScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/notifications") view=NotificationsScreen ssr=SsrMode::Async />
                <Route path=path!("/settings/unread") view=UnreadScreen ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
