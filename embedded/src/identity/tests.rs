//! A home with an identity in it, asked over its router as clients ask.

mod accounts;
mod changes;
mod devices;
mod foreign;
mod identity_pool;
mod passkeys;
mod provider;
mod rotation;
mod second_factor;
mod sessions;
mod sign_in;
mod wire;

use std::{
    collections::VecDeque,
    sync::{Mutex, OnceLock},
};

use async_trait::async_trait;
use axum::body::to_bytes;
use hearth_contract::srp;
use http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{store::Founding, *};

pub const MAIL: &str = "ann@example.org";
pub const PASSWORD: &str = "correct horse 电池";

/// A clock that stands until it is turned.
pub struct Dial(Mutex<Timestamp>);

impl Dial {
    pub fn turn(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Dial {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[derive(Default)]
pub struct Tray(Mutex<VecDeque<Letter>>);

#[async_trait]
impl Outbox for Tray {
    async fn post(&self, letter: Letter) -> Result<(), NotPosted> {
        self.0.lock().unwrap().push_back(letter);
        Ok(())
    }
}

pub struct Home {
    pub identity: Identity,
    pub clock: Arc<Dial>,
    tray: Arc<Tray>,
    pub folder: TempDir,
}

/// What came back: status, error header, body.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub error: Option<String>,
    pub body: Value,
}

impl Home {
    pub async fn new() -> Self {
        Self::with_issuers(Vec::new()).await
    }

    /// A home that takes in these issuers' people.
    pub async fn with_issuers(issuers: Vec<SignOn>) -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        store.found(&founding()).await.unwrap();
        drop(store);
        let clock = Arc::new(Dial(Mutex::new("2026-11-07T09:05:00Z".parse().unwrap())));
        let tray = Arc::new(Tray::default());
        let ports = Ports {
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            outbox: tray.clone(),
            origins: Vec::new(),
            issuers,
        };
        let identity = Identity::open(folder.path(), "http://localhost:1", ports)
            .await
            .unwrap();
        Self {
            identity,
            clock,
            tray,
            folder,
        }
    }

    /// A home where Ann has a confirmed account.
    pub async fn with_ann() -> Self {
        let home = Self::new().await;
        home.identity.ensure_account(MAIL, "Ann", PASSWORD).await.unwrap();
        home
    }

    pub fn client_id(&self) -> &str {
        &self.identity.names().client_id
    }

    pub async fn ask(&self, op: &str, body: Value) -> Reply {
        let service = match op {
            "GetId" | "GetCredentialsForIdentity" => "AWSCognitoIdentityService",
            _ => "AWSCognitoIdentityProviderService",
        };
        self.post(&format!("{service}.{op}"), body.to_string()).await
    }

    /// As [`Home::ask`], and it must go well.
    pub async fn done(&self, op: &str, body: Value) -> Value {
        let reply = self.ask(op, body).await;
        assert_eq!(reply.status, StatusCode::OK, "{op}: {reply:?}");
        reply.body
    }

    /// As [`Home::ask`], and it must be refused just so.
    pub async fn refused(&self, op: &str, body: Value, exception: &str) -> String {
        let reply = self.ask(op, body).await;
        assert_eq!(reply.body["__type"], exception, "{op}: {reply:?}");
        reply.body["message"].as_str().unwrap().to_owned()
    }

    pub async fn post(&self, target: &str, body: String) -> Reply {
        let request: Request<axum::body::Body> = Request::post("/cognito/")
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1")
            .body(body.into())
            .unwrap();
        read(self.identity.router().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        read(self.identity.router().oneshot(request).await.unwrap()).await
    }

    /// The code of the last letter.
    pub fn code(&self) -> String {
        self.tray.0.lock().unwrap().pop_back().expect("a letter").code
    }

    pub fn letters(&self) -> usize {
        self.tray.0.lock().unwrap().len()
    }

    /// The challenge for `username`, and the answer that `password` gives.
    pub async fn challenge(&self, client_id: &str, username: &str, password: &str) -> (Value, Value) {
        let client = srp::Client::new(&[7; 128]).unwrap();
        let begun = self
            .done(
                "InitiateAuth",
                json!({
                    "AuthFlow": "USER_SRP_AUTH",
                    "ClientId": client_id,
                    "AuthParameters": { "USERNAME": username, "SRP_A": client.public_hex() },
                }),
            )
            .await;
        assert_eq!(begun["ChallengeName"], "PASSWORD_VERIFIER");
        let answer = self.signed(client_id, &begun, password, self.clock.now());
        (begun, answer)
    }

    /// The answer that `password` gives to a challenge, signed at `at`.
    pub fn signed(&self, client_id: &str, begun: &Value, password: &str, at: Timestamp) -> Value {
        let client = srp::Client::new(&[7; 128]).unwrap();
        let given = &begun["ChallengeParameters"];
        let text = |name: &str| given[name].as_str().unwrap();
        let timestamp = srp::timestamp(at);
        let occasion = srp::Occasion {
            pool_id: &self.identity.names().pool_id,
            user_id: text("USER_ID_FOR_SRP"),
            secret_block: text("SECRET_BLOCK"),
            timestamp: &timestamp,
        };
        let claim = client.claim(&occasion, password, text("SALT"), text("SRP_B")).unwrap();
        json!({
            "ClientId": client_id,
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": {
                "USERNAME": text("USER_ID_FOR_SRP"),
                "TIMESTAMP": timestamp,
                "PASSWORD_CLAIM_SECRET_BLOCK": text("SECRET_BLOCK"),
                "PASSWORD_CLAIM_SIGNATURE": claim,
            },
        })
    }

    /// Signs in at the app's client; `AuthenticationResult`.
    pub async fn sign_in(&self, password: &str) -> Value {
        self.sign_in_at(self.client_id(), password).await
    }

    pub async fn sign_in_at(&self, client_id: &str, password: &str) -> Value {
        let (_, answer) = self.challenge(client_id, MAIL, password).await;
        self.done("RespondToAuthChallenge", answer).await["AuthenticationResult"].clone()
    }
}

async fn read(response: Response<axum::body::Body>) -> Reply {
    let status = response.status();
    let error = response.headers().get("x-amzn-errortype");
    let error = error.map(|name| name.to_str().unwrap().to_owned());
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Reply {
        status,
        error,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    }
}

/// Keys take a second to make, so all tests but one share a pair.
fn founding() -> Founding {
    static KEYS: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    let (id_key, access_key) = KEYS
        .get_or_init(|| (rsa::generate([1; 32]).unwrap(), rsa::generate([2; 32]).unwrap()))
        .clone();
    Founding {
        names: Names {
            issuer: "http://localhost:1/local-1_HearthPoo".into(),
            pool_id: "local-1_HearthPoo".into(),
            client_id: "appclient".into(),
            plain_client_id: "plainclient".into(),
            identity_pool_id: "local-1:11111111-2222-4333-8444-555555555555".into(),
        },
        pepper: [3; 64],
        keys: keys::KeyPair {
            id_key,
            access_key,
            // 7 November 2026, as the clock of these tests.
            made_at: 1_794_042_300,
        },
    }
}
