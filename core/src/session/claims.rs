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

/// The person of a user pool's id token; `None` when it is not one.
pub(crate) fn person(id_token: &str) -> Option<Person> {
    let claims = claims(id_token)?;
    let id: PersonId = claims.sub.parse().ok()?;
    let mail = Mail::parse(&claims.email).ok()?;
    let name = Name::parse(&claims.name).ok().or_else(|| called_by(&mail))?;
    Some(Person { id, name, mail })
}

/// How somebody is called who never gave a name: as the address is, up to the @.
pub(crate) fn called_by(mail: &Mail) -> Option<Name> {
    Name::parse(mail.as_str().split('@').next()?).ok()
}

/// Whom an id token names, at its issuer; `None` when it is not one.
pub(crate) fn subject(id_token: &str) -> Option<String> {
    claims(id_token).map(|claims| claims.sub)
}

fn claims(id_token: &str) -> Option<Claims> {
    let payload = id_token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
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
