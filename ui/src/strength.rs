//! How hard a password is to guess, in words. A hint for whoever types, not a
//! rule: what is taken is decided where the password is kept.

/// In words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Nothing typed.
    Empty,
    /// Fewer than eight characters: it will not be taken.
    Short,
    /// It would be among the first that somebody tries.
    Easy,
    /// Good enough.
    Good,
    /// Long.
    Strong,
}

/// Words that every guesser tries, and their likes.
const TRIED: [&str; 12] = [
    "password", "passwort", "hearth", "qwert", "asdf", "12345", "abc123", "iloveyou", "letmein", "welcome", "admin",
    "mima",
];

/// Judges a password; what is known of its person makes it easier to guess.
#[must_use]
pub fn of(password: &str, known: &[&str]) -> Strength {
    let length = password.chars().count();
    match length {
        0 => return Strength::Empty,
        1..8 => return Strength::Short,
        _ => {}
    }
    let plain = password.to_lowercase();
    let mut rest = plain.clone();
    let own = known
        .iter()
        .flat_map(|text| text.split(['@', '.', ' ', '-', '_']))
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= 3);
    for word in TRIED.iter().map(|word| (*word).to_owned()).chain(own) {
        rest = rest.replace(&word, "");
    }
    match worth(&rest) {
        ..8 => Strength::Easy,
        8..14 => Strength::Good,
        _ => Strength::Strong,
    }
}

/// Characters that are not the neighbour of the one before (`aaaa`, `3456`).
fn worth(text: &str) -> usize {
    let mut before = None;
    let mut count = 0;
    for character in text.chars() {
        let code = u32::from(character);
        let is_next = before.is_some_and(|before: u32| before.abs_diff(code) <= 1);
        count += usize::from(!is_next);
        before = Some(code);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(password: &str, strength: Strength) {
        assert_eq!(of(password, &["Ana", "ana.linden@example.org"]), strength, "{password}");
    }

    #[test]
    fn length_counts_and_what_everybody_tries_does_not() {
        check("", Strength::Empty);
        check("k3v!x", Strength::Short);
        for easy in ["password1", "aaaaaaaaaaaa", "1234567890", "Linden2026", "hearthhearth"] {
            check(easy, Strength::Easy);
        }
        check("vq8-trmk2", Strength::Good);
        check("correct horse battery", Strength::Strong);
        check("一只会飞的蓝色冰箱和七个鸡蛋", Strength::Strong);
    }
}
