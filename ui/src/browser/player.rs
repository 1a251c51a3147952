//! Draws a live view: H.264 access units in, pictures on a canvas out.
//!
//! WebCodecs decodes. Frames that come faster than they can be decoded are
//! dropped up to the next key frame, so that what is drawn is now and never a
//! growing past.

use hearth_contract::live::{CODEC, Frame};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Frames that may wait in the decoder before we skip to the next key frame.
const MOST_WAITING: u32 = 8;

#[wasm_bindgen]
extern "C" {
    type VideoDecoder;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &JsValue) -> Result<VideoDecoder, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn configure(this: &VideoDecoder, config: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn decode(this: &VideoDecoder, chunk: &EncodedVideoChunk) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &VideoDecoder) -> Result<(), JsValue>;
    #[wasm_bindgen(method, getter, js_name = decodeQueueSize)]
    fn waiting(this: &VideoDecoder) -> u32;

    type EncodedVideoChunk;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &JsValue) -> Result<EncodedVideoChunk, JsValue>;

    type VideoFrame;
    #[wasm_bindgen(method, getter, js_name = displayWidth)]
    fn width(this: &VideoFrame) -> u32;
    #[wasm_bindgen(method, getter, js_name = displayHeight)]
    fn height(this: &VideoFrame) -> u32;
    #[wasm_bindgen(method)]
    fn close(this: &VideoFrame);

    #[wasm_bindgen(extends = CanvasRenderingContext2d)]
    type Painter;
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn paint(this: &Painter, frame: &VideoFrame, x: f64, y: f64) -> Result<(), JsValue>;
}

/// A decoder that draws on one canvas until it is dropped.
pub struct Player {
    decoder: VideoDecoder,
    needs_key: bool,
    _drawn: Closure<dyn FnMut(VideoFrame)>,
    _broken: Closure<dyn FnMut(JsValue)>,
}

impl Player {
    /// A player that draws on `canvas`; `broken` is called when the stream can't be decoded.
    #[must_use]
    pub fn start(canvas: HtmlCanvasElement, broken: impl Fn() + 'static) -> Option<Self> {
        let painter: Painter = canvas.get_context("2d").ok()??.unchecked_into();
        let drawn = Closure::<dyn FnMut(VideoFrame)>::new(move |frame: VideoFrame| {
            if canvas.width() != frame.width() || canvas.height() != frame.height() {
                canvas.set_width(frame.width());
                canvas.set_height(frame.height());
            }
            let _ = painter.paint(&frame, 0.0, 0.0);
            frame.close();
        });
        let broken = Closure::<dyn FnMut(JsValue)>::new(move |_| broken());
        let decoder = VideoDecoder::new(&object(&[("output", drawn.as_ref()), ("error", broken.as_ref())])).ok()?;
        let low = JsValue::TRUE;
        decoder
            .configure(&object(&[("codec", &CODEC.into()), ("optimizeForLatency", &low)]))
            .ok()?;
        Some(Self {
            decoder,
            needs_key: true,
            _drawn: drawn,
            _broken: broken,
        })
    }

    /// Takes one frame.
    pub fn play(&mut self, frame: &Frame) {
        if self.decoder.waiting() > MOST_WAITING {
            self.needs_key = true;
        }
        if self.needs_key && !frame.key {
            return;
        }
        self.needs_key = false;
        let kind = if frame.key { "key" } else { "delta" };
        let micros = JsValue::from_f64(frame.at_ms as f64 * 1000.0);
        let data: JsValue = Uint8Array::from(frame.data.as_slice()).into();
        let chunk = EncodedVideoChunk::new(&object(&[
            ("type", &kind.into()),
            ("timestamp", &micros),
            ("data", &data),
        ]));
        if chunk.and_then(|chunk| self.decoder.decode(&chunk)).is_err() {
            self.needs_key = true;
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.decoder.close();
    }
}

fn object(pairs: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
