//! The app of a tablet in a fridge's door: enrolled, waiting, taken in, put out.
//! In it nobody signs in or out.

use std::sync::Arc;

use hearth_contract::{
    Failure, Reason,
    host::Notice,
    pairing::PairingCode,
    session::{Kiosk, Session},
};

use super::{App, Core, lock};
use crate::{
    kiosk::{Device, Enrolled, Kept, Standing, VAULT_KEY, Waiting},
    who::Who,
};

impl Core {
    /// Makes this the app of a tablet: it waits until a family takes it in.
    /// What another tablet or a person had here is forgotten; the same
    /// enrolment again changes nothing.
    ///
    /// # Errors
    /// `SessionEnded` when the family put the tablet out with this very
    /// certificate: enrol it anew. `Unavailable` when the vault can't keep it.
    pub async fn enrol(&self, enrolled: Enrolled) -> Result<(), Failure> {
        let app = &self.0;
        let _turn = app.turn.acquire().await.map_err(|_| Reason::Bug)?;
        app.home().await?;
        if let Some(kept) = app.kept::<Kept>(VAULT_KEY).await?
            && kept.enrolled.certificate_pem == enrolled.certificate_pem
        {
            return match kept.standing {
                Standing::Out => Err(Reason::SessionEnded.into()),
                Standing::Waiting | Standing::In => Ok(()),
            };
        }
        if let Some(former) = app.take() {
            former.home.rest().await;
            former.home.who.forget(&*app.body).await?;
            former.home.replica.wipe().await;
        }
        app.keep(&enrolled, Standing::Waiting).await?;
        let session = Session::Kiosk(app.wait(enrolled));
        app.tell(Notice::Session(session));
        Ok(())
    }

    /// Returns when the tablet was in and the family has put it out.
    pub async fn until_put_out(&self) {
        let mut was_in = false;
        let mut notices = self.notices();
        while let Some(notice) = notices.next().await {
            if let Notice::Session(Session::Kiosk(kiosk)) = notice {
                if was_in && !kiosk.paired {
                    return;
                }
                was_in |= kiosk.paired;
            }
        }
    }

    /// What a waiting tablet shows.
    ///
    /// # Errors
    /// `NotSupported` when this is no tablet's app, or somebody has taken it in.
    pub async fn code(&self) -> Result<PairingCode, Failure> {
        self.0.home().await?;
        let waiting = lock(&self.0.waiting);
        let code = waiting.as_ref().map(|waiting| waiting.device.code());
        code.ok_or_else(|| Reason::NotSupported.into())
    }

    /// Whether this is the app of a tablet.
    pub(super) async fn is_tablet(&self) -> Result<bool, Failure> {
        self.0.home().await?;
        Ok(matches!(self.0.without_home(), Session::Kiosk(_)))
    }
}

impl App {
    /// Takes up what the vault keeps of a tablet.
    pub(super) async fn restore_tablet(&self) -> Result<(), Failure> {
        let Some(Kept { enrolled, standing }) = self.kept(VAULT_KEY).await? else {
            return Ok(());
        };
        match standing {
            Standing::In => {
                let home = self.open(Who::Kiosk(Device::new(enrolled))).await?;
                self.settle(home);
            }
            Standing::Waiting => {
                self.wait(enrolled);
            }
            // Whoever gives core a place to live enrols it anew.
            Standing::Out => {}
        }
        Ok(())
    }

    /// Who is here while there is no home to show: a tablet, or nobody.
    pub(super) fn without_home(&self) -> Session {
        if let Some(waiting) = &*lock(&self.waiting) {
            return Session::Kiosk(waiting.kiosk());
        }
        let stay = lock(&self.stay);
        match stay.as_ref().map(|stay| &stay.home.who) {
            Some(Who::Kiosk(device)) => Session::Kiosk(device.out()),
            Some(Who::Person { .. }) | None => Session::Nobody,
        }
    }

    /// The tablet's certificate was taken: its stay begins.
    pub(crate) async fn taken_in(&self, device: Arc<Device>) {
        let begun = async {
            let _turn = self.turn.acquire().await.map_err(|_| Reason::Bug)?;
            // Another enrolment may have come meanwhile, or the end.
            let is_still = |waiting: &Waiting| Arc::ptr_eq(&waiting.device, &device);
            if !lock(&self.waiting).as_ref().is_some_and(is_still) {
                return Ok(());
            }
            let enrolled = device.enrolled.clone();
            self.keep(&enrolled, Standing::In).await?;
            let home = self.open(Who::Kiosk(Device::new(enrolled))).await?;
            // What an earlier stay may have left, if its end was cut short.
            home.replica.wipe().await;
            let session = home.who.session();
            self.settle(home);
            *lock(&self.waiting) = None;
            self.tell(Notice::Session(session));
            Ok::<_, Failure>(())
        };
        if let Err(failure) = begun.await {
            tracing::error!(%failure, "the tablet's stay could not begin");
        }
    }

    async fn keep(&self, enrolled: &Enrolled, standing: Standing) -> Result<(), Failure> {
        let kept = Kept {
            enrolled: enrolled.clone(),
            standing,
        };
        kept.write(&*self.body).await
    }

    /// Begins to try with a tablet's certificate.
    fn wait(&self, enrolled: Enrolled) -> Kiosk {
        let waiting = Waiting::begin(enrolled, self.this.clone());
        let kiosk = waiting.kiosk();
        *lock(&self.waiting) = Some(waiting);
        kiosk
    }
}
