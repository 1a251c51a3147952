//! What an id token says about its person.
//!
//! The token came from the pool itself over a connection core trusts, so its
//! signature is not judged here; the cloud judges the tokens it is shown.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearth_contract::{
    PersonId,
    session::Person,
    text::{Mail, Name},
};

#[derive(serde::Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
}

/// The person of an id token; `None` when it is not one.
pub(crate) fn person(id_token: &str) -> Option<Person> {
    let payload = id_token.split('.').nth(1)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
    let id: PersonId = claims.sub.parse().ok()?;
    let mail = Mail::parse(&claims.email).ok()?;
    // Who never gave a name is called as the address is, up to the @.
    let name = Name::parse(&claims.name)
        .ok()
        .or_else(|| Name::parse(mail.as_str().split('@').next()?).ok())?;
    Some(Person { id, name, mail })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: serde_json::Value) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()))
    }

    #[test]
    fn a_person_is_read_from_the_claims() {
        let sub = PersonId::sample(7);
        let person = person(&token(
            serde_json::json!({ "sub": sub, "email": "ana@example.org", "name": "Ana" }),
        ))
        .unwrap();
        assert_eq!(
            (person.id, person.name.as_str(), person.mail.as_str()),
            (sub, "Ana", "ana@example.org")
        );
    }

    #[test]
    fn who_has_no_name_is_called_by_the_address() {
        let claims = serde_json::json!({ "sub": PersonId::sample(7), "email": "ana@example.org" });
        assert_eq!(person(&token(claims)).unwrap().name.as_str(), "ana");
    }

    #[test]
    fn what_is_no_token_names_nobody() {
        for text in ["", "a.b", "a.b.c", &token(serde_json::json!({ "sub": "x" }))] {
            assert!(person(text).is_none(), "{text}");
        }
    }
}
