//! A device by AWS's own SDK for devices (`awsiotsdk`): provisioned by claim both
//! ways, turned away until it is paired, then with its shadows and jobs; at our hub,
//! and in an AWS account by the same script.

use std::{fs, sync::Arc};

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
use hearth_tests::{foreign, hub::Hub, ministack::Ministack, page::Page};
use serde_json::{Value, json};
use tempfile::TempDir;

const SCRIPT: &str = "device.py";

/// What ministack has not: signing requests over MQTT, ownership tokens that are
/// used once, a missing shadow's words and the limit of a shadow's depth.
const MINISTACK_LACKS: [&str; 4] = ["csr", "single_use", "shadow_words", "depth"];

/// A device, and where it comes in.
struct Device {
    serial: Serial,
    secret: PairingSecret,
    folder: TempDir,
    place: Value,
}

impl Device {
    /// One at our hub.
    fn at(hub: &Hub, serial: &str) -> Result<Self> {
        let authority = hub.folder().join("authority");
        let place = json!({
            "port": hub.devices_port()?,
            "ca": authority.join("ca.pem"),
            "claim": authority.join("claim.pem"),
            "claim_key": authority.join("claim.key"),
        });
        Self::new(serial, place, tempfile::tempdir()?)
    }

    /// One in a maker's AWS account.
    fn abroad(ministack: &Ministack, factory: &Value, serial: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut place = json!({ "port": ministack.devices_port(), "lacks": MINISTACK_LACKS });
        for file in ["ca", "claim", "claim_key"] {
            let path = folder.path().join(file);
            fs::write(&path, factory[file].as_str().context("the factory's papers")?)?;
            place[file] = json!(path);
        }
        Self::new(serial, place, folder)
    }

    fn new(serial: &str, place: Value, folder: TempDir) -> Result<Self> {
        Ok(Self {
            serial: serial.parse()?,
            secret: PairingSecret([7; 32]),
            folder,
            place,
        })
    }

    /// Lives a part of its life; what it said last.
    async fn lives(&self, part: &str, more: Value) -> Result<String> {
        let mut told = json!({
            "part": part,
            "host": "localhost",
            "folder": self.folder.path(),
            "serial": self.serial,
            "secret": hex::encode(self.secret.0),
            "thing": self.thing(),
        });
        for more in [self.place.clone(), more] {
            if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
                told.extend(more);
            }
        }
        let said = foreign::run_with(SCRIPT, &told.to_string()).await?;
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
    let given = Device::at(&hub, "HF77000001")?;
    ensure!(given.lives("provision", json!({})).await? == given.thing().as_str());
    let device = Device::at(&hub, "HF77000002")?;
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

#[tokio::test]
async fn the_same_device_lives_in_an_aws_account_by_the_same_script() -> Result<()> {
    let ministack = Ministack::start().await?;
    let factory = ministack.factory("make", json!({})).await?;
    let device = Device::abroad(&ministack, &factory, "HF77000003")?;
    ensure!(device.lives("provision", json!({})).await? == device.thing().as_str());
    device.lives("refused", json!({})).await?;
    let thing = json!({ "thing": device.thing() });
    let let_in = ministack.factory("let_in", thing).await?;
    ensure!(let_in["was"] == "INACTIVE", "it was let in before: {let_in}");
    let jobs = json!({ "thing": device.thing(), "jobs": { "first": { "do": "first" }, "second": { "do": "second" } } });
    ministack.factory("give", jobs).await?;
    device.lives("live", json!({})).await.map(drop)
}
