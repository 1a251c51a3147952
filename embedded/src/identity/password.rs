//! From a password to what is kept of it, and back to yes or no.
//!
//! Cognito's protocol brings new passwords in clear; here they become salt and
//! verifier at once.

use hearth_contract::srp;
use subtle::ConstantTimeEq;

use super::{Pool, exception::Exception, random, store::Kept};

/// Characters.
const SHORTEST: usize = 8;
/// Bytes; what AWS takes at most.
const LONGEST: usize = 256;

/// Salt and verifier of a new password.
///
/// # Errors
/// `InvalidPasswordException` if it is too short, too long or has space at
/// either end.
pub async fn kept(pool: &Pool, sub: &str, password: &str) -> Result<Kept, Exception> {
    let policy = |what: &'static str| Err(Exception::invalid_password(what));
    if password.chars().count() < SHORTEST {
        return policy("Password did not conform with policy: Password not long enough");
    }
    if password.len() > LONGEST {
        return policy("Password did not conform with policy: Password too long");
    }
    if password.trim() != password {
        return policy("Password did not conform with policy: Password must not start or end with a space");
    }
    let salt = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let salt = srp::salt(salt);
    let verifier = verifier(pool, sub, password, salt).await?;
    Ok(Kept { salt, verifier })
}

/// Whether `password` is the one kept; in constant time.
pub async fn matches(pool: &Pool, sub: &str, password: &str, kept: &Kept) -> Result<bool, Exception> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let given = verifier(pool, sub, password, kept.salt).await?;
    Ok(given.ct_eq(&kept.verifier).into())
}

async fn verifier(pool: &Pool, sub: &str, password: &str, salt: [u8; 16]) -> Result<Vec<u8>, Exception> {
    let (pool_id, sub, password) = (pool.names.pool_id.clone(), sub.to_owned(), password.to_owned());
    let work = move || srp::verifier(&pool_id, &sub, &password, &salt);
    pool.arithmetic.place()?.run(work).await
}
