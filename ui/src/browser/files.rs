//! Pictures that somebody chose or dropped.

use wasm_bindgen::JsCast;
use web_sys::{Blob, FileList};

/// A picture out of the browser: its bytes are read when it is put.
#[derive(Clone, Debug)]
pub struct Picture(pub Blob);

impl Picture {
    /// Its content type, such as `image/jpeg`.
    #[must_use]
    pub fn content_type(&self) -> String {
        let kind = self.0.type_();
        if kind.is_empty() {
            "application/octet-stream".to_owned()
        } else {
            kind
        }
    }
}

/// What was chosen in the file input of this event.
#[must_use]
pub fn chosen(event: &web_sys::Event) -> Option<Picture> {
    let input: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
    let picture = first(input.files());
    // So that the same file can be chosen again.
    input.set_value("");
    picture
}

/// What was dropped.
#[must_use]
pub fn dropped(event: &web_sys::DragEvent) -> Option<Picture> {
    first(event.data_transfer()?.files())
}

fn first(files: Option<FileList>) -> Option<Picture> {
    files?.get(0).map(|file| Picture(file.into()))
}
