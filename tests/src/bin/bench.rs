//! `cargo xtask bench NAME`: measures on release builds and prints one line a
//! figure: `NAME figure value unit goal ok|SHORT`. Exits 1 if any is short.

use std::process::ExitCode;

use hearth_tests::bench::{self, Figure};

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let measured = match name.as_str() {
        "start" => bench::start::measure().await,
        "door" => bench::door::measure().await,
        "signin" => bench::signin::measure().await,
        "ui" => bench::ui::measure().await,
        _ => {
            eprintln!("bench: start, door, ui or signin");
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
