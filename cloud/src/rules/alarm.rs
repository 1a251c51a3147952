//! Alarms: the device says what is wrong, the cloud mirrors it, and somebody
//! sees to it. For a device that vanished with its door open the cloud calls.

use hearth_contract::{
    AlarmId, Failure, HomeEvent, MessageId, Reason, Seen, ThingName,
    alarm::{Acknowledge, Acknowledgement, Alarm, AlarmEvent, Cause, Open, SEEN_TO_FOR},
    control::{RESTOCK_FOR, Setting, door_limit},
    device::Presence,
    event::Actor,
    things::{AlarmIs, AlarmSaid, DoorSaid, ToThing},
    units::Seconds,
};
use jiff::Timestamp;

use crate::{
    access::Member,
    door::Answers,
    ears::{Said, Speaker},
    jobs::Job,
    rules::control,
    store::{self, Home},
    unit::Work,
};

/// How long a thing may be away until it is missed: most come back at once.
pub(crate) const MISSED_AFTER: Seconds = Seconds(60);

impl Answers for Open {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Alarm>>, Failure> {
        let alarms = store::alarms::open(work.tx(), member.home()).await?;
        Ok(Seen::now(alarms, work.now()))
    }
}

impl Answers for Acknowledge {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Alarm, Failure> {
        let home = member.home();
        let Some(mut alarm) = store::alarms::one(work.tx(), home, self.alarm).await? else {
            return Err(Failure::new(Reason::Absent).at("alarm"));
        };
        if alarm.acknowledged.is_some() {
            return Ok(alarm);
        }
        let acknowledged = Acknowledgement {
            by: work.called(home).await?.ok_or(Reason::Bug)?,
            at: work.now(),
        };
        alarm.acknowledged = Some(acknowledged.clone());
        store::alarms::set(work.tx(), home, &alarm).await?;
        seen(&alarm, acknowledged.clone(), work)?;
        let event = AlarmEvent::Acknowledged {
            alarm: alarm.id,
            acknowledged,
        };
        work.tell(home, HomeEvent::Alarm(event)).await?;
        Ok(alarm)
    }
}

impl Said for AlarmSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    /// A device speaks for itself only, not for people, and does not miss itself.
    fn is_sound(&self, thing: &ThingName) -> bool {
        match &self.is {
            AlarmIs::Stands(alarm) => {
                alarm.thing == *thing
                    && alarm.acknowledged.is_none()
                    && !matches!(alarm.cause, Cause::Vanished { .. })
                    && alarm.id == alarm.cause.alarm(thing)
            }
            AlarmIs::Cleared { .. } => true,
        }
    }

    async fn hear(self, speaker: Speaker, work: &mut Work) -> Result<(), Failure> {
        let home = speaker.home;
        match self.is {
            AlarmIs::Stands(alarm) => stands(home, alarm, work).await,
            AlarmIs::Cleared { alarm, at } => clear(home, &speaker.device.thing, alarm, at, work).await,
        }
    }
}

/// A device's alarm stands. While somebody sees to it the device is told so
/// again: it may have missed it.
async fn stands(home: Home, mut alarm: Alarm, work: &mut Work) -> Result<(), Failure> {
    if let Some(known) = store::alarms::one(work.tx(), home, alarm.id).await? {
        let now = work.now();
        let seen_to = known.acknowledged.filter(|seen_to| SEEN_TO_FOR.after(seen_to.at) > now);
        let is_news = alarm.calls > known.calls && seen_to.is_none();
        if let Some(acknowledged) = seen_to {
            seen(&alarm, acknowledged.clone(), work)?;
            alarm.acknowledged = Some(acknowledged);
        }
        if !is_news && alarm.cause == known.cause {
            return Ok(());
        }
    }
    raise(home, alarm, work).await
}

async fn raise(home: Home, alarm: Alarm, work: &mut Work) -> Result<(), Failure> {
    store::alarms::set(work.tx(), home, &alarm).await?;
    work.tell(home, HomeEvent::Alarm(AlarmEvent::Raised { alarm })).await
}

async fn clear(home: Home, thing: &ThingName, alarm: AlarmId, at: Timestamp, work: &mut Work) -> Result<(), Failure> {
    match store::alarms::clear(work.tx(), home, thing, alarm).await? {
        true => {
            work.tell(home, HomeEvent::Alarm(AlarmEvent::Cleared { alarm, at }))
                .await
        }
        false => Ok(()),
    }
}

fn seen(alarm: &Alarm, acknowledged: Acknowledgement, work: &mut Work) -> Result<(), Failure> {
    let message = ToThing::SeenTo {
        alarm: alarm.id,
        acknowledged,
    };
    work.say(&alarm.thing, &message)
}

/// A door moved. A closed one alarms nobody, whoever raised it.
pub(crate) async fn door_moved(home: Home, thing: &ThingName, said: &DoorSaid, work: &mut Work) -> Result<(), Failure> {
    if said.open {
        store::doors::opened(work.tx(), home, thing, &said.door, said.at).await?;
        return Ok(());
    }
    store::doors::closed(work.tx(), home, thing, &said.door).await?;
    for alarm in store::alarms::open(work.tx(), home).await? {
        let is_this_door = alarm.thing == *thing && alarm.cause.door() == Some(&said.door);
        if is_this_door && alarm.cause.since() <= said.at {
            clear(home, thing, alarm.id, said.at, work).await?;
        }
    }
    Ok(())
}

/// A thing is away: what its open doors would call everybody for by now is
/// called for it, until it is back.
pub(crate) async fn miss(thing: &ThingName, work: &mut Work) -> Result<(), Failure> {
    let Some((home, device)) = store::devices::paired(work.tx(), thing).await? else {
        return Ok(());
    };
    let Presence { online: false, since } = device.presence else {
        return Ok(());
    };
    work.acts_for(Actor::Thing(thing.clone()), None);
    let settings = control::reported(home, &device, work).await?;
    let patience = match settings.contains(&Setting::Restocking(true)) {
        true => RESTOCK_FOR,
        false => MISSED_AFTER,
    };
    let (now, mut next) = (work.now(), None);
    for (door, opened_at) in store::doors::open(work.tx(), home, thing).await? {
        let limit = door_limit(&settings, &door);
        let cause = Cause::Vanished { door, opened_at, since };
        let known = store::alarms::one(work.tx(), home, cause.alarm(thing)).await?;
        let due = known
            .as_ref()
            .map_or(limit.after(opened_at), |known| known.next_call(limit));
        let mut due = due.max(patience.after(since));
        if due <= now {
            let alarm = match known {
                Some(known) => Alarm {
                    cause,
                    ..known.called(now)
                },
                None => Alarm::raised(thing, cause, 1, now),
            };
            due = alarm.next_call(limit);
            raise(home, alarm, work).await?;
        }
        next = Some(next.map_or(due, |next: Timestamp| next.min(due)));
    }
    match next {
        Some(at) => work.later_at(&Job::Miss { thing: thing.clone() }, at).await,
        None => Ok(()),
    }
}

/// The thing was let go: it alarms nobody here any more.
pub(super) async fn forget(home: Home, thing: &ThingName, work: &mut Work) -> Result<(), Failure> {
    let now = work.now();
    for alarm in store::alarms::open(work.tx(), home).await? {
        clear(home, thing, alarm.id, now, work).await?;
    }
    Ok(())
}
