//! Judges who signs in on the page, by password or by passkey. The password
//! becomes a verifier at once, which is compared; it is neither kept nor logged.
//!
//! The counters are those of every other sign-in, so that the page is no way
//! round them. What an account asks for beside its password is asked here.

use super::{Fields, passkey};
use crate::identity::{
    Pool,
    asker::Asker,
    attempts::{self, Of},
    exception::Exception,
    flows::{
        password_srp,
        second_factor::{self, Proof},
    },
    ops, password,
    store::Account,
};

/// Why somebody is not in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Address or password; nobody is told which.
    Wrong,
    /// Too many tries.
    Wait,
    /// The password is right, the address was never proved.
    Unconfirmed,
    /// The password is right; the account asks for a code, too.
    CodeNeeded,
    /// The code is not the account's, or was used before.
    CodeWrong,
    /// The passkey is no good here, or was asked for too long ago.
    PasskeyWrong,
    /// Our own fault.
    Trouble,
}

impl Refused {
    /// The sentence for it.
    pub fn says(self) -> &'static str {
        match self {
            Self::Wrong => "sign_on.wrong",
            Self::Wait => "sign_on.wait",
            Self::Unconfirmed => "sign_on.unconfirmed",
            Self::CodeNeeded => "sign_on.code_needed",
            Self::CodeWrong => "sign_on.code_wrong",
            Self::PasskeyWrong => "sign_on.passkey_wrong",
            Self::Trouble => "sign_on.trouble",
        }
    }

    /// Whether the page has to have a field for a code.
    pub fn is_of_code(self) -> bool {
        matches!(self, Self::CodeNeeded | Self::CodeWrong)
    }
}

/// Whose account it is, if everything is right.
pub async fn enter(pool: &Pool, client_id: &str, asker: &Asker, form: &Fields) -> Result<Account, Refused> {
    if form.get("credential").is_some() {
        return passkey::enter(pool, client_id, asker, form).await;
    }
    let typed = (form.get("mail"), form.get("password"));
    let (Some(mail), Some(password)) = typed else {
        return Err(Refused::Wrong);
    };
    let username = ops::username(mail).map_err(|_| Refused::Wrong)?;
    let known = pool
        .store
        .account(&username)
        .await
        .map_err(|failed| trouble(failed.into()))?;
    // Nobody's password takes as long to judge as somebody's.
    let (user_id, kept) = match &known {
        Some(account) => (account.sub.clone(), account.password.clone()),
        None => password_srp::invented(pool, &username),
    };
    let now = pool.ports.clock.now().as_second();
    let tries = attempts::tries(Of::SignIn(user_id.clone(), asker.origin()), asker);
    if !pool.attempts.admit(&tries, now) {
        return Err(Refused::Wait);
    }
    let is_right = password::matches(pool, &user_id, password, &kept)
        .await
        .map_err(trouble)?;
    let account = known.filter(|_| is_right).ok_or(Refused::Wrong)?;
    pool.attempts.forgive(&tries);
    if !account.confirmed {
        return Err(Refused::Unconfirmed);
    }
    second(pool, asker, &account, form.get("code")).await?;
    Ok(account)
}

/// The code, if the account asks for one: time-based, or for recovery.
async fn second(pool: &Pool, asker: &Asker, account: &Account, code: Option<&str>) -> Result<(), Refused> {
    let factor = pool.store.factor(&account.sub).await;
    let factor = factor.map_err(|failed| trouble(failed.into()))?;
    if factor.asked().is_none() {
        return Ok(());
    }
    let code = code.map(str::trim).filter(|code| !code.is_empty());
    let code = code.ok_or(Refused::CodeNeeded)?;
    match second_factor::prove(pool, asker, account, code)
        .await
        .map_err(trouble)?
    {
        Proof::Given => Ok(()),
        Proof::Wrong(_) => Err(Refused::CodeWrong),
        Proof::Wait => Err(Refused::Wait),
    }
}

fn trouble(exception: Exception) -> Refused {
    tracing::debug!(exception = exception.name, "nobody could be signed in");
    Refused::Trouble
}
