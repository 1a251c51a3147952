//! How a device asks for a certificate, over a connection of its own for that:
//! the first with the claim certificate, the next with the one that it has.

use std::{sync::Arc, time::Duration};

use rumqttc::{AsyncClient, Event, EventLoop, Packet, QoS, SubscribeFilter};
use tokio::time::timeout;

use super::{
    Shared,
    identity::Identity,
    link::{GOODBYE_WITHIN, Via, accepted, connect},
    provisioning::{Grant, Provisioning, Question, Which},
};
use crate::{
    cloud::{Cloud, Credential},
    fault::Fault,
};

/// A conversation that has no answer by then begins again.
const PROVISION_WITHIN: Duration = Duration::from_secs(20);
/// AWS IoT's status of a refusal for good.
const NOT_ALLOWED: u16 = 403;

/// Gets a device its own certificate; the caller keeps it.
///
/// # Errors
/// The cloud can't be reached, refuses, or does not answer in time.
pub(crate) async fn provision(
    cloud: &Cloud,
    identity: &Identity,
    via: Option<Via>,
    is_pressed: bool,
) -> Result<Grant, Fault> {
    let question = Question {
        asks: cloud.asks,
        which: Which::First { is_pressed },
    };
    let as_newcomer = (format!("claim-{}", identity.serial), cloud.claim());
    ask(
        cloud,
        identity,
        via,
        as_newcomer,
        question,
        &identity.signing_request()?,
    )
    .await
}

/// Asks for a certificate, with a client id and what proves it, for the key of this `request`.
///
/// # Errors
/// As [`provision`].
pub(super) async fn ask(
    cloud: &Cloud,
    identity: &Identity,
    via: Option<Via>,
    (client_id, proof): (String, Credential),
    question: Question,
    request: &str,
) -> Result<Grant, Fault> {
    let (client, events) = connect(cloud, client_id, &proof, via)?;
    let granted = timeout(PROVISION_WITHIN, talk(identity, (question, request), &client, events)).await;
    granted.map_err(|_| Fault::Link("no answer to provisioning".into()))?
}

pub(super) async fn provision_and_keep(shared: &Arc<Shared>) -> Result<(), Fault> {
    let is_pressed = shared.is_pressed();
    match provision(&shared.cloud, &shared.identity, shared.via(), is_pressed).await {
        Ok(grant) => shared.on_identity(move |identity| identity.keep(&grant)).await?,
        Err(Fault::Refused {
            status: NOT_ALLOWED, ..
        }) if shared.identity.credential()?.is_some() => {
            shared.on_identity(Identity::ask_no_more).await?;
        }
        Err(fault) => return Err(fault),
    }
    if is_pressed {
        shared.pressed.send_replace(None);
    }
    tracing::info!(thing = %shared.identity.thing, "provisioned");
    Ok(())
}

async fn talk(
    identity: &Identity,
    (question, request): (Question, &str),
    client: &AsyncClient,
    mut events: EventLoop,
) -> Result<Grant, Fault> {
    let mut conversation = None;
    loop {
        let say = match events.poll().await.map_err(|error| Fault::Link(error.to_string()))? {
            Event::Incoming(Packet::ConnAck(_)) => {
                let topics = question
                    .answers()
                    .into_iter()
                    .map(|topic| SubscribeFilter::new(topic, QoS::AtLeastOnce));
                client
                    .try_subscribe_many(topics)
                    .map_err(|_| Fault::Link("queue full".into()))?;
                continue;
            }
            Event::Incoming(Packet::SubAck(ack)) => {
                accepted(&ack.return_codes)?;
                let (asked, say) = Provisioning::begin(question, request);
                conversation = Some(asked);
                say
            }
            Event::Incoming(Packet::Publish(publish)) => {
                let Some(present) = conversation.take() else { continue };
                let (next, say) = present.step(identity, &publish.topic, &publish.payload)?;
                if let Provisioning::Granted(grant) = next {
                    let _ = client.try_disconnect();
                    let _ = timeout(GOODBYE_WITHIN, async { while events.poll().await.is_ok() {} }).await;
                    return Ok(grant);
                }
                conversation = Some(next);
                let Some(say) = say else { continue };
                say
            }
            _ => continue,
        };
        let sent = client.try_publish(say.topic, QoS::AtLeastOnce, false, say.payload.to_string());
        sent.map_err(|_| Fault::Link("queue full".into()))?;
    }
}
