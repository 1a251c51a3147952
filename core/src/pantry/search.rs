//! Which items somebody means by what they type: any of a food's words, the
//! beginning or a part of one, its pinyin whole or in initials, or a word with
//! a slip in it. Best first.

use hearth_contract::pantry::Item;
use ib_pinyin::matcher::PinyinMatcher;
use rapidfuzz::distance::osa;

use crate::pantry::catalogue;

/// How much alike a word and a slip of it must be, 0 to 1.
const ALIKE: f64 = 0.74;
/// Shorter words are not taken for slips: too many are alike.
const SLIP_LETTERS: usize = 4;

/// The items that match, best first; all of them, as they are, for no words.
pub(crate) fn search(words: &str, items: Vec<Item>) -> Vec<Item> {
    let words = words.trim().to_lowercase();
    if words.is_empty() {
        return items;
    }
    let asked = Asked::new(&words);
    let mut found: Vec<(u32, Item)> = items
        .into_iter()
        .filter_map(|item| Some((asked.score(&item)?, item)))
        .collect();
    // Stable: among equals the order stays, what expires first before the rest.
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, item)| item).collect()
}

/// What was typed, whole and word by word.
struct Asked<'a> {
    whole: Word<'a>,
    parts: Vec<Word<'a>>,
}

struct Word<'a> {
    text: &'a str,
    pinyin: Option<PinyinMatcher<'a>>,
}

impl<'a> Asked<'a> {
    fn new(words: &'a str) -> Self {
        let parts: Vec<Word<'a>> = words.split_whitespace().map(Word::new).collect();
        Self {
            whole: Word::new(words),
            parts: if parts.len() > 1 { parts } else { Vec::new() },
        }
    }

    /// How well an item matches; `None` when it does not.
    fn score(&self, item: &Item) -> Option<u32> {
        let food = item.food.as_ref().or_else(|| catalogue::named(item.name.as_str()));
        let others = food.map_or(&[][..], catalogue::words);
        let names: Vec<String> = std::iter::once(item.name.as_str())
            .chain(others.iter().map(String::as_str))
            .map(str::to_lowercase)
            .collect();
        let best = |word: &Word<'_>| names.iter().filter_map(|name| word.score(name)).max();
        let whole = best(&self.whole);
        // Every word must match something; the worst of them counts.
        let parts = self.parts.iter().map(best).min().flatten();
        whole.max(parts.map(|score| score.saturating_sub(5)))
    }
}

impl<'a> Word<'a> {
    fn new(text: &'a str) -> Self {
        let latin = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let pinyin = latin.then(|| PinyinMatcher::builder(text).is_pattern_partial(true).build());
        Self { text, pinyin }
    }

    /// How well it matches a name, both in small letters; more is better.
    fn score(&self, name: &str) -> Option<u32> {
        if name == self.text {
            return Some(100);
        }
        if name.starts_with(self.text) {
            return Some(90);
        }
        if name.split_whitespace().any(|word| word.starts_with(self.text)) {
            return Some(85);
        }
        self.by_pinyin(name)
            .max(self.within(name))
            .or_else(|| self.by_slip(name))
    }

    fn within(&self, name: &str) -> Option<u32> {
        // One letter is part of nearly everything.
        (self.text.chars().nth(1).is_some() || !self.text.is_ascii()).then_some(())?;
        name.contains(self.text).then_some(70)
    }

    fn by_pinyin(&self, name: &str) -> Option<u32> {
        if name.is_ascii() {
            return None;
        }
        let found = self.pinyin.as_ref()?.find(name)?;
        Some(match (found.start(), found.end() == name.len()) {
            (0, true) => 88,
            (0, false) => 80,
            _ => 60,
        })
    }

    fn by_slip(&self, name: &str) -> Option<u32> {
        let letters = self.text.chars().count();
        if letters < SLIP_LETTERS {
            return None;
        }
        let alike = |word: &str| {
            // Somebody may still be typing: the beginning is compared as well.
            let begun: String = word.chars().take(letters).collect();
            let same = |other: &str| osa::normalized_similarity(self.text.chars(), other.chars());
            same(word).max(if word.chars().count() > letters {
                same(&begun) - 0.05
            } else {
                0.0
            })
        };
        let best = std::iter::once(name)
            .chain(name.split_whitespace())
            .map(alike)
            .fold(0.0, f64::max);
        (best >= ALIKE).then_some((best * 55.0) as u32)
    }
}

#[cfg(test)]
mod tests {
    use hearth_contract::{ItemId, text::Name};

    use super::*;

    fn items(names: &[(&str, Option<&str>)]) -> Vec<Item> {
        let item = |(n, (name, food)): (usize, &(&str, Option<&str>))| Item {
            id: ItemId::sample(n as u128),
            name: Name::parse(name).unwrap(),
            food: food.map(|food| food.parse().unwrap()),
            sighting: None,
            ..Item::sample()
        };
        names.iter().enumerate().map(item).collect()
    }

    fn fridge() -> Vec<Item> {
        items(&[
            ("Milk", Some("milk")),
            ("Tomatoes", Some("tomato")),
            ("Eggs", Some("egg")),
            ("Yoghurt", Some("yogurt")),
            ("Grandma's plum jam", None),
            ("老干妈", None),
        ])
    }

    #[track_caller]
    fn check(words: &str, first: Option<&str>) {
        let found = search(words, fridge());
        assert_eq!(found.first().map(|item| item.name.as_str()), first, "{words}");
    }

    #[test]
    fn one_food_is_found_by_many_words() {
        for words in [
            "西红柿",
            "番茄",
            "xihongshi",
            "xhs",
            "fanqie",
            "fq",
            "tomato",
            "tomatto",
            "Tomat",
            "TOMATOES",
            "红柿",
        ] {
            check(words, Some("Tomatoes"));
        }
    }

    #[test]
    fn a_name_of_ones_own_is_found_too() {
        for words in ["plum", "jam", "grandma", "jam plum", "plun jam"] {
            check(words, Some("Grandma's plum jam"));
        }
        for words in ["老干妈", "lgm", "laoganma", "干妈"] {
            check(words, Some("老干妈"));
        }
    }

    #[test]
    fn what_is_not_in_is_not_found() {
        for words in ["bicycle", "zzz", "自行车", "tomato milk"] {
            check(words, None);
        }
    }

    #[test]
    fn a_food_typed_by_name_only_is_found_by_its_other_words() {
        let found = search("西红柿", items(&[("tomatoes", None), ("milk", None)]));
        assert_eq!(
            found.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(),
            ["tomatoes"]
        );
    }

    #[test]
    fn the_better_match_comes_first_and_equals_keep_their_order() {
        let found = search(
            "egg",
            items(&[("Eggplant", None), ("Egg noodles", None), ("Egg", None), ("Eggs", None)]),
        );
        assert_eq!(found.iter().map(|item| item.name.as_str()).next(), Some("Egg"));
        let all = search("  ", fridge());
        assert_eq!(all, fridge());
    }
}
