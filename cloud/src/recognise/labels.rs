//! Reads what the simulated camera says its pictures show.
//!
//! The camera writes a JPEG comment: [`MARK`] and a JSON object with the list
//! `labels`. No real camera does; a picture without it is not understood here.

use std::collections::BTreeMap;

use async_trait::async_trait;
use hearth_contract::{FoodKey, pantry::Area};
use serde::{Deserialize, Serialize};

use super::{check, jpeg};
use crate::ports::{Difference, Outside, Recogniser, Shot};

/// What the comment begins with.
pub const MARK: &[u8] = b"hearth-labels:";

/// One kind of food in one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Which food of the catalogue.
    pub food: FoodKey,
    /// How many pieces.
    pub count: u32,
    /// Where in the picture.
    pub area: Area,
}

#[derive(Deserialize)]
struct Comment {
    labels: Vec<Label>,
}

/// The labels of a picture; `None` if it carries none.
#[must_use]
pub fn read(picture: &[u8]) -> Option<Vec<Label>> {
    let comment = jpeg::comments(picture).find_map(|comment| comment.strip_prefix(MARK))?;
    Some(serde_json::from_slice::<Comment>(comment).ok()?.labels)
}

/// Compares labels. Always sure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Labels;

#[async_trait]
impl Recogniser for Labels {
    async fn compare(&self, before: Option<&Shot>, after: &Shot) -> Result<Vec<Difference>, Outside> {
        let of = |shot: &Shot| {
            check(shot)?;
            read(&shot.jpeg).ok_or(Outside::Absent("the label of a picture"))
        };
        let before = before.map(of).transpose()?.unwrap_or_default();
        Ok(differences(&before, &of(after)?))
    }
}

fn differences(before: &[Label], after: &[Label]) -> Vec<Difference> {
    let mut counts: BTreeMap<&FoodKey, i64> = BTreeMap::new();
    for (labels, sign) in [(before, -1), (after, 1)] {
        for label in labels {
            *counts.entry(&label.food).or_default() += sign * i64::from(label.count);
        }
    }
    let mut differences = Vec::new();
    for (food, delta) in counts.into_iter().filter(|(_, delta)| *delta != 0) {
        let (there, elsewhere) = if delta > 0 { (after, before) } else { (before, after) };
        let here: Vec<&Label> = there.iter().filter(|label| label.food == *food).collect();
        // The place that only one of the pictures knows is where it happened.
        let new = here
            .iter()
            .find(|label| !elsewhere.iter().any(|other| same_place(label, other)));
        let Some(area) = new.or(here.last()).map(|label| label.area) else {
            continue;
        };
        let delta = i32::try_from(delta).unwrap_or(if delta > 0 { i32::MAX } else { -i32::MAX });
        differences.push(Difference {
            food: Some(food.as_str().to_owned()),
            delta,
            certainty: 1.0,
            area,
        });
    }
    differences
}

fn same_place(one: &Label, other: &Label) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() < 0.02;
    one.food == other.food && near(one.area.x, other.area.x) && near(one.area.y, other.area.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(food: &str, count: u32, x: f32) -> Label {
        Label {
            food: food.parse().unwrap(),
            count,
            area: Area {
                x,
                y: 0.5,
                w: 0.1,
                h: 0.1,
            },
        }
    }

    #[test]
    fn what_came_and_went_is_told_with_its_place() {
        let before = [label("milk", 1, 0.1), label("egg", 4, 0.3), label("tomato", 1, 0.5)];
        let after = [
            label("egg", 4, 0.3),
            label("tomato", 1, 0.5),
            label("tomato", 2, 0.7),
            label("butter", 1, 0.9),
        ];
        let seen: Vec<_> = differences(&before, &after)
            .into_iter()
            .map(|difference| (difference.food.unwrap(), difference.delta, difference.area.x))
            .collect();
        assert_eq!(
            seen,
            [
                ("butter".into(), 1, 0.9),
                ("milk".into(), -1, 0.1),
                ("tomato".into(), 2, 0.7)
            ]
        );
    }
}
