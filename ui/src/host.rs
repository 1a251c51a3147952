//! The five verbs between the page and the body of core it runs on: `call`,
//! `notices`, `put`, `src`, `watch`.
//!
//! Two bodies: the hub (HTTP below `/host`) and the native shell (IPC). Nothing
//! else in the face knows which it is, and the page talks to nothing else.

mod hub;
mod ids;
mod shell;

use hearth_contract::{
    CameraId, Command, Failure, FamilyId, PictureId, Reason, ThingName,
    host::{Answer, Call, LocalRef, Notice},
    live::Frame,
};

use crate::{
    browser::{dom, files::Picture},
    place,
};
pub use ids::{mint, mint_code, mint_item};

/// How a call ended well.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<T> {
    /// It is done.
    Done(T),
    /// It is kept and will be sent; this many edits wait, this one included.
    Waiting(u32),
}

/// What the host says without being asked.
#[derive(Clone, Debug)]
pub enum Told {
    /// A notice of core.
    Notice(Box<Notice>),
    /// The host can be reached (again).
    Reached,
    /// It can't.
    Lost,
}

/// What comes out of a live view.
#[derive(Clone, Debug)]
pub enum Shown {
    /// One frame.
    Frame(Frame),
    /// There will be no more: it ended or broke.
    Over,
}

/// Something that ends when it is dropped: a stream of notices, a live view.
pub struct Open {
    _end: Box<dyn std::any::Any>,
}

/// Asks core.
///
/// # Errors
/// The refusal; `HubUnreachable` when core can't be asked at all.
pub async fn call<C: Command>(command: C, id: hearth_contract::CallId) -> Result<Outcome<C::Reply>, Failure> {
    let args = serde_json::to_value(command).map_err(|_| Reason::Bug)?;
    let call = Call {
        name: C::NAME.to_owned(),
        call: id,
        args,
    };
    let answer = if shell::is_here() {
        shell::call(&call).await?
    } else {
        hub::call(&call).await?
    };
    match answer {
        Answer::Done(value) => serde_json::from_value(value)
            .map(Outcome::Done)
            .map_err(|_| Reason::Bug.into()),
        Answer::Waiting { ahead } => Ok(Outcome::Waiting(ahead)),
        Answer::Refused(failure) => Err(failure),
    }
}

/// Whether the page runs in the native window, whose web view keeps no passkeys.
#[must_use]
pub fn is_window() -> bool {
    shell::is_here()
}

/// Where one sits, for the list of stays.
#[must_use]
pub fn place() -> String {
    let agent = dom::agent();
    if is_window() {
        place::window(&agent)
    } else {
        place::named(&agent)
    }
}

/// Listens to what core says without being asked, until the answer is dropped.
pub fn notices(told: impl Fn(Told) + 'static) -> Open {
    if shell::is_here() {
        shell::notices(told)
    } else {
        hub::notices(told)
    }
}

/// Gives the host a picture; what comes back names it in later calls.
///
/// # Errors
/// Why it was not taken.
pub async fn put(picture: &Picture) -> Result<LocalRef, Failure> {
    if shell::is_here() {
        shell::put(picture).await
    } else {
        hub::put(picture).await
    }
}

/// Where the page finds a stored picture.
#[must_use]
pub fn src(family: FamilyId, picture: PictureId) -> String {
    if shell::is_here() {
        shell::src(family, picture)
    } else {
        hearth_contract::host::src(family, picture)
    }
}

/// Opens a live view, until the answer is dropped.
pub fn watch(family: FamilyId, thing: &ThingName, camera: &CameraId, shown: impl Fn(Shown) + 'static) -> Option<Open> {
    if shell::is_here() {
        shell::watch(family, thing, camera, shown)
    } else {
        hub::watch(&hearth_contract::host::watch(family, thing, camera), shown)
    }
}
