//! The jobs' topics: `$aws/things/{thing}/jobs/…`.
//!
//! # Source
//! AWS IoT developer guide, "Jobs MQTT API operations".

/// The word for the job that is next.
const NEXT: &str = "$next";
/// The longest id of a job, bytes.
const LONGEST_ID: usize = 64;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// What is pending.
    List,
    /// Begins the next one.
    Start,
    /// One of them.
    Get(Which),
    /// Says how one goes.
    Update(String),
}

/// Which job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one at hand, or the oldest that waits.
    Next,
    /// By its id.
    Job(String),
}

/// Reads a topic that something is asked at: the thing and what; `None` for any other.
#[must_use]
pub fn parse(topic: &str) -> Option<(&str, Asked)> {
    let (thing, rest) = topic.strip_prefix("$aws/things/")?.split_once("/jobs/")?;
    if thing.is_empty() || thing.contains('/') {
        return None;
    }
    let asked = match rest {
        "get" => Asked::List,
        "start-next" => Asked::Start,
        _ => match rest.split_once('/')? {
            (NEXT, "get") => Asked::Get(Which::Next),
            (job, "get") if is_id(job) => Asked::Get(Which::Job(job.to_owned())),
            (job, "update") if is_id(job) => Asked::Update(job.to_owned()),
            _ => return None,
        },
    };
    Some((thing, asked))
}

/// Whether a job can be called so.
#[must_use]
pub fn is_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_name_the_thing_and_what_is_asked() {
        for (rest, asked) in [
            ("get", Some(Asked::List)),
            ("start-next", Some(Asked::Start)),
            ("$next/get", Some(Asked::Get(Which::Next))),
            ("update-7/get", Some(Asked::Get(Which::Job("update-7".into())))),
            ("update-7/update", Some(Asked::Update("update-7".into()))),
            ("$next/update", None),
            ("notify", None),
            ("update-7/get/accepted", None),
            ("a b/get", None),
        ] {
            let topic = format!("$aws/things/fridge-HF1/jobs/{rest}");
            assert_eq!(parse(&topic), asked.map(|asked| ("fridge-HF1", asked)), "{rest}");
        }
        assert_eq!(parse("$aws/things//jobs/get"), None);
        assert_eq!(parse("$aws/things/fridge-HF1/shadow/get"), None);
    }
}
