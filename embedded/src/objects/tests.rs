//! The objects from outside: signed addresses through the real routes.

use std::sync::Mutex;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
};
use hearth_cloud::ports::{Objects as _, suite};
use tower::ServiceExt;

use super::*;

const KEY: &str = "fridge-HF1/0190a.jpg";

struct Turned(Mutex<Timestamp>);

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Home {
    folder: tempfile::TempDir,
    clock: Arc<Turned>,
    objects: Arc<Objects>,
}

fn home() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Turned(Mutex::new("2026-11-21T18:00:00Z".parse().unwrap())));
    let objects = Objects::open(folder.path(), "http://localhost:8080", "local-1", clock.clone()).unwrap();
    Home {
        folder,
        clock,
        objects: Arc::new(objects),
    }
}

fn later() -> Timestamp {
    "2026-11-21T18:05:00Z".parse().unwrap()
}

impl Home {
    async fn put_url(&self, key: &str, max: u64) -> String {
        self.objects.put_url(key, max, later()).await.unwrap()
    }

    async fn send(&self, request: Request<Body>) -> Response {
        self.objects.router().oneshot(request).await.unwrap()
    }

    async fn put(&self, url: &str, bytes: &[u8]) -> StatusCode {
        self.send(put(url, bytes).body(Body::from(bytes.to_vec())).unwrap())
            .await
            .status()
    }

    async fn get(&self, url: &str) -> Response {
        self.send(request("GET", url).body(Body::empty()).unwrap()).await
    }
}

fn request(method: &str, url: &str) -> axum::http::request::Builder {
    let path = url.strip_prefix("http://localhost:8080").unwrap();
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:8080")
}

fn put(url: &str, bytes: &[u8]) -> axum::http::request::Builder {
    request("PUT", url)
        .header(header::CONTENT_TYPE, "image/jpeg")
        .header(header::CONTENT_LENGTH, bytes.len())
}

#[async_trait]
impl suite::objects::Client for Home {
    fn objects(&self) -> &dyn ports::Objects {
        self.objects.as_ref()
    }

    async fn put(&self, url: &str, jpeg: Bytes) -> bool {
        Self::put(self, url, &jpeg).await == StatusCode::OK
    }

    async fn get(&self, url: &str) -> Option<Bytes> {
        let got = Self::get(self, url).await;
        let is_given = got.status() == StatusCode::OK;
        let bytes = axum::body::to_bytes(got.into_body(), 1000).await.unwrap();
        is_given.then_some(bytes)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn turn(&self, seconds: u32) {
        *self.clock.0.lock().unwrap() += jiff::SignedDuration::from_secs(seconds.into());
    }
}

#[tokio::test]
async fn the_objects_keep_the_contract() {
    suite::objects::check(&home()).await;
}

#[tokio::test]
async fn what_was_put_can_be_got() {
    let home = home();
    let url = home.put_url(KEY, 100).await;
    assert_eq!(home.put(&url, b"picture").await, StatusCode::OK);
    let got = home.get(&home.objects.get_url(KEY, later()).await.unwrap()).await;
    assert_eq!(got.status(), StatusCode::OK);
    assert_eq!(got.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(got.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(axum::body::to_bytes(got.into_body(), 100).await.unwrap(), "picture");
    assert_eq!(home.objects.get(KEY).await.unwrap().unwrap(), "picture");
    home.objects.delete(KEY).await.unwrap();
    home.objects.delete(KEY).await.unwrap();
    assert_eq!(home.objects.get(KEY).await.unwrap(), None);
    let gone = home.get(&home.objects.get_url(KEY, later()).await.unwrap()).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_with_a_colon_works_as_well() {
    let home = home();
    let url = home.put_url("local-1:7f/x", 100).await;
    assert_eq!(home.put(&url, b"picture").await, StatusCode::OK);
}

#[tokio::test]
async fn an_object_is_put_once() {
    let home = home();
    let url = home.put_url(KEY, 100).await;
    assert_eq!(home.put(&url, b"first").await, StatusCode::OK);
    assert_eq!(home.put(&url, b"second").await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(home.objects.get(KEY).await.unwrap().unwrap(), "first");
}

#[tokio::test]
async fn an_address_is_good_for_what_was_signed_only() {
    let home = home();
    let url = home.put_url(KEY, 100).await;
    let get = home.objects.get_url(KEY, later()).await.unwrap();
    for other in [
        url.replace("0190a", "0190b"),
        url.replace("HEARTHPUT100", "HEARTHPUT999"),
        url.replace("HEARTHPUT100", "HEARTHGET"),
        format!("{}0", &url[..url.len() - 1]),
        url.split_once('?').unwrap().0.to_owned(),
        get.clone(),
    ] {
        if other != url {
            assert_eq!(home.put(&other, b"x").await, StatusCode::FORBIDDEN, "{other}");
        }
    }
    assert_eq!(home.get(&url).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(home.objects.get(KEY).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_runs_out() {
    let home = home();
    let url = home.put_url(KEY, 100).await;
    *home.clock.0.lock().unwrap() = "2026-11-21T18:05:01Z".parse().unwrap();
    assert_eq!(home.put(&url, b"x").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_too_large_is_refused_unread() {
    let home = home();
    let unread = || {
        Body::from_stream(futures::stream::poll_fn(
            |_| -> std::task::Poll<Option<io::Result<Bytes>>> { panic!("the body was read") },
        ))
    };
    let url = home.put_url(KEY, 100).await;
    let large = put(&url, &[0; 101]).body(unread()).unwrap();
    assert_eq!(home.send(large).await.status(), StatusCode::BAD_REQUEST);
    let endless = request("PUT", &url)
        .header(header::CONTENT_TYPE, "image/jpeg")
        .body(unread())
        .unwrap();
    assert_eq!(home.send(endless).await.status(), StatusCode::LENGTH_REQUIRED);
    let page = request("PUT", &url)
        .header(header::CONTENT_TYPE, "text/html")
        .header(header::CONTENT_LENGTH, 1);
    assert_eq!(
        home.send(page.body(unread()).unwrap()).await.status(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let cap = home.put_url(KEY, u64::MAX).await;
    let beyond = request("PUT", &cap).header(header::CONTENT_TYPE, "image/jpeg");
    let beyond = beyond
        .header(header::CONTENT_LENGTH, MAX_OBJECT + 1)
        .body(unread())
        .unwrap();
    assert_eq!(home.send(beyond).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_did_not_come_whole_is_not_there() {
    let home = home();
    let url = home.put_url(KEY, 100).await;
    let short = put(&url, &[0; 50]).body(Body::from("short")).unwrap();
    assert_eq!(home.send(short).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(home.objects.get(KEY).await.unwrap(), None);
    assert_eq!(std::fs::read_dir(home.folder.path().join("coming")).unwrap().count(), 0);
    assert_eq!(home.put(&url, b"whole").await, StatusCode::OK, "and may come again");
}

#[tokio::test]
async fn no_address_leads_out_of_the_folder() {
    let home = home();
    assert!(home.objects.put_url("../signing.key", 100, later()).await.is_err());
    assert!(home.objects.get_url("a/../../signing.key", later()).await.is_err());
    assert_eq!(home.objects.get("../signing.key").await.unwrap(), None);
    for path in ["../signing.key", "..%2Fsigning.key", "%2e%2e/signing.key"] {
        let secret = home.objects.key(GETTING);
        let path = format!("{PATH}{path}");
        let query = sigv4::presign(&Presign {
            method: "GET",
            path: &path,
            headers: &[("host", "localhost:8080")],
            access_key: GETTING,
            key: sigv4::Key {
                secret: &secret,
                session_token: None,
            },
            scope: home.objects.scope(),
            at: home.clock.now(),
            expires: 60,
        });
        let Ok(query) = query else { continue };
        let got = home.get(&format!("http://localhost:8080{path}?{query}")).await;
        assert!(!got.status().is_success(), "{path}");
    }
}

#[tokio::test]
async fn addresses_outlive_a_restart() {
    let home = home();
    let url = home.put_url(KEY, 100).await;
    let again = Objects::open(
        home.folder.path(),
        "http://localhost:8080",
        "local-1",
        home.clock.clone(),
    )
    .unwrap();
    let again = Home {
        folder: tempfile::tempdir().unwrap(),
        clock: home.clock.clone(),
        objects: Arc::new(again),
    };
    assert_eq!(again.put(&url, b"x").await, StatusCode::OK);
}
