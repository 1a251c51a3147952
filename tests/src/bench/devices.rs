//! Many devices at the broker at home: what they weigh, how fast they come in,
//! and how long an order takes by a shadow.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rumqttc::{Event, Packet, QoS};
use serde_json::json;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    Figure,
    fleet::{Fleet, Measured, Own, let_in},
    quantile,
    start::resident_mb,
};

/// Devices connected at the same time.
const DEVICES: usize = 5000;
/// Of them so many come in at once.
const AT_ONCE: usize = 32;
/// Every device says something once in this time.
const MINUTE: Duration = Duration::from_secs(60);
/// Updates of a shadow that are measured.
const ORDERS: usize = 300;

/// Brings the fleet in, lets it speak for a minute, and orders.
///
/// # Errors
/// The broker does not start, or refuses what it must take.
pub async fn measure() -> Result<Vec<Figure>> {
    let fleet = Fleet::provision(DEVICES + 1).await?;
    let broker = fleet.ours().await?;
    let (one, many) = fleet.things.split_first().context("a fleet")?;
    let gate = std::sync::Arc::new(Semaphore::new(AT_ONCE));
    let (connected, mut came) = tokio::sync::mpsc::unbounded_channel();
    let (begun, mut lives) = (Instant::now(), JoinSet::new());
    for (n, own) in many.iter().enumerate() {
        let (own, topic, port) = (own.clone(), broker.topic(&own.thing), broker.port);
        let (gate, connected) = (gate.clone(), connected.clone());
        // One message a minute each, spread over the minute.
        let first = MINUTE * u32::try_from(n)? / u32::try_from(DEVICES)?;
        lives.spawn(async move {
            let turn = gate.acquire().await?;
            let (client, mut events) = own.client(port, 4);
            let_in(&mut events).await?;
            drop(turn);
            connected.send(())?;
            let mut says = tokio::time::interval_at(tokio::time::Instant::now() + first, MINUTE);
            loop {
                tokio::select! {
                    event = events.poll() => drop(event?),
                    _ = says.tick() => client.try_publish(&topic, QoS::AtLeastOnce, false, [0; 128])?,
                }
            }
            #[allow(unreachable_code, reason = "says what the task would end with")]
            anyhow::Ok(())
        });
    }
    for _ in 0..DEVICES {
        tokio::select! {
            came = came.recv() => came.context("the devices are gone")?,
            ended = lives.join_next() => ended.context("no device")???,
        }
    }
    let took = begun.elapsed().as_secs_f64();
    tokio::time::timeout(MINUTE, lives.join_next())
        .await
        .map_or(Ok(()), |ended| ended.context("no device")??)?;
    let memory = resident_mb(broker.process.pid())?;
    let mut orders = orders_ms(one, &broker).await?;
    Ok(vec![
        Figure::at_most("memory_of_5000", memory, "MB", 700.0),
        Figure::at_least("tls_connects", DEVICES as f64 / took, "/s", 500.0),
        Figure::at_most("order_to_delta_p50", quantile(&mut orders, 0.5), "ms", 10.0),
        Figure::at_most("order_to_delta_p99", quantile(&mut orders, 0.99), "ms", 10.0),
    ])
}

/// From an update of a shadow to its delta, ms each.
async fn orders_ms(own: &Own, broker: &Measured) -> Result<Vec<f64>> {
    let (client, mut events) = own.client(broker.port, 8);
    let update = format!("$aws/things/{}/shadow/update", own.thing);
    let delta = format!("{update}/delta");
    let_in(&mut events).await?;
    client.try_subscribe(&delta, QoS::AtLeastOnce)?;
    while !matches!(events.poll().await?, Event::Incoming(Packet::SubAck(_))) {}
    let mut waits = Vec::with_capacity(ORDERS);
    for n in 0..ORDERS {
        let order = json!({ "state": { "desired": { "fridge": n } } }).to_string();
        let begun = Instant::now();
        client.try_publish(&update, QoS::AtLeastOnce, false, order)?;
        while !matches!(events.poll().await?, Event::Incoming(Packet::Publish(_))) {}
        waits.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(waits)
}
