//! Which fridge a tablet hangs on, and whether that fridge's word brings it in.

use hearth_contract::Serial;

use super::{Fault, Tx, from_text};

/// Where a tablet says it hangs.
pub(crate) struct Hanging {
    pub fridge: Serial,
    /// The fridge's word is enough; once the family has put the tablet out, it is not.
    pub vouched: bool,
}

/// Notes where a tablet that was just provisioned hangs. Whether its fridge is
/// believed stays as it was.
pub(crate) async fn hang(tx: &mut Tx, tablet: &Serial, fridge: &Serial) -> Result<(), Fault> {
    let vouched = hanging(tx, tablet).await?.is_none_or(|before| before.vouched);
    set(
        tx,
        tablet,
        &Hanging {
            fridge: fridge.clone(),
            vouched,
        },
    )
    .await
}

pub(crate) async fn hanging(tx: &mut Tx, tablet: &Serial) -> Result<Option<Hanging>, Fault> {
    let row: Option<(String, i64)> = sqlx::query_as("SELECT fridge, vouched FROM tablets WHERE serial = ?")
        .bind(tablet.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|(fridge, vouched)| {
        Ok(Hanging {
            fridge: from_text(&fridge)?,
            vouched: vouched != 0,
        })
    })
    .transpose()
}

/// From now on the fridge is believed, or not.
pub(crate) async fn believe(tx: &mut Tx, tablet: &Serial, vouched: bool) -> Result<(), Fault> {
    match hanging(tx, tablet).await? {
        Some(Hanging { fridge, .. }) => set(tx, tablet, &Hanging { fridge, vouched }).await,
        None => Ok(()),
    }
}

async fn set(tx: &mut Tx, tablet: &Serial, hanging: &Hanging) -> Result<(), Fault> {
    sqlx::query("REPLACE INTO tablets (serial, fridge, vouched) VALUES (?, ?, ?)")
        .bind(tablet.as_str())
        .bind(hanging.fridge.as_str())
        .bind(i64::from(hanging.vouched))
        .execute(tx.on())
        .await?;
    Ok(())
}
