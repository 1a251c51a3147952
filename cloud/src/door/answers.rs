//! How a command is answered: access, repetition, rule, reply, in one unit of work.

use hearth_contract::{CallId, Command, Failure, Goes, Method, Principal, Reason};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    access::{Caller, Knock},
    cloud::{Cloud, Ports},
    store::{
        self,
        calls::{Call, Known},
    },
    unit::Unit,
};

/// The rule behind a command.
pub(crate) trait Answers: Command {
    /// Whom the rule is handed; one that does not fit the command's access does not compile.
    type Caller: Caller;

    /// The rule.
    fn answer(
        self,
        caller: Self::Caller,
        work: &mut crate::unit::Work,
    ) -> impl Future<Output = Result<Self::Reply, Failure>> + Send;

    /// What only the outside can add to the reply of a question, once its unit is closed.
    fn complete(
        reply: Self::Reply,
        _ports: &Ports,
        _real_now: Timestamp,
    ) -> impl Future<Output = Result<Self::Reply, Failure>> + Send {
        async move { Ok(reply) }
    }
}

/// A command as it came in; with a call id unless it is a question.
pub(crate) struct Asked<C> {
    pub command: C,
    pub call: Option<CallId>,
}

impl Cloud {
    /// Answers with the reply's JSON.
    pub(crate) async fn answer<C: Answers>(
        &self,
        knock: &Knock,
        asked: Result<Asked<C>, Failure>,
    ) -> Result<String, Failure> {
        let (Goes::Cloud(route, access) | Goes::Queued(route, access)) = C::GOES else {
            return Err(Reason::CommandUnknown.into());
        };
        // What can't succeed does not keep the writer.
        let mut unit = match &asked {
            Ok(_) if route.method != Method::Get => Unit::writing(self).await?,
            _ => Unit::reading(self).await?,
        };
        let work = unit.work();
        let outcome = async {
            let caller = C::Caller::admit(knock, access, work).await?;
            let Asked { command, call } = asked?;
            let Some(call) = call else {
                return command.answer(caller, work).await.map(Outcome::Fresh);
            };
            let call = identify(&command, call, &knock.principal)?;
            match store::calls::known(work.tx(), &call).await? {
                Known::Answered(json) => return Ok(Outcome::Before(json)),
                Known::Other => return Err(Reason::CallReused.into()),
                Known::New => {}
            }
            work.acts_for(knock.principal.clone().into(), Some(call.id));
            let reply = command.answer(caller, work).await?;
            let json = json(&reply)?;
            let now = work.now();
            store::calls::remember(work.tx(), &call, &json, now).await?;
            Ok(Outcome::Before(json))
        }
        .await;
        match unit.close(outcome).await? {
            Outcome::Before(json) => Ok(json),
            Outcome::Fresh(reply) => json(&C::complete(reply, &self.ports, self.clocks.real.now()).await?),
        }
    }
}

enum Outcome<R> {
    /// A question's reply.
    Fresh(R),
    /// JSON, as it is remembered for this call.
    Before(String),
}

fn identify<C: Command>(command: &C, id: CallId, by: &Principal) -> Result<Call, Failure> {
    let digest = hex::encode(Sha256::digest(json(command)?.as_bytes()));
    Ok(Call {
        id,
        by: by.clone(),
        command: C::NAME,
        digest,
    })
}

fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|_| Reason::Bug.into())
}
