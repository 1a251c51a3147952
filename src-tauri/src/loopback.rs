//! The way back from a sign-on provider's page: an address of this machine that
//! answers while a sign-in is under way, and is nobody else's to guess.
//!
//! # Source
//! RFC 8252, sections 7.3 (loopback, any port) and 8.3.

use std::{
    convert::Infallible,
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tauri::async_runtime::{self, JoinHandle};
use tokio::{net::TcpListener, sync::Notify, time::timeout};

/// As long as core waits for the answer.
const OPEN: Duration = Duration::from_secs(600);
/// How long one connection may take.
const ANSWERED: Duration = Duration::from_secs(10);
/// What the page is, whole.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";
const STYLE: &str = concat!(
    "@layer base, page;\n",
    include_str!("../../assets/styles/tokens.css"),
    include_str!("../../assets/styles/base.css"),
    "@layer page { main { display: grid; gap: var(--space-4); place-content: center; justify-items: center; \
     min-height: 100vh; padding: var(--space-5); text-align: center; } \
     svg { width: 3rem; height: 3rem; color: var(--accent); } p { color: var(--ink-soft); } }",
);
const FLAME: &str = include_str!("../../assets/icons/flame.svg");
const ENGLISH: &str = include_str!("../../assets/locales/window/en.json");
const CHINESE: &str = include_str!("../../assets/locales/window/zh.json");

/// Takes the query of an answer.
type Arrive = dyn Fn(&str) + Send + Sync;

/// See the module.
pub struct Loopback {
    open: Mutex<Option<JoinHandle<()>>>,
    arrive: Arc<Arrive>,
}

/// One open address.
struct Return {
    path: String,
    arrive: Arc<Arrive>,
    arrived: Notify,
}

/// What the page says when somebody has come back.
#[derive(serde::Deserialize)]
struct Words {
    title: String,
    says: String,
}

impl Loopback {
    /// `arrive` takes the query of each answer.
    #[must_use]
    pub fn new(arrive: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            open: Mutex::new(None),
            arrive: Arc::new(arrive),
        }
    }

    /// A new address, until an answer came or ten minutes passed; the former one
    /// is closed.
    ///
    /// # Errors
    /// No port or no randomness is to be had.
    pub async fn open(&self) -> io::Result<String> {
        let mut drawn = [0; 16];
        getrandom::fill(&mut drawn).map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let path = format!("/{}", hex::encode(drawn));
        let address = format!("http://{}{path}", listener.local_addr()?);
        let back = Arc::new(Return {
            path,
            arrive: self.arrive.clone(),
            arrived: Notify::new(),
        });
        let task = async_runtime::spawn(async move {
            tokio::select! {
                () = back.arrived.notified() => {}
                _ = timeout(OPEN, listen(listener, &back)) => {}
            }
        });
        let former = self.open.lock().unwrap_or_else(PoisonError::into_inner).replace(task);
        if let Some(former) = former {
            former.abort();
        }
        Ok(address)
    }
}

async fn listen(listener: TcpListener, back: &Arc<Return>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let back = back.clone();
        async_runtime::spawn(async move {
            let answer = service_fn(|request: Request<hyper::body::Incoming>| {
                let (parts, _) = request.into_parts();
                let answer = back.answer(&parts.method, &parts.uri, &parts.headers);
                std::future::ready(Ok::<_, Infallible>(answer))
            });
            let mut http = http1::Builder::new();
            let served = http.keep_alive(false).serve_connection(TokioIo::new(stream), answer);
            if !matches!(timeout(ANSWERED, served).await, Ok(Ok(()))) {
                tracing::debug!("somebody connected to the way back and did not ask");
            }
        });
    }
}

impl Return {
    fn answer(&self, method: &Method, asked: &http::Uri, headers: &HeaderMap) -> Response<Full<Bytes>> {
        let query = asked
            .query()
            .filter(|_| method == Method::GET && asked.path() == self.path);
        let Some(query) = query else {
            let mut nothing = Response::new(Full::default());
            *nothing.status_mut() = StatusCode::NOT_FOUND;
            return nothing;
        };
        (self.arrive)(query);
        self.arrived.notify_one();
        let mut response = Response::new(Full::from(page(headers)));
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            response
                .headers_mut()
                .insert(name, header::HeaderValue::from_static(value));
        }
        response
    }
}

/// In the first language of the browser, if it is Chinese; else in English.
fn page(headers: &HeaderMap) -> String {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let is_chinese = accepted.is_some_and(|accepted| accepted.as_bytes().starts_with(b"zh"));
    let (tag, words) = if is_chinese {
        ("zh-CN", CHINESE)
    } else {
        ("en", ENGLISH)
    };
    let Words { title, says } = serde_json::from_str(words).unwrap_or(Words {
        title: "Hearth".into(),
        says: String::new(),
    });
    format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Hearth</title><style>{STYLE}</style></head>\
         <body><main><span aria-hidden=\"true\">{FLAME}</span><h1>{title}</h1><p>{says}</p></main></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        sync::mpsc,
    };

    use super::*;

    async fn get(address: &str, path: &str) -> Option<String> {
        let host = address.strip_prefix("http://")?.split('/').next()?;
        let mut stream = TcpStream::connect(host).await.ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept-language: zh-CN,en;q=0.5\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        Some(answer)
    }

    #[tokio::test]
    async fn an_answer_comes_back_once_and_only_to_its_own_address() {
        let (sent, mut came) = mpsc::unbounded_channel();
        let loopback = Loopback::new(move |query| {
            let _ = sent.send(query.to_owned());
        });
        let address = loopback.open().await.unwrap();
        let path = &address[address.rfind('/').unwrap()..];
        for wrong in ["/?code=theirs", "/sign-on?code=theirs", path] {
            let refused = get(&address, wrong).await.unwrap();
            assert!(refused.starts_with("HTTP/1.1 404"), "{refused}");
        }
        let seen = get(&address, &format!("{path}?code=a&state=b")).await.unwrap();
        assert!(
            seen.contains("lang=\"zh-CN\"") && seen.contains("content-security-policy"),
            "{seen}"
        );
        assert_eq!(came.recv().await.as_deref(), Some("code=a&state=b"));
        // A newer sign-in closes the way of the former one.
        let former = loopback.open().await.unwrap();
        let newer = loopback.open().await.unwrap();
        assert_ne!(former, newer);
        let path = &newer[newer.rfind('/').unwrap()..];
        assert!(get(&newer, &format!("{path}?code=c")).await.is_some());
        assert_eq!(came.recv().await.as_deref(), Some("code=c"));
    }

    #[test]
    fn both_languages_have_words() {
        for words in [ENGLISH, CHINESE] {
            let words: Words = serde_json::from_str(words).unwrap();
            assert!(!words.title.is_empty() && !words.says.is_empty());
        }
    }
}
