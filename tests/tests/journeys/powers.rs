//! Powers: what a role may not do is not offered, and refused when it is asked for all the same.

use anyhow::{Result, ensure};
use hearth_contract::{
    Command, Failure, Reason, Role,
    device::List,
    family::{Audit, HandOver, Invitations, Invite, Joining, Members, Mine, RemoveMember, Rename, SetRole, Uses},
    host::Answer,
    meter::AskNow,
    pairing::Pair,
    text::{CodeText, InvitationCode, Name},
    units::Seconds,
};
use hearth_tests::{
    browser::Looks,
    page::{Page, new_call},
};

use super::steps::Home;

#[tokio::test]
async fn a_child_is_offered_what_it_may_do_and_refused_the_rest() -> Result<()> {
    let home = Home::start().await?;
    let mei = home.joined("Mei", Joining::Child).await?;
    let window = home.window_of("mei", Looks::DESKTOP, "/family").await?;
    window.sees("Ana").await?;
    window.sees("Only the owner changes roles and puts people out.").await?;
    window.picture("desktop-family-child").await?;
    for name in ["Make an invitation", "Rename", "Change Ana", "Change Mei"] {
        ensure!(window.lacks(name).await?, "a child is offered `{name}`");
    }
    window.pressable("Leave").await?;
    window.go(&format!("{}/devices", home.hub.address)).await?;
    window.sees("Meter").await?;
    ensure!(window.lacks("Bring in a device").await?, "a child is offered to pair");

    let family = home.family.id;
    let before = state(&home).await?;
    let ana = before
        .0
        .iter()
        .find(|member| member.role == Role::Owner)
        .map(|ana| ana.person);
    let ana = ana.ok_or_else(|| anyhow::anyhow!("no owner"))?;
    let name = Name::parse("Mei's castle")?;
    refused(&mei, Rename { family, name }).await?;
    let invite = Invite {
        family,
        code: InvitationCode::from_random([7; 26]),
        role: Joining::Adult,
        uses: Uses::ONE,
        lasts: Seconds(3600),
        last_day: None,
    };
    refused(&mei, invite).await?;
    refused(&mei, Invitations { family }).await?;
    let code = CodeText::parse("KT SIM0000001 AAAA AAAA")?;
    refused(&mei, Pair { family, code }).await?;
    let role = SetRole {
        family,
        person: ana,
        role: Role::Child,
        last_day: None,
    };
    refused(&mei, role).await?;
    refused(&mei, HandOver { family, person: ana }).await?;
    refused(&mei, RemoveMember { family, person: ana }).await?;
    refused(&mei, AskNow { family }).await?;
    refused(&mei, Audit { family, before: None }).await?;
    ensure!(state(&home).await? == before, "something has changed");
    window.close().await
}

/// Asked by the page's own verb, it is refused for want of a power.
async fn refused<C: Command>(page: &Page, command: C) -> Result<()> {
    match page.send(new_call(), &command).await? {
        Answer::Refused(failure) => ensure!(
            failure == Failure::new(Reason::PowerMissing),
            "{}: {failure:?}",
            C::NAME
        ),
        Answer::Done(_) | Answer::Waiting { .. } => anyhow::bail!("{} was not refused", C::NAME),
    }
    Ok(())
}

/// What of the family could have changed: members, devices, name, invitations.
async fn state(home: &Home) -> Result<(Vec<hearth_contract::family::Member>, usize, String, usize)> {
    let family = home.family.id;
    let members = home.ana.call(Members { family }).await?.value;
    let devices = home.ana.call(List { family }).await?.value.len();
    let mine = home.ana.call(Mine {}).await?.value;
    let name = mine.first().map(|family| family.name.to_string()).unwrap_or_default();
    let invitations = home.ana.call(Invitations { family }).await?.value.len();
    Ok((members, devices, name, invitations))
}
