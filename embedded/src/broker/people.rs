//! People's way in: MQTT over WebSocket at `/mqtt`, by a signed URL.
//!
//! Who a signature stands for is not known here: the hub asks its identity.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use axum::{
    Extension, Router,
    extract::{ConnectInfo, RawQuery, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::BoxFuture;
use hearth_contract::ids::IdentityId;

use super::{Inner, LARGEST_PACKET, connection::Purpose, leash::Leashed, policy::Who, socket::Socket};

/// The path people connect at.
pub const PATH: &str = "/mqtt";
/// The subprotocol, as MQTT names it.
const SUBPROTOCOL: &str = "mqtt";

/// A request to connect, as it was signed: nothing decoded.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `GET`.
    pub method: &'a str,
    /// From the slash on.
    pub path: &'a str,
    /// Without the question mark.
    pub query: &'a str,
    /// The `host` header.
    pub host: &'a str,
}

/// Somebody who may come in.
pub struct Guest {
    /// Who it is.
    pub identity: IdentityId,
    /// Comes to its end when they must go: their sign-in has ended.
    pub stay: BoxFuture<'static, ()>,
}

/// Knows whose signature it is (service `iotdevicegateway`).
#[async_trait]
pub trait People: Send + Sync {
    /// Whose it is; `None` if it is nobody's, or no good (any more).
    async fn identify(&self, asked: Asked<'_>) -> Option<Guest>;
}

/// The route, to be merged into the hub's.
pub fn router(inner: Arc<Inner>) -> Router {
    Router::new().route(PATH, get(connect)).with_state(inner)
}

async fn connect(
    State(inner): State<Arc<Inner>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    // Only for the log: whoever serves the routes may not tell it.
    let unknown = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let peer = peer.map_or(unknown, |Extension(ConnectInfo(peer))| peer);
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let query = query.unwrap_or_default();
    let asked = Asked {
        method: "GET",
        path: PATH,
        query: &query,
        host,
    };
    let Some(Guest { identity, stay }) = inner.people.identify(asked).await else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let upgrade = upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(LARGEST_PACKET)
        .max_frame_size(LARGEST_PACKET);
    if upgrade.selected_protocol().is_none() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    upgrade.on_upgrade(move |socket| async move {
        let leash = inner.stop.child_token();
        let connection = inner.connection(inner.number(), Who::Person(identity), Purpose::Person, leash.clone());
        let transport = Leashed::transport(Socket::new(socket), peer, &leash);
        // Stopping the broker waits for it, though the web server carries it.
        let run = inner.tasks.track_future(inner.run(transport, peer, connection));
        let show_out = async {
            stay.await;
            leash.cancel();
            std::future::pending().await
        };
        tokio::select! {
            () = run => {}
            () = show_out => {}
        }
    })
}
