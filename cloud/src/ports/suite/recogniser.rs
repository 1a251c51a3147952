//! What a recogniser promises, whatever it can see.

use bytes::Bytes;
use hearth_contract::ids::PictureId;

use super::done;
use crate::ports::{Difference, Recogniser, Shot};

/// Holds a recogniser to its contract, by two pictures of the same shelves that it can read.
///
/// # Panics
/// Where it breaks it.
pub async fn check(recogniser: &dyn Recogniser, before: &Shot, after: &Shot) {
    let first = recogniser.compare(None, before).await;
    done("a first picture", first).iter().for_each(is_sound);
    let same = recogniser.compare(Some(before), before).await;
    assert_eq!(done("the same picture", same), [], "nothing has changed");
    for (one, other) in [(before, after), (after, before)] {
        let seen = done("two pictures", recogniser.compare(Some(one), other).await);
        seen.iter().for_each(is_sound);
        let again = done("once more", recogniser.compare(Some(one), other).await);
        assert_eq!(seen, again, "the same pictures say the same");
    }
    for bytes in [&b""[..], b"no picture", &before.jpeg[..before.jpeg.len().min(20)]] {
        let broken = Shot {
            picture: PictureId::sample(3),
            jpeg: Bytes::copy_from_slice(bytes),
        };
        assert!(
            recogniser.compare(None, &broken).await.is_err(),
            "no picture, no answer"
        );
        assert!(recogniser.compare(Some(before), &broken).await.is_err());
        assert!(recogniser.compare(Some(&broken), before).await.is_err());
    }
}

fn is_sound(seen: &Difference) {
    assert_ne!(seen.delta, 0, "a difference is one: {seen:?}");
    assert!((0.0..=1.0).contains(&seen.certainty), "{seen:?}");
    let area = seen.area;
    let is_inside = area.x >= 0.0 && area.y >= 0.0 && area.x + area.w <= 1.001 && area.y + area.h <= 1.001;
    assert!(
        is_inside && area.w > 0.0 && area.h > 0.0,
        "inside the picture: {seen:?}"
    );
}
