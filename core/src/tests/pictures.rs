//! Pictures and live views.

use super::*;

#[tokio::test]
async fn a_picture_is_fetched_once_and_shown_without_a_network() {
    let dir = tempfile::tempdir().unwrap();
    let (cloud, room) = (
        Cloud::start().await,
        Arc::new(Room {
            dir: Some(dir.path().into()),
            ..Room::default()
        }),
    );
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(2, 2)
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    let png = bytes::Bytes::from(png.into_inner());
    let app = core(&cloud, &room);
    let id = hearth_contract::PictureId::sample(1);
    assert_eq!(app.src(family(), id).await.unwrap_err().reason, Reason::SignInNeeded);
    sign_in(&app).await;
    // What the store holds is not believed to be a picture because it is there.
    *cloud.stage.picture.lock().unwrap() = b"<script>".to_vec();
    assert_eq!(
        app.src(family(), id).await.unwrap_err().reason,
        Reason::PictureUnreadable
    );
    *cloud.stage.picture.lock().unwrap() = png.to_vec();
    let fetched = app.src(family(), id).await.unwrap();
    assert_eq!((fetched.content_type, &fetched.bytes), ("image/png", &png));
    cloud.stage.silent.store(true, Ordering::SeqCst);
    assert_eq!(app.src(family(), id).await.unwrap().bytes, png);
}

#[tokio::test]
async fn a_live_view_takes_a_lease_and_begins_anew_when_it_breaks() {
    let (cloud, room) = (Cloud::start().await, Arc::new(Room::default()));
    let frames = [(false, 1), (true, 2), (false, 3)].map(|(key, at_ms)| Frame {
        key,
        at_ms,
        data: vec![7; 100],
    });
    *cloud.stage.frames.lock().unwrap() = frames.iter().flat_map(Frame::encode).collect();
    let app = core(&cloud, &room);
    sign_in(&app).await;
    let (thing, camera) = (Alarm::sample().thing, "shelves".parse().unwrap());
    let mut view = app.watch(family(), thing, camera).await.unwrap();
    assert_eq!(cloud.heard("/looks").len(), 1);
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.push(
            timeout(Duration::from_secs(20), view.recv())
                .await
                .unwrap()
                .unwrap()
                .at_ms,
        );
    }
    assert_eq!(seen, [2, 3, 2, 3], "each stream from its first key frame on");
}
