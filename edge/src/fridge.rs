//! The refrigerator: tells of its doors, takes pictures when one closes, calls
//! when one stays open or food gets too warm, and shows moving pictures while
//! somebody looks.
//!
//! The hardware is behind [`FridgeBody`]. What is in the pictures is the
//! cloud's business.

pub mod alarm;
pub mod gateway;
pub mod live;
pub mod screen;
#[cfg(test)]
mod tests;
pub mod video;
mod watch;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hearth_contract::{
    control::{Because, Setting},
    ids::{CameraId, DoorId, MessageId},
    pairing::PairingCode,
    temperature::Compartment,
    things::{AlarmIs, AlarmSaid, DoorSaid},
};
use jiff::Timestamp;
use openh264::formats::YUVBuffer;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    sync::{mpsc, watch::Receiver},
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    alarm::{Chime, Signs, Watch},
    gateway::Gateway,
};
use crate::{
    agent::{Agent, Link, belonging::Belonging, outbox::Said},
    control::{self, Controlled},
    disk::Disk,
    fault::Fault,
};

/// How often is looked for whom to vouch.
const VOUCH: Duration = Duration::from_secs(2);
/// How often the domain clock is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How often temperatures are.
const MEASURE: Duration = Duration::from_secs(1);
const DOORS: &str = "doors.json";
const WARMTH: &str = "warmth.json";
const INTRODUCED: &str = "introduced.json";

/// A refrigerator's hardware. What it is set to stays so without power.
pub trait FridgeBody: Controlled {
    /// All doors.
    fn doors(&self) -> Vec<DoorId>;
    /// Whether a door stands open.
    fn is_open(&self, door: &DoorId) -> bool;
    /// How often a door has been closed since the fridge was made. The latch
    /// counts, also while the program does not run.
    fn closings(&self, door: &DoorId) -> u64;
    /// The cameras behind a door.
    fn cameras(&self, door: &DoorId) -> Vec<CameraId>;
    /// A picture, JPEG.
    ///
    /// # Errors
    /// There is no such camera, or it does not work.
    fn picture(&self, camera: &CameraId) -> Result<Vec<u8>, Fault>;
    /// Is so loud about an alarm from now on; needs no network.
    fn chime(&self, chime: Chime);
    /// What the tablet in its door shows, by the cable in the door; `None` if
    /// there is no tablet or somebody has taken it in.
    fn tablet(&self) -> Option<PairingCode>;
    /// A moving picture's frame at this real instant, I420, [`video::WIDTH`] by [`video::HEIGHT`].
    ///
    /// # Errors
    /// There is no such camera, or it does not work.
    fn frame(&self, camera: &CameraId, at: Timestamp) -> Result<YUVBuffer, Fault>;
}

/// What the hardware tells by itself.
pub struct Signals {
    /// Each move of a door.
    pub moves: mpsc::Receiver<DoorMove>,
    /// That somebody has set something at the fridge.
    pub touches: Receiver<()>,
}

/// A door moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorMove {
    /// Which.
    pub door: DoorId,
    /// Open now.
    pub open: bool,
    /// When, by the domain clock: the program may be busy for a while.
    pub at: Timestamp,
}

/// The program of a refrigerator.
struct Fridge {
    agent: Agent,
    body: Arc<dyn FridgeBody>,
    disk: Disk,
    doors: BTreeMap<DoorId, Door>,
    warmth: BTreeMap<Compartment, Watch>,
    chime: Chime,
}

/// What the program knows of a door; kept on its disk.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Door {
    watch: Watch,
    /// How many closings have been told.
    told: u64,
}

/// Starts the refrigerator's tasks; they end with `cancel`. It vouches for who
/// comes through `gateway`.
///
/// # Errors
/// The disk can't be read.
pub fn start(
    agent: &Agent,
    body: &Arc<dyn FridgeBody>,
    disk: Disk,
    Signals { moves, touches }: Signals,
    gateway: Gateway,
    (tasks, cancel): (&TaskTracker, &CancellationToken),
) -> Result<(), Fault> {
    let (doors, warmth) = (known(&disk, DOORS)?, known(&disk, WARMTH)?);
    let (controlled, token) = (
        control::serve(agent.clone(), body.clone(), disk.clone(), touches, |body, setting| {
            judge(body, setting)
        }),
        cancel.clone(),
    );
    tasks.spawn(async move {
        tokio::select! { () = controlled => {} () = token.cancelled() => {} }
    });
    let fridge = Fridge {
        agent: agent.clone(),
        body: body.clone(),
        disk,
        doors,
        warmth,
        chime: Chime::Silent,
    };
    let token = cancel.clone();
    tasks.spawn(async move {
        tokio::select! { () = fridge.watch_doors(moves) => {} () = token.cancelled() => {} }
    });
    let (vouching, token) = (vouch(agent.clone(), body.clone(), gateway), cancel.clone());
    tasks.spawn(async move {
        tokio::select! { () = vouching => {} () = token.cancelled() => {} }
    });
    for camera in body.doors().iter().flat_map(|door| body.cameras(door)) {
        let (watched, token) = (live::serve(agent.clone(), body.clone(), camera), cancel.clone());
        tasks.spawn(async move {
            tokio::select! { () = watched => {} () = token.cancelled() => {} }
        });
    }
    Ok(())
}

/// An empty refrigerator on holiday is not cooled quickly.
pub(crate) fn judge<B: Controlled + ?Sized>(body: &B, setting: Setting) -> Option<Because> {
    let is_on_holiday = setting == Setting::QuickCool(true) && body.settings().contains(&Setting::Holiday(true));
    is_on_holiday.then_some(Because::Holiday)
}

/// How all stood. Notes nobody can read are as good as none: the hardware is
/// looked at anyway.
fn known<T: DeserializeOwned + Default>(disk: &Disk, name: &str) -> Result<T, Fault> {
    match disk.load(name) {
        Err(Fault::Json(error)) => {
            tracing::error!(%error, name, "how all stood can't be read");
            Ok(T::default())
        }
        known => Ok(known?.unwrap_or_default()),
    }
}

/// Vouches for the tablet in the door, and for what stands behind the fridge,
/// until the cloud has heard: it may be lost, and codes are others in a minute.
async fn vouch(agent: Agent, body: Arc<dyn FridgeBody>, gateway: Gateway) {
    let mut looks = interval(VOUCH);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if agent.link() != Link::Connected {
            continue;
        }
        if let Some(code) = body.tablet() {
            agent.vouch(code).await;
        }
        for code in gateway.unknown() {
            if agent.vouch(code.clone()).await {
                gateway.vouched(&code);
            }
        }
    }
}

impl Fridge {
    async fn watch_doors(mut self, mut moves: mpsc::Receiver<DoorMove>) {
        let mut seen_to = self.agent.seen_to();
        self.look().await;
        let (mut looks, mut measures) = (interval(LOOK), interval(MEASURE));
        for ticks in [&mut looks, &mut measures] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        // In which home it was.
        let mut introduced: Option<Belonging> = self.disk.load(INTRODUCED).unwrap_or_default();
        loop {
            tokio::select! {
                moved = moves.recv() => match moved {
                    Some(moved) => self.moved(moved).await,
                    None => return,
                },
                // One that was missed is said again when the alarm calls.
                Ok((alarm, by)) = seen_to.recv() => {
                    let (signs, now) = (Signs::SeenTo { alarm, by }, self.agent.clocks().domain.now());
                    self.signs(&signs, None, now).await;
                    self.measure(&signs, now).await;
                }
                _ = measures.tick() => {
                    self.measure(&Signs::TimeGoesBy, self.agent.clocks().domain.now()).await;
                }
                _ = looks.tick() => {
                    let now = self.agent.clocks().domain.now();
                    self.signs(&Signs::TimeGoesBy, None, now).await;
                    let home = *self.agent.belonging().borrow();
                    if introduced != Some(home) && self.agent.link() == Link::Connected && self.introduce(home).await {
                        introduced = Some(home);
                    }
                }
            }
        }
    }

    /// After a start: doors may have moved without power.
    async fn look(&mut self) {
        for door in self.body.doors() {
            let open = self.body.is_open(&door);
            let at = self.agent.clocks().domain.now();
            self.moved(DoorMove { door, open, at }).await;
        }
    }

    /// The first time in its family the fridge shows what is in it and how its
    /// doors stand, without waiting for one to move. What was told to another
    /// family is nothing to this one: all that is wrong begins anew.
    async fn introduce(&mut self, home: Belonging) -> bool {
        let now = self.agent.clocks().domain.now();
        for door in self.body.doors() {
            let open = self.body.is_open(&door);
            if open || !self.body.cameras(&door).is_empty() {
                self.say_door(door, open, now).await;
            }
        }
        for watch in self.doors.values_mut().map(|door| &mut door.watch) {
            watch.begin_anew(now);
        }
        self.warmth.values_mut().for_each(|watch| watch.begin_anew(now));
        self.note(DOORS, self.doors.clone()).await;
        self.note(WARMTH, self.warmth.clone()).await;
        let noted = self.disk.save(INTRODUCED, &home);
        noted
            .inspect_err(|error| tracing::error!(%error, "can't note that the fridge is introduced"))
            .is_ok()
    }

    /// Tells a door's move and steps its watch; what is known already is no news.
    async fn moved(&mut self, DoorMove { door, open, at }: DoorMove) {
        let closings = self.body.closings(&door);
        let known = self.doors.get(&door).cloned().unwrap_or_default();
        if open != known.watch.is_well() && (open || closings == known.told) {
            return;
        }
        // First the letter, then the note: cut between, a door is told twice.
        self.say_door(door.clone(), open, at).await;
        self.doors.insert(
            door.clone(),
            Door {
                told: closings,
                ..known
            },
        );
        let signs = if open { Signs::Wrong } else { Signs::Well };
        self.signs(&signs, Some(&door), at).await;
    }

    async fn tell(&self, is: AlarmIs) {
        let id = MessageId(self.agent.ids().uuid());
        let said = Said::Alarm(AlarmSaid { id, is });
        if let Err(fault) = self.agent.post(said, vec![]).await {
            tracing::error!(%fault, "an alarm could not be kept");
        }
    }

    async fn say_door(&self, door: DoorId, open: bool, at: Timestamp) {
        let pictures = if open { vec![] } else { self.pictures(&door).await };
        let said = DoorSaid {
            id: MessageId(self.agent.ids().uuid()),
            door,
            at,
            open,
            pictures: vec![],
        };
        if let Err(fault) = self.agent.post(Said::Door(said), pictures).await {
            tracing::error!(%fault, "a door's move could not be kept");
        }
    }

    async fn pictures(&self, door: &DoorId) -> Vec<(CameraId, Vec<u8>)> {
        let (body, cameras) = (self.body.clone(), self.body.cameras(door));
        let taken = spawn_blocking(move || {
            let take = |camera: CameraId| match body.picture(&camera) {
                Ok(jpeg) => Some((camera, jpeg)),
                Err(fault) => {
                    tracing::error!(%camera, %fault, "a camera does not work");
                    None
                }
            };
            cameras.into_iter().filter_map(take).collect()
        });
        taken.await.unwrap_or_default()
    }
}
