//! Light or dark: as the system has it, or as it was chosen in this browser.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    ui::browser,
    ui::components::{Icon, icon},
};

/// Under which the choice is kept.
const KEPT: &str = "live-operator:theme";
/// On the document's element, where the style sheet looks for it; none: as the system has it.
const SHOWN: &str = "data-theme";

/// A choice of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    const fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light theme",
            Self::Dark => "Dark theme",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or(Self::System)
    }

    const fn icon(self) -> Icon {
        match self {
            Self::System => Icon::Panel,
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
        }
    }
}

/// The choice, kept in this browser. Set it by [`choose`].
pub fn use_theme() -> RwSignal<Theme> {
    let theme = RwSignal::new(Theme::System);
    // What is rendered first is the same in both halves; then the choice counts.
    Effect::new(move |_| {
        let kept = browser::recall_for_good(KEPT).map_or(Theme::System, |kept| Theme::from_word(&kept));
        theme.set(kept);
        show(kept);
    });
    theme
}

fn choose(theme: RwSignal<Theme>, choice: Theme) {
    theme.set(choice);
    browser::remember_for_good(KEPT, choice.word());
    show(choice);
}

fn show(theme: Theme) {
    let Some(page) = document().document_element() else { return };
    // A page that cannot be themed stays readable.
    let _ = match theme {
        Theme::System => page.remove_attribute(SHOWN),
        chosen => page.set_attribute(SHOWN, chosen.word()),
    };
}

/// For the document's head: shows the kept choice before anything is painted, when nothing else of ours runs yet.
#[component]
pub fn ThemeScript() -> impl IntoView {
    view! { <script nonce=use_nonce()>{script()}</script> }
}

fn script() -> String {
    let chosen = [Theme::Light, Theme::Dark].map(Theme::word);
    // A browser that lets nothing be kept throws.
    format!(
        "try{{const theme=localStorage.getItem({KEPT:?});\
         if({chosen:?}.includes(theme))document.documentElement.setAttribute({SHOWN:?},theme)}}catch{{}}"
    )
}

/// The other one of light and dark.
fn other(theme: Theme) -> Theme {
    let is_dark = match theme {
        Theme::System => browser::prefers_dark(),
        theme => theme == Theme::Dark,
    };
    if is_dark { Theme::Light } else { Theme::Dark }
}

/// The rail's button, which turns light into dark and dark into light.
#[component]
pub fn ThemeSwitch(
    /// The choice.
    theme: RwSignal<Theme>,
) -> impl IntoView {
    // On the server nothing is known of the system: as if it were light.
    let next = Memo::new(move |_| other(theme.get()));
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let shown = move || if hydrated.get() { next.get() } else { Theme::Dark };
    view! {
        <button
            class="rail__item rail__extra"
            type="button"
            data-testid="theme"
            on:click=move |_| choose(theme, next.get_untracked())
        >
            {move || icon(shown().icon(), "")}
            <span class="tip tip--side">{move || shown().label()}</span>
        </button>
    }
}

/// All choices, for the account's menu.
#[component]
pub fn ThemeChoices(
    /// The choice.
    theme: RwSignal<Theme>,
) -> impl IntoView {
    view! {
        <div role="group" aria-label="Theme">
            {Theme::ALL
                .into_iter()
                .map(|choice| {
                    view! {
                        <button
                            class="menu__item"
                            role="menuitemradio"
                            type="button"
                            tabindex="-1"
                            aria-checked=move || (theme.get() == choice).to_string()
                            on:click=move |_| choose(theme, choice)
                        >
                            {icon(choice.icon(), "icon--small")}
                            <span class="menu__text">{choice.label()}</span>
                            <Show when=move || theme.get() == choice>{icon(Icon::Check, "icon--small")}</Show>
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_reads_what_it_keeps() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_word(theme.word()), theme);
        }
        assert_eq!(Theme::from_word("sepia"), Theme::System);
        assert_eq!(other(Theme::Light), Theme::Dark);
        assert_eq!(other(Theme::Dark), Theme::Light);
    }

    #[test]
    fn the_script_looks_where_the_choice_is_kept() {
        assert_eq!(
            script(),
            r#"try{const theme=localStorage.getItem("live-operator:theme");if(["light", "dark"].includes(theme))document.documentElement.setAttribute("data-theme",theme)}catch{}"#
        );
    }
}
