//! How a command travels by REST: one law for core, which writes it, and the
//! cloud, which reads it.
//!
//! Fields named in the route's path go there; the others go into the query of a
//! `GET` and into the JSON body of everything else. The call id travels in the
//! header [`CALL_HEADER`].

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    command::{Command, Method, Route},
    failure::{Failure, Reason},
    text,
};

/// The header with the [`crate::CallId`].
pub const CALL_HEADER: &str = "x-hearth-call";
/// The largest body a REST call may have, bytes.
pub const BODY_LIMIT: usize = 1 << 20;
/// The prefix of calls with a bearer token.
pub const BEARER_PREFIX: &str = "/v1";
/// The prefix of calls that are signed (Signature Version 4, service
/// [`SIGNED_SERVICE`]): for those who have no bearer token.
pub const SIGNED_PREFIX: &str = "/signed/v1";
/// The service signed calls are signed for.
pub const SIGNED_SERVICE: &str = "execute-api";

/// A command ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct RestCall {
    /// The method.
    pub method: Method,
    /// Path below the version, with its query.
    pub path: String,
    /// The JSON body; `None` with `GET`.
    pub body: Option<Value>,
}

/// Reads a command from JSON, as a page sends it to core.
///
/// # Errors
/// `InvalidInput` with the field that is missing, wrong or too long.
pub fn decode<C: Command>(args: Value) -> Result<C, Failure> {
    let args = if args.is_null() {
        Value::Object(Map::new())
    } else {
        args
    };
    serde_path_to_error::deserialize(args).map_err(|error| {
        let path = error.path().to_string();
        invalid(&path, &error.inner().to_string())
    })
}

/// Writes a command for its route.
///
/// # Errors
/// `Internal` when the command is not made of named fields: a fault of the contract, held by a test.
pub fn encode<C: Command>(command: &C, route: Route) -> Result<RestCall, Failure> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(command) else {
        return Err(Reason::Bug.into());
    };
    let mut path = String::new();
    for part in route.path.split('/').skip(1) {
        path.push('/');
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => {
                let value = fields.remove(name).ok_or(Reason::Bug)?;
                path.push_str(&escape(&plain(&value)));
            }
            None => path.push_str(part),
        }
    }
    if route.method != Method::Get {
        return Ok(RestCall {
            method: route.method,
            path,
            body: Some(Value::Object(fields)),
        });
    }
    let pairs: Vec<(String, String)> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name, plain(&value)))
        .collect();
    let query = serde_urlencoded::to_string(pairs).map_err(|_| Reason::Bug)?;
    if !query.is_empty() {
        path.push('?');
        path.push_str(&query);
    }
    Ok(RestCall {
        method: Method::Get,
        path,
        body: None,
    })
}

/// Reads a `GET`: the path's fields and the query's, all texts.
///
/// # Errors
/// `InvalidInput` with the field.
pub fn decode_query<C: Command>(path: &[(String, String)], query: &str) -> Result<C, Failure> {
    let mut pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|_| Failure::new(Reason::FieldWrong).at("query"))?;
    pairs.extend(path.iter().cloned());
    let whole = serde_urlencoded::to_string(pairs).map_err(|_| Reason::Bug)?;
    let reader = serde_urlencoded::Deserializer::new(form(whole.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        invalid(&path, &error.inner().to_string())
    })
}

/// Reads everything but a `GET`: the path's fields and the JSON body.
///
/// # Errors
/// `InvalidInput` with the field; `body` when the body is no JSON object.
pub fn decode_body<C: Command>(path: &[(String, String)], body: &[u8]) -> Result<C, Failure> {
    if body.len() > BODY_LIMIT {
        return Err(Failure::new(Reason::BodyTooLarge).at("body"));
    }
    let mut fields = if body.is_empty() {
        Map::new()
    } else {
        Map::deserialize(&mut serde_json::Deserializer::from_slice(body))
            .map_err(|_| Failure::new(Reason::FieldWrong).at("body"))?
    };
    for (name, value) in path {
        fields.insert(name.clone(), Value::String(value.clone()));
    }
    decode(Value::Object(fields))
}

fn form(bytes: &[u8]) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(bytes)
}

/// The path part of a field: texts as they are, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Turns a decoder's complaint into a failure with the field's name. The
/// decoder names a missing field only in its message.
fn invalid(path: &str, message: &str) -> Failure {
    if let Some(rest) = message.split("missing field `").nth(1) {
        let name = rest.split('`').next().unwrap_or_default();
        let field = if path == "." {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        return Failure::new(Reason::FieldMissing).at(field);
    }
    let reason = if message.contains(text::TOO_LONG) {
        Reason::FieldTooLong
    } else {
        Reason::FieldWrong
    };
    let field = if path == "." {
        "body".to_owned()
    } else {
        path.to_owned()
    };
    Failure::new(reason).at(field)
}
