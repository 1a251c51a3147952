//! The tablet in the fridge's door, on a home as its users start it, without a
//! browser: it is enrolled, comes in by its fridge, asks by its certificate, and
//! loses the home when the family puts it out.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hearth_contract::{
    Command, HomeEvent, ItemId, Reason, Role, ThingName,
    device::{self, Hardware, Remove},
    event::Actor,
    family::{Family, Journal, Mine, Rename},
    host::Answer,
    pairing::Pair,
    pantry::{Add, List, PantryEvent},
    session::{Kiosk, Session, ShowCode, SignIn, SignOut, Who},
    text::{CodeText, Mail, Name, Password, Place},
    units::Count,
};
use hearth_tests::{
    hub::Hub,
    page::{PASSWORD, Page, new_call},
    wait::until,
};

const SOON: Duration = Duration::from_secs(20);

fn jam(family: &Family) -> Result<Add> {
    Ok(Add {
        family: family.id,
        item: ItemId(new_call().0),
        name: Name::parse("Jam")?,
        food: None,
        count: Count::ONE,
        best_before: None,
    })
}

async fn refusal<C: Command>(page: &Page, command: C) -> Result<Reason> {
    match page.send(new_call(), &command).await? {
        Answer::Refused(failure) => Ok(failure.reason),
        Answer::Done(_) | Answer::Waiting { .. } => bail!("{} was not refused", C::NAME),
    }
}

/// Waits until the tablet stands so to its family.
async fn stands(tablet: &Page, paired: bool) -> Result<ThingName> {
    until("the tablet to stand so", SOON, || async {
        Ok(match tablet.call(Who {}).await? {
            Session::Kiosk(kiosk) if kiosk.paired == paired => Some(kiosk.thing),
            _ => None,
        })
    })
    .await
}

/// A home with its fridge in, and the tablet in the fridge's door.
async fn home() -> Result<(Hub, Page, Page, Family, ThingName)> {
    let hub = Hub::start().await?;
    let (page, tablet) = (Page::open(&hub)?, Page::on_the_tablet(&hub)?);
    page.sign_up(&hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    page.pair(&hub, &family, "fridge").await?;
    let thing = stands(&tablet, true).await.context("comes in by its fridge")?;
    Ok((hub, page, tablet, family, thing))
}

#[tokio::test]
async fn a_tablet_comes_in_by_its_fridge_and_adds_food_by_itself() -> Result<()> {
    let (_hub, page, tablet, family, thing) = home().await?;
    let mine = tablet.call(Mine {}).await?.value;
    ensure!(mine.len() == 1 && mine[0].role == Role::Kiosk, "{mine:?}");
    let devices = page.call(device::List { family: family.id }).await?.value;
    let listed = devices.iter().find(|device| device.thing == thing);
    ensure!(
        listed.is_some_and(|device| device.hardware == Hardware::Tablet),
        "{devices:?}"
    );

    let item = tablet.call(jam(&family)?).await?;
    let food = page.call(List { family: family.id }).await?.value;
    ensure!(food.iter().any(|there| there.id == item.id), "{food:?}");
    let journal = page
        .call(Journal {
            family: family.id,
            after: 0,
        })
        .await?;
    let told = journal.iter().find(
        |entry| matches!(&entry.event, HomeEvent::Pantry(PantryEvent::ItemSet { item: there }) if there.id == item.id),
    );
    ensure!(
        told.is_some_and(|entry| entry.by == Actor::Thing(thing.clone())),
        "{told:?}"
    );
    until("the family to see it connected", SOON, || async {
        let devices = page.call(device::List { family: family.id }).await?.value;
        let is_there = devices
            .iter()
            .any(|device| device.thing == thing && device.presence.online);
        Ok(is_there.then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_tablet_never_signs_in_or_out_and_does_only_what_a_kiosk_may() -> Result<()> {
    let (_hub, _page, tablet, family, _) = home().await?;
    let sign_in = SignIn {
        mail: Mail::parse("ana@example.org")?,
        password: Password::parse(PASSWORD)?,
        place: Place::parse("a test")?,
    };
    ensure!(refusal(&tablet, sign_in).await? == Reason::NotSupported);
    ensure!(refusal(&tablet, SignOut {}).await? == Reason::NotSupported);
    ensure!(refusal(&tablet, ShowCode {}).await? == Reason::NotSupported, "it is in");
    let rename = Rename {
        family: family.id,
        name: Name::parse("Elsewhere")?,
    };
    ensure!(refusal(&tablet, rename).await? == Reason::PowerMissing);
    Ok(())
}

#[tokio::test]
async fn a_tablet_is_itself_again_after_a_power_cut() -> Result<()> {
    let (mut hub, _page, tablet, family, thing) = home().await?;
    hub.power_cut().await?;
    ensure!(stands(&tablet, true).await? == thing);
    tablet.call(jam(&family)?).await?;
    Ok(())
}

#[tokio::test]
async fn a_tablet_that_is_put_out_loses_the_home_and_comes_back_by_its_code_only() -> Result<()> {
    let (hub, page, tablet, family, thing) = home().await?;
    tablet.call(List { family: family.id }).await?;
    page.call(Remove {
        family: family.id,
        thing: thing.clone(),
    })
    .await?;
    stands(&tablet, false).await.context("is put out")?;
    for reason in [
        refusal(&tablet, List { family: family.id }).await?,
        refusal(&tablet, jam(&family)?).await?,
    ] {
        ensure!(reason == Reason::SignInNeeded, "nothing is kept: {reason:?}");
    }
    // It has a new certificate and shows a code, and its fridge says so: no longer enough.
    let code = until("a code on its screen", SOON, || async {
        Ok(match tablet.send(new_call(), &ShowCode {}).await? {
            Answer::Done(code) => Some(code),
            _ => None,
        })
    })
    .await?;
    hub.visit("avocado", 1).await?;
    let kiosk = Kiosk { thing, paired: false };
    ensure!(tablet.call(Who {}).await? == Session::Kiosk(kiosk));
    page.call(Pair {
        family: family.id,
        code: CodeText::parse(&code.to_string())?,
    })
    .await?;
    stands(&tablet, true).await?;
    tablet.call(jam(&family)?).await?;
    Ok(())
}
