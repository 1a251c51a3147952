//! Who may do what, walked: every command of the contract, by everybody there
//! is, with real tokens and real signatures through the real router. What is
//! expected is written out in `expected`, not read from the table under test.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "matrix/deeds.rs"]
mod deeds;
#[path = "matrix/expected.rs"]
mod expected;
#[path = "matrix/house.rs"]
mod house;
#[path = "matrix/stage.rs"]
mod stage;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use hearth_contract::{Failure, Reason, features, rest::RestCall};

use expected::{Cell, EXPECTED, WHO};
use stage::Stage;

/// The stream of a live view is no command, but a door like the others.
const WATCH: &str = "live.watch";

/// Makes the call, and looks at the answer and at what is stored.
async fn try_cell(stage: &Stage, name: &str, n: usize, cell: Cell) -> Result<()> {
    let deed = deeds::prepare(stage, name, n).await.context("preparing it")?;
    let before = stage.house.kept().await?;
    let (status, body) = stage.house.send(deed.by.as_ref(), &deed.call).await?;
    let reason = match cell {
        Cell::Done => {
            ensure!(status == 200, "must succeed: {status} {body}");
            return Ok(());
        }
        Cell::Lacks => Reason::PowerMissing,
        Cell::Absent => Reason::Absent,
    };
    let failure: Failure = serde_json::from_str(&body)?;
    ensure!(failure.reason == reason, "must be refused as {reason:?}: {body}");
    ensure!(stage.house.kept().await? == before, "what is refused changes nothing");
    Ok(())
}

#[tokio::test]
async fn every_command_does_for_everybody_what_is_written_down_here() -> Result<()> {
    let stage = Stage::set().await?;
    let named: BTreeSet<&str> = EXPECTED.iter().map(|(name, _)| *name).collect();
    let known: BTreeSet<&str> = features::all()
        .iter()
        .filter(|entry| entry.goes.route().is_some())
        .map(|entry| entry.name)
        .chain([WATCH])
        .collect();
    assert_eq!(named, known, "each command has its line, and each line its command");
    let mut wrong = Vec::new();
    for (name, cells) in EXPECTED {
        for (n, cell) in cells.iter().enumerate() {
            if let Err(error) = try_cell(&stage, name, n, *cell).await {
                wrong.push(format!("{name} by {}: {error:#}", WHO[n]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn nobody_does_anything_without_proof_or_with_somebody_elses() -> Result<()> {
    let stage = Stage::set().await?;
    let before = stage.house.kept().await?;
    for (name, _) in EXPECTED.iter().filter(|(name, _)| *name != WATCH) {
        let entry = features::all().into_iter().find(|entry| entry.name == *name).unwrap();
        let call: RestCall = (entry.rest)((entry.sample)())?.unwrap();
        let mut forged = stage.cast[0].clone();
        forged.spoil();
        for by in [None, Some(&forged), Some(&stage.id_token)] {
            let (status, body) = stage.house.send(by, &call).await?;
            assert_eq!(status, 401, "{name}: {body}");
        }
    }
    ensure!(stage.house.kept().await? == before, "something changed");
    Ok(())
}
