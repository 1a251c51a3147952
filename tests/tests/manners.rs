//! Fridges with bad manners, one at a time: each is in its home like any other,
//! shows what is in it, obeys, or says why not.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hearth_contract::{
    FamilyId, ThingName,
    clock::Clock,
    control::{self, Because, FridgeSetPoint, Place, Property, Setting, Standing},
    device,
    pairing::Pair,
    pantry::{Changes, Item, List},
    text::CodeText,
};
use hearth_hub::clocks::RealClock;
use hearth_tests::{
    edge::{Device, at},
    hub::Hub,
    page::Page,
    wait::until,
};
use jiff::SignedDuration;

const SOON: Duration = Duration::from_secs(60);
/// How wrong an instant may be that a fridge says.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

struct Home {
    hub: Hub,
    page: Page,
    family: FamilyId,
}

struct Fridge {
    device: Device,
    thing: ThingName,
}

impl Home {
    async fn new() -> Result<Self> {
        let hub = Hub::start().await?;
        let page = Page::open(&hub)?;
        page.sign_up(&hub, "Ana").await?;
        let family = page.found("Linden Street").await?.id;
        Ok(Self { hub, page, family })
    }

    /// A fridge that is taken in as long as it behaves, and then does not.
    async fn takes_in(&self, serial: &str, manner: &str) -> Result<Fridge> {
        let mut device = Device::fridge(serial, &at(&self.hub)?, &[], None)?;
        device.says("code HEARTH").await?;
        let said = device.said()?;
        device.off()?;
        let code = said.lines().rev().find_map(|line| line.strip_prefix("code "));
        let code = CodeText::parse(code.context("its code")?)?;
        let family = self.family;
        let thing = self.page.call(Pair { family, code }).await?.thing;
        device.again_with(&["fridge", "--serial", serial, "--manner", manner])?;
        Ok(Fridge { device, thing })
    }

    async fn is_online(&self, fridge: &Fridge) -> Result<bool> {
        let family = self.family;
        let all = self.page.call(device::List { family }).await?.value;
        Ok(all
            .iter()
            .any(|device| device.thing == fridge.thing && device.presence.online))
    }

    /// What its shelves show, once they do.
    async fn shows(&self, fridge: &Fridge) -> Result<Vec<Item>> {
        let family = self.family;
        let shown = until("its food", SOON, || async {
            let items = self.page.call(List { family }).await?.value;
            Ok((!items.is_empty()).then_some(items))
        });
        let shown = shown.await;
        shown.with_context(|| fridge.device.said().unwrap_or_default())
    }

    /// How an order to be that warm ends.
    async fn orders(&self, fridge: &Fridge, celsius: i8) -> Result<Standing> {
        let family = self.family;
        let place = Place {
            family,
            thing: fridge.thing.clone(),
            setting: Setting::Fridge(FridgeSetPoint::new(celsius).context("a set point")?),
        };
        let placed = self.page.call(place).await?.order.context("the order")?.id;
        let answered = until("its answer", SOON, || async {
            let all = self.page.call(control::List { family }).await?.value;
            let own = all.into_iter().find(|controls| controls.thing == fridge.thing);
            let properties = own.context("its controls")?.properties;
            let one = properties.into_iter().find(|one| one.property == Property::Fridge);
            let order = one.and_then(|one| one.order).filter(|order| order.id == placed);
            let standing = order.map(|order| order.standing);
            Ok(standing.filter(|standing| !matches!(standing, Standing::Queued | Standing::Sent)))
        });
        let answered = answered.await;
        answered.with_context(|| fridge.device.said().unwrap_or_default())
    }
}

fn obeyed(standing: &Standing) -> Result<()> {
    match standing {
        Standing::Done { at } if at.duration_since(RealClock.now()).abs() < NEAR => Ok(()),
        other => bail!("{other:?}"),
    }
}

#[tokio::test]
async fn a_slow_fridge_shows_its_food_and_obeys() -> Result<()> {
    let home = Home::new().await?;
    let fridge = home.takes_in("SIM40000001", "slow").await?;
    home.shows(&fridge).await?;
    obeyed(&home.orders(&fridge, 6).await?)?;
    ensure!(home.is_online(&fridge).await?, "it went away");
    Ok(())
}

#[tokio::test]
async fn a_silent_fridge_says_that_it_does_not_obey_and_stays() -> Result<()> {
    let home = Home::new().await?;
    let mut fridge = home.takes_in("SIM40000002", "silent").await?;
    let answer = home.orders(&fridge, 6).await?;
    ensure!(
        matches!(
            answer,
            Standing::Refused {
                because: Because::Broken,
                ..
            }
        ),
        "{answer:?}"
    );
    ensure!(home.is_online(&fridge).await?, "it went away");
    // Mended, it is as any other.
    fridge.device.again_with(&["fridge", "--serial", "SIM40000002"])?;
    let after = obeyed(&home.orders(&fridge, 7).await?);
    after.with_context(|| fridge.device.said().unwrap_or_default())
}

#[tokio::test]
async fn a_fridge_whose_clock_lies_says_when_things_really_were() -> Result<()> {
    let home = Home::new().await?;
    let fridge = home.takes_in("SIM40000003", "lying-clock").await?;
    home.shows(&fridge).await?;
    let family = home.family;
    let changes = home.page.call(Changes { family }).await?.value;
    let latest = changes.first().context("a change")?;
    let off = latest.at.duration_since(RealClock.now());
    ensure!(off.abs() < NEAR, "its door closed {off} from now");
    obeyed(&home.orders(&fridge, 6).await?)
}

#[tokio::test]
async fn a_fridge_whose_network_comes_and_goes_shows_its_food_and_obeys() -> Result<()> {
    let home = Home::new().await?;
    let fridge = home.takes_in("SIM40000004", "flapping-network").await?;
    home.shows(&fridge).await?;
    for celsius in [6, 5, 3] {
        let before = fridge.device.said()?.matches("link away").count();
        until("its network to go", SOON, || async {
            Ok((fridge.device.said()?.matches("link away").count() > before).then_some(()))
        })
        .await?;
        obeyed(&home.orders(&fridge, celsius).await?)?;
    }
    Ok(())
}
