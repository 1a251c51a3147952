//! Bringing a device into the family.
//!
//! The proof is judged with real time; each way it can fail has its own reason.
//! Wrong tries are counted for the family and for the serial number, so that
//! forty bits can't be guessed from one family nor from many.

use hearth_contract::{
    Failure, HomeEvent, Reason, Serial, ThingName,
    device::{Device, DeviceEvent, Hardware, Presence, SIMULATED},
    pairing::{Pair, PairingCode, Proof, judge},
    text::Name,
    units::Seconds,
};
use jiff::{SignedDuration, Timestamp};

use crate::{access::Member, door::Answers, jobs::Job, ports::Newcomer, store, unit::Work};

/// Wrong tries within [`TRIES_WITHIN`], of one family or for one serial number.
const MOST_TRIES: usize = 10;
const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(10);

impl Answers for Pair {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Device, Failure> {
        let code: PairingCode = self.code.as_str().parse()?;
        wait_if_tried_too_often(member, &code.serial, work).await?;
        let step = prove(member, &code, work).await?;
        let Some(step) = step else {
            return Err(Failure::new(Reason::CodeUsed).at("code"));
        };
        if store::newcomers::taken(work.tx(), &code.serial, code.hardware)
            .await?
            .is_some()
        {
            return Err(Failure::new(Reason::DeviceTaken).at("code"));
        }
        store::newcomers::use_step(work.tx(), &code.serial, step).await?;
        let device = device(code, work.now())?;
        store::devices::add(work.tx(), member.home(), &device).await?;
        work.later(&Job::Activate {
            thing: device.thing.clone(),
        })
        .await?;
        work.tell(
            member.home(),
            HomeEvent::Device(DeviceEvent::Paired { device: device.clone() }),
        )
        .await?;
        Ok(device)
    }
}

/// The step of a fresh proof; `None` if it was used before.
async fn prove(member: Member, code: &PairingCode, work: &mut Work) -> Result<Option<i64>, Failure> {
    let Some(called) = store::newcomers::called(work.tx(), &code.serial).await? else {
        return Err(count_try(member, &code.serial, Reason::DeviceUnknown, work).await);
    };
    let proof = match called.hardware == code.hardware {
        true => judge(&called.secret, code, work.real_now()),
        false => Proof::Wrong,
    };
    match proof {
        Proof::Fresh(step) => Ok((step > called.used_step).then_some(step)),
        Proof::Stale => Err(Failure::new(Reason::CodeExpired).at("code")),
        Proof::Wrong => Err(count_try(member, &code.serial, Reason::CodeWrong, work).await),
    }
}

async fn count_try(member: Member, serial: &Serial, reason: Reason, work: &mut Work) -> Failure {
    let at = work.real_now();
    if let Err(fault) = store::newcomers::note_try(work.tx(), member.home(), serial, at).await {
        return fault.into();
    }
    work.keep_although_refused();
    Failure::new(reason).at("code")
}

async fn wait_if_tried_too_often(member: Member, serial: &Serial, work: &mut Work) -> Result<(), Failure> {
    let now = work.real_now();
    let tries = store::newcomers::tries(work.tx(), member.home(), serial, now - TRIES_WITHIN).await?;
    // The one that must grow old before there is room again.
    let blocking = tries
        .iter()
        .filter_map(|tries| tries.len().checked_sub(MOST_TRIES).map(|n| tries[n]))
        .max();
    let Some(blocking) = blocking else { return Ok(()) };
    let wait = (blocking + TRIES_WITHIN).duration_since(now).as_secs().max(0) + 1;
    Err(Failure::new(Reason::TooManyTries)
        .at("code")
        .after(Seconds(wait.unsigned_abs())))
}

fn device(code: PairingCode, now: Timestamp) -> Result<Device, Failure> {
    let name = match code.hardware {
        Hardware::Fridge => "Fridge",
        Hardware::Meter => "Meter",
    };
    Ok(Device {
        thing: code.hardware.thing(&code.serial),
        hardware: code.hardware,
        name: Name::parse(name).map_err(|_| Reason::Bug)?,
        paired_at: now,
        presence: Presence {
            online: false,
            since: now,
        },
        simulated: code.serial.as_str().starts_with(SIMULATED),
        serial: code.serial,
    })
}

/// May this device be provisioned? One that belongs to a family may not: its
/// secret and certificate stay what they are until the family lets it go.
pub(crate) async fn provision(newcomer: &Newcomer, work: &mut Work) -> Result<Option<ThingName>, Failure> {
    if store::newcomers::taken(work.tx(), &newcomer.serial, newcomer.hardware)
        .await?
        .is_some()
    {
        return Ok(None);
    }
    let now = work.now();
    store::newcomers::record(work.tx(), newcomer, now).await?;
    Ok(Some(newcomer.hardware.thing(&newcomer.serial)))
}
