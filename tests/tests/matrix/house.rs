//! A home's servers put together as the hub does, without its timer: nothing
//! happens that nobody asked for, so what is stored can be compared.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use axum::Router;
use hearth_cloud::{
    Clocks, Cloud, Ports,
    ports::NoList,
    recognise::Local,
    tables::{self, Tables},
};
use hearth_contract::{
    Method,
    clock::Clock,
    rest::{BEARER_PREFIX, CALL_HEADER, RestCall, SIGNED_PREFIX, SIGNED_SERVICE},
};
use hearth_embedded::{
    authority::Authority,
    broker::{AWS, Broker, BrokerConfig, Parts},
    credentials::Loan,
    identity::{self, Identity, Letter, NotPosted, Outbox, SystemRandom},
    objects::Objects,
    things::Things,
};
use hearth_hub::{
    adapters::{Authorisers, LateTimer, Signers},
    clocks::RealClock,
};
use hearth_tests::{page::new_call, pool::UserPool, wait::until};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

/// Jobs that wait for their hour.
const STANDING: [&str; 4] = ["'muster'", "'forget'", "'stay:", "'orders:"];

/// The servers, serving on loopback.
pub struct House {
    pub cloud: Arc<Cloud>,
    pub identity: Identity,
    pub things: Arc<Things>,
    pub objects: Arc<Objects>,
    pub http: reqwest::Client,
    pub pool: UserPool,
    address: String,
    folder: TempDir,
    server: JoinHandle<()>,
    _broker: Arc<Broker>,
}

/// How somebody proves who they are.
#[derive(Clone)]
pub enum Proof {
    /// A bearer token.
    Token(String),
    /// Temporary credentials: key, secret, session token.
    Signature(String, String, String),
}

impl Proof {
    /// What was lent to a thing.
    pub fn of(loan: &Loan) -> Self {
        Self::Signature(loan.access_key.clone(), loan.secret.clone(), loan.session_token.clone())
    }

    /// Makes it good for nothing, as little as can be changed.
    pub fn spoil(&mut self) {
        let (Self::Token(secret) | Self::Signature(_, secret, _)) = self;
        let at = secret.len() - 8;
        let other = if secret.as_bytes()[at] == b'A' { "B" } else { "A" };
        secret.replace_range(at..=at, other);
    }
}

/// Everybody here has an account already.
struct NoMail;

#[async_trait]
impl Outbox for NoMail {
    async fn post(&self, _: Letter) -> Result<(), NotPosted> {
        Ok(())
    }
}

impl House {
    pub async fn open() -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (folder, listener) = (tempfile::tempdir()?, TcpListener::bind("127.0.0.1:0").await?);
        let address = format!("http://localhost:{}", listener.local_addr()?.port());
        let real: Arc<dyn Clock> = Arc::new(RealClock);
        let parts = identity::Ports {
            clock: real.clone(),
            random: Arc::new(SystemRandom),
            outbox: Arc::new(NoMail),
            origins: Vec::new(),
            issuers: Vec::new(),
        };
        let identity = Identity::open(folder.path(), &address, parts).await?;
        let things = Arc::new(Things::open(folder.path(), real.clone()).await?);
        let signers = Arc::new(Signers {
            identity: identity.clone(),
            things: things.clone(),
        });
        let authority = Authority::open(&folder.path().join("authority"), RealClock.now(), &[])?;
        let parts = Parts {
            authority: Arc::new(authority),
            things: things.clone(),
            people: signers.clone(),
            lender: Arc::new(identity.clone()),
            clock: real.clone(),
        };
        let devices_addr = SocketAddr::from(([127, 0, 0, 1], 0));
        let broker = Arc::new(
            Broker::start(
                BrokerConfig {
                    devices_addr,
                    rate: AWS,
                },
                parts,
            )
            .await?,
        );
        let region = identity.names().region();
        let objects = Arc::new(Objects::open(
            &folder.path().join("objects"),
            &address,
            region,
            real.clone(),
        )?);
        let ports = Ports {
            things: things.clone(),
            wire: broker.clone(),
            shadows: broker.clone(),
            objects: objects.clone(),
            agenda: Arc::new(LateTimer::default()),
            recogniser: Arc::new(Local),
            factory: Arc::new(NoList),
            tokens: Arc::new(Authorisers {
                verifier: identity.verifier(),
                issuers: identity.issuers(),
                signers,
            }),
        };
        let clocks = Clocks {
            domain: real.clone(),
            real,
        };
        let cloud = Cloud::open(&folder.path().join("hearth.sqlite"), ports, clocks).await?;
        let router = Router::new()
            .merge(identity.router())
            .merge(objects.router())
            .nest(BEARER_PREFIX, cloud.rest())
            .nest(SIGNED_PREFIX, cloud.signed_rest());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                eprintln!("the port was lost: {error}");
            }
        });
        let http = reqwest::Client::builder().build()?;
        let names = identity.names();
        let pool = UserPool::new(&format!("{address}/cognito/"), &names.pool_id, &names.client_id, &http);
        Ok(Self {
            cloud,
            identity,
            things,
            objects,
            http,
            pool,
            address,
            folder,
            server,
            _broker: broker,
        })
    }

    /// Everything that is stored, in every file of the home, once nothing is left to do.
    pub async fn kept(&self) -> Result<Vec<Tables>> {
        until("the jobs to be done", Duration::from_secs(20), || async {
            let jobs = tables::read(&self.folder.path().join("hearth.sqlite"))
                .await?
                .remove("jobs");
            let is_standing = |job: &String| STANDING.iter().any(|lane| job.contains(lane));
            Ok(jobs.unwrap_or_default().iter().all(is_standing).then_some(()))
        })
        .await?;
        let mut kept = Vec::new();
        for file in ["hearth.sqlite", "identity.sqlite", "things.sqlite"] {
            kept.push(tables::read(&self.folder.path().join(file)).await.context(file)?);
        }
        Ok(kept)
    }

    /// Makes the call as it travels; status and body. A stream's body is not read.
    pub async fn send(&self, by: Option<&Proof>, call: &RestCall) -> Result<(u16, String)> {
        let prefix = match by {
            Some(Proof::Signature(..)) => SIGNED_PREFIX,
            _ => BEARER_PREFIX,
        };
        let url = format!("{}{prefix}{}", self.address, call.path);
        let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut request = http::Request::builder().method(call.method.as_str()).uri(&url);
        if call.method != Method::Get {
            request = request.header(CALL_HEADER, new_call().to_string());
        }
        let mut request = request.body(body)?;
        match by {
            None => {}
            Some(Proof::Token(token)) => {
                let bearer = format!("Bearer {token}").parse()?;
                request.headers_mut().insert("authorization", bearer);
            }
            Some(Proof::Signature(key, secret, token)) => self.sign(&mut request, (key, secret, token))?,
        }
        let answer = self.http.execute(request.try_into()?).await?;
        let is_stream = answer
            .headers()
            .get("content-type")
            .is_some_and(|kind| kind != "application/json");
        let status = answer.status().as_u16();
        Ok((status, if is_stream { String::new() } else { answer.text().await? }))
    }

    /// Signs with somebody else's implementation.
    fn sign(&self, request: &mut http::Request<String>, (key, secret, token): (&str, &str, &str)) -> Result<()> {
        let identity = Credentials::new(key, secret, Some(token.to_owned()), None, "lent").into();
        #[allow(clippy::disallowed_methods, reason = "the library takes the system's own time")]
        let now = SystemTime::now();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.identity.names().region())
            .name(SIGNED_SERVICE)
            .time(now)
            .settings(SigningSettings::default())
            .build()?
            .into();
        let (method, uri) = (request.method().to_string(), request.uri().to_string());
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| Ok((name.to_string(), value.to_str()?.to_owned())))
            .collect::<Result<_>>()?;
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = SignableBody::Bytes(request.body().as_bytes());
        let signable = SignableRequest::new(&method, uri, headers, body)?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.server.abort();
    }
}
