//! Deleting a family with everything in it.

use hearth_contract::{PictureId, ThingName, family::Fate};

use super::{Fault, Home, Tx, from_text};

/// Every table that holds a family's data; the family itself last.
const TABLES: [&str; 15] = [
    "members",
    "invitations",
    "audit",
    "tries",
    "devices",
    "pictures",
    "items",
    "changes",
    "readings",
    "alarms",
    "doors",
    "controls",
    "shadows",
    "journal",
    "families",
];

/// Deletes all rows of the home; gives what went.
pub(crate) async fn erase(tx: &mut Tx, home: Home) -> Result<Fate, Fault> {
    let fate = Fate::Deleted {
        devices: count(tx, home, "devices").await?,
        items: count(tx, home, "items").await?,
        pictures: count(tx, home, "pictures").await?,
        readings: count(tx, home, "readings").await?,
        lines: count(tx, home, "journal").await?,
    };
    for table in TABLES {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE family = ?")))
            .bind(home.text())
            .execute(tx.on())
            .await?;
    }
    Ok(fate)
}

/// Tables that hold what a home knows by a thing; readings stay.
const OF_A_THING: [&str; 6] = ["pictures", "alarms", "doors", "controls", "shadows", "devices"];

/// Deletes all rows by which the home knows a thing, but for its readings.
pub(crate) async fn erase_thing(tx: &mut Tx, home: Home, thing: &ThingName) -> Result<(), Fault> {
    for table in OF_A_THING {
        let delete = format!("DELETE FROM {table} WHERE family = ? AND thing = ?");
        sqlx::query(sqlx::AssertSqlSafe(delete))
            .bind(home.text())
            .bind(thing.as_str())
            .execute(tx.on())
            .await?;
    }
    Ok(())
}

/// Every picture that a thing took in the home: their bytes go, too.
pub(crate) async fn pictures_of(
    tx: &mut Tx,
    home: Home,
    thing: &ThingName,
) -> Result<Vec<(ThingName, PictureId)>, Fault> {
    let mut all = pictures(tx, home).await?;
    all.retain(|(of, _)| of == thing);
    Ok(all)
}

/// Every picture of the home and the thing that took it: their bytes go, too.
pub(crate) async fn pictures(tx: &mut Tx, home: Home) -> Result<Vec<(ThingName, PictureId)>, Fault> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT thing, picture FROM pictures WHERE family = ? ORDER BY picture")
            .bind(home.text())
            .fetch_all(tx.on())
            .await?;
    rows.into_iter()
        .map(|(thing, picture)| Ok((from_text(&thing)?, from_text(&picture)?)))
        .collect()
}

async fn count(tx: &mut Tx, home: Home, table: &str) -> Result<u64, Fault> {
    let (count,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT COUNT(*) FROM {table} WHERE family = ?"
    )))
    .bind(home.text())
    .fetch_one(tx.on())
    .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}
