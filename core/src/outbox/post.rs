//! Sends the waiting edits, one after the other.
//!
//! An edit that the cloud can't be asked about stays first and is tried again
//! with back-off; one that it refuses for good leaves, and whoever made it hears.

use std::time::Duration;

use hearth_contract::{Kind, host::Notice};
use tokio::time::timeout;

use crate::{
    home::Home,
    outbox::{Queued, Verdict},
    real,
};

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(15);
/// How often an edit is tried that the cloud stumbles over.
const STUMBLES: u32 = 5;

/// Sends whatever waits, for as long as the stay lasts.
pub(crate) async fn send_all(home: &Home) {
    let mut failed = 0;
    let mut stumbles = 0;
    loop {
        let Some(queued) = home.outbox.first() else {
            home.outbox.woken().await;
            continue;
        };
        let verdict = match queued.edit.rest() {
            Ok(rest) => home.send(&rest, queued.call).await,
            Err(failure) => Err(failure),
        };
        let again = match verdict.as_ref().map_err(|failure| failure.kind) {
            Err(Kind::Unavailable | Kind::TooMany | Kind::NotSignedIn) => true,
            Err(Kind::Internal) => {
                stumbles += 1;
                stumbles < STUMBLES
            }
            _ => false,
        };
        if again {
            // Woken early when the connection is back; a new edit can't overtake.
            let _ = timeout(real::back_off(failed, LONGEST), home.outbox.woken()).await;
            failed += 1;
            continue;
        }
        (failed, stumbles) = (0, 0);
        settle(home, queued, verdict).await;
    }
}

async fn settle(home: &Home, queued: Queued, verdict: Verdict) {
    let told = home
        .outbox
        .first()
        .is_some_and(|first| first.call == queued.call && first.told);
    if verdict.is_ok() && !told {
        home.replica
            .change(queued.edit.family(), |items| queued.edit.apply(items, queued.at))
            .await;
    }
    let unheard = home.outbox.settle(queued.call, verdict).await;
    if let Some(Err(failure)) = unheard {
        home.tell(Notice::Refused {
            call: queued.call,
            failure,
        });
    }
    if home.outbox.is_announced() {
        home.outbox.announce(|edits| home.tell(Notice::Waiting { edits }));
    }
}
