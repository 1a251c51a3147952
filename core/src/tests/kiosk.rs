//! The app of a tablet, as far as it goes without a devices' port: it waits,
//! shows its code, and nobody signs in on it.

use hearth_contract::{
    device::Hardware,
    pairing::{self, PairingSecret, Proof},
    session::{Kiosk, ShowCode},
};

use super::*;
use crate::Enrolled;

fn enrolled(certificate: &str) -> Enrolled {
    Enrolled {
        serial: "KT1".parse().unwrap(),
        secret: PairingSecret([7; 32]),
        certificate_pem: certificate.to_owned(),
        key_pem: "no key".to_owned(),
    }
}

fn waiting() -> Session {
    Session::Kiosk(Kiosk {
        thing: "tablet-KT1".parse().unwrap(),
        paired: false,
    })
}

#[tokio::test]
async fn a_tablet_waits_with_its_code_and_nobody_signs_in_on_it() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    assert_eq!(refused(&app, ShowCode {}).await, Reason::NotSupported);
    app.enrol(enrolled("first")).await.unwrap();
    assert_eq!(done(&app, Who {}).await, waiting());
    let code = done(&app, ShowCode {}).await;
    assert_eq!((code.hardware, code.serial.as_str()), (Hardware::Tablet, "KT1"));
    let judged = pairing::judge(&PairingSecret([7; 32]), &code, crate::real::now());
    assert!(matches!(judged, Proof::Fresh(_)), "{judged:?}");
    assert_eq!(refused(&app, with(PASSWORD)).await, Reason::NotSupported);
    assert_eq!(refused(&app, SignOut {}).await, Reason::NotSupported);
    assert_eq!(refused(&app, Mine {}).await, Reason::SignInNeeded);

    // After a restart it is who it was; the same enrolment again changes nothing.
    app.close().await;
    let again = core(&cloud, &room);
    assert_eq!(done(&again, Who {}).await, waiting());
    again.enrol(enrolled("first")).await.unwrap();
    assert_eq!(done(&again, ShowCode {}).await.serial.as_str(), "KT1");
}

#[tokio::test]
async fn what_a_person_had_here_is_forgotten_when_it_becomes_a_tablet() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    sign_in(&app).await;
    done(&app, List { family: family() }).await;
    app.enrol(enrolled("first")).await.unwrap();
    assert_eq!(done(&app, Who {}).await, waiting());
    assert_eq!(refused(&app, List { family: family() }).await, Reason::SignInNeeded);
    let kept: Vec<String> = room.vault.lock().unwrap().keys().cloned().collect();
    assert_eq!(kept, ["kiosk"]);
}

#[tokio::test]
async fn a_certificate_that_was_put_out_is_not_enrolled_again() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let app = core(&cloud, &room);
    app.enrol(enrolled("first")).await.unwrap();
    app.close().await;
    let kept = String::from_utf8(room.vault.lock().unwrap()["kiosk"].clone()).unwrap();
    let out = kept.replace("\"waiting\"", "\"out\"");
    assert_ne!(kept, out);
    room.vault.lock().unwrap().insert("kiosk".into(), out.into());
    let app = core(&cloud, &room);
    let refused = app.enrol(enrolled("first")).await.unwrap_err();
    assert_eq!(refused.reason, Reason::SessionEnded);
    app.enrol(enrolled("second")).await.unwrap();
    assert_eq!(done(&app, Who {}).await, waiting());
}
