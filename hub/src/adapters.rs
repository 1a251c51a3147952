//! Where the home's servers meet: small adapters from one room's port to
//! another room's server. Nothing here decides anything.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use hearth_cloud::{
    Cloud,
    ports::{Agenda, Proven, SignedCall, Tokens},
};
use hearth_contract::{
    Principal,
    clock::Clock,
    rest::{CALL_HEADER, SIGNED_SERVICE},
};
use hearth_embedded::{
    agenda::Timer,
    broker::{Asked, Guest, People},
    identity::{Holder, Identity, Issuers, TokenUse, Verifier},
    sigv4::{IOT_GATEWAY, Request, Scope, Signed, payload_digest},
    things::{Status, Things},
};
use jiff::Timestamp;

use crate::clocks::RealClock;

/// Who calls: bearers of access tokens, judged by the identity's published
/// keys, bearers of other issuers' id tokens, and signers.
pub struct Authorisers {
    /// Judges tokens.
    pub verifier: Verifier,
    /// Judges those of other issuers.
    pub issuers: Issuers,
    /// Judges signatures.
    pub signers: Arc<Signers>,
}

#[async_trait]
impl Tokens for Authorisers {
    async fn prove(&self, bearer: &str) -> Option<Proven> {
        let person = match self.verifier.verify(bearer, RealClock.now()) {
            Ok(claims) => {
                let is_access = claims.token_use == TokenUse::Access;
                claims.sub.parse().ok().filter(|_| is_access)?
            }
            Err(_) => self.issuers.prove(bearer).await.ok()?.person,
        };
        Some(Proven {
            principal: Principal::Person(person),
        })
    }

    async fn prove_signed(&self, call: SignedCall<'_>) -> Option<Proven> {
        let signed = Signed::in_headers(Request {
            method: call.method,
            path: call.path,
            query: call.query,
            headers: call.headers,
        })
        .ok()?;
        // With another call id the same deed would be done again.
        let has_call = call.headers.iter().any(|(name, _)| *name == CALL_HEADER);
        if has_call && !signed.covers(CALL_HEADER) {
            return None;
        }
        let principal = match self.signers.holder(&signed, SIGNED_SERVICE, call.digest).await? {
            Holder::Person { sub, .. } => Principal::Person(sub.parse().ok()?),
            Holder::Thing { thing, .. } => Principal::Thing(thing),
        };
        Some(Proven { principal })
    }
}

/// The owners of temporary credentials.
pub struct Signers {
    /// Lent them.
    pub identity: Identity,
    /// Says whether a thing's certificate is still active.
    pub things: Arc<Things>,
}

impl Signers {
    /// Whose signature it is; `None` if it is nobody's or no good (any more).
    /// A thing's is good as long as the certificate it asked with.
    async fn holder(&self, signed: &Signed<'_>, service: &str, digest: &str) -> Option<Holder> {
        let lent = self.identity.credentials(signed.access_key()).await.ok()??;
        let scope = Scope {
            region: self.identity.names().region(),
            service,
        };
        signed.verify(&lent.key(), &scope, digest, RealClock.now()).ok()?;
        if let Holder::Thing { thing, certificate } = &lent.holder {
            let standing = self.things.standing(certificate).await.ok()??;
            let is_good = standing.status == Status::Active && standing.thing.as_ref() == Some(thing);
            return is_good.then_some(lent.holder);
        }
        Some(lent.holder)
    }
}

#[async_trait]
impl People for Signers {
    async fn identify(&self, asked: Asked<'_>) -> Option<Guest> {
        let headers = [("host", asked.host)];
        let signed = Signed::in_query(Request {
            method: asked.method,
            path: asked.path,
            query: asked.query,
            headers: &headers,
        })
        .ok()?;
        match self.holder(&signed, IOT_GATEWAY, &payload_digest(b"")).await? {
            Holder::Person {
                identity_id, session, ..
            } => Some(Guest {
                identity: identity_id.parse().ok()?,
                stay: Box::pin(self.identity.until_ended(session)),
            }),
            // Things come to their own port, with their certificate.
            Holder::Thing { .. } => None,
        }
    }
}

/// The timer, which starts after the cloud that it wakes.
#[derive(Default)]
pub struct LateTimer(OnceLock<Timer>);

impl LateTimer {
    /// Starts it: from now on it wakes this cloud, and once for what it missed.
    pub fn start(&self, clock: Arc<dyn Clock>, cloud: &Arc<Cloud>) {
        let cloud = Arc::downgrade(cloud);
        self.0.get_or_init(|| {
            Timer::start(clock, move || {
                let cloud = cloud.clone();
                async move {
                    if let Some(cloud) = cloud.upgrade() {
                        cloud.work().await;
                    }
                }
            })
        });
    }

    /// The clock was turned.
    pub fn nudge(&self) {
        if let Some(timer) = self.0.get() {
            timer.nudge();
        }
    }
}

impl Agenda for LateTimer {
    fn wake(&self, due_at: Timestamp) {
        if let Some(timer) = self.0.get() {
            timer.wake(due_at);
        }
    }
}
