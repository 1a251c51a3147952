//! Clients that others wrote, against a home as its people start it: the right
//! password is taken, the wrong one refused, and every flow they know goes through.
//!
//! What a client does is in its script in `tests/clients`; each gets a hub of
//! its own, because tries are counted by the home as a whole.

use anyhow::{Context, Result, ensure};
use hearth_tests::{foreign, hub::Hub};

mod clients {
    mod abroad;
    mod device;
    mod edge;
    mod openid;
    mod passkey;
}

/// Runs a script; answers the number its output begins with.
async fn count(script: &str) -> Result<u32> {
    let hub = Hub::start().await?;
    let said = foreign::run(script, &hub).await?;
    let first = said.split_whitespace().next().context("it counted nothing")?;
    first.parse().with_context(|| format!("no number: {said}"))
}

async fn walk(script: &str) -> Result<()> {
    let hub = Hub::start().await?;
    foreign::run(script, &hub).await.map(drop)
}

#[tokio::test]
async fn pycognito_proves_fifty_passwords_and_is_refused_the_wrong_ones() -> Result<()> {
    let signed_in = count("srp.py").await?;
    ensure!(signed_in >= 50, "only {signed_in} sign-ins");
    Ok(())
}

#[tokio::test]
async fn amazons_browser_client_lives_through_an_account() -> Result<()> {
    let signed_in = count("accounts.mjs").await?;
    ensure!(signed_in >= 12, "only {signed_in} sign-ins");
    Ok(())
}

#[tokio::test]
async fn boto3_lives_through_an_account() -> Result<()> {
    walk("accounts.py").await
}

#[tokio::test]
async fn boto3_is_lent_credentials_for_its_own_token_only() -> Result<()> {
    walk("lent.py").await
}

#[tokio::test]
async fn amazons_verifier_takes_our_tokens_for_their_own_use_only() -> Result<()> {
    walk("tokens.mjs").await
}
