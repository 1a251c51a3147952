//! The connection of a device: first with the claim certificate, to get its
//! own; then with its own, again and again until it is let in, and for ever. In
//! between, if a job wants that, with its own to get its next one.
//!
//! Each connection has a new client: nothing of a broken one is reused, because
//! what must not be lost is in the outbox. The loop only polls; nothing in it waits.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hearth_contract::{
    MessageId, ThingName,
    control::shadow,
    jobs,
    pairing::PairingCode,
    things::{ALPN_MQTT, GoodbyeSaid, MAX_PAYLOAD, SaidKind, from_thing, to_thing},
};
use jiff::Timestamp;
use rumqttc::{
    AsyncClient, Event, EventLoop, MqttOptions, NetworkOptions, Packet, Proxy, ProxyAuth, ProxyType, QoS,
    SubscribeFilter, SubscribeReasonCode, TlsConfiguration, Transport,
};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    Link, Shared, asking,
    backoff::Backoff,
    belonging::Meeting,
    lock,
    rotation::{self, Entry},
};
use crate::{
    cloud::{Cloud, Credential},
    fault::Fault,
};

/// While waiting to be paired: it should come in within seconds.
const WAITING: Duration = Duration::from_secs(3);
/// After a connection was lost.
const AWAY: Duration = Duration::from_secs(8);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const CONNECT_WITHIN_S: u64 = 10;
/// A goodbye after which the cloud does not end the connection is said again.
const LET_GO_WITHIN: Duration = Duration::from_secs(10);
pub(super) const GOODBYE_WITHIN: Duration = Duration::from_millis(500);
/// Topic and header of a packet, beyond its payload.
const AROUND_PAYLOAD: usize = 1024;
const QUEUE: usize = 64;

/// Keeps the device connected until `cancel`.
pub(super) async fn keep(shared: Arc<Shared>, cancel: CancellationToken) {
    let mut waiting = Backoff::up_to(WAITING);
    let mut away = Backoff::up_to(AWAY);
    let mut said = String::new();
    // Whether the certificate that is to be tried was, and did not get in.
    let mut is_doubted = false;
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            () = shared.plugged_in(true) => {}
        }
        let before = *shared.link.borrow();
        let outcome = match before {
            Link::Provisioning => {
                tokio::select! { () = cancel.cancelled() => return, outcome = asking::provision_and_keep(&shared) => outcome }
            }
            Link::Waiting | Link::Connected | Link::Away => {
                if let Some(job) = shared.rotates_for() {
                    tokio::select! { () = cancel.cancelled() => return, () = rotation::rotate(&shared, job) => {} }
                    is_doubted = false;
                }
                converse(&shared, is_doubted, &cancel).await
            }
        };
        if cancel.is_cancelled() {
            return;
        }
        let was_connected = *shared.link.borrow() == Link::Connected;
        *lock(&shared.client) = None;
        match outcome {
            Ok(()) => {
                shared.link.send_replace(Link::Waiting);
                waiting.reset();
                continue;
            }
            Err(fault) => {
                // The same reason every three seconds is one line in the log.
                let why = fault.to_string();
                if why != said {
                    tracing::info!(thing = %shared.identity.thing, link = ?before, %why, "not connected, trying again");
                    said = why;
                }
            }
        }
        if was_connected {
            let is_home = shared.belonging.borrow().is_home();
            shared
                .link
                .send_replace(if is_home { Link::Away } else { Link::Waiting });
            away.reset();
        } else {
            is_doubted = !is_doubted;
        }
        let wait = match *shared.link.borrow() {
            Link::Away | Link::Connected => away.next(&*shared.ids),
            Link::Provisioning | Link::Waiting => waiting.next(&*shared.ids),
        };
        tokio::select! {
            () = cancel.cancelled() => return,
            () = shared.button.notified() => {}
            () = sleep(wait) => {}
        }
    }
}

/// A gateway, and the code by which a device names itself there.
pub(crate) struct Via {
    gateway: SocketAddr,
    thing: ThingName,
    code: PairingCode,
}

impl Via {
    /// As an HTTP proxy, which is what a gateway is.
    fn proxy(self) -> Proxy {
        Proxy {
            ty: ProxyType::Http,
            auth: ProxyAuth::Basic {
                username: self.thing.to_string(),
                password: self.code.to_string(),
            },
            addr: self.gateway.ip().to_string(),
            port: self.gateway.port(),
        }
    }
}

impl Shared {
    pub(super) fn via(&self) -> Option<Via> {
        let now = self.clocks.real.now();
        self.gateway.map(|gateway| Via {
            gateway,
            thing: self.identity.thing.clone(),
            code: self.identity.code(now),
        })
    }
}

pub(super) fn connect(
    cloud: &Cloud,
    client_id: String,
    own: &Credential,
    via: Option<Via>,
) -> Result<(AsyncClient, EventLoop), Fault> {
    let tls = cloud.mutual_tls(own, ALPN_MQTT)?;
    let mut options = MqttOptions::new(client_id, &cloud.host, cloud.port);
    options
        .set_transport(Transport::Tls(TlsConfiguration::Rustls(tls)))
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_session(true)
        .set_max_packet_size(MAX_PAYLOAD + AROUND_PAYLOAD, MAX_PAYLOAD + AROUND_PAYLOAD);
    if let Some(via) = via {
        options.set_proxy(via.proxy());
    }
    let (client, mut events) = AsyncClient::new(options, QUEUE);
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    network.set_connection_timeout(CONNECT_WITHIN_S);
    events.set_network_options(network);
    Ok((client, events))
}

/// Is connected with a certificate of the device's own, until it is not.
async fn converse(shared: &Arc<Shared>, is_doubted: bool, cancel: &CancellationToken) -> Result<(), Fault> {
    let entry = Entry::of(&shared.identity, is_doubted)?;
    let client_id = shared.identity.thing.to_string();
    let (client, mut events) = connect(&shared.cloud, client_id, entry.credential(), shared.via())?;
    let mut let_go_by = None;
    loop {
        let event = tokio::select! {
            event = events.poll() => event.map_err(|error| Fault::Link(error.to_string()))?,
            () = shared.plugged_in(false) => return Err(Fault::Link("the plug was pulled".into())),
            () = sleep_until(let_go_by.unwrap_or_else(Instant::now)), if let_go_by.is_some() => {
                return Err(Fault::Link("its goodbye was not heard".into()));
            }
            () = shared.reset.notified() => return Err(Fault::Link("it was reset".into())),
            () = shared.button.notified() => return Err(Fault::Link("its button was pressed".into())),
            () = shared.is_to_rotate() => return Err(Fault::Link("it asks for another certificate".into())),
            () = cancel.cancelled() => {
                let _ = client.try_disconnect();
                let _ = timeout(GOODBYE_WITHIN, async { while events.poll().await.is_ok() {} }).await;
                return Ok(());
            }
        };
        match event {
            Event::Incoming(Packet::ConnAck(_)) => {
                let thing = &shared.identity.thing;
                let topics = [
                    to_thing(thing),
                    shadow::delta(thing),
                    shadow::rejected(thing),
                    shadow::got(thing),
                    shadow::not_got(thing),
                    jobs::next(thing),
                    jobs::begun(thing),
                ];
                let filters = topics.map(|topic| SubscribeFilter::new(topic, QoS::AtLeastOnce));
                client
                    .try_subscribe_many(filters)
                    .map_err(|_| Fault::Link("queue full".into()))?;
            }
            Event::Incoming(Packet::SubAck(ack)) => {
                accepted(&ack.return_codes)?;
                let get = shadow::get(&shared.identity.thing);
                client
                    .try_publish(get, QoS::AtLeastOnce, false, "{}")
                    .map_err(|_| Fault::Link("queue full".into()))?;
            }
            Event::Incoming(Packet::Publish(publish)) => match met(shared, &publish.topic, &publish.payload) {
                Some(told) => {
                    shared.learns_the_time(&publish.payload);
                    shared.came_in_with(&entry).await?;
                    if came_in(shared, told, &client).await? == Meeting::Goodbye {
                        let_go_by = Some(Instant::now() + LET_GO_WITHIN);
                    }
                }
                None => shared.hear(&publish.topic, &publish.payload),
            },
            _ => {}
        }
    }
}

/// Reads the answer to the question whose the device is: since when, if that is
/// said; `None` if it is no such answer.
fn met(shared: &Shared, topic: &str, payload: &[u8]) -> Option<Option<Timestamp>> {
    let thing = &shared.identity.thing;
    if topic == shadow::not_got(thing) {
        return Some(None);
    }
    (topic == shadow::got(thing)).then(|| shadow::brought_in(payload))
}

/// The cloud has let it in and says since when it is in that home. The loop
/// waits for the disk here, and only here: nothing may be said before it is
/// clear to whom.
async fn came_in(shared: &Arc<Shared>, told: Option<Timestamp>, client: &AsyncClient) -> Result<Meeting, Fault> {
    let before = *shared.belonging.borrow();
    let (belonging, meeting) = before.meet(told);
    if meeting == Meeting::Goodbye {
        let said = GoodbyeSaid {
            id: MessageId(shared.ids.uuid()),
        };
        let topic = from_thing(&shared.identity.thing, SaidKind::Goodbye);
        let sent = client.try_publish(topic, QoS::AtLeastOnce, false, serde_json::to_vec(&said)?);
        return sent.map_err(|_| Fault::Link("queue full".into())).map(|()| meeting);
    }
    if belonging != before {
        let keeper = shared.clone();
        let kept = spawn_blocking(move || {
            // First the letters: cut between, they are cleared again.
            if meeting == Meeting::Stranger {
                keeper.outbox.clear()?;
            }
            keeper.identity.belongs(belonging)
        });
        kept.await.map_err(|_| Fault::Task)??;
        shared.belonging.send_replace(belonging);
    }
    // Addresses of an earlier connection may be another cloud's by now.
    shared.stock.clear();
    *lock(&shared.client) = Some(client.clone());
    shared.link.send_replace(Link::Connected);
    tracing::info!(thing = %shared.identity.thing, "connected");
    if let Some(since) = told {
        let (topic, said) = (
            shadow::update(&shared.identity.thing),
            shadow::at_home(since, shared.runs),
        );
        shared.send(topic, said.to_string().into_bytes(), QoS::AtLeastOnce);
    }
    shared.begin_job();
    Ok(meeting)
}

pub(super) fn accepted(codes: &[SubscribeReasonCode]) -> Result<(), Fault> {
    if codes.contains(&SubscribeReasonCode::Failure) {
        return Err(Fault::Link("may not hear its topics".into()));
    }
    Ok(())
}
