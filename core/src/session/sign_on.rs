//! Signing in by a provider's own page: OpenID Connect's code flow with the
//! proof of RFC 7636, for a public client.
//!
//! The state belongs to this core, and so to the browser session or the app it
//! serves: an answer that was meant for another changes nothing here. What
//! waits is kept in memory only.
//!
//! # Source
//! OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207; RFC 9700, section 2.1.

mod answer;
mod provider;
mod request;
mod token_answer;

use async_trait::async_trait;
use hearth_contract::{
    Failure, Kind, Reason, Seen,
    endpoints::SignOn,
    session::{
        Person,
        sign_on::{self, Begin, Finish, Opening, Providers},
    },
};

use crate::{
    app::Core,
    body::SignOnWay,
    dispatch::Answered,
    session::{Issuer, Kept},
};

pub(crate) use provider::Provider;
pub(crate) use request::Waiting;

use answer::Answer;
use request::Request;

#[async_trait]
impl Answered for Providers {
    async fn answer(self, core: &Core) -> Result<Seen<Vec<sign_on::Provider>>, Failure> {
        let place = core.cloud().place().await?;
        let joined = place.endpoints.sign_on.iter().cloned();
        let known: Vec<SignOn> = match core.body().sign_on_way() {
            SignOnWay::None => Vec::new(),
            SignOnWay::Page(_) => joined.collect(),
            SignOnWay::Browser => place.endpoints.own_page().into_iter().chain(joined).collect(),
        };
        let own = &place.endpoints.user_pool.issuer;
        let mut providers: Vec<sign_on::Provider> = Vec::new();
        for SignOn { issuer, name, .. } in known {
            if providers.iter().all(|listed| listed.issuer != issuer) {
                let is_own = issuer == *own;
                providers.push(sign_on::Provider { issuer, name, is_own });
            }
        }
        Ok(Seen::now(providers, core.now()))
    }
}

#[async_trait]
impl Answered for Begin {
    async fn answer(self, core: &Core) -> Result<Opening, Failure> {
        let way = core.body().sign_on_way();
        if way == SignOnWay::None {
            return Err(Reason::NotSupported.into());
        }
        let place = core.cloud().place().await?;
        if place.endpoints.provider(&self.issuer).is_none() {
            return Err(Failure::new(Reason::Absent).at("issuer"));
        }
        let provider = Provider::find(place, &self.issuer).await?;
        let back = match &way {
            SignOnWay::Page(back) => back.clone(),
            SignOnWay::None | SignOnWay::Browser => core.body().sign_on_return().await?,
        };
        let request = Request::new(&self.issuer, back)?;
        let address = provider.sign_in_address(&request);
        core.waiting_sign_on().keep(request);
        if way == SignOnWay::Browser {
            core.body().open_url(&address).await?;
            return Ok(Opening { address: None });
        }
        Ok(Opening { address: Some(address) })
    }
}

#[async_trait]
impl Answered for Finish {
    async fn answer(self, core: &Core) -> Result<Person, Failure> {
        let answer = Answer::read(self.answer.as_str()).ok_or_else(|| Failure::new(Reason::FieldWrong).at("answer"))?;
        let request = core.waiting_sign_on().of(&answer.state)?;
        let entered = enter(core, &request, &answer).await;
        // Whatever the provider has decided, its answer is worth nothing from now
        // on; what the network broke off may be sent again.
        if entered
            .as_ref()
            .err()
            .is_none_or(|failure| failure.kind != Kind::Unavailable)
        {
            core.waiting_sign_on().forget(&request);
        }
        entered
    }
}

async fn enter(core: &Core, request: &Request, answer: &Answer) -> Result<Person, Failure> {
    let place = core.cloud().place().await?;
    let provider = Provider::find(place, &request.issuer).await?;
    let code = answer.code(provider.issuer(), provider.names_itself())?;
    let (person, tokens) = provider.exchange(code, request).await?;
    let kept = Kept {
        person,
        tokens,
        issuer: Issuer::SignOn(request.issuer.clone()),
    };
    core.enter_as(kept).await
}
