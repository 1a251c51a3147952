//! Watching a camera: the lease, the stream of frames, and getting both back
//! when they break.
//!
//! The channel of frames is bounded. Whoever is slow misses frames, from the
//! first that did not fit up to the next key frame, so that what is shown is
//! always whole and never late by more than the channel holds.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use hearth_contract::{
    CameraId, Failure, FamilyId, Kind, Reason, ThingName,
    live::{Frame, LEASE_RENEW, Look},
};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{home::Home, real};

/// How many frames wait for whoever draws: about a second.
const FRAMES: usize = 32;
/// How long a stream may be silent before it is opened anew.
const SILENCE: Duration = Duration::from_secs(10);
/// The longest wait between two streams.
const LONGEST: Duration = Duration::from_secs(5);

/// Opens a live view; it ends when the receiver is dropped.
///
/// # Errors
/// What the cloud says to the lease.
pub(crate) async fn watch(
    home: Arc<Home>,
    family: FamilyId,
    thing: ThingName,
    camera: CameraId,
) -> Result<mpsc::Receiver<Frame>, Failure> {
    let look = Look { family, thing, camera };
    home.tell_cloud(&look).await?;
    let (sender, frames) = mpsc::channel(FRAMES);
    let tasks = home.tasks.clone();
    tasks.spawn(async move {
        let stop = home.stop.clone();
        let viewing = async {
            tokio::select! {
                () = sender.closed() => {}
                () = renew(&home, &look) => {}
                () = stream(&home, &look, &sender) => {}
            }
        };
        stop.run_until_cancelled(viewing).await;
    });
    Ok(frames)
}

/// Renews the lease until the cloud refuses it for good.
async fn renew(home: &Home, look: &Look) {
    let mut ticks = interval(Duration::from_secs(LEASE_RENEW.0));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if let Err(failure) = home.tell_cloud(look).await
            && is_final(&failure)
        {
            return;
        }
    }
}

/// Passes frames on until the cloud refuses them for good.
async fn stream(home: &Home, look: &Look, sender: &mpsc::Sender<Frame>) {
    let mut failed = 0;
    loop {
        match one_stream(home, look, sender).await {
            Ok(true) => failed = 0,
            Ok(false) => failed += 1,
            Err(failure) if is_final(&failure) => return,
            Err(_) => failed += 1,
        }
        tokio::time::sleep(real::back_off(failed, LONGEST)).await;
    }
}

fn is_final(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        Kind::NotFound | Kind::NotAllowed | Kind::NotSignedIn | Kind::Unsupported
    )
}

/// One stream from its request to its end. True if frames came.
async fn one_stream(home: &Home, look: &Look, sender: &mpsc::Sender<Frame>) -> Result<bool, Failure> {
    let place = home.cloud.place().await?;
    let path = format!("/families/{}/live/{}/{}", look.family, look.thing, look.camera);
    let pass = home.pass(None).await?;
    let mut response = timeout(SILENCE, place.http.execute(place.get(&path, &pass)?)).await;
    if let Ok(Ok(refused)) = &response
        && refused.status() == reqwest::StatusCode::UNAUTHORIZED
    {
        let renewed = home.pass(Some(&pass)).await?;
        response = timeout(SILENCE, place.http.execute(place.get(&path, &renewed)?)).await;
    }
    let Ok(Ok(response)) = response else {
        return Err(Reason::CloudUnreachable.into());
    };
    match response.status().as_u16() {
        200 => {}
        401 => return Err(Reason::SessionEnded.into()),
        403 => return Err(Reason::PowerMissing.into()),
        404 => return Err(Reason::Absent.into()),
        _ => return Err(Reason::CloudUnreachable.into()),
    }
    let mut gate = Gate {
        sender,
        open: false,
        passed: false,
    };
    let mut buffer = Vec::new();
    let mut parts = response.bytes_stream();
    while let Ok(Some(Ok(part))) = timeout(SILENCE, parts.next()).await {
        buffer.extend_from_slice(&part);
        let mut used = 0;
        loop {
            match Frame::decode(&buffer[used..]) {
                Ok(Some((frame, length))) => {
                    used += length;
                    gate.pass(frame);
                }
                Ok(None) => break,
                Err(_) => return Err(Reason::CloudUnreachable.into()),
            }
        }
        buffer.drain(..used);
    }
    Ok(gate.passed)
}

/// Lets frames through from a key frame on, until one does not fit.
struct Gate<'a> {
    sender: &'a mpsc::Sender<Frame>,
    open: bool,
    passed: bool,
}

impl Gate<'_> {
    fn pass(&mut self, frame: Frame) {
        if !(self.open || frame.key) {
            return;
        }
        self.passed = true;
        self.open = !matches!(self.sender.try_send(frame), Err(TrySendError::Full(_)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_slow_goes_on_with_the_next_key_frame() {
        let frame = |key, at_ms| Frame {
            key,
            at_ms,
            data: Vec::new(),
        };
        let (sender, mut frames) = mpsc::channel(2);
        let mut gate = Gate {
            sender: &sender,
            open: false,
            passed: false,
        };
        for at_ms in 0..6 {
            gate.pass(frame(at_ms == 1, at_ms));
        }
        let mut seen = Vec::new();
        while let Ok(frame) = frames.try_recv() {
            seen.push(frame.at_ms);
        }
        for at_ms in 6..9 {
            gate.pass(frame(at_ms == 7, at_ms));
        }
        while let Ok(frame) = frames.try_recv() {
            seen.push(frame.at_ms);
        }
        assert_eq!(seen, [1, 2, 7, 8]);
    }
}
