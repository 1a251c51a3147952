//! How a device with the maker's claim certificate gets its own, and one that is
//! in its next: AWS IoT's fleet provisioning, by JSON over the reserved topics.
//!
//! The device makes its key itself and sends a signing request, or it asks for a
//! key, too, which then is made here, sent once and kept nowhere. The cloud decides whether a device may come in; its thing
//! and certificate are then registered, inactive, until somebody pairs it.
//!
//! # Source
//! AWS IoT developer guide, "Device provisioning MQTT API".

mod messages;

use std::{sync::Arc, time::Duration};

use hearth_cloud::ports::{Ears, Newcomer};
use hearth_contract::{
    Serial, ThingName,
    clock::Clock,
    device::Hardware,
    pairing::PairingSecret,
    things::{FRIDGE_PARAMETER, PARAMETERS, PRESSED, PRESSED_PARAMETER},
};

use messages::{Asked, Created, Provision, Provisioned, Refusal, Request};

use crate::{
    authority::{self, Authority},
    things::{StoreFailed, Things},
};

/// A certificate with a key made here.
const CREATE: &str = "$aws/certificates/create/json";
/// A certificate for a key of the device.
const CREATE_FROM_CSR: &str = "$aws/certificates/create-from-csr/json";
/// The thing, by the template [`hearth_contract::things::TEMPLATE`].
const PROVISION: &str = "$aws/provisioning-templates/hearth-device/provision/json";
/// The same, by [`hearth_contract::things::ROTATION`].
const ROTATE: &str = "$aws/provisioning-templates/hearth-rotation/provision/json";
/// What a claim certificate may publish to; answers come below `/accepted` and `/rejected`.
pub const TOPICS: [&str; 3] = [CREATE, CREATE_FROM_CSR, PROVISION];
/// What a device with its own certificate may publish to, for its next.
pub const ROTATION_TOPICS: [&str; 3] = [CREATE, CREATE_FROM_CSR, ROTATE];
/// How long the cloud may take to decide, as AWS has it.
const DECIDING: Duration = Duration::from_secs(5);

/// Answers provisioning requests.
pub struct Provisioning {
    /// Signs.
    pub authority: Arc<Authority>,
    /// Registers.
    pub things: Arc<Things>,
    /// Decides.
    pub ears: Arc<dyn Ears>,
    /// Real time: certificates begin to be good.
    pub clock: Arc<dyn Clock>,
}

/// An answer and its topic.
pub struct Reply {
    /// `…/accepted` or `…/rejected`.
    pub topic: String,
    /// JSON.
    pub payload: Vec<u8>,
}

impl Provisioning {
    /// Answers one request; `topic` is one of [`TOPICS`], or of [`ROTATION_TOPICS`]
    /// if this device asks, with its own certificate.
    pub async fn answer(&self, own: Option<&Own<'_>>, topic: &str, payload: &[u8]) -> Reply {
        let answered = match (topic, own) {
            (CREATE_FROM_CSR, _) => self.create_from_csr(payload).await,
            (CREATE, _) => self.create(payload).await,
            (_, Some(own)) => self.rotate(own, payload).await,
            (_, None) => self.provision(payload).await,
        };
        match answered {
            Ok(payload) => Reply {
                topic: format!("{topic}/accepted"),
                payload,
            },
            Err(refusal) => {
                tracing::info!(topic, refusal = refusal.code(), "a provisioning request was refused");
                Reply {
                    topic: format!("{topic}/rejected"),
                    payload: refusal.json(),
                }
            }
        }
    }

    async fn create_from_csr(&self, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        let asked: Request = messages::read(payload)?;
        self.issue(&asked.certificate_signing_request, None).await
    }

    async fn create(&self, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        if !payload.is_empty() {
            let _: messages::Empty = messages::read(payload)?;
        }
        let (key, csr) = authority::new_key().map_err(|_| Refusal::InternalFailure)?;
        self.issue(&csr, Some(key)).await
    }

    async fn issue(&self, csr: &str, key: Option<String>) -> Result<Vec<u8>, Refusal> {
        let issued = self
            .authority
            .sign_csr(csr, self.clock.now())
            .map_err(|_| Refusal::InvalidPayload("not a valid certificate signing request"))?;
        let token = token()?;
        match self.things.note(&issued.id, &token).await {
            Ok(true) => messages::written(&Created {
                certificate_id: issued.id,
                certificate_pem: issued.pem,
                private_key: key,
                certificate_ownership_token: token,
            }),
            Ok(false) => Err(Refusal::Throttling),
            Err(failed) => Err(internal("a new certificate could not be noted", &failed)),
        }
    }

    async fn provision(&self, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        let asked: Provision = messages::read(payload)?;
        let newcomer = newcomer(&asked)?;
        let token = &asked.certificate_ownership_token;
        match self.things.owns(token).await {
            Ok(true) => {}
            Ok(false) => return Err(Refusal::InvalidCertificateOwnershipToken),
            Err(failed) => return Err(internal("a token could not be looked up", &failed)),
        }
        let decided = tokio::time::timeout(DECIDING, self.ears.provision(newcomer)).await;
        let thing = match decided {
            Ok(Ok(Some(thing))) => thing,
            Ok(Ok(None)) => return Err(Refusal::AccessDenied("the device may not be provisioned")),
            Ok(Err(failed)) => {
                tracing::warn!(%failed, "the provisioning hook failed");
                return Err(Refusal::InvocationError);
            }
            Err(_) => return Err(Refusal::InvocationError),
        };
        match self.things.attach(token, &thing).await {
            Ok(true) => messages::written(&Provisioned {
                thing_name: thing.into(),
                device_configuration: messages::Empty {},
            }),
            Ok(false) => Err(Refusal::InvalidCertificateOwnershipToken),
            Err(failed) => Err(internal("a thing could not be registered", &failed)),
        }
    }

    /// A device's next certificate is good at once, and the present one until it has come in with that.
    async fn rotate(&self, own: &Own<'_>, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
        let asked: Provision = messages::read(payload)?;
        let (serial, hardware) = named(&asked)?;
        if hardware.thing(&serial) != *own.thing {
            return Err(Refusal::AccessDenied("the device may not be provisioned"));
        }
        let token = &asked.certificate_ownership_token;
        match self.things.rotate(token, own.thing, own.certificate).await {
            Ok(true) => messages::written(&Provisioned {
                thing_name: own.thing.clone().into(),
                device_configuration: messages::Empty {},
            }),
            Ok(false) => Err(Refusal::InvalidCertificateOwnershipToken),
            Err(failed) => Err(internal("a next certificate could not be registered", &failed)),
        }
    }
}

/// A device that is in, with its present certificate's id.
pub struct Own<'a> {
    /// Which.
    pub thing: &'a ThingName,
    /// By what.
    pub certificate: &'a str,
}

/// The device that the parameters name.
fn named(asked: &Asked) -> Result<(Serial, Hardware), Refusal> {
    let [serial, hardware, _] = PARAMETERS;
    let read = |name| asked.parameters.get(name).ok_or(Refusal::InvalidParameters(name));
    Ok((
        read(serial)?.parse().map_err(|_| Refusal::InvalidParameters(serial))?,
        Hardware::from_code(read(hardware)?).ok_or(Refusal::InvalidParameters(hardware))?,
    ))
}

/// The device that the parameters describe.
fn newcomer(asked: &Asked) -> Result<Newcomer, Refusal> {
    let (serial, hardware) = named(asked)?;
    let [_, _, secret_name] = PARAMETERS;
    let invalid = Refusal::InvalidParameters(secret_name);
    let mut bytes = [0; 32];
    let written = asked.parameters.get(secret_name).ok_or(invalid)?;
    hex::decode_to_slice(written, &mut bytes).map_err(|_| invalid)?;
    Ok(Newcomer {
        serial,
        hardware,
        secret: PairingSecret(bytes),
        is_pressed: asked
            .parameters
            .get(PRESSED_PARAMETER)
            .is_some_and(|said| said == PRESSED),
        // A tablet must say where it hangs; nobody else hangs anywhere.
        fridge: match hardware {
            Hardware::Tablet => Some(fridge(asked)?),
            Hardware::Fridge | Hardware::Meter | Hardware::Microwave => None,
        },
    })
}

fn fridge(asked: &Asked) -> Result<Serial, Refusal> {
    let named = asked.parameters.get(FRIDGE_PARAMETER);
    named
        .and_then(|serial| serial.parse().ok())
        .ok_or(Refusal::InvalidParameters(FRIDGE_PARAMETER))
}

/// 256 unguessable bits, hexadecimal.
fn token() -> Result<String, Refusal> {
    let mut drawn = [0; 32];
    getrandom::fill(&mut drawn).map_err(|_| Refusal::InternalFailure)?;
    Ok(hex::encode(drawn))
}

fn internal(what: &str, failed: &StoreFailed) -> Refusal {
    tracing::error!(%failed, "{what}");
    Refusal::InternalFailure
}
