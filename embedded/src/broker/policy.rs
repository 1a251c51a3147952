//! Who may connect as whom, and who may say and hear what: AWS IoT's policies.
//!
//! Pure. A filter is allowed only if every topic it matches is; what is not
//! named here is refused.

use hearth_contract::{
    ids::{IdentityId, ThingName},
    things::{SaidKind, from_thing, inbox, thing_inbox, to_thing},
};

use crate::provisioning;

/// How client ids of unprovisioned devices begin.
pub const CLAIM_PREFIX: &str = "claim-";
/// The longest client id and topic filter, bytes, as AWS IoT has them.
const LONGEST_ID: usize = 128;
const LONGEST_TOPIC: usize = 256;

/// Who is at the other end of a connection, proven by certificate or signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A provisioned device.
    Device(ThingName),
    /// Some device with the maker's claim certificate.
    Claim,
    /// A signed-in person.
    Person(IdentityId),
}

impl Who {
    /// Whether this one may call itself so.
    #[must_use]
    pub fn may_be(&self, client_id: &str) -> bool {
        let fits = !client_id.is_empty() && client_id.len() <= LONGEST_ID;
        fits && match self {
            Self::Device(thing) => client_id == thing.as_str(),
            Self::Claim => client_id
                .strip_prefix(CLAIM_PREFIX)
                .is_some_and(|rest| !rest.is_empty()),
            Self::Person(identity) => client_id
                .strip_prefix(identity.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.len() > 1 && rest.starts_with('-')),
        }
    }

    /// Whether this one may publish there.
    #[must_use]
    pub fn may_publish(&self, topic: &str) -> bool {
        let plain = topic.len() <= LONGEST_TOPIC && !topic.contains(['+', '#']);
        plain
            && match self {
                Self::Device(thing) => {
                    SaidKind::ALL.into_iter().any(|said| from_thing(thing, said) == topic)
                        || reserved(thing, topic)
                        || provisioning::ROTATION_TOPICS.contains(&topic)
                }
                Self::Claim => provisioning::TOPICS.contains(&topic),
                Self::Person(_) => false,
            }
    }

    /// Whether this one may subscribe to the filter.
    #[must_use]
    pub fn may_subscribe(&self, filter: &str) -> bool {
        filter.len() <= LONGEST_TOPIC
            && match self {
                // The inbox of a thing's own name: the cloud writes into it for tablets only.
                Self::Device(thing) => {
                    filter == to_thing(thing)
                        || filter == thing_inbox(thing)
                        || reserved(thing, filter)
                        || answers(&provisioning::ROTATION_TOPICS, filter)
                }
                Self::Claim => answers(&provisioning::TOPICS, filter),
                Self::Person(identity) => filter == inbox(identity),
            }
    }
}

/// Where questions asked at these topics are answered.
fn answers(topics: &[&str], filter: &str) -> bool {
    ["/accepted", "/rejected"]
        .into_iter()
        .any(|end| filter.strip_suffix(end).is_some_and(|topic| topics.contains(&topic)))
}

/// Below the thing's own reserved topics; the wildcards of a filter can only
/// stand behind the fixed beginning, so they cannot leave it.
fn reserved(thing: &ThingName, topic: &str) -> bool {
    topic
        .strip_prefix("$aws/things/")
        .and_then(|rest| rest.strip_prefix(thing.as_str()))
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Who {
        Who::Device("fridge-HF1".parse().unwrap())
    }

    fn person() -> Who {
        Who::Person("local-1:7f".parse().unwrap())
    }

    fn check(may: impl Fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(may(text), "{text} is allowed");
        }
        for text in no {
            assert!(!may(text), "{text} is refused");
        }
    }

    #[test]
    fn everybody_is_called_what_they_are() {
        check(
            |id| device().may_be(id),
            &["fridge-HF1"],
            &["", "fridge-HF2", "fridge-HF11", "fridge-HF1-x"],
        );
        check(
            |id| Who::Claim.may_be(id),
            &["claim-HF1"],
            &["", "claim-", "fridge-HF1", "local-1:7f"],
        );
        check(
            |id| person().may_be(id),
            &["local-1:7f", "local-1:7f-tablet"],
            &["", "local-1:7f-", "local-1:7fa", "local-1:8", "fridge-HF1"],
        );
    }

    #[test]
    fn everybody_speaks_only_where_they_should() {
        check(
            |topic| device().may_publish(topic),
            &[
                "hearth/things/fridge-HF1/door",
                "$aws/things/fridge-HF1/shadow/update",
                "$aws/certificates/create-from-csr/json",
                "$aws/provisioning-templates/hearth-rotation/provision/json",
            ],
            &[
                "hearth/things/fridge-HF2/door",
                "hearth/things/fridge-HF1/to",
                "hearth/things/fridge-HF1/door/x",
                "hearth/inbox/local-1:7f",
                "$aws/things/fridge-HF11/shadow/update",
                "$aws/provisioning-templates/hearth-device/provision/json",
                "$SYS/x",
            ],
        );
        check(
            |topic| Who::Claim.may_publish(topic),
            &[
                "$aws/certificates/create-from-csr/json",
                "$aws/provisioning-templates/hearth-device/provision/json",
            ],
            &[
                "$aws/provisioning-templates/other/provision/json",
                "$aws/provisioning-templates/hearth-rotation/provision/json",
                "$aws/certificates/create-from-csr/json/accepted",
                "hearth/things/fridge-HF1/door",
            ],
        );
        check(
            |topic| person().may_publish(topic),
            &[],
            &["hearth/inbox/local-1:7f", "hearth/things/fridge-HF1/to"],
        );
    }

    #[test]
    fn everybody_hears_only_what_they_should() {
        check(
            |filter| device().may_subscribe(filter),
            &[
                "hearth/things/fridge-HF1/to",
                "hearth/inbox/fridge-HF1",
                "$aws/things/fridge-HF1/#",
                "$aws/things/fridge-HF1/shadow/get/+",
                "$aws/certificates/create-from-csr/json/accepted",
            ],
            &[
                "#",
                "+/#",
                "hearth/#",
                "hearth/things/+/to",
                "hearth/things/fridge-HF1/#",
                "$aws/things/+/shadow",
                "$aws/#",
                "$aws/certificates/#",
                "$share/g/hearth/things/fridge-HF1/to",
                "hearth/things/fridge-HF2/to",
                "hearth/inbox/fridge-HF2",
                "hearth/inbox/+",
            ],
        );
        check(
            |filter| Who::Claim.may_subscribe(filter),
            &["$aws/certificates/create-from-csr/json/accepted"],
            &["$aws/certificates/#", "$aws/certificates/create-from-csr/json/+", "#"],
        );
        check(
            |filter| person().may_subscribe(filter),
            &["hearth/inbox/local-1:7f"],
            &["hearth/inbox/+", "hearth/inbox/local-1:8", "hearth/inbox/#", "#"],
        );
    }
}
