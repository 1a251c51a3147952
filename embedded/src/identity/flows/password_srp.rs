//! Sign-in by Secure Remote Password: the password never comes here.
//!
//! An address without an account gets a challenge like any other, the same
//! each time, and fails at its end as a wrong password does.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use hearth_contract::srp;
use hmac::Mac;

use super::{Parameters, Reply, required};
use crate::identity::{
    Pool, attempts::Of, challenges::Challenge, exception::Exception, ops, password, random, store::Kept, tokens,
};

/// Answers A with B.
pub async fn begin(pool: &Pool, client_id: &str, given: &Parameters) -> Result<Reply, Exception> {
    let username = ops::username(required(given, "USERNAME")?)?;
    let a_hex = required(given, "SRP_A")?.to_owned();
    let (user_id, kept) = match pool.store.account(&username).await? {
        Some(account) => (account.sub, account.password),
        None => invented(pool, &username),
    };
    let salt = kept.salt;
    let secret: [u8; 128] = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let block: [u8; 96] = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let server = password::busy(move || srp::Server::new(&kept.verifier, &a_hex, &secret)).await?;
    let block = STANDARD.encode(block);
    let parameters = BTreeMap::from([
        ("SALT", hex::encode(salt)),
        ("SRP_B", server.public_hex()),
        ("SECRET_BLOCK", block.clone()),
        ("USERNAME", user_id.clone()),
        ("USER_ID_FOR_SRP", user_id.clone()),
    ]);
    let challenge = Challenge {
        user_id,
        client_id: client_id.to_owned(),
        server,
        begun_at: pool.ports.clock.now().as_second(),
    };
    pool.challenges.put(block, challenge);
    Ok(Reply::challenge("PASSWORD_VERIFIER", parameters))
}

/// Judges the proof; each challenge is good for one.
pub async fn finish(pool: &Pool, client_id: &str, given: &Parameters) -> Result<Reply, Exception> {
    let username = ops::username(required(given, "USERNAME")?)?;
    let timestamp = required(given, "TIMESTAMP")?;
    let signature = required(given, "PASSWORD_CLAIM_SIGNATURE")?;
    let block = required(given, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let now = pool.ports.clock.now().as_second();
    let challenge = pool
        .challenges
        .take(block, now)
        .filter(|challenge| challenge.client_id == client_id)
        .ok_or_else(Exception::bad_sign_in)?;
    let tries = Of::SignIn(challenge.user_id.clone());
    if pool.attempts.exhausted(&tries, now) {
        return Err(Exception::not_authorized("Password attempts exceeded"));
    }
    let occasion = srp::Occasion {
        pool_id: &pool.names.pool_id,
        user_id: &challenge.user_id,
        secret_block: block,
        timestamp,
    };
    let account = pool.store.account(&challenge.user_id).await?;
    let proved = challenge.server.verify(&occasion, signature).is_ok();
    let account = account.filter(|account| proved && (username == account.sub || username == account.mail));
    let Some(account) = account else {
        pool.attempts.count(tries, now);
        return Err(Exception::bad_sign_in());
    };
    pool.attempts.forget(&tries);
    if !account.confirmed {
        return Err(Exception::user_not_confirmed("User is not confirmed."));
    }
    Ok(Reply::tokens(tokens::begin(pool, &account, client_id).await?))
}

/// What an unknown name gets: made from the name and the pepper, so that it is
/// the same tomorrow, and from nothing that a password could prove.
pub fn invented(pool: &Pool, username: &str) -> (String, Kept) {
    let draw = |purpose: &str, round: u8| -> [u8; 32] {
        let mac = pool.keyed(purpose).chain_update(username).chain_update([0, round]);
        mac.finalize().into_bytes().into()
    };
    let mut id = [0; 16];
    id.copy_from_slice(&draw("invented id", 0)[..16]);
    let mut salt = [0; 16];
    salt.copy_from_slice(&draw("invented salt", 0)[..16]);
    let user_id = match uuid::Uuid::parse_str(username) {
        Ok(_) => username.to_owned(),
        Err(_) => uuid::Builder::from_random_bytes(id).into_uuid().to_string(),
    };
    let verifier = (0..12).flat_map(|round| draw("invented verifier", round)).collect();
    (
        user_id,
        Kept {
            salt: srp::salt(salt),
            verifier,
        },
    )
}
