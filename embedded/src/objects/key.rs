//! An object's key: a relative path that cannot leave its folder.

/// Segments of a key, at most.
const MOST_SEGMENTS: usize = 6;
/// Bytes of a key, at most.
const LONGEST: usize = 256;

/// Segments of letters, digits, `-`, `_`, `:` and `.`, the first character of
/// each a letter or digit: no empty one, none that points anywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Reads a key; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = |segment: &str| {
            segment.starts_with(|first: char| first.is_ascii_alphanumeric())
                && segment
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte))
        };
        let fits = text.len() <= LONGEST && text.split('/').count() <= MOST_SEGMENTS;
        (fits && text.split('/').all(sound)).then(|| Self(text.to_owned()))
    }

    /// As a relative path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands in an address.
    pub fn encoded(&self) -> String {
        self.0.replace(':', "%3A")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_can_not_leave_its_folder() {
        for good in ["fridge-HF1/0190.jpg", "a", "things/local-1:7f/x"] {
            assert!(Key::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            ".x",
            "a/.x",
            "a\\b",
            "a\0b",
            "a%2fb",
            "é",
        ] {
            assert!(Key::parse(bad).is_none(), "{bad}");
        }
        assert!(Key::parse(&"a".repeat(257)).is_none());
        assert!(Key::parse("a/b/c/d/e/f/g").is_none());
    }
}
