//! The pages around the inbox. What shows them is loaded when the first of them is opened, so that the inbox is there
//! sooner: one part for coming in, one for what is beside the inbox, one for the settings.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{ChooseView, hooks::use_location};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::{
    canned::{CannedEntryScreen, CannedScreen, NewCannedScreen},
    contacts::{ContactScreen, ContactsScreen},
    dashboard::DashboardScreen,
    login::{CodeScreen, ForgotScreen, InvitationScreen, LoginScreen, ResetScreen, mark_hydrated},
    search::SearchScreen,
    settings::{
        ApiScreen, AuditScreen, BotScreen, BotsScreen, ChannelScreen, ChannelsScreen, FaqEntryScreen,
        FaqScreen, NewBotScreen, NewChannelScreen, NewFaqEntryScreen, NotificationsScreen, PeopleScreen,
        ProfileScreen, TagsScreen, UnreadScreen, WorkspaceScreen,
    },
    teams::TeamsScreen,
};
use crate::{
    routes,
    ui::{browser, live::Backoff},
};

/// A part: its pages, the function that shows them, which is what the build takes out with all that only it needs, and the
/// one that loads it. On the server a part is always there.
macro_rules! part {
    ($file:ident, $Part:ident, $show:ident, $load:ident, [$($Page:ident => $Screen:ident),* $(,)?]) => {
        #[derive(Debug, Clone, Copy)]
        pub enum $Part {
            $($Page),*
        }

        #[wasm_split($file, preload($load), fallible)]
        fn $show(page: $Part) -> Result<AnyView, SplitLoaderError> {
            Ok(match page {
                $($Part::$Page => view! { <$Screen /> }.into_any()),*
            })
        }

        impl ChooseView for $Part {
            async fn choose(self) -> AnyView {
                $show(self).await.unwrap_or_else(|_| lost())
            }

            async fn preload(&self) {
                let mut backoff = Backoff::default();
                while $load().await.is_err() && again(&mut backoff).await {}
            }
        }
    };
}

part!(login, ComingIn, show_login, load_login, [
    Login => LoginScreen,
    Code => CodeScreen,
    Forgot => ForgotScreen,
    Invitation => InvitationScreen,
    Reset => ResetScreen,
]);

part!(beside, Beside, show_beside, load_beside, [
    Search => SearchScreen,
    Contacts => ContactsScreen,
    Contact => ContactScreen,
    Teams => TeamsScreen,
    Canned => CannedScreen,
    NewCanned => NewCannedScreen,
    CannedEntry => CannedEntryScreen,
    Dashboard => DashboardScreen,
]);

part!(settings, Settings, show_settings, load_settings, [
    Channels => ChannelsScreen,
    NewChannel => NewChannelScreen,
    Channel => ChannelScreen,
    Bots => BotsScreen,
    NewBot => NewBotScreen,
    Bot => BotScreen,
    Faq => FaqScreen,
    NewFaqEntry => NewFaqEntryScreen,
    FaqEntry => FaqEntryScreen,
    Tags => TagsScreen,
    Api => ApiScreen,
    Notifications => NotificationsScreen,
    Unread => UnreadScreen,
    People => PeopleScreen,
    Profile => ProfileScreen,
    Workspace => WorkspaceScreen,
    Audit => AuditScreen,
]);

/// After a part could not be loaded: waits, and says whether to try again. What the server rendered can be read and
/// waits for its part as long as it takes; whoever comes from another page is told if the page cannot be shown then.
async fn again(backoff: &mut Backoff) -> bool {
    let comes_from_another = browser::is_hydrated();
    browser::wait(backoff.fail(browser::random())).await;
    !comes_from_another
}

/// In place of a page whose part could not be loaded. It is made of next to nothing: it is there before it is needed.
fn lost() -> AnyView {
    mark_hydrated();
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let here = if search.is_empty() { path } else { format!("{path}?{search}") };
    view! {
        <Title text="Not loaded · Live Operator" />
        <main class="error-page">
            <div class="error-page__card" role="alert">
                <h1 class="error-page__title">"This could not be loaded"</h1>
                <p class="error-page__text">
                    "What shows this page did not arrive. Either the connection is broken, or the server has a newer version "
                    "by now: trying again brings that."
                </p>
                <div class="error-page__actions">
                    <a class="button button--primary" href=here rel="external">"Try again"</a>
                    <a class="button" href=routes::INBOX rel="external">"Go to the inbox"</a>
                </div>
            </div>
        </main>
    }
    .into_any()
}
