//! The names of the food catalogue, as far as the cloud needs them: what a
//! recognised food is called. Searching is core's, drawing is the ui's.

use std::{collections::HashMap, sync::OnceLock};

use hearth_contract::{FoodKey, text::Name};
use serde::Deserialize;

const FOODS: &str = include_str!("../../assets/catalogue/foods.json");

#[derive(Deserialize)]
struct Food {
    key: FoodKey,
    en: Name,
}

fn names() -> &'static HashMap<FoodKey, Name> {
    static NAMES: OnceLock<HashMap<FoodKey, Name>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let foods: Vec<Food> = serde_json::from_str(FOODS).unwrap_or_default();
        foods.into_iter().map(|food| (food.key, food.en)).collect()
    })
}

/// The English name of a food; its key where the catalogue does not know it.
/// The ui shows the name in the reader's language by the key.
#[must_use]
pub fn name(food: &FoodKey) -> Option<Name> {
    names().get(food).cloned().or_else(|| Name::parse(food.as_str()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_can_be_read_and_knows_a_tomato() {
        let tomato = "tomato".parse().unwrap();
        assert!(names().contains_key(&tomato));
        assert_eq!(
            name(&"dragonfruit-9".parse().unwrap()).unwrap().as_str(),
            "dragonfruit-9"
        );
    }
}
