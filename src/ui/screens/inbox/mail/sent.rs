//! A mail as it was sent: its HTML, cleaned by the server, in a frame that runs nothing.

use leptos::{prelude::*, reactive::send_wrapper_ext::SendOption};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlIFrameElement, ResizeObserver};

use super::path;
use crate::{
    domain::MessageId,
    ui::components::{Icon, icon},
};

/// Scripts never run. Links open in a tab that is free of the frame's limits, and the page here may measure the frame.
const SANDBOX: &str = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
/// A frame's height in pixels before it is measured.
const LOWEST: i32 = 64;
/// What is higher scrolls in its frame.
const HIGHEST: i32 = 30_000;

/// How a mail is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Sent,
    /// With images from elsewhere.
    SentWithImages,
}

impl Form {
    /// The text instead of the mail, or the mail instead of the text.
    const fn turned(self) -> Self {
        match self {
            Self::Text => Self::Sent,
            Self::Sent | Self::SentWithImages => Self::Text,
        }
    }

    /// With images from elsewhere, or without them again.
    const fn with_images_turned(self) -> Self {
        match self {
            Self::Sent => Self::SentWithImages,
            Self::Text | Self::SentWithImages => Self::Sent,
        }
    }

    /// What its frame shows, if it has one.
    fn source(self, id: MessageId) -> Option<String> {
        match self {
            Self::Text => None,
            Self::Sent => Some(path(id)),
            Self::SentWithImages => Some(format!("{}?images=1", path(id))),
        }
    }
}

/// The text of a mail, and in its place, when asked for, the mail as it was sent. `name`: what its sender is called.
pub fn text_or_sent(id: MessageId, name: Memo<String>, text: impl IntoView + 'static) -> impl IntoView {
    let form = RwSignal::new(Form::Text);
    let is_text = Memo::new(move |_| form.get() == Form::Text);
    let height = RwSignal::new(LOWEST);
    // Not known before it was shown once: its own page says which of its images wait.
    let has_blocked_images = RwSignal::new(false);
    // None until there is a frame: what a browser holds cannot leave its thread, and this may.
    let watch = StoredValue::new(SendOption::new_local(None::<Watch>));
    let frame = move |source: String| {
        view! {
            <iframe
                class="mail__frame"
                title=move || format!("Mail from {}", name.get())
                src=source
                sandbox=SANDBOX
                referrerpolicy="no-referrer"
                height=move || height.get()
                on:load=move |event| {
                    let frame: HtmlIFrameElement = event_target(&event);
                    if blocks_images(&frame) {
                        has_blocked_images.set(true);
                    }
                    watch.set_value(SendOption::new_local(Watch::over(frame, height)));
                }
            ></iframe>
        }
    };
    view! {
        <div hidden=move || !is_text.get()>{text}</div>
        // Another frame for another address: within one frame it would be a step of the browser's history.
        <For each=move || form.get().source(id) key=String::clone children=frame />
        <div class="mail__foot">
            <button
                class="button button--quiet button--small"
                type="button"
                on:click=move |_| form.update(|form| *form = form.turned())
            >
                {icon(Icon::Mail, "icon--small")}
                {move || if is_text.get() { "Show as sent" } else { "Show as text" }}
            </button>
            <Show when=move || !is_text.get() && has_blocked_images.get()>
                <Images id form />
            </Show>
        </div>
    }
}

/// The button that loads images from elsewhere, and what that means.
#[component]
fn Images(
    /// Of which mail.
    id: MessageId,
    /// How it is shown.
    form: RwSignal<Form>,
) -> impl IntoView {
    let meaning = format!("images-{id}");
    let has_images = move || form.get() == Form::SentWithImages;
    view! {
        <button
            class="button button--small"
            type="button"
            aria-describedby=meaning.clone()
            on:click=move |_| form.update(|form| *form = form.with_images_turned())
        >
            {move || if has_images() { "Hide remote images" } else { "Load remote images" }}
        </button>
        <span class="mail__meaning" id=meaning>"The sender can see that you have read it."</span>
    }
}

/// Whether the page in a frame has images from elsewhere that are not loaded: the server has put their addresses aside.
fn blocks_images(frame: &HtmlIFrameElement) -> bool {
    let page = frame.content_document();
    page.and_then(|page| page.query_selector("img[data-src]").ok().flatten()).is_some()
}

/// Keeps a frame as high as what is in it, until it is dropped.
struct Watch {
    observer: ResizeObserver,
    _changed: Closure<dyn Fn()>,
}

impl Watch {
    /// Over a frame that has loaded. None: the browser cannot watch it, and it scrolls.
    fn over(frame: HtmlIFrameElement, height: RwSignal<i32>) -> Option<Self> {
        let changed = Closure::<dyn Fn()>::new({
            let frame = frame.clone();
            // Not at once: a change in answer to a change counts as an error.
            move || {
                let frame = frame.clone();
                request_animation_frame(move || grow(height, height_of(&frame)));
            }
        });
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        // Tells of the size that it has now, too.
        observer.observe(&frame);
        Some(Self { observer, _changed: changed })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The height at which a frame shows all of its page.
fn height_of(frame: &HtmlIFrameElement) -> Option<i32> {
    let page = frame.content_document()?.document_element()?;
    // A scroll bar below a page that is too wide takes room.
    let bar = frame.client_height() - page.client_height();
    Some(page.scroll_height() + bar)
}

/// A frame never shrinks: what is below it would move under the reader's eyes.
fn grow(height: RwSignal<i32>, wanted: Option<i32>) {
    let wanted = wanted.unwrap_or(LOWEST).min(HIGHEST);
    if height.try_get_untracked().is_some_and(|height| height < wanted) {
        height.set(wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_grows_and_never_shrinks() {
        let owner = Owner::new();
        owner.with(|| {
            let height = RwSignal::new(LOWEST);
            let grown = |wanted| {
                grow(height, wanted);
                height.get_untracked()
            };
            assert_eq!(grown(None), LOWEST, "nothing to measure");
            assert_eq!(grown(Some(640)), 640);
            assert_eq!(grown(Some(400)), 640);
            assert_eq!(grown(Some(i32::MAX)), HIGHEST);
        });
    }
}
