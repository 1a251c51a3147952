//! The verbs by IPC: the native window carries core itself.
//!
//! `invoke` is Tauri's; a stream of notices or frames comes through a channel,
//! a number that the shell sends to and the page has put a function behind.

use hearth_contract::{
    CameraId, Failure, FamilyId, PictureId, Reason, ThingName,
    host::{Answer, Call, LocalRef, Notice},
    live::Frame,
};
use js_sys::{ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Open, Shown, Told};
use crate::browser::files::Picture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], catch)]
    fn invoke(command: &str, args: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = transformCallback)]
    fn transform_callback(callback: &Function) -> u32;
}

/// Whether the page runs in the native window.
pub fn is_here() -> bool {
    web_sys::window().is_some_and(|window| Reflect::has(&window, &"__TAURI_INTERNALS__".into()).unwrap_or(false))
}

async fn ask(command: &str, args: &[(&str, JsValue)]) -> Result<JsValue, Failure> {
    let object = Object::new();
    for (name, value) in args {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    let promise = invoke(command, &object).map_err(|_| Failure::new(Reason::HubUnreachable))?;
    JsFuture::from(promise).await.map_err(|error| {
        let failure = js_sys::JSON::stringify(&error).ok().map(String::from);
        failure
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_else(|| Reason::Bug.into())
    })
}

/// A value as JavaScript's own object.
fn plain<T: serde::Serialize>(value: &T) -> JsValue {
    serde_json::to_string(value)
        .ok()
        .and_then(|text| js_sys::JSON::parse(&text).ok())
        .unwrap_or(JsValue::NULL)
}

fn typed<T: serde::de::DeserializeOwned>(value: &JsValue) -> Option<T> {
    serde_json::from_str(&String::from(js_sys::JSON::stringify(value).ok()?)).ok()
}

pub async fn call(call: &Call) -> Result<Answer, Failure> {
    typed(&ask("call", &[("call", plain(call))]).await?).ok_or_else(|| Reason::Bug.into())
}

pub async fn put(picture: &Picture) -> Result<LocalRef, Failure> {
    let bytes = JsFuture::from(picture.0.array_buffer())
        .await
        .map_err(|_| Reason::PictureUnreadable)?;
    let bytes = Uint8Array::new(&bytes).into();
    let kind = JsValue::from_str(&picture.content_type());
    typed(&ask("put", &[("bytes", bytes), ("contentType", kind)]).await?).ok_or_else(|| Reason::Bug.into())
}

pub fn src(family: FamilyId, picture: PictureId) -> String {
    format!("hearth://localhost/src/{family}/{picture}")
}

/// A channel: what the shell puts in comes out of `came`. The messages carry
/// their number; they are taken as they come, since the shell sends them in order.
fn channel(came: impl Fn(JsValue) + 'static) -> (JsValue, Closure<dyn FnMut(JsValue)>) {
    let heard = Closure::<dyn FnMut(JsValue)>::new(move |envelope: JsValue| {
        if let Ok(message) = Reflect::get(&envelope, &"message".into())
            && !message.is_undefined()
        {
            came(message);
        }
    });
    let id = transform_callback(heard.as_ref().unchecked_ref());
    (JsValue::from_str(&format!("__CHANNEL__:{id}")), heard)
}

/// Tells the shell that nobody listens to this channel any more.
struct Ends(JsValue);

impl Drop for Ends {
    fn drop(&mut self) {
        let channel = self.0.clone();
        spawn_local(async move {
            let _ = ask("end", &[("channel", channel)]).await;
        });
    }
}

fn opens(command: &'static str, mut args: Vec<(&'static str, JsValue)>, came: impl Fn(JsValue) + 'static) -> Open {
    let (id, heard) = channel(came);
    args.push(("channel", id.clone()));
    spawn_local(async move {
        let _ = ask(command, &args).await;
    });
    Open {
        _end: Box::new((Ends(id), heard)),
    }
}

pub fn notices(told: impl Fn(Told) + 'static) -> Open {
    told(Told::Reached);
    opens("notices", Vec::new(), move |message| {
        if let Some(notice) = typed::<Notice>(&message) {
            told(Told::Notice(Box::new(notice)));
        }
    })
}

pub fn watch(family: FamilyId, thing: &ThingName, camera: &CameraId, shown: impl Fn(Shown) + 'static) -> Option<Open> {
    let args = vec![
        ("family", plain(&family)),
        ("thing", plain(thing)),
        ("camera", plain(camera)),
    ];
    Some(opens("watch", args, move |message| {
        let bytes = match message.dyn_into::<ArrayBuffer>() {
            Ok(buffer) => Uint8Array::new(&buffer).to_vec(),
            Err(other) => typed(&other).unwrap_or_default(),
        };
        match Frame::decode(&bytes) {
            Ok(Some((frame, _))) => shown(Shown::Frame(frame)),
            _ => shown(Shown::Over),
        }
    }))
}
