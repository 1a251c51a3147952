//! One MQTT connection, a person's over WebSocket or a tablet's over mutual TLS:
//! opened, subscribed, read until it is lost.
//!
//! It never reconnects: the next connection is a new one with new credentials,
//! a new signature and a new client id. It has no session at the broker,
//! because whatever was missed is in the journal. The channel of signals is
//! bounded; while it is full nothing is read and the broker waits.

use std::time::Duration;

use bytes::Bytes;
use hearth_contract::{
    Failure, IdentityId, Reason,
    things::{self, MAX_PAYLOAD},
};
use rumqttc::{
    AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS, SubscribeReasonCode, TlsConfiguration, Transport,
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{cloud::Place, identity::Credentials, real, sign, who::Line};

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
    line: Line,
    tasks: &TaskTracker,
    end: CancellationToken,
) -> Result<mpsc::Receiver<Signal>, Failure> {
    let (mut options, topic) = match line {
        Line::Signed(identity, credentials) => (signed(place, &identity, credentials)?, things::inbox(&identity)),
        Line::Mutual(wire) => {
            // A tablet is known by its name: a second connection takes the place of the first.
            let mut options = MqttOptions::new(wire.thing.as_str(), &wire.host, wire.port);
            options.set_transport(Transport::Tls(TlsConfiguration::Rustls(wire.tls)));
            (options, things::thing_inbox(&wire.thing))
        }
    };
    options.set_keep_alive(Duration::from_secs(30));
    options.set_clean_session(true);
    options.set_max_packet_size(MAX_PAYLOAD + 1024, MAX_PAYLOAD + 1024);
    let (client, events) = AsyncClient::new(options, 10);
    let (sender, signals) = mpsc::channel(SIGNALS);
    tasks.spawn(async move { end.run_until_cancelled(poll(client, events, topic, sender)).await });
    Ok(signals)
}

/// A connection of a person: a new client id and a new signature each time.
fn signed(place: &Place, identity: &IdentityId, credentials: Credentials) -> Result<MqttOptions, Failure> {
    let address = place.endpoints.mqtt.clone();
    let client_id = format!("{identity}-{}", hex::encode(real::random::<4>()?));
    let mut options = MqttOptions::new(client_id, &address, sign::port(&address).ok_or(Reason::Bug)?);
    options.set_transport(place.trust.mqtt(&address));
    let region = place.endpoints.region.clone();
    options.set_request_modifier(move |mut request: http::Request<()>| {
        let (region, signer) = (region.clone(), credentials.clone());
        async move {
            if let Some(signed) = sign::signed(request.uri(), &region, &signer, real::now()) {
                *request.uri_mut() = signed;
            }
            request
        }
    });
    Ok(options)
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
