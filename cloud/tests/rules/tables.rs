//! Everything the store holds, as text: to be compared before and after.

use std::collections::BTreeMap;

use sqlx::{Connection, SqliteConnection};

use crate::support::House;

/// The rows of every table, by its name.
pub type Tables = BTreeMap<String, Vec<String>>;

/// Reads all tables of the house's file.
pub async fn read(house: &House) -> Tables {
    let path = house.folder.path().join("hearth.sqlite");
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    let names: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .fetch_all(&mut file)
        .await
        .unwrap();
    let mut tables = Tables::new();
    for (name,) in names {
        let columns: Vec<(String,)> = sqlx::query_as("SELECT name FROM pragma_table_info(?)")
            .bind(&name)
            .fetch_all(&mut file)
            .await
            .unwrap();
        let whole: Vec<String> = columns.iter().map(|(column,)| format!("quote({column})")).collect();
        let sql = format!("SELECT {} FROM {name} ORDER BY 1", whole.join(" || ',' || "));
        let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut file)
            .await
            .unwrap();
        tables.insert(name, rows.into_iter().map(|(row,)| row).collect());
    }
    file.close().await.unwrap();
    tables
}
