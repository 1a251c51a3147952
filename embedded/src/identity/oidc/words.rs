//! The sentences of the sign-in page, in the person's language.
//!
//! They lie in `assets/locales/sign_on`; the ui's catalogue is the ui's.

use std::{collections::BTreeMap, sync::LazyLock};

type Catalogue = BTreeMap<String, String>;

static ENGLISH: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../../assets/locales/sign_on/en.json")));
static CHINESE: LazyLock<Catalogue> =
    LazyLock::new(|| read(include_str!("../../../../assets/locales/sign_on/zh.json")));

/// A language the page can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Also for whoever speaks neither.
    English,
    /// Simplified.
    Chinese,
}

impl Language {
    /// The first that we speak: of the client's wishes (`ui_locales`), then of
    /// the browser's (`Accept-Language`).
    pub fn chosen(locales: &str, accepted: &str) -> Self {
        let wishes = locales.split(' ').map(|wish| (wish, 1.0));
        let mut browser: Vec<(&str, f32)> = accepted.split(',').map(weighted).collect();
        // Stable: of equal weight the first one wins.
        browser.sort_by(|one, other| other.1.total_cmp(&one.1));
        let spoken = |(wish, weight): (&str, f32)| match wish.trim().split('-').next() {
            _ if weight <= 0.0 => None,
            Some(tag) if tag.eq_ignore_ascii_case("zh") => Some(Self::Chinese),
            Some(tag) if tag.eq_ignore_ascii_case("en") => Some(Self::English),
            _ => None,
        };
        wishes.chain(browser).find_map(spoken).unwrap_or(Self::English)
    }

    /// For `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// A sentence; a missing one shows its key, which the tests never let happen.
    pub fn say(self, key: &'static str) -> &'static str {
        let catalogue = match self {
            Self::English => &*ENGLISH,
            Self::Chinese => &*CHINESE,
        };
        catalogue.get(key).map_or(key, String::as_str)
    }
}

fn weighted(wish: &str) -> (&str, f32) {
    match wish.split_once(";q=") {
        Some((tag, weight)) => (tag, weight.trim().parse().unwrap_or(0.0)),
        None => (wish, 1.0),
    }
}

fn read(json: &str) -> Catalogue {
    serde_json::from_str(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        assert!(!ENGLISH.is_empty());
        assert!(ENGLISH.keys().eq(CHINESE.keys()));
        assert!(ENGLISH.values().chain(CHINESE.values()).all(|words| !words.is_empty()));
    }

    #[test]
    fn every_sentence_is_said_and_every_one_said_is_there() {
        let sources = [
            include_str!("page.rs"),
            include_str!("enter.rs"),
            include_str!("authorize.rs"),
            include_str!("passkey.rs"),
        ]
        .concat();
        for key in ENGLISH.keys() {
            assert!(sources.contains(&format!("\"{key}\"")), "{key} is never said");
        }
        for said in sources.split("say(\"").skip(1) {
            let key = said.split('"').next().unwrap();
            assert!(ENGLISH.contains_key(key), "{key} is missing");
        }
    }

    #[test]
    fn the_client_s_wish_goes_before_the_browser_s() {
        assert_eq!(Language::chosen("", "de, zh-CN;q=0.8, en;q=0.5"), Language::Chinese);
        assert_eq!(Language::chosen("", "zh;q=0.2, en-GB"), Language::English);
        assert_eq!(Language::chosen("fr zh-Hans", "en"), Language::Chinese);
        assert_eq!(Language::chosen("", "de"), Language::English);
    }
}
