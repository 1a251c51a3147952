//! The broker at home beside mosquitto: the same clients, certificates and
//! rules, one after the other on the same machine. What is measured is a message
//! of QoS 1 from a device until it is acknowledged, which is what devices wait for.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rumqttc::{Event, Outgoing, Packet, QoS};
use tokio::{task::JoinSet, time::MissedTickBehavior};

use super::{
    Figure,
    fleet::{Fleet, Measured, Own},
    quantile,
};

/// Things that talk at the same time.
const CLIENTS: usize = 100;
/// Bytes of a message.
const PAYLOAD: usize = 128;
/// Messages of one thing that are on their way at once.
const WINDOW: u16 = 20;
/// How long each measurement lasts.
const LASTS: Duration = Duration::from_secs(6);
/// How much of it is not counted: everybody begins.
const WARM: Duration = Duration::from_secs(1);
/// Messages a second, all things together, when latency is measured.
const PACE: u32 = 1000;

/// Throughput and paced latency of both.
///
/// # Errors
/// A broker does not start, or refuses what it must take.
pub async fn measure() -> Result<Vec<Figure>> {
    let fleet = Fleet::provision(CLIENTS).await?;
    let ours = fleet.ours().await?;
    let (rate, mut waits) = both(&fleet, &ours).await?;
    drop(ours);
    let peer = fleet.mosquitto().await?;
    let (peer_rate, mut peer_waits) = both(&fleet, &peer).await?;
    println!("broker throughput: {rate:.0} messages/s, mosquitto {peer_rate:.0}");
    println!(
        "broker paced latency: p50 {:.2} ms p99 {:.2} ms, mosquitto p50 {:.2} ms p99 {:.2} ms",
        quantile(&mut waits, 0.5),
        quantile(&mut waits, 0.99),
        quantile(&mut peer_waits, 0.5),
        quantile(&mut peer_waits, 0.99),
    );
    Ok(vec![
        Figure::at_least("throughput_of_mosquitto", rate / peer_rate, "x", 0.6),
        Figure::at_most("paced_latency_p99", quantile(&mut waits, 0.99), "ms", 3.0),
    ])
}

async fn both(fleet: &Fleet, broker: &Measured) -> Result<(f64, Vec<f64>)> {
    let counted = each(fleet, broker, None).await?;
    let heard: usize = counted.iter().map(Vec::len).sum();
    let rate = heard as f64 / (LASTS - WARM).as_secs_f64();
    let waits = each(fleet, broker, Some(PACE / CLIENTS as u32)).await?;
    Ok((rate, waits.concat()))
}

/// Lets every thing talk; what each message took, ms.
async fn each(fleet: &Fleet, broker: &Measured, a_second: Option<u32>) -> Result<Vec<Vec<f64>>> {
    let begun = Instant::now();
    let mut talks = JoinSet::new();
    for own in &fleet.things {
        let (own, topic, port) = (own.clone(), broker.topic(&own.thing), broker.port);
        talks.spawn(async move { talk(&own, &topic, port, begun, a_second).await });
    }
    let mut all = Vec::new();
    while let Some(ended) = talks.join_next().await {
        all.push(ended??);
    }
    ensure!(
        all.iter().all(|waits| !waits.is_empty()),
        "a thing was never acknowledged"
    );
    Ok(all)
}

/// One thing that says something and waits until that is acknowledged: as fast
/// as it can, or so many times a second.
async fn talk(own: &Own, topic: &str, port: u16, begun: Instant, a_second: Option<u32>) -> Result<Vec<f64>> {
    let (client, mut events) = own.client(port, 4 * WINDOW);
    let send = || client.try_publish(topic, QoS::AtLeastOnce, false, [0; PAYLOAD]);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / a_second.unwrap_or(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut waits, mut sent, mut is_in) = (Vec::new(), HashMap::new(), false);
    while begun.elapsed() < LASTS {
        tokio::select! {
            event = events.poll() => match event? {
                Event::Incoming(Packet::ConnAck(_)) => {
                    is_in = true;
                    if a_second.is_none() {
                        (0..WINDOW).try_for_each(|_| send())?;
                    }
                }
                Event::Outgoing(Outgoing::Publish(id)) => drop(sent.insert(id, Instant::now())),
                Event::Incoming(Packet::PubAck(ack)) => {
                    let at = sent.remove(&ack.pkid).context("an acknowledgement of nothing")?;
                    if begun.elapsed() > WARM {
                        waits.push(at.elapsed().as_secs_f64() * 1000.0);
                    }
                    if a_second.is_none() {
                        send()?;
                    }
                }
                _ => {}
            },
            _ = ticks.tick(), if is_in && a_second.is_some() => send()?,
        }
    }
    Ok(waits)
}
