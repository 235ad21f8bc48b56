//! The lines that the widths of panes are dragged by.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::ui::browser;

/// A pane whose width can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    List,
    Panel,
}

/// So far an arrow key moves a line.
const STEP: i32 = 16;

impl Pane {
    const fn class(self) -> &'static str {
        match self {
            Self::List => "grip grip--list",
            Self::Panel => "grip grip--panel",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::List => "Width of the list",
            Self::Panel => "Width of the contact panel",
        }
    }

    const fn property(self) -> &'static str {
        match self {
            Self::List => "--list-width",
            Self::Panel => "--panel-width",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::List => "live-operator:list-width",
            Self::Panel => "live-operator:panel-width",
        }
    }

    /// Least, usual and most, as the style sheet has them.
    const fn widths(self) -> (i32, i32, i32) {
        match self {
            Self::List => (280, 360, 560),
            Self::Panel => (260, 320, 480),
        }
    }

    fn bound(self, width: i32) -> i32 {
        let (least, _, most) = self.widths();
        width.clamp(least, most)
    }

    /// Which way the line goes when the pane grows.
    const fn direction(self) -> i32 {
        match self {
            Self::List => 1,
            Self::Panel => -1,
        }
    }

    /// The width after a key, if it is one that changes it.
    fn after_key(self, key: &str, width: i32) -> Option<i32> {
        let (least, _, most) = self.widths();
        let width = match key {
            "ArrowRight" => width + STEP * self.direction(),
            "ArrowLeft" => width - STEP * self.direction(),
            "Home" => least,
            "End" => most,
            _ => return None,
        };
        Some(self.bound(width))
    }
}

/// The line. Dragged or moved with the arrow keys; the width is remembered in this browser.
#[component]
pub fn Grip(
    /// Whose width.
    pane: Pane,
) -> impl IntoView {
    let (least, usual, most) = pane.widths();
    let width = RwSignal::new(None::<i32>);
    // Where the drag began, and how wide the pane was there.
    let drag = StoredValue::new(None::<(i32, i32)>);
    let remember = move || {
        if let Some(width) = width.get_untracked() {
            browser::remember_for_good(pane.key(), &width.to_string());
        }
    };
    Effect::new(move |_| width.set(browser::recall_for_good(pane.key()).and_then(|kept| kept.parse().ok())));
    Effect::new(move |_| {
        if let Some(width) = width.get() {
            show(pane, pane.bound(width));
        }
    });
    let now =
        move |grip: &Element| width.get_untracked().unwrap_or_else(|| shown_width(grip).unwrap_or(usual));
    let press = move |event: PointerEvent| {
        let Some(grip) = element(&event) else { return };
        event.prevent_default();
        // Without the capture the drag ends at the line's edge.
        let _ = grip.set_pointer_capture(event.pointer_id());
        drag.set_value(Some((event.client_x(), now(&grip))));
    };
    let pull = move |event: PointerEvent| {
        if let Some((from, at_start)) = drag.get_value() {
            width.set(Some(pane.bound(at_start + (event.client_x() - from) * pane.direction())));
        }
    };
    let let_go = move |_: PointerEvent| {
        if drag.get_value().is_some() {
            drag.set_value(None);
            remember();
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(grip) = element(&event) else { return };
        if let Some(next) = pane.after_key(&event.key(), now(&grip)) {
            event.prevent_default();
            width.set(Some(next));
            remember();
        }
    };
    view! {
        <div
            class=pane.class()
            role="separator"
            aria-orientation="vertical"
            aria-label=pane.label()
            aria-valuemin=least
            aria-valuemax=most
            aria-valuenow=move || width.get().map_or(usual, |width| pane.bound(width)).to_string()
            tabindex="0"
            on:pointerdown=press
            on:pointermove=pull
            on:pointerup=let_go
            on:pointercancel=let_go
            on:keydown=key
        ></div>
    }
}

fn element(event: &web_sys::Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

/// How wide the pane is that a line belongs to.
fn shown_width(grip: &Element) -> Option<i32> {
    let pane: HtmlElement = grip.parent_element()?.dyn_into().ok()?;
    Some(pane.offset_width())
}

fn show(pane: Pane, width: i32) {
    let frame = document().query_selector(".frame").ok().flatten();
    if let Some(frame) = frame.and_then(|frame| frame.dyn_into::<HtmlElement>().ok()) {
        // A frame without the property keeps its usual widths.
        let _ = frame.style().set_property(pane.property(), &format!("{width}px"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_a_line_within_its_bounds() {
        assert_eq!(Pane::List.after_key("ArrowRight", 360), Some(376));
        assert_eq!(Pane::Panel.after_key("ArrowRight", 320), Some(304), "its line is at its start");
        assert_eq!(Pane::List.after_key("ArrowLeft", 285), Some(280));
        assert_eq!(Pane::Panel.after_key("End", 320), Some(480));
        assert_eq!(Pane::List.after_key("Enter", 360), None);
    }
}
