//! Bringing in a device, whichever way its code came: a picture is put, read by
//! core, and the code sent; a typed code is sent as it is.

use hearth_contract::{
    Failure, Kind, Reason,
    device::Device,
    pairing::{Pair, Read},
    text::CodeText,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::files::Picture,
    deed::typed,
    host::{self, Outcome},
    household::Household,
};

/// The flow of one page. Copies name the same.
#[derive(Clone, Copy)]
pub struct Pairing {
    here: Household,
    /// Whether a code is being read or sent.
    pub is_busy: RwSignal<bool>,
    /// Why the last try failed.
    pub failure: RwSignal<Option<Failure>>,
    /// The device that came in.
    pub paired: RwSignal<Option<Device>>,
    /// What was sent last.
    sent: RwSignal<Option<CodeText>>,
}

impl Pairing {
    /// Nothing tried yet.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            here: Household::here(),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            paired: RwSignal::new(None),
            sent: RwSignal::new(None),
        }
    }

    /// Tries a picture.
    pub fn picture(self, picture: Picture) {
        self.failure.set(None);
        spawn_local(async move { self.try_picture(&picture).await });
    }

    /// Tries what was typed.
    pub fn text(self, text: &str) {
        match typed(text, "code") {
            Ok(code) => spawn_local(self.finish(async move { Ok(code) })),
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    /// Tries the same code again: by now the device's button was pressed.
    pub fn again(self) {
        if let Some(code) = self.sent.get_untracked() {
            spawn_local(self.finish(async move { Ok(code) }));
        }
    }

    /// Whether the code is a sticker's, and somebody has to press the device's button.
    #[must_use]
    pub fn needs_button(self) -> bool {
        self.failure.with(|failure| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.reason == Reason::ButtonFirst)
        })
    }

    /// Tries a picture, and says how it ended in `failure` and `paired`.
    pub async fn try_picture(self, picture: &Picture) {
        self.finish(async {
            let put = host::put(picture).await?;
            match host::call(Read { picture: put }, host::mint()).await? {
                Outcome::Done(code) => CodeText::parse(&code.to_string()).map_err(|_| Reason::CodeForeign.into()),
                Outcome::Waiting(_) => Err(Reason::CloudUnreachable.into()),
            }
        })
        .await;
        // Nothing was typed: what is wrong is wrong with the picture.
        let _ = self.failure.try_update(|failure| {
            if let Some(failure) = failure {
                failure.field = None;
            }
        });
    }

    async fn finish(self, code: impl Future<Output = Result<CodeText, Failure>>) {
        if self.is_busy.try_get_untracked() != Some(false) {
            return;
        }
        self.is_busy.set(true);
        let ended = async {
            let code = code.await?;
            let _ = self.sent.try_set(Some(code.clone()));
            let family = untrack(|| self.here.id());
            let command = Pair { family, code };
            match host::call(command, host::mint()).await? {
                Outcome::Done(device) => Ok(device),
                Outcome::Waiting(_) => Err(Failure::new(Reason::CloudUnreachable)),
            }
        }
        .await;
        // The page may have been left meanwhile.
        if self.is_busy.try_set(false).is_some() {
            return;
        }
        match ended {
            Ok(device) => {
                self.failure.set(None);
                self.paired.set(Some(device));
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    /// Whether holding the camera still, or nearer, may yet help.
    #[must_use]
    pub fn may_go_on(self) -> bool {
        self.failure.with_untracked(|failure| {
            failure.as_ref().is_none_or(|failure| {
                matches!(failure.reason, Reason::CodeMissing | Reason::CodeBlurred) || failure.kind == Kind::TooMany
            })
        })
    }
}
