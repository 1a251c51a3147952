//! Accessibility: axe-core on the page as it is.

use anyhow::{Result, ensure};

use crate::{browser::Browser, programs::named};

/// Finds no violation on the page, or says which and where.
///
/// # Errors
/// There is one, or axe is missing.
pub async fn clean(browser: &Browser, page: &str) -> Result<()> {
    let source = std::fs::read_to_string(named("HEARTH_AXE")?)?;
    browser.run(&source).await?;
    let script = "const done = arguments[arguments.length - 1]; \
        axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations.map(v => \
        v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' — ' + n.failureSummary).join(' | '))))";
    let found = browser.client.execute_async(script, vec![]).await?;
    let found: Vec<String> = serde_json::from_value(found)?;
    ensure!(found.is_empty(), "{page}:\n{}", found.join("\n"));
    Ok(())
}
