//! What keeps a home from starting: one clear line and what to do.

use std::{fmt, io, path::PathBuf};

/// Why the home did not start.
#[derive(Debug)]
pub enum Trouble {
    /// The port is in use.
    PortTaken(u16),
    /// The port can't be opened.
    Port(u16, io::Error),
    /// The data folder can't be made or written.
    Folder(PathBuf, io::Error),
    /// A file of the data folder is not what it should be.
    Damaged(PathBuf, String),
    /// The mail server is not set as it must be.
    Mail(String),
    /// The file of sign-on providers is none.
    SignOn(PathBuf, String),
    /// The maker's list of serial numbers is none, or not the maker's.
    Serials(PathBuf, String),
    /// A server of the home did not start.
    Server(&'static str, String),
    /// The operating system gave no threads or signals.
    Runtime(io::Error),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortTaken(port) => {
                write!(
                    f,
                    "port {port} is in use: close what uses it, or choose another with --port N"
                )
            }
            Self::Port(port, error) => write!(f, "port {port} can't be opened ({error}): choose another with --port N"),
            Self::Folder(path, error) => write!(
                f,
                "the data folder {} can't be written ({error}): mend its rights, or choose another with --data DIR",
                path.display()
            ),
            Self::Damaged(path, what) => write!(
                f,
                "{} can't be read ({what}): put back a copy, or start anew with --data DIR on an empty folder",
                path.display()
            ),
            Self::Mail(why) => write!(
                f,
                "letters can't be sent ({why}): correct HEARTH_SMTP_URL and HEARTH_MAIL_FROM, or set neither to have them printed here"
            ),
            Self::SignOn(path, what) => write!(
                f,
                "{} names no sign-on providers ({what}): mend it, or start without --sign-on",
                path.display()
            ),
            Self::Serials(path, what) => write!(
                f,
                "{} is no list of serial numbers ({what}): put the maker's list there, with its signature beside it",
                path.display()
            ),
            Self::Server(name, why) => write!(f, "{name} did not start: {why}"),
            Self::Runtime(error) => write!(f, "the system gives no threads or signals: {error}"),
        }
    }
}

impl std::error::Error for Trouble {}
