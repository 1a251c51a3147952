//! core against ministack: with other endpoints, and nothing else different, it
//! signs up, signs in, renews, borrows credentials and hears what happens.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use hearth_contract::{
    Command, Failure, HomeEvent, Reason,
    alarm::Alarm,
    family::{Create, Family, FamilyEvent, Mine, Rename},
    host::{Answer, Call, Link, Notice},
    session::{Confirm, SignIn, SignInStep, SignOut, SignUp},
    text::{ConfirmationCode, Mail, Name, Password, Place, ZoneName},
};
use hearth_core::{Body, Core, CoreConfig, Notices, SignOnWay};
use hearth_hub::clocks::RealClock;
use hearth_tests::{maker::Maker, ministack::Ministack, page::new_call, wait::until};
use serde_json::Value;
use tokio::time::timeout;

/// Where core lives here: a vault in memory and nothing else.
#[derive(Default)]
struct Alone(Mutex<HashMap<String, Vec<u8>>>);

#[async_trait]
impl Body for Alone {
    async fn vault_get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.vault().get(key).cloned())
    }
    async fn vault_set(&self, key: &str, secret: &[u8]) -> Result<(), Failure> {
        self.vault().insert(key.to_owned(), secret.to_vec());
        Ok(())
    }
    async fn vault_delete(&self, key: &str) -> Result<(), Failure> {
        self.vault().remove(key);
        Ok(())
    }
    fn replica_dir(&self) -> Option<PathBuf> {
        None
    }
    fn sign_on_way(&self) -> SignOnWay {
        SignOnWay::None
    }
    async fn sign_on_return(&self) -> Result<String, Failure> {
        Err(Reason::NotSupported.into())
    }
    async fn open_url(&self, _url: &str) -> Result<(), Failure> {
        Err(Reason::NotSupported.into())
    }
    async fn notify(&self, _alarm: &Alarm) {}
}

impl Alone {
    fn vault(&self) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refresh_token(&self) -> Result<String> {
        let vault = self.vault();
        let kept: Value = serde_json::from_slice(vault.get("session").context("no session is kept")?)?;
        let token = kept["tokens"]["refresh"].as_str();
        token.map(str::to_owned).context("no refresh token is kept")
    }
}

async fn send<C: Command>(core: &Core, command: C) -> Result<Result<C::Reply, Failure>> {
    let call = Call {
        name: C::NAME.to_owned(),
        call: new_call(),
        args: serde_json::to_value(&command)?,
    };
    match core.call(call).await {
        Answer::Done(reply) => Ok(Ok(serde_json::from_value(reply)?)),
        Answer::Refused(failure) => Ok(Err(failure)),
        Answer::Waiting { ahead } => bail!("{} waits behind {ahead}", C::NAME),
    }
}

async fn done<C: Command>(core: &Core, command: C) -> Result<C::Reply> {
    send(core, command).await?.context(C::NAME)
}

async fn heard(notices: &mut Notices, what: &str, is_meant: impl Fn(&Notice) -> bool) -> Result<()> {
    let heard = async {
        loop {
            let notice = notices.next().await.context("core fell silent")?;
            if is_meant(&notice) {
                return Ok(());
            }
        }
    };
    timeout(Duration::from_secs(20), heard)
        .await
        .with_context(|| format!("waited for {what}"))?
}

#[tokio::test(flavor = "multi_thread")]
async fn core_signs_in_renews_and_hears_at_a_foreign_cloud() -> Result<()> {
    let ministack = Arc::new(Ministack::start().await?);
    let maker = Maker::open(&ministack).await?;
    let body = Arc::new(Alone::default());
    let config = CoreConfig {
        endpoints_url: maker.address.clone(),
        clock: Arc::new(RealClock),
        root_pem: None,
    };
    let core = Core::new(body.clone(), config);
    let (mail, password) = (
        Mail::parse("ana@example.org")?,
        Password::parse("Correct horse 1 电池!")?,
    );

    let sign_up = SignUp {
        mail: mail.clone(),
        password: password.clone(),
        name: Name::parse("Ana")?,
    };
    done(&core, sign_up).await?;
    let place = Place::parse("a test")?;
    let sign_in = |password: &Password| SignIn {
        mail: mail.clone(),
        password: password.clone(),
        place: place.clone(),
    };
    let early = send(&core, sign_in(&password))
        .await?
        .err()
        .map(|failure| failure.reason);
    ensure!(
        early == Some(Reason::MailUnconfirmed),
        "signed in unconfirmed: {early:?}"
    );
    let code = ConfirmationCode::parse("123456")?;
    done(
        &core,
        Confirm {
            mail: mail.clone(),
            code,
        },
    )
    .await?;
    let wrong = send(&core, sign_in(&Password::parse("Correct horse 2 电池!")?)).await?;
    let wrong = wrong.err().map(|failure| failure.reason);
    ensure!(wrong == Some(Reason::WrongPassword), "a wrong password: {wrong:?}");
    let step = done(&core, sign_in(&password)).await?;
    let SignInStep::In(person) = step else {
        bail!("signed in by half: {step:?}");
    };
    ensure!(
        person.mail == mail && person.name.as_str() == "Ana",
        "signed in as {person:?}"
    );

    let found = Create {
        name: Name::parse("Linden Street")?,
        called: Name::parse("Ana")?,
        zone: ZoneName::parse("Europe/Berlin")?,
    };
    let family: Family = done(&core, found).await?;
    let mut notices = core.notices();
    heard(&mut notices, "the live connection", |notice| {
        *notice == Notice::Link(Link::Live)
    })
    .await?;
    let name = Name::parse("Maple Street")?;
    let rename = Rename {
        family: family.id,
        name: name.clone(),
    };
    done(&core, rename).await?;
    heard(&mut notices, "the new name", |notice| match notice {
        Notice::Event(entry) => entry.event == HomeEvent::Family(FamilyEvent::Renamed { name: name.clone() }),
        _ => false,
    })
    .await?;

    // The access token is taken for run out: core renews it and nobody notices.
    let (seen, held) = (maker.tokens_seen(), body.refresh_token()?);
    maker.doubt();
    let mine = done(&core, Mine {}).await?;
    ensure!(mine.value.len() == 1, "{mine:?}");
    ensure!(maker.tokens_seen() == seen + 1, "no other token was shown");
    ensure!(
        ministack.renews(&body.refresh_token()?).await?,
        "the kept session is no good"
    );

    done(&core, SignOut {}).await?;
    ensure!(body.refresh_token().is_err(), "the session is still kept");
    until("the session to be revoked", Duration::from_secs(10), || async {
        Ok((!ministack.renews(&held).await?).then_some(()))
    })
    .await?;
    core.close().await;
    Ok(())
}
