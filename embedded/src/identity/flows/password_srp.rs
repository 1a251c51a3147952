//! Sign-in by Secure Remote Password: the password never comes here.
//!
//! An address without an account gets a challenge like any other, the same
//! each time, and fails at its end as a wrong password does.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use hearth_contract::srp;
use hmac::Mac;

use super::{Reply, Step, required, second_factor, sign_in_tries};
use crate::identity::{Pool, challenges::Challenge, exception::Exception, ops, random, store::Kept};

/// How far a client's clock may be off, seconds.
const TOLERANCE: i64 = 300;

/// Answers A with B.
pub async fn begin(pool: &Pool, step: Step<'_>) -> Result<Reply, Exception> {
    let username = ops::username(required(step.given, "USERNAME")?)?;
    let a_hex = required(step.given, "SRP_A")?.to_owned();
    // Before the store is asked: in a storm a refusal costs next to nothing.
    let place = pool.arithmetic.place()?;
    let (user_id, kept) = match pool.store.account(&username).await? {
        Some(account) => (account.sub, account.password),
        None => invented(pool, &username),
    };
    let salt = kept.salt;
    let secret: [u8; 32] = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let block: [u8; 96] = random::bytes(&*pool.ports.random).ok_or_else(Exception::internal)?;
    let answer = move || srp::Server::new(&kept.verifier, &a_hex, &secret);
    let server = place.run(answer).await?;
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
        client_id: step.client_id.to_owned(),
        asker: step.asker,
        server,
        begun_at: pool.ports.clock.now().as_second(),
    };
    pool.challenges.put(block, challenge);
    Ok(Reply::challenge("PASSWORD_VERIFIER", parameters))
}

/// Judges the proof; each challenge is good for one.
pub async fn finish(pool: &Pool, step: Step<'_>) -> Result<Reply, Exception> {
    let username = ops::username(required(step.given, "USERNAME")?)?;
    let timestamp = required(step.given, "TIMESTAMP")?;
    let signature = required(step.given, "PASSWORD_CLAIM_SIGNATURE")?;
    let block = required(step.given, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let now = pool.ports.clock.now().as_second();
    let begun = written_at(timestamp)?;
    let challenge = pool
        .challenges
        .take(block, now)
        .filter(|challenge| challenge.client_id == step.client_id)
        .ok_or_else(Exception::bad_sign_in)?;
    if (now - begun).abs() > TOLERANCE {
        return Err(Exception::not_authorized(
            "The timestamp is more than five minutes off the server's clock.",
        ));
    }
    let tries = sign_in_tries(pool, &step, &challenge.user_id).await?;
    if !pool.attempts.admit(&tries, now) {
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
    let account = account.ok_or_else(Exception::bad_sign_in)?;
    pool.attempts.forgive(&tries);
    if !account.confirmed {
        return Err(Exception::user_not_confirmed("User is not confirmed."));
    }
    let step = Step {
        asker: step.asker.clone().after(&challenge.asker),
        ..step
    };
    second_factor::begin(pool, &step, &account).await
}

/// When the client says it signed, Unix seconds.
fn written_at(timestamp: &str) -> Result<i64, Exception> {
    let read = jiff::civil::DateTime::strptime("%a %b %d %H:%M:%S UTC %Y", timestamp);
    let zoned = read.and_then(|read| read.to_zoned(jiff::tz::TimeZone::UTC));
    zoned
        .map(|zoned| zoned.timestamp().as_second())
        .map_err(|_| Exception::invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."))
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
