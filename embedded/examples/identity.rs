//! The identity alone, on a free loopback port, for foreign clients to try.
//!
//! `cargo run -p hearth-embedded --example identity -- FOLDER` prints one line
//! of JSON with its names and address, and a line a letter. It is no way to
//! run a home: nothing here is encrypted and codes go to standard output.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use hearth_contract::clock::Clock;
use hearth_embedded::identity::{Identity, Letter, NotPosted, Outbox, Ports, SystemRandom};

struct Wall;

impl Clock for Wall {
    fn now(&self) -> jiff::Timestamp {
        // A program is where the real clock lives.
        #[expect(clippy::disallowed_methods)]
        jiff::Timestamp::now()
    }
}

struct Printed;

#[async_trait]
impl Outbox for Printed {
    async fn post(&self, letter: Letter) -> Result<(), NotPosted> {
        println!("{}", serde_json::json!({ "to": letter.to, "code": letter.code }));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let ports = Ports {
        clock: Arc::new(Wall),
        random: Arc::new(SystemRandom),
        outbox: Arc::new(Printed),
        origins: Vec::new(),
        issuers: Vec::new(),
    };
    let identity = Identity::open(&PathBuf::from(folder), &url, ports).await?;
    let names = identity.names();
    println!(
        "{}",
        serde_json::json!({
            "endpoint": format!("{url}/cognito/"),
            "issuer": names.issuer,
            "pool_id": names.pool_id,
            "client_id": names.client_id,
            "plain_client_id": names.plain_client_id,
            "identity_pool_id": names.identity_pool_id,
        })
    );
    axum::serve(listener, identity.router()).await?;
    Ok(())
}
