//! The account itself: another password, and its end.

use async_trait::async_trait;
use hearth_contract::{
    Failure, Reason,
    session::account::{ChangePassword, Delete, Farewell, Proof},
};
use serde_json::{Value, json};

use crate::{
    app::Core,
    dispatch::Answered,
    session::{Pool, at_field, passkey, sign_in},
};

#[async_trait]
impl Answered for ChangePassword {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let home = core.signed_in().await?;
        let body = json!({
            "PreviousPassword": self.current.as_str(),
            "ProposedPassword": self.password.as_str(),
        });
        home.own::<Value>("ChangePassword", body)
            .await
            .map(|_| ())
            .map_err(|failure| at_field(failure, "current"))
    }
}

#[async_trait]
impl Answered for Delete {
    async fn answer(self, core: &Core) -> Result<Farewell, Failure> {
        let home = core.signed_in().await?;
        let place = core.cloud().place().await?;
        home.account_here(place)?;
        let pool = Pool::new(place);
        match &self.proof {
            Proof::Password(password) => sign_in::prove(&pool, &home.person()?.mail, password)
                .await
                .map_err(|failure| at_field(failure, "password"))?,
            Proof::Passkey(credential) => {
                let tokens = passkey::take(core, credential.as_str()).await?;
                core.waiting_sign_in().forget();
                let proven = super::person(&tokens.id).map(|person| person.id) == home.who.person();
                let _ = pool.revoke(&tokens).await;
                if !proven {
                    return Err(Reason::PasskeyForeign.into());
                }
            }
        }
        // First the families: without the account nobody could leave them any more.
        let dropped_edits = home.outbox.len();
        let homes = home.say_farewell().await?;
        home.own::<Value>("DeleteUser", json!({})).await?;
        core.sign_out().await?;
        Ok(Farewell { homes, dropped_edits })
    }
}
