//! Sends the letters of one kind: the oldest, until the cloud says that it is
//! stored; then the next.
//!
//! A broker's acknowledgement is not enough: only [`ToThing::Heard`] means that
//! the cloud has it. A letter that was taken by the broker again and again and
//! is never heard, or that the cloud refuses, would hold up all others for
//! ever; it is given up, loudly.
//!
//! [`ToThing::Heard`]: hearth_contract::things::ToThing::Heard

use std::{sync::Arc, time::Duration};

use hearth_contract::things::{PictureSaid, SaidKind};
use rumqttc::QoS;
use tokio::{
    sync::oneshot,
    task::spawn_blocking,
    time::{sleep, timeout},
};

use super::{
    Link, Shared, Verdict,
    backoff::Backoff,
    lock,
    outbox::{Letter, Said},
    uploads,
};
use crate::fault::Fault;

/// The first time the cloud is given to store a letter; doubled with each try.
const HEARD_WITHIN: Duration = Duration::from_secs(4);
const HEARD_WITHIN_AT_MOST: Duration = Duration::from_secs(32);
/// Tries on a standing connection before a letter is given up, about half an hour.
const TRIES: u32 = 60;
/// The longest wait after an upload failed.
const UPLOAD_AGAIN: Duration = Duration::from_secs(8);

/// Serves one lane for as long as it is polled.
pub(super) async fn serve(shared: Arc<Shared>, kind: SaidKind, http: reqwest::Client) {
    loop {
        let Some(letter) = shared.outbox.head(kind) else {
            if let Some(posted) = shared.posted.get(kind.as_str()) {
                posted.notified().await;
            }
            continue;
        };
        let number = letter.number;
        if let Err(fault) = deliver(&shared, letter, &http).await {
            tracing::error!(thing = %shared.identity.thing, ?kind, %fault, "a letter is given up");
        }
        let outbox = shared.clone();
        let removed = spawn_blocking(move || outbox.outbox.remove(number)).await;
        if let Err(fault) = removed.map_err(|_| Fault::Task).flatten() {
            tracing::error!(thing = %shared.identity.thing, ?kind, %fault, "a heard letter stays on the disk");
        }
    }
}

/// Returns when the letter was heard, or is not to be sent any more: the device
/// may be in another home when it is connected again.
async fn deliver(shared: &Arc<Shared>, mut letter: Letter, http: &reqwest::Client) -> Result<(), Fault> {
    let mut patience = HEARD_WITHIN;
    let mut tries = 0;
    put_pictures(shared, &mut letter, http).await?;
    let payload = letter.said.payload()?;
    while tries < TRIES {
        shared.connected().await;
        if !shared.outbox.holds(letter.number) {
            return Ok(());
        }
        let (heard, hears) = oneshot::channel();
        lock(&shared.awaited).insert(letter.said.id(), heard);
        if !shared.publish(letter.said.kind(), payload.clone(), QoS::AtLeastOnce) {
            sleep(Duration::from_millis(50)).await;
            continue;
        }
        let mut links = shared.link.subscribe();
        let lost = links.wait_for(|link| *link != Link::Connected);
        tokio::select! {
            heard = timeout(patience, hears) => match heard {
                Ok(Ok(Verdict::Refused)) => return Err(Fault::Link("refused: the cloud can't read it".into())),
                Ok(_) => return Ok(()),
                Err(_) => {
                    tries += 1;
                    patience = (patience * 2).min(HEARD_WITHIN_AT_MOST);
                }
            },
            _ = lost => {}
        }
    }
    lock(&shared.awaited).remove(&letter.said.id());
    Err(Fault::Link("never heard".into()))
}

/// Puts all pictures of a letter that are not put yet, trying until they are.
async fn put_pictures(shared: &Arc<Shared>, letter: &mut Letter, http: &reqwest::Client) -> Result<(), Fault> {
    let mut backoff = Backoff::up_to(UPLOAD_AGAIN);
    for picture in &mut letter.enclosed {
        let (reader, enclosed) = (shared.clone(), picture.clone());
        let read = spawn_blocking(move || reader.outbox.picture(&enclosed))
            .await
            .map_err(|_| Fault::Task)??;
        let Some(jpeg) = read.map(bytes::Bytes::from) else {
            continue;
        };
        while picture.put.is_none() {
            shared.connected().await;
            let upload = uploads::take(shared).await;
            if !shared.outbox.holds(letter.number) {
                return Ok(());
            }
            match uploads::put(http, &upload, jpeg.clone()).await {
                Ok(()) => picture.put = Some(upload.picture),
                Err(fault) => {
                    tracing::warn!(thing = %shared.identity.thing, %fault, "a picture was not taken, trying again");
                    sleep(backoff.next(&*shared.ids)).await;
                }
            }
        }
    }
    if let Said::Door(said) = &mut letter.said {
        said.pictures = letter
            .enclosed
            .iter()
            .filter_map(|picture| {
                Some(PictureSaid {
                    camera: picture.camera.clone(),
                    picture: picture.put?,
                })
            })
            .collect();
    }
    Ok(())
}
