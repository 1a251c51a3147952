//! What devices say: parsed at the border, judged once, stored, then acted on.
//!
//! A message is acknowledged when it is in the store. One that makes no sense
//! is counted, refused and forgotten; one that was heard before does nothing twice; one
//! of a thing nobody paired is ignored. What it means is in `rules`.

use async_trait::async_trait;
use bytes::Bytes;
use hearth_contract::{
    CameraId, Failure, MessageId, ThingName,
    control::shadow::Documents,
    device::Device,
    event::Actor,
    live::{Frame, Sight},
    things::{
        AlarmSaid, DoorSaid, GlanceSaid, GoodbyeSaid, MAX_PAYLOAD, ReadingsSaid, SaidKind, ToThing, UploadAsk,
        VouchSaid,
    },
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    cloud::Cloud,
    ports::{Ears, Eyes, Newcomer, Outside},
    rules,
    store::{self, Home},
    unit::{Outgoing, Unit, Work},
};

mod malformed;

pub(crate) use malformed::Malformed;

/// A message that changes something.
pub(crate) trait Said: DeserializeOwned + Send {
    /// The same when it is repeated.
    fn id(&self) -> MessageId;
    /// Whether it makes sense at all.
    fn is_sound(&self, thing: &ThingName) -> bool;
    /// The rule.
    fn hear(self, speaker: Speaker, work: &mut Work) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The paired device that speaks.
pub(crate) struct Speaker {
    pub home: Home,
    pub device: Device,
}

#[async_trait]
impl Ears for Cloud {
    async fn hear(&self, thing: &ThingName, kind: SaidKind, payload: Bytes) -> Result<(), Outside> {
        let heard = match kind {
            SaidKind::Door => self.said::<DoorSaid>(thing, &payload).await,
            SaidKind::Readings => self.said::<ReadingsSaid>(thing, &payload).await,
            SaidKind::Alarm => self.said::<AlarmSaid>(thing, &payload).await,
            SaidKind::Vouch => self.said::<VouchSaid>(thing, &payload).await,
            SaidKind::Goodbye => self.said::<GoodbyeSaid>(thing, &payload).await,
            SaidKind::Upload => match self.parse::<UploadAsk>(thing, &payload) {
                Some(ask) if rules::picture::is_sound(&ask) => rules::picture::grant(self, thing, &ask).await,
                Some(_) => self.makes_no_sense(thing, None),
                None => Ok(()),
            },
            SaidKind::Glance => match self.parse::<GlanceSaid>(thing, &payload) {
                Some(glance) => rules::meter::glance(self, thing, glance).await,
                None => Ok(()),
            },
        };
        heard.map_err(not_kept)
    }

    async fn shadow(&self, thing: &ThingName, documents: Bytes) -> Result<(), Outside> {
        let Some(documents) = self.parse::<Documents>(thing, &documents) else {
            return Ok(());
        };
        let mut unit = self.begin().await.map_err(|fault| not_kept(fault.into()))?;
        let outcome = rules::control::heard(thing, &documents, unit.work()).await;
        unit.close(outcome).await.map_err(not_kept)
    }

    async fn provision(&self, newcomer: Newcomer) -> Result<Option<ThingName>, Outside> {
        if !self.ports.factory.built(newcomer.hardware, &newcomer.serial).await? {
            tracing::warn!(serial = %newcomer.serial, "a device asks that the maker has not built");
            return Ok(None);
        }
        let mut unit = self.begin().await.map_err(|fault| not_kept(fault.into()))?;
        let outcome = rules::pairing::provision(&newcomer, unit.work()).await;
        unit.close(outcome).await.map_err(not_kept)
    }

    async fn presence(&self, thing: &ThingName, online: bool) -> Result<(), Outside> {
        let Some(speaker) = self.speaker(thing).await.map_err(not_kept)? else {
            return Ok(());
        };
        if speaker.device.presence.online == online {
            return Ok(());
        }
        let mut unit = self.begin().await.map_err(|fault| not_kept(fault.into()))?;
        let outcome = rules::device::presence(thing, online, unit.work()).await;
        unit.close(outcome).await.map_err(not_kept)
    }
}

impl Eyes for Cloud {
    fn show(&self, thing: &ThingName, camera: &CameraId, frame: &Frame) -> bool {
        let lookers = self
            .leases
            .lookers(thing, &Sight::Camera(camera.clone()), self.clocks.real.now());
        if !lookers.is_empty() {
            self.relay.show(thing, camera, frame);
        }
        !lookers.is_empty()
    }

    fn hide(&self, thing: &ThingName, camera: &CameraId) {
        self.relay.hide(thing, camera);
    }
}

impl Cloud {
    async fn said<S: Said>(&self, thing: &ThingName, payload: &Bytes) -> Result<(), Failure> {
        let Some(said) = self.parse::<S>(thing, payload) else {
            return self.refuse(thing, envelope(payload));
        };
        if !said.is_sound(thing) {
            return self.makes_no_sense(thing, Some(said.id()));
        }
        let mut unit = self.begin().await?;
        let outcome = heard(thing, said, unit.work()).await;
        unit.close(outcome).await
    }

    fn parse<T: DeserializeOwned>(&self, thing: &ThingName, payload: &Bytes) -> Option<T> {
        let parsed = (payload.len() <= MAX_PAYLOAD)
            .then(|| serde_json::from_slice(payload).ok())
            .flatten();
        if parsed.is_none() {
            self.malformed.count(thing, self.clocks.real.now());
        }
        parsed
    }

    fn makes_no_sense(&self, thing: &ThingName, message: Option<MessageId>) -> Result<(), Failure> {
        self.malformed.count(thing, self.clocks.real.now());
        self.refuse(thing, message)
    }

    /// Tells the device not to repeat it, if it can be told which.
    fn refuse(&self, thing: &ThingName, message: Option<MessageId>) -> Result<(), Failure> {
        if let Some(message) = message {
            self.post(Outgoing::to_thing(thing, &ToThing::Refused { message })?);
        }
        Ok(())
    }

    /// Who speaks, without keeping the writer; `None` if nobody paired it.
    pub(crate) async fn speaker(&self, thing: &ThingName) -> Result<Option<Speaker>, Failure> {
        let mut unit = Unit::reading(self).await?;
        let paired = store::devices::paired(unit.work().tx(), thing)
            .await
            .map_err(Failure::from);
        let paired = unit.close(paired).await?;
        Ok(paired.map(|(home, device)| Speaker { home, device }))
    }
}

async fn heard<S: Said>(thing: &ThingName, said: S, work: &mut Work) -> Result<(), Failure> {
    let Some((home, device)) = store::devices::paired(work.tx(), thing).await? else {
        return Ok(());
    };
    let message = said.id();
    let now = work.now();
    if store::messages::first(work.tx(), thing, message, now).await? {
        work.acts_for(Actor::Thing(thing.clone()), None);
        said.hear(Speaker { home, device }, work).await?;
    }
    // Said again for a repeated message: the device missed it the first time.
    work.say(thing, &ToThing::Heard { message })
}

/// The id of a message of which nothing else can be read.
fn envelope(payload: &Bytes) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct Envelope {
        id: MessageId,
    }
    let is_small = payload.len() <= MAX_PAYLOAD;
    let envelope: Envelope = is_small.then(|| serde_json::from_slice(payload).ok())??;
    Some(envelope.id)
}

fn not_kept(failure: Failure) -> Outside {
    Outside::Silent {
        what: "the store",
        why: failure.to_string(),
    }
}
