//! Passkeys as the browser keeps them: asked for and made by its own dialogs.
//! What goes in and comes out is JSON that nobody here looks into.

use hearth_contract::{Failure, Reason, text::PasskeyJson};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::dom;

/// Whether this browser has them here: a secure page, and the newer JSON form.
#[must_use]
pub fn is_here() -> bool {
    dom::is_secure() && maker("parseRequestOptionsFromJSON").is_some()
}

/// Asks for a passkey.
///
/// # Errors
/// `PasskeyUnused` when there is none or somebody changed their mind, `NotSupported`.
pub async fn get(options: &str) -> Result<PasskeyJson, Failure> {
    ask("get", "parseRequestOptionsFromJSON", options).await
}

/// Makes a passkey.
///
/// # Errors
/// `PasskeyThere` when there is one already, `PasskeyUnused`, `NotSupported`.
pub async fn create(options: &str) -> Result<PasskeyJson, Failure> {
    ask("create", "parseCreationOptionsFromJSON", options).await
}

/// `PublicKeyCredential` and one of its functions.
fn maker(name: &str) -> Option<(JsValue, Function)> {
    let class = Reflect::get(web_sys::window()?.as_ref(), &"PublicKeyCredential".into()).ok()?;
    let function = Reflect::get(&class, &name.into()).ok()?.dyn_into().ok()?;
    Some((class, function))
}

async fn ask(verb: &str, parse: &str, options: &str) -> Result<PasskeyJson, Failure> {
    let (class, parse) = maker(parse).ok_or(Reason::NotSupported)?;
    let answered = async {
        let options = JSON::parse(options)?;
        // Some pools wrap the options as `navigator.credentials` takes them.
        let inner = Reflect::get(&options, &"publicKey".into())?;
        let options = if inner.is_undefined() { options } else { inner };
        let wanted = Object::new();
        Reflect::set(&wanted, &"publicKey".into(), &parse.call1(&class, &options)?)?;
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        let credentials = Reflect::get(&navigator, &"credentials".into())?;
        let verb: Function = Reflect::get(&credentials, &verb.into())?.dyn_into()?;
        let asked: Promise = verb.call1(&credentials, &wanted)?.dyn_into()?;
        let credential = JsFuture::from(asked).await?;
        JSON::stringify(&credential)
    };
    let text: String = answered.await.map_err(|error: JsValue| refused(&error))?.into();
    PasskeyJson::parse(&text).map_err(|_| Reason::PasskeyUnused.into())
}

/// What the browser's exception means (`DOMException.name`).
fn refused(error: &JsValue) -> Failure {
    let name = Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    match name.as_deref() {
        Some("InvalidStateError") => Reason::PasskeyThere.into(),
        Some("SecurityError" | "NotSupportedError") => Reason::NotSupported.into(),
        _ => Reason::PasskeyUnused.into(),
    }
}
