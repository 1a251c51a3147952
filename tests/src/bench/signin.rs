//! What signing in costs the server, and what a storm of it does to the others.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use hearth_contract::{
    clock::Clock,
    endpoints::{Endpoints, WELL_KNOWN},
    srp::Client,
};
use hearth_embedded::identity::Verifier;
use hearth_hub::clocks::RealClock;
use tokio::{task::JoinSet, time::MissedTickBehavior};

use super::{Figure, quantile};
use crate::{
    hub::Hub,
    page::{PASSWORD, Page},
    pool::UserPool,
};

/// Sign-ins measured one after the other.
const SIGN_INS: usize = 100;
/// Checks of one token.
const CHECKS: usize = 5_000;
/// How long the storm lasts.
const STORM: Duration = Duration::from_secs(10);
/// Sign-ins that begin in it, per second: some twice as many as one core can do.
const PER_SECOND: u32 = 500;
/// How often somebody else asks meanwhile.
const EVERY: Duration = Duration::from_millis(20);
/// Ticks a second of `/proc`.
const TICKS: f64 = 100.0;

/// Signs in, checks a token, and raises the storm.
///
/// # Errors
/// The hub does not start, or refuses what it must accept.
pub async fn measure() -> Result<Vec<Figure>> {
    let mut hub = Hub::start().await?;
    Page::open(&hub)?.sign_up(&hub, "Ana").await?;
    hub.stop().await?;
    hub.start_plain()?;
    hub.answers(Duration::from_secs(30)).await?;
    let http = reqwest::Client::builder().build()?;
    let pool = UserPool::of(&hub.address, &http).await?;
    let token = pool.sign_in("ana@example.org", PASSWORD).await?.access;

    let before = cpu_s(hub.pid())?;
    for _ in 0..SIGN_INS {
        pool.sign_in("ana@example.org", PASSWORD).await?;
    }
    let sign_in_ms = (cpu_s(hub.pid())? - before) * 1000.0 / SIGN_INS as f64;
    let mut checks = checks_us(&hub, &http, &token).await?;
    let storm = storm(&hub, &http, &pool, &token).await?;
    println!(
        "signin storm: {} begun, {} answered, {} told to wait",
        storm.begun, storm.answered, storm.refused
    );
    let mut waits = storm.waits_ms;
    Ok(vec![
        Figure::at_most("srp_server_cpu", sign_in_ms, "ms", 12.0),
        Figure::at_most("token_check_p50", quantile(&mut checks, 0.5), "us", 60.0),
        // Beyond that a timer interrupt of the machine falls into the check.
        Figure::at_most("token_check_p95", quantile(&mut checks, 0.95), "us", 60.0),
        Figure::at_most("storm_cores", storm.cores, "cores", 1.0),
        Figure::at_most("storm_others_p99", quantile(&mut waits, 0.99), "ms", 100.0),
    ])
}

/// How long it takes to judge a token, µs each.
async fn checks_us(hub: &Hub, http: &reqwest::Client, token: &str) -> Result<Vec<f64>> {
    let endpoints: Endpoints = http
        .get(format!("{}{WELL_KNOWN}", hub.address))
        .send()
        .await?
        .json()
        .await?;
    let issuer = endpoints.user_pool.issuer;
    let keys = http
        .get(format!("{issuer}/.well-known/jwks.json"))
        .send()
        .await?
        .json()
        .await?;
    let verifier = Verifier::new(&keys, vec![issuer], vec![endpoints.user_pool.client]).context("no key set")?;
    let now = RealClock.now();
    (0..CHECKS)
        .map(|_| {
            let begun = Instant::now();
            let claims = verifier.verify(token, now);
            let took = begun.elapsed().as_secs_f64() * 1e6;
            ensure!(claims.is_ok(), "the token is refused");
            Ok(took)
        })
        .collect()
}

struct Storm {
    begun: usize,
    answered: usize,
    refused: usize,
    cores: f64,
    waits_ms: Vec<f64>,
}

/// Sign-ins begin at a steady rate whatever becomes of them, while somebody
/// else asks for their families.
async fn storm(hub: &Hub, http: &reqwest::Client, pool: &UserPool, token: &str) -> Result<Storm> {
    let opening = Arc::new(pool.opening("ana@example.org", &Client::new(&[7; 128])?.public_hex()));
    let (answered, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let others = tokio::spawn(others(
        http.clone(),
        format!("{}/v1/families", hub.address),
        token.to_owned(),
    ));
    let (before, begun_at) = (cpu_s(hub.pid())?, Instant::now());
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut begun, mut clients) = (0, JoinSet::new());
    while begun_at.elapsed() < STORM {
        ticks.tick().await;
        begun += 1;
        let (pool, opening) = (pool.clone(), opening.clone());
        let (answered, refused) = (answered.clone(), refused.clone());
        clients.spawn(async move {
            let answer = pool.ask("InitiateAuth", &opening).await?;
            match answer.error() {
                "" => answered.fetch_add(1, Ordering::Relaxed),
                "TooManyRequestsException" => refused.fetch_add(1, Ordering::Relaxed),
                other => anyhow::bail!("{other}: {}", answer.body),
            };
            Ok(())
        });
    }
    let cores = (cpu_s(hub.pid())? - before) / begun_at.elapsed().as_secs_f64();
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    let waits_ms = others.await??;
    Ok(Storm {
        begun,
        answered: answered.load(Ordering::Relaxed),
        refused: refused.load(Ordering::Relaxed),
        cores,
        waits_ms,
    })
}

/// Somebody who uses their home meanwhile: how long each answer takes, ms.
async fn others(http: reqwest::Client, url: String, token: String) -> Result<Vec<f64>> {
    let (mut ticks, mut waits) = (tokio::time::interval(EVERY), Vec::new());
    let until = Instant::now() + STORM;
    while Instant::now() < until {
        ticks.tick().await;
        let begun = Instant::now();
        let answer = http.get(&url).bearer_auth(&token).send().await?;
        answer.error_for_status()?.bytes().await?;
        waits.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(waits)
}

/// Processor time of a process so far, user and system, s.
fn cpu_s(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after_name = stat.rsplit_once(") ").context("an unreadable stat")?.1;
    let field = |n: usize| -> Result<f64> { Ok(after_name.split(' ').nth(n).context("a short stat")?.parse()?) };
    // utime and stime, the 14th and 15th of proc(5); the state is the third.
    Ok((field(11)? + field(12)?) / TICKS)
}
