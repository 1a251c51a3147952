//! The last answers of questions, by the path they went.

use std::collections::HashMap;

use hearth_contract::Source;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How many answers are kept; the oldest leave first.
const KEPT: usize = 256;

/// The kept answers.
#[derive(Default)]
pub(crate) struct Answers {
    kept: HashMap<String, Kept>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    path: String,
    at: Timestamp,
    seen: Value,
}

impl Answers {
    /// Takes up an answer as it was written.
    pub(crate) fn load(&mut self, bytes: &[u8]) {
        if let Ok(kept) = serde_json::from_slice::<Kept>(bytes) {
            self.kept.insert(kept.path.clone(), kept);
        }
    }

    /// The answer of a path, marked as the replica's.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        let mut seen = self.kept.get(path)?.seen.clone();
        seen["source"] = serde_json::to_value(Source::Replica).ok()?;
        Some(seen)
    }

    /// Keeps an answer that says how old it is; gives what to write, and under
    /// which name. Others (`None`) are not kept: nobody could tell their age.
    pub(crate) fn put(&mut self, path: &str, seen: &Value) -> Option<(String, Vec<u8>)> {
        let fields = seen.as_object()?;
        let dated = fields.len() == 3 && fields.contains_key("value") && fields.contains_key("source");
        let at: Timestamp = dated.then(|| fields.get("at")?.as_str()?.parse().ok()).flatten()?;
        let kept = Kept {
            path: path.to_owned(),
            at,
            seen: seen.clone(),
        };
        let bytes = serde_json::to_vec(&kept).ok()?;
        if self.kept.len() >= KEPT
            && !self.kept.contains_key(path)
            && let Some(oldest) = self
                .kept
                .values()
                .min_by_key(|kept| kept.at)
                .map(|kept| kept.path.clone())
        {
            self.kept.remove(&oldest);
        }
        self.kept.insert(path.to_owned(), kept);
        Some((name(path), bytes))
    }

    /// Forgets answers; gives the names they were written under.
    pub(crate) fn remove(&mut self, which: impl Fn(&str) -> bool) -> Vec<String> {
        let gone: Vec<String> = self.kept.keys().filter(|path| which(path)).cloned().collect();
        gone.iter().for_each(|path| drop(self.kept.remove(path)));
        gone.iter().map(|path| name(path)).collect()
    }
}

/// A path as a file name.
fn name(path: &str) -> String {
    hex::encode(&Sha256::digest(path.as_bytes())[..16])
}
