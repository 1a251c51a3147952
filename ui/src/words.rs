//! Every sentence the face says, in every language it knows.
//!
//! The constants are made from `assets/locales` when the face is built; which
//! language is spoken is not decided here but in `language`.

use hearth_contract::Reason;

/// A language the face speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// One sentence in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    en: &'static str,
    zh: &'static str,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The language of a tag such as `zh-Hans-CN`; English for the rest of the world.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

impl Text {
    /// The sentence in this language.
    #[must_use]
    pub const fn to(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }
}

/// Fills the gaps of a sentence: `{name}` becomes the value of that name.
#[must_use]
pub fn fill(sentence: &str, gaps: &[(&str, &str)]) -> String {
    gaps.iter().fold(sentence.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// What happened, in one sentence.
#[must_use]
pub fn says(reason: Reason) -> Text {
    say::of_reason(&format!("{}.says", reason.key())).unwrap_or(say::TROUBLE_UNKNOWN)
}

/// What one can do about it, in one sentence.
#[must_use]
pub fn next(reason: Reason) -> Text {
    say::of_reason(&format!("{}.next", reason.key())).unwrap_or(say::TROUBLE_NEXT)
}

/// The sentences themselves.
pub mod say {
    use super::Text;
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence_and_a_next_step_in_every_language() {
        for reason in Reason::ALL {
            for part in ["says", "next"] {
                let key = format!("{}.{part}", reason.key());
                let text = say::of_reason(&key).unwrap_or_else(|| panic!("no sentence for {key}"));
                for language in Language::ALL {
                    assert!(!text.to(language).trim().is_empty(), "{key} {}", language.tag());
                }
                assert_ne!(text.en, text.zh, "{key} is not translated");
            }
        }
    }

    #[test]
    fn gaps_are_filled_by_name() {
        assert_eq!(fill("{n} of {all}", &[("all", "7"), ("n", "3")]), "3 of 7");
    }

    #[test]
    fn a_browser_is_answered_in_its_language() {
        assert_eq!(Language::of_tag("zh-Hans-CN"), Language::Chinese);
        assert_eq!(Language::of_tag("de-DE"), Language::English);
    }
}
