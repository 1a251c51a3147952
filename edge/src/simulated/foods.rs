//! The drawn foods: what the simulated fridge can hold.

use std::{collections::BTreeMap, sync::LazyLock};

use hearth_contract::ids::FoodKey;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg,
};

include!(concat!(env!("OUT_DIR"), "/foods.rs"));

static TREES: LazyLock<BTreeMap<&str, usvg::Tree>> = LazyLock::new(|| {
    let options = usvg::Options::default();
    let read = |(key, svg): &(&'static str, &str)| match usvg::Tree::from_str(svg, &options) {
        Ok(tree) => Some((*key, tree)),
        Err(error) => {
            tracing::error!(key, %error, "a drawn food can't be read");
            None
        }
    };
    DRAWN.iter().filter_map(read).collect()
});

/// Every food that is drawn, sorted.
#[must_use]
pub fn all() -> Vec<FoodKey> {
    TREES.keys().filter_map(|key| key.parse().ok()).collect()
}

/// Whether a food is drawn.
#[must_use]
pub fn is_drawn(food: &FoodKey) -> bool {
    TREES.contains_key(food.as_str())
}

/// A food in a square of this many pixels; `None` if it is not drawn.
#[must_use]
pub fn drawn(food: &FoodKey, side: u32) -> Option<Pixmap> {
    let tree = TREES.get(food.as_str())?;
    let mut pixmap = Pixmap::new(side, side)?;
    let scale = side as f32 / tree.size().width();
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Some(pixmap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawn_food_can_be_read() {
        assert!(!DRAWN.is_empty(), "no food is drawn in assets/foods");
        assert_eq!(all().len(), DRAWN.len());
        for food in all() {
            let drawn = drawn(&food, 64).unwrap();
            let inked = drawn.pixels().iter().filter(|pixel| pixel.alpha() > 128).count();
            assert!(inked > 64 * 64 / 12, "{food} is hardly there: {inked}");
        }
    }
}
