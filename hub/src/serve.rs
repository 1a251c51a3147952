//! The one port for people: the page, its host, the doors of cloud and
//! identity, and the headers that keep a page to itself.

use std::{io, net::SocketAddr, path::Path};

use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use hearth_contract::endpoints::{Endpoints, WELL_KNOWN};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::services::{ServeDir, ServeFile};

use crate::trouble::Trouble;

/// What a page may load: its own files, compiled wasm, and blobs for pictures
/// that somebody just took. Written out in `docs/security.md`.
pub const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
     worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Opens the port on this machine only.
///
/// # Errors
/// It is taken, or the system refuses it.
pub async fn listen(port: u16) -> Result<TcpListener, Trouble> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => Trouble::PortTaken(port),
            _ => Trouble::Port(port, error),
        })
}

/// The page's files; any path without a file is the page itself.
pub fn page(folder: &Path) -> Router {
    let index = ServeFile::new(folder.join("index.html"))
        .precompressed_br()
        .precompressed_gzip();
    let files = ServeDir::new(folder)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(index);
    Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn(revalidate))
}

/// The document core reads first.
pub fn well_known(endpoints: Endpoints) -> Router {
    Router::new().route(WELL_KNOWN, get(move || std::future::ready(Json(endpoints.clone()))))
}

/// Guards every answer and refuses names this home does not have.
pub fn guarded(router: Router, names: Vec<String>) -> Router {
    router
        .layer(middleware::from_fn(headers))
        .layer(middleware::from_fn(move |request, next| {
            known_host(names.clone(), request, next)
        }))
}

/// Serves until told to stop; open answers get a moment to end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let served = async { server.await };
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    };
    tokio::select! {
        result = served => if let Err(error) = result { tracing::error!(%error, "the port was lost") },
        () = patience => {}
    }
}

/// A page on another name that resolves to this machine must not reach the home.
async fn known_host(names: Vec<String>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| names.iter().any(|name| name == host)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "not a name of this home").into_response()
    }
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(self), geolocation=()",
        ),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Files are asked for again with their date; they have no version in their name.
async fn revalidate(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
