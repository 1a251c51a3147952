//! `cargo xtask bench NAME`: measures on release builds and prints one line a
//! figure: `NAME figure value unit goal ok|SHORT`. Exits 1 if any is short.

use std::process::ExitCode;

use hearth_tests::bench::{self, Figure};

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let measured = match name.as_str() {
        // The broker that is measured, in a process of its own.
        "broker-alone" => {
            let folder = std::env::args().nth(2).unwrap_or_default();
            bench::fleet::alone(folder.as_ref()).await.map(|()| Vec::new())
        }
        "broker" => bench::broker::measure().await,
        "devices" => bench::devices::measure().await,
        "start" => bench::start::measure().await,
        "door" => bench::door::measure().await,
        "signin" => bench::signin::measure().await,
        "ui" => bench::ui::measure().await,
        _ => {
            eprintln!("bench: start, door, ui, signin, broker or devices");
            return ExitCode::from(2);
        }
    };
    match measured {
        Ok(figures) => {
            for figure in &figures {
                println!("{name} {figure}");
            }
            if figures.iter().all(Figure::holds) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
