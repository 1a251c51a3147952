//! Hearing what happens: the live connection, and the journal behind it.
//!
//! Entries arrive at the inbox topic of whoever is here. They are let through once and in
//! order; where one is missing, and after every connect, the journal is read.
//! Between two connections there is a wait that grows.

mod journal;
mod link;
mod sequence;

use std::{sync::Arc, time::Duration};

use hearth_contract::{
    Failure, IdentityId, Kind,
    event::Inbox,
    family::{Listen, Mine},
    host::{Link, Notice},
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    home::Home,
    identity::{self, Credentials},
    real,
    who::{Line, Who},
};
use link::Signal;

/// The longest wait between two connections.
const LONGEST: Duration = Duration::from_secs(15);
/// How long it may take to ask whether the session still stands.
const LOOKING: Duration = Duration::from_secs(5);
/// How long a connection may take to stand.
const CONNECTING: Duration = Duration::from_secs(20);

/// Hears for as long as the stay lasts.
pub(crate) async fn hear(home: &Arc<Home>) {
    let mut credentials = None;
    let mut failed = 0;
    loop {
        home.set_link(Link::Connecting);
        let lived = match connection(home, &mut credentials).await {
            Ok(lived) => {
                // A connection that is cut may mean a session that was ended elsewhere.
                // If it never stood, its credentials may be no good any more.
                if !lived {
                    credentials = None;
                }
                look_after(home).await;
                lived
            }
            Err(failure) => {
                tracing::debug!(%failure, "the live connection failed");
                if failure.kind == Kind::NotSignedIn {
                    credentials = None;
                    look_after(home).await;
                }
                false
            }
        };
        home.replica.flush().await;
        failed = if lived { 0 } else { failed + 1 };
        home.set_link(Link::Connecting);
        tokio::time::sleep(real::back_off(failed, LONGEST)).await;
    }
}

/// Asks whether the session still stands, but not for long: the next connection waits.
async fn look_after(home: &Arc<Home>) {
    if home.who.person().is_none() {
        return;
    }
    let _ = timeout(LOOKING, home.check()).await;
}

/// One connection, from its first step to its loss. True if it stood.
async fn connection(home: &Arc<Home>, kept: &mut Option<(IdentityId, Credentials)>) -> Result<bool, Failure> {
    let place = home.cloud.place().await?;
    let line = match &home.who {
        Who::Person { .. } => {
            let (identity, credentials) = match kept.take().filter(|(_, credentials)| credentials.last()) {
                Some(lent) => lent,
                None => identity::credentials(place, &home.login().await?).await?,
            };
            *kept = Some((identity.clone(), credentials.clone()));
            home.tell_cloud(&Listen {
                identity: identity.clone(),
            })
            .await?;
            Line::Signed(identity, credentials)
        }
        Who::Kiosk(device) => {
            // The broker refuses without a word; the cloud says whether the tablet was put out.
            home.tell_cloud(&Mine {}).await?;
            Line::Mutual(device.wire(place)?)
        }
    };

    let end = CancellationToken::new();
    let _end = end.clone().drop_guard();
    let mut signals = link::open(place, line, &home.tasks, end)?;
    let mut lived = false;
    loop {
        let signal = if lived {
            signals.recv().await
        } else {
            timeout(CONNECTING, signals.recv()).await.unwrap_or_default()
        };
        match signal {
            Some(Signal::Subscribed) => {
                journal::catch_up(home).await?;
                lived = true;
                home.set_link(Link::Live);
                home.outbox.hurry();
            }
            Some(Signal::Arrived(payload)) => arrived(home, &payload).await?,
            Some(Signal::Lost) | None => return Ok(lived),
        }
        if signals.is_empty() {
            home.replica.flush().await;
        }
    }
}

async fn arrived(home: &Arc<Home>, payload: &[u8]) -> Result<(), Failure> {
    match serde_json::from_slice(payload) {
        Ok(Inbox::Entry(entry)) => journal::take(home, entry).await,
        Ok(Inbox::Glance(glance)) => {
            home.tell(Notice::Glance(glance));
            Ok(())
        }
        Err(_) => {
            tracing::debug!("a message in the inbox is unreadable");
            Ok(())
        }
    }
}
