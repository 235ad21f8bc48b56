//! Menus: a popover under a button, walked by the arrow keys (WAI-ARIA Authoring Practices, "Menu and Menubar").

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A menu. Its button has `popovertarget` with the menu's id and `aria-haspopup="menu"`; its items have a role
/// `menuitem…`, a class `menu__item` with their word in a `menu__text`, and `tabindex="-1"`.
#[component]
pub fn Menu(
    /// By which its button names it.
    #[prop(into)]
    id: String,
    /// What it is called.
    label: &'static str,
    /// Where it stands, if not under its button.
    #[prop(optional)]
    class: &'static str,
    /// What stands above the items.
    #[prop(optional)]
    head: Option<AnyView>,
    /// The items.
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<html::Div>::new();
    let toggled = move |_| {
        let Some(menu) = menu.get_untracked() else { return };
        // A browser without popovers shows the menu always.
        let is_open = menu.matches(":popover-open").unwrap_or(false);
        if is_open && let Some(first) = items(&menu).first() {
            focus(first);
        }
    };
    let name = id.clone();
    let pressed = move |event: KeyboardEvent| {
        let Some(menu) = menu.get_untracked() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                // It closes the menu, and nothing behind it.
                event.prevent_default();
                event.stop_propagation();
                close(&menu, &name);
            }
            // The browser then moves on from the button.
            "Tab" => close(&menu, &name),
            key => {
                let items = items(&menu);
                let labels: Vec<String> = items.iter().map(word).collect();
                let here = document()
                    .active_element()
                    .and_then(|focused| items.iter().position(|item| item.is_same_node(Some(&focused))));
                if let Some(item) = after_key(key, here, &labels).and_then(|there| items.get(there)) {
                    event.prevent_default();
                    focus(item);
                }
            }
        }
    };
    view! {
        <div class=format!("menu {class}") id=id popover node_ref=menu on:toggle=toggled on:keydown=pressed>
            {head}
            <div role="menu" aria-label=label>
                {children()}
            </div>
        </div>
    }
}

/// Where a key leads among the items, if it is one that moves the focus.
fn after_key(key: &str, here: Option<usize>, labels: &[String]) -> Option<usize> {
    let last = labels.len().checked_sub(1)?;
    let next = here.filter(|here| *here < last).map_or(0, |here| here + 1);
    match key {
        "ArrowDown" => Some(next),
        "ArrowUp" => Some(here.filter(|here| *here > 0).map_or(last, |here| here - 1)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => {
            let mut letters = key.chars();
            let letter = letters.next()?;
            let is_meant = |place: &usize| {
                let first = labels[*place].trim_start().chars().next();
                first.is_some_and(|first| first.to_lowercase().eq(letter.to_lowercase()))
            };
            // Keys with longer names are no letters.
            letters.next().is_none().then(|| (next..=last).chain(0..next).find(is_meant)).flatten()
        }
    }
}

/// What can be chosen now, from top to bottom.
fn items(menu: &Element) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all("[role^=menuitem]") else { return Vec::new() };
    let items = (0..found.length()).filter_map(|place| found.item(place)?.dyn_into::<HtmlElement>().ok());
    // What a wide screen has elsewhere takes no room here.
    items.filter(|item| item.offset_height() > 0).collect()
}

/// The word of an item, without the marks around it.
fn word(item: &HtmlElement) -> String {
    let text = item.query_selector(".menu__text").ok().flatten();
    text.and_then(|text| text.text_content()).unwrap_or_default()
}

/// Closes a menu by its id, as a link among its items has to: only buttons do it by themselves.
pub fn close_menu(id: &str) {
    let menu = document().get_element_by_id(id);
    if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        close(&menu, id);
    }
}

/// Closes a menu; the button that opened it has the focus again.
fn close(menu: &HtmlElement, id: &str) {
    // The button stands before the items, some of which name the menu too.
    let button = document().query_selector(&format!("[popovertarget={id}]")).ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        focus(&button);
    }
    // What is closed already is closed.
    let _ = menu.hide_popover();
}

fn focus(element: &HtmlElement) {
    // What cannot be focused leaves the focus where it is.
    let _ = element.focus();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_letters_jump() {
        let labels = ["Ada", "Olga", " Omar", "Ömer"].map(str::to_owned);
        let after = |key, here| after_key(key, here, &labels);
        assert_eq!(after("ArrowDown", Some(0)), Some(1));
        assert_eq!(after("ArrowDown", Some(3)), Some(0));
        assert_eq!(after("ArrowDown", None), Some(0));
        assert_eq!(after("ArrowUp", Some(0)), Some(3));
        assert_eq!(after("ArrowUp", Some(2)), Some(1));
        assert_eq!(after("ArrowUp", None), Some(3));
        assert_eq!((after("Home", Some(2)), after("End", Some(2))), (Some(0), Some(3)));
        assert_eq!(after("o", Some(0)), Some(1));
        assert_eq!(after("O", Some(1)), Some(2));
        assert_eq!(after("o", Some(2)), Some(1), "past the end, from the beginning");
        assert_eq!(after("ö", None), Some(3));
        assert_eq!(after("a", Some(0)), Some(0), "the only one stays");
        assert_eq!((after("z", Some(0)), after(" ", Some(0)), after("F1", Some(0))), (None, None, None));
    }

    #[test]
    fn an_empty_menu_has_nowhere_to_go() {
        assert_eq!(after_key("ArrowDown", None, &[]), None);
    }
}
