//! The verbs by HTTP: the hub is where the page came from.

use std::{cell::RefCell, rc::Rc};

use hearth_contract::{
    Failure, Reason,
    host::{Answer, CALL, Call, LocalRef, NOTICES, PUT},
    live::Frame,
};
use js_sys::{ArrayBuffer, JsString, Uint8Array};
use leptos::prelude::window_event_listener_untyped;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BinaryType, EventSource, MessageEvent, RequestCredentials, RequestInit, Response, WebSocket};

use super::{Open, Shown, Told};
use crate::browser::files::Picture;

/// Says that a script of this page sent it: a form of another site can't.
const PAGE: (&str, &str) = ("x-hearth", "page");

pub async fn call(call: &Call) -> Result<Answer, Failure> {
    let body = serde_json::to_string(call).map_err(|_| Reason::Bug)?;
    post(CALL, "application/json", &JsValue::from_str(&body)).await
}

pub async fn put(picture: &Picture) -> Result<LocalRef, Failure> {
    let answer: serde_json::Value = post(PUT, &picture.content_type(), picture.0.as_ref()).await?;
    if let Ok(reference) = serde_json::from_value(answer.clone()) {
        return Ok(reference);
    }
    match serde_json::from_value(answer) {
        Ok(Answer::<LocalRef>::Done(reference)) => Ok(reference),
        Ok(Answer::Refused(failure)) => Err(failure),
        _ => Err(Reason::Bug.into()),
    }
}

/// Posts a body; what is refused comes as JSON too, whatever the status.
async fn post<T: DeserializeOwned>(path: &str, content_type: &str, body: &JsValue) -> Result<T, Failure> {
    let unreachable = |_: JsValue| Failure::new(Reason::HubUnreachable);
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_body(body);
    let headers = web_sys::Headers::new().map_err(unreachable)?;
    headers.set("content-type", content_type).map_err(unreachable)?;
    headers.set(PAGE.0, PAGE.1).map_err(unreachable)?;
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(Reason::Bug)?;
    let sent = JsFuture::from(window.fetch_with_str_and_init(path, &init))
        .await
        .map_err(unreachable)?;
    let response: Response = sent.dyn_into().map_err(unreachable)?;
    let text = JsFuture::from(response.text().map_err(unreachable)?)
        .await
        .map_err(unreachable)?;
    let text: String = text.dyn_into::<JsString>().map_err(unreachable)?.into();
    if !response.ok() {
        return Err(refused(&text, response.status()));
    }
    serde_json::from_str(&text).map_err(|_| Reason::Bug.into())
}

/// A refusal that is not the answer one hoped for.
fn refused(text: &str, status: u16) -> Failure {
    if let Ok(failure) = serde_json::from_str(text) {
        return failure;
    }
    match (serde_json::from_str(text), status) {
        (Ok(Answer::<serde_json::Value>::Refused(failure)), _) => failure,
        (_, 413) => Reason::BodyTooLarge.into(),
        (_, 429) => Reason::TooManyCalls.into(),
        (_, 502..=504) => Reason::HubUnreachable.into(),
        _ => Reason::Bug.into(),
    }
}

/// A stream of notices that closes itself.
struct Source(EventSource);

impl Drop for Source {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Listens to the hub. A page that the browser keeps for later (after "back" or a
/// link) lets go of its connection: a browser has six for a hub, and kept pages
/// would use them up.
pub fn notices(told: impl Fn(Told) + 'static) -> Open {
    let told = Rc::new(told);
    let hear = told.clone();
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let notice = event
            .data()
            .as_string()
            .and_then(|text| serde_json::from_str(&text).ok());
        if let Some(notice) = notice {
            hear(Told::Notice(Box::new(notice)));
        }
    });
    let open = told.clone();
    let opened = Closure::<dyn FnMut()>::new(move || open(Told::Reached));
    let lose = told.clone();
    let lost = Closure::<dyn FnMut()>::new(move || lose(Told::Lost));
    let connect = move || -> Option<Source> {
        let source = EventSource::new(NOTICES).ok()?;
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(lost.as_ref().unchecked_ref()));
        Some(Source(source))
    };
    let source = Rc::new(RefCell::new(connect()));
    let kept = source.clone();
    let hidden = window_event_listener_untyped("pagehide", move |_| {
        if let Ok(mut source) = kept.try_borrow_mut() {
            *source = None;
            told(Told::Lost);
        }
    });
    let kept = source.clone();
    let shown = window_event_listener_untyped("pageshow", move |_| {
        if let Ok(mut source) = kept.try_borrow_mut()
            && source.is_none()
        {
            *source = connect();
        }
    });
    let ends = Ends(Some(Box::new(move || {
        hidden.remove();
        shown.remove();
        source.replace(None);
    })));
    Open { _end: Box::new(ends) }
}

/// Runs once, when it is dropped.
struct Ends(Option<Box<dyn FnOnce()>>);

impl Drop for Ends {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// A live view that closes itself.
struct Socket(WebSocket);

impl Drop for Socket {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onclose(None);
        let _ = self.0.close();
    }
}

pub fn watch(path: &str, shown: impl Fn(Shown) + 'static) -> Option<Open> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    let socket = WebSocket::new(&format!("{scheme}://{}{path}", location.host().ok()?)).ok()?;
    socket.set_binary_type(BinaryType::Arraybuffer);
    let shown = Rc::new(shown);
    let show = shown.clone();
    let came = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() else {
            return;
        };
        if let Ok(Some((frame, _))) = Frame::decode(&Uint8Array::new(&buffer).to_vec()) {
            show(Shown::Frame(frame));
        }
    });
    let over = Closure::<dyn FnMut()>::new(move || shown(Shown::Over));
    socket.set_onmessage(Some(came.as_ref().unchecked_ref()));
    socket.set_onclose(Some(over.as_ref().unchecked_ref()));
    Some(Open {
        _end: Box::new((Socket(socket), came, over)),
    })
}
