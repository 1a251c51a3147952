//! Our own device in a maker's AWS account (ministack), by configuration only:
//! it is provisioned by claim, waits until it is let in, reports, obeys its
//! shadow, and updates its software and its certificate by jobs. ministack takes no signing request
//! over MQTT, so there, and only there, the device takes the key that it is given.

use anyhow::{Context, Result, ensure};
use hearth_contract::software::{Errand, Version};
use hearth_tests::{
    edge::Device,
    ministack::Ministack,
    programs::named,
    release::{self, Maker},
};
use serde_json::{Value, json};

const SERIAL: &str = "HF24000777";
const THING: &str = "fridge-HF24000777";

/// Makes the account, and switches a fridge of this maker on in it.
async fn start(ministack: &Ministack, maker: &Maker) -> Result<Device> {
    let factory = ministack.factory("make", json!({})).await?;
    let file = |name: &str| factory[name].as_str().unwrap_or_default().to_owned();
    let (ca, claim, claim_key, software_key) = (file("ca"), file("claim"), file("claim_key"), maker.key_pem());
    let cloud = json!({
        "host": "localhost",
        "port": ministack.devices_port(),
        "ca": "ca",
        "claim": "claim",
        "claim_key": "claim_key",
        "asks": "keys",
        "software_key": "software_key",
    });
    let files = [
        ("ca", &*ca),
        ("claim", &*claim),
        ("claim_key", &*claim_key),
        ("software_key", &*software_key),
    ];
    Device::fridge(SERIAL, &cloud, &files, None)
}

/// Lets it in.
async fn let_in(ministack: &Ministack, fridge: &Device) -> Result<()> {
    fridge.says("code HEARTH:FR:HF24000777:").await?;
    let let_in = ministack.factory("let_in", json!({ "thing": THING })).await?;
    ensure!(let_in["was"] == "INACTIVE", "it was let in before: {let_in}");
    fridge.says("link connected").await
}

#[tokio::test]
async fn our_fridge_lives_in_an_aws_account_by_configuration_only() -> Result<()> {
    let ministack = Ministack::start().await?;
    let mut fridge = start(&ministack, &Maker::new()?).await?;
    fridge.says(&format!("thing {THING}")).await?;
    let_in(&ministack, &fridge).await?;

    let order = json!({ "thing": THING, "fridge": 6 });
    let obeyed = ministack.factory("obey", order).await?;
    ensure!(
        obeyed["before"] == 4 && obeyed["after"] == 6,
        "it did not obey: {obeyed}"
    );
    ensure!(obeyed["answer"]["refused"].is_null(), "it refused: {obeyed}");

    fridge.again(None)?;
    let order = json!({ "thing": THING, "fridge": 2 });
    let obeyed = ministack.factory("obey", order).await?;
    ensure!(
        obeyed["before"] == 6 && obeyed["after"] == 2,
        "a power cut made another fridge of it: {obeyed}"
    );
    Ok(())
}

#[tokio::test]
async fn our_fridge_updates_in_an_aws_account_and_falls_back_from_what_does_not_reach_it() -> Result<()> {
    let (ministack, maker) = (Ministack::start().await?, Maker::new()?);
    let mut fridge = start(&ministack, &maker).await?;
    let_in(&ministack, &fridge).await?;
    let good = release::good(named("HEARTH_EDGE")?.as_ref());
    let job = async |job: &str, program: &str, version, by: &Maker| -> Result<Value> {
        let lies = ministack
            .factory("publish", json!({ "file": job, "text": program }))
            .await?;
        let errand = by.releases(program, version, lies["url"].as_str().context("where it lies")?);
        let jobs = json!({ "thing": THING, "jobs": { job: errand } });
        ministack.factory("give", jobs).await?;
        ministack.factory("ended", json!({ "thing": THING, "job": job })).await
    };

    let done = job("good", &good, Version(1, 4, 0), &maker).await?;
    ensure!(done["status"] == "SUCCEEDED", "{done}\n{}", fridge.said()?);
    fridge.says("software 1.4.0").await?;

    let hung = job("hangs", &release::hangs(), Version(1, 5, 0), &maker).await?;
    ensure!(hung["status"] == "FAILED" && hung["why"] == "unreachable", "{hung}");
    let foreign = job("foreign", &good, Version(1, 6, 0), &Maker::new()?).await?;
    ensure!(
        foreign["status"] == "REJECTED" && foreign["why"] == "signature",
        "{foreign}"
    );
    let old = job("old", &good, Version(1, 3, 9), &maker).await?;
    ensure!(old["status"] == "REJECTED" && old["why"] == "not_newer", "{old}");

    // It is still the fridge it was, with its last good software.
    fridge.again(None)?;
    let obeyed = ministack
        .factory("obey", json!({ "thing": THING, "fridge": 6 }))
        .await?;
    ensure!(obeyed["after"] == 6, "{obeyed}");
    let last = fridge.said()?;
    let last = last.lines().rfind(|line| line.starts_with("software"));
    ensure!(last == Some("software 1.4.0"), "{last:?}");
    Ok(())
}

#[tokio::test]
async fn our_fridge_gets_its_next_certificate_in_an_aws_account() -> Result<()> {
    let (ministack, maker) = (Ministack::start().await?, Maker::new()?);
    let mut fridge = start(&ministack, &maker).await?;
    let_in(&ministack, &fridge).await?;
    let errand = json!({ "thing": THING, "jobs": { "rotate": Errand::RotateCertificate } });
    ministack.factory("give", errand).await?;
    let ended = ministack
        .factory("ended", json!({ "thing": THING, "job": "rotate" }))
        .await?;
    ensure!(ended["status"] == "SUCCEEDED", "{ended}\n{}", fridge.said()?);
    let retired = ministack.factory("retire", json!({ "thing": THING })).await?;
    ensure!(retired["active"] == 2, "{retired}");

    // It is still the fridge it was, and needs the one before no more.
    fridge.again(None)?;
    let obeyed = ministack
        .factory("obey", json!({ "thing": THING, "fridge": 6 }))
        .await?;
    ensure!(obeyed["after"] == 6, "{obeyed}");
    Ok(())
}
