//! Files of this computer (W3C, "File API"): chosen, pasted or dropped.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList, HtmlInputElement, Url};

/// Pictures that every browser shows. SVG is a document, and is not shown as a picture anywhere.
const PICTURES: [&str; 4] = ["image/gif", "image/jpeg", "image/png", "image/webp"];

/// A file of this computer.
pub struct LocalFile(pub(super) File);

impl LocalFile {
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// In bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// Tells what is written in it. What cannot be read is not told.
    pub fn read(&self, tell: impl FnOnce(String) + 'static) {
        let reading = JsFuture::from(self.0.text());
        spawn_local(async move {
            if let Some(text) = reading.await.ok().and_then(|text| text.as_string()) {
                tell(text);
            }
        });
    }
}

/// A picture of a file for this page, until it is dropped.
pub struct Preview(String);

impl Preview {
    /// None if it is no picture.
    #[must_use]
    pub fn of(file: &LocalFile) -> Option<Self> {
        let is_picture = PICTURES.contains(&file.0.type_().as_str());
        is_picture.then(|| Url::create_object_url_with_blob(&file.0).ok().map(Self)).flatten()
    }

    /// The address that an image shows it by.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.clone()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // Only an address that is not one is refused.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// The files that were chosen in a field. The same ones can then be chosen again.
#[must_use]
pub fn chosen_files(field: &HtmlInputElement) -> Vec<LocalFile> {
    let files = listed(field.files());
    field.set_value("");
    files
}

/// The files that are pasted. A piece of a document or a table comes as text and as a picture of it, too: there the
/// text is meant.
#[must_use]
pub fn pasted_files(event: &ClipboardEvent) -> Vec<LocalFile> {
    let pasted = event.clipboard_data().filter(|data| !(has(data, "text/plain") && has(data, "text/html")));
    listed(pasted.and_then(|data| data.files()))
}

/// Whether files are dragged, and not text or a link.
#[must_use]
pub fn drags_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| has(&data, "Files"))
}

/// The files that are dropped.
#[must_use]
pub fn dropped_files(event: &DragEvent) -> Vec<LocalFile> {
    listed(event.data_transfer().and_then(|data| data.files()))
}

fn has(data: &DataTransfer, kind: &str) -> bool {
    data.types().includes(&JsValue::from_str(kind), 0)
}

fn listed(files: Option<FileList>) -> Vec<LocalFile> {
    let all = files.iter().flat_map(|files| (0..files.length()).filter_map(move |at| files.item(at)));
    all.map(LocalFile).collect()
}
