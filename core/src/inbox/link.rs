//! One MQTT connection over WebSocket: opened, subscribed, read until it is lost.
//!
//! It never reconnects: the next connection is a new one with new credentials,
//! a new signature and a new client id. It has no session at the broker,
//! because whatever was missed is in the journal. The channel of signals is
//! bounded; while it is full nothing is read and the broker waits.

use std::time::Duration;

use bytes::Bytes;
use hearth_contract::{
    Failure, Reason,
    things::{self, MAX_PAYLOAD},
};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS, SubscribeReasonCode};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{cloud::Place, identity::Credentials, inbox::sign, real};

/// How many signals wait for whoever hears.
const SIGNALS: usize = 256;

/// What a connection reports.
pub(crate) enum Signal {
    /// The inbox is subscribed: from now on nothing is missed.
    Subscribed,
    /// A message in the inbox.
    Arrived(Bytes),
    /// The connection is over.
    Lost,
}

/// Opens a connection; it ends with `end` or when it is lost.
///
/// # Errors
/// `Internal` when the system has no randomness or the address is none.
pub(crate) fn open(
    place: &Place,
    credentials: &Credentials,
    tasks: &TaskTracker,
    end: CancellationToken,
) -> Result<mpsc::Receiver<Signal>, Failure> {
    let address = place.endpoints.mqtt.clone();
    let client_id = format!("{}-{}", credentials.identity, hex::encode(real::random::<4>()?));
    let mut options = MqttOptions::new(client_id, &address, sign::port(&address).ok_or(Reason::Bug)?);
    options.set_transport(place.trust.mqtt(&address));
    options.set_keep_alive(Duration::from_secs(30));
    options.set_clean_session(true);
    options.set_max_packet_size(MAX_PAYLOAD + 1024, MAX_PAYLOAD + 1024);
    let (region, signer) = (place.endpoints.region.clone(), credentials.clone());
    options.set_request_modifier(move |mut request: http::Request<()>| {
        let (region, signer) = (region.clone(), signer.clone());
        async move {
            if let Some(signed) = sign::signed(request.uri(), &region, &signer, real::now()) {
                *request.uri_mut() = signed;
            }
            request
        }
    });
    let (client, events) = AsyncClient::new(options, 10);
    let (sender, signals) = mpsc::channel(SIGNALS);
    let topic = things::inbox(&credentials.identity);
    tasks.spawn(async move { end.run_until_cancelled(poll(client, events, topic, sender)).await });
    Ok(signals)
}

async fn poll(client: AsyncClient, mut events: EventLoop, topic: String, sender: mpsc::Sender<Signal>) {
    loop {
        let signal = match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                // The loop's own queue is empty now; awaiting it here could wait for ourselves.
                match client.try_subscribe(&topic, QoS::AtLeastOnce) {
                    Ok(()) => continue,
                    Err(_) => Signal::Lost,
                }
            }
            Ok(Event::Incoming(Packet::SubAck(ack))) => {
                if ack.return_codes.contains(&SubscribeReasonCode::Failure) {
                    tracing::warn!("the inbox was not granted");
                    Signal::Lost
                } else {
                    Signal::Subscribed
                }
            }
            Ok(Event::Incoming(Packet::Publish(message))) => Signal::Arrived(message.payload),
            Ok(_) => continue,
            Err(error) => {
                tracing::debug!(%error, "the live connection is lost");
                Signal::Lost
            }
        };
        let over = matches!(signal, Signal::Lost);
        if sender.send(signal).await.is_err() || over {
            return;
        }
    }
}
