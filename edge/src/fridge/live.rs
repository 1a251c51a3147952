//! Live frames: while somebody's lease lasts, the camera is encoded and sent to
//! the relay; otherwise nothing is encoded and no connection stands.
//!
//! A frame is taken only when the one before has been written, so a slow line
//! gets fewer frames and always the newest.

use std::{sync::Arc, time::Duration};

use hearth_contract::{
    ids::CameraId,
    live::Sight,
    things::{ALPN_LIVE, LiveHello},
};
use rustls_pki_types::ServerName;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    task::spawn_blocking,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    FridgeBody,
    video::{RATE, Video},
};
use crate::{
    agent::{Agent, backoff::Backoff},
    fault::Fault,
};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A frame that can't be written by then: the connection is given up.
const WRITE_WITHIN: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_secs(2);

/// Serves one camera for as long as it is polled.
pub(super) async fn serve(agent: Agent, body: Arc<dyn FridgeBody>, camera: CameraId) {
    let sight = Sight::Camera(camera.clone());
    let mut leases = agent.leases();
    let mut backoff = Backoff::up_to(AGAIN);
    loop {
        if !agent.looked_at(&sight) {
            if leases.changed().await.is_err() {
                return;
            }
            continue;
        }
        match stream(&agent, &body, &camera).await {
            Ok(()) => backoff.reset(),
            Err(fault) => {
                tracing::warn!(thing = %agent.thing(), %camera, %fault, "the live view broke off");
                sleep(backoff.next(agent.ids())).await;
            }
        }
    }
}

/// Sends frames until the lease ends.
async fn stream(agent: &Agent, body: &Arc<dyn FridgeBody>, camera: &CameraId) -> Result<(), Fault> {
    let connected = timeout(CONNECT_WITHIN, connect(agent, camera)).await;
    let mut relay = connected.map_err(|_| Fault::Link("the relay does not answer".into()))??;
    let mut video = Video::new()?;
    let mut ticks = interval(Duration::from_secs(1) / RATE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let sight = Sight::Camera(camera.clone());
    while agent.looked_at(&sight) {
        ticks.tick().await;
        let at = agent.clocks().real.now();
        let (eye, camera) = (body.clone(), camera.clone());
        let encoded = spawn_blocking(move || {
            let picture = eye.frame(&camera, at)?;
            let at_ms = u64::try_from(at.as_millisecond()).unwrap_or_default();
            video.encode(&picture, at_ms).map(|frame| (video, frame))
        });
        let (back, frame) = encoded.await.map_err(|_| Fault::Task)??;
        video = back;
        if let Some(frame) = frame {
            let written = timeout(WRITE_WITHIN, async {
                relay.write_all(&frame.encode()).await?;
                relay.flush().await
            });
            written
                .await
                .map_err(|_| Fault::Link("the relay does not take frames".into()))??;
        }
    }
    // The lease is over: a relay that does not say goodbye changes nothing.
    let _ = timeout(WRITE_WITHIN, relay.shutdown()).await;
    Ok(())
}

async fn connect(agent: &Agent, camera: &CameraId) -> Result<TlsStream<TcpStream>, Fault> {
    let tls = agent.mutual_tls(ALPN_LIVE)?;
    let cloud = agent.cloud();
    let host = ServerName::try_from(cloud.host.clone()).map_err(|_| Fault::Link("not a host's name".into()))?;
    let socket = TcpStream::connect((cloud.host.as_str(), cloud.port)).await?;
    socket.set_nodelay(true)?;
    let mut relay = TlsConnector::from(tls).connect(host, socket).await?;
    let mut hello = serde_json::to_vec(&LiveHello { camera: camera.clone() })?;
    hello.push(b'\n');
    relay.write_all(&hello).await?;
    relay.flush().await?;
    Ok(relay)
}
