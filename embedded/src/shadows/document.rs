//! A shadow's document: merging, versions, metadata and the difference between
//! what is wanted and what is reported, as AWS IoT defines them. Pure.
//!
//! # Source
//! AWS IoT developer guide, "Device Shadow service documents", "Device Shadow
//! error messages" and "Interacting with shadows".

use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// Levels below `desired` or `reported`.
const DEEPEST: usize = 6;
/// Bytes of a document's state, without metadata.
const LARGEST: usize = 8 * 1024;
/// Bytes of a client token.
const LONGEST_TOKEN: usize = 64;

/// One of the two halves of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// What is wanted of the device.
    Desired,
    /// What the device says of itself.
    Reported,
}

impl Half {
    /// Its key in a document.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Desired => "desired",
            Self::Reported => "reported",
        }
    }
}

/// What a shadow keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// `desired` and `reported`, each absent while it is empty.
    pub state: Map<String, Value>,
    /// When each value was set, in the shape of the state.
    pub metadata: Map<String, Value>,
    /// Counts updates; a deleted shadow that comes back goes on counting.
    pub version: u64,
}

/// A request to change a shadow, as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `desired` and `reported` as given; `null` empties the half.
    state: Map<String, Value>,
    /// The version it was made for.
    version: Option<u64>,
    /// Comes back with every answer.
    pub token: Option<String>,
}

/// What a change did.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The document from now on.
    pub document: Document,
    /// What is said of the change: the part that was given, and when.
    pub accepted: Value,
    /// What the device is yet to do; `None` if nothing.
    pub delta: Option<Value>,
    /// What it was and what it is.
    pub documents: Value,
}

/// What every request may carry, and its members.
pub struct Head {
    /// All of them.
    members: Map<String, Value>,
    /// `clientToken`: comes back with every answer.
    pub token: Option<String>,
    /// `version`: the one it was made for.
    pub version: Option<u64>,
}

impl Head {
    /// Reads a request; an empty payload is `{}`.
    ///
    /// # Errors
    /// Not JSON, or one of the two is malformed.
    pub fn read(payload: &[u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(payload).map_err(|_| Refusal::encoding())?;
        let value = match text.trim() {
            "" => Value::Object(Map::new()),
            text => serde_json::from_str(text).map_err(|_| Refusal::bad("Invalid JSON"))?,
        };
        let Value::Object(members) = value else {
            return Err(Refusal::bad("Invalid JSON"));
        };
        let token = match members.get("clientToken") {
            None | Some(Value::Null) => None,
            Some(Value::String(token)) if token.len() <= LONGEST_TOKEN => Some(token.clone()),
            Some(_) => return Err(Refusal::bad("Invalid clientToken")),
        };
        let version = match members.get("version") {
            None | Some(Value::Null) => None,
            Some(version) => match version.as_u64() {
                Some(version) => Some(version),
                None => return Err(Refusal::bad("Invalid version").of(token)),
            },
        };
        Ok(Self {
            members,
            token,
            version,
        })
    }
}

impl Change {
    /// Reads a request.
    ///
    /// # Errors
    /// The documented complaint, with the client's token where it could be read.
    pub fn read(payload: &[u8]) -> Result<Self, Refusal> {
        let Head {
            members,
            token,
            version,
        } = Head::read(payload)?;
        let state = match judged(&members) {
            Ok(state) => state,
            Err(refusal) => return Err(refusal.of(token)),
        };
        Ok(Self { state, version, token })
    }
}

fn judged(request: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let state = request
        .get("state")
        .ok_or(Refusal::bad("Missing required node: state"))?;
    let state = state.as_object().ok_or(Refusal::bad("State node must be an object"))?;
    for (key, value) in state {
        let complaint = match key.as_str() {
            "desired" => "Desired node must be an object",
            "reported" => "Reported node must be an object",
            other => return Err(Refusal::bad(format!("State contains an invalid node: '{other}'"))),
        };
        match value {
            Value::Null => {}
            Value::Object(half) => {
                if levels(value) > DEEPEST {
                    return Err(Refusal::bad("JSON contains too many levels of nesting; maximum is 6"));
                }
                if let Some(node) = half.iter().find_map(|(name, value)| hole(name, value)) {
                    return Err(Refusal::bad(format!("State contains an invalid node: '{node}'")));
                }
            }
            _ => return Err(Refusal::bad(complaint)),
        }
    }
    Ok(state.clone())
}

/// Levels of objects and arrays.
fn levels(value: &Value) -> usize {
    let below: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Object(members) => Box::new(members.values()),
        Value::Array(items) => Box::new(items.iter()),
        _ => return 0,
    };
    1 + below.map(levels).max().unwrap_or(0)
}

/// The name of an array that has a `null` in it.
fn hole<'a>(name: &'a str, value: &'a Value) -> Option<&'a str> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| hole(name, value)),
        Value::Array(items) if items.iter().any(Value::is_null) => Some(name),
        Value::Array(items) => items.iter().find_map(|item| hole(name, item)),
        _ => None,
    }
}

impl Document {
    /// The half, empty if it is absent.
    #[must_use]
    pub fn half(&self, half: Half) -> Map<String, Value> {
        let found = self.state.get(half.key()).and_then(Value::as_object);
        found.cloned().unwrap_or_default()
    }

    /// Checks the version that a request was made for; `None` for any.
    ///
    /// # Errors
    /// 409.
    pub fn is_at(&self, version: Option<u64>) -> Result<(), Refusal> {
        match version {
            Some(version) if version != self.version => Err(Refusal::conflict()),
            _ => Ok(()),
        }
    }

    /// Applies a change at this instant, Unix seconds.
    ///
    /// # Errors
    /// 409 for another version, 413 if the state would grow too large.
    pub fn change(&self, change: &Change, now: i64) -> Result<Changed, Refusal> {
        let refused = |refusal: Refusal| refusal.of(change.token.clone());
        self.is_at(change.version).map_err(refused)?;
        let mut next = self.clone();
        next.version += 1;
        let mut times = Map::new();
        for (key, given) in &change.state {
            merge(&mut next.state, key, given);
            merge_times(&mut next.metadata, key, given, now);
            if let Some(stamped) = stamps(given, now) {
                times.insert(key.clone(), stamped);
            }
        }
        let size = serde_json::to_vec(&next.state).map_or(usize::MAX, |bytes| bytes.len());
        if size > LARGEST {
            return Err(refused(Refusal::large()));
        }
        let said = |value: Value| with_token(value, change.token.as_deref());
        let accepted = said(json!({
            "state": change.state, "metadata": times, "version": next.version, "timestamp": now,
        }));
        let delta = next.delta().map(|(state, metadata)| {
            said(json!({ "state": state, "metadata": metadata, "version": next.version, "timestamp": now }))
        });
        let documents = said(json!({
            "previous": self.shown(), "current": next.shown(), "timestamp": now,
        }));
        Ok(Changed {
            document: next,
            accepted,
            delta,
            documents,
        })
    }

    /// What a reader gets.
    #[must_use]
    pub fn got(&self, now: i64, token: Option<&str>) -> Value {
        let mut state = self.state.clone();
        if let Some((delta, _)) = self.delta() {
            state.insert("delta".into(), Value::Object(delta));
        }
        let got = json!({
            "state": state, "metadata": self.metadata, "version": self.version, "timestamp": now,
        });
        with_token(got, token)
    }

    fn shown(&self) -> Value {
        json!({ "state": self.state, "metadata": self.metadata, "version": self.version })
    }

    /// What is wanted and not (or differently) reported, and since when.
    fn delta(&self) -> Option<(Map<String, Value>, Value)> {
        let differs = difference(&self.half(Half::Desired), &self.half(Half::Reported));
        if differs.is_empty() {
            return None;
        }
        let times = self.metadata.get(Half::Desired.key()).cloned().unwrap_or_default();
        let metadata = projected(&times, &differs);
        Some((differs, metadata))
    }
}

/// Sets, merges or removes one member; what becomes empty goes.
fn merge(into: &mut Map<String, Value>, key: &str, given: &Value) {
    match given {
        Value::Null => {
            into.remove(key);
        }
        Value::Object(members) => {
            let mut inner = match into.remove(key) {
                Some(Value::Object(inner)) => inner,
                _ => Map::new(),
            };
            for (name, value) in members {
                merge(&mut inner, name, value);
            }
            if !inner.is_empty() {
                into.insert(key.to_owned(), Value::Object(inner));
            }
        }
        other => {
            into.insert(key.to_owned(), other.clone());
        }
    }
}

/// As [`merge`], for the instants beside the values.
fn merge_times(into: &mut Map<String, Value>, key: &str, given: &Value, now: i64) {
    match given {
        Value::Object(members) => {
            let mut inner = match into.remove(key) {
                // An instant alone stood beside a plain value.
                Some(Value::Object(inner)) if !is_stamp(&inner) => inner,
                _ => Map::new(),
            };
            for (name, value) in members {
                merge_times(&mut inner, name, value, now);
            }
            if !inner.is_empty() {
                into.insert(key.to_owned(), Value::Object(inner));
            }
        }
        other => match stamps(other, now) {
            Some(stamp) => {
                into.insert(key.to_owned(), stamp);
            }
            None => {
                into.remove(key);
            }
        },
    }
}

/// Whether this is an instant and not a member called `timestamp`: a member's
/// own entry is an object or an array.
fn is_stamp(times: &Map<String, Value>) -> bool {
    times.get("timestamp").is_some_and(Value::is_number)
}

/// Instants in the shape of a value; `None` for `null` and what has nothing else in it.
fn stamps(value: &Value, now: i64) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(members) => {
            let stamped = members
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), stamps(value, now)?)));
            let stamped: Map<_, _> = stamped.collect();
            (!stamped.is_empty()).then_some(Value::Object(stamped))
        }
        Value::Array(items) => Some(items.iter().filter_map(|item| stamps(item, now)).collect()),
        _ => Some(json!({ "timestamp": now })),
    }
}

fn difference(desired: &Map<String, Value>, reported: &Map<String, Value>) -> Map<String, Value> {
    let mut differs = Map::new();
    for (name, wanted) in desired {
        match (wanted, reported.get(name)) {
            (Value::Object(wanted), Some(Value::Object(is))) => {
                let inner = difference(wanted, is);
                if !inner.is_empty() {
                    differs.insert(name.clone(), Value::Object(inner));
                }
            }
            (wanted, Some(is)) if wanted == is => {}
            (wanted, _) => {
                differs.insert(name.clone(), wanted.clone());
            }
        }
    }
    differs
}

/// The instants of those members that are in `of`.
fn projected(times: &Value, of: &Map<String, Value>) -> Value {
    let Some(times) = times.as_object() else {
        return Value::Object(Map::new());
    };
    let kept = of.iter().filter_map(|(name, value)| {
        let time = times.get(name)?;
        let time = match value {
            Value::Object(members) => projected(time, members),
            _ => time.clone(),
        };
        Some((name.clone(), time))
    });
    Value::Object(kept.collect())
}

/// A document with the client's token, if there is one.
pub fn with_token(mut document: Value, token: Option<&str>) -> Value {
    if let (Some(members), Some(token)) = (document.as_object_mut(), token) {
        members.insert("clientToken".into(), token.into());
    }
    document
}

#[cfg(test)]
mod tests;
