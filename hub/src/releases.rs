//! Software that the maker has released, from a folder, for the devices of this home.
//!
//! Each release is a file, and beside it `FILE.json` with what the maker has
//! signed: `release` and `signature`, as in a job of AWS IoT. The newest for each
//! hardware is offered to the devices one after another. The hub judges nothing:
//! what a device believes is the signature. The folder is looked at again and
//! again, so that a release is laid into it and that is all.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use hearth_contract::{
    device::Hardware,
    software::{Errand, Offer, Release},
};
use hearth_embedded::{broker::Broker, things::Things};
use serde::Deserialize;
use tokio::{task::spawn_blocking, time::interval};
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;

/// How often the folder and the devices are looked at.
const LOOK: Duration = Duration::from_secs(5);
const PATH: &str = "/releases";
const BESIDE: &str = ".json";

/// What lies beside a release's file.
#[derive(Debug, Deserialize)]
struct Written {
    release: Release,
    signature: String,
}

/// The releases of a folder; see the module.
pub struct Releases {
    folder: PathBuf,
    /// `http://localhost:8420`
    address: String,
}

impl Releases {
    /// Those in this folder, for devices that reach this home there.
    #[must_use]
    pub fn new(folder: PathBuf, address: &str) -> Self {
        let address = address.to_owned();
        Self { folder, address }
    }

    /// The route at which devices fetch them.
    pub fn router(&self) -> Router {
        Router::new().nest_service(PATH, ServeDir::new(&self.folder))
    }

    /// Offers them until told to stop.
    pub async fn keep(self, things: Arc<Things>, broker: Arc<Broker>, stop: CancellationToken) {
        let mut looks = interval(LOOK);
        let this = Arc::new(self);
        let mut said = String::new();
        while stop.run_until_cancelled(looks.tick()).await.is_some() {
            let reader = this.clone();
            let read = spawn_blocking(move || newest(&reader.folder)).await;
            let (offers, wrong) = read.unwrap_or_default();
            // The same complaint every few seconds is one line in the log.
            let complaint = wrong.join("; ");
            if complaint != said {
                tracing::warn!(folder = %this.folder.display(), %complaint, "not all releases can be offered");
                said = complaint;
            }
            for (hardware, (name, written)) in offers {
                if let Err(failed) = this.offer(&things, &broker, hardware, &name, written).await {
                    tracing::error!(%failed, name, "a release could not be offered");
                }
            }
        }
    }

    async fn offer(
        &self,
        things: &Things,
        broker: &Broker,
        hardware: Hardware,
        name: &str,
        written: Written,
    ) -> Result<(), hearth_embedded::things::StoreFailed> {
        let job = format!("update-{}", written.release.version.to_string().replace('.', "-"));
        let errand = Errand::Update(Offer {
            url: format!("{}{PATH}/{name}", self.address),
            release: written.release,
            signature: written.signature,
        });
        let document = serde_json::to_value(errand).unwrap_or_default();
        broker.say(things.roll_out(hardware, &job, &document).await?).await;
        Ok(())
    }
}

/// The newest release for each hardware with its file's name, and what is wrong with others.
fn newest(folder: &Path) -> (BTreeMap<Hardware, (String, Written)>, Vec<String>) {
    let (mut found, mut wrong) = (BTreeMap::<_, (String, Written)>::new(), Vec::new());
    let names = fs::read_dir(folder).and_then(|all| {
        all.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()
    });
    for name in names.unwrap_or_else(|error| {
        wrong.push(error.to_string());
        Vec::new()
    }) {
        let Some(program) = name.strip_suffix(BESIDE) else {
            continue;
        };
        match read(folder, program) {
            Ok(written) => {
                let hardware = written.release.hardware;
                let is_newer = found
                    .get(&hardware)
                    .is_none_or(|(_, best)| written.release.version > best.release.version);
                if is_newer {
                    found.insert(hardware, (program.to_owned(), written));
                }
            }
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    (found, wrong)
}

fn read(folder: &Path, program: &str) -> Result<Written, String> {
    let beside = fs::read(folder.join(format!("{program}{BESIDE}"))).map_err(|error| error.to_string())?;
    let written: Written = serde_json::from_slice(&beside).map_err(|error| error.to_string())?;
    let file = fs::metadata(folder.join(program)).map_err(|error| format!("{program}: {error}"))?;
    if file.len() != written.release.size {
        return Err(format!(
            "{program} has {} bytes, not {}",
            file.len(),
            written.release.size
        ));
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use hearth_contract::software::Version;

    use super::*;

    #[test]
    fn the_newest_for_each_hardware_is_offered_and_what_is_wrong_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let lay = |name: &str, hardware: &str, version: &str, size: usize| {
            let said = serde_json::json!({
                "release": { "hardware": hardware, "version": version, "size": size, "sha256": "00" },
                "signature": "c2ln",
            });
            fs::write(folder.path().join(format!("{name}.json")), said.to_string()).unwrap();
            fs::write(folder.path().join(name), b"program").unwrap();
        };
        lay("old", "fridge", "1.9.0", 7);
        lay("new", "fridge", "1.10.0", 7);
        lay("meter", "meter", "1.0.0", 7);
        lay("half", "fridge", "2.0.0", 8);
        fs::write(folder.path().join("none.json"), "{}").unwrap();
        let (offers, mut wrong) = newest(folder.path());
        let offered: Vec<_> = offers
            .iter()
            .map(|(hardware, (name, written))| (*hardware, name.as_str(), written.release.version))
            .collect();
        assert_eq!(
            offered,
            [
                (Hardware::Fridge, "new", Version(1, 10, 0)),
                (Hardware::Meter, "meter", Version(1, 0, 0)),
            ]
        );
        wrong.sort();
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(
            wrong[0].contains("half has 7 bytes, not 8") && wrong[1].contains("none.json"),
            "{wrong:?}"
        );
        assert_eq!(newest(&folder.path().join("nowhere")).1.len(), 1);
    }
}
