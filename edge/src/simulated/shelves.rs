//! What is in the simulated fridge, and where: eighteen slots on three shelves.
//!
//! A food keeps its slot until the last piece is taken out.

use hearth_contract::{
    failure::{Failure, Reason},
    ids::FoodKey,
    pantry::Area,
    units::Count,
};
use serde::{Deserialize, Serialize};

use super::foods;

/// Width of the view the places are in.
pub const VIEW_W: f32 = 960.0;
/// Height of the view.
pub const VIEW_H: f32 = 720.0;
/// Slots of one shelf.
const PER_SHELF: usize = 6;
/// Where foods stand, from the top.
const FLOORS: [f32; 3] = [238.0, 468.0, 698.0];
const LEFT: f32 = 42.0;
const SLOT_W: f32 = 146.0;
/// Where a drawn food ends, in its square.
const FOOT: f32 = 60.0 / 64.0;
/// The most pieces of one food that are drawn; labels tell the true number.
const SHOWN: u32 = 12;

/// A food on its slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The food.
    pub food: FoodKey,
    /// How many.
    pub count: Count,
}

/// All slots, shelf by shelf from the top left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shelves(Vec<Option<Held>>);

/// A food as it stands in the view.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Which, and how many.
    pub held: Held,
    /// Where, as part of the view.
    pub area: Area,
    /// The squares of its pieces in the view: left, top; those behind first.
    pub pieces: Vec<(f32, f32)>,
    /// The side of such a square.
    pub side: f32,
}

impl Shelves {
    /// What a new home has in; foods nobody has drawn are left out.
    #[must_use]
    pub fn stocked() -> Self {
        const STOCK: [(usize, &str, u32); 13] = [
            (0, "milk", 2),
            (1, "juice", 1),
            (2, "egg", 6),
            (3, "cheese", 1),
            (5, "jam", 1),
            (6, "butter", 1),
            (7, "yoghurt", 3),
            (9, "ham", 1),
            (10, "leftovers", 1),
            (12, "tomato", 5),
            (13, "lettuce", 1),
            (15, "carrot", 4),
            (16, "lemon", 2),
        ];
        let mut slots = vec![None; PER_SHELF * FLOORS.len()];
        for (slot, key, count) in STOCK {
            let food = key.parse().ok().filter(foods::is_drawn);
            slots[slot] = food.zip(Count::new(count)).map(|(food, count)| Held { food, count });
        }
        Self(slots)
    }

    /// Everything that is in, shelf by shelf.
    #[must_use]
    pub fn contents(&self) -> Vec<Held> {
        self.0.iter().flatten().cloned().collect()
    }

    /// Puts food in, to the same food or on the first free slot.
    ///
    /// # Errors
    /// `FieldWrong` at `food`: it is not drawn. `FieldWrong` at `count`: it does not fit in.
    pub fn put_in(&mut self, food: &FoodKey, count: Count) -> Result<(), Failure> {
        let wrong = |field: &'static str| Failure::new(Reason::FieldWrong).at(field);
        if !foods::is_drawn(food) {
            return Err(wrong("food"));
        }
        self.0.resize(PER_SHELF * FLOORS.len(), None);
        if let Some(held) = self.0.iter_mut().flatten().find(|held| held.food == *food) {
            held.count = Count::new(held.count.get() + count.get()).ok_or_else(|| wrong("count"))?;
            return Ok(());
        }
        let free = self
            .0
            .iter_mut()
            .find(|slot| slot.is_none())
            .ok_or_else(|| wrong("count"))?;
        *free = Some(Held {
            food: food.clone(),
            count,
        });
        Ok(())
    }

    /// Takes food out; all of it if there is less.
    ///
    /// # Errors
    /// `Absent` at `food`: there is none.
    pub fn take_out(&mut self, food: &FoodKey, count: Count) -> Result<(), Failure> {
        let holds = |slot: &&mut Option<Held>| slot.as_ref().is_some_and(|held| held.food == *food);
        let slot = self
            .0
            .iter_mut()
            .find(holds)
            .ok_or_else(|| Failure::new(Reason::Absent).at("food"))?;
        *slot = slot.take().and_then(|held| {
            let count = Count::new(held.count.get().saturating_sub(count.get()))?;
            Some(Held { count, ..held })
        });
        Ok(())
    }

    /// Where everything stands.
    #[must_use]
    pub fn standing(&self) -> Vec<Standing> {
        let slots = self.0.iter().enumerate();
        slots
            .filter_map(|(slot, held)| Some(stand(slot, held.as_ref()?)))
            .collect()
    }
}

/// Rows of pieces, one behind the other; the front row has as many as fit.
fn stand(slot: usize, held: &Held) -> Standing {
    let count = held.count.get().min(SHOWN);
    let (across, side, step) = match count {
        1 => (1, 136.0, 0.0),
        2..=4 => (2, 92.0, 48.0),
        5..=6 => (3, 74.0, 34.0),
        _ => (4, 62.0, 27.0),
    };
    let middle = LEFT + SLOT_W * ((slot % PER_SHELF) as f32 + 0.5);
    let floor = FLOORS[(slot / PER_SHELF).min(FLOORS.len() - 1)];
    let rows = count.div_ceil(across);
    let mut pieces = Vec::new();
    for row in (0..rows).rev() {
        let here = across.min(count - row * across);
        let wide = step * (here - 1) as f32 + side;
        let top = floor - side * FOOT - row as f32 * side * 0.42;
        pieces.extend((0..here).map(|n| (middle - wide / 2.0 + step * n as f32, top)));
    }
    let left = pieces.iter().map(|piece| piece.0).fold(f32::MAX, f32::min).max(0.0);
    let right = pieces
        .iter()
        .map(|piece| piece.0 + side)
        .fold(0.0, f32::max)
        .min(VIEW_W);
    let top = pieces.iter().map(|piece| piece.1).fold(f32::MAX, f32::min).max(0.0);
    let area = Area {
        x: left / VIEW_W,
        y: top / VIEW_H,
        w: (right - left) / VIEW_W,
        h: (floor - top) / VIEW_H,
    };
    Standing {
        held: held.clone(),
        area,
        pieces,
        side,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn food(key: &str) -> FoodKey {
        key.parse().unwrap()
    }

    fn count(n: u32) -> Count {
        Count::new(n).unwrap()
    }

    #[test]
    fn the_last_piece_frees_the_slot_and_others_stay_where_they_are() {
        let mut shelves = Shelves::default();
        shelves.put_in(&food("milk"), count(2)).unwrap();
        shelves.put_in(&food("egg"), count(6)).unwrap();
        let egg = shelves.standing()[1].area;
        shelves.take_out(&food("milk"), count(1)).unwrap();
        assert_eq!(shelves.contents()[0].count, count(1));
        shelves.take_out(&food("milk"), count(9)).unwrap();
        assert_eq!(shelves.standing()[0].area, egg);
        assert_eq!(
            shelves.take_out(&food("milk"), count(1)).unwrap_err().reason,
            Reason::Absent
        );
        shelves.put_in(&food("tomato"), count(1)).unwrap();
        assert_eq!(
            shelves.contents()[0].food,
            food("tomato"),
            "the free slot is used first"
        );
    }

    #[test]
    fn what_is_not_drawn_or_does_not_fit_is_refused() {
        let mut shelves = Shelves::default();
        let refused = shelves.put_in(&food("unicorn"), count(1)).unwrap_err();
        assert_eq!(
            (refused.reason, refused.field.as_deref()),
            (Reason::FieldWrong, Some("food"))
        );
        let all = foods::all();
        assert!(all.len() > 18, "enough foods to fill the fridge: {}", all.len());
        for food in &all[..18] {
            shelves.put_in(food, Count::ONE).unwrap();
        }
        assert!(shelves.put_in(&all[18], Count::ONE).is_err());
        assert!(shelves.put_in(&all[0], count(999)).is_err());
    }

    #[test]
    fn everything_stands_inside_the_view_and_nothing_stands_on_another() {
        for pieces in [1, 2, 3, 4, 5, 6, 9, 12, 500] {
            let mut shelves = Shelves::default();
            for food in &foods::all()[..18] {
                shelves.put_in(food, count(pieces)).unwrap();
            }
            let standing = shelves.standing();
            for (n, one) in standing.iter().enumerate() {
                let Area { x, y, w, h } = one.area;
                assert!(
                    x >= 0.0 && y >= 0.0 && x + w <= 1.0 && y + h <= 1.0,
                    "{pieces}: {:?}",
                    one.area
                );
                if n % PER_SHELF > 0 {
                    let before = standing[n - 1].area;
                    assert!(before.x + before.w <= x + 0.001, "{pieces}: {before:?} {:?}", one.area);
                }
            }
        }
    }
}
