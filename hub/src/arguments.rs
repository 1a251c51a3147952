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

    /// A JSON file of providers people may sign in by: a list of name, issuer, client
    #[arg(long, value_name = "FILE", env = "HEARTH_SIGN_ON")]
    pub sign_on: Option<PathBuf>,

    /// Offers the home's own sign-in page as one of them, as other apps see it
    #[arg(long)]
    pub sign_on_here: bool,

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

    /// The maker's list of what it has built: a CSV file with serial and hardware
    /// (FR, MW, EM, KT), its signature beside it as FILE.sig; nothing else comes in
    #[arg(long, requires = "serials_key", conflicts_with = "simulated", value_name = "FILE")]
    pub serials: Option<PathBuf>,

    /// The maker's public key that signs the list (PEM, Ed25519)
    #[arg(long, requires = "serials", value_name = "FILE")]
    pub serials_key: Option<PathBuf>,

    /// A folder of releases for this home's devices: each file with what its maker
    /// signed beside it as FILE.json; the newest goes from device to device
    #[arg(long, value_name = "DIR")]
    pub releases: Option<PathBuf>,

    /// Who takes the letters of this home
    #[command(flatten)]
    pub mail: Mail,
}

/// How letters are sent; without it they are printed and kept in the data folder.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Mail {
    /// The mail server: smtps://user:password@host, or smtp://…?tls=required
    #[arg(long, env = "HEARTH_SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<String>,

    /// Who writes, as `Hearth <hearth@example.org>`
    #[arg(long, env = "HEARTH_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
}
