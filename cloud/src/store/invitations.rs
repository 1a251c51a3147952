//! Invitations and the codes that were none. A code itself is never stored.

use hearth_contract::{InvitationId, PersonId, family::Invitation};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_json, from_text, from_us, to_json, us};

/// An invitation, whatever became of it.
pub(crate) struct Kept {
    pub home: Home,
    pub invitation: Invitation,
    pub revoked: bool,
}

pub(crate) async fn add(tx: &mut Tx, home: Home, invitation: &Invitation, digest: &str) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO invitations \
         (family, invitation, digest, made_us, expires_us, revoked_us, most, used, body) \
         VALUES (?, ?, ?, ?, ?, 0, ?, 0, ?)",
    )
    .bind(home.text())
    .bind(invitation.id.to_string())
    .bind(digest)
    .bind(us(invitation.made_at))
    .bind(us(invitation.expires_at))
    .bind(i64::from(invitation.uses.get()))
    .bind(to_json(invitation)?)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Those that still let somebody in, newest first.
pub(crate) async fn open(tx: &mut Tx, home: Home, now: Timestamp) -> Result<Vec<Invitation>, Fault> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT used, body FROM invitations \
         WHERE family = ? AND revoked_us = 0 AND used < most AND expires_us > ? ORDER BY made_us DESC, invitation",
    )
    .bind(home.text())
    .bind(us(now))
    .fetch_all(tx.on())
    .await?;
    rows.into_iter().map(|(used, body)| invitation(used, &body)).collect()
}

/// The invitation with this code's digest, whichever family it leads into.
pub(crate) async fn of_code(tx: &mut Tx, digest: &str) -> Result<Option<Kept>, Fault> {
    let row: Option<(String, i64, i64, String)> =
        sqlx::query_as("SELECT family, revoked_us, used, body FROM invitations WHERE digest = ?")
            .bind(digest)
            .fetch_optional(tx.on())
            .await?;
    row.map(|(family, revoked, used, body)| {
        Ok(Kept {
            home: Home::of(from_text(&family)?),
            invitation: invitation(used, &body)?,
            revoked: revoked != 0,
        })
    })
    .transpose()
}

/// Counts a use; `false` if there is none left.
pub(crate) async fn use_one(tx: &mut Tx, home: Home, id: InvitationId) -> Result<bool, Fault> {
    let done =
        sqlx::query("UPDATE invitations SET used = used + 1 WHERE family = ? AND invitation = ? AND used < most")
            .bind(home.text())
            .bind(id.to_string())
            .execute(tx.on())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes it back; `false` if it is not there or was taken back before.
pub(crate) async fn revoke(tx: &mut Tx, home: Home, id: InvitationId, at: Timestamp) -> Result<bool, Fault> {
    let done =
        sqlx::query("UPDATE invitations SET revoked_us = ? WHERE family = ? AND invitation = ? AND revoked_us = 0")
            .bind(us(at))
            .bind(home.text())
            .bind(id.to_string())
            .execute(tx.on())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether this home has, or had, that invitation.
pub(crate) async fn is_there(tx: &mut Tx, home: Home, id: InvitationId) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT invitation FROM invitations WHERE family = ? AND invitation = ?")
            .bind(home.text())
            .bind(id.to_string())
            .fetch_optional(tx.on())
            .await?;
    Ok(row.is_some())
}

/// Forgets what nobody will ask about any more: until then each has its own answer.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM invitations WHERE expires_us < ?",
        "DELETE FROM wrong_codes WHERE at_us < ?",
    ] {
        sqlx::query(sql).bind(us(before)).execute(tx.on()).await?;
    }
    Ok(())
}

/// Counts a code that was no invitation's.
pub(crate) async fn note_wrong(tx: &mut Tx, person: PersonId, at: Timestamp) -> Result<(), Fault> {
    sqlx::query("INSERT INTO wrong_codes (person, at_us) VALUES (?, ?)")
        .bind(person.to_string())
        .bind(us(at))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The instants of a person's wrong codes since then, oldest first.
pub(crate) async fn wrong(tx: &mut Tx, person: PersonId, since: Timestamp) -> Result<Vec<Timestamp>, Fault> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT at_us FROM wrong_codes WHERE person = ? AND at_us > ? ORDER BY at_us")
            .bind(person.to_string())
            .bind(us(since))
            .fetch_all(tx.on())
            .await?;
    rows.into_iter().map(|(at,)| from_us(at)).collect()
}

fn invitation(used: i64, body: &str) -> Result<Invitation, Fault> {
    Ok(Invitation {
        used: u32::try_from(used).unwrap_or(u32::MAX),
        ..from_json(body)?
    })
}
