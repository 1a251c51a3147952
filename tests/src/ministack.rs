//! ministack, standing for a maker's AWS account: real SRP and RS256, identity
//! pool, IAM, and an MQTT broker that judges signatures.
//!
//! What it is too lax about is proved elsewhere, against the hub: it takes any
//! confirmation code, and its identity pool is not choosy.

use std::{fs::File, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use hearth_contract::endpoints::{Endpoints, IdentityPool, UserPool};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    foreign,
    programs::{Running, free_port, named},
    wait::until,
};

/// The region it is asked for.
pub const REGION: &str = "eu-west-1";

/// A running ministack with a maker's user pool and identity pool in it.
pub struct Ministack {
    address: String,
    port: u16,
    devices_port: u16,
    names: Names,
    client: reqwest::Client,
    _folder: TempDir,
    _process: Running,
}

#[derive(Deserialize)]
struct Names {
    pool: String,
    client: String,
    issuer: String,
    identity_pool: String,
}

impl Ministack {
    /// Starts it on free ports and sets the pools up.
    ///
    /// # Errors
    /// It is not installed, or does not come up within a minute.
    pub async fn start() -> Result<Self> {
        let (folder, port, devices_port) = (tempfile::tempdir()?, free_port()?, free_port()?);
        let mut command = Command::new(named("HEARTH_MINISTACK")?);
        command
            .arg("-B")
            .arg(foreign::script("start_ministack.py"))
            .current_dir(folder.path());
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string());
        command.env("IOT_MTLS_PORT", devices_port.to_string());
        command.env("LAMBDA_EXECUTOR", "local").env("AUTH", "true");
        let log_path = folder.path().join("ministack.log");
        let mut process = Running::start(&mut command, Some(File::create(&log_path)?))?;
        let address = format!("http://127.0.0.1:{port}");
        // As in every program of ours; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(15)).build()?;
        let health = format!("{address}/_ministack/health");
        let asked = until("ministack to answer", Duration::from_secs(60), || async {
            Ok(client.get(&health).send().await?.status().is_success().then_some(()))
        });
        let asked = asked.await;
        ensure!(
            !process.ended()?,
            "ministack ended: {}",
            std::fs::read_to_string(log_path).unwrap_or_default()
        );
        asked?;
        let place = json!({ "endpoint": address, "region": REGION });
        let names = foreign::run_with("maker.py", &place.to_string()).await?;
        Ok(Self {
            names: serde_json::from_str(&names).context("the maker's names")?,
            address,
            port,
            devices_port,
            client,
            _folder: folder,
            _process: process,
        })
    }

    /// Where everything is, with the REST of the cloud at `rest`.
    #[must_use]
    pub fn endpoints(&self, rest: &str) -> Endpoints {
        Endpoints {
            sign_on: Vec::new(),
            name: "Maker".into(),
            region: REGION.into(),
            user_pool: UserPool {
                endpoint: format!("{}/", self.address),
                pool: self.names.pool.clone(),
                client: self.names.client.clone(),
                plain_client: None,
                issuer: self.names.issuer.clone(),
                page: false,
            },
            identity_pool: IdentityPool {
                endpoint: self.address.clone(),
                pool: self.names.identity_pool.clone(),
            },
            rest: rest.to_owned(),
            mqtt: format!("ws://localhost:{}/mqtt", self.port),
            things: None,
            ca_pem: None,
        }
    }

    /// Where devices connect: MQTT over mutual TLS.
    #[must_use]
    pub fn devices_port(&self) -> u16 {
        self.devices_port
    }

    /// Does a part of what a maker's factory and backend do for a device; what
    /// came of it.
    ///
    /// # Errors
    /// It was refused, or did not happen within forty seconds.
    pub async fn factory(&self, part: &str, more: Value) -> Result<Value> {
        let mut asked = json!({ "endpoint": self.address, "region": REGION, "part": part });
        if let (Some(asked), Value::Object(more)) = (asked.as_object_mut(), more) {
            asked.extend(more);
        }
        let said = foreign::run_with("factory.py", &asked.to_string()).await?;
        Ok(serde_json::from_str(&said)?)
    }

    /// The keys that its tokens are signed with.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn keys(&self) -> Result<Value> {
        let url = format!("{}/{}/.well-known/jwks.json", self.address, self.names.pool);
        Ok(self.client.get(url).send().await?.error_for_status()?.json().await?)
    }

    /// Publishes as a maker's backend does, by IoT's data plane.
    ///
    /// # Errors
    /// It refuses.
    pub async fn publish(&self, topic: &str, payload: Vec<u8>) -> Result<()> {
        let topic = topic.replace('/', "%2F").replace(':', "%3A");
        self.post(&format!("topics/{topic}?qos=1"), payload).await
    }

    /// Changes a thing's classic shadow, by IoT's data plane.
    ///
    /// # Errors
    /// It refuses.
    pub async fn update_shadow(&self, thing: &str, change: &Value) -> Result<()> {
        self.post(&format!("things/{thing}/shadow"), change.to_string().into_bytes())
            .await
    }

    async fn post(&self, path: &str, payload: Vec<u8>) -> Result<()> {
        let url = format!("{}/{path}", self.address);
        // The account's root: ministack reads whose key it is and checks nothing more of it.
        let root = format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/iotdata/aws4_request, SignedHeaders=host, Signature=0"
        );
        let answer = self.client.post(url).header("authorization", root).body(payload);
        let answer = answer.send().await?;
        ensure!(answer.status().is_success(), "ministack: {}", answer.text().await?);
        Ok(())
    }

    /// Whether a refresh token still gives tokens.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn renews(&self, refresh: &str) -> Result<bool> {
        let ask = json!({ "ClientId": self.names.client, "RefreshToken": refresh });
        let request = self.client.post(format!("{}/", self.address));
        let request = request
            .header(
                "x-amz-target",
                "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken",
            )
            .header("content-type", "application/x-amz-json-1.1");
        Ok(request.body(ask.to_string()).send().await?.status().is_success())
    }
}
