//! Live frames: from the camera's connection to a member's stream.

use futures::StreamExt;
use hearth_cloud::ports::Eyes;
use hearth_contract::{
    HomeEvent, Reason,
    device::Hardware,
    live::{Frame, LiveEvent, Look},
};

use crate::support::{ANA, House};

#[tokio::test]
async fn frames_reach_whoever_watches_and_nobody_streams_without_a_lease() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let thing = house.paired(family, "HF1", Hardware::Fridge).await;
    let camera = "shelves".parse().unwrap();
    let frame = |key, at_ms| Frame {
        key,
        at_ms,
        data: vec![1, 2, 3],
    };
    assert!(!house.cloud.show(&thing, &camera, &frame(true, 1)), "nobody looks");

    let look = Look {
        family,
        thing: thing.clone(),
        camera: camera.clone(),
    };
    house.ask(ANA, look.clone()).await.unwrap();
    house.ask(ANA, look.clone()).await.unwrap();
    let looked = house.journal(ANA, family).await.into_iter();
    assert_eq!(
        looked
            .filter(|entry| matches!(entry.event, HomeEvent::Live(LiveEvent::Looked { .. })))
            .count(),
        1
    );
    assert!(house.cloud.show(&thing, &camera, &frame(true, 2)));
    assert!(house.cloud.show(&thing, &camera, &frame(false, 3)));

    let path = format!("/families/{family}/live/{thing}/{camera}");
    let response = house.send(ANA, ("GET", &path), vec![], None).await;
    assert_eq!(response.status(), 200);
    let mut stream = response.into_body().into_data_stream();
    assert!(house.cloud.show(&thing, &camera, &frame(false, 4)));
    let mut bytes = stream.next().await.unwrap().unwrap().to_vec();
    bytes.extend(stream.next().await.unwrap().unwrap());
    let mut seen = Vec::new();
    while let Ok(Some((frame, used))) = Frame::decode(&bytes) {
        seen.push(frame.at_ms);
        bytes.drain(..used);
    }
    assert_eq!(seen, [2, 3, 4]);

    house.real.turn(21);
    assert!(
        !house.cloud.show(&thing, &camera, &frame(true, 5)),
        "the lease has run out"
    );
    let elsewhere = Look {
        camera: "cellar".parse().unwrap(),
        ..look
    };
    assert_eq!(house.ask(ANA, elsewhere).await.unwrap_err().reason, Reason::Absent);
}
