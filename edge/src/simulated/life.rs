//! Daily life at the simulated fridge: every two or three minutes of domain
//! time somebody opens the door, takes or brings something, and closes it.
//!
//! It never touches a door that somebody else has opened.

use std::{sync::Arc, time::Duration};

use hearth_contract::{
    clock::Clock,
    failure::Failure,
    ids::{DoorId, FoodKey},
    units::Count,
};
use jiff::SignedDuration;
use tokio::{sync::watch, time::sleep};

use super::{
    Appliance, foods,
    fridge::{FRIDGE_DOOR, SimulatedFridge},
    shelves::Held,
};

/// How often the domain clock is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// Foods in the fridge below which somebody goes shopping, and above which nobody does.
const FEW: usize = 8;
const MANY: usize = 14;

/// Whether somebody lives in the simulated home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// Nobody: nothing moves by itself.
    #[default]
    Quiet,
    /// Somebody.
    Lively,
}

/// What somebody does at the fridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Takes this much out.
    Take(FoodKey, Count),
    /// Brings this much.
    Bring(FoodKey, Count),
}

/// What the `n`th visitor does, given what is in: pure, from the seed.
#[must_use]
pub fn visit(seed: u64, n: u64, contents: &[Held], known: &[FoodKey]) -> Option<Visit> {
    let roll = |what: u64, of: usize| (mix(seed ^ n.wrapping_mul(31).wrapping_add(what)) % of.max(1) as u64) as usize;
    let brings = match contents.len() {
        few if few < FEW => roll(0, 10) < 8,
        many if many > MANY => false,
        _ => roll(0, 10) < 4,
    };
    if brings {
        let scarce = |food: &&FoodKey| contents.iter().all(|held| held.food != **food || held.count.get() < 3);
        let wanted: Vec<_> = known.iter().filter(scarce).collect();
        let food = wanted.get(roll(1, wanted.len()))?;
        Some(Visit::Bring((*food).clone(), Count::new(1 + roll(2, 3) as u32)?))
    } else {
        let held = contents.get(roll(1, contents.len()))?;
        Some(Visit::Take(
            held.food.clone(),
            Count::new(held.count.get().min(1 + roll(2, 2) as u32))?,
        ))
    }
}

/// Lives for as long as it is polled and `life` is lively.
pub(crate) async fn live(fridge: SimulatedFridge, clock: Arc<dyn Clock>, seed: u64, mut life: watch::Receiver<Life>) {
    let known = foods::all();
    let Ok(door) = FRIDGE_DOOR.parse::<DoorId>() else {
        return;
    };
    // Another day, another start: otherwise every run would begin alike.
    let mut n = clock.now().as_second().unsigned_abs() / 60;
    loop {
        if life.wait_for(|life| *life == Life::Lively).await.is_err() {
            return;
        }
        n = n.wrapping_add(1);
        pass(&*clock, 120 + (mix(seed ^ n) % 60) as i64).await;
        let busy = fridge.doors().values().any(|open| *open);
        if busy || *life.borrow() == Life::Quiet || !fridge.connected() {
            continue;
        }
        if let Err(failure) = attend(&fridge, &*clock, &door, visit(seed, n, &fridge.contents(), &known)).await {
            tracing::debug!(%failure, "a visit to the fridge came to nothing");
        }
    }
}

async fn attend(
    fridge: &SimulatedFridge,
    clock: &dyn Clock,
    door: &DoorId,
    visit: Option<Visit>,
) -> Result<(), Failure> {
    fridge.open(door).await?;
    pass(clock, 4).await;
    let done = match visit {
        Some(Visit::Take(food, count)) => fridge.take_out(&food, count).await,
        Some(Visit::Bring(food, count)) => fridge.put_in(&food, count).await,
        None => Ok(()),
    };
    pass(clock, 3).await;
    fridge.close(door).await?;
    done
}

/// Waits until so many seconds of domain time have gone by.
async fn pass(clock: &dyn Clock, seconds: i64) {
    let until = clock.now() + SignedDuration::from_secs(seconds);
    while clock.now() < until {
        sleep(LOOK).await;
    }
}

/// Scatters a number over all 64 bits.
///
/// # Source
/// Sebastiano Vigna, "splitmix64", public domain.
#[must_use]
pub(crate) const fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::shelves::Shelves;

    #[test]
    fn a_year_of_visits_neither_empties_nor_overfills_the_fridge() {
        let (mut shelves, known) = (Shelves::stocked(), foods::all());
        let (mut taken, mut brought) = (0, 0);
        for n in 0..10_000 {
            match visit(42, n, &shelves.contents(), &known) {
                Some(Visit::Take(food, count)) => {
                    shelves.take_out(&food, count).unwrap();
                    taken += 1;
                }
                Some(Visit::Bring(food, count)) => {
                    shelves.put_in(&food, count).unwrap();
                    brought += 1;
                }
                None => panic!("there is always something to do"),
            }
            let foods = shelves.contents().len();
            assert!((4..=MANY + 1).contains(&foods), "{foods} after {n}");
        }
        assert!(taken > 2_000 && brought > 2_000, "{taken} {brought}");
    }
}
