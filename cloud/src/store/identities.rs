//! Which inbox topics a person listens on.

use hearth_contract::{IdentityId, PersonId};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_text, us};

/// Inboxes a person may have; the ones not heard of for longest go first.
const MOST: i64 = 8;

/// Registers an identity; `false` if it is another person's.
pub(crate) async fn listen(tx: &mut Tx, person: PersonId, identity: &IdentityId, at: Timestamp) -> Result<bool, Fault> {
    let owner: Option<(String,)> = sqlx::query_as("SELECT person FROM identities WHERE identity = ?")
        .bind(identity.as_str())
        .fetch_optional(tx.on())
        .await?;
    if owner.is_some_and(|(owner,)| owner != person.to_string()) {
        return Ok(false);
    }
    sqlx::query("REPLACE INTO identities (identity, person, heard_us) VALUES (?, ?, ?)")
        .bind(identity.as_str())
        .bind(person.to_string())
        .bind(us(at))
        .execute(tx.on())
        .await?;
    let stale: Vec<(String,)> = sqlx::query_as(
        "SELECT identity FROM identities WHERE person = ? ORDER BY heard_us DESC, identity LIMIT 1000 OFFSET ?",
    )
    .bind(person.to_string())
    .bind(MOST)
    .fetch_all(tx.on())
    .await?;
    for (identity,) in stale {
        sqlx::query("DELETE FROM identities WHERE identity = ?")
            .bind(identity)
            .execute(tx.on())
            .await?;
    }
    Ok(true)
}

/// The inboxes of all members.
pub(crate) async fn of_home(tx: &mut Tx, home: Home) -> Result<Vec<(PersonId, IdentityId)>, Fault> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT i.person, i.identity FROM members m JOIN identities i ON i.person = m.person WHERE m.family = ?",
    )
    .bind(home.text())
    .fetch_all(tx.on())
    .await?;
    rows.into_iter()
        .map(|(person, identity)| Ok((from_text(&person)?, from_text(&identity)?)))
        .collect()
}
