//! Why the last session ended by itself: kept beside the tokens' place, so that
//! the sign-in page can say it, after a restart too.

use hearth_contract::{Failure, Reason, session::Session};

use crate::body::Body;

/// The vault's name of it.
const KEY: &str = "ended";

/// Keeps it.
pub(crate) async fn keep(body: &dyn Body, why: Reason) {
    let bytes = serde_json::to_vec(&why).unwrap_or_default();
    if let Err(failure) = body.vault_set(KEY, &bytes).await {
        tracing::warn!(%failure, "why a session ended could not be kept");
    }
}

/// Forgets it.
///
/// # Errors
/// `Unavailable` when the vault can't be written.
pub(crate) async fn forget(body: &dyn Body) -> Result<(), Failure> {
    body.vault_delete(KEY).await
}

/// Nobody; with the reason, if one is kept.
pub(crate) async fn nobody(body: &dyn Body) -> Session {
    let kept = body.vault_get(KEY).await.ok().flatten();
    let why: Option<Reason> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    why.filter(|why| why.ends_session())
        .map_or(Session::Nobody, Session::Ended)
}
