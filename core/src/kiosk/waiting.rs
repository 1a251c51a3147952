//! A tablet nobody has taken in yet: it shows its code and tries.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use hearth_contract::{Reason, session::Kiosk};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Device, Enrolled};
use crate::{app::App, real};

/// The longest wait between two tries: it should come in within seconds.
const LONGEST: Duration = Duration::from_secs(3);

/// The trying; it ends when this is dropped.
pub(crate) struct Waiting {
    /// Who waits.
    pub(crate) device: Arc<Device>,
    _end: DropGuard,
}

impl Waiting {
    /// Begins to try; the app hears of it when it worked.
    pub(crate) fn begin(enrolled: Enrolled, app: Weak<App>) -> Self {
        let device = Arc::new(Device::new(enrolled));
        let end = CancellationToken::new();
        let (tried, ended) = (device.clone(), end.clone());
        tokio::spawn(async move { ended.run_until_cancelled(attempt(tried, app)).await });
        Self {
            device,
            _end: end.drop_guard(),
        }
    }

    /// As a page sees it.
    pub(crate) fn kiosk(&self) -> Kiosk {
        self.device.out()
    }
}

async fn attempt(device: Arc<Device>, app: Weak<App>) {
    let mut failed = 0;
    let mut said = None;
    loop {
        let Some(app) = app.upgrade() else { return };
        let tried = async {
            let place = app.cloud.place().await?;
            device.credentials(place, None).await
        };
        match tried.await {
            Ok(_) => {
                // The task that does this is ended by it: the app's goes on.
                tokio::spawn(async move { app.taken_in(device).await });
                return;
            }
            Err(failure) if said == Some(failure.reason) || failure.reason == Reason::SessionEnded => {}
            Err(failure) => {
                tracing::info!(%failure, "the tablet can't ask for credentials");
                said = Some(failure.reason);
            }
        }
        drop(app);
        tokio::time::sleep(real::back_off(failed, LONGEST)).await;
        failed += 1;
    }
}
