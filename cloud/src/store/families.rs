//! Families and their members.

use hearth_contract::{
    FamilyId, PersonId, Principal, Role,
    device::Hardware,
    family::{Family, Member},
    text::{Name, ZoneName},
};
use jiff::Timestamp;

use super::{Fault, Home, Tx, from_json, from_text, to_json, us};

type Row = (String, String, String, i64);

fn family((id, name, zone, seq): Row, role: Role) -> Result<Family, Fault> {
    Ok(Family {
        id: from_text(&id)?,
        name: Name::parse(&name).map_err(|error| Fault::Broken(error.to_string()))?,
        zone: ZoneName::parse(&zone).map_err(|error| Fault::Broken(error.to_string()))?,
        role,
        seq: u64::try_from(seq).unwrap_or_default(),
    })
}

/// What a new family is made of.
pub(crate) struct Founding<'a> {
    pub id: FamilyId,
    pub name: &'a Name,
    pub zone: &'a ZoneName,
    pub at: Timestamp,
}

/// Writes a new family, without members.
pub(crate) async fn found(tx: &mut Tx, founding: Founding<'_>) -> Result<Home, Fault> {
    sqlx::query("INSERT INTO families (family, name, zone, seq, made_us) VALUES (?, ?, ?, 0, ?)")
        .bind(founding.id.to_string())
        .bind(founding.name.as_str())
        .bind(founding.zone.as_str())
        .bind(us(founding.at))
        .execute(tx.on())
        .await?;
    Ok(Home::of(founding.id))
}

/// The home of a member and what they are in it; `None` for strangers and
/// absent families alike. A tablet is a member of the family that paired it.
/// A guest whose time is over is a stranger.
pub(crate) async fn role(
    tx: &mut Tx,
    family: FamilyId,
    who: &Principal,
    now: Timestamp,
) -> Result<Option<(Home, Role)>, Fault> {
    let home = Home::of(family);
    let person = match who {
        Principal::Person(person) => person,
        Principal::Thing(thing) => {
            let device = super::devices::one(tx, home, thing).await?;
            let is_kiosk = device.is_some_and(|device| device.hardware == Hardware::Tablet);
            return Ok(is_kiosk.then_some((home, Role::Kiosk)));
        }
    };
    let member = member(tx, home, *person).await?.filter(|member| !member.is_over(now));
    Ok(member.map(|member| (home, member.role)))
}

/// A member, even one whose time is over and nobody has noticed.
pub(crate) async fn member(tx: &mut Tx, home: Home, person: PersonId) -> Result<Option<Member>, Fault> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM members WHERE family = ? AND person = ?")
        .bind(home.text())
        .bind(person.to_string())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(body,)| from_json(&body)).transpose()
}

/// Every home a person is in, oldest first.
pub(crate) async fn memberships(tx: &mut Tx, person: PersonId) -> Result<Vec<(Home, Member)>, Fault> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT family, body FROM members WHERE person = ? ORDER BY joined_us, family")
            .bind(person.to_string())
            .fetch_all(tx.on())
            .await?;
    rows.into_iter()
        .map(|(family, body)| Ok((Home::of(from_text(&family)?), from_json(&body)?)))
        .collect()
}

/// The families of a person, oldest first, or the one of a tablet.
pub(crate) async fn of(tx: &mut Tx, who: &Principal, now: Timestamp) -> Result<Vec<Family>, Fault> {
    let person = match who {
        Principal::Person(person) => person,
        Principal::Thing(thing) => {
            let paired = super::devices::paired(tx, thing).await?;
            let kiosk = paired.filter(|(_, device)| device.hardware == Hardware::Tablet);
            return match kiosk {
                Some((home, _)) => Ok(vec![one(tx, home, Role::Kiosk).await?]),
                None => Ok(Vec::new()),
            };
        }
    };
    let rows: Vec<(String, String, String, i64, String)> = sqlx::query_as(
        "SELECT f.family, f.name, f.zone, f.seq, m.body FROM members m \
         JOIN families f ON f.family = m.family WHERE m.person = ? ORDER BY f.made_us, f.family",
    )
    .bind(person.to_string())
    .fetch_all(tx.on())
    .await?;
    let mut families = Vec::with_capacity(rows.len());
    for (id, name, zone, seq, member) in rows {
        let member: Member = from_json(&member)?;
        if !member.is_over(now) {
            families.push(family((id, name, zone, seq), member.role)?);
        }
    }
    Ok(families)
}

/// The family itself, as somebody with this role sees it.
pub(crate) async fn one(tx: &mut Tx, home: Home, role: Role) -> Result<Family, Fault> {
    let row: Row = sqlx::query_as("SELECT family, name, zone, seq FROM families WHERE family = ?")
        .bind(home.text())
        .fetch_one(tx.on())
        .await?;
    family(row, role)
}

/// In the order they joined.
pub(crate) async fn members(tx: &mut Tx, home: Home) -> Result<Vec<Member>, Fault> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM members WHERE family = ? ORDER BY joined_us, person")
        .bind(home.text())
        .fetch_all(tx.on())
        .await?;
    rows.into_iter().map(|(body,)| from_json(&body)).collect()
}

/// Takes somebody in.
pub(crate) async fn join(tx: &mut Tx, home: Home, member: &Member) -> Result<(), Fault> {
    sqlx::query("INSERT INTO members (family, person, joined_us, body) VALUES (?, ?, ?, ?)")
        .bind(home.text())
        .bind(member.person.to_string())
        .bind(us(member.joined_at))
        .bind(to_json(member)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// What a member is from now on.
pub(crate) async fn set_member(tx: &mut Tx, home: Home, member: &Member) -> Result<(), Fault> {
    sqlx::query("UPDATE members SET body = ? WHERE family = ? AND person = ?")
        .bind(to_json(member)?)
        .bind(home.text())
        .bind(member.person.to_string())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Takes somebody out.
pub(crate) async fn part(tx: &mut Tx, home: Home, person: PersonId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM members WHERE family = ? AND person = ?")
        .bind(home.text())
        .bind(person.to_string())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Gives the home another name.
pub(crate) async fn rename(tx: &mut Tx, home: Home, name: &Name) -> Result<(), Fault> {
    sqlx::query("UPDATE families SET name = ? WHERE family = ?")
        .bind(name.as_str())
        .bind(home.text())
        .execute(tx.on())
        .await?;
    Ok(())
}
