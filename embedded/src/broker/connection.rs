//! One MQTT connection: what the broker's library asks about it, and what
//! happens when it publishes.
//!
//! What a device says reaches the cloud before it is acknowledged. What may not
//! be said, or could not be kept, is never acknowledged: the connection is cut,
//! and whoever meant it says it again. (MQTT 3.1.1 knows no refusing
//! acknowledgement, so cutting is what AWS IoT does, too.)

use std::{
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use hearth_cloud::ports::{Ears, Outside};
use hearth_contract::{
    control::shadow,
    ids::ThingName,
    things::{MAX_PAYLOAD, parse_topic},
};
use mqtt5::{
    QoS,
    broker::{
        AuthProvider, AuthResult, BrokerEventHandler, ClientConnectEvent, ClientDisconnectEvent, ClientPublishEvent,
        ClientSubscribeEvent, PublishAction, router::MessageRouter, storage::QueuedMessage,
    },
    packet::{connect::ConnectPacket, publish::PublishPacket},
    protocol::v5::reason_codes::ReasonCode,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    metrics::{Counted, Metrics},
    pace::Pace,
    policy::Who,
};
use crate::{
    provisioning::{Own, Provisioning, ROTATION_TOPICS},
    things::{Said, Things},
};

/// How long the cloud may take to keep a message.
const HEARING: Duration = Duration::from_secs(20);
/// The most filters of one `SUBSCRIBE`, as AWS IoT has it.
const FILTERS: usize = 8;
/// MQTT 5's version number in `CONNECT`.
const FIVE: u8 = 5;

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a connection's messages are for.
pub enum Purpose {
    /// A device talks with the cloud; its certificate's id.
    Device {
        /// Looked up again when it introduces itself.
        certificate: String,
        /// Who hears.
        ears: Arc<dyn Ears>,
        /// Who gives it its next certificate.
        provisioning: Arc<Provisioning>,
        /// Where answers go.
        router: Arc<MessageRouter>,
    },
    /// A claim certificate asks for its own; in a router of its own, so that
    /// nobody else sees the answers.
    Claim {
        /// Who answers.
        provisioning: Arc<Provisioning>,
        /// Where the answers go.
        own: Arc<MessageRouter>,
    },
    /// A person only listens.
    Person,
}

/// See the module.
pub struct Connection {
    /// Tells connections apart.
    pub number: u64,
    /// Who it is, proven.
    pub who: Who,
    /// What for.
    pub purpose: Purpose,
    /// The registry.
    pub things: Arc<Things>,
    /// Ends the connection when cut.
    pub leash: CancellationToken,
    /// Whether it speaks MQTT 5, known from its `CONNECT` on.
    pub speaks_five: AtomicBool,
    /// How fast it speaks.
    pub pace: Mutex<Pace>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What it wants said if it vanishes.
    pub will: Mutex<Option<ClientPublishEvent>>,
}

/// A will as something that was said.
fn will(event: ClientConnectEvent) -> Option<ClientPublishEvent> {
    Some(ClientPublishEvent {
        topic: event.will_topic?,
        payload: event.will_payload.unwrap_or_default(),
        qos: event.will_qos.unwrap_or(QoS::AtMostOnce),
        client_id: event.client_id,
        user_id: event.user_id,
        retain: false,
        packet_id: None,
        response_topic: None,
        correlation_data: None,
    })
}

impl Connection {
    /// A refusal to be acknowledged: routes an empty QoS 0 message to nobody
    /// (the only action of the library that sends no acknowledgement).
    fn unsaid() -> PublishAction {
        PublishAction::Transform(PublishPacket::new(
            "hearth/nobody".to_owned(),
            Vec::new(),
            QoS::AtMostOnce,
        ))
    }

    fn last_will(&self) -> MutexGuard<'_, Option<ClientPublishEvent>> {
        self.will.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cut_as(&self, what: Counted, why: &str) -> PublishAction {
        self.metrics.count(what);
        self.cut(why)
    }

    fn cut(&self, why: &str) -> PublishAction {
        tracing::info!(who = ?self.who, why, "connection cut");
        self.leash.cancel();
        Self::unsaid()
    }

    async fn let_in(&self, connect: &ConnectPacket) -> bool {
        let may_will = connect.will.iter().all(|will| {
            let is_late = will.properties.will_delay_interval.is_some_and(|delay| delay > 0);
            let is_spoken = !will.retain && will.qos != QoS::ExactlyOnce && !is_late;
            is_spoken && will.payload.len() <= MAX_PAYLOAD && self.who.may_publish(&will.topic)
        });
        if !may_will || !self.who.may_be(&connect.client_id) {
            return false;
        }
        let (Purpose::Device { certificate, .. }, Who::Device(thing)) = (&self.purpose, &self.who) else {
            return true;
        };
        self.things.enter(certificate, thing).await.unwrap_or_else(|failed| {
            tracing::error!(%thing, %failed, "a certificate could not be judged");
            false
        })
    }

    /// Holds back whoever speaks faster than they may; the others feel nothing.
    async fn keep_pace(&self, bytes: usize) {
        let wait = self
            .pace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(bytes, Instant::now());
        if !wait.is_zero() {
            self.metrics.count(Counted::PublishInThrottle);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.leash.cancelled() => {}
            }
        }
    }

    async fn said(&self, said: ClientPublishEvent) -> PublishAction {
        if self.leash.is_cancelled() {
            return Self::unsaid();
        }
        self.keep_pace(said.payload.len()).await;
        if said.retain || said.qos == QoS::ExactlyOnce {
            let why = "neither retained messages nor QoS 2 are spoken here";
            return self.cut_as(Counted::PublishInClientError, why);
        }
        if said.payload.len() > MAX_PAYLOAD {
            return self.cut_as(Counted::PublishInClientError, "the payload is too large");
        }
        if !self.who.may_publish(&said.topic) {
            return self.cut_as(Counted::PublishInAuthError, "the topic is not theirs");
        }
        self.metrics.count(Counted::PublishInSuccess);
        match &self.purpose {
            Purpose::Device {
                certificate,
                provisioning,
                router,
                ..
            } if ROTATION_TOPICS.contains(&&*said.topic) => {
                self.rotates(provisioning, certificate, router, &said).await;
                PublishAction::Handled
            }
            Purpose::Device { ears, router, .. } => self.heard(ears.as_ref(), router, said).await,
            Purpose::Claim { provisioning, own } => {
                let reply = provisioning.answer(None, &said.topic, &said.payload).await;
                own.route_message(&PublishPacket::new(reply.topic, reply.payload, QoS::AtLeastOnce), None)
                    .await;
                PublishAction::Handled
            }
            Purpose::Person => self.cut("people publish nothing"),
        }
    }

    /// Answers a device that asks for its next certificate, and it alone: others
    /// may listen at the same topic.
    async fn rotates(
        &self,
        provisioning: &Provisioning,
        certificate: &str,
        router: &MessageRouter,
        said: &ClientPublishEvent,
    ) {
        let Who::Device(thing) = &self.who else { return };
        let own = Own { thing, certificate };
        let reply = provisioning.answer(Some(&own), &said.topic, &said.payload).await;
        if router.has_subscription(thing.as_str(), &reply.topic).await {
            let packet = PublishPacket::new(reply.topic, reply.payload, QoS::AtLeastOnce);
            let queue = router.queue_handle(thing.as_str());
            queue.push(QueuedMessage::new(packet, thing.to_string(), QoS::AtLeastOnce, None));
            queue.notify();
        }
    }

    async fn heard(&self, ears: &dyn Ears, router: &MessageRouter, said: ClientPublishEvent) -> PublishAction {
        let Some((thing, kind)) = parse_topic(&said.topic) else {
            return match self.things.answer(&said.topic, &said.payload).await {
                Some(answers) => {
                    let documents = self.documents(&answers);
                    say(router, answers).await;
                    match documents {
                        Some((thing, documents)) => self.kept(said.qos, ears.shadow(thing, documents)).await,
                        None => PublishAction::Handled,
                    }
                }
                None => self.cut("nothing is asked at this topic"),
            };
        };
        self.kept(said.qos, ears.hear(&thing, kind, said.payload)).await
    }

    /// A device's classic shadow after its change, if that is among what is said.
    fn documents(&self, answers: &[Said]) -> Option<(&ThingName, Bytes)> {
        let Who::Device(thing) = &self.who else { return None };
        let topic = shadow::documents(thing);
        let documents = answers.iter().find(|said| said.topic == topic)?;
        Some((thing, documents.payload.to_string().into()))
    }

    /// What the cloud could not keep is not acknowledged.
    async fn kept(&self, qos: QoS, hearing: impl Future<Output = Result<(), Outside>>) -> PublishAction {
        match tokio::time::timeout(HEARING, hearing).await {
            Ok(Ok(())) => PublishAction::Handled,
            Ok(Err(_)) | Err(_) if qos == QoS::AtMostOnce => PublishAction::Handled,
            Ok(Err(failed)) => {
                tracing::warn!(who = ?self.who, %failed, "a message could not be kept");
                self.cut("a message could not be kept")
            }
            Err(_) => self.cut("a message was not kept in time"),
        }
    }
}

/// Delivers what IoT Core itself says.
pub async fn say(router: &MessageRouter, all: Vec<Said>) {
    for Said { topic, payload } in all {
        let packet = PublishPacket::new(topic, payload.to_string().into_bytes(), QoS::AtLeastOnce);
        router.route_message(&packet, None).await;
    }
}

impl AuthProvider for Connection {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        _peer: SocketAddr,
    ) -> Later<'a, mqtt5::error::Result<AuthResult>> {
        Box::pin(async move {
            self.speaks_five
                .store(connect.protocol_version == FIVE, Ordering::Relaxed);
            Ok(if self.let_in(connect).await {
                self.metrics.count(Counted::ConnectSuccess);
                AuthResult::success_with_user(connect.client_id.clone())
            } else {
                self.metrics.count(Counted::ConnectAuthError);
                AuthResult::fail(ReasonCode::NotAuthorized)
            })
        })
    }

    fn authorize_publish<'a>(&'a self, _client: &str, _user: Option<&'a str>, topic: &'a str) -> Later<'a, bool> {
        // MQTT 5 can say no; for 3.1.1 the hook cuts the connection instead.
        let may = !self.speaks_five.load(Ordering::Relaxed) || self.who.may_publish(topic);
        if !may {
            self.metrics.count(Counted::PublishInAuthError);
        }
        Box::pin(async move { may })
    }

    fn authorize_subscribe<'a>(&'a self, _client: &str, _user: Option<&'a str>, filter: &'a str) -> Later<'a, bool> {
        let may = self.who.may_subscribe(filter);
        self.metrics.count(match may {
            true => Counted::SubscribeSuccess,
            false => Counted::SubscribeAuthError,
        });
        Box::pin(async move { may })
    }
}

/// The library's events of one connection; a type of its own because the
/// library takes both sides by `Arc`.
pub struct Tap(pub Arc<Connection>);

impl BrokerEventHandler for Tap {
    fn on_client_connect<'a>(&'a self, event: ClientConnectEvent) -> Later<'a, ()> {
        if let Who::Device(thing) = &self.0.who {
            self.0.things.presence().came(thing, self.0.number);
            *self.0.last_will() = will(event);
        }
        Box::pin(async {})
    }

    fn on_client_subscribe<'a>(&'a self, event: ClientSubscribeEvent) -> Later<'a, ()> {
        if event.subscriptions.len() > FILTERS {
            self.0.cut("too many filters at once");
        }
        Box::pin(async {})
    }

    /// A will is heard by the cloud like everything that a device says. (What
    /// the library does with it reaches nobody: no one may listen there.)
    fn on_client_disconnect<'a>(&'a self, event: ClientDisconnectEvent) -> Later<'a, ()> {
        self.0.metrics.count(Counted::Disconnect);
        let will = self.0.last_will().take().filter(|_| event.unexpected);
        Box::pin(async move {
            if let Some(will) = will {
                self.0.said(will).await;
            }
        })
    }

    fn on_client_publish<'a>(&'a self, event: ClientPublishEvent) -> Later<'a, PublishAction> {
        Box::pin(self.0.said(event))
    }
}
