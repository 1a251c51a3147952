//! Our own device in a maker's AWS account (ministack), by configuration only:
//! it is provisioned by claim, waits until it is let in, reports, and obeys its
//! shadow. ministack takes no signing request over MQTT, so there, and only
//! there, the device takes the key that it is given.

use std::{fs, fs::File, process::Command, time::Duration};

use anyhow::{Result, ensure};
use hearth_tests::{
    ministack::Ministack,
    programs::{Running, named},
    wait::until,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const SERIAL: &str = "HF24000777";
const THING: &str = "fridge-HF24000777";

struct Fridge {
    folder: TempDir,
    process: Running,
}

impl Fridge {
    /// Writes down where it comes in, and switches it on.
    fn start(ministack: &Ministack, factory: &Value) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for file in ["ca", "claim", "claim_key"] {
            fs::write(folder.path().join(file), factory[file].as_str().unwrap_or_default())?;
        }
        let cloud = json!({
            "host": "localhost",
            "port": ministack.devices_port(),
            "ca": "ca",
            "claim": "claim",
            "claim_key": "claim_key",
            "asks": "keys",
        });
        fs::write(folder.path().join("cloud.json"), cloud.to_string())?;
        let process = Self::switch_on(&folder)?;
        Ok(Self { folder, process })
    }

    fn switch_on(folder: &TempDir) -> Result<Running> {
        let mut command = Command::new(named("HEARTH_EDGE")?);
        command.args(["fridge", "--serial", SERIAL]);
        command.arg("--cloud").arg(folder.path().join("cloud.json"));
        command.arg("--data").arg(folder.path().join("disk"));
        let log = File::options()
            .create(true)
            .append(true)
            .open(folder.path().join("said"))?;
        Running::start(&mut command, Some(log))
    }

    /// As after a power cut.
    fn again(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process = Self::switch_on(&self.folder)?;
        Ok(())
    }

    async fn says(&self, line: &str) -> Result<()> {
        let said = || fs::read_to_string(self.folder.path().join("said"));
        let waited = until(line, Duration::from_secs(40), || async {
            Ok(said()?.contains(line).then_some(()))
        });
        let waited = waited.await;
        waited.map_err(|error| error.context(said().unwrap_or_default()))
    }
}

#[tokio::test]
async fn our_fridge_lives_in_an_aws_account_by_configuration_only() -> Result<()> {
    let ministack = Ministack::start().await?;
    let factory = ministack.factory("make", json!({})).await?;
    let mut fridge = Fridge::start(&ministack, &factory)?;
    fridge.says(&format!("thing {THING}")).await?;
    fridge.says("code HEARTH:FR:HF24000777:").await?;

    let thing = json!({ "thing": THING });
    let let_in = ministack.factory("let_in", thing).await?;
    ensure!(let_in["was"] == "INACTIVE", "it was let in before: {let_in}");
    fridge.says("link connected").await?;

    let order = json!({ "thing": THING, "fridge": 6 });
    let obeyed = ministack.factory("obey", order).await?;
    ensure!(
        obeyed["before"] == 4 && obeyed["after"] == 6,
        "it did not obey: {obeyed}"
    );
    ensure!(obeyed["answer"].get("refused").is_none(), "it refused: {obeyed}");

    fridge.again()?;
    let order = json!({ "thing": THING, "fridge": 2 });
    let obeyed = ministack.factory("obey", order).await?;
    ensure!(
        obeyed["before"] == 6 && obeyed["after"] == 2,
        "a power cut made another fridge of it: {obeyed}"
    );
    Ok(())
}
