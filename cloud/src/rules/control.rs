//! Control: what people order, and what devices say to it.
//!
//! An order is a row first; from it a job writes the device's shadow, which
//! keeps it for a device that is away. What a device answers comes back by the
//! shadow, as does what was set at the device itself.

use hearth_contract::{
    Failure, HomeEvent, OrderId, Reason, Seen, ThingName,
    control::{
        Control, ControlEvent, Controls, List, Measured, Order, Place, Property, Reported, Setting, Standing, Withdraw,
        shadow::{self, Answer, Documents, Wanted},
    },
    device::Device,
    event::Actor,
    temperature::Compartment,
};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    access::Member,
    cloud::Cloud,
    door::Answers,
    jobs::Job,
    store::{self, Home},
    unit::{Unit, Work},
};

impl Answers for List {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Controls>>, Failure> {
        let home = member.home();
        let mut all = Vec::new();
        for device in store::devices::all(work.tx(), home).await? {
            let mut properties = Vec::new();
            for property in device.hardware.properties() {
                let control = store::controls::one(work.tx(), home, &device.thing, *property).await?;
                properties.push(shown(control, &device));
            }
            if !properties.is_empty() {
                all.push(Controls {
                    thing: device.thing,
                    properties,
                });
            }
        }
        Ok(Seen::now(all, work.now()))
    }
}

impl Answers for Place {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Control, Failure> {
        let (home, property) = (member.home(), self.setting.property());
        let device = controllable(home, &self.thing, property, work).await?;
        if property.waits_for().is_none() && !device.presence.online {
            return Err(Failure::new(Reason::DeviceSilent).at("thing"));
        }
        let mut control = store::controls::one(work.tx(), home, &self.thing, property).await?;
        let order = Order {
            id: OrderId(work.mint()?),
            setting: self.setting,
            by: work.called(home).await?.ok_or(Reason::Bug)?,
            at: work.now(),
            expires_at: property.good_for().after(work.now()),
            standing: Standing::Sent,
        };
        let expire = Job::ExpireOrders {
            thing: self.thing.clone(),
        };
        work.later_at(&expire, order.expires_at).await?;
        control.order = Some(order);
        keep(home, &device, control, work).await
    }
}

impl Answers for Withdraw {
    type Caller = Member;

    /// The device may obey all the same, if it has the order by now: then it
    /// says so, and what it says is shown.
    async fn answer(self, member: Member, work: &mut Work) -> Result<Control, Failure> {
        let home = member.home();
        let device = controllable(home, &self.thing, self.property, work).await?;
        let mut control = store::controls::one(work.tx(), home, &self.thing, self.property).await?;
        let Some(order) = open_order(&mut control) else {
            return Err(Failure::new(Reason::Absent).at("property"));
        };
        order.standing = Standing::Withdrawn { at: work.now() };
        keep(home, &device, control, work).await
    }
}

/// A device of this home that has this property.
async fn controllable(home: Home, thing: &ThingName, property: Property, work: &mut Work) -> Result<Device, Failure> {
    let device = store::devices::one(work.tx(), home, thing).await?;
    let device = device.ok_or(Failure::new(Reason::Absent).at("thing"))?;
    match device.hardware.properties().contains(&property) {
        true => Ok(device),
        false => Err(Failure::new(Reason::NotSupported).at("thing")),
    }
}

/// What a device says it is set to.
pub(crate) async fn reported(home: Home, device: &Device, work: &mut Work) -> Result<Vec<Setting>, Failure> {
    let mut settings = Vec::new();
    for property in device.hardware.properties() {
        let control = store::controls::one(work.tx(), home, &device.thing, *property).await?;
        settings.extend(control.reported.map(|reported| reported.setting));
    }
    Ok(settings)
}

/// How many orders wait for a device.
pub(super) async fn open_orders(home: Home, device: &Device, work: &mut Work) -> Result<u64, Failure> {
    let mut open = 0;
    for property in device.hardware.properties() {
        let mut control = store::controls::one(work.tx(), home, &device.thing, *property).await?;
        open += u64::from(open_order(&mut control).is_some());
    }
    Ok(open)
}

/// Keeps what people changed, tells the home, and has the shadow written.
async fn keep(home: Home, device: &Device, control: Control, work: &mut Work) -> Result<Control, Failure> {
    store::controls::set(work.tx(), home, &device.thing, &control).await?;
    let thing = device.thing.clone();
    work.later(&Job::Desire { thing }).await?;
    let control = shown(control, device);
    tell(home, device, control.clone(), work).await?;
    Ok(control)
}

/// With an open order as it stands with the device there or away.
fn shown(mut control: Control, device: &Device) -> Control {
    if let Some(order) = open_order(&mut control) {
        order.standing = match device.presence.online {
            true => Standing::Sent,
            false => Standing::Queued,
        };
    }
    control
}

fn open_order(control: &mut Control) -> Option<&mut Order> {
    control.order.as_mut().filter(|order| order.standing.is_open())
}

async fn tell(home: Home, device: &Device, control: Control, work: &mut Work) -> Result<(), Failure> {
    let thing = device.thing.clone();
    let event = ControlEvent::Changed { thing, control };
    work.tell(home, HomeEvent::Control(event)).await
}

/// The update of a device's shadow by which it holds exactly the orders that
/// are open; none of a device that is nobody's.
pub(crate) async fn desired(cloud: &Cloud, thing: &ThingName) -> Result<Value, Failure> {
    let mut unit = Unit::reading(cloud).await?;
    let wanted = wanted(thing, unit.work()).await;
    unit.close(wanted).await
}

async fn wanted(thing: &ThingName, work: &mut Work) -> Result<Value, Failure> {
    let Some((home, device)) = store::devices::paired(work.tx(), thing).await? else {
        return Ok(shadow::nobodys());
    };
    let properties = device.hardware.properties();
    let mut wanted = Wanted {
        paired_at: Some(device.paired_at),
        ..Wanted::default()
    };
    for property in properties {
        let mut control = store::controls::one(work.tx(), home, thing, *property).await?;
        // One that is over may not have been marked so yet.
        if let Some(order) = open_order(&mut control).filter(|order| order.expires_at > work.now()) {
            wanted.settings.push(order.setting);
            wanted.orders.insert(*property, order.id);
        }
    }
    Ok(wanted.update(properties))
}

/// A device's shadow changed. The broker may say so twice, or in another order.
pub(crate) async fn heard(thing: &ThingName, documents: &Documents, work: &mut Work) -> Result<(), Failure> {
    let Some((home, device)) = store::devices::paired(work.tx(), thing).await? else {
        return Ok(());
    };
    if !store::controls::is_newer(work.tx(), home, thing, documents.current.version).await? {
        return Ok(());
    }
    work.acts_for(Actor::Thing(thing.clone()), None);
    let software = documents.software();
    let device = match software.filter(|said| device.software != Some(*said)) {
        Some(_) => {
            let device = Device { software, ..device };
            super::device::change(home, device.clone(), work).await?;
            device
        }
        None => device,
    };
    let (said, now) = (documents.said(), work.now());
    let mut is_answered = false;
    for property in device.hardware.properties() {
        let before = store::controls::one(work.tx(), home, thing, *property).await?;
        let mut after = before.clone();
        let setting = said.settings.iter().find(|setting| setting.property() == *property);
        if let Some(setting) = setting {
            after.reported = Some(Reported {
                setting: *setting,
                at: now - documents.age(*property),
            });
        }
        if let Some(compartment) = Compartment::of(*property)
            && let Some(temperature_c) = said.temperatures.get(&compartment)
        {
            after.measured = Some(Measured {
                temperature_c: *temperature_c,
                at: now - documents.age_measured(compartment),
            });
        }
        if let Some(answer) = said.answers.get(property)
            && let Some(order) = open_order(&mut after).filter(|order| order.id == answer.order)
        {
            order.standing = answered(*answer, now);
            is_answered = true;
        }
        if after == before {
            continue;
        }
        store::controls::set(work.tx(), home, thing, &after).await?;
        // That it is still so is no news.
        let value = |control: &Control| {
            let reported = control.reported.map(|reported| reported.setting);
            (reported, control.measured.map(|measured| measured.temperature_c))
        };
        if value(&after) != value(&before) || after.order != before.order {
            tell(home, &device, shown(after, &device), work).await?;
        }
    }
    match is_answered {
        true => work.later(&Job::Desire { thing: thing.clone() }).await,
        false => Ok(()),
    }
}

const fn answered(answer: Answer, at: Timestamp) -> Standing {
    match answer.refused {
        Some(because) => Standing::Refused { at, because },
        None => Standing::Done { at },
    }
}

/// Ends the orders of a device that waited too long.
pub(crate) async fn expire(thing: &ThingName, work: &mut Work) -> Result<(), Failure> {
    let Some((home, device)) = store::devices::paired(work.tx(), thing).await? else {
        return Ok(());
    };
    let now = work.now();
    for property in device.hardware.properties() {
        let mut control = store::controls::one(work.tx(), home, thing, *property).await?;
        let Some(order) = open_order(&mut control).filter(|order| order.expires_at <= now) else {
            continue;
        };
        order.standing = Standing::Expired { at: now };
        keep(home, &device, control, work).await?;
    }
    Ok(())
}
