//! Bringing a device into the family.
//!
//! The proof is judged with real time, and so is the press of a button that a
//! sticker needs; each way it can fail has its own reason.
//! Wrong tries are counted for the family and for the serial number, so that
//! forty bits can't be guessed from one family nor from many.

use hearth_contract::{
    Failure, HomeEvent, MessageId, Reason, Serial, ThingName,
    device::{Device, DeviceEvent, Hardware, Presence, SIMULATED},
    pairing::{Code, PRESSED_FOR, Pair, Proof, judge},
    text::Name,
    things::VouchSaid,
    units::Seconds,
};
use jiff::{SignedDuration, Timestamp};

use super::device;
use crate::{
    access::Member,
    door::Answers,
    ears::{Said, Speaker},
    jobs::Job,
    ports::Newcomer,
    store::{self, Home},
    unit::Work,
};

/// Wrong tries within [`TRIES_WITHIN`], of one family or for one serial number.
const MOST_TRIES: usize = 10;
const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(10);

impl Answers for Pair {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Device, Failure> {
        let code: Code = self.code.as_str().parse()?;
        wait_if_tried_too_often(member.home(), code.serial(), work).await?;
        let (hardware, word) = prove(member.home(), &code, work).await?;
        let serial = code.serial();
        let owner = store::newcomers::taken(work.tx(), serial, hardware).await?;
        // Who scans a device twice wants to hear that it is there, not what is
        // wrong with the code; only a good proof is told whose it is.
        if owner == Some(self.family) {
            return Err(Failure::new(Reason::DeviceYours).at("code"));
        }
        if word == Word::Unpressed {
            return Err(count_try(member.home(), serial, Reason::ButtonFirst, work).await);
        }
        if word == Word::Used {
            return Err(Failure::new(Reason::CodeUsed).at("code"));
        }
        if owner.is_some() {
            return Err(Failure::new(Reason::DeviceTaken).at("code"));
        }
        if hardware == Hardware::Tablet && !hangs_here(member.home(), serial, work).await? {
            return Err(Failure::new(Reason::FridgeElsewhere).at("code"));
        }
        store::children::believe(work.tx(), serial, true).await?;
        match word {
            Word::Shown(step) => store::newcomers::use_step(work.tx(), serial, step).await?,
            _ => store::newcomers::use_press(work.tx(), serial).await?,
        }
        take_in(member.home(), hardware, serial, work).await
    }
}

/// What a code is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// The proof of this step, shown just now.
    Shown(i64),
    /// A proof that let somebody in before.
    Used,
    /// A sticker, and the device's button was just pressed.
    Pressed,
    /// A sticker alone.
    Unpressed,
}

impl Said for VouchSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    fn is_sound(&self, _thing: &ThingName) -> bool {
        matches!(self.code.hardware, Hardware::Tablet | Hardware::Microwave)
    }

    /// A fridge's word for the tablet in its door, or for what stands behind it,
    /// is as good as a member's scan, if that was never put out and, for a
    /// tablet, named this fridge. What does not fit is not answered: nobody at
    /// the fridge asked.
    async fn hear(self, speaker: Speaker, work: &mut Work) -> Result<(), Failure> {
        let (code, fridge, home) = (self.code, speaker.device, speaker.home);
        let called = store::newcomers::called(work.tx(), &code.serial).await?;
        let Some(called) = called.filter(|called| called.hardware == code.hardware) else {
            return Ok(());
        };
        let Proof::Fresh(step) = judge(&called.secret, &code, work.real_now()) else {
            return Ok(());
        };
        let parent = store::children::parent(work.tx(), &code.serial).await?;
        let is_its_own = parent.as_ref().is_some_and(|parent| parent.fridge == fridge.serial);
        let is_believed = parent.as_ref().is_none_or(|parent| parent.vouched);
        let is_tablet = code.hardware == Hardware::Tablet;
        if fridge.hardware != Hardware::Fridge || is_tablet && !is_its_own {
            return Ok(());
        }
        let thing = code.hardware.thing(&code.serial);
        match store::devices::paired(work.tx(), &thing).await? {
            Some((its_home, device)) if its_home == home && !is_tablet => behind(home, device, &fridge, work).await,
            None if is_believed && step > called.used_step => {
                store::newcomers::use_step(work.tx(), &code.serial, step).await?;
                let device = take_in(home, code.hardware, &code.serial, work).await?;
                match is_tablet {
                    true => Ok(()),
                    false => behind(home, device, &fridge, work).await,
                }
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// An appliance stands behind this fridge now, wherever it stood before.
async fn behind(home: Home, device: Device, fridge: &Device, work: &mut Work) -> Result<(), Failure> {
    if device.gateway.as_ref() == Some(&fridge.thing) {
        return Ok(());
    }
    store::children::belong(work.tx(), &device.serial, &fridge.serial).await?;
    let gateway = Some(fridge.thing.clone());
    device::change(home, Device { gateway, ..device }, work).await
}

/// Whether the fridge that a tablet hangs on is in this home.
async fn hangs_here(home: Home, tablet: &Serial, work: &mut Work) -> Result<bool, Failure> {
    let Some(parent) = store::children::parent(work.tx(), tablet).await? else {
        return Ok(false);
    };
    let fridge = Hardware::Fridge.thing(&parent.fridge);
    Ok(store::devices::one(work.tx(), home, &fridge).await?.is_some())
}

/// Takes a device whose code was good into the home.
async fn take_in(home: Home, hardware: Hardware, serial: &Serial, work: &mut Work) -> Result<Device, Failure> {
    let device = newly_paired(hardware, serial, work.now())?;
    store::devices::add(work.tx(), home, &device).await?;
    let thing = device.thing.clone();
    // A revocation that is still due was meant for the certificate before;
    // activating the new one revokes that, too.
    let revoke = Job::Revoke { thing: thing.clone() };
    store::jobs::drop_lane(work.tx(), &revoke.lane()).await?;
    let release = Job::Release { thing: thing.clone() };
    store::jobs::drop_lane(work.tx(), &release.lane()).await?;
    work.later(&Job::Activate { thing }).await?;
    let event = DeviceEvent::Paired { device: device.clone() };
    work.tell(home, HomeEvent::Device(event)).await?;
    Ok(device)
}

/// What the device is, and what the code is worth.
async fn prove(home: Home, code: &Code, work: &mut Work) -> Result<(Hardware, Word), Failure> {
    let Some(called) = store::newcomers::called(work.tx(), code.serial()).await? else {
        return Err(count_try(home, code.serial(), Reason::DeviceUnknown, work).await);
    };
    let now = work.real_now();
    let hardware = called.hardware;
    let word = match code {
        Code::Sticker(sticker) if sticker.hardware.is_none_or(|printed| printed == hardware) => {
            let is_fresh = |pressed: Timestamp| now.duration_since(pressed) <= PRESSED_FOR;
            match called.pressed_at.is_some_and(is_fresh) {
                true => Word::Pressed,
                false => Word::Unpressed,
            }
        }
        Code::Shown(shown) if shown.hardware == hardware => match judge(&called.secret, shown, now) {
            Proof::Fresh(step) if step > called.used_step => Word::Shown(step),
            Proof::Fresh(_) => Word::Used,
            Proof::Stale => return Err(Failure::new(Reason::CodeExpired).at("code")),
            Proof::Wrong => return Err(count_try(home, code.serial(), Reason::CodeWrong, work).await),
        },
        _ => return Err(count_try(home, code.serial(), Reason::CodeWrong, work).await),
    };
    Ok((hardware, word))
}

async fn count_try(home: Home, serial: &Serial, reason: Reason, work: &mut Work) -> Failure {
    let at = work.real_now();
    if let Err(fault) = store::newcomers::note_try(work.tx(), home, serial, at).await {
        return fault.into();
    }
    work.keep_although_refused();
    Failure::new(reason).at("code")
}

async fn wait_if_tried_too_often(home: Home, serial: &Serial, work: &mut Work) -> Result<(), Failure> {
    let now = work.real_now();
    let tries = store::newcomers::tries(work.tx(), home, serial, now - TRIES_WITHIN).await?;
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

fn newly_paired(hardware: Hardware, serial: &Serial, now: Timestamp) -> Result<Device, Failure> {
    let name = match hardware {
        Hardware::Fridge => "Fridge",
        Hardware::Meter => "Meter",
        Hardware::Tablet => "Fridge door",
        Hardware::Microwave => "Microwave",
    };
    Ok(Device {
        thing: hardware.thing(serial),
        hardware,
        name: Name::parse(name).map_err(|_| Reason::Bug)?,
        paired_at: now,
        presence: Presence {
            online: false,
            since: now,
        },
        simulated: serial.as_str().starts_with(SIMULATED),
        gateway: None,
        software: None,
        serial: serial.clone(),
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
    let (now, pressed_at) = (work.now(), newcomer.is_pressed.then(|| work.real_now()));
    store::newcomers::record(work.tx(), newcomer, now, pressed_at).await?;
    if let Some(fridge) = &newcomer.fridge {
        store::children::belong(work.tx(), &newcomer.serial, fridge).await?;
    }
    Ok(Some(newcomer.hardware.thing(&newcomer.serial)))
}
