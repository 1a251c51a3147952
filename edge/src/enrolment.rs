//! How a tablet gets its certificate, before there is an app on it: by the
//! claim certificate it left the factory with, like any device, naming the
//! fridge it hangs on.
//!
//! It does no more than that: whoever runs the tablet hands the result to the
//! app, which waits until a family takes the tablet in.

use std::{sync::Arc, time::Duration};

use hearth_contract::{Serial, device::Hardware, pairing::PairingSecret};
use tokio::task::spawn_blocking;

use crate::{
    agent::{asking, backoff::Backoff, identity::Identity},
    cloud::Cloud,
    disk::Disk,
    fault::Fault,
    surroundings::Ids,
};

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(8);

/// What a tablet is before it is enrolled.
#[derive(Clone)]
pub struct Blank {
    /// Where it comes in.
    pub cloud: Cloud,
    /// Its disk.
    pub disk: Disk,
    /// Its serial number; `None`: it makes one up, once, and is a simulated one.
    pub serial: Option<Serial>,
    /// The fridge it hangs on.
    pub fridge: Serial,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
}

/// What a tablet is afterwards.
#[derive(Clone)]
pub struct Enrolment {
    /// Its serial number.
    pub serial: Serial,
    /// What its codes are made of.
    pub secret: PairingSecret,
    /// Its certificate, PEM.
    pub certificate_pem: String,
    /// The certificate's key, PEM.
    pub key_pem: String,
}

/// What the disk holds, or what the cloud gives; while the cloud can't be
/// reached or refuses it is asked again.
///
/// # Errors
/// The disk can't be used, or holds something else.
pub async fn enrol(blank: &Blank) -> Result<Enrolment, Fault> {
    let identity = Arc::new(blocking(blank, who).await?);
    let mut backoff = Backoff::up_to(LONGEST);
    loop {
        let reader = identity.clone();
        let credential = spawn_blocking(move || reader.credential())
            .await
            .map_err(|_| Fault::Task)??;
        if let Some(own) = credential {
            return Ok(Enrolment {
                serial: identity.serial.clone(),
                secret: identity.secret.clone(),
                certificate_pem: own.cert_pem,
                key_pem: own.key_pem,
            });
        }
        match asking::provision(&blank.cloud, &identity, None, false).await {
            Ok(grant) => {
                let keeper = identity.clone();
                spawn_blocking(move || keeper.keep(&grant))
                    .await
                    .map_err(|_| Fault::Task)??;
                tracing::info!(thing = %identity.thing, "provisioned");
            }
            Err(fault) => {
                tracing::info!(thing = %identity.thing, %fault, "not provisioned, trying again");
                tokio::time::sleep(backoff.next(&*blank.ids)).await;
            }
        }
    }
}

/// Throws a worthless certificate away: the next enrolment gets a new one, for
/// a new key. The tablet stays who it is.
///
/// # Errors
/// The disk can't be written.
pub async fn discard(blank: &Blank) -> Result<(), Fault> {
    blocking(blank, |blank| Identity::discard(&blank.disk)).await
}

fn who(blank: &Blank) -> Result<Identity, Fault> {
    if let Some(serial) = &blank.serial {
        Identity::print_plate(&blank.disk, serial)?;
    }
    let identity = Identity::load_or_make(blank.disk.clone(), Hardware::Tablet, &*blank.ids)?;
    Ok(identity.hanging_on(blank.fridge.clone()))
}

async fn blocking<T: Send + 'static>(
    blank: &Blank,
    work: impl FnOnce(&Blank) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let blank = blank.clone();
    spawn_blocking(move || work(&blank)).await.map_err(|_| Fault::Task)?
}
