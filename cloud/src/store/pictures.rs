//! Which pictures the cameras of a home took. Their bytes are in the objects.

use hearth_contract::{
    CameraId, PictureId, ThingName,
    live::{Camera, Still},
};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_text, from_us, us};

/// A picture of a camera.
pub(crate) struct Taken {
    pub picture: PictureId,
    pub thing: ThingName,
    pub camera: CameraId,
    pub at: Timestamp,
}

/// Keeps a picture; `false` if it is there already.
pub(crate) async fn add(tx: &mut Tx, home: Home, taken: &Taken) -> Result<bool, Fault> {
    if one(tx, home, taken.picture).await?.is_some() {
        return Ok(false);
    }
    sqlx::query("INSERT INTO pictures (family, picture, thing, camera, at_us) VALUES (?, ?, ?, ?, ?)")
        .bind(home.text())
        .bind(taken.picture.to_string())
        .bind(taken.thing.as_str())
        .bind(taken.camera.as_str())
        .bind(us(taken.at))
        .execute(tx.on())
        .await?;
    Ok(true)
}

/// A picture of this home; `None` for absent ones and those of others alike.
pub(crate) async fn one(tx: &mut Tx, home: Home, picture: PictureId) -> Result<Option<Taken>, Fault> {
    let row: Option<(String, String, i64)> =
        sqlx::query_as("SELECT thing, camera, at_us FROM pictures WHERE family = ? AND picture = ?")
            .bind(home.text())
            .bind(picture.to_string())
            .fetch_optional(tx.on())
            .await?;
    let Some((thing, camera, at)) = row else {
        return Ok(None);
    };
    Ok(Some(Taken {
        picture,
        thing: from_text(&thing)?,
        camera: from_text(&camera)?,
        at: from_us(at)?,
    }))
}

/// The last picture the camera took before that instant.
pub(crate) async fn before(tx: &mut Tx, home: Home, taken: &Taken) -> Result<Option<PictureId>, Fault> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT picture FROM pictures WHERE family = ? AND thing = ? AND camera = ? AND at_us < ? \
         ORDER BY at_us DESC LIMIT 1",
    )
    .bind(home.text())
    .bind(taken.thing.as_str())
    .bind(taken.camera.as_str())
    .bind(us(taken.at))
    .fetch_optional(tx.on())
    .await?;
    row.map(|(picture,)| from_text(&picture)).transpose()
}

/// The last picture of each camera of a thing.
pub(crate) async fn last(tx: &mut Tx, home: Home, thing: &ThingName) -> Result<Vec<Camera>, Fault> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT p.camera, p.picture, p.at_us FROM pictures p \
         JOIN (SELECT camera, MAX(at_us) AS last_us FROM pictures WHERE family = ? AND thing = ? GROUP BY camera) l \
         ON p.camera = l.camera AND p.at_us = l.last_us WHERE p.family = ? AND p.thing = ? ORDER BY p.camera",
    )
    .bind(home.text())
    .bind(thing.as_str())
    .bind(home.text())
    .bind(thing.as_str())
    .fetch_all(tx.on())
    .await?;
    rows.into_iter()
        .map(|(camera, picture, at)| {
            let last = Some(Still {
                picture: from_text(&picture)?,
                at: from_us(at)?,
            });
            Ok(Camera {
                thing: thing.clone(),
                camera: from_text(&camera)?,
                last,
            })
        })
        .collect()
}
