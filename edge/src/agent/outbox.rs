//! What a device has said and the cloud has not yet stored: one file a letter,
//! in order, on the device's disk until it is heard.
//!
//! A letter may have pictures; they lie beside it and are put to their
//! addresses before the letter goes. Letters of one kind (a lane) go one after
//! the other; kinds do not wait for each other, so that a picture that can't
//! be put does not hold an alarm back.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use hearth_contract::{
    ids::{CameraId, MessageId, PictureId},
    things::{AlarmSaid, DoorSaid, ReadingsSaid, SaidKind},
};
use serde::{Deserialize, Serialize};

use crate::{disk::Disk, fault::Fault};

/// The most letters kept; the oldest of the same kind goes when there are more.
pub const MOST: usize = 5_000;

/// Something the cloud must store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// At a door; its pictures are added once they are put.
    Door(DoorSaid),
    /// By a meter.
    Readings(ReadingsSaid),
    /// An alarm.
    Alarm(AlarmSaid),
}

impl Said {
    /// The message's id.
    #[must_use]
    pub const fn id(&self) -> MessageId {
        match self {
            Self::Door(said) => said.id,
            Self::Readings(said) => said.id,
            Self::Alarm(said) => said.id,
        }
    }

    /// The lane it goes in, also the last level of its topic.
    #[must_use]
    pub const fn kind(&self) -> SaidKind {
        match self {
            Self::Door(_) => SaidKind::Door,
            Self::Readings(_) => SaidKind::Readings,
            Self::Alarm(_) => SaidKind::Alarm,
        }
    }

    /// The payload.
    ///
    /// # Errors
    /// Never for what devices say; serde can't promise it.
    pub fn payload(&self) -> Result<Vec<u8>, Fault> {
        Ok(match self {
            Self::Door(said) => serde_json::to_vec(said)?,
            Self::Readings(said) => serde_json::to_vec(said)?,
            Self::Alarm(said) => serde_json::to_vec(said)?,
        })
    }
}

/// A picture that waits to be put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosed {
    /// The camera.
    pub camera: CameraId,
    /// Its file in the outbox.
    pub file: String,
    /// The picture's id, once it is put; not kept over a restart.
    #[serde(skip)]
    pub put: Option<PictureId>,
}

/// One letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// Its place in the order of all letters.
    pub number: u64,
    /// What it says.
    pub said: Said,
    /// The pictures that go with it.
    pub enclosed: Vec<Enclosed>,
}

/// The letters of one device.
pub struct Outbox {
    disk: Disk,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    letters: BTreeMap<u64, Letter>,
}

impl Outbox {
    /// Opens the outbox. What a power cut left without its letter goes; a letter
    /// that can't be read is set aside and logged.
    ///
    /// # Errors
    /// The disk can't be read or written.
    pub fn open(disk: Disk) -> Result<Self, Fault> {
        let names = disk.names()?;
        let mut state = State::default();
        for name in names.iter().filter(|name| name.ends_with(".json")) {
            match disk.load::<Letter>(name) {
                Ok(Some(letter)) => {
                    state.next = state.next.max(letter.number + 1);
                    state.letters.insert(letter.number, letter);
                }
                Ok(None) => {}
                Err(Fault::Json(error)) => {
                    tracing::error!(name, %error, "a letter can't be read and is set aside");
                    disk.write(&format!("{name}.unreadable"), &disk.read(name)?.unwrap_or_default())?;
                    disk.remove(name)?;
                }
                Err(fault) => return Err(fault),
            }
        }
        let owned: HashSet<&str> = state
            .letters
            .values()
            .flat_map(|letter| &letter.enclosed)
            .map(|picture| picture.file.as_str())
            .collect();
        for name in names
            .iter()
            .filter(|name| name.ends_with(".jpg") && !owned.contains(name.as_str()))
        {
            disk.remove(name)?;
        }
        Ok(Self {
            disk,
            state: Mutex::new(state),
        })
    }

    /// Adds a letter with its pictures (JPEG). When this returns they survive a power cut.
    ///
    /// # Errors
    /// The disk is full or broken: nothing was added.
    pub fn post(&self, said: Said, pictures: Vec<(CameraId, Vec<u8>)>) -> Result<(), Fault> {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let mut enclosed = Vec::with_capacity(pictures.len());
        for (camera, jpeg) in pictures {
            let file = format!("{number:012}-{camera}.jpg");
            self.disk.write(&file, &jpeg)?;
            enclosed.push(Enclosed {
                camera,
                file,
                put: None,
            });
        }
        let letter = Letter { number, said, enclosed };
        self.disk.save(&file_of(number), &letter)?;
        let kind = letter.said.kind();
        state.letters.insert(number, letter);
        if state.letters.len() > MOST {
            let oldest = state
                .letters
                .values()
                .find(|letter| letter.said.kind() == kind)
                .map(|letter| letter.number);
            tracing::error!(?kind, "the outbox is full, the oldest letter goes");
            oldest.map_or(Ok(()), |number| self.forget(&mut state, number))?;
        }
        Ok(())
    }

    /// The oldest letter of a lane.
    #[must_use]
    pub fn head(&self, kind: SaidKind) -> Option<Letter> {
        self.lock()
            .letters
            .values()
            .find(|letter| letter.said.kind() == kind)
            .cloned()
    }

    /// How many letters of a lane wait.
    #[must_use]
    pub fn waiting(&self, kind: SaidKind) -> usize {
        self.lock()
            .letters
            .values()
            .filter(|letter| letter.said.kind() == kind)
            .count()
    }

    /// Whether a letter still waits: one in hand may be nobody's to read by now.
    #[must_use]
    pub fn holds(&self, number: u64) -> bool {
        self.lock().letters.contains_key(&number)
    }

    /// The bytes of an enclosed picture; `None` if somebody removed it.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn picture(&self, enclosed: &Enclosed) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.disk.read(&enclosed.file)?)
    }

    /// The letter was heard.
    ///
    /// # Errors
    /// The disk can't be written; the letter will go again after a restart.
    pub fn remove(&self, number: u64) -> Result<(), Fault> {
        self.forget(&mut self.lock(), number)
    }

    /// Nobody is to read any of them.
    ///
    /// # Errors
    /// The disk can't be written.
    pub fn clear(&self) -> Result<(), Fault> {
        let mut state = self.lock();
        let all: Vec<u64> = state.letters.keys().copied().collect();
        all.into_iter().try_for_each(|number| self.forget(&mut state, number))
    }

    fn forget(&self, state: &mut State, number: u64) -> Result<(), Fault> {
        let Some(letter) = state.letters.remove(&number) else {
            return Ok(());
        };
        self.disk.remove(&file_of(number))?;
        for picture in letter.enclosed {
            self.disk.remove(&picture.file)?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn file_of(number: u64) -> String {
    format!("{number:012}.json")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn door(n: u128) -> Said {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let door = "fridge".parse().unwrap();
        Said::Door(DoorSaid {
            id: MessageId::sample(n),
            door,
            at,
            open: n.is_multiple_of(2),
            pictures: vec![],
        })
    }

    fn readings(n: u128) -> Said {
        Said::Readings(ReadingsSaid {
            id: MessageId::sample(n),
            readings: vec![],
        })
    }

    fn drained(outbox: &Outbox, kind: SaidKind) -> Vec<MessageId> {
        std::iter::from_fn(|| {
            let letter = outbox.head(kind)?;
            outbox.remove(letter.number).unwrap();
            Some(letter.said.id())
        })
        .collect()
    }

    #[test]
    fn letters_of_a_lane_keep_their_order_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Outbox::open(Disk::open(folder.path()).unwrap()).unwrap();
        let outbox = open();
        for n in 1..=20 {
            outbox.post(door(n), vec![]).unwrap();
            outbox.post(readings(100 + n), vec![]).unwrap();
        }
        let first = outbox.head(SaidKind::Door).unwrap();
        outbox.remove(first.number).unwrap();
        drop(outbox);
        let outbox = open();
        outbox.post(door(21), vec![]).unwrap();
        assert_eq!(outbox.waiting(SaidKind::Readings), 20);
        assert_eq!(
            drained(&outbox, SaidKind::Door),
            (2..=21).map(MessageId::sample).collect::<Vec<_>>()
        );
        assert_eq!(
            drained(&outbox, SaidKind::Readings),
            (101..=120).map(MessageId::sample).collect::<Vec<_>>()
        );
        drop(outbox);
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "nothing is left behind"
        );
    }

    #[test]
    fn a_power_cut_while_posting_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Outbox::open(Disk::open(folder.path()).unwrap()).unwrap();
        open()
            .post(door(1), vec![("shelves".parse().unwrap(), vec![1, 2, 3])])
            .unwrap();
        // Cut between the picture and the letter, and in the middle of each.
        std::fs::write(folder.path().join("000000000001-shelves.jpg"), b"orphan").unwrap();
        std::fs::write(folder.path().join("000000000001.json.half"), b"{\"num").unwrap();
        std::fs::write(folder.path().join("000000000002.json"), b"{\"num").unwrap();
        let outbox = open();
        let letter = outbox.head(SaidKind::Door).unwrap();
        assert_eq!(outbox.picture(&letter.enclosed[0]).unwrap().unwrap(), [1, 2, 3]);
        assert_eq!(drained(&outbox, SaidKind::Door), [MessageId::sample(1)]);
        let left: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        assert_eq!(left, ["000000000002.json.unreadable"]);
    }
}
