//! Certificates that prove nothing here: of another authority, run out, made by
//! oneself, revoked, or never seen.

use hearth_cloud::ports::Things as _;
use hearth_contract::clock::Clock;
use rcgen::{CertificateParams, KeyPair};

use super::home::{Home, Own, RealClock};
use crate::authority::{Authority, new_key};

/// A key and a certificate of this authority, as of then.
fn signed(authority: &Authority, at: jiff::Timestamp) -> Own {
    let (key, csr) = new_key().unwrap();
    Own {
        thing: "fridge-HF1".parse().unwrap(),
        cert: authority.sign_csr(&csr, at).unwrap().pem,
        key,
    }
}

#[tokio::test]
async fn who_proves_nothing_is_never_let_in() {
    let home = Home::open().await;
    // The thing is there, and active by a certificate of its own.
    let own = home.active("HF1").await;
    let folder = tempfile::tempdir().unwrap();
    let now = RealClock.now();
    let another = Authority::open(folder.path(), now, &[]).unwrap();
    let key = KeyPair::generate().unwrap();
    let self_made = Own {
        thing: own.thing.clone(),
        cert: CertificateParams::default().self_signed(&key).unwrap().pem(),
        key: key.serialize_pem(),
    };
    let long_ago: jiff::Timestamp = "1980-01-01T00:00:00Z".parse().unwrap();
    for (what, stranger) in [
        ("another authority", signed(&another, now)),
        ("run out", signed(&home.authority, long_ago)),
        ("self-made", self_made),
        ("never registered", signed(&home.authority, now)),
    ] {
        let mut client = home.connect(&stranger);
        let why = client
            .fails(|packet| matches!(packet, rumqttc::Packet::ConnAck(_)))
            .await;
        assert!(!why.is_empty(), "{what}");
    }
    home.connect(&own).connected().await;
    home.things.revoke(&own.thing).await.unwrap();
    let mut client = home.connect(&own);
    client
        .fails(|packet| matches!(packet, rumqttc::Packet::ConnAck(_)))
        .await;
}
