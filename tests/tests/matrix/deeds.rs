//! For every command, a call that would do something: what it needs is made
//! ready anew each time, so that no cell leans on the one before it.

use anyhow::{Context, Result, bail};
use hearth_contract::{
    Command, Method, PictureId, Role, alarm,
    control::{self, Property},
    device,
    device::Hardware,
    family::{
        Audit, Farewell, HandOver, Invitations, Join, Joining, Journal, Leave, Listen, Members, Mine, Offer,
        RemoveMember, Rename, Revoke, SetRole,
    },
    live,
    meter::{self, AskDay, AskNow},
    pairing::Pair,
    pantry::{Changes, List, Remove, Settle, Settled},
    picture,
    rest::{self, RestCall},
    text::Name,
    units::Count,
};
use hearth_tests::page::new_call;

use super::{
    house::Proof,
    stage::{Somebody, Stage, new_family},
};

/// A call, and who makes it.
pub struct Deed {
    pub by: Option<Proof>,
    pub call: RestCall,
}

/// What the column's own actor can't do twice, somebody new like them does.
async fn like(stage: &Stage, n: usize) -> Result<Somebody> {
    match n {
        0 => {
            let owner = stage.member(Joining::Adult).await?;
            let set = SetRole {
                family: stage.family,
                person: owner.id,
                role: Role::Owner,
                last_day: None,
            };
            stage.done(stage.owner(), set).await?;
            Ok(owner)
        }
        1 => stage.member(Joining::Adult).await,
        2 => stage.member(Joining::Child).await,
        3 => stage.member(Joining::Guest).await,
        _ => stage.stranger().await,
    }
}

fn call<C: Command>(command: &C) -> Result<RestCall> {
    let (route, _) = C::GOES.route().context("core answers that")?;
    Ok(rest::encode(command, route)?)
}

/// The call of this command by column `n`.
pub async fn prepare(stage: &Stage, name: &str, n: usize) -> Result<Deed> {
    let family = stage.family;
    let mut by = stage.cast[n].clone();
    let serial = || new_call().0.simple().to_string()[20..].to_uppercase();
    let call = match name {
        "family.create" => call(&new_family()?)?,
        "family.mine" => call(&Mine {})?,
        "family.listen" => call(&Listen {
            identity: format!("local:{}", new_call().0).parse()?,
        })?,
        "family.farewell" => {
            if !matches!(by, Proof::Signature(..)) {
                by = like(stage, n).await?.proof;
            }
            call(&Farewell {})?
        }
        "family.offer" => {
            let invite = stage.invite(Joining::Adult);
            let code = invite.code.clone();
            stage.done(stage.owner(), invite).await?;
            if !matches!(by, Proof::Signature(..)) {
                by = stage.stranger().await?.proof;
            }
            call(&Offer { code })?
        }
        "family.join" => {
            let invite = stage.invite(Joining::Adult);
            let code = invite.code.clone();
            stage.done(stage.owner(), invite).await?;
            if !matches!(by, Proof::Signature(..)) {
                by = stage.stranger().await?.proof;
            }
            call(&Join {
                code,
                called: Name::parse("Somebody")?,
            })?
        }
        "family.members" => call(&Members { family })?,
        "family.journal" => call(&Journal { family, after: 0 })?,
        "family.rename" => call(&Rename {
            family,
            name: Name::parse("Elsewhere")?,
        })?,
        "family.leave" => {
            if !matches!(by, Proof::Signature(..)) {
                by = like(stage, n).await?.proof;
            }
            call(&Leave { family })?
        }
        "family.remove" => call(&RemoveMember {
            family,
            person: stage.member(Joining::Adult).await?.id,
        })?,
        "family.set_role" => call(&SetRole {
            family,
            person: stage.member(Joining::Adult).await?.id,
            role: Role::Child,
            last_day: None,
        })?,
        "family.hand_over" => {
            if n == 0 {
                by = like(stage, n).await?.proof;
            }
            call(&HandOver {
                family,
                person: stage.member(Joining::Adult).await?.id,
            })?
        }
        "family.invite" => call(&stage.invite(Joining::Child))?,
        "family.invitations" => call(&Invitations { family })?,
        "family.revoke" => {
            let made = stage.done(stage.owner(), stage.invite(Joining::Child)).await?;
            call(&Revoke {
                family,
                invitation: made.id,
            })?
        }
        "family.audit" => call(&Audit { family, before: None })?,
        "device.list" => call(&device::List { family })?,
        "device.rename" => call(&device::Rename {
            family,
            thing: stage.pair(&format!("SIM-{}", serial()), Hardware::Meter).await?,
            name: Name::parse("Cellar")?,
        })?,
        "device.remove" => call(&device::Remove {
            family,
            thing: stage.pair(&format!("KT{}", serial()), Hardware::Tablet).await?,
        })?,
        "pairing.pair" => call(&Pair {
            family,
            code: stage.newcomer(&format!("SIM-{}", serial()), Hardware::Meter).await?,
        })?,
        "pantry.list" => call(&List { family })?,
        "pantry.add" => call(&stage.new_jam()?)?,
        "pantry.remove" => call(&Remove {
            family,
            item: stage.jam().await?,
            count: Count::ONE,
        })?,
        "pantry.changes" => call(&Changes { family })?,
        "pantry.settle" => call(&Settle {
            family,
            change: stage.change().await?,
            settled: Settled::Confirmed,
        })?,
        "picture.address" => call(&picture::Address {
            family,
            picture: PictureId(stage.picture.0),
        })?,
        "live.cameras" => call(&live::Cameras { family })?,
        "live.look" => call(&live::Look {
            family,
            thing: stage.fridge.clone(),
            camera: "shelves".parse()?,
        })?,
        "live.watch" => RestCall {
            method: Method::Get,
            path: format!("/families/{family}/live/{}/shelves", stage.fridge),
            body: None,
        },
        "meter.now" => call(&AskNow { family })?,
        "meter.day" => call(&AskDay {
            family,
            day: "2026-11-21".parse()?,
        })?,
        "meter.look" => call(&meter::Look { family })?,
        "alarm.open" => call(&alarm::Open { family })?,
        "alarm.acknowledge" => call(&alarm::Acknowledge {
            family,
            alarm: stage.alarm().await?,
        })?,
        "control.list" => call(&control::List { family })?,
        "control.place" => call(&stage.order())?,
        "control.withdraw" => {
            stage.done(stage.owner(), stage.order()).await?;
            call(&control::Withdraw {
                family,
                thing: stage.fridge.clone(),
                property: Property::Light,
            })?
        }
        _ => bail!("nobody has said yet how it is done"),
    };
    Ok(Deed { by: Some(by), call })
}
