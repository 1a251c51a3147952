//! `watch`: a live view as a WebSocket, one frame a message.
//!
//! The view ends, and with it the lease, when the page closes its socket.

use axum::{
    extract::{
        Path,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, header},
    response::Response,
};
use hearth_contract::{CameraId, Failure, FamilyId, Reason, ThingName, live::Frame};
use tokio::sync::mpsc;

use super::{Refusal, Visitor};

pub async fn watch(
    visitor: Visitor,
    Path((family, thing, camera)): Path<(String, String, String)>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    same_origin(&headers)?;
    let absent = || Failure::new(Reason::Absent);
    let family: FamilyId = family.parse().map_err(|_| absent())?;
    let thing: ThingName = thing.parse().map_err(|_| absent())?;
    let camera: CameraId = camera.parse().map_err(|_| absent())?;
    let frames = visitor.seat.core.watch(family, thing, camera).await?;
    Ok(upgrade.on_upgrade(|socket| async move {
        pass_on(socket, frames).await;
        drop(visitor);
    }))
}

/// A browser sends a WebSocket's cookies from any site, but names the site.
fn same_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
    };
    let origin = text(header::ORIGIN)
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    if origin.is_some() && origin == text(header::HOST) {
        Ok(())
    } else {
        Err(Failure::new(Reason::PowerMissing).into())
    }
}

async fn pass_on(mut socket: WebSocket, mut frames: mpsc::Receiver<Frame>) {
    loop {
        tokio::select! {
            frame = frames.recv() => {
                let Some(frame) = frame else { break };
                if socket.send(Message::Binary(frame.encode().into())).await.is_err() {
                    break;
                }
            }
            message = socket.recv() => {
                if !matches!(message, Some(Ok(_))) {
                    break;
                }
            }
        }
    }
}
