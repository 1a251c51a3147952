//! The second factor: asked for, made, settled and switched off.

use async_trait::async_trait;
use hearth_contract::{
    Failure, Reason, Seen,
    session::{
        Person,
        second_factor::{Begin, Factor, RecoveryCodes, SecondFactor, Secret, Settle, State, SwitchOff},
    },
};
use serde_json::{Value, json};

use crate::{
    app::Core,
    dispatch::Answered,
    session::{
        Pool,
        challenge::{self, Progress},
        sign_in,
    },
};

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Own {
    #[serde(default, rename = "UserMFASettingList")]
    factors: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Associated {
    secret_code: String,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Verified {
    #[serde(default)]
    status: String,
    /// Not of Cognito: a user pool of ours gives them, once.
    #[serde(default)]
    recovery_codes: Vec<String>,
}

#[async_trait]
impl Answered for SecondFactor {
    async fn answer(self, core: &Core) -> Result<Person, Failure> {
        let pending = core.waiting_sign_in().of(challenge::CODE)?;
        let pool = Pool::new(core.cloud().place().await?);
        let answer = pending
            .answer(&pool, "SOFTWARE_TOKEN_MFA_CODE", self.code.as_str())
            .await;
        match answer {
            Ok(Progress::In(tokens)) => core.enter(tokens).await,
            Ok(Progress::Code(_)) => Err(Failure::new(Reason::SecondCodeWrong).at("code")),
            Err(failure) => {
                if failure.reason == Reason::SignInStale {
                    core.waiting_sign_in().forget();
                }
                Err(failure)
            }
        }
    }
}

#[async_trait]
impl Answered for State {
    async fn answer(self, core: &Core) -> Result<Seen<Factor>, Failure> {
        let home = core.signed_in().await?;
        let own: Own = home.own("GetUser", json!({})).await?;
        let is_on = own.factors.iter().any(|factor| factor == challenge::CODE);
        Ok(Seen::now(Factor { is_on }, home.clock.now()))
    }
}

#[async_trait]
impl Answered for Begin {
    async fn answer(self, core: &Core) -> Result<Secret, Failure> {
        let home = core.signed_in().await?;
        let Associated { secret_code: text } = home.own("AssociateSoftwareToken", json!({})).await?;
        let mail = home.person()?.mail.as_str().replace('%', "%25").replace('@', "%40");
        let uri = format!("otpauth://totp/Hearth:{mail}?secret={text}&issuer=Hearth");
        Ok(Secret { text, uri })
    }
}

#[async_trait]
impl Answered for Settle {
    async fn answer(self, core: &Core) -> Result<RecoveryCodes, Failure> {
        let home = core.signed_in().await?;
        let body = json!({ "UserCode": self.code.as_str(), "FriendlyDeviceName": "Hearth" });
        let verified: Verified =
            home.own("VerifySoftwareToken", body)
                .await
                .map_err(|failure| match failure.reason {
                    Reason::ConfirmationWrong | Reason::ConfirmationExpired => {
                        Failure::new(Reason::SecondCodeWrong).at("code")
                    }
                    _ => failure,
                })?;
        if verified.status == "ERROR" {
            return Err(Failure::new(Reason::SecondCodeWrong).at("code"));
        }
        prefer(core, true).await?;
        Ok(RecoveryCodes {
            codes: verified.recovery_codes,
        })
    }
}

#[async_trait]
impl Answered for SwitchOff {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let home = core.signed_in().await?;
        let pool = Pool::new(core.cloud().place().await?);
        sign_in::prove(&pool, &home.person()?.mail, &self.password)
            .await
            .map_err(|failure| super::at_field(failure, "password"))?;
        prefer(core, false).await
    }
}

async fn prefer(core: &Core, is_on: bool) -> Result<(), Failure> {
    let settings = json!({ "SoftwareTokenMfaSettings": { "Enabled": is_on, "PreferredMfa": is_on } });
    let home = core.signed_in().await?;
    home.own::<Value>("SetUserMFAPreference", settings).await.map(|_| ())
}
