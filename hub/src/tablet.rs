//! The tablet in the simulated fridge's door. It has no shell of its own, so
//! its app lives here, and its screen is a page at a host name of its own.
//!
//! It is enrolled like any other: by the claim certificate, with a key of its
//! own, naming its fridge; it proves its calls by certificate and signature.
//! Only what a maker builds in is made up: the screen and the cable in the door.

use std::{path::Path, sync::Arc, time::Duration};

use hearth_contract::{Reason, session::Session};
use hearth_core::{Core, Enrolled};
use hearth_edge::{
    Cloud, RandomIds, SimulatedFridge,
    disk::Disk,
    enrolment::{self, Blank},
    simulated::Appliance,
};
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use crate::{sessions::Sessions, trouble::Trouble};

/// The name its page is at, on the port for people.
pub const HOST: &str = "tablet.localhost";
/// How often the cable carries what its screen shows.
const CABLE: Duration = Duration::from_millis(500);
/// A pause when its app can't be told that it is enrolled.
const AGAIN: Duration = Duration::from_secs(5);

/// The tablet; dropped, it goes dark.
pub struct Tablet {
    core: Core,
    _life: AbortOnDropHandle<()>,
}

impl Tablet {
    /// Hangs it into the fridge's door; its disk is below `folder`.
    ///
    /// # Errors
    /// The disk can't be used.
    pub fn hang(folder: &Path, sessions: &Sessions, cloud: Cloud, fridge: SimulatedFridge) -> Result<Self, Trouble> {
        let disk = Disk::open(&folder.join("device")).map_err(|error| Trouble::Folder(folder.to_owned(), error))?;
        let core = sessions.hang(&folder.join("app"));
        let blank = Blank {
            cloud,
            disk,
            serial: None,
            fridge: fridge.serial().clone(),
            ids: Arc::new(RandomIds),
        };
        let life = tokio::spawn(live(core.clone(), blank, fridge));
        Ok(Self {
            core,
            _life: AbortOnDropHandle::new(life),
        })
    }

    /// Its app.
    #[must_use]
    pub const fn core(&self) -> &Core {
        &self.core
    }
}

/// Is enrolled, waits, belongs to a family, and begins anew when it is put out.
async fn live(core: Core, blank: Blank, fridge: SimulatedFridge) {
    loop {
        let enrolment = match enrolment::enrol(&blank).await {
            Ok(enrolment) => enrolment,
            Err(fault) => return tracing::error!(%fault, "the simulated tablet can't be enrolled"),
        };
        let enrolled = Enrolled {
            serial: enrolment.serial,
            secret: enrolment.secret,
            certificate_pem: enrolment.certificate_pem,
            key_pem: enrolment.key_pem,
        };
        match core.enrol(enrolled).await {
            Ok(()) => tokio::select! {
                () = core.until_put_out() => {}
                () = carry(&core, &fridge) => {}
            },
            Err(failure) if failure.reason == Reason::SessionEnded => {}
            Err(failure) => {
                tracing::warn!(%failure, "the simulated tablet's app was not enrolled");
                sleep(AGAIN).await;
                continue;
            }
        }
        if let Err(fault) = enrolment::discard(&blank).await {
            return tracing::error!(%fault, "the simulated tablet can't forget its certificate");
        }
    }
}

/// The cable in the door: the fridge sees what the tablet's screen shows.
async fn carry(core: &Core, fridge: &SimulatedFridge) {
    loop {
        fridge.show_tablet(core.code().await.ok());
        sleep(CABLE).await;
    }
}

/// Whether a family has taken it in.
pub async fn paired(core: &Core) -> bool {
    matches!(core.session().await, Session::Kiosk(kiosk) if kiosk.paired)
}
