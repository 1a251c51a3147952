//! `cargo xtask`: everything one does with the project, behind one command.
//!
//! Depends on no room of the project; it builds them and starts their binaries,
//! so that the first line appears at once. Every failure is one line that says
//! what to do, and exit code 1.

mod bench;
mod pack;
mod place;
mod run;
mod setup;
mod step;
mod test;
mod tidy;
mod ui;

use anyhow::{Result, bail};
use place::Place;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask VERB

  run [--browser] [--fresh] [--data DIR] [--port N] [--release]
                       build and start a living home; without a display or with
                       --browser it serves and prints the address
  test [RING ...]      every ring, or some: tidy language rules adapters surface
                       clients journeys window
  ui [--release|--dev] build the ui for the browser into target/ui
  tidy                 the rules that can be read off the sources
  bench NAME           measure a release build; without a name it lists them
  setup [--browser|--test]
                       install what the other verbs need, and nothing else";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match obey(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[String]) -> Result<ExitCode> {
    let Some((verb, rest)) = words.split_first() else {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    let place = Place::find()?;
    match verb.as_str() {
        "run" => run::run(&place, &run::Wish::read(rest)?),
        "window" => run::window::accompany(rest),
        "test" => test::test(&place, rest),
        "ui" => {
            let mode = ui::Mode::read(rest)?;
            setup::for_ui(&place)?;
            ui::build(&place, mode)?;
            Ok(ExitCode::SUCCESS)
        }
        "tidy" => tidy::tidy(&place),
        "bench" => bench::bench(&place, rest),
        "setup" => {
            match rest.first().map(String::as_str) {
                Some("--test") => setup::for_tests(&place)?,
                Some("--browser") => setup::for_ui(&place)?,
                None => setup::for_run(&place, run::has_display())?,
                Some(other) => bail!("setup knows --browser and --test, not {other}"),
            }
            println!("everything is there");
            Ok(ExitCode::SUCCESS)
        }
        "pack" => pack::pack(rest),
        "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no verb `{other}`; `cargo xtask help` lists them"),
    }
}
