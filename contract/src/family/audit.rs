//! The audit list: the lines of the journal that say who let whom do what.

use serde::{Deserialize, Serialize};

use super::sample_instant;
use crate::{
    command::{Access, Command, Goes, Hears, Route},
    event::JournalEntry,
    ids::FamilyId,
    power::Power,
    seen::Seen,
    session::sample_name,
    text::Name,
};

/// The most lines of one answer.
pub const AUDIT_PAGE: u32 = 50;

/// A line, with the name of whoever did it as it was then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditLine {
    /// What happened.
    pub entry: JournalEntry,
    /// The member or device that did it; `None`: the home itself.
    #[serde(default)]
    pub by: Option<Name>,
}

/// `GET /families/{family}/audit?before=`: who joined, left, paired, looked;
/// newest first, at most [`AUDIT_PAGE`] at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// The family.
    pub family: FamilyId,
    /// Lines before this number of the journal; `None`: the newest.
    pub before: Option<u64>,
}

impl Command for Audit {
    type Reply = Seen<Vec<AuditLine>>;
    const NAME: &'static str = "family.audit";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/audit"), Access::Power(Power::SeeAudit));
    const HEARS: &'static [Hears] = &[Hears::Family, Hears::Device, Hears::Live];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            before: None,
        }
    }
    fn sample_reply() -> Self::Reply {
        let line = AuditLine {
            entry: JournalEntry::sample(),
            by: Some(sample_name("Ana")),
        };
        Seen::now(vec![line], sample_instant())
    }
}
