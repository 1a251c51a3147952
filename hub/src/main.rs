//! `hearth-hub`: the home server.
//!
//! Reads its arguments, starts the home and serves until it is told to stop.
//! What it is made of is in the library; this file only speaks to the person
//! who started it.

use std::process::ExitCode;

use clap::Parser;
use hearth_hub::{arguments::Arguments, house::House, trouble::Trouble};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HEARTH_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,mqtt5=error")),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("hearth: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Trouble::Runtime)?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        let house = House::open(arguments).await?;
        house.greet();
        stop.await;
        eprintln!("hearth: closing");
        house.close().await;
        Ok(())
    })
}

/// Ready when the person, or the system, wants the home to end.
fn stop_signal() -> Result<impl Future<Output = ()>, Trouble> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Trouble::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Trouble::Runtime)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
