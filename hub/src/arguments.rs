//! The command line.

use std::path::PathBuf;

/// Hearth's home server.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "hearth-hub", about = "Hearth's home server")]
pub struct Arguments {
    /// The folder that keeps everything of this home
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,

    /// The port for people, on this machine only
    #[arg(long, value_name = "N", default_value_t = 8420)]
    pub port: u16,

    /// The folder with the built ui
    #[arg(long, value_name = "DIR")]
    pub ui: Option<PathBuf>,

    /// Adds a fridge and a meter that are simulated, a demo account, and their controls
    #[arg(long)]
    pub simulated: bool,

    /// Nobody lives in the simulated home: its door moves only by its controls
    #[arg(long, requires = "simulated")]
    pub quiet: bool,

    /// The simulated meter replays a recorded household: a Parquet file with home, interval_start and kwh
    #[cfg(feature = "replay")]
    #[arg(long, requires = "simulated", value_name = "FILE")]
    pub replay: Option<PathBuf>,
}
