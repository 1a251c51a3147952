//! Who answers a call: built from the contract's lists.
//!
//! A command listed as `core` must have an [`Answered`], one listed as `queued`
//! a [`Queueable`]: without it this file does not compile. A `cloud` command
//! needs nothing here.

use std::{collections::HashMap, sync::LazyLock};

use async_trait::async_trait;
use futures::future::BoxFuture;
use hearth_contract::{
    Access, Command, Failure, Goes, Method, Reason,
    command::Route,
    features::Entry,
    for_each_command,
    host::{Answer, Call},
    rest::{self, RestCall},
};
use serde_json::Value;

use crate::{app::Core, outbox::Edit};

/// A command that core answers alone.
#[async_trait]
pub(crate) trait Answered: Command {
    /// Answers it.
    async fn answer(self, core: &Core) -> Result<Self::Reply, Failure>;
}

/// A command that core applies at once and sends when it can.
pub(crate) trait Queueable: Command {
    /// The edit it is.
    fn edit(self) -> Edit;
}

type Reply = BoxFuture<'static, Result<Value, Failure>>;

enum Way {
    Core(fn(Core, Value) -> Reply),
    Cloud(Entry),
    Queued(fn(Value) -> Result<Edit, Failure>),
}

static WAYS: LazyLock<HashMap<&'static str, Way>> = LazyLock::new(|| {
    let mut ways = HashMap::new();
    macro_rules! way {
        (core $command:ty) => {
            Way::Core(answer_here::<$command>)
        };
        (cloud $command:ty) => {
            Way::Cloud(Entry::of::<$command>("cloud"))
        };
        (queued $command:ty) => {
            Way::Queued(|args| Ok(rest::decode::<$command>(args)?.edit()))
        };
    }
    macro_rules! list {
        ($($listed:ident $command:ty;)*) => {
            $(ways.insert(<$command as Command>::NAME, way!($listed $command));)*
        };
    }
    for_each_command!(list);
    ways
});

fn answer_here<C: Answered>(core: Core, args: Value) -> Reply {
    Box::pin(async move {
        let reply = rest::decode::<C>(args)?.answer(&core).await?;
        serde_json::to_value(reply).map_err(|_| Reason::Bug.into())
    })
}

/// Answers a call of a page.
pub(crate) async fn answer(core: &Core, call: Call) -> Answer {
    match WAYS.get(call.name.as_str()) {
        None => Answer::Refused(Failure::new(Reason::CommandUnknown).at("name")),
        Some(Way::Core(answer)) => answer(core.clone(), call.args).await.into(),
        Some(Way::Cloud(entry)) => forward(core, entry, call).await.into(),
        Some(Way::Queued(read)) => match queue(core, *read, call).await {
            Ok(answer) => answer,
            Err(failure) => Answer::Refused(failure),
        },
    }
}

async fn forward(core: &Core, entry: &Entry, call: Call) -> Result<Value, Failure> {
    let rest = (entry.rest)(call.args)?.ok_or(Reason::Bug)?;
    if let Goes::Cloud(_, Access::Anyone) = entry.goes {
        return core.cloud().place().await?.send(&rest, call.call, None).await;
    }
    let home = core.signed_in().await?;
    if rest.method == Method::Get {
        home.ask(rest, call.call).await
    } else {
        home.send(&rest, call.call).await
    }
}

async fn queue(core: &Core, read: fn(Value) -> Result<Edit, Failure>, call: Call) -> Result<Answer, Failure> {
    let edit = read(call.args)?;
    core.signed_in().await?.queue(call.call, edit).await
}

/// A command written for its route.
///
/// # Errors
/// `Internal` for a command that has no route.
pub(crate) fn rest_of<C: Command>(command: &C) -> Result<RestCall, Failure> {
    let (route, _): (Route, _) = C::GOES.route().ok_or(Reason::Bug)?;
    rest::encode(command, route)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_way() {
        for entry in hearth_contract::features::all() {
            let word = match WAYS.get(entry.name) {
                Some(Way::Core(_)) => "core",
                Some(Way::Cloud(_)) => "cloud",
                Some(Way::Queued(_)) => "queued",
                None => "none",
            };
            assert_eq!(word, entry.listed, "{}", entry.name);
        }
    }

    #[test]
    fn a_queued_command_becomes_an_edit_that_goes_the_same_route() {
        for entry in hearth_contract::features::all() {
            let Some(Way::Queued(read)) = WAYS.get(entry.name) else {
                continue;
            };
            let edit = read((entry.sample)()).unwrap();
            assert_eq!(
                Some(edit.rest().unwrap()),
                (entry.rest)((entry.sample)()).unwrap(),
                "{}",
                entry.name
            );
        }
    }
}
