//! Where software lies on a device: two slots, and a note of which of them runs.
//!
//! What a device left the factory with is in neither, so that there is always
//! something to fall back to. A release comes into the slot that does not run
//! and is on trial until it has reached the cloud.

use std::{io, path::PathBuf};

use hearth_contract::software::{Version, Why};
use serde::{Deserialize, Serialize};

use crate::{
    disk::{Disk, Incoming},
    fault::Fault,
};

const NOTE: &str = "software.json";
/// How often a release on trial is started: one that takes the device down
/// each time must not be tried for ever.
const MOST_STARTS: u8 = 3;

/// A place for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    /// Its name: its file's, and what a program is told of where it lies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }

    /// The slot with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::A, Self::B].into_iter().find(|slot| slot.name() == name)
    }
}

/// A release in its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// Where.
    pub slot: Slot,
    /// Which.
    pub version: Version,
}

/// A release that has not reached the cloud yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The job that brought it.
    pub job: String,
    /// What is tried.
    pub installed: Installed,
    /// How often it was started.
    pub starts: u8,
}

/// What became of the last trial; its job is told until the cloud has heard it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The job that brought it.
    pub job: String,
    /// Why it was given up; `None`: it runs.
    pub why: Option<Why>,
}

/// Which software a device runs, and what it tries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What runs; `None`: what it left the factory with.
    pub active: Option<Installed>,
    /// What is tried.
    pub trial: Option<Trial>,
    /// What became of the last one.
    pub ended: Option<Ended>,
}

impl Note {
    /// The slot that may be written.
    #[must_use]
    pub fn free(&self) -> Slot {
        match self.active {
            Some(Installed { slot: Slot::A, .. }) => Slot::B,
            _ => Slot::A,
        }
    }

    /// A release lies in the free slot.
    #[must_use]
    pub fn installed(self, job: &str, version: Version) -> Self {
        let slot = self.free();
        let trial = Trial {
            job: job.to_owned(),
            installed: Installed { slot, version },
            starts: 0,
        };
        Self {
            trial: Some(trial),
            ..self
        }
    }

    /// The device starts: how it stands then. What is on trial too often is given up.
    #[must_use]
    pub fn started(mut self) -> Self {
        match &mut self.trial {
            Some(trial) if trial.starts < MOST_STARTS => trial.starts += 1,
            _ => return self.given_up(),
        }
        self
    }

    /// What runs as it stands; `None`: what it left the factory with.
    #[must_use]
    pub fn runs(&self) -> Option<Installed> {
        self.trial.as_ref().map(|trial| trial.installed).or(self.active)
    }

    /// What is on trial has reached the cloud.
    #[must_use]
    pub fn confirmed(mut self) -> Self {
        if let Some(Trial { job, installed, .. }) = self.trial.take() {
            self.active = Some(installed);
            self.ended = Some(Ended { job, why: None });
        }
        self
    }

    /// What is on trial has not; the former software is back.
    #[must_use]
    pub fn given_up(mut self) -> Self {
        if let Some(Trial { job, .. }) = self.trial.take() {
            let why = Some(Why::Unreachable);
            self.ended = Some(Ended { job, why });
        }
        self
    }
}

/// The slots on a device's disk. Calls block.
#[derive(Clone, Debug)]
pub struct Slots(Disk);

impl Slots {
    /// On this device's disk.
    ///
    /// # Errors
    /// The folder can't be made or read.
    pub fn open(disk: &Disk) -> io::Result<Self> {
        disk.below("software").map(Self)
    }

    /// How it stands.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn note(&self) -> Result<Note, Fault> {
        Ok(self.0.load(NOTE)?.unwrap_or_default())
    }

    /// Notes how it stands from now on, if that is otherwise.
    ///
    /// # Errors
    /// The disk is full or broken; it is as it was.
    pub fn change(&self, change: impl FnOnce(Note) -> Note) -> Result<Note, Fault> {
        let before = self.note()?;
        let after = change(before.clone());
        if after != before {
            self.0.save(NOTE, &after)?;
        }
        Ok(after)
    }

    /// The program in a slot.
    #[must_use]
    pub fn program(&self, slot: Slot) -> PathBuf {
        self.0.path(slot.name())
    }

    /// A program that comes into a slot.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn incoming(&self, slot: Slot) -> io::Result<Incoming> {
        self.0.program(slot.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Version = Version(1, 0, 0);
    const TWO: Version = Version(2, 0, 0);

    #[test]
    fn what_reached_the_cloud_runs_and_the_next_comes_into_the_other_slot() {
        let note = Note::default().installed("j1", ONE).started().confirmed();
        let one = Installed {
            slot: Slot::A,
            version: ONE,
        };
        assert_eq!((note.active, note.runs()), (Some(one), Some(one)));
        let job = "j1".to_owned();
        assert_eq!(note.ended, Some(Ended { job, why: None }));
        assert_eq!(note.clone().confirmed(), note, "once is enough");

        let next = note.installed("j2", TWO).started();
        assert_eq!(next.runs().unwrap().slot, Slot::B);
        let back = next.given_up();
        assert_eq!(back.runs(), Some(one));
        assert_eq!(back.ended.unwrap().why, Some(Why::Unreachable));
    }

    #[test]
    fn what_takes_the_device_down_each_time_is_given_up() {
        let mut note = Note::default().installed("j1", ONE);
        for _ in 0..MOST_STARTS {
            note = note.started();
            assert!(note.runs().is_some());
        }
        note = note.started();
        assert_eq!((note.runs(), note.trial.is_some()), (None, false));
        assert_eq!(note.clone().started(), note);
    }

    #[test]
    fn the_note_survives_the_power() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        let slots = Slots::open(&disk).unwrap();
        assert_eq!(slots.note().unwrap(), Note::default());
        let changed = slots.change(|note| note.installed("j1", ONE)).unwrap();
        assert_eq!(Slots::open(&disk).unwrap().note().unwrap(), changed);
    }
}
