//! The tablet in a fridge's door: it never signs in.
//!
//! Whoever gives core a place to live enrols the tablet and hands over what it
//! got: serial number, pairing secret, key and certificate. They lie in the
//! vault. While the certificate is not active core has a task that tries; once
//! it is, the tablet is a member of its fridge's family, changes its
//! certificate for credentials every hour and signs its calls with them. When
//! the family puts it out, everything is forgotten.

mod code;
mod provider;
mod waiting;

use std::sync::{Arc, Mutex, PoisonError};

use hearth_contract::{
    Failure, Reason, Serial, ThingName,
    device::Hardware,
    pairing::{self, PairingCode, PairingSecret},
    session::Kiosk,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::{body::Body, cloud::Place, identity::Credentials, real};

pub(crate) use waiting::Waiting;

/// The vault's name of what a tablet has.
pub(crate) const VAULT_KEY: &str = "kiosk";

/// What a tablet has from its enrolment. Never shown by `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolled {
    /// Its serial number.
    pub serial: Serial,
    /// What its pairing codes are made of.
    pub secret: PairingSecret,
    /// Its certificate, PEM.
    pub certificate_pem: String,
    /// The certificate's key, PEM.
    pub key_pem: String,
}

/// What the vault keeps of a tablet.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) enrolled: Enrolled,
    pub(crate) standing: Standing,
}

/// How a tablet stands to its family.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// Nobody has taken it in yet.
    Waiting,
    /// It is a member.
    In,
    /// It was put out: this certificate is worth nothing any more.
    Out,
}

impl Kept {
    /// Writes it to the vault.
    ///
    /// # Errors
    /// `Unavailable` when it could not be kept.
    pub(crate) async fn write(&self, body: &dyn Body) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(self).map_err(|_| Reason::Bug)?;
        body.vault_set(VAULT_KEY, &bytes).await
    }
}

/// A tablet that can prove itself.
pub(crate) struct Device {
    pub(crate) enrolled: Enrolled,
    thing: ThingName,
    lent: Mutex<Option<Credentials>>,
    turn: Semaphore,
}

/// How to be connected to the devices' port.
pub(crate) struct Wire {
    pub(crate) thing: ThingName,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Arc<rustls::ClientConfig>,
}

impl Device {
    pub(crate) fn new(enrolled: Enrolled) -> Self {
        Self {
            thing: Hardware::Tablet.thing(&enrolled.serial),
            enrolled,
            lent: Mutex::new(None),
            turn: Semaphore::new(1),
        }
    }

    pub(crate) fn thing(&self) -> &ThingName {
        &self.thing
    }

    /// As a page sees it while it is in no family.
    pub(crate) fn out(&self) -> Kiosk {
        Kiosk {
            thing: self.thing.clone(),
            paired: false,
        }
    }

    /// What its screen shows now.
    pub(crate) fn code(&self) -> PairingCode {
        let (serial, step) = (self.enrolled.serial.clone(), pairing::step(real::now()));
        PairingCode {
            hardware: Hardware::Tablet,
            proof: pairing::proof(&self.enrolled.secret, Hardware::Tablet, &serial, step),
            serial,
        }
    }

    /// Credentials that last; asked for first if they don't, or if they are
    /// `spoiled`: refused although they should last. However many calls need
    /// new ones, they are asked for once.
    ///
    /// # Errors
    /// `SessionEnded` when the certificate is not active (any more),
    /// `Unavailable`, `NotSupported` in a cloud that has no place for tablets.
    pub(crate) async fn credentials(
        &self,
        place: &Place,
        spoiled: Option<&Credentials>,
    ) -> Result<Credentials, Failure> {
        if let Some(good) = self.present(spoiled) {
            return Ok(good);
        }
        let _turn = self.turn.acquire().await.map_err(|_| Reason::Bug)?;
        if let Some(good) = self.present(spoiled) {
            return Ok(good);
        }
        let lent = provider::ask(place, self).await?;
        *self.lent.lock().unwrap_or_else(PoisonError::into_inner) = Some(lent.clone());
        Ok(lent)
    }

    /// How to be connected.
    ///
    /// # Errors
    /// `NotSupported` in a cloud that has no place for tablets, `Internal` for
    /// a certificate or key that is none.
    pub(crate) fn wire(&self, place: &Place) -> Result<Wire, Failure> {
        let things = place.endpoints.things.as_ref().ok_or(Reason::NotSupported)?;
        Ok(Wire {
            thing: self.thing.clone(),
            host: things.host.clone(),
            port: things.port,
            tls: provider::tls(things, self, hearth_contract::things::ALPN_MQTT)?,
        })
    }

    fn present(&self, spoiled: Option<&Credentials>) -> Option<Credentials> {
        let lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lent.filter(|lent| lent.last() && spoiled != Some(lent))
    }
}
