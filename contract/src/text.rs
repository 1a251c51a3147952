//! Texts people type, checked once at the border.
//!
//! A value of one of these types is trimmed, within its length and free of
//! control characters; nobody needs to look again.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadText {
    /// Nothing there.
    Empty,
    /// More characters than the field takes.
    TooLong,
    /// Characters or a form that the field does not take.
    Malformed,
}

/// The words [`crate::rest`] looks for in a decoder's message to tell a text
/// that is too long from one that is wrong.
pub(crate) const TOO_LONG: &str = "too long";

impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::TooLong => TOO_LONG,
            Self::Malformed => "malformed",
        })
    }
}

impl std::error::Error for BadText {}

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident = $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses what somebody typed.
            ///
            /// # Errors
            /// [`BadText`] says what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, BadText> {
                let check: fn(&str) -> Result<String, BadText> = $check;
                check(text).map(Self)
            }

            /// The checked text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    )*};
}

text! {
    /// A name of a person, a home, a device or a food: 1 to 80 characters.
    Name = |text| line(text, 80);
    /// A mail address, lower-cased: at most 254 characters, one `@`.
    Mail = mail;
    /// A password: 8 to 256 characters, taken as it is. Never shown by `Debug`.
    Password = password;
    /// Six digits from a confirmation mail.
    ConfirmationCode = confirmation;
    /// The second factor: six digits of an authenticator, or a recovery code.
    SecondCode = second;
    /// Where one signs in, for the list of stays: `Firefox on Linux`; may be empty,
    /// at most 80 characters.
    Place = |text| if text.trim().is_empty() { Ok(String::new()) } else { line(text, 80) };
    /// What a browser answers for a passkey: a JSON object, at most 16 KiB.
    PasskeyJson = passkey;
    /// What a sign-on provider answers, by the query of an address: at most 8 KiB.
    /// Never shown by `Debug`.
    SignOnAnswer = answer;
    /// Words of a search; may be empty, at most 120 characters.
    Words = words;
    /// What was read from a pairing code or typed instead: at most 200 characters.
    CodeText = |text| line(text, 200);
    /// The secret of an invitation, 26 letters of 5 bits; taken out of a link as
    /// well as typed. Never shown by `Debug`.
    InvitationCode = invitation;
    /// An IANA time zone name such as `Europe/Berlin`.
    ZoneName = zone;
}

macro_rules! hidden {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
hidden! { Password SecondCode PasskeyJson SignOnAnswer InvitationCode }

impl InvitationCode {
    /// The letters: Crockford's, which nobody confuses.
    ///
    /// # Source
    /// Douglas Crockford, *Base 32*: digits and letters without i, l, o, u.
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// A code of 130 random bits; three bits of each byte are not used.
    #[must_use]
    pub fn from_random(random: [u8; 26]) -> Self {
        let letter = |byte: u8| char::from(Self::LETTERS[usize::from(byte & 31)]);
        Self(random.into_iter().map(letter).collect())
    }
}

macro_rules! shown {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
shown! { Name Mail ConfirmationCode Place Words CodeText ZoneName }

fn line(text: &str, most: usize) -> Result<String, BadText> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    if text.chars().count() > most {
        return Err(BadText::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(BadText::Malformed);
    }
    Ok(text.to_owned())
}

fn mail(text: &str) -> Result<String, BadText> {
    let text = line(text, 254)?.to_lowercase();
    let (local, domain) = text.split_once('@').ok_or(BadText::Malformed)?;
    let wrong = local.is_empty()
        || domain.is_empty()
        || domain.contains('@')
        || domain.starts_with('.')
        || domain.ends_with('.')
        || text.contains(char::is_whitespace);
    if wrong { Err(BadText::Malformed) } else { Ok(text) }
}

fn password(text: &str) -> Result<String, BadText> {
    match text.chars().count() {
        0 => Err(BadText::Empty),
        1..8 => Err(BadText::Malformed),
        8..=256 => Ok(text.to_owned()),
        _ => Err(BadText::TooLong),
    }
}

fn confirmation(text: &str) -> Result<String, BadText> {
    let text = line(text, 12)?.replace([' ', '-'], "");
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text)
    } else {
        Err(BadText::Malformed)
    }
}

fn second(text: &str) -> Result<String, BadText> {
    let text = line(text, 48)?.replace(' ', "");
    let fits = text.len() >= 6 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(text) } else { Err(BadText::Malformed) }
}

fn passkey(text: &str) -> Result<String, BadText> {
    if text.len() > 16 << 10 {
        return Err(BadText::TooLong);
    }
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(_)) => Ok(text.to_owned()),
        _ => Err(BadText::Malformed),
    }
}

fn answer(text: &str) -> Result<String, BadText> {
    let text = text.trim_start_matches(['?', '#']);
    match text.len() {
        0 => Err(BadText::Empty),
        1..=8192 if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        1..=8192 => Err(BadText::Malformed),
        _ => Err(BadText::TooLong),
    }
}

fn invitation(text: &str) -> Result<String, BadText> {
    let text = line(text, 400)?;
    let code = text.rsplit_once('#').map_or(text.as_str(), |(_, code)| code);
    let mut letters = String::with_capacity(26);
    for letter in code.bytes().filter(|byte| !b" -".contains(byte)) {
        letters.push(match letter.to_ascii_lowercase() {
            b'o' => '0',
            b'i' | b'l' => '1',
            letter if InvitationCode::LETTERS.contains(&letter) => char::from(letter),
            _ => return Err(BadText::Malformed),
        });
    }
    if letters.len() == 26 {
        Ok(letters)
    } else {
        Err(BadText::Malformed)
    }
}

fn words(text: &str) -> Result<String, BadText> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        line(text, 120)
    }
}

fn zone(text: &str) -> Result<String, BadText> {
    let text = line(text, 64)?;
    let fits = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    if fits { Ok(text) } else { Err(BadText::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_address_is_lower_cased_and_needs_both_sides() {
        assert_eq!(Mail::parse(" Ana@Example.org ").unwrap().as_str(), "ana@example.org");
        for wrong in ["", "ana", "@x.org", "ana@", "a@b@c", "a b@c.org", "a@.org"] {
            assert!(Mail::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Linden Street ").unwrap().as_str(), "Linden Street");
        assert_eq!(Name::parse("   "), Err(BadText::Empty));
        assert_eq!(Name::parse(&"x".repeat(81)), Err(BadText::TooLong));
        assert_eq!(Name::parse("a\u{7}b"), Err(BadText::Malformed));
    }

    #[test]
    fn a_second_code_is_six_digits_or_a_recovery_code() {
        assert_eq!(SecondCode::parse(" 123 456 ").unwrap().as_str(), "123456");
        assert_eq!(SecondCode::parse("k3fq-9xtm").unwrap().as_str(), "k3fq-9xtm");
        for wrong in ["", "12345", "k3fq_9xtm", "一二三四五六"] {
            assert!(SecondCode::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_invitation_code_is_read_as_people_type_it_and_never_printed() {
        let code = InvitationCode::from_random([
            255, 0, 1, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
        ]);
        assert_eq!(code.as_str(), "z0109999999999999999999999");
        let typed = InvitationCode::parse(" ZOIo-9999-9999 9999-9999-9999-99 ").unwrap();
        assert_eq!(typed, code);
        assert_eq!(format!("{code:?}"), "InvitationCode(…)");
        for wrong in ["", "z010", "http://localhost/join#", "z010999999999999999999999!"] {
            assert!(InvitationCode::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_passkey_is_a_json_object_of_bounded_size() {
        assert!(PasskeyJson::parse(r#"{"id":"x"}"#).is_ok());
        assert_eq!(PasskeyJson::parse("[1]"), Err(BadText::Malformed));
        let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(16 << 10));
        assert_eq!(PasskeyJson::parse(&large), Err(BadText::TooLong));
    }

    #[test]
    fn a_sign_on_answer_is_a_query_of_bounded_size_and_never_printed() {
        let answer = SignOnAnswer::parse("#code=a%20b&state=c").unwrap();
        assert_eq!(answer.as_str(), "code=a%20b&state=c");
        assert_eq!(format!("{answer:?}"), "SignOnAnswer(…)");
        assert_eq!(SignOnAnswer::parse("?"), Err(BadText::Empty));
        assert_eq!(SignOnAnswer::parse("code=a b"), Err(BadText::Malformed));
        assert_eq!(SignOnAnswer::parse(&"x".repeat(8193)), Err(BadText::TooLong));
    }

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(
            format!("{:?}", Password::parse("correct horse").unwrap()),
            "Password(…)"
        );
    }
}
