//! Id tokens of a provider that signs by P-256, one fault each.

use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://id.example.org";
const NOW: i64 = 1_795_000_000;

struct Provider {
    pair: EcdsaKeyPair,
    keys: KeySet,
}

impl Provider {
    fn new() -> Self {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let (x, y) = (
            URL_SAFE_NO_PAD.encode(&point[1..33]),
            URL_SAFE_NO_PAD.encode(&point[33..]),
        );
        let set = json!({ "keys": [
            { "kty": "OKP", "crv": "Ed25519", "kid": "other", "x": x },
            { "kty": "EC", "crv": "P-256", "kid": "enc", "use": "enc", "x": x, "y": y },
            { "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256", "x": x, "y": y },
        ]});
        Self {
            pair,
            keys: KeySet::read(set.to_string().as_bytes()).unwrap(),
        }
    }

    fn token(&self, header: &Value, payload: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(payload));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "one" })
}

fn payload() -> Value {
    json!({
        "iss": ISSUER, "sub": "ana", "aud": "app", "exp": NOW + 3600, "iat": NOW, "nonce": "n",
        "email": "ana@example.org", "name": "Ana",
    })
}

fn judge(provider: &Provider, token: &str) -> Result<Claims, Untrusted> {
    let expected = Expected {
        issuer: ISSUER,
        client: "app",
        nonce: Some("n"),
        now: Timestamp::from_second(NOW).unwrap(),
    };
    id_token(token, &provider.keys, &expected)
}

#[track_caller]
fn check(change: impl Fn(&mut Value), reason: Option<Untrusted>) {
    let provider = Provider::new();
    let mut changed = payload();
    change(&mut changed);
    let judged = judge(&provider, &provider.token(&header(), &changed));
    assert_eq!(judged.err(), reason, "{changed}");
}

#[test]
fn a_good_token_says_who_it_is() {
    let provider = Provider::new();
    let token = provider.token(&header(), &payload());
    let claims = judge(&provider, &token).ok().unwrap();
    assert_eq!(
        (claims.subject.as_str(), claims.mail.as_deref(), claims.name.as_deref()),
        ("ana", Some("ana@example.org"), Some("Ana"))
    );
    assert_eq!(claims.expires_at.as_second(), NOW + 3600);
    assert_eq!(issuer_of(&token).as_deref(), Some(ISSUER));
}

#[test]
fn each_claim_must_be_right() {
    use Untrusted::{Expired, Misdirected, Replayed};
    check(|_| (), None);
    check(|it| it["aud"] = json!(["app"]), None);
    check(|it| it["iss"] = "https://id.example.com".into(), Some(Misdirected));
    check(|it| it["aud"] = "other".into(), Some(Misdirected));
    check(|it| it["aud"] = json!(["app", "other"]), Some(Misdirected));
    check(
        |it| {
            it["aud"] = json!(["app", "other"]);
            it["azp"] = "app".into();
        },
        None,
    );
    check(|it| it["azp"] = "other".into(), Some(Misdirected));
    check(|it| it["token_use"] = "access".into(), Some(Misdirected));
    check(|it| it["nonce"] = "m".into(), Some(Replayed));
    check(|it| it["nonce"] = Value::Null, Some(Replayed));
    check(|it| it["exp"] = (NOW - 299).into(), None);
    check(|it| it["exp"] = (NOW - 300).into(), Some(Expired));
    check(|it| it["iat"] = (NOW + 300).into(), None);
    check(|it| it["iat"] = (NOW + 301).into(), Some(Expired));
    check(|it| it["nbf"] = (NOW + 301).into(), Some(Expired));
    check(|it| it["iat"] = Value::Null, Some(Untrusted::Unsigned));
}

#[test]
fn only_a_known_key_of_the_right_kind_signs() {
    let provider = Provider::new();
    let with = |change: Value| {
        let token = provider.token(&change, &payload());
        judge(&provider, &token).err()
    };
    use Untrusted::{KeyUnknown, Unsigned};
    assert_eq!(with(json!({ "alg": "ES256" })), None);
    assert_eq!(with(json!({ "alg": "ES256", "kid": "two" })), Some(KeyUnknown));
    assert_eq!(with(json!({ "alg": "ES256", "kid": "enc" })), Some(KeyUnknown));
    assert_eq!(with(json!({ "alg": "RS256", "kid": "one" })), Some(KeyUnknown));
    for alg in ["none", "HS256", "ES384", ""] {
        assert_eq!(with(json!({ "alg": alg, "kid": "one" })), Some(Unsigned), "{alg}");
    }
    assert_eq!(with(json!({ "alg": "ES256", "typ": "at+jwt" })), Some(Unsigned));
    assert_eq!(with(json!({ "alg": "ES256", "crit": ["b64"] })), Some(Unsigned));

    let token = provider.token(&header(), &payload());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for forged in [
        String::new(),
        "a.b.c".into(),
        format!("{signed}."),
        format!("{signed}.{}A", &signature[1..]),
        format!("{token}.x"),
        provider.token(&header(), &payload()).replacen('.', "..", 1),
    ] {
        assert_eq!(judge(&provider, &forged).err(), Some(Unsigned), "{forged}");
    }
    let other = Provider::new().token(&header(), &payload());
    assert_eq!(judge(&provider, &other).err(), Some(Unsigned));
}
