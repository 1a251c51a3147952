//! A device by AWS's own SDK for devices (`awsiotsdk`): provisioned by claim both
//! ways, turned away until it is paired, then with its shadows and jobs.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use hearth_contract::{
    Serial,
    clock::Clock,
    device::Hardware,
    ids::ThingName,
    pairing::{Pair, PairingCode, PairingSecret, proof, step},
    text::CodeText,
};
use hearth_embedded::{authority::new_key, things::Things};
use hearth_hub::clocks::RealClock;
use hearth_tests::{foreign, hub::Hub, page::Page};
use serde_json::{Value, json};

const SCRIPT: &str = "device.py";

/// A device and its home.
struct Device<'a> {
    hub: &'a Hub,
    serial: Serial,
    secret: PairingSecret,
    folder: tempfile::TempDir,
}

impl<'a> Device<'a> {
    fn new(hub: &'a Hub, serial: &str) -> Result<Self> {
        Ok(Self {
            hub,
            serial: serial.parse()?,
            secret: PairingSecret([7; 32]),
            folder: tempfile::tempdir()?,
        })
    }

    /// Lives a part of its life; what it said last.
    async fn lives(&self, part: &str, more: Value) -> Result<String> {
        let authority = self.hub.folder().join("authority");
        let mut home = json!({
            "part": part,
            "host": "localhost",
            "port": self.hub.devices_port()?,
            "ca": authority.join("ca.pem"),
            "claim": authority.join("claim.pem"),
            "claim_key": authority.join("claim.key"),
            "folder": self.folder.path(),
            "serial": self.serial,
            "secret": hex::encode(self.secret.0),
            "thing": self.thing(),
        });
        if let (Some(home), Value::Object(more)) = (home.as_object_mut(), more) {
            home.extend(more);
        }
        let said = foreign::run_with(SCRIPT, &home.to_string()).await?;
        said.lines().last().map(str::to_owned).context("it said nothing")
    }

    fn thing(&self) -> ThingName {
        Hardware::Fridge.thing(&self.serial)
    }
}

#[tokio::test]
async fn amazons_device_sdk_lives_a_devices_life() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;

    // One that is given its key, and one that makes it itself.
    let given = Device::new(&hub, "HF77000001")?;
    ensure!(given.lives("provision", json!({})).await? == given.thing().as_str());
    let device = Device::new(&hub, "HF77000002")?;
    let (own_key, csr) = new_key()?;
    let own = json!({ "csr": csr, "own_key": own_key });
    ensure!(device.lives("provision", own).await? == device.thing().as_str());
    device.lives("refused", json!({})).await?;

    let proof = proof(&device.secret, Hardware::Fridge, &device.serial, step(RealClock.now()));
    let code = PairingCode {
        hardware: Hardware::Fridge,
        serial: device.serial.clone(),
        proof,
    };
    page.call(Pair {
        family: family.id,
        code: CodeText::parse(&code.to_string())?,
    })
    .await?;
    let things = Things::open(&hub.folder(), Arc::new(RealClock)).await?;
    for job in ["first", "second"] {
        things
            .jobs()
            .give(device.thing().as_str(), job, json!({ "do": job }))
            .await?;
    }
    device.lives("live", json!({})).await.map(drop)
}
