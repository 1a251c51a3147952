//! The camera of this device, to scan a code with: a stream and stills of it.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::files::Picture;

/// The longer edge of a still, pixels: enough to read a code, quick to send.
const STILL: f64 = 1000.0;

/// Why there is no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCamera {
    /// Somebody said no.
    Forbidden,
    /// There is none, or another program has it.
    Absent,
}

/// A camera that films into a video element until it is dropped.
#[derive(Debug)]
pub struct Camera {
    stream: MediaStream,
    video: HtmlVideoElement,
}

impl Camera {
    /// Begins to film, with the camera that looks away from the face where there are two.
    ///
    /// # Errors
    /// [`NoCamera`] says why not.
    pub async fn start(video: HtmlVideoElement) -> Result<Self, NoCamera> {
        let devices = web_sys::window().and_then(|window| window.navigator().media_devices().ok());
        let devices = devices.ok_or(NoCamera::Absent)?;
        let wanted = MediaStreamConstraints::new();
        let facing = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&facing, &"facingMode".into(), &"environment".into());
        wanted.set_video(&facing);
        let asked = devices.get_user_media_with_constraints(&wanted).map_err(why)?;
        let stream: MediaStream = JsFuture::from(asked).await.map_err(why)?.into();
        video.set_src_object(Some(&stream));
        let camera = Self { stream, video };
        if let Ok(playing) = camera.video.play() {
            let _ = JsFuture::from(playing).await;
        }
        Ok(camera)
    }

    /// What it sees now; `None` before the first frame.
    pub async fn still(&self) -> Option<Picture> {
        let (width, height) = (
            f64::from(self.video.video_width()),
            f64::from(self.video.video_height()),
        );
        if width < 1.0 || height < 1.0 {
            return None;
        }
        let scale = (STILL / width.max(height)).min(1.0);
        let canvas: HtmlCanvasElement = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?
            .dyn_into()
            .ok()?;
        canvas.set_width((width * scale) as u32);
        canvas.set_height((height * scale) as u32);
        let context: web_sys::CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        context
            .draw_image_with_html_video_element_and_dw_and_dh(&self.video, 0.0, 0.0, width * scale, height * scale)
            .ok()?;
        let promise = js_sys::Promise::new(&mut |done, _| {
            let taken = Closure::once_into_js(move |blob: JsValue| {
                let _ = done.call1(&JsValue::NULL, &blob);
            });
            let _ = canvas.to_blob_with_type(taken.unchecked_ref(), "image/jpeg");
        });
        let blob = JsFuture::from(promise).await.ok()?.dyn_into::<web_sys::Blob>().ok()?;
        Some(Picture(blob))
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.get_tracks().iter() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
        self.video.set_src_object(None);
    }
}

fn why(error: JsValue) -> NoCamera {
    let name = js_sys::Reflect::get(&error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => NoCamera::Forbidden,
        _ => NoCamera::Absent,
    }
}
