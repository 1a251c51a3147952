//! Energy: readings in, the power now and the day's curve out.

use hearth_contract::{
    Failure, HomeEvent, MessageId, Reason, Seen, ThingName,
    device::{Device, Hardware},
    event::{Glance, Inbox},
    live::{Lease, Sight},
    meter::{AskDay, AskNow, Day, Look, MeterEvent, Now, Reading, SLOT},
    things::{GlanceSaid, ReadingsSaid},
    units::WattHours,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::curve::{LONGEST_GAP_S, used_wh};
use crate::{
    access::Member,
    cloud::Cloud,
    door::Answers,
    ears::{Said, Speaker},
    leases,
    ports::Delivery,
    store::{self, Home},
    unit::{Outgoing, Unit, Work},
};

/// The most readings of one message.
const MOST_READINGS: usize = 500;

impl Said for ReadingsSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    fn is_sound(&self, _thing: &ThingName) -> bool {
        let finite = |reading: &Reading| reading.power_w.0.is_finite() && reading.energy_wh.0.is_finite();
        (1..=MOST_READINGS).contains(&self.readings.len())
            && self.readings.iter().all(finite)
            && self.readings.is_sorted_by_key(|reading| reading.at)
    }

    async fn hear(self, speaker: Speaker, work: &mut Work) -> Result<(), Failure> {
        let (home, thing) = (speaker.home, speaker.device.thing);
        for reading in &self.readings {
            store::readings::add(work.tx(), home, &thing, reading).await?;
        }
        let Some(reading) = store::readings::last(work.tx(), home, &thing).await? else {
            return Ok(());
        };
        work.tell(home, HomeEvent::Meter(MeterEvent::Read { thing, reading }))
            .await
    }
}

impl Answers for AskNow {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Now>>, Failure> {
        let mut now = Vec::new();
        for meter in meters(work, member.home()).await? {
            if let Some(reading) = store::readings::last(work.tx(), member.home(), &meter.thing).await? {
                now.push(Now {
                    thing: meter.thing,
                    reading,
                });
            }
        }
        Ok(Seen::now(now, work.now()))
    }
}

impl Answers for AskDay {
    type Caller = Member;

    /// The whole home: where one meter knows nothing, the others' sum stands.
    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Day>, Failure> {
        let home = member.home();
        let family = store::families::one(work.tx(), home, member.role()).await?;
        let zone = TimeZone::get(family.zone.as_str()).map_err(|_| Reason::Bug)?;
        let (starts_at, ends_at) = bounds(self.day, &zone).ok_or_else(|| Failure::new(Reason::FieldWrong).at("day"))?;
        let slots = ends_at.duration_since(starts_at).as_secs() / i64::try_from(SLOT.0).unwrap_or(1);
        let mut day = Day {
            day: self.day,
            starts_at,
            used_wh: vec![None; usize::try_from(slots).unwrap_or(0)],
            simulated: false,
        };
        let gap = SignedDuration::from_secs(LONGEST_GAP_S as i64);
        for meter in meters(work, home).await? {
            let span = (starts_at - gap, ends_at + gap);
            let readings = store::readings::between(work.tx(), home, &meter.thing, span).await?;
            day.simulated |= readings.iter().any(|reading| reading.simulated);
            for (slot, used) in day
                .used_wh
                .iter_mut()
                .zip(used_wh(&readings, starts_at, slots.unsigned_abs() as usize))
            {
                if let Some(used) = used {
                    *slot = Some(WattHours(slot.unwrap_or_default().0 + used));
                }
            }
        }
        Ok(Seen::now(day, work.now()))
    }
}

impl Answers for Look {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Lease, Failure> {
        let until = super::live::lease_ends(work.real_now());
        for meter in meters(work, member.home()).await? {
            work.look(leases::Look {
                thing: meter.thing,
                sight: Sight::Power,
                by: member.principal().clone(),
                until,
            })?;
        }
        Ok(Lease { until })
    }
}

/// A live value: to those who look, lossy, and kept nowhere.
pub(crate) async fn glance(cloud: &Cloud, thing: &ThingName, said: GlanceSaid) -> Result<(), Failure> {
    let lookers = cloud.leases.lookers(thing, &Sight::Power, cloud.clocks.real.now());
    if lookers.is_empty() {
        return Ok(());
    }
    let mut unit = Unit::reading(cloud).await?;
    let outcome = async {
        let work = unit.work();
        let Some((home, _)) = store::devices::paired(work.tx(), thing).await? else {
            return Ok(None);
        };
        let now = work.now();
        Ok(Some((home, store::identities::of_home(work.tx(), home, now).await?)))
    }
    .await;
    let Some((home, inboxes)) = unit.close(outcome).await? else {
        return Ok(());
    };
    let Reading { at, power_w, .. } = said.reading;
    let glance = Glance::Power {
        family: home.family(),
        thing: thing.clone(),
        power_w,
        at,
    };
    let payload: bytes::Bytes = serde_json::to_vec(&Inbox::Glance(glance))
        .map_err(|_| Reason::Bug)?
        .into();
    for inbox in inboxes.into_iter().filter(|inbox| lookers.contains(&inbox.of)) {
        cloud.post(Outgoing {
            topic: inbox.topic,
            payload: payload.clone(),
            delivery: Delivery::Lossy,
        });
    }
    Ok(())
}

async fn meters(work: &mut Work, home: Home) -> Result<Vec<Device>, Failure> {
    let devices = store::devices::all(work.tx(), home).await?;
    Ok(devices
        .into_iter()
        .filter(|device| device.hardware == Hardware::Meter)
        .collect())
}

/// When a day begins and ends in a zone: 23 to 25 hours apart.
fn bounds(day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let begin = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    Some((begin(day)?, begin(day.tomorrow().ok()?)?))
}
