//! Everything a store holds, as text: to be compared before and after.

use std::{collections::BTreeMap, path::Path};

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

/// The rows of every table, by its name.
pub type Tables = BTreeMap<String, Vec<String>>;

/// Reads all tables of an SQLite file.
///
/// # Errors
/// The file can't be read, or is none.
pub async fn read(path: &Path) -> Result<Tables, sqlx::Error> {
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let names: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .fetch_all(&mut file)
        .await?;
    let mut tables = Tables::new();
    for (name,) in names {
        let columns: Vec<(String,)> = sqlx::query_as("SELECT name FROM pragma_table_info(?)")
            .bind(&name)
            .fetch_all(&mut file)
            .await?;
        let whole: Vec<String> = columns.iter().map(|(column,)| format!("quote({column})")).collect();
        let sql = format!("SELECT {} FROM {name} ORDER BY 1", whole.join(" || ',' || "));
        let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut file).await?;
        tables.insert(name, rows.into_iter().map(|(row,)| row).collect());
    }
    file.close().await?;
    Ok(tables)
}
