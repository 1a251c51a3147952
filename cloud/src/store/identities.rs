//! Which inbox topics the members of a home listen on: a person on those they
//! registered, a tablet on the one of its own name.

use hearth_contract::{IdentityId, PersonId, Principal, Role, device::Hardware, family::Member, things};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_json, from_text, us};

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

/// Where a member hears what happens.
#[derive(Clone)]
pub(crate) struct Inbox {
    /// Who hears.
    pub of: Principal,
    /// As what they read.
    pub role: Role,
    /// The topic.
    pub topic: String,
}

/// The inboxes of all members; not of guests whose time is over.
pub(crate) async fn of_home(tx: &mut Tx, home: Home, now: Timestamp) -> Result<Vec<Inbox>, Fault> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.body, i.identity FROM members m JOIN identities i ON i.person = m.person WHERE m.family = ?",
    )
    .bind(home.text())
    .fetch_all(tx.on())
    .await?;
    let mut inboxes = Vec::with_capacity(rows.len());
    for (member, identity) in rows {
        let member: Member = from_json(&member)?;
        if member.is_over(now) {
            continue;
        }
        inboxes.push(Inbox {
            of: Principal::Person(member.person),
            role: member.role,
            topic: things::inbox(&from_text::<IdentityId>(&identity)?),
        });
    }
    let devices = super::devices::all(tx, home).await?;
    let tablets = devices.into_iter().filter(|device| device.hardware == Hardware::Tablet);
    inboxes.extend(tablets.map(|tablet| Inbox {
        topic: things::thing_inbox(&tablet.thing),
        of: Principal::Thing(tablet.thing),
        role: Role::Kiosk,
    }));
    Ok(inboxes)
}

/// The inboxes of one person, as somebody with this role reads them.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId, role: Role) -> Result<Vec<Inbox>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT identity FROM identities WHERE person = ?")
        .bind(person.to_string())
        .fetch_all(tx.on())
        .await?;
    rows.into_iter()
        .map(|(identity,)| {
            Ok(Inbox {
                of: Principal::Person(person),
                role,
                topic: things::inbox(&from_text::<IdentityId>(&identity)?),
            })
        })
        .collect()
}

/// Forgets where a person listened, and the codes they tried.
pub(crate) async fn forget_person(tx: &mut Tx, person: PersonId) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM identities WHERE person = ?",
        "DELETE FROM wrong_codes WHERE person = ?",
    ] {
        sqlx::query(sql).bind(person.to_string()).execute(tx.on()).await?;
    }
    Ok(())
}
