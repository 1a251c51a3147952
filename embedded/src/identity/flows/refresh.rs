//! Carrying a session on with its refresh token.
//!
//! The app's tokens rotate: each is good once, and for 30 seconds more for a
//! client that never saw the answer. Later use of an old one means that two
//! hold it, and ends the session.

use crate::identity::{
    Pool,
    asker::Asker,
    exception::Exception,
    random,
    store::{Renewal, Revoked, Turn},
    tokens::{self, REFRESH_LIFE, Tokens},
};

/// Fresh tokens for a session; a new refresh token if the client's rotate.
pub async fn renew(pool: &Pool, client_id: &str, token: &str, asker: &Asker) -> Result<Tokens, Exception> {
    let now = pool.ports.clock.now().as_second();
    let next = if rotates(pool, client_id) {
        Some(random::opaque(&*pool.ports.random).ok_or_else(Exception::internal)?)
    } else {
        None
    };
    let next_digest = next.as_deref().map(tokens::digest);
    let turn = pool
        .store
        .turn(&Renewal {
            digest: &tokens::digest(token),
            client_id,
            next: next_digest.as_ref(),
            now,
            expires_at: now + REFRESH_LIFE,
            address: &asker.address(),
        })
        .await?;
    let session = match turn {
        Turn::On(session) => session,
        Turn::Reused(session) => {
            pool.note_endings(vec![session.ending()]);
            return Err(Exception::refresh_token_reuse());
        }
        // Only who holds a token of ours hears why it is worth nothing; people
        // are told why they have to sign in again.
        Turn::Revoked(Revoked::Elsewhere) => return Err(Exception::not_authorized("Refresh Token has been revoked")),
        Turn::Revoked(Revoked::Everywhere) => {
            return Err(Exception::not_authorized(
                "Refresh Token has been revoked: signed out everywhere",
            ));
        }
        Turn::Expired => return Err(Exception::not_authorized("Refresh Token has expired")),
        Turn::Worthless => return Err(Exception::not_authorized("Invalid Refresh Token")),
    };
    let account = pool.store.account(&session.account).await?;
    let account = account.ok_or_else(|| Exception::not_authorized("Invalid Refresh Token"))?;
    tokens::signed(pool, &account, &session, next)
}

/// Whether the refresh tokens of this client are replaced at each use.
pub fn rotates(pool: &Pool, client_id: &str) -> bool {
    client_id != pool.names.plain_client_id
}
