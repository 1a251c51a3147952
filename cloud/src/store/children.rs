//! Which fridge a device belongs to, the tablet in its door and the appliance
//! behind it, and whether that fridge's word brings it in.

use hearth_contract::Serial;

use super::{Fault, Tx, from_text};

/// Whose a device is.
pub(crate) struct Belongs {
    pub fridge: Serial,
    /// The fridge's word is enough; once the family has put the device out, it is not.
    pub vouched: bool,
}

/// Notes whose a device is: a tablet says so itself when it is provisioned, of
/// an appliance its fridge does. Whether the fridge is believed stays as it was.
pub(crate) async fn belong(tx: &mut Tx, child: &Serial, fridge: &Serial) -> Result<(), Fault> {
    let vouched = parent(tx, child).await?.is_none_or(|before| before.vouched);
    set(
        tx,
        child,
        &Belongs {
            fridge: fridge.clone(),
            vouched,
        },
    )
    .await
}

pub(crate) async fn parent(tx: &mut Tx, child: &Serial) -> Result<Option<Belongs>, Fault> {
    let row: Option<(String, i64)> = sqlx::query_as("SELECT fridge, vouched FROM children WHERE serial = ?")
        .bind(child.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(fridge, vouched)| {
        Ok(Belongs {
            fridge: from_text(&fridge)?,
            vouched: vouched != 0,
        })
    })
    .transpose()
}

/// From now on the fridge is believed, or not.
pub(crate) async fn believe(tx: &mut Tx, child: &Serial, vouched: bool) -> Result<(), Fault> {
    match parent(tx, child).await? {
        Some(Belongs { fridge, .. }) => set(tx, child, &Belongs { fridge, vouched }).await,
        None => Ok(()),
    }
}

async fn set(tx: &mut Tx, child: &Serial, belongs: &Belongs) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO children (serial, fridge, vouched) VALUES (?, ?, ?)")
        .bind(child.as_str())
        .bind(belongs.fridge.as_str())
        .bind(i64::from(belongs.vouched))
        .execute(tx.on())
        .await?;
    Ok(())
}
