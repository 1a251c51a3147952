//! The devices' port: mutual TLS, then MQTT, live frames or a request for credentials.
//!
//! An accept loop of our own, because a handshake that stalls must hold up
//! nobody else: each has its own task and a deadline, and their number is
//! bounded; beyond it newcomers are turned away and come again.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hearth_cloud::ports::Ears;
use hearth_contract::{
    ids::ThingName,
    things::{ALPN_HTTP, ALPN_LIVE},
};
use mqtt5::broker::router::MessageRouter;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

use super::{Inner, connection::Purpose, frames, leash::Leashed, policy::Who};
use crate::{
    authority::certificate_id,
    credentials::{Asking, Provider},
    provisioning::Provisioning,
    things::{Seat, Status, Things},
};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How many handshakes may be under way.
const MOST_HANDSHAKES: usize = 256;
/// How many claim connections may be open: whoever has the one certificate has them all.
const MOST_CLAIMS: usize = 64;
/// How long a claim connection may last: getting a certificate takes seconds.
const CLAIM_LASTS: Duration = Duration::from_secs(300);
/// A pause when the system has no more sockets to give.
const NO_SOCKETS: Duration = Duration::from_millis(100);

/// The open door.
pub struct Door {
    /// The broker it leads into.
    pub inner: Arc<Inner>,
    /// TLS with client certificates.
    pub tls: TlsAcceptor,
    /// Who hears devices.
    pub ears: Arc<dyn Ears>,
    /// Who answers claims.
    pub provisioning: Arc<Provisioning>,
    /// Who lends credentials.
    pub provider: Provider,
    handshakes: Arc<Semaphore>,
    claims: Arc<Semaphore>,
}

/// What a connection speaks, as its application protocol says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speech {
    Mqtt,
    Live,
    Http,
}

impl Door {
    pub fn new(
        inner: Arc<Inner>,
        tls: TlsAcceptor,
        ears: Arc<dyn Ears>,
        provisioning: Arc<Provisioning>,
        provider: Provider,
    ) -> Self {
        let handshakes = Arc::new(Semaphore::new(MOST_HANDSHAKES));
        let claims = Arc::new(Semaphore::new(MOST_CLAIMS));
        Self {
            inner,
            tls,
            ears,
            provisioning,
            provider,
            handshakes,
            claims,
        }
    }

    /// Lets devices in until the broker stops.
    pub async fn keep(self: Arc<Self>, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.inner.stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    if let Ok(permit) = self.handshakes.clone().try_acquire_owned() {
                        self.inner.tasks.spawn(self.clone().welcome(stream, peer, permit));
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    sleep(NO_SOCKETS).await;
                }
            }
        }
    }

    async fn welcome(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let handshake = timeout(HANDSHAKE, self.tls.accept(stream));
        let tls = tokio::select! {
            () = self.inner.stop.cancelled() => return,
            tls = handshake => tls,
        };
        drop(permit);
        let Ok(Ok(tls)) = tls else { return };
        let (_, session) = tls.get_ref();
        let Some(certificate) = session
            .peer_certificates()
            .and_then(|chain| chain.first())
            .map(certificate_id)
        else {
            return;
        };
        let speech = match session.alpn_protocol() {
            Some(ALPN_LIVE) => Speech::Live,
            Some(ALPN_HTTP) => Speech::Http,
            _ => Speech::Mqtt,
        };
        if certificate == self.inner.authority.claim_id() {
            if let (Speech::Mqtt, Ok(_permit)) = (speech, self.claims.clone().try_acquire_owned()) {
                self.claim(tls, peer).await;
            }
            return;
        }
        let standing = match self.inner.things.standing(&certificate).await {
            Ok(standing) => standing,
            Err(failed) => return tracing::error!(%failed, "a certificate could not be judged"),
        };
        let Some(thing) = standing.and_then(|standing| standing.thing) else {
            return;
        };
        let number = self.inner.number();
        let leash = self.inner.stop.child_token();
        let Some(seat) = self.inner.things.online().sit(&thing, number, leash.clone()) else {
            return;
        };
        match speech {
            Speech::Live => self.live(tls, &certificate, &seat, leash).await,
            Speech::Http => {
                let thing = seat.thing().clone();
                let serving = self.provider.clone().serve(tls, Asking { thing, certificate });
                leash.run_until_cancelled(serving).await;
            }
            Speech::Mqtt => {
                let purpose = Purpose::Device {
                    certificate,
                    ears: self.ears.clone(),
                    provisioning: self.provisioning.clone(),
                    router: self.inner.router.clone(),
                };
                let connection = self
                    .inner
                    .connection(number, Who::Device(thing.clone()), purpose, leash.clone());
                let _leaving = Leaving {
                    things: &self.inner.things,
                    thing: &thing,
                    number,
                };
                self.inner
                    .run(Leashed::transport(tls, peer, &leash), peer, connection)
                    .await;
            }
        }
    }

    async fn claim(&self, tls: TlsStream<TcpStream>, peer: SocketAddr) {
        let leash = self.inner.stop.child_token();
        let purpose = Purpose::Claim {
            provisioning: self.provisioning.clone(),
            own: Arc::new(MessageRouter::new()),
        };
        let connection = self
            .inner
            .connection(self.inner.number(), Who::Claim, purpose, leash.clone());
        let mut running = pin!(self.inner.run(Leashed::transport(tls, peer, &leash), peer, connection));
        if timeout(CLAIM_LASTS, &mut running).await.is_err() {
            leash.cancel();
            running.await;
        }
    }

    async fn live(&self, mut tls: TlsStream<TcpStream>, certificate: &str, seat: &Seat, leash: CancellationToken) {
        let active = self.inner.things.standing(certificate).await;
        let active = active.is_ok_and(|found| found.is_some_and(|standing| standing.status == Status::Active));
        let Some(eyes) = self.inner.eyes.get().filter(|_| active).cloned() else {
            return;
        };
        let ended = tokio::select! {
            () = leash.cancelled() => return,
            ended = frames::serve(&mut tls, seat.thing(), eyes) => ended,
        };
        if let Err(error) = ended {
            tracing::info!(thing = %seat.thing(), %error, "live frames ended");
        }
    }
}

/// A connected device leaves when this is dropped, however its connection ends.
struct Leaving<'a> {
    things: &'a Things,
    thing: &'a ThingName,
    number: u64,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.things.presence().left(self.thing, self.number);
    }
}
