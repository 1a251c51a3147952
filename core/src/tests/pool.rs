//! The user pool of the cloud these tests talk to: one person, whose password is
//! checked by SRP, with a second factor and a passkey when a test says so.
//!
//! Refresh tokens rotate at once and without grace: stricter than any real pool.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearth_contract::{
    PersonId,
    srp::{self, Occasion, Server},
};
use serde_json::{Value, json};

pub(super) const PASSWORD: &str = "correct horse battery";
pub(super) const POOL: &str = "local-1_Hearth";
const SALT: [u8; 16] = [9; 16];
const BLOCK: &str = "c2VjcmV0IGJsb2Nr";

/// What the pool knows and has seen.
pub(super) struct UserPool {
    /// Refuses the next refreshes: the exception's name, and its message.
    pub(super) refuses_refresh: Mutex<Option<(&'static str, &'static str)>>,
    pub(super) refreshes: AtomicU32,
    pub(super) tokens_last_s: AtomicI64,
    /// The six digits that are asked for after the password.
    pub(super) second_code: Mutex<Option<&'static str>>,
    /// The account has a passkey.
    pub(super) has_passkey: AtomicBool,
    /// Does not delete the account now.
    pub(super) refuses_delete: AtomicBool,
    srp: Mutex<Option<Server>>,
}

impl Default for UserPool {
    fn default() -> Self {
        Self {
            refuses_refresh: Mutex::default(),
            refreshes: AtomicU32::new(0),
            tokens_last_s: AtomicI64::new(3600),
            second_code: Mutex::default(),
            has_passkey: AtomicBool::new(false),
            refuses_delete: AtomicBool::new(false),
            srp: Mutex::default(),
        }
    }
}

fn refused(name: &str, message: &str) -> (u16, Value) {
    (400, json!({ "__type": format!("{name}Exception"), "message": message }))
}

impl UserPool {
    pub(super) fn answer(&self, operation: &str, body: &Value) -> (u16, Value) {
        let refuses_refresh = *self.refuses_refresh.lock().unwrap();
        match operation {
            "InitiateAuth" if body["AuthFlow"] == "USER_AUTH" => self.ask_for_passkey(),
            "InitiateAuth" => self.challenge(body["AuthParameters"]["SRP_A"].as_str().unwrap()),
            "RespondToAuthChallenge" => self.respond(body),
            "GetTokensFromRefreshToken" => {
                let present = format!("refresh-{}", self.refreshes.load(Ordering::SeqCst));
                if let Some((name, message)) = refuses_refresh {
                    return refused(name, message);
                }
                if body["RefreshToken"] != present.as_str() {
                    return refused("RefreshTokenReuse", "no");
                }
                self.refreshes.fetch_add(1, Ordering::SeqCst);
                self.tokens_last_s.store(3600, Ordering::SeqCst);
                (200, json!({ "AuthenticationResult": self.tokens() }))
            }
            "GetUser" if refuses_refresh.is_some() => refused("NotAuthorized", "Access Token has been revoked"),
            "GetUser" => (200, json!({ "Username": PersonId::sample(1) })),
            "GetId" => (200, json!({ "IdentityId": "local-1:me" })),
            "GetCredentialsForIdentity" => {
                let until = crate::real::now().as_second() + 3600;
                let credentials =
                    json!({ "AccessKeyId": "AK", "SecretKey": "SK", "SessionToken": "a/b+c==", "Expiration": until });
                (200, json!({ "IdentityId": "local-1:me", "Credentials": credentials }))
            }
            "DeleteUser" if self.refuses_delete.load(Ordering::SeqCst) => refused("InternalError", "no"),
            "RevokeToken" | "DeleteUser" | "ChangePassword" => (200, json!({})),
            _ => refused("InvalidParameter", "no"),
        }
    }

    fn ask_for_passkey(&self) -> (u16, Value) {
        if !self.has_passkey.load(Ordering::SeqCst) {
            let ways = ["PASSWORD", "PASSWORD_SRP"];
            return (
                200,
                json!({ "ChallengeName": "SELECT_CHALLENGE", "AvailableChallenges": ways, "Session": "one" }),
            );
        }
        let parameters = json!({ "CREDENTIAL_REQUEST_OPTIONS": r#"{"challenge":"abc"}"#, "USERNAME": "ana" });
        (
            200,
            json!({ "ChallengeName": "WEB_AUTHN", "ChallengeParameters": parameters, "Session": "one" }),
        )
    }

    fn challenge(&self, public: &str) -> (u16, Value) {
        let user = PersonId::sample(1).to_string();
        let verifier = srp::verifier(POOL, &user, PASSWORD, &SALT).unwrap();
        let server = Server::new(&verifier, public, &[5; 32]).unwrap();
        let challenge = json!({
            "SALT": hex::encode(SALT), "SRP_B": server.public_hex(), "SECRET_BLOCK": BLOCK, "USER_ID_FOR_SRP": user,
        });
        *self.srp.lock().unwrap() = Some(server);
        (
            200,
            json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": challenge }),
        )
    }

    fn respond(&self, body: &Value) -> (u16, Value) {
        let answers = &body["ChallengeResponses"];
        let text = |name: &str| answers[name].as_str().unwrap();
        let entered = || (200, json!({ "AuthenticationResult": self.tokens() }));
        let second = *self.second_code.lock().unwrap();
        match body["ChallengeName"].as_str().unwrap() {
            "SOFTWARE_TOKEN_MFA" if body["Session"] != "two" => refused("NotAuthorized", "Invalid session"),
            "SOFTWARE_TOKEN_MFA" if Some(text("SOFTWARE_TOKEN_MFA_CODE")) == second => entered(),
            "SOFTWARE_TOKEN_MFA" => refused("CodeMismatch", "no"),
            "WEB_AUTHN" if text("CREDENTIAL").contains("mine") => entered(),
            "WEB_AUTHN" => refused("NotAuthorized", "no"),
            _ => {
                let user = PersonId::sample(1).to_string();
                let occasion = Occasion {
                    pool_id: POOL,
                    user_id: &user,
                    secret_block: BLOCK,
                    timestamp: text("TIMESTAMP"),
                };
                let server = self.srp.lock().unwrap().take().unwrap();
                match server.verify(&occasion, text("PASSWORD_CLAIM_SIGNATURE")) {
                    Err(_) => refused("NotAuthorized", "Incorrect username or password."),
                    Ok(()) if second.is_some() => (
                        200,
                        json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "two", "ChallengeParameters": {} }),
                    ),
                    Ok(()) => entered(),
                }
            }
        }
    }

    fn tokens(&self) -> Value {
        let claims = json!({ "sub": PersonId::sample(1), "email": "ana@example.org", "name": "Ana" });
        let id = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let number = self.refreshes.load(Ordering::SeqCst);
        let lasts = self.tokens_last_s.load(Ordering::SeqCst);
        json!({
            "AccessToken": format!("access-{number}"), "IdToken": id,
            "RefreshToken": format!("refresh-{number}"), "ExpiresIn": lasts,
        })
    }
}
