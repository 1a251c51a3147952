//! Devices of the family and whether they are there.

use hearth_contract::{
    Failure, HomeEvent, Reason, Seen, ThingName,
    device::{Device, DeviceEvent, List, Presence, Rename},
    event::Actor,
};

use crate::{
    access::Member,
    cloud::Cloud,
    door::Answers,
    jobs::{Job, within},
    ports::{Ears, Outside},
    rules::alarm::MISSED_AFTER,
    store::{self, Home},
    unit::{Unit, Work},
};

impl Answers for List {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Device>>, Failure> {
        let devices = store::devices::all(work.tx(), member.home()).await?;
        Ok(Seen::now(devices, work.now()))
    }
}

impl Answers for Rename {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Device, Failure> {
        let home = member.home();
        let device = store::devices::one(work.tx(), home, &self.thing).await?;
        let device = device.ok_or(Failure::new(Reason::Absent).at("thing"))?;
        let renamed = Device {
            name: self.name,
            ..device.clone()
        };
        if renamed != device {
            change(home, renamed.clone(), work).await?;
        }
        Ok(renamed)
    }
}

/// Keeps a device as it is now, and tells the home.
pub(super) async fn change(home: Home, device: Device, work: &mut Work) -> Result<(), Failure> {
    store::devices::set(work.tx(), home, &device).await?;
    work.tell(home, HomeEvent::Device(DeviceEvent::Changed { device }))
        .await
}

/// A thing connected or vanished. The broker may say so twice.
pub(crate) async fn presence(thing: &ThingName, online: bool, work: &mut Work) -> Result<(), Failure> {
    let Some((home, mut device)) = store::devices::paired(work.tx(), thing).await? else {
        return Ok(());
    };
    if device.presence.online == online {
        return Ok(());
    }
    device.presence = Presence {
        online,
        since: work.now(),
    };
    store::devices::set(work.tx(), home, &device).await?;
    let miss = Job::Miss { thing: thing.clone() };
    store::jobs::drop_lane(work.tx(), &miss.lane()).await?;
    if !online {
        work.later_at(&miss, MISSED_AFTER.after(device.presence.since)).await?;
    }
    work.acts_for(Actor::Thing(thing.clone()), None);
    let event = DeviceEvent::PresenceChanged {
        thing: thing.clone(),
        presence: device.presence,
    };
    work.tell(home, HomeEvent::Device(event)).await
}

/// Asks the registry who is there: after a restart nobody else says who has
/// vanished meanwhile. A thing that connects while it is being asked about is
/// asked about again.
pub(crate) async fn muster(cloud: &Cloud) -> Result<(), Outside> {
    let kept = |failure: Failure| Outside::Silent {
        what: "the store",
        why: failure.to_string(),
    };
    let mut unit = Unit::reading(cloud).await.map_err(|fault| kept(fault.into()))?;
    let things = store::devices::things(unit.work().tx()).await.map_err(Failure::from);
    for thing in unit.close(things).await.map_err(kept)? {
        let mut online = within(cloud.ports.things.connected(&thing)).await?;
        cloud.presence(&thing, online).await?;
        if !online {
            online = within(cloud.ports.things.connected(&thing)).await?;
            if online {
                cloud.presence(&thing, true).await?;
            }
        }
    }
    Ok(())
}
