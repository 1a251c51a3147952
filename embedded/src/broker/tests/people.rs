//! People over WebSocket, by signature.

use bytes::Bytes;
use hearth_cloud::ports::{Delivery, Wire as _};
use hearth_contract::things::inbox;
use rumqttc::{MqttOptions, Packet, SubscribeReasonCode, Transport};
use tokio::net::TcpListener;

use super::home::{ACCESS_KEY, Client, Home, SCOPE, SECRET, identity};
use crate::sigv4::{self, Presign};

struct Served {
    home: Home,
    port: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn served() -> Served {
    let home = Home::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = home.broker.websocket_router();
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Served { home, port, task }
}

#[allow(clippy::disallowed_methods)] // Signatures are judged by real time.
fn options(served: &Served, client_id: &str, secret: &'static str) -> MqttOptions {
    let port = served.port;
    let mut options = MqttOptions::new(client_id, format!("ws://127.0.0.1:{port}/mqtt"), port);
    options.set_transport(Transport::Ws);
    options.set_max_packet_size(1 << 20, 1 << 20);
    options.set_request_modifier(move |mut request: http::Request<()>| async move {
        let host = request.headers()["host"].to_str().unwrap().to_owned();
        let query = sigv4::presign(&Presign {
            method: "GET",
            path: "/mqtt",
            headers: &[("host", &host)],
            access_key: ACCESS_KEY,
            key: sigv4::Key {
                secret,
                session_token: None,
            },
            scope: SCOPE,
            at: jiff::Timestamp::now(),
            expires: 60,
        })
        .unwrap();
        // As AWS's gateway wants it: behind the signature.
        *request.uri_mut() = format!("ws://{host}/mqtt?{query}&X-Amz-Security-Token=token")
            .parse()
            .unwrap();
        request
    });
    options
}

#[tokio::test]
async fn a_person_hears_their_own_inbox_and_nothing_else() {
    let served = served().await;
    let mut person = Client::start(options(&served, &format!("{}-tablet", identity()), SECRET));
    person.connected().await;
    for filter in [
        "#",
        "hearth/inbox/+",
        "hearth/inbox/local-1:8",
        "hearth/things/fridge-HF1/to",
    ] {
        assert_eq!(person.subscribe(filter).await, SubscribeReasonCode::Failure, "{filter}");
    }
    let topic = inbox(&identity());
    assert_ne!(person.subscribe(&topic).await, SubscribeReasonCode::Failure);
    let large = Bytes::from(vec![b'x'; 100_000]);
    for payload in [Bytes::from("news"), large] {
        served
            .home
            .broker
            .publish(&topic, payload.clone(), Delivery::AtLeastOnce)
            .await
            .unwrap();
        assert_eq!(person.message().await, (topic.clone(), payload));
    }
}

#[tokio::test]
async fn a_person_publishes_nothing() {
    let served = served().await;
    let mut person = Client::start(options(&served, identity().as_str(), SECRET));
    person.connected().await;
    person.publish(&inbox(&identity()), "x").await;
    person.fails(|packet| matches!(packet, Packet::PubAck(_))).await;
}

#[tokio::test]
async fn a_foreign_signature_or_name_is_refused() {
    let served = served().await;
    let mut foreign = Client::start(options(&served, identity().as_str(), "another secret"));
    foreign.fails(|packet| matches!(packet, Packet::ConnAck(_))).await;
    let mut spoof = Client::start(options(&served, "local-1:8", SECRET));
    assert!(spoof.fails(|_| false).await.contains("NotAuthorized"));
}

#[tokio::test]
async fn a_person_whose_sign_in_ends_is_shown_out() {
    let served = served().await;
    let mut person = Client::start(options(&served, identity().as_str(), SECRET));
    person.connected().await;
    served.home.person.0.cancel();
    person.fails(|packet| matches!(packet, Packet::ConnAck(_))).await;
}

#[tokio::test]
async fn a_stopped_broker_lets_everybody_go() {
    let served = served().await;
    let mut person = Client::start(options(&served, identity().as_str(), SECRET));
    person.connected().await;
    served.home.broker.stop().await;
    person.fails(|packet| matches!(packet, Packet::ConnAck(_))).await;
}
