//! A maker's cloud: our rules behind a foreign user pool and a foreign broker.
//!
//! The ports that signing in and hearing touch, tokens and wire, lead to
//! ministack; the others are the embedded servers, which nobody asks here.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use hearth_cloud::{
    Clocks, Cloud, Ports,
    ports::{Delivery, NoList, Outside, Proven, Shadows, SignedCall, Tokens, Wire},
    recognise::Local,
};
use hearth_contract::{Principal, ThingName, clock::Clock, rest::BEARER_PREFIX};
use hearth_embedded::{
    identity::{TokenUse, Verifier},
    objects::Objects,
    things::Things,
};
use hearth_hub::{adapters::LateTimer, clocks::RealClock, serve};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::ministack::{Ministack, REGION};

/// A running maker's cloud.
pub struct Maker {
    /// Where its `Endpoints` document and its REST are.
    pub address: String,
    judge: Arc<Judge>,
    server: JoinHandle<()>,
    _cloud: Arc<Cloud>,
    _folder: TempDir,
}

/// Judges the foreign pool's access tokens.
struct Judge {
    verifier: Verifier,
    doubted: Mutex<Doubted>,
}

#[derive(Default)]
struct Doubted {
    seen: HashSet<String>,
    tokens: HashSet<String>,
}

struct Abroad(Arc<Ministack>);

impl Maker {
    /// Opens it behind these pools.
    ///
    /// # Errors
    /// A port or a folder is refused.
    pub async fn open(ministack: &Arc<Ministack>) -> Result<Self> {
        let (folder, listener) = (tempfile::tempdir()?, TcpListener::bind("127.0.0.1:0").await?);
        let address = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let endpoints = ministack.endpoints(&address);
        let pool = &endpoints.user_pool;
        let verifier = Verifier::new(
            &ministack.keys().await?,
            vec![pool.issuer.clone()],
            vec![pool.client.clone()],
        );
        let judge = Arc::new(Judge {
            verifier: verifier.context("no key set")?,
            doubted: Mutex::default(),
        });
        let real: Arc<dyn Clock> = Arc::new(RealClock);
        let objects = Objects::open(&folder.path().join("objects"), &address, REGION, real.clone())?;
        let timer = Arc::new(LateTimer::default());
        let abroad = Arc::new(Abroad(ministack.clone()));
        let ports = Ports {
            things: Arc::new(Things::open(folder.path(), real.clone()).await?),
            wire: abroad.clone(),
            shadows: abroad,
            objects: Arc::new(objects),
            agenda: timer.clone(),
            recogniser: Arc::new(Local),
            factory: Arc::new(NoList),
            tokens: judge.clone(),
        };
        let clocks = Clocks {
            domain: real.clone(),
            real: real.clone(),
        };
        let cloud = Cloud::open(&folder.path().join("hearth.sqlite"), ports, clocks).await?;
        timer.start(real, &cloud);
        let router = Router::new()
            .merge(serve::well_known(endpoints))
            .nest(BEARER_PREFIX, cloud.rest());
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the maker's port was lost: {error}");
            }
        });
        Ok(Self {
            address,
            judge,
            server,
            _cloud: cloud,
            _folder: folder,
        })
    }

    /// From now on refuses every access token it was shown so far, as if they had run out.
    pub fn doubt(&self) {
        let mut doubted = self.judge.doubted.lock().unwrap_or_else(PoisonError::into_inner);
        doubted.tokens = doubted.seen.clone();
    }

    /// How many different access tokens it was shown.
    #[must_use]
    pub fn tokens_seen(&self) -> usize {
        let doubted = self.judge.doubted.lock().unwrap_or_else(PoisonError::into_inner);
        doubted.seen.len()
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[async_trait]
impl Tokens for Judge {
    async fn prove(&self, bearer: &str) -> Option<Proven> {
        let claims = self.verifier.verify(bearer, RealClock.now()).ok()?;
        let mut doubted = self.doubted.lock().unwrap_or_else(PoisonError::into_inner);
        doubted.seen.insert(bearer.to_owned());
        let is_good = claims.token_use == TokenUse::Access && !doubted.tokens.contains(bearer);
        let person = claims.sub.parse().ok().filter(|_| is_good)?;
        Some(Proven {
            principal: Principal::Person(person),
        })
    }

    async fn prove_signed(&self, _call: SignedCall<'_>) -> Option<Proven> {
        None
    }
}

#[async_trait]
impl Wire for Abroad {
    async fn publish(&self, topic: &str, payload: Bytes, _delivery: Delivery) -> std::result::Result<(), Outside> {
        self.0
            .publish(topic, payload.to_vec())
            .await
            .map_err(|error| Outside::Silent {
                what: "the foreign broker",
                why: error.to_string(),
            })
    }
}

#[async_trait]
impl Shadows for Abroad {
    async fn update(&self, thing: &ThingName, change: Value) -> std::result::Result<(), Outside> {
        self.0
            .update_shadow(thing.as_str(), &change)
            .await
            .map_err(|error| Outside::Silent {
                what: "the foreign shadows",
                why: error.to_string(),
            })
    }
}
