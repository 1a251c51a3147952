//! The food that is in.

use hearth_contract::{FoodKey, ItemId, pantry::Item};

use super::{Fault, Home, Tx, from_json, to_json};

pub(crate) async fn all(tx: &mut Tx, home: Home) -> Result<Vec<Item>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM items WHERE family = ?")
        .bind(home.text())
        .fetch_all(tx.on())
        .await?;
    rows.into_iter().map(|(body,)| from_json(&body)).collect()
}

pub(crate) async fn one(tx: &mut Tx, home: Home, item: ItemId) -> Result<Option<Item>, Fault> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM items WHERE family = ? AND item = ?")
        .bind(home.text())
        .bind(item.to_string())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(body,)| from_json(&body)).transpose()
}

/// The items of a food, oldest first.
pub(crate) async fn of_food(tx: &mut Tx, home: Home, food: &FoodKey) -> Result<Vec<Item>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM items WHERE family = ? AND food = ?")
        .bind(home.text())
        .bind(food.as_str())
        .fetch_all(tx.on())
        .await?;
    let mut items: Vec<Item> = rows
        .into_iter()
        .map(|(body,)| from_json(&body))
        .collect::<Result<_, _>>()?;
    items.sort_by_key(|item| (item.added_at, item.id));
    Ok(items)
}

/// Writes an item, new or changed.
pub(crate) async fn set(tx: &mut Tx, home: Home, item: &Item) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO items (family, item, food, body) VALUES (?, ?, ?, ?)")
        .bind(home.text())
        .bind(item.id.to_string())
        .bind(item.food.as_ref().map_or("", FoodKey::as_str))
        .bind(to_json(item)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

pub(crate) async fn remove(tx: &mut Tx, home: Home, item: ItemId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM items WHERE family = ? AND item = ?")
        .bind(home.text())
        .bind(item.to_string())
        .execute(tx.on())
        .await?;
    Ok(())
}
