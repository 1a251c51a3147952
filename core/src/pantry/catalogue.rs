//! The food catalogue: one food, many words. Shipped with the app.

use std::{collections::HashMap, sync::LazyLock};

use hearth_contract::FoodKey;
use serde::Deserialize;

/// The catalogue as it is shipped.
const SHIPPED: &str = include_str!("../../../assets/catalogue/foods.json");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(SHIPPED));

/// All foods, by key and by every word for them.
struct Catalogue {
    words: HashMap<FoodKey, Vec<String>>,
    keys: HashMap<String, FoodKey>,
}

/// One food as it is written; fields for others are passed over.
#[derive(Deserialize)]
struct Food {
    key: FoodKey,
    en: String,
    zh: String,
    #[serde(default)]
    one: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    pinyin: Words,
}

/// One word or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Several(Vec<String>),
}

impl Default for Words {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Catalogue {
    fn read(text: &str) -> Self {
        let foods: Vec<Food> = serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::error!(%error, "the food catalogue is unreadable");
            Vec::new()
        });
        let mut catalogue = Self {
            words: HashMap::new(),
            keys: HashMap::new(),
        };
        for food in foods {
            let pinyin = match food.pinyin {
                Words::One(word) => vec![word],
                Words::Several(words) => words,
            };
            let words: Vec<String> = [food.en, food.zh]
                .into_iter()
                .chain(food.one)
                .chain(food.aliases)
                .chain(pinyin)
                .collect();
            for word in &words {
                catalogue
                    .keys
                    .entry(word.to_lowercase())
                    .or_insert_with(|| food.key.clone());
            }
            catalogue.words.insert(food.key, words);
        }
        catalogue
    }
}

/// Every word for a food; none for a food that is not in the catalogue.
pub(crate) fn words(food: &FoodKey) -> &'static [String] {
    CATALOGUE.words.get(food).map_or(&[], Vec::as_slice)
}

/// The food that somebody calls so, in the singular or the plural.
pub(crate) fn named(name: &str) -> Option<&'static FoodKey> {
    let name = name.trim().to_lowercase();
    let singular = || name.strip_suffix('s').and_then(|name| CATALOGUE.keys.get(name));
    CATALOGUE.keys.get(&name).or_else(singular)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_reads_and_every_food_has_words() {
        assert!(!CATALOGUE.words.is_empty());
        for (key, words) in &CATALOGUE.words {
            assert!(
                words.len() >= 2 && words.iter().all(|word| !word.trim().is_empty()),
                "{key}"
            );
        }
    }

    #[test]
    fn a_name_finds_its_food_in_any_language() {
        for name in ["Tomatoes", "tomato", "番茄", "西红柿"] {
            assert_eq!(named(name).map(FoodKey::as_str), Some("tomato"), "{name}");
        }
        assert_eq!(named("spare keys"), None);
    }
}
