//! How fast a home is there, and what it holds while nobody does anything.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hearth_contract::{ItemId, family::Family, pantry::Add, text::Name, units::Count};

use super::{Figure, cut, quantile};
use crate::{
    hub::Hub,
    mqtt,
    page::{Page, new_call},
};

/// Starts measured, and foods in the folder they start on.
const STARTS: usize = 10;
const FOODS: usize = 300;

/// Fills a data folder as a home does, then starts on it again and again.
///
/// # Errors
/// The hub does not start.
pub async fn measure() -> Result<Vec<Figure>> {
    let mut hub = Hub::start().await?;
    let (page, family) = fill(&hub).await?;
    let (mut rest, mut broker) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        hub.stop().await?;
        let begun = Instant::now();
        hub.start_again()?;
        let answered = hub.first_answer(begun, Duration::from_secs(30)).await?;
        let accepted = mqtt::accepted(&hub, begun, Duration::from_secs(30)).await?;
        rest.push(answered.as_secs_f64());
        broker.push(accepted.as_secs_f64());
    }
    hub.stop().await?;
    hub.start_plain()?;
    hub.answers(Duration::from_secs(30)).await?;
    mqtt::accepted(&hub, Instant::now(), Duration::from_secs(30)).await?;
    let memory_mb = resident_mb(hub.pid())?;
    Ok(vec![
        Figure::at_most("first_rest_answer_p90", quantile(&mut rest, 0.9), "s", 0.3),
        Figure::at_most("mqtt_accepted_p90", quantile(&mut broker, 0.9), "s", 0.3),
        Figure::at_most("idle_memory", memory_mb, "MB", 80.0),
        cut::measure(&mut hub, &page, &family).await?,
    ])
}

async fn fill(hub: &Hub) -> Result<(Page, Family)> {
    let page = Page::open(hub)?;
    page.sign_up(hub, "Ana").await?;
    let family = page.found("Linden Street").await?;
    page.pair(hub, &family, "fridge").await?;
    page.pair(hub, &family, "meter").await?;
    for n in 0..FOODS {
        let name = Name::parse(&format!("Jar {n}"))?;
        let item = ItemId(new_call().0);
        page.call(Add {
            family: family.id,
            item,
            name,
            food: None,
            count: Count::ONE,
            best_before: None,
        })
        .await?;
    }
    Ok((page, family))
}

/// Resident memory of a process, MB.
///
/// # Errors
/// There is no such process.
pub fn resident_mb(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    let kb: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kb / 1000.0)
}
