//! How soon a home that lost its power answers again.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hearth_contract::{ItemId, family::Family, pantry::Add, text::Name, units::Count};

use super::{Figure, quantile};
use crate::{
    hub::{BRINKS, Hub},
    page::{Page, new_call},
};

/// Power cuts measured at each named point.
const CUTS: usize = 8;
/// Edits and visits within which the hub must have come to its point.
const PATIENCE: usize = 60;

/// Kills the hub at each named point (SIGKILL, by itself) and measures from
/// its next start to the first answered call.
///
/// # Errors
/// The hub does not come to a point, or does not come back.
pub async fn measure(hub: &mut Hub, page: &Page, family: &Family) -> Result<Figure> {
    let mut back = Vec::new();
    for n in 0..CUTS * BRINKS.len() {
        let brink = BRINKS[n % BRINKS.len()];
        hub.cut_at(&format!("{brink}:{}", 1 + n / BRINKS.len() % 4)).await?;
        live_until_the_cut(hub, page, family, brink).await?;
        let begun = Instant::now();
        hub.start_again()?;
        let answered = hub.first_answer(begun, Duration::from_secs(30)).await?;
        back.push(answered.as_secs_f64());
    }
    Ok(Figure::at_most(
        "back_after_kill_p99",
        quantile(&mut back, 0.99),
        "s",
        1.0,
    ))
}

async fn live_until_the_cut(hub: &mut Hub, page: &Page, family: &Family, brink: &str) -> Result<()> {
    for n in 0..PATIENCE {
        if hub.is_off()? {
            return Ok(());
        }
        let add = Add {
            family: family.id,
            item: ItemId(new_call().0),
            name: Name::parse("Jar")?,
            food: None,
            count: Count::ONE,
            best_before: None,
        };
        // Both go with the hub; that is the point.
        let _ = page.send(new_call(), &add).await;
        let _ = hub.visit("egg", if n % 2 == 0 { 1 } else { -1 }).await;
    }
    bail!("the hub never came to {brink}")
}
