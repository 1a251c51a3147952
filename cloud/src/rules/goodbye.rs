//! Letting a device go: what the home knows by it goes, and it can be brought
//! into another. Its family says so, or whoever resets it at the device.

use hearth_contract::{
    Failure, HomeEvent, MessageId, Principal, Reason, ThingName,
    device::{Device, DeviceEvent, Gone, Hardware, Remove},
    things::GoodbyeSaid,
};

use super::{alarm, control, device, picture};
use crate::{
    access::Member,
    door::Answers,
    ears::{Said, Speaker},
    jobs::Job,
    store::{self, Home},
    unit::Work,
};

impl Answers for Remove {
    type Caller = Member;

    /// What was put out by hand is not brought back by its fridge's word.
    async fn answer(self, member: Member, work: &mut Work) -> Result<Gone, Failure> {
        let home = member.home();
        let Some(device) = store::devices::one(work.tx(), home, &self.thing).await? else {
            return Err(Failure::new(Reason::Absent).at("thing"));
        };
        store::children::believe(work.tx(), &device.serial, false).await?;
        let_go(home, device, work).await
    }
}

impl Said for GoodbyeSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    fn is_sound(&self, _thing: &ThingName) -> bool {
        true
    }

    async fn hear(self, speaker: Speaker, work: &mut Work) -> Result<(), Failure> {
        let_go(speaker.home, speaker.device, work).await.map(|_| ())
    }
}

/// It is out with this unit of work: its messages and calls are ignored before
/// its certificate is refused.
async fn let_go(home: Home, device: Device, work: &mut Work) -> Result<Gone, Failure> {
    let mut gone = Gone {
        orders: control::open_orders(home, &device, work).await?,
        changes: store::changes::forget(work.tx(), home, &device.thing).await?,
        pictures: 0,
        tablets: 0,
        name: device.name.clone(),
    };
    for tablet in tablets(home, &device, work).await? {
        put_out(home, &tablet, work).await?;
        gone.tablets += 1;
    }
    leave_behind(home, &device, work).await?;
    alarm::forget(home, &device.thing, work).await?;
    for mut item in store::items::all(work.tx(), home).await? {
        let before = item.sighting.clone();
        item.forget(&device.thing);
        if item.sighting != before {
            // Who folds the removal knows by the same law; no entry an item.
            store::items::set(work.tx(), home, &item).await?;
        }
    }
    let pictures = store::erasure::pictures_of(work.tx(), home, &device.thing).await?;
    gone.pictures = pictures.len() as u64;
    picture::discard(&pictures, work).await?;
    put_out(home, &device, work).await?;
    Ok(gone)
}

/// What stood behind a fridge stays in the home, and waits for another gateway.
async fn leave_behind(home: Home, fridge: &Device, work: &mut Work) -> Result<(), Failure> {
    for appliance in store::devices::all(work.tx(), home).await? {
        if appliance.gateway.as_ref() == Some(&fridge.thing) {
            let alone = Device {
                gateway: None,
                ..appliance
            };
            device::change(home, alone, work).await?;
        }
    }
    Ok(())
}

/// The tablets in a fridge's doors.
async fn tablets(home: Home, fridge: &Device, work: &mut Work) -> Result<Vec<Device>, Failure> {
    let mut found = Vec::new();
    for device in store::devices::all(work.tx(), home).await? {
        let parent = store::children::parent(work.tx(), &device.serial).await?;
        if device.hardware == Hardware::Tablet && parent.is_some_and(|parent| parent.fridge == fridge.serial) {
            found.push(device);
        }
    }
    Ok(found)
}

async fn put_out(home: Home, device: &Device, work: &mut Work) -> Result<(), Failure> {
    let thing = device.thing.clone();
    work.stop_showing(home, &thing).await?;
    release(device, work).await?;
    store::erasure::erase_thing(work.tx(), home, &thing).await?;
    work.tell(home, HomeEvent::Device(DeviceEvent::Removed { thing })).await
}

/// Nothing is done for the device any more, and its certificate is refused: a
/// tablet's for ever, the others' until somebody brings them in.
pub(super) async fn release(device: &Device, work: &mut Work) -> Result<(), Failure> {
    let thing = device.thing.clone();
    for job in [
        Job::Activate { thing: thing.clone() },
        Job::Miss { thing: thing.clone() },
    ] {
        store::jobs::drop_lane(work.tx(), &job.lane()).await?;
    }
    store::jobs::drop_shelves(work.tx(), &thing).await?;
    store::calls::forget_of(work.tx(), &Principal::Thing(thing.clone())).await?;
    work.later(&Job::Desire { thing: thing.clone() }).await?;
    work.later(&match device.hardware {
        Hardware::Tablet => Job::Revoke { thing },
        Hardware::Fridge | Hardware::Meter | Hardware::Microwave => Job::Release { thing },
    })
    .await
}
