//! The simulated fridge: its body, and the hand that opens its doors.
//!
//! What is in it and how its doors stand is kept on its disk, as things stay
//! where they are when the power goes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use hearth_contract::{
    failure::{Failure, Reason},
    ids::{CameraId, DoorId, FoodKey, Serial, ThingName},
    pairing::PairingCode,
    units::Count,
};
use jiff::{SignedDuration, Timestamp};
use openh264::formats::YUVBuffer;
use resvg::tiny_skia::Pixmap;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{mpsc, watch},
    task::spawn_blocking,
};

use super::{
    drawing,
    moving::Still,
    picture,
    shelves::{Held, Shelves},
};
use crate::{
    agent::{Agent, Link},
    disk::Disk,
    fault::Fault,
    fridge::{DoorMove, FridgeBody, screen, video},
};

const STATE: &str = "inside.json";
/// The door with the camera behind it.
pub const FRIDGE_DOOR: &str = "fridge";
const FREEZER_DOOR: &str = "freezer";
const SHELVES: &str = "shelves";

#[derive(Clone, Serialize, Deserialize)]
struct Inside {
    shelves: Shelves,
    open: BTreeMap<DoorId, bool>,
    #[serde(default)]
    closings: BTreeMap<DoorId, u64>,
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
    moves: mpsc::Sender<DoorMove>,
    tablet: Mutex<Option<PairingCode>>,
}

/// A hand at the simulated fridge; clones are the same fridge.
#[derive(Clone)]
pub struct SimulatedFridge {
    body: Arc<SimulatedBody>,
    agent: Agent,
}

impl SimulatedBody {
    /// The fridge on this disk, a new one stocked, and where its doors tell of
    /// themselves. `seed` makes its pictures' grain.
    ///
    /// # Errors
    /// The disk can't be used.
    pub fn open(disk: Disk, seed: u64) -> Result<(Arc<Self>, mpsc::Receiver<DoorMove>), Fault> {
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
            tablet: Mutex::new(None),
        };
        Ok((Arc::new(body), moved))
    }

    fn inside(&self) -> Inside {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what is inside and keeps it.
    fn change<T>(&self, change: impl FnOnce(&mut Inside) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = inside.clone();
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
        let shelves = self.inside().shelves;
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
    fn arrange(&self, change: impl FnOnce(&mut Shelves) -> Result<(), Failure>) -> Result<(), Failure> {
        self.change(|inside| change(&mut inside.shelves))?;
        self.still();
        Ok(())
    }

    fn shoot(&self) -> Result<Vec<u8>, Fault> {
        let (shelves, still) = self.still();
        picture::take(
            &still,
            &picture::labels(&shelves),
            self.shots.fetch_add(1, Ordering::Relaxed),
        )
    }
}

impl FridgeBody for SimulatedBody {
    fn doors(&self) -> Vec<DoorId> {
        self.inside().open.into_keys().collect()
    }

    fn is_open(&self, door: &DoorId) -> bool {
        self.inside().open.get(door).copied().unwrap_or_default()
    }

    fn closings(&self, door: &DoorId) -> u64 {
        self.inside().closings.get(door).copied().unwrap_or_default()
    }

    fn cameras(&self, door: &DoorId) -> Vec<CameraId> {
        let behind = (door.as_str() == FRIDGE_DOOR).then(|| SHELVES.parse().ok());
        behind.flatten().into_iter().collect()
    }

    fn picture(&self, _camera: &CameraId) -> Result<Vec<u8>, Fault> {
        self.shoot()
    }

    fn tablet(&self) -> Option<PairingCode> {
        self.tablet.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn frame(&self, _camera: &CameraId, at: Timestamp) -> Result<YUVBuffer, Fault> {
        Ok(self.moving().at(at))
    }
}

impl SimulatedFridge {
    /// What the tablet in the door shows, on the cable to the fridge; `None` when it shows none.
    pub fn show_tablet(&self, code: Option<PairingCode>) {
        *self.body.tablet.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    /// A hand at this body, whose program is `agent`'s.
    #[must_use]
    pub const fn new(body: Arc<SimulatedBody>, agent: Agent) -> Self {
        Self { body, agent }
    }

    /// Opens a door; an open one stays open.
    ///
    /// # Errors
    /// `Absent` at `door`: there is no such door. `DeviceSilent`: the fridge was stopped.
    pub async fn open(&self, door: &DoorId) -> Result<(), Failure> {
        self.turn(door, true).await
    }

    /// Closes a door; a closed one stays closed.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn close(&self, door: &DoorId) -> Result<(), Failure> {
        self.turn(door, false).await
    }

    async fn turn(&self, door: &DoorId, open: bool) -> Result<(), Failure> {
        let (body, turned) = (self.body.clone(), door.clone());
        let moved = blocking(move || {
            body.change(|inside| {
                let stands = inside
                    .open
                    .get_mut(&turned)
                    .ok_or_else(|| Failure::new(Reason::Absent).at("door"))?;
                let moved = std::mem::replace(stands, open) != open;
                if moved && !open {
                    *inside.closings.entry(turned).or_default() += 1;
                }
                Ok(moved)
            })
        })
        .await?;
        if moved {
            let sent = self
                .body
                .moves
                .send(DoorMove {
                    door: door.clone(),
                    open,
                    at: self.agent.clocks().domain.now(),
                })
                .await;
            sent.map_err(|_| Failure::new(Reason::DeviceSilent))?;
        }
        Ok(())
    }

    /// Puts food in. The cloud sees it when a door closes.
    ///
    /// # Errors
    /// `FieldWrong` at `food`: nobody has drawn it; at `count`: it does not fit in.
    pub async fn put_in(&self, food: &FoodKey, count: Count) -> Result<(), Failure> {
        let (body, food) = (self.body.clone(), food.clone());
        blocking(move || body.arrange(|shelves| shelves.put_in(&food, count))).await
    }

    /// Takes food out; all of it if there is less. The cloud sees it when a door closes.
    ///
    /// # Errors
    /// `Absent` at `food`: there is none.
    pub async fn take_out(&self, food: &FoodKey, count: Count) -> Result<(), Failure> {
        let (body, food) = (self.body.clone(), food.clone());
        blocking(move || body.arrange(|shelves| shelves.take_out(&food, count))).await
    }

    /// What is in, shelf by shelf.
    #[must_use]
    pub fn contents(&self) -> Vec<Held> {
        self.body.inside().shelves.contents()
    }

    /// All doors, and whether each stands open.
    #[must_use]
    pub fn doors(&self) -> BTreeMap<DoorId, bool> {
        self.body.inside().open
    }

    /// The text of the code on the screen; `None` until the cloud knows the fridge.
    #[must_use]
    pub fn code_text(&self) -> Option<String> {
        self.agent.code().map(|code| code.to_string())
    }

    /// The code on the screen as a QR picture, PNG: now, or, as an old photograph shows it, that long ago.
    ///
    /// # Errors
    /// `DeviceSilent`: the cloud does not know the fridge yet.
    pub fn code_png(&self, ago: SignedDuration) -> Result<Vec<u8>, Failure> {
        let code = self
            .agent
            .code_before(ago)
            .ok_or_else(|| Failure::new(Reason::DeviceSilent))?;
        screen::code_png(&code).map_err(bug)
    }

    /// What the camera sees now, JPEG.
    ///
    /// # Errors
    /// `Bug`: it can't be drawn.
    pub async fn live_jpeg(&self) -> Result<Vec<u8>, Failure> {
        let body = self.body.clone();
        blocking(move || body.shoot().map_err(bug)).await
    }

    /// The fridge's serial number.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        self.agent.serial()
    }

    /// The fridge's thing.
    #[must_use]
    pub fn thing(&self) -> &ThingName {
        self.agent.thing()
    }

    /// Whether a family has taken it in.
    #[must_use]
    pub fn paired(&self) -> bool {
        matches!(self.agent.link(), Link::Connected | Link::Away)
    }

    /// Whether it is connected now.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.agent.link() == Link::Connected
    }

    /// How it stands to its cloud, as it changes.
    #[must_use]
    pub fn links(&self) -> watch::Receiver<Link> {
        self.agent.links()
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Failure::new(Reason::Bug)))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn bug(fault: Fault) -> Failure {
    tracing::error!(%fault, "the simulated fridge can't draw");
    Failure::new(Reason::Bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_and_how_the_doors_stand_outlives_the_power() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SimulatedBody::open(Disk::open(folder.path()).unwrap(), 1).unwrap().0;
        let body = open();
        let (door, food): (DoorId, FoodKey) = ("freezer".parse().unwrap(), "beer".parse().unwrap());
        body.change(|inside| {
            inside.open.insert(door.clone(), true);
            inside.shelves.put_in(&food, Count::ONE)
        })
        .unwrap();
        let after = open();
        assert!(after.is_open(&door));
        assert_eq!(after.inside().shelves, body.inside().shelves);
    }

    #[test]
    fn a_picture_is_drawn_anew_only_when_something_changed() {
        let folder = tempfile::tempdir().unwrap();
        let body = SimulatedBody::open(Disk::open(folder.path()).unwrap(), 1).unwrap().0;
        let (first, first_moving) = (body.still().1, body.moving());
        assert!(Arc::ptr_eq(&first, &body.still().1) && Arc::ptr_eq(&first_moving, &body.moving()));
        body.arrange(|shelves| shelves.put_in(&"beer".parse().unwrap(), Count::ONE))
            .unwrap();
        assert!(!Arc::ptr_eq(&first, &body.still().1) && !Arc::ptr_eq(&first_moving, &body.moving()));
    }
}
