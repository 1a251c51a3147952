//! All features and all their commands. Lists only.
//!
//! `for_each_command!(name)` calls the macro `name!` once a feature with its
//! commands as `goes path;`, where `goes` is `core`, `cloud` or `queued`. From
//! it come core's forwarding, the cloud's router, the docs and the checks.

use serde_json::Value;

use crate::{
    command::{Command, Goes, Hears},
    failure::Failure,
    rest::{self, RestCall},
};

/// Calls the macro `$each!` with the commands of every feature.
#[macro_export]
macro_rules! for_each_command {
    ($each:ident) => {
        $crate::session_commands! { $each }
        $crate::family_commands! { $each }
        $crate::device_commands! { $each }
        $crate::pairing_commands! { $each }
        $crate::picture_commands! { $each }
        $crate::pantry_commands! { $each }
        $crate::live_commands! { $each }
        $crate::meter_commands! { $each }
        $crate::alarm_commands! { $each }
        $crate::control_commands! { $each }
    };
}

/// A command without its type: what forwarding, docs and checks need of it.
#[derive(Clone, Copy)]
pub struct Entry {
    /// `feature.verb`.
    pub name: &'static str,
    /// Who answers.
    pub goes: Goes,
    /// After which events its reply is asked for again.
    pub hears: &'static [Hears],
    /// The word it is listed with: `core`, `cloud` or `queued`.
    pub listed: &'static str,
    /// Checks the arguments and writes them for the route; `None` if core answers alone.
    pub rest: fn(Value) -> Result<Option<RestCall>, Failure>,
    /// A request as people send it.
    pub sample: fn() -> Value,
    /// A reply to it.
    pub sample_reply: fn() -> Value,
    /// Reads a reply and writes it again; `None` if it is not one.
    pub reread_reply: fn(Value) -> Option<Value>,
}

impl Entry {
    /// The entry of a command.
    #[must_use]
    pub fn of<C: Command>(listed: &'static str) -> Self {
        Self {
            name: C::NAME,
            goes: C::GOES,
            hears: C::HEARS,
            listed,
            rest: |args| {
                let command: C = rest::decode(args)?;
                C::GOES
                    .route()
                    .map(|(route, _)| rest::encode(&command, route))
                    .transpose()
            },
            sample: || serde_json::to_value(C::sample()).unwrap_or_default(),
            sample_reply: || serde_json::to_value(C::sample_reply()).unwrap_or_default(),
            reread_reply: |value| {
                let reply: C::Reply = serde_json::from_value(value).ok()?;
                serde_json::to_value(reply).ok()
            },
        }
    }
}

/// Every command, feature by feature.
#[must_use]
pub fn all() -> Vec<Entry> {
    let mut entries = Vec::new();
    macro_rules! push {
        ($($listed:ident $command:ty;)*) => {
            $(entries.push(Entry::of::<$command>(stringify!($listed)));)*
        };
    }
    for_each_command!(push);
    entries
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::command::Access;

    #[test]
    fn every_command_is_listed_once_with_the_word_that_says_who_answers() {
        let mut names = HashSet::new();
        for entry in all() {
            assert!(names.insert(entry.name), "{} is there twice", entry.name);
            let word = match entry.goes {
                Goes::Core => "core",
                Goes::Cloud(..) => "cloud",
                Goes::Queued(..) => "queued",
            };
            assert_eq!(entry.listed, word, "{}", entry.name);
        }
    }

    #[test]
    fn every_sample_survives_the_round_trip() {
        for entry in all() {
            let sample = (entry.sample)();
            assert!(sample.is_object(), "{}: a command has named fields", entry.name);
            (entry.rest)(sample).unwrap_or_else(|failure| panic!("{}: {failure}", entry.name));
            let reply = (entry.sample_reply)();
            assert_eq!((entry.reread_reply)(reply.clone()), Some(reply), "{}", entry.name);
        }
    }

    #[test]
    fn a_power_is_asked_for_exactly_where_the_path_names_a_family() {
        for entry in all() {
            let Some((route, access)) = entry.goes.route() else {
                continue;
            };
            let family = route.path.starts_with("/families/{family}");
            assert_eq!(matches!(access, Access::Power(_)), family, "{}", entry.name);
        }
    }

    #[test]
    fn no_two_commands_share_a_route() {
        let mut routes = HashSet::new();
        for entry in all() {
            let Some((route, _)) = entry.goes.route() else { continue };
            assert!(routes.insert((route.method.as_str(), route.path)), "{}", entry.name);
        }
    }

    #[test]
    fn a_missing_field_is_named() {
        for entry in all() {
            let serde_json::Value::Object(fields) = (entry.sample)() else {
                unreachable!()
            };
            for (name, value) in &fields {
                let mut without = fields.clone();
                without.remove(name);
                match (entry.rest)(without.into()) {
                    Ok(_) => assert!(
                        value.is_null() || matches!(name.as_str(), "food" | "best_before"),
                        "{}.{name}",
                        entry.name
                    ),
                    Err(failure) => {
                        assert_eq!(failure.reason, crate::Reason::FieldMissing);
                        assert_eq!(failure.field.as_deref(), Some(name.as_str()));
                    }
                }
            }
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        for entry in all() {
            let serde_json::Value::Object(fields) = (entry.sample)() else {
                unreachable!()
            };
            for name in fields.keys() {
                let mut wrong = fields.clone();
                wrong.insert(name.clone(), serde_json::json!([[{}]]));
                let failure = (entry.rest)(wrong.into()).unwrap_err();
                let field = failure.field.unwrap_or_default();
                assert_eq!(field.split(['[', '.']).next(), Some(name.as_str()), "{}", entry.name);
            }
        }
    }
}
