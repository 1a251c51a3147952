//! Recognition at home: what changed between two pictures of the same shelves.
//!
//! Two adapters of one port: [`Labels`] reads what the simulated camera writes
//! into its pictures, [`Pixels`] sees only that something changed, and asks.
//! [`Local`] takes the first where it can and the second elsewhere. A learned
//! recogniser is a third adapter and not here yet.

use async_trait::async_trait;
use hearth_contract::picture::{MAX_BYTES, MAX_PIXELS};

use crate::ports::{Difference, Outside, Recogniser, Shot};

mod jpeg;
mod labels;
mod pixels;
mod regions;

pub use labels::{Label, Labels, MARK, read as read_labels};
pub use pixels::Pixels;

/// Labels where both pictures carry them, else pixels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local;

#[async_trait]
impl Recogniser for Local {
    async fn compare(&self, before: Option<&Shot>, after: &Shot) -> Result<Vec<Difference>, Outside> {
        let labelled = |shot: &Shot| labels::read(&shot.jpeg).is_some();
        if labelled(after) && before.is_none_or(labelled) {
            Labels.compare(before, after).await
        } else {
            Pixels.compare(before, after).await
        }
    }
}

/// Refuses what is no JPEG or too large, from its header alone.
fn check(shot: &Shot) -> Result<(), Outside> {
    let refuse = |why: &str| Outside::Silent {
        what: "recognition",
        why: format!("picture {}: {why}", shot.picture),
    };
    let size = jpeg::size(&shot.jpeg).ok_or_else(|| refuse("no JPEG"))?;
    let pixels = u64::from(size.0) * u64::from(size.1);
    match pixels == 0 || pixels > MAX_PIXELS || shot.jpeg.len() as u64 > MAX_BYTES {
        true => Err(refuse("too large")),
        false => Ok(()),
    }
}
