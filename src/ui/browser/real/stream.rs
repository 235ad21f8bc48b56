//! Server-sent events (WHATWG HTML, "Server-sent events").

use std::rc::Rc;

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::ui::browser::StreamNews;

/// A stream of server-sent events, closed when it is dropped.
pub struct EventStream {
    source: EventSource,
    _opened: Closure<dyn Fn()>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _broken: Closure<dyn Fn()>,
}

impl EventStream {
    /// Opens a stream; it never reconnects by itself: the browser's own attempts end for good at the first answer
    /// that is not 200, so the first error closes it and whoever opened it decides.
    #[must_use]
    pub fn open(url: &str, tell: impl Fn(StreamNews) + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let tell = Rc::new(tell);
        let opened = Closure::<dyn Fn()>::new({
            let tell = Rc::clone(&tell);
            move || tell(StreamNews::Opened)
        });
        let message = Closure::<dyn Fn(MessageEvent)>::new({
            let tell = Rc::clone(&tell);
            move |event: MessageEvent| {
                if let Some(data) = event.data().as_string() {
                    tell(StreamNews::Data(data));
                }
            }
        });
        let broken = Closure::<dyn Fn()>::new({
            let source = source.clone();
            move || {
                source.close();
                tell(StreamNews::Broken);
            }
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        source.set_onerror(Some(broken.as_ref().unchecked_ref()));
        Some(Self { source, _opened: opened, _message: message, _broken: broken })
    }

    /// Whether the connection stands.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.source.ready_state() == EventSource::OPEN
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
