//! `SOFTWARE_TOKEN_MFA`: a code after the password, for accounts that have
//! switched it on. A recovery code is taken in its place.

use std::collections::BTreeMap;

use super::{Reply, Step, required};
use crate::identity::{
    Pool,
    asker::Asker,
    attempts::{self, Of},
    exception::Exception,
    ops,
    pending::{Pending, Waits},
    store::Account,
    tokens, totp,
};

/// Wrong codes that one session takes.
const TRIES: u8 = 5;

/// What a second factor is worth.
pub enum Proof {
    /// It is the account's.
    Given,
    /// It is not, or was used before.
    Wrong(Exception),
    /// Too many were wrong.
    Wait,
}

/// Signs in whoever proved the password, or asks for the code first.
pub async fn begin(pool: &Pool, step: &Step<'_>, account: &Account) -> Result<Reply, Exception> {
    let factor = pool.store.factor(&account.sub).await?;
    if factor.asked().is_none() {
        return Ok(Reply::tokens(
            tokens::begin(pool, account, step.client_id, &step.asker).await?,
        ));
    }
    let session = pool.pending.put(
        &*pool.ports.random,
        Pending {
            user_id: account.sub.clone(),
            client_id: step.client_id.to_owned(),
            asker: step.asker.clone(),
            begun_at: pool.ports.clock.now().as_second(),
            tries_left: TRIES,
            waits: Waits::SecondFactor,
        },
    );
    let session = session.ok_or_else(Exception::internal)?;
    let parameters = BTreeMap::from([("USER_ID_FOR_SRP", account.sub.clone())]);
    Ok(Reply::challenge("SOFTWARE_TOKEN_MFA", parameters).with_session(session))
}

/// Judges the code. A wrong one may be tried again in the same session.
pub async fn finish(pool: &Pool, step: Step<'_>) -> Result<Reply, Exception> {
    let username = ops::username(required(step.given, "USERNAME")?)?;
    let entered = required(step.given, "SOFTWARE_TOKEN_MFA_CODE")?.trim();
    let now = pool.ports.clock.now().as_second();
    let session = step.session.ok_or_else(Exception::invalid_session)?;
    let begun = pool.pending.take(session, now);
    let begun = begun.filter(|begun| begun.client_id == step.client_id && begun.waits == Waits::SecondFactor);
    let begun = begun.ok_or_else(Exception::invalid_session)?;
    let account = pool.store.account(&begun.user_id).await?;
    let account = account.filter(|account| username == account.sub || username == account.mail);
    let account = account.ok_or_else(Exception::bad_sign_in)?;
    let asker = step.asker.after(&begun.asker);
    match prove(pool, &asker, &account, entered).await? {
        Proof::Given => {}
        Proof::Wait => return Err(Exception::not_authorized("Password attempts exceeded")),
        Proof::Wrong(exception) => {
            pool.pending.put_back(session, begun);
            return Err(exception);
        }
    }
    Ok(Reply::tokens(
        tokens::begin(pool, &account, step.client_id, &asker).await?,
    ))
}

/// Judges what was entered at any door; every wrong one is counted.
pub async fn prove(pool: &Pool, asker: &Asker, account: &Account, entered: &str) -> Result<Proof, Exception> {
    let now = pool.ports.clock.now().as_second();
    let own = Of::Factor(account.sub.clone(), asker.origin());
    let mut tries = attempts::tries(own, asker);
    tries.push(Of::Factors(account.sub.clone()));
    if !pool.attempts.admit(&tries, now) {
        return Ok(Proof::Wait);
    }
    if let Some(wrong) = judge(pool, account, entered, now).await? {
        return Ok(Proof::Wrong(wrong));
    }
    pool.attempts.forgive(&tries);
    Ok(Proof::Given)
}

/// What is wrong with what was entered; a right code is used up.
async fn judge(pool: &Pool, account: &Account, entered: &str, now: i64) -> Result<Option<Exception>, Exception> {
    let factor = pool.store.factor(&account.sub).await?;
    let secret = factor.asked().ok_or_else(Exception::software_token_not_found)?;
    if !totp::is_code(entered) {
        let digest = totp::recovery_digest(pool, &account.sub, entered);
        let is_right = pool.store.use_recovery(&account.sub, &digest).await?;
        return Ok((!is_right).then(Exception::code_mismatch));
    }
    let Some(step) = totp::matching_step(secret, entered, now) else {
        return Ok(Some(Exception::code_mismatch()));
    };
    let is_fresh = pool.store.use_step(&account.sub, step).await?;
    Ok((!is_fresh).then(Exception::used_code))
}
