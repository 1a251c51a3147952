//! A cloud that answers over real sockets: HTTP for identity and REST, MQTT
//! over WebSocket for the inbox. It knows one family, and can fall silent.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hearth_contract::{
    Failure, JournalEntry, Reason, Seen,
    endpoints::{Endpoints, IdentityPool, UserPool as PoolAddress},
    family::{Family, Goodbye},
    pantry::Item,
    rest::CALL_HEADER,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    pool::{POOL, UserPool},
    provider::Provider,
};

/// What the cloud knows and has seen.
pub(super) struct Stage {
    pub(super) silent: AtomicBool,
    pub(super) pool: UserPool,
    pub(super) provider: Provider,
    /// What calls were proven with.
    pub(super) bearers: Mutex<Vec<String>>,
    /// `METHOD path call-id body` of every REST call, and `target body` of every identity call.
    pub(super) heard: Mutex<Vec<String>>,
    pub(super) food: Mutex<Vec<Item>>,
    pub(super) journal: Mutex<Vec<JournalEntry>>,
    /// Refused edits, by what their body contains.
    pub(super) refuses: Mutex<Option<&'static str>>,
    /// What the next farewell is answered; the one after it finds no family.
    pub(super) farewell: Mutex<Result<Vec<Goodbye>, Failure>>,
    pub(super) frames: Mutex<Vec<u8>>,
    pub(super) picture: Mutex<Vec<u8>>,
    push: Mutex<Option<(mpsc::Sender<Vec<u8>>, CancellationToken)>>,
    address: String,
    mqtt: String,
}

pub(super) struct Cloud {
    pub(super) stage: Arc<Stage>,
    _tasks: [AbortOnDropHandle<()>; 2],
}

impl Cloud {
    pub(super) async fn start() -> Self {
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mqtt = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stage = Arc::new(Stage {
            silent: AtomicBool::new(false),
            pool: UserPool::default(),
            provider: Provider::new(&format!("http://{}/id", http.local_addr().unwrap())),
            bearers: Mutex::default(),
            heard: Mutex::default(),
            food: Mutex::new(vec![Item::sample()]),
            journal: Mutex::default(),
            refuses: Mutex::new(None),
            farewell: Mutex::new(Ok(Vec::new())),
            frames: Mutex::default(),
            picture: Mutex::default(),
            push: Mutex::new(None),
            address: format!("http://{}", http.local_addr().unwrap()),
            mqtt: format!("ws://{}/mqtt", mqtt.local_addr().unwrap()),
        });
        let (one, two) = (stage.clone(), stage.clone());
        let serve = tokio::spawn(async move {
            while let Ok((stream, _)) = http.accept().await {
                tokio::spawn(serve(one.clone(), stream));
            }
        });
        let broker = tokio::spawn(async move {
            while let Ok((stream, _)) = mqtt.accept().await {
                tokio::spawn(inbox(two.clone(), stream));
            }
        });
        Self {
            stage,
            _tasks: [AbortOnDropHandle::new(serve), AbortOnDropHandle::new(broker)],
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.stage.address
    }

    pub(super) fn heard(&self, word: &str) -> Vec<String> {
        self.stage
            .heard
            .lock()
            .unwrap()
            .iter()
            .filter(|line| line.contains(word))
            .cloned()
            .collect()
    }

    /// Publishes to the inbox; false when nobody is connected.
    pub(super) async fn push(&self, message: &impl serde::Serialize) -> bool {
        let sender = self.stage.push.lock().unwrap().clone();
        let payload = serde_json::to_vec(message).unwrap();
        match sender {
            Some((sender, _)) => sender.send(payload).await.is_ok(),
            None => false,
        }
    }

    /// Cuts the live connection.
    pub(super) fn cut(&self) {
        if let Some((_, cut)) = self.stage.push.lock().unwrap().take() {
            cut.cancel();
        }
    }
}

async fn serve(stage: Arc<Stage>, mut stream: TcpStream) {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend_from_slice(&part[..read]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_string();
            bytes.drain(..end + 4);
            let length: usize = header(&head, "content-length")
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            break (head, length);
        }
    };
    while bytes.len() < length {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap_or(0);
        bytes.extend_from_slice(&part[..read]);
    }
    if stage.silent.load(Ordering::SeqCst) {
        return;
    }
    let (status, kind, body) = respond(&stage, &head, &String::from_utf8_lossy(&bytes));
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn respond(stage: &Stage, head: &str, body: &str) -> (u16, &'static str, Vec<u8>) {
    let mut line = head.split_whitespace();
    let (method, path) = (line.next().unwrap_or_default(), line.next().unwrap_or_default());
    let json = |status, value: Value| (status, "application/json", value.to_string().into_bytes());
    if let Some(target) = header(head, "x-amz-target") {
        let operation = target.rsplit('.').next().unwrap_or_default();
        stage.heard.lock().unwrap().push(format!("{operation} {body}"));
        let (status, value) = stage.pool.answer(operation, &serde_json::from_str(body).unwrap());
        return json(status, value);
    }
    let call = header(head, CALL_HEADER).unwrap_or("-");
    stage
        .heard
        .lock()
        .unwrap()
        .push(format!("{method} {path} {call} {body}"));
    if let Some(bearer) = header(head, "authorization") {
        stage.bearers.lock().unwrap().push(bearer.to_owned());
    }
    match (method, path) {
        ("GET", "/.well-known/hearth.json") => json(200, serde_json::to_value(stage.endpoints()).unwrap()),
        ("GET", "/picture") => (200, "text/html", stage.picture.lock().unwrap().clone()),
        (_, path) if path.starts_with("/id/") => {
            let (status, value) = stage.provider.answer(path, header(head, "authorization"), body);
            json(status, value)
        }
        _ if header(head, "authorization").is_none() => json(401, json!(Failure::new(Reason::SignInNeeded))),
        ("GET", path) if path.contains("/live/") => {
            (200, "application/octet-stream", stage.frames.lock().unwrap().clone())
        }
        _ => match stage.rest(method, path.strip_prefix("/v1").unwrap_or(path), body) {
            Ok(value) => json(200, value),
            Err(failure) => json(failure.kind.status(), json!(failure)),
        },
    }
}

impl Stage {
    pub(super) fn endpoints(&self) -> Endpoints {
        Endpoints {
            things: None,
            sign_on: vec![self.provider.sign_on()],
            name: "Test".into(),
            region: "local-1".into(),
            user_pool: PoolAddress {
                endpoint: format!("{}/cognito/", self.address),
                pool: POOL.into(),
                client: "app".into(),
                plain_client: None,
                issuer: format!("{}/{POOL}", self.address),
                page: true,
            },
            identity_pool: IdentityPool {
                endpoint: format!("{}/cognito/", self.address),
                pool: "local-1:pool".into(),
            },
            rest: self.address.clone(),
            mqtt: self.mqtt.clone(),
            ca_pem: None,
        }
    }

    fn rest(&self, method: &str, path: &str, body: &str) -> Result<Value, Failure> {
        let now = crate::real::now();
        let family = Family {
            seq: 0,
            ..Family::sample()
        };
        match (
            method,
            path.rsplit('/')
                .next()
                .unwrap_or_default()
                .split('?')
                .next()
                .unwrap_or_default(),
        ) {
            ("GET", "families") => Ok(json!(Seen::now(vec![family], now))),
            ("GET", "pantry") => Ok(json!(Seen::now(self.food.lock().unwrap().clone(), now))),
            ("GET", "members") => Ok(json!(Seen::now(Vec::<u8>::new(), now))),
            ("GET", "journal") => {
                let after: u64 = path.rsplit('=').next().and_then(|text| text.parse().ok()).unwrap_or(0);
                let journal = self.journal.lock().unwrap();
                Ok(json!(
                    journal
                        .iter()
                        .filter(|entry| entry.seq > after)
                        .take(2)
                        .collect::<Vec<_>>()
                ))
            }
            ("PUT", "inbox") | ("POST", "removals") => Ok(Value::Null),
            ("POST", "looks") => Ok(json!({ "until": now })),
            ("POST", "pantry") if self.refuses.lock().unwrap().is_some_and(|word| body.contains(word)) => {
                Err(Reason::PowerMissing.into())
            }
            ("POST", "pantry") => Ok(json!(Item::sample())),
            ("POST", "farewell") => {
                std::mem::replace(&mut *self.farewell.lock().unwrap(), Ok(Vec::new())).map(|said| json!(said))
            }
            ("GET", _) if path.contains("/pictures/") => {
                Ok(json!({ "url": format!("{}/picture", self.address), "expires_at": now }))
            }
            _ => Err(Reason::Absent.into()),
        }
    }
}

/// One connection of an MQTT 3.1.1 client over WebSocket.
#[allow(clippy::result_large_err, reason = "the handshake's callback has this type")]
async fn inbox(stage: Arc<Stage>, stream: TcpStream) {
    use futures::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::{
        Message,
        handshake::server::{Request, Response},
    };

    let check = |request: &Request, mut response: Response| {
        let query = request.uri().query().unwrap_or_default();
        assert!(
            query.contains("X-Amz-Signature=") && query.ends_with("X-Amz-Security-Token=a%2Fb%2Bc%3D%3D"),
            "{query}"
        );
        response
            .headers_mut()
            .insert("sec-websocket-protocol", "mqtt".parse().unwrap());
        Ok(response)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, check).await else {
        return;
    };
    let (push, mut pushed) = mpsc::channel::<Vec<u8>>(16);
    let cut = CancellationToken::new();
    let topic = b"hearth/inbox/local-1:me";
    loop {
        let answer = tokio::select! {
            () = cut.cancelled() => return,
            message = socket.next() => {
                let Some(Ok(message)) = message else { return };
                // One packet a message, and every packet core sends here is below 128 bytes.
                let packet = message.into_data();
                match packet.first().map(|first| first >> 4) {
                    Some(1) => vec![0x20, 2, 0, 0],
                    Some(8) => {
                        assert!(packet.windows(topic.len()).any(|part| part == topic), "{packet:?}");
                        *stage.push.lock().unwrap() = Some((push.clone(), cut.clone()));
                        vec![0x90, 3, packet[2], packet[3], 1]
                    }
                    Some(12) => vec![0xD0, 0],
                    _ => continue,
                }
            }
            Some(payload) = pushed.recv() => {
                let length = 2 + topic.len() + payload.len();
                let mut packet = vec![0x30, (length & 0x7F) as u8 | 0x80, (length >> 7) as u8, 0, topic.len() as u8];
                packet.extend_from_slice(topic);
                packet.extend(payload);
                packet
            }
        };
        let _ = socket.send(Message::binary(answer)).await;
    }
}

/// Base64 as the wire has it, for bodies that must not hold something.
pub(super) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}
