//! Who lives in a simulated home: its devices, its demo account, its controls.

use std::{io::Write, path::Path, sync::Arc};

use axum::Router;
use hearth_contract::clock::Clock;
use hearth_edge::{Clocks, Home, HomeConfig, Life, Load, cloud::Asks, meter::MeterBody};
use hearth_embedded::{authority::Authority, broker::Broker, identity::Identity};
use jiff::tz::TimeZone;

use crate::{
    adapters::LateTimer,
    arguments::Arguments,
    clocks::{RealClock, TurnableClock},
    sessions::Sessions,
    simulated::{self, Controls},
    tablet::{self, Tablet},
    trouble::Trouble,
};

/// The demo account's address.
const DEMO_MAIL: &str = "demo@hearth.home";
const DEMO_NAME: &str = "Demo";
/// Makes the simulated home what it is.
const SEED: u64 = 7;
/// Which household of a record is replayed.
#[cfg(feature = "replay")]
const HOUSEHOLD: i64 = 7;

/// The simulated home, moved in.
pub struct Lodger {
    home: Home,
    tablet: Tablet,
    clock: Arc<TurnableClock>,
    timer: Arc<LateTimer>,
    password: String,
}

impl Lodger {
    /// Starts the devices and makes the demo account, once.
    ///
    /// # Errors
    /// The devices' folder can't be used, or the account not be made.
    pub async fn move_in(
        folder: &Path,
        arguments: &Arguments,
        (sessions, identity, authority, broker): (&Sessions, &Identity, &Authority, &Broker),
        clock: Arc<TurnableClock>,
        timer: Arc<LateTimer>,
    ) -> Result<Self, Trouble> {
        let password = demo_password(&folder.join("simulated"))?;
        identity
            .ensure_account(DEMO_MAIL, DEMO_NAME, &password)
            .await
            .map_err(|error| Trouble::Server("demo account", error.to_string()))?;
        let (cert, key) = authority.claim_certificate();
        let cloud = hearth_edge::Cloud {
            host: "localhost".to_owned(),
            port: broker.devices_port(),
            ca_pem: authority.ca_pem().to_owned(),
            claim_cert_pem: cert.to_owned(),
            claim_key_pem: key.to_owned(),
            asks: Asks::Csr,
            maker: None,
        };
        let config = HomeConfig {
            cloud: cloud.clone(),
            disk: folder.join("simulated"),
            clocks: Clocks {
                domain: clock.clone(),
                real: Arc::new(RealClock) as Arc<dyn Clock>,
            },
            seed: SEED,
            load: load(arguments)?,
            life: if arguments.quiet { Life::Quiet } else { Life::Lively },
        };
        let home = Home::start(config)
            .await
            .map_err(|error| Trouble::Server("simulated home", error.to_string()))?;
        let hangs = folder.join("simulated").join("tablet");
        let tablet = Tablet::hang(&hangs, sessions, cloud, home.fridge.clone())?;
        Ok(Self {
            home,
            tablet,
            clock,
            timer,
            password,
        })
    }

    /// The routes of the controls.
    pub fn controls(&self) -> Router {
        simulated::router(Controls {
            fridge: self.home.fridge.clone(),
            meter: self.home.meter.clone(),
            microwave: self.home.microwave.clone(),
            tablet: self.tablet.core().clone(),
            clock: self.clock.clone(),
            timer: self.timer.clone(),
        })
    }

    /// What whoever started the home should know.
    pub fn greeting(&self, address: &str) -> String {
        format!(
            "  sign in as  {DEMO_MAIL}  with  {}\n  the simulated home (its door, its food, its pairing codes): {address}/simulated\n  \
             the tablet in its fridge's door: {}/?face=kiosk",
            self.password,
            address.replacen("localhost", tablet::HOST, 1),
        )
    }

    /// Ends the devices.
    pub async fn move_out(self) {
        self.home.stop().await;
    }
}

/// What the meter measures: a home made up, or one that was recorded.
#[cfg(feature = "replay")]
fn load(arguments: &Arguments) -> Result<Arc<dyn MeterBody>, Trouble> {
    use hearth_edge::simulated::recorded::Recorded;
    match &arguments.replay {
        None => Ok(made_up()),
        Some(file) => match Recorded::read(file, HOUSEHOLD, TimeZone::system()) {
            Ok(recorded) => Ok(Arc::new(recorded)),
            Err(fault) => Err(Trouble::Server("simulated meter", fault.to_string())),
        },
    }
}

/// What the meter measures: a home made up.
#[cfg(not(feature = "replay"))]
fn load(_arguments: &Arguments) -> Result<Arc<dyn MeterBody>, Trouble> {
    Ok(made_up())
}

fn made_up() -> Arc<dyn MeterBody> {
    Arc::new(Load::new(SEED, TimeZone::system()))
}

/// Made at first run and kept for its user only.
fn demo_password(folder: &Path) -> Result<String, Trouble> {
    use std::os::unix::fs::OpenOptionsExt;
    let path = folder.join("demo-password");
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Ok(text.trim().to_owned());
    }
    let password = format!("{}-{}-{}", letters(4)?, letters(4)?, letters(4)?);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        writeln!(file, "{password}")?;
        file.sync_all()
    };
    write().map_err(|error| Trouble::Folder(folder.to_owned(), error))?;
    Ok(password)
}

/// Random lower-case letters and digits that are not mixed up, 5 bits each.
fn letters(count: usize) -> Result<String, Trouble> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|error| Trouble::Server("random source", error.to_string()))?;
    Ok(bytes
        .iter()
        .map(|byte| char::from(b"abcdefghijkmnpqrstuvwxyz23456789"[usize::from(byte & 31)]))
        .collect())
}
