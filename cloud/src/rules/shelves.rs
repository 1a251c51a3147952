//! A door closes: pictures are kept, the shelves compared, the list changed.
//!
//! Two units of work with a look in between: the message stores the pictures
//! and asks for the comparison; the comparison's outcome is a [`Change`]. What
//! is unsure is shown and changes nothing.

use hearth_contract::{
    CameraId, ChangeId, Failure, HomeEvent, PictureId, ThingName,
    live::{Camera, LiveEvent, Still},
    pantry::{Change, ChangeLine, PantryEvent, Settled, Sighting},
    picture::MAX_BYTES,
    things::DoorSaid,
    units::Count,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    picture,
    stock::{self, Arrival},
};
use crate::{
    catalogue,
    cloud::Ports,
    ears::Speaker,
    jobs::{Job, within},
    ports::{Difference, Outside, Shot},
    store::{
        self, Home,
        changes::{Applied, Kept},
        pictures::Taken,
    },
    unit::Work,
};

/// From this certainty on the list is changed without asking.
const SURE: f32 = 0.7;

/// What is to be compared after a closing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Closing {
    /// Whose home it is.
    pub home: Home,
    /// The fridge.
    pub thing: ThingName,
    /// Its camera.
    pub camera: CameraId,
    /// When the door closed.
    pub at: Timestamp,
    /// The picture before; `None` the first time.
    pub before: Option<PictureId>,
    /// The picture after.
    pub after: PictureId,
}

/// Keeps what the cameras saw, and has it compared.
pub(super) async fn seen(speaker: Speaker, said: DoorSaid, work: &mut Work) -> Result<(), Failure> {
    let Speaker { home, device } = speaker;
    for picture in said.pictures {
        let taken = Taken {
            picture: picture.picture,
            thing: device.thing.clone(),
            camera: picture.camera,
            at: said.at,
        };
        let before = store::pictures::before(work.tx(), home, &taken).await?;
        if !store::pictures::add(work.tx(), home, &taken).await? {
            continue;
        }
        let Taken {
            picture: after,
            thing,
            camera,
            at,
        } = taken;
        let last = Some(Still { picture: after, at });
        let pictured = Camera {
            thing: thing.clone(),
            camera: camera.clone(),
            last,
        };
        work.tell(home, HomeEvent::Live(LiveEvent::Pictured { camera: pictured }))
            .await?;
        work.later(&Job::Recognise(Closing {
            home,
            thing,
            camera,
            at,
            before,
            after,
        }))
        .await?;
    }
    Ok(())
}

/// Has the shelves compared: outside of any unit of work.
pub(crate) async fn compare(ports: &Ports, closing: &Closing) -> Result<Vec<Difference>, Outside> {
    let after = shot(ports, &closing.thing, closing.after)
        .await?
        .ok_or(Outside::Absent("the picture"))?;
    let before = match closing.before {
        Some(before) => shot(ports, &closing.thing, before).await?,
        None => None,
    };
    within(ports.recogniser.compare(before.as_ref(), &after)).await
}

async fn shot(ports: &Ports, thing: &ThingName, picture: PictureId) -> Result<Option<Shot>, Outside> {
    let jpeg = within(ports.objects.get(&picture::key(thing, picture))).await?;
    let fits = jpeg.filter(|jpeg| jpeg.len() as u64 <= MAX_BYTES);
    Ok(fits.map(|jpeg| Shot { picture, jpeg }))
}

/// Turns what was seen into a change and, where it is sure, into another list.
pub(crate) async fn apply(closing: &Closing, seen: Vec<Difference>, work: &mut Work) -> Result<(), Failure> {
    let home = closing.home;
    let taken = Taken {
        picture: closing.after,
        thing: closing.thing.clone(),
        camera: closing.camera.clone(),
        at: closing.at,
    };
    let mut applied = Vec::new();
    let mut lines = Vec::with_capacity(seen.len());
    for difference in seen.into_iter().filter(|difference| difference.delta != 0) {
        let sure = difference.certainty >= SURE;
        let mut line = line(difference, sure);
        if line.sure {
            applied.append(&mut count_in(work, home, &taken, &mut line).await?);
        }
        lines.push(line);
    }
    let change = Change {
        id: ChangeId(work.mint()?),
        thing: closing.thing.clone(),
        at: closing.at,
        before: closing.before,
        after: closing.after,
        lines,
        settled: Settled::Open,
    };
    let kept = Kept { change, applied };
    store::changes::set(work.tx(), home, &kept).await?;
    for mut item in store::items::all(work.tx(), home).await? {
        if let Some(sighting) = kept.change.seen_again(&item) {
            item.sighting = Some(sighting);
            // Who folds the change knows by the same law; no entry an item.
            store::items::set(work.tx(), home, &item).await?;
        }
    }
    work.tell(home, HomeEvent::Pantry(PantryEvent::Changed { change: kept.change }))
        .await
}

/// A line is sure only if it also says what it is.
fn line(difference: Difference, sure: bool) -> ChangeLine {
    let food = difference.food.and_then(|key| key.parse().ok());
    let name = food.as_ref().and_then(catalogue::name);
    let sure = sure && name.is_some();
    ChangeLine {
        item: None,
        name,
        food,
        delta: difference.delta,
        sure,
        area: difference.area,
    }
}

/// Changes the list as a line says, and notes the item in the line.
pub(super) async fn count_in(
    work: &mut Work,
    home: Home,
    taken: &Taken,
    line: &mut ChangeLine,
) -> Result<Vec<Applied>, Failure> {
    let (Some(food), Some(name)) = (&line.food, &line.name) else {
        return Ok(Vec::new());
    };
    let applied = if line.delta > 0 {
        let sighting = Sighting {
            thing: taken.thing.clone(),
            camera: taken.camera.clone(),
            picture: taken.picture,
            area: line.area,
            at: taken.at,
        };
        let count = Count::new(line.delta.unsigned_abs().clamp(1, 999)).unwrap_or(Count::ONE);
        vec![
            stock::bring(
                work,
                home,
                Arrival {
                    food,
                    name,
                    sighting,
                    count,
                },
            )
            .await?,
        ]
    } else {
        stock::take(work, home, (&taken.thing, food), line.delta.unsigned_abs()).await?
    };
    line.item = applied.first().map(|applied| applied.item.id);
    Ok(applied)
}
