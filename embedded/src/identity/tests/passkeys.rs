//! Passkeys, made and used by an authenticator of a few lines; the third-party
//! one is tried against the whole hub.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use ring::{
    rand::SystemRandom as RingRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use sha2::{Digest, Sha256};

use super::*;

const ORIGIN: &str = "http://localhost:1";
/// Present and verified.
const TOUCHED: u8 = 0x05;
const ATTESTED: u8 = 0x40;

/// An authenticator with one key pair, and the browser before it.
struct Key {
    pair: EcdsaKeyPair,
    id: [u8; 32],
    handle: String,
    count: u32,
    flags: u8,
}

impl Key {
    fn new() -> Self {
        let random = RingRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        Self {
            pair: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap(),
            id: random::bytes(&SystemRandom).unwrap(),
            handle: String::new(),
            count: 0,
            flags: TOUCHED,
        }
    }

    async fn make(&mut self, origin: &str, options: &Value) -> Value {
        self.handle = options["user"]["id"].as_str().unwrap().to_owned();
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), ATTESTED);
        data.extend([0; 16]);
        data.extend(32_u16.to_be_bytes());
        data.extend(self.id);
        let point = self.pair.public_key().as_ref();
        let key = [
            (1, 2.into()),
            (3, Cbor::from(-7)),
            (-1, 1.into()),
            (-2, Cbor::from(point[1..33].to_vec())),
            (-3, Cbor::from(point[33..].to_vec())),
        ];
        let key = key.map(|(label, value)| (Cbor::from(label), value));
        ciborium::into_writer(&Cbor::Map(key.into()), &mut data).unwrap();
        let object = Cbor::Map(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::from(data)),
        ]);
        let mut attestation = Vec::new();
        ciborium::into_writer(&object, &mut attestation).unwrap();
        json!({
            "id": URL_SAFE_NO_PAD.encode(self.id),
            "rawId": URL_SAFE_NO_PAD.encode(self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data("webauthn.create", origin, options)),
                "attestationObject": URL_SAFE_NO_PAD.encode(attestation),
                "transports": ["internal"],
            },
        })
    }

    async fn answer(&mut self, origin: &str, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        self.count += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client_data = client_data("webauthn.get", origin, &options);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.pair.sign(&RingRandom::new(), &signed).unwrap();
        json!({
            "id": URL_SAFE_NO_PAD.encode(self.id),
            "rawId": URL_SAFE_NO_PAD.encode(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature),
                "userHandle": self.handle,
            },
        })
        .to_string()
    }

    fn data(&self, party: &str, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(party).to_vec();
        data.push(self.flags | more);
        data.extend(self.count.to_be_bytes());
        data
    }
}

fn client_data(kind: &str, origin: &str, options: &Value) -> Vec<u8> {
    json!({ "type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false })
        .to_string()
        .into_bytes()
}

/// Ann, signed in, with a passkey.
async fn with_passkey() -> (Home, Value, Key) {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let mut key = Key::new();
    let options = start(&home, &tokens).await;
    let made = key.make(ORIGIN, &options).await;
    home.done("CompleteWebAuthnRegistration", complete(&tokens, &made))
        .await;
    (home, tokens, key)
}

async fn start(home: &Home, tokens: &Value) -> Value {
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    home.done("StartWebAuthnRegistration", access).await["CredentialCreationOptions"].clone()
}

fn complete(tokens: &Value, made: &Value) -> Value {
    json!({
        "AccessToken": tokens["AccessToken"],
        "Credential": made,
        "FriendlyCredentialName": " My laptop ",
    })
}

/// Begins a sign-in by passkey as `username`.
async fn begin(home: &Home, username: &str) -> Value {
    let ask = json!({
        "AuthFlow": "USER_AUTH",
        "ClientId": home.client_id(),
        "AuthParameters": { "USERNAME": username, "PREFERRED_CHALLENGE": "WEB_AUTHN" },
    });
    let begun = home.done("InitiateAuth", ask).await;
    assert_eq!(begun["ChallengeName"], "WEB_AUTHN");
    begun
}

fn respond(home: &Home, begun: &Value, credential: &str) -> Value {
    json!({
        "ClientId": home.client_id(),
        "ChallengeName": "WEB_AUTHN",
        "Session": begun["Session"],
        "ChallengeResponses": { "USERNAME": MAIL, "CREDENTIAL": credential },
    })
}

fn options(begun: &Value) -> &str {
    begun["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn a_passkey_is_made_listed_used_and_forgotten() {
    let (home, tokens, mut key) = with_passkey().await;
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    for _ in 0..2 {
        let begun = begin(&home, MAIL).await;
        let credential = key.answer(ORIGIN, options(&begun)).await;
        let answer = respond(&home, &begun, &credential);
        let signed_in = home.done("RespondToAuthChallenge", answer.clone()).await;
        assert!(signed_in["AuthenticationResult"]["IdToken"].is_string());
        home.refused("RespondToAuthChallenge", answer, "NotAuthorizedException")
            .await;
    }
    let listed = home.done("ListWebAuthnCredentials", access.clone()).await;
    let passkey = &listed["Credentials"][0];
    assert_eq!(passkey["RelyingPartyId"], "localhost");
    assert_eq!(passkey["FriendlyCredentialName"], "My laptop");
    let factors = home.done("GetUserAuthFactors", access.clone()).await;
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["PASSWORD", "WEB_AUTHN"]));
    let excluded = start(&home, &tokens).await["excludeCredentials"].clone();
    assert_eq!(excluded[0]["id"], passkey["CredentialId"]);
    let delete = json!({ "AccessToken": tokens["AccessToken"], "CredentialId": passkey["CredentialId"] });
    home.done("DeleteWebAuthnCredential", delete.clone()).await;
    home.refused("DeleteWebAuthnCredential", delete, "ResourceNotFoundException")
        .await;
    let listed = home.done("ListWebAuthnCredentials", access.clone()).await;
    assert_eq!(listed["Credentials"], json!([]));
    let begun = begin(&home, MAIL).await;
    let credential = key.answer(ORIGIN, options(&begun)).await;
    home.refused(
        "RespondToAuthChallenge",
        respond(&home, &begun, &credential),
        "NotAuthorizedException",
    )
    .await;
}

#[tokio::test]
async fn a_passkey_needs_no_second_factor_and_may_be_chosen_after_all_ways_are_shown() {
    let (home, _, mut key) = with_passkey().await;
    let ask = json!({
        "AuthFlow": "USER_AUTH",
        "ClientId": home.client_id(),
        "AuthParameters": { "USERNAME": MAIL },
    });
    for at_once in [true, false] {
        let shown = home.done("InitiateAuth", ask.clone()).await;
        assert_eq!(shown["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(shown["AvailableChallenges"], json!(["PASSWORD_SRP", "WEB_AUTHN"]));
        let mut choice = respond(&home, &shown, "");
        choice["ChallengeName"] = json!("SELECT_CHALLENGE");
        choice["ChallengeResponses"] = json!({ "USERNAME": MAIL, "ANSWER": "WEB_AUTHN" });
        let signed_in = if at_once {
            choice["ChallengeResponses"]["CREDENTIAL"] = json!(key.answer(ORIGIN, options(&shown)).await);
            home.done("RespondToAuthChallenge", choice).await
        } else {
            let begun = home.done("RespondToAuthChallenge", choice).await;
            let credential = key.answer(ORIGIN, options(&begun)).await;
            home.done("RespondToAuthChallenge", respond(&home, &begun, &credential))
                .await
        };
        assert!(signed_in["AuthenticationResult"]["AccessToken"].is_string());
    }
    let shown = home.done("InitiateAuth", ask.clone()).await;
    let mut choice = respond(&home, &shown, "");
    choice["ChallengeName"] = json!("SELECT_CHALLENGE");
    let a = srp::Client::new(&[7; 128]).unwrap().public_hex();
    choice["ChallengeResponses"] = json!({ "USERNAME": MAIL, "ANSWER": "PASSWORD_SRP", "SRP_A": a });
    let by_password = home.done("RespondToAuthChallenge", choice.clone()).await;
    assert_eq!(by_password["ChallengeName"], "PASSWORD_VERIFIER");
    home.refused("RespondToAuthChallenge", choice.clone(), "NotAuthorizedException")
        .await;
    choice["ChallengeResponses"]["ANSWER"] = json!("SMS_OTP");
    home.refused("RespondToAuthChallenge", choice, "InvalidParameterException")
        .await;
}

#[tokio::test]
async fn nobody_learns_who_has_an_account_or_a_passkey() {
    let (home, _, mut key) = with_passkey().await;
    let shape = |begun: Value| -> Value {
        let options: Value = serde_json::from_str(options(&begun)).unwrap();
        json!([
            begun["AvailableChallenges"],
            options["allowCredentials"],
            options["rpId"]
        ])
    };
    let known = begin(&home, MAIL).await;
    let unknown = begin(&home, "nobody@example.org").await;
    assert_eq!(shape(known), shape(unknown.clone()));
    let mut answer = respond(&home, &unknown, &key.answer(ORIGIN, options(&unknown)).await);
    answer["ChallengeResponses"]["USERNAME"] = json!("nobody@example.org");
    let told = home
        .refused("RespondToAuthChallenge", answer, "NotAuthorizedException")
        .await;
    assert_eq!(told, "Incorrect username or password.");
}

#[tokio::test]
async fn registrations_that_are_late_foreign_or_damaged_are_refused() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let op = "CompleteWebAuthnRegistration";
    let made = Key::new().make(ORIGIN, &start(&home, &tokens).await).await;
    home.clock.turn(300);
    home.refused(op, complete(&tokens, &made), "WebAuthnChallengeNotFoundException")
        .await;
    start(&home, &tokens).await;
    home.refused(op, complete(&tokens, &made), "WebAuthnChallengeNotFoundException")
        .await;
    let mut named = complete(&tokens, &Key::new().make(ORIGIN, &start(&home, &tokens).await).await);
    for name in ["two\nlines", &"x".repeat(65)] {
        named["FriendlyCredentialName"] = json!(name);
        home.refused(op, named.clone(), "InvalidParameterException").await;
    }
    let foreign = Key::new()
        .make("http://localhost:2", &start(&home, &tokens).await)
        .await;
    home.refused(op, complete(&tokens, &foreign), "WebAuthnOriginNotAllowedException")
        .await;
    let mut options = start(&home, &tokens).await;
    options["rp"]["id"] = json!("example.org");
    let mut other = Key::new().make("https://example.org", &options).await;
    let ours = Key::new().make(ORIGIN, &options_for_home(options)).await;
    other["response"]["clientDataJSON"] = ours["response"]["clientDataJSON"].clone();
    home.refused(op, complete(&tokens, &other), "WebAuthnRelyingPartyMismatchException")
        .await;
    let mut unseen = Key::new();
    unseen.flags = 0x01;
    let unverified = unseen.make(ORIGIN, &start(&home, &tokens).await).await;
    home.refused(
        op,
        complete(&tokens, &unverified),
        "WebAuthnCredentialNotSupportedException",
    )
    .await;
    let mut damaged = Key::new().make(ORIGIN, &start(&home, &tokens).await).await;
    damaged["response"]["attestationObject"] = json!("AAAA");
    home.refused(op, complete(&tokens, &damaged), "InvalidParameterException")
        .await;
    home.refused(op, complete(&tokens, &json!("nothing")), "InvalidParameterException")
        .await;
    let (plain, options) = (
        home.identity.names().plain_client_id.clone(),
        start(&home, &tokens).await,
    );
    let elsewhere = home.sign_in_at(&plain, PASSWORD).await;
    let made = Key::new().make(ORIGIN, &options).await;
    home.refused(op, complete(&elsewhere, &made), "WebAuthnClientMismatchException")
        .await;
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    assert_eq!(
        home.done("ListWebAuthnCredentials", access).await["Credentials"],
        json!([])
    );
}

fn options_for_home(mut options: Value) -> Value {
    options["rp"]["id"] = json!("localhost");
    options
}

#[tokio::test]
async fn answers_that_are_late_foreign_forged_or_copied_sign_nobody_in() {
    let (home, _, mut key) = with_passkey().await;
    let refused = async |answer: Value, exception: &str| {
        home.refused("RespondToAuthChallenge", answer, exception).await;
    };
    let begun = begin(&home, MAIL).await;
    let late = key.answer(ORIGIN, options(&begun)).await;
    home.clock.turn(300);
    refused(respond(&home, &begun, &late), "NotAuthorizedException").await;
    let begun = begin(&home, MAIL).await;
    refused(respond(&home, &begun, &late), "NotAuthorizedException").await;
    let begun = begin(&home, MAIL).await;
    let foreign = key.answer("http://localhost:2", options(&begun)).await;
    refused(respond(&home, &begun, &foreign), "NotAuthorizedException").await;
    let begun = begin(&home, MAIL).await;
    let mut forged: Value = serde_json::from_str(&key.answer(ORIGIN, options(&begun)).await).unwrap();
    let other = begin(&home, MAIL).await;
    let other: Value = serde_json::from_str(&key.answer(ORIGIN, options(&other)).await).unwrap();
    forged["response"]["signature"] = other["response"]["signature"].clone();
    refused(respond(&home, &begun, &forged.to_string()), "NotAuthorizedException").await;
    let begun = begin(&home, MAIL).await;
    key.flags = 0x01;
    let unverified = key.answer(ORIGIN, options(&begun)).await;
    key.flags = TOUCHED;
    refused(respond(&home, &begun, &unverified), "NotAuthorizedException").await;
    let begun = begin(&home, MAIL).await;
    refused(respond(&home, &begun, "{}"), "InvalidParameterException").await;
    let (one, two) = (begin(&home, MAIL).await, begin(&home, MAIL).await);
    let earlier = key.answer(ORIGIN, options(&one)).await;
    let later = key.answer(ORIGIN, options(&two)).await;
    home.done("RespondToAuthChallenge", respond(&home, &two, &later)).await;
    refused(respond(&home, &one, &earlier), "NotAuthorizedException").await;
}

#[tokio::test]
async fn a_passkey_signs_in_on_the_providers_page() {
    let (home, _, mut key) = with_passkey().await;
    let address = home.asked(&[]);
    let (cookie, token) = home.shown(&address).await;
    let asking = address.replace("/oauth2/authorize", "/oauth2/passkey");
    let fields = [("mail", MAIL), ("token", token.as_str())];
    let stranger = home.sent(&asking, "", &fields).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    let begun = home.sent(&asking, &cookie, &fields).await.json();
    let (session, asked) = (begun["Session"].as_str().unwrap(), options(&begun));
    let credential = key.answer(ORIGIN, asked).await;
    let answer = [fields.as_slice(), &[("session", session), ("credential", &credential)]].concat();
    let sent = home.sent(&address, &cookie, &answer).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let tokens = home.exchange(&sent.sent("code").unwrap(), &[]).await.json();
    assert!(tokens["id_token"].is_string(), "{tokens}");
    // The challenge is spent.
    let again = home.sent(&address, &cookie, &answer).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(again.text.contains("This passkey does not open"), "{}", again.text);
}
