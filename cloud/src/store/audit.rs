//! Which lines of the journal the audit list shows, with names as they were.

use hearth_contract::{Role, family::AuditLine, text::Name};

use super::{Fault, Home, Tx, from_json};

/// Marks a line; `name` is what whoever did it is called now.
pub(crate) async fn mark(tx: &mut Tx, home: Home, seq: u64, name: Option<&Name>) -> Result<(), Fault> {
    sqlx::query("INSERT INTO audit (family, seq, name) VALUES (?, ?, ?)")
        .bind(home.text())
        .bind(i64::try_from(seq).unwrap_or(i64::MAX))
        .bind(name.map_or("", Name::as_str))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// What lines are asked for.
pub(crate) struct Page {
    /// Only lines before this number.
    pub before: Option<u64>,
    /// At most so many.
    pub most: u32,
    /// As this role may read them.
    pub role: Role,
}

/// The marked lines, newest first.
pub(crate) async fn lines(tx: &mut Tx, home: Home, page: Page) -> Result<Vec<AuditLine>, Fault> {
    let before = page.before.and_then(|before| i64::try_from(before).ok());
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT j.body, a.name FROM audit a JOIN journal j ON j.family = a.family AND j.seq = a.seq \
         WHERE a.family = ? AND a.seq < ? ORDER BY a.seq DESC LIMIT ?",
    )
    .bind(home.text())
    .bind(before.unwrap_or(i64::MAX))
    .bind(i64::from(page.most))
    .fetch_all(tx.on())
    .await?;
    let line = |(body, name): (String, String)| {
        Ok(AuditLine {
            entry: from_json::<hearth_contract::JournalEntry>(&body)?.read_by(page.role),
            by: Name::parse(&name).ok(),
        })
    };
    rows.into_iter().map(line).collect()
}
