//! The shadows' topics: `$aws/things/{thing}/shadow[/name/{shadow}]/{verb}`.
//!
//! # Source
//! AWS IoT developer guide, "Device Shadow MQTT topics".

/// The longest name of a shadow, bytes.
const LONGEST_NAME: usize = 64;

/// What is asked of a shadow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads it.
    Get,
    /// Changes it.
    Update,
    /// Removes it.
    Delete,
}

impl Verb {
    const ALL: [(&'static str, Self); 3] = [("get", Self::Get), ("update", Self::Update), ("delete", Self::Delete)];
}

/// A shadow of a thing: its classic one, or one with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// Whose.
    pub thing: String,
    /// Empty for the classic one.
    pub name: String,
}

impl Shadow {
    /// The classic one for the empty name; `None` for a name that can't be.
    #[must_use]
    pub fn of(thing: &str, name: &str) -> Option<Self> {
        let is_name = name.len() <= LONGEST_NAME
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-'));
        is_name.then(|| Self {
            thing: thing.to_owned(),
            name: name.to_owned(),
        })
    }

    /// What its topics begin with.
    #[must_use]
    pub fn prefix(&self) -> String {
        match self.name.as_str() {
            "" => format!("$aws/things/{}/shadow", self.thing),
            name => format!("$aws/things/{}/shadow/name/{name}", self.thing),
        }
    }

    /// As complaints call it.
    #[must_use]
    pub fn called(&self) -> String {
        match self.name.as_str() {
            "" => self.thing.clone(),
            name => format!("{}~{name}", self.thing),
        }
    }
}

/// Reads a topic that something is asked at; `None` for any other.
#[must_use]
pub fn parse(topic: &str) -> Option<(Shadow, Verb)> {
    let (thing, rest) = topic.strip_prefix("$aws/things/")?.split_once("/shadow/")?;
    let (name, verb) = match rest.strip_prefix("name/") {
        Some(named) => named.split_once('/').filter(|(name, _)| !name.is_empty())?,
        None => ("", rest),
    };
    let (_, verb) = Verb::ALL.into_iter().find(|(word, _)| *word == verb)?;
    Some((
        Shadow::of(thing, name).filter(|_| !thing.is_empty() && !thing.contains('/'))?,
        verb,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_name_the_shadow_and_what_is_asked() {
        let shadow = |name: &str| Shadow::of("fridge-HF1", name).unwrap();
        for (topic, read) in [
            ("$aws/things/fridge-HF1/shadow/get", Some((shadow(""), Verb::Get))),
            ("$aws/things/fridge-HF1/shadow/update", Some((shadow(""), Verb::Update))),
            (
                "$aws/things/fridge-HF1/shadow/name/climate/delete",
                Some((shadow("climate"), Verb::Delete)),
            ),
            ("$aws/things/fridge-HF1/shadow/get/accepted", None),
            ("$aws/things/fridge-HF1/shadow/name//get", None),
            ("$aws/things/fridge-HF1/shadow/name/a b/get", None),
            ("$aws/things/fridge-HF1/shadow/update/delta", None),
            ("$aws/things//shadow/get", None),
            ("$aws/things/fridge-HF1/jobs/get", None),
        ] {
            assert_eq!(parse(topic), read, "{topic}");
        }
        assert_eq!(shadow("climate").prefix(), "$aws/things/fridge-HF1/shadow/name/climate");
        assert_eq!(
            (shadow("").called(), shadow("climate").called()),
            ("fridge-HF1".into(), "fridge-HF1~climate".into())
        );
    }
}
