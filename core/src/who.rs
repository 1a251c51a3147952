//! Who core stands for: a person by tokens, or a tablet by its certificate. Who
//! is nobody has no home. The rest of core asks two things only: what to prove
//! a call with, and how to be connected.

use std::sync::Arc;

use hearth_contract::{
    Failure, IdentityId, PersonId, Reason,
    session::{Kiosk, Person, Session},
};

use crate::{
    body::Body,
    cloud::Place,
    identity::Credentials,
    kiosk::{self, Device, Kept, Standing},
    pass::Pass,
    session::{Keys, Login},
};

/// Whose home it is.
pub(crate) enum Who {
    /// Somebody who signed in.
    Person {
        /// Who.
        person: Person,
        /// Their tokens.
        keys: Arc<Keys>,
    },
    /// The tablet in a fridge's door.
    Kiosk(Device),
}

/// How the live connection is opened.
pub(crate) enum Line {
    /// MQTT over WebSocket, signed with these credentials of this identity.
    Signed(IdentityId, Credentials),
    /// MQTT over mutual TLS, to the devices' port.
    Mutual(kiosk::Wire),
}

impl Who {
    /// As a page sees it.
    pub(crate) fn session(&self) -> Session {
        match self {
            Self::Person { person, .. } => Session::Person(person.clone()),
            Self::Kiosk(device) => Session::Kiosk(Kiosk {
                thing: device.thing().clone(),
                paired: true,
            }),
        }
    }

    /// The person; `None` if it is a tablet.
    pub(crate) fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person { person, .. } => Some(person.id),
            Self::Kiosk(_) => None,
        }
    }

    /// The name of the folder with what was synced.
    pub(crate) fn folder(&self) -> String {
        match self {
            Self::Person { person, .. } => person.id.to_string(),
            Self::Kiosk(device) => device.thing().to_string(),
        }
    }

    /// As a page sees it when what proved it is worth nothing any more.
    pub(crate) fn ended(&self, why: Reason) -> Session {
        match self {
            Self::Person { .. } => Session::Ended(why),
            Self::Kiosk(device) => Session::Kiosk(device.out()),
        }
    }

    /// Waits for what is being renewed.
    pub(crate) async fn rest(&self) {
        if let Self::Person { keys, .. } = self {
            keys.rest().await;
        }
    }

    /// Takes what proved it out of the vault. Of a tablet is kept that this
    /// certificate was its last.
    ///
    /// # Errors
    /// `Unavailable` when the vault can't be written.
    pub(crate) async fn forget(&self, body: &dyn Body) -> Result<(), Failure> {
        match self {
            Self::Person { keys, .. } => keys.forget().await,
            Self::Kiosk(device) => {
                let kept = Kept {
                    enrolled: device.enrolled.clone(),
                    standing: Standing::Out,
                };
                kept.write(body).await
            }
        }
    }

    /// What a call is proven with; a new one if the present one is `spoiled`:
    /// refused although it should be good.
    ///
    /// # Errors
    /// A reason that ends the session when there will never be any again, `Unavailable`.
    pub(crate) async fn pass(&self, place: &Place, spoiled: Option<&Pass>) -> Result<Pass, Failure> {
        match self {
            Self::Person { keys, .. } => {
                let spoiled = match spoiled {
                    Some(Pass::Bearer(token)) => Some(token.as_str()),
                    _ => None,
                };
                keys.bearer(place, spoiled).await.map(Pass::Bearer)
            }
            Self::Kiosk(device) => {
                let spoiled = match spoiled {
                    Some(Pass::Signed(credentials)) => Some(credentials),
                    _ => None,
                };
                device.credentials(place, spoiled).await.map(Pass::Signed)
            }
        }
    }

    /// What the identity pool takes for credentials.
    ///
    /// # Errors
    /// As [`Who::pass`]; `NotSupported` for a tablet, which needs none.
    pub(crate) async fn login(&self, place: &Place) -> Result<Login, Failure> {
        match self {
            Self::Person { keys, .. } => keys.login(place).await,
            Self::Kiosk(_) => Err(Reason::NotSupported.into()),
        }
    }
}
