//! The simulated fridge's hardware: what is in it, how its doors stand and what
//! it is set to, kept on its disk; and what its camera sees of that.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use hearth_contract::{
    clock::Clock,
    control::Setting,
    failure::{Failure, Reason},
    ids::{CameraId, DoorId},
    pairing::PairingCode,
    temperature::Compartment,
    units::Celsius,
};
use jiff::Timestamp;
use openh264::formats::YUVBuffer;
use resvg::tiny_skia::Pixmap;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};

use super::{FREEZER_DOOR, FRIDGE_DOOR};
use crate::{
    control::Controlled,
    disk::Disk,
    fault::Fault,
    fridge::{DoorMove, FridgeBody, Signals, alarm::Chime, video},
    simulated::{
        drawing,
        moving::Still,
        panel::Panel,
        picture,
        shelves::Shelves,
        warmth::{Drift, Warmth},
    },
};

const STATE: &str = "inside.json";
const SHELVES: &str = "shelves";

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Inside {
    pub shelves: Shelves,
    pub open: BTreeMap<DoorId, bool>,
    #[serde(default)]
    closings: BTreeMap<DoorId, u64>,
    #[serde(default = "Panel::new")]
    panel: Panel,
    /// How warm it was when something changed last.
    #[serde(default)]
    warmth: BTreeMap<Compartment, Warmth>,
    /// Its compressor does not work.
    #[serde(default)]
    pub broken: bool,
}

impl Inside {
    /// How warm it is by now, and has been on the way as all stands.
    fn warmth(&self, compartment: Compartment, now: Timestamp) -> Warmth {
        let aim = self.panel.aim(compartment);
        let is_its = |door: &DoorId| Compartment::behind(door) == Some(compartment);
        let is_open = self.open.iter().any(|(door, open)| *open && is_its(door));
        let drift = Drift::of(compartment, (!self.broken).then_some(aim), is_open);
        let before = self.warmth.get(&compartment).copied();
        before.unwrap_or_else(|| Warmth::settled(aim, now)).after(drift, now)
    }
}

/// What has been drawn of the present contents.
struct Drawn {
    shelves: Shelves,
    still: Arc<Pixmap>,
    /// Only once somebody looks.
    moving: Option<Arc<Still>>,
}

/// The simulated hardware.
pub struct SimulatedBody {
    disk: Disk,
    inside: Mutex<Inside>,
    empty: (Pixmap, Pixmap),
    drawn: Mutex<Option<Drawn>>,
    shots: AtomicU64,
    /// Where its doors tell of themselves.
    pub(super) moves: mpsc::Sender<DoorMove>,
    touches: watch::Sender<()>,
    tablet: Mutex<Option<PairingCode>>,
    chime: Mutex<Chime>,
    clock: Arc<dyn Clock>,
}

impl SimulatedBody {
    /// The fridge on this disk, a new one stocked, and what it tells by itself.
    /// `seed` makes its pictures' grain; by `clock` it gets warm and cold.
    ///
    /// # Errors
    /// The disk can't be used.
    pub fn open(disk: Disk, seed: u64, clock: Arc<dyn Clock>) -> Result<(Arc<Self>, Signals), Fault> {
        let inside = match disk.load(STATE)? {
            Some(inside) => inside,
            None => {
                let doors = [FRIDGE_DOOR, FREEZER_DOOR]
                    .into_iter()
                    .filter_map(|door| door.parse().ok());
                let open = doors.map(|door| (door, false)).collect();
                Inside {
                    shelves: Shelves::stocked(),
                    open,
                    closings: BTreeMap::new(),
                    panel: Panel::new(),
                    warmth: BTreeMap::new(),
                    broken: false,
                }
            }
        };
        // A hand that is faster than the fridge waits.
        let (moves, moved) = mpsc::channel(16);
        let body = Self {
            disk,
            inside: Mutex::new(inside),
            empty: (drawing::empty(picture::WIDTH)?, drawing::empty(video::WIDTH as u32)?),
            drawn: Mutex::new(None),
            shots: AtomicU64::new(seed),
            moves,
            touches: watch::Sender::default(),
            tablet: Mutex::new(None),
            chime: Mutex::default(),
            clock,
        };
        let signals = Signals {
            moves: moved,
            touches: body.touches.subscribe(),
        };
        Ok((Arc::new(body), signals))
    }

    pub(super) fn inside<T>(&self, look: impl FnOnce(&Inside) -> T) -> T {
        look(&self.inside.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is inside and keeps it.
    fn change<T>(&self, change: impl FnOnce(&mut Inside) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut next, now) = (inside.clone(), self.clock.now());
        for compartment in Compartment::ALL {
            next.warmth.insert(compartment, inside.warmth(compartment, now));
        }
        let done = change(&mut next)?;
        self.disk.save(STATE, &next).map_err(|fault| {
            tracing::error!(%fault, "can't keep what is in the fridge");
            Failure::new(Reason::Bug)
        })?;
        *inside = next;
        Ok(done)
    }

    /// The drawing of what is in now, made when something changed.
    fn drawn<T>(&self, take: impl FnOnce(&mut Drawn) -> T) -> T {
        let shelves = self.inside(|inside| inside.shelves.clone());
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fresh = match drawn.take().filter(|drawn| drawn.shelves == shelves) {
            Some(fresh) => fresh,
            None => Drawn {
                still: Arc::new(drawing::filled(&self.empty.0, &shelves)),
                moving: None,
                shelves,
            },
        };
        let taken = take(&mut fresh);
        *drawn = Some(fresh);
        taken
    }

    fn still(&self) -> (Shelves, Arc<Pixmap>) {
        self.drawn(|drawn| (drawn.shelves.clone(), drawn.still.clone()))
    }

    fn moving(&self) -> Arc<Still> {
        self.drawn(|drawn| {
            let draw = || Arc::new(Still::of(&drawing::filled(&self.empty.1, &drawn.shelves)));
            drawn.moving.get_or_insert_with(draw).clone()
        })
    }

    /// Changes the food and draws it, so that the closing door need not wait for that.
    pub(super) fn arrange(&self, change: impl FnOnce(&mut Shelves) -> Result<(), Failure>) -> Result<(), Failure> {
        self.change(|inside| change(&mut inside.shelves))?;
        self.still();
        Ok(())
    }

    fn turn(&self, setting: Setting) -> Result<(), Failure> {
        self.change(|inside| {
            inside.panel.turn(setting);
            Ok(())
        })
    }

    /// Turns a knob, and tells the program that somebody did.
    pub(super) fn touch(&self, setting: Setting) -> Result<(), Failure> {
        self.turn(setting)?;
        self.touches.send_replace(());
        Ok(())
    }

    /// Sets everything as a new one is set.
    pub(super) fn reset(&self) -> Result<(), Failure> {
        self.change(|inside| {
            inside.panel = Panel::new();
            Ok(())
        })
    }

    /// Swings a door; whether it moved.
    pub(super) fn swing(&self, door: DoorId, open: bool) -> Result<bool, Failure> {
        self.change(|inside| {
            let absent = || Failure::new(Reason::Absent).at("door");
            let stands = inside.open.get_mut(&door).ok_or_else(absent)?;
            let moved = std::mem::replace(stands, open) != open;
            if moved && !open {
                *inside.closings.entry(door).or_default() += 1;
            }
            Ok(moved)
        })
    }

    /// Its compressor fails, or is mended.
    pub(super) fn fail(&self, broken: bool) -> Result<(), Failure> {
        self.change(|inside| {
            inside.broken = broken;
            Ok(())
        })
    }

    /// How loud it is.
    pub(super) fn sounds(&self) -> Chime {
        *self.chime.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the tablet in the door shows from now on.
    pub(super) fn show(&self, code: Option<PairingCode>) {
        *self.tablet.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    pub(super) fn shoot(&self) -> Result<Vec<u8>, Fault> {
        let (shelves, still) = self.still();
        picture::take(
            &still,
            &picture::labels(&shelves),
            self.shots.fetch_add(1, Ordering::Relaxed),
        )
    }
}

impl Controlled for SimulatedBody {
    fn settings(&self) -> Vec<Setting> {
        self.inside(|inside| inside.panel.settings())
    }

    fn set(&self, setting: Setting) -> Result<(), Fault> {
        let is_there = |there: &Setting| there.property() == setting.property();
        if !self.settings().iter().any(is_there) {
            return Err(Fault::Hardware("the panel"));
        }
        self.turn(setting).map_err(|_| Fault::Hardware("the panel"))
    }

    fn temperatures(&self) -> BTreeMap<Compartment, Celsius> {
        let now = self.clock.now();
        let measure = |compartment| {
            let warmth = self.inside(|inside| inside.warmth(compartment, now));
            Some((compartment, warmth.measured()?))
        };
        Compartment::ALL.into_iter().filter_map(measure).collect()
    }
}

impl FridgeBody for SimulatedBody {
    fn doors(&self) -> Vec<DoorId> {
        self.inside(|inside| inside.open.keys().cloned().collect())
    }

    fn is_open(&self, door: &DoorId) -> bool {
        self.inside(|inside| inside.open.get(door).copied()).unwrap_or_default()
    }

    fn closings(&self, door: &DoorId) -> u64 {
        self.inside(|inside| inside.closings.get(door).copied())
            .unwrap_or_default()
    }

    fn cameras(&self, door: &DoorId) -> Vec<CameraId> {
        let behind = (door.as_str() == FRIDGE_DOOR).then(|| SHELVES.parse().ok());
        behind.flatten().into_iter().collect()
    }

    fn picture(&self, _camera: &CameraId) -> Result<Vec<u8>, Fault> {
        self.shoot()
    }

    fn chime(&self, chime: Chime) {
        *self.chime.lock().unwrap_or_else(PoisonError::into_inner) = chime;
    }

    fn tablet(&self) -> Option<PairingCode> {
        self.tablet.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn frame(&self, _camera: &CameraId, at: Timestamp) -> Result<YUVBuffer, Fault> {
        Ok(self.moving().at(at))
    }
}

#[cfg(test)]
mod tests {
    use hearth_contract::{ids::FoodKey, units::Count};

    use super::*;

    #[test]
    fn what_is_in_and_how_the_doors_stand_outlives_the_power() {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            SimulatedBody::open(Disk::open(folder.path()).unwrap(), 1, Arc::new(Timestamp::UNIX_EPOCH))
                .unwrap()
                .0
        };
        let body = open();
        let (door, food): (DoorId, FoodKey) = ("freezer".parse().unwrap(), "beer".parse().unwrap());
        body.change(|inside| {
            inside.open.insert(door.clone(), true);
            inside.shelves.put_in(&food, Count::ONE)
        })
        .unwrap();
        let after = open();
        assert!(after.is_open(&door));
        let shelves = |body: &SimulatedBody| body.inside(|inside| inside.shelves.clone());
        assert_eq!(shelves(&after), shelves(&body));
    }

    #[test]
    fn a_picture_is_drawn_anew_only_when_something_changed() {
        let folder = tempfile::tempdir().unwrap();
        let body = SimulatedBody::open(Disk::open(folder.path()).unwrap(), 1, Arc::new(Timestamp::UNIX_EPOCH))
            .unwrap()
            .0;
        let (first, first_moving) = (body.still().1, body.moving());
        assert!(Arc::ptr_eq(&first, &body.still().1) && Arc::ptr_eq(&first_moving, &body.moving()));
        body.arrange(|shelves| shelves.put_in(&"beer".parse().unwrap(), Count::ONE))
            .unwrap();
        assert!(!Arc::ptr_eq(&first, &body.still().1) && !Arc::ptr_eq(&first_moving, &body.moving()));
    }
}
