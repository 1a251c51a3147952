//! The device's own software: takes a release from the maker, tries it, and
//! falls back to the former one if it does not reach the cloud.
//!
//! A release comes by a job and is believed by its signature alone. Its file
//! goes into a slot of the disk, and the program ends to be started again: what
//! starts it, and what ends a release that hangs, is [`launcher`].

mod fetch;
#[cfg(unix)]
pub mod launcher;
mod maker;
mod slots;

use hearth_contract::{
    device::Hardware,
    jobs::{Progress, Step},
    software::{LARGEST, Offer, Release, Version, Why},
};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

pub use maker::Maker;
pub use slots::{Ended, Installed, Note, Slot, Slots, Trial};

use crate::{agent::Agent, cloud::Cloud, fault::Fault};

/// The software of a device that can get another one.
#[derive(Clone, Debug)]
pub struct Software {
    slots: Slots,
    maker: Maker,
    /// Where what runs lies; `None`: it is what the device left the factory with.
    own: Option<Slot>,
    http: reqwest::Client,
    restart: CancellationToken,
}

/// What is to be done about an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plan {
    /// Nothing, or nothing any more.
    Say(Progress),
    /// Fetch this.
    Fetch(Release, String),
}

/// What a device runs that left the factory so.
#[must_use]
pub fn factory() -> Version {
    // Cargo has it as three numbers, with which a version begins.
    env!("CARGO_PKG_VERSION").parse().unwrap_or(Version(0, 0, 0))
}

impl Software {
    /// On this device, for which `own` says where what runs lies. The device
    /// ends once `restart` is cancelled, and is started again.
    ///
    /// # Errors
    /// The cloud's authority can't be read.
    pub fn new(
        slots: Slots,
        maker: Maker,
        own: Option<Slot>,
        cloud: &Cloud,
        restart: CancellationToken,
    ) -> Result<Self, Fault> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(cloud.plain_tls()?)
            .no_proxy()
            .build()
            .map_err(|error| Fault::Download(error.to_string()))?;
        Ok(Self {
            slots,
            maker,
            own,
            http,
            restart,
        })
    }

    /// Which release runs.
    ///
    /// # Errors
    /// The disk can't be read.
    pub fn version(&self) -> Result<Version, Fault> {
        Ok(self.version_by(&self.slots.note()?))
    }

    fn version_by(&self, note: &Note) -> Version {
        let lies = |installed: &Installed| Some(installed.slot) == self.own;
        note.runs()
            .filter(lies)
            .map_or_else(factory, |installed| installed.version)
    }

    /// What runs has reached the cloud. Whoever runs beside a trial confirms nothing.
    fn confirm(&self) -> Result<Note, Fault> {
        self.slots.change(|note| match &note.trial {
            Some(trial) if Some(trial.installed.slot) == self.own => note.confirmed(),
            _ => note,
        })
    }

    /// Notes that what runs has reached the cloud.
    ///
    /// # Errors
    /// The disk can't be written.
    pub(crate) async fn has_arrived(&self) -> Result<(), Fault> {
        self.on_disk(Self::confirm).await.map(drop)
    }

    /// Whether the device is about to end, to run what it has fetched.
    #[must_use]
    pub(crate) fn gives_way(&self) -> bool {
        self.restart.is_cancelled()
    }

    /// Does a job that brings a release and of which the cloud has heard nothing yet.
    ///
    /// # Errors
    /// The disk can't be used.
    pub(crate) async fn updates(&self, agent: &Agent, job: &str, offer: Offer) -> Result<(), Fault> {
        let note = self.on_disk(Self::confirm).await?;
        let say = |progress| agent.tell_job(job, progress);
        if let Some(ended) = note.ended.as_ref().filter(|ended| ended.job == job) {
            say(ended.why.map_or(Progress::Done, Progress::Ended));
            return Ok(());
        }
        let (release, url) = match plan(offer, self.version_by(&note), agent.hardware(), &self.maker) {
            Plan::Say(progress) => {
                say(progress);
                return Ok(());
            }
            Plan::Fetch(release, url) => (release, url),
        };
        say(Progress::At(Step::Downloading));
        let slot = note.free();
        if let Err(why) = fetch::fetch(&self.http, &url, &release, || self.slots.incoming(slot)).await {
            say(Progress::Ended(why));
            return Ok(());
        }
        let (id, version) = (job.to_owned(), release.version);
        self.on_disk(move |own| own.slots.change(|note| note.installed(&id, version)))
            .await?;
        tracing::info!(%version, "new software is tried");
        say(Progress::At(Step::Restarting));
        self.restart.cancel();
        Ok(())
    }

    async fn on_disk(&self, deed: impl FnOnce(&Self) -> Result<Note, Fault> + Send + 'static) -> Result<Note, Fault> {
        let own = self.clone();
        spawn_blocking(move || deed(&own)).await.map_err(|_| Fault::Task)?
    }
}

/// What is to be done about an offer by a device that runs this.
fn plan(offer: Offer, runs: Version, hardware: Hardware, maker: &Maker) -> Plan {
    let Offer {
        release,
        signature,
        url,
    } = offer;
    let against = if !maker.signed(&release.statement(), &signature) {
        Why::Signature
    } else if release.hardware != hardware {
        Why::Hardware
    } else if release.version == runs {
        return Plan::Say(Progress::Done);
    } else if release.version < runs {
        Why::NotNewer
    } else if release.size > LARGEST {
        Why::TooLarge
    } else {
        return Plan::Fetch(release, url);
    };
    Plan::Say(Progress::Ended(against))
}

#[cfg(test)]
mod tests {
    use super::{
        maker::tests::{release, signs},
        *,
    };

    #[test]
    fn only_a_newer_release_for_this_hardware_that_the_maker_signed_is_fetched() {
        let one = release();
        let asked = |release: Release, runs: Version| {
            let (maker, signature) = signs(&release);
            let offer = Offer {
                release,
                signature,
                url: "http://x".into(),
            };
            plan(offer, runs, Hardware::Fridge, &maker)
        };
        let refused = |why| Plan::Say(Progress::Ended(why));
        let old = Version(1, 3, 9);
        assert_eq!(asked(one.clone(), old), Plan::Fetch(one.clone(), "http://x".into()));
        assert_eq!(asked(one.clone(), one.version), Plan::Say(Progress::Done));
        assert_eq!(asked(one.clone(), Version(1, 4, 1)), refused(Why::NotNewer));
        let ovens = Release {
            hardware: Hardware::Microwave,
            ..one.clone()
        };
        assert_eq!(asked(ovens, old), refused(Why::Hardware));
        let huge = Release {
            size: LARGEST + 1,
            ..one.clone()
        };
        assert_eq!(asked(huge, old), refused(Why::TooLarge));

        let (maker, _) = signs(&one);
        let unsigned = Offer {
            release: one,
            signature: String::new(),
            url: String::new(),
        };
        assert_eq!(plan(unsigned, old, Hardware::Fridge, &maker), refused(Why::Signature));
    }
}
