//! The commands of `session`, which core answers alone.

use async_trait::async_trait;
use hearth_contract::{
    Failure,
    session::{CodeSent, Confirm, Forgot, Resend, Reset, Session, SignIn, SignInStep, SignOut, SignUp, Who},
};
use serde_json::json;

use crate::{
    app::Core,
    dispatch::Answered,
    session::{challenge::Progress, pool::Pool},
};

/// What the pool answers where a code was sent.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    #[serde(default)]
    code_delivery_details: Delivery,
}

#[derive(Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delivery {
    #[serde(default)]
    destination: String,
}

impl From<Sent> for CodeSent {
    fn from(sent: Sent) -> Self {
        Self {
            to: sent.code_delivery_details.destination,
        }
    }
}

#[async_trait]
impl Answered for Who {
    async fn answer(self, core: &Core) -> Result<Session, Failure> {
        Ok(core.session().await)
    }
}

#[async_trait]
impl Answered for SignUp {
    async fn answer(self, core: &Core) -> Result<CodeSent, Failure> {
        let place = core.cloud().place().await?;
        let pool = Pool::new(place);
        let attributes = json!([
            { "Name": "email", "Value": self.mail.as_str() },
            { "Name": "name", "Value": self.name.as_str() },
        ]);
        let sent: Sent = pool
            .call(
                "SignUp",
                json!({
                    "ClientId": pool.client(),
                    "Username": self.mail.as_str(),
                    "Password": self.password.as_str(),
                    "UserAttributes": attributes,
                }),
            )
            .await?;
        Ok(sent.into())
    }
}

#[async_trait]
impl Answered for Confirm {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let pool = Pool::new(core.cloud().place().await?);
        pool.tell(
            "ConfirmSignUp",
            json!({
                "ClientId": pool.client(),
                "Username": self.mail.as_str(),
                "ConfirmationCode": self.code.as_str(),
            }),
        )
        .await
    }
}

#[async_trait]
impl Answered for Resend {
    async fn answer(self, core: &Core) -> Result<CodeSent, Failure> {
        let pool = Pool::new(core.cloud().place().await?);
        let body = json!({ "ClientId": pool.client(), "Username": self.mail.as_str() });
        Ok(pool.call::<Sent>("ResendConfirmationCode", body).await?.into())
    }
}

#[async_trait]
impl Answered for Forgot {
    async fn answer(self, core: &Core) -> Result<CodeSent, Failure> {
        let pool = Pool::new(core.cloud().place().await?);
        let body = json!({ "ClientId": pool.client(), "Username": self.mail.as_str() });
        Ok(pool.call::<Sent>("ForgotPassword", body).await?.into())
    }
}

#[async_trait]
impl Answered for Reset {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let pool = Pool::new(core.cloud().place().await?);
        pool.tell(
            "ConfirmForgotPassword",
            json!({
                "ClientId": pool.client(),
                "Username": self.mail.as_str(),
                "ConfirmationCode": self.code.as_str(),
                "Password": self.password.as_str(),
            }),
        )
        .await
    }
}

#[async_trait]
impl Answered for SignIn {
    async fn answer(self, core: &Core) -> Result<SignInStep, Failure> {
        let pool = Pool::new(core.cloud().place().await?);
        match super::sign_in::sign_in(&pool, &self).await? {
            Progress::In(tokens) => core.enter(tokens).await.map(SignInStep::In),
            Progress::Code(pending) => {
                core.waiting_sign_in().keep(pending);
                Ok(SignInStep::CodeNeeded)
            }
        }
    }
}

#[async_trait]
impl Answered for SignOut {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        core.sign_out().await
    }
}
