//! The foods everybody knows: how they are called and drawn.
//!
//! Taken from `assets/catalogue` when the face is built. Searching is core's.

use hearth_contract::FoodKey;

use crate::words::Language;

/// A food of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Food {
    /// Its key in the catalogue.
    pub key: &'static str,
    /// Its English name, as a list shows it: `Tomatoes`.
    pub en: &'static str,
    /// One of it, in English: `tomato`.
    pub one: &'static str,
    /// Its Chinese name.
    pub zh: &'static str,
    /// The name of its drawing.
    pub drawing: &'static str,
    /// What else it is called.
    pub aliases: &'static [&'static str],
}

include!(concat!(env!("OUT_DIR"), "/foods.rs"));

/// The food with this key.
#[must_use]
pub fn of_key(key: &FoodKey) -> Option<&'static Food> {
    FOODS.iter().find(|food| food.key == key.as_str())
}

/// The food that is called this, in any language.
#[must_use]
pub fn of_name(name: &str) -> Option<&'static Food> {
    FOODS.iter().find(|food| food.is_called(name))
}

/// The address of a food's drawing; a plain one for what nobody knows.
#[must_use]
pub fn drawing(key: Option<&FoodKey>) -> String {
    let name = key.and_then(of_key).map_or("group-other", |food| food.drawing);
    format!("/foods/{name}.svg")
}

/// A name as the reader knows it: what the catalogue calls the food, unless
/// somebody gave it a name of their own.
#[must_use]
pub fn call(name: &str, key: Option<&FoodKey>, language: Language) -> String {
    match key.and_then(of_key) {
        Some(food) if food.is_called(name) => food.name(language).to_owned(),
        _ => name.to_owned(),
    }
}

impl Food {
    /// Its name in this language.
    #[must_use]
    pub const fn name(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        let known = [self.key, self.en, self.one, self.zh];
        known
            .iter()
            .chain(self.aliases)
            .any(|known| known.to_lowercase() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_food_is_found_by_any_of_its_names_and_shown_in_the_readers() {
        let tomato = of_name(" 西红柿 ").unwrap();
        let key: FoodKey = tomato.key.parse().unwrap();
        assert_eq!(call("tomato", Some(&key), Language::Chinese), "番茄");
        assert_eq!(
            call("Grandma's tomatoes", Some(&key), Language::Chinese),
            "Grandma's tomatoes"
        );
        assert_eq!(drawing(Some(&key)), "/foods/tomato.svg");
    }
}
