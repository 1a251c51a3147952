//! Identity ids and lent credentials.

use super::*;
use crate::sigv4::{IOT_GATEWAY, Key, Presign, Request, Scope, Signed, payload_digest, presign};

fn get_id(home: &Home, provider: &str, token: &Value) -> Value {
    json!({
        "IdentityPoolId": home.identity.names().identity_pool_id,
        "Logins": { provider: token },
    })
}

#[tokio::test]
async fn an_id_token_is_turned_into_credentials_for_an_hour() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let login = home.identity.names().login().to_owned();
    assert_eq!(login, "localhost:1/local-1_HearthPoo");
    let ask = get_id(&home, &login, &tokens["IdToken"]);
    let id = home.done("GetId", ask.clone()).await["IdentityId"].clone();
    assert!(id.as_str().unwrap().starts_with("local-1:"));
    assert_eq!(home.done("GetId", ask).await["IdentityId"], id);
    let ask = json!({ "IdentityId": id, "Logins": { login: tokens["IdToken"] } });
    let lent = home.done("GetCredentialsForIdentity", ask).await;
    assert_eq!(lent["IdentityId"], id);
    let credentials = &lent["Credentials"];
    let access_key = credentials["AccessKeyId"].as_str().unwrap();
    assert!(access_key.starts_with("ASIA") && access_key.len() == 20);
    let ends = credentials["Expiration"].as_f64().unwrap() as i64;
    assert_eq!(ends, home.clock.now().as_second() + 3600);
    let kept = home.identity.credentials(access_key).await.unwrap().unwrap();
    assert_eq!(credentials["SecretKey"], kept.secret);
    assert_eq!(credentials["SessionToken"], kept.session_token);
    let Holder::Person { identity_id, .. } = kept.holder.clone() else {
        panic!("lent to a person")
    };
    assert_eq!(id, identity_id);
    let lasting = Key {
        session_token: None,
        ..kept.key()
    };
    let (at, headers) = (home.clock.now(), &[("host", "localhost:1")][..]);
    let scope = Scope {
        region: home.identity.names().region(),
        service: IOT_GATEWAY,
    };
    let wanted = Presign {
        method: "GET",
        path: "/mqtt",
        headers,
        access_key,
        key: lasting,
        scope,
        at,
        expires: 60,
    };
    let token = kept.session_token.replace('+', "%2B").replace('/', "%2F");
    let query = format!("{}&X-Amz-Security-Token={token}", presign(&wanted).unwrap());
    let signed = Signed::in_query(Request {
        method: "GET",
        path: "/mqtt",
        query: &query,
        headers,
    })
    .ok()
    .unwrap();
    assert_eq!(signed.access_key(), access_key);
    assert_eq!(signed.verify(&kept.key(), &scope, &payload_digest(b""), at), Ok(()));
    home.clock.turn(3600);
    assert!(home.identity.credentials(access_key).await.unwrap().is_none());
    assert!(home.identity.credentials("ASIANOBODY").await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_id_token_of_ours_gets_nothing() {
    let home = Home::with_ann().await;
    let tokens = home.sign_in(PASSWORD).await;
    let login = home.identity.names().login().to_owned();
    let not = "NotAuthorizedException";
    let message = home
        .refused("GetId", get_id(&home, "accounts.google.com", &tokens["IdToken"]), not)
        .await;
    assert!(message.starts_with("Token is not from a supported provider"));
    home.refused("GetId", get_id(&home, &login, &tokens["AccessToken"]), not)
        .await;
    home.refused("GetId", get_id(&home, &login, &json!("a.b.c")), not).await;
    let mut nobody = get_id(&home, &login, &tokens["IdToken"]);
    nobody["Logins"] = json!({});
    let message = home.refused("GetId", nobody, not).await;
    assert!(message.starts_with("Unauthenticated access is not supported"));
    let mut elsewhere = get_id(&home, &login, &tokens["IdToken"]);
    elsewhere["IdentityPoolId"] = json!("local-1:other");
    home.refused("GetId", elsewhere, "ResourceNotFoundException").await;
    let unknown = json!({ "IdentityId": "local-1:unknown", "Logins": { login.clone(): tokens["IdToken"] } });
    home.refused("GetCredentialsForIdentity", unknown, "ResourceNotFoundException")
        .await;
    home.identity
        .ensure_account("bob@example.org", "Bob", PASSWORD)
        .await
        .unwrap();
    let own = home.done("GetId", get_id(&home, &login, &tokens["IdToken"])).await;
    let (_, answer) = home.challenge(home.client_id(), "bob@example.org", PASSWORD).await;
    let bob = home.done("RespondToAuthChallenge", answer).await["AuthenticationResult"].clone();
    let foreign = json!({ "IdentityId": own["IdentityId"], "Logins": { login.clone(): bob["IdToken"] } });
    home.refused("GetCredentialsForIdentity", foreign, not).await;
    home.clock.turn(3600 + 300);
    let message = home
        .refused("GetId", get_id(&home, &login, &tokens["IdToken"]), not)
        .await;
    assert!(message.contains("Token expired"));
}
