//! `ChangePassword`: by somebody who is signed in and knows the old one.

use serde::Deserialize;

use super::Nothing;
use crate::identity::{Pool, attempts::Of, exception::Exception, password, tokens};

/// What is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ask {
    access_token: String,
    previous_password: String,
    proposed_password: String,
}

/// Sets the password; sessions stay. Wrong old ones count as failed sign-ins.
pub async fn answer(pool: &Pool, ask: Ask) -> Result<Nothing, Exception> {
    let (account, claims) = tokens::holder(pool, &ask.access_token).await?;
    let now = pool.ports.clock.now().as_second();
    let tries = [Of::SignIn(account.sub.clone(), format!("device {}", claims.session))];
    if !pool.attempts.admit(&tries, now) {
        return Err(Exception::limit_exceeded(
            "Attempt limit exceeded, please try after some time.",
        ));
    }
    if !password::matches(pool, &account.sub, &ask.previous_password, &account.password).await? {
        return Err(Exception::bad_sign_in());
    }
    pool.attempts.forgive(&tries);
    let kept = password::kept(pool, &account.sub, &ask.proposed_password).await?;
    pool.store.set_password(&account.sub, &kept).await?;
    Ok(Nothing {})
}
