//! Where the home's servers meet: small adapters from one room's port to
//! another room's server. Nothing here decides anything.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use hearth_cloud::{
    Cloud,
    ports::{Agenda, Proven, Tokens},
};
use hearth_contract::{IdentityId, clock::Clock};
use hearth_embedded::{
    agenda::Timer,
    broker::{Asked, People},
    identity::{Identity, TokenUse, Verifier},
    sigv4::{IOT_GATEWAY, Request, Scope, Signed, payload_digest},
};
use jiff::Timestamp;

use crate::clocks::RealClock;

/// Bearer tokens, judged by the identity's published keys.
pub struct AccessTokens(pub Verifier);

impl Tokens for AccessTokens {
    fn prove(&self, bearer: &str) -> Option<Proven> {
        let claims = self.0.verify(bearer, RealClock.now()).ok()?;
        let is_access = claims.token_use == TokenUse::Access;
        let person = claims.sub.parse().ok().filter(|_| is_access)?;
        Some(Proven { person })
    }
}

/// The owners of temporary credentials.
pub struct Signers(pub Identity);

#[async_trait]
impl People for Signers {
    async fn identify(&self, asked: Asked<'_>) -> Option<IdentityId> {
        let headers = [("host", asked.host)];
        let request = Request {
            method: asked.method,
            path: asked.path,
            query: asked.query,
            headers: &headers,
        };
        let signed = Signed::in_query(request).ok()?;
        let lent = self.0.credentials(signed.access_key()).await.ok()??;
        let scope = Scope {
            region: self.0.names().region(),
            service: IOT_GATEWAY,
        };
        signed
            .verify(&lent.key(), &scope, &payload_digest(b""), RealClock.now())
            .ok()?;
        lent.identity_id.parse().ok()
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
