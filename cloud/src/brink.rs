//! The brinks: named points at which a power cut would hurt most.
//!
//! A test names one in `HEARTH_CUT`, and how often it is passed before the
//! process is killed there (`unit.before_commit:3`). Only debug builds
//! look, and those with the feature `brinks`, by which the way back is measured
//! at full speed; in the builds that homes get a brink is nothing.

/// A point at which a power cut would hurt most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brink {
    /// A unit of work has written everything, and committed nothing.
    BeforeCommit,
    /// It is committed; nobody has been told.
    AfterCommit,
    /// A job is about to call the outside.
    BeforeOutside,
    /// The outside has done its part; the job is still on the list.
    AfterOutside,
    /// A picture is whole on the disk and does not have its name yet.
    BeforeNaming,
}

impl Brink {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeOutside,
        Self::AfterOutside,
        Self::BeforeNaming,
    ];

    /// Its name in `HEARTH_CUT`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeCommit => "unit.before_commit",
            Self::AfterCommit => "unit.after_commit",
            Self::BeforeOutside => "job.before_outside",
            Self::AfterOutside => "job.after_outside",
            Self::BeforeNaming => "object.before_naming",
        }
    }

    /// The process is here.
    pub fn reached(self) {
        #[cfg(any(debug_assertions, feature = "brinks"))]
        cut::here(self);
    }
}

#[cfg(any(debug_assertions, feature = "brinks"))]
mod cut {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    };

    use super::Brink;

    struct Cut {
        at: Brink,
        passes_left: AtomicU32,
    }

    pub fn here(brink: Brink) {
        static CUT: OnceLock<Option<Cut>> = OnceLock::new();
        let Some(cut) = CUT.get_or_init(wanted) else { return };
        if cut.at == brink && cut.passes_left.fetch_sub(1, Ordering::SeqCst) == 1 {
            // Nothing may run after this: no destructor, no flush, no other thread for long.
            let _ = std::process::Command::new("kill")
                .args(["-KILL", &std::process::id().to_string()])
                .status();
            std::process::abort();
        }
    }

    fn wanted() -> Option<Cut> {
        let wish = std::env::var("HEARTH_CUT").ok()?;
        let (name, passes) = wish.split_once(':')?;
        let at = Brink::ALL.into_iter().find(|brink| brink.name() == name)?;
        Some(Cut {
            at,
            passes_left: AtomicU32::new(passes.parse().ok()?),
        })
    }
}
