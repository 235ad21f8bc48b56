//! Sending a file (WHATWG, "XMLHttpRequest"): `fetch` does not tell how much of it has been sent.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{ProgressEvent, XmlHttpRequest};

use super::file::LocalFile;
use crate::ui::browser::UploadNews;

/// A file on its way to the server, stopped when it is dropped.
pub struct Upload {
    request: XmlHttpRequest,
    progress: Closure<dyn Fn(ProgressEvent)>,
    answered: Closure<dyn Fn()>,
    broken: Closure<dyn Fn()>,
}

impl Upload {
    /// Begins to send a file as the body of a POST. The address has a query, to which the file's name is added.
    #[must_use]
    pub fn start(address: &str, file: &LocalFile, tell: impl Fn(UploadNews) + 'static) -> Option<Self> {
        let request = XmlHttpRequest::new().ok()?;
        let tell = Rc::new(tell);
        let progress = Closure::<dyn Fn(ProgressEvent)>::new({
            let tell = Rc::clone(&tell);
            move |event: ProgressEvent| {
                if event.length_computable() && event.total() > 0.0 {
                    tell(UploadNews::Sent((100.0 * event.loaded() / event.total()) as u8));
                }
            }
        });
        let answered = Closure::<dyn Fn()>::new({
            let (tell, request) = (Rc::clone(&tell), request.clone());
            move || {
                let status = request.status().unwrap_or_default();
                let body = request.response_text().ok().flatten().unwrap_or_default();
                tell(UploadNews::Answered { status, body });
            }
        });
        let broken = Closure::<dyn Fn()>::new(move || tell(UploadNews::Broken));
        let upload = Self { request, progress, answered, broken };
        upload.begin(address, file).ok()?;
        Some(upload)
    }

    fn begin(&self, address: &str, file: &LocalFile) -> Result<(), JsValue> {
        let name = js_sys::encode_uri_component(&file.name());
        self.request.open("POST", &format!("{address}&name={name}"))?;
        self.request.upload()?.set_onprogress(Some(self.progress.as_ref().unchecked_ref()));
        self.request.set_onload(Some(self.answered.as_ref().unchecked_ref()));
        self.request.set_onerror(Some(self.broken.as_ref().unchecked_ref()));
        self.request.send_with_opt_blob(Some(&file.0))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        self.request.set_onload(None);
        self.request.set_onerror(None);
        // One that is over is not changed by it.
        let _ = self.request.abort();
    }
}
