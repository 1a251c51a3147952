//! New signing keys, and nobody is signed out by them.

use super::{sign_in::claims_of, *};

const KEY_LIFE: i64 = 90 * 24 * 3600;

fn kid(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn published(home: &Home) -> Vec<String> {
    let set = home.get("/local-1_HearthPoo/.well-known/jwks.json").await.body;
    let keys = set["keys"].as_array().unwrap().clone();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tokens_of_replaced_keys_are_good_until_they_run_out_and_sessions_go_on() {
    let home = Home::with_ann().await;
    let verifier = home.identity.verifier();
    let old = home.sign_in(PASSWORD).await;
    let old_access = old["AccessToken"].as_str().unwrap();
    let before = published(&home).await;
    home.identity.rotate().await.unwrap();
    let after = published(&home).await;
    assert_eq!((before.len(), after.len()), (2, 4));
    assert!(
        before.iter().all(|kid| after[2..].contains(kid)),
        "old keys stay, new ones come first"
    );
    // Handed out before the change, and none the worse for it.
    verifier.verify(old_access, home.clock.now()).unwrap();
    home.done("GetUser", json!({ "AccessToken": old_access })).await;
    let renew = json!({ "ClientId": home.client_id(), "RefreshToken": old["RefreshToken"] });
    let renewed = home.done("GetTokensFromRefreshToken", renew).await["AuthenticationResult"].clone();
    let access = renewed["AccessToken"].as_str().unwrap();
    assert_ne!(kid(access), kid(old_access));
    assert!(after[..2].contains(&kid(access)) && after[..2].contains(&kid(renewed["IdToken"].as_str().unwrap())));
    assert_eq!(claims_of(access)["origin_jti"], claims_of(old_access)["origin_jti"]);
    verifier.verify(access, home.clock.now()).unwrap();
    home.clock.turn(3600 + 300);
    assert_eq!(
        published(&home).await,
        after[..2],
        "nothing runs any more that the old ones have signed"
    );
    home.identity.tend_keys().await.unwrap();
    let unknown = verifier.verify(old_access, home.clock.now()).unwrap_err();
    assert_eq!(
        unknown,
        Unverified::Foreign,
        "whoever has the old key can sign nothing new"
    );
}

#[tokio::test]
async fn keys_are_replaced_after_ninety_days_and_not_before() {
    let home = Home::new().await;
    let first = published(&home).await;
    assert!(!home.identity.tend_keys().await.unwrap());
    home.clock.turn(KEY_LIFE);
    assert!(home.identity.tend_keys().await.unwrap());
    assert!(!home.identity.tend_keys().await.unwrap());
    let second = published(&home).await;
    assert!(second[..2].iter().all(|kid| !first.contains(kid)));
    // As after a restart.
    let ports = Ports {
        clock: home.clock.clone(),
        random: Arc::new(SystemRandom),
        outbox: Arc::new(Tray::default()),
        origins: Vec::new(),
        issuers: Vec::new(),
    };
    let again = Identity::open(home.folder.path(), "http://elsewhere", ports)
        .await
        .unwrap();
    let now = home.clock.now().as_second();
    assert_eq!(again.pool.keys().public(now), home.identity.pool.keys().public(now));
}
