//! What the machine must have before the project builds and runs on it.
//!
//! Looks first and installs only what is missing, saying so in one line. As root
//! it installs; otherwise it prints the one command and stops. It never touches
//! the Rust toolchain itself.

mod apt;
mod tools;
mod wasm;

use crate::place::Place;
use anyhow::Result;
use apt::{Need, There};

pub use tools::Tools;
pub use wasm::WasmRust;

/// What compiling our dependencies takes: ring, SQLite and OpenH264 are C and C++.
const COMPILER: &[Need] = &[Need {
    what: "a C and C++ compiler",
    packages: &["build-essential"],
    there: There::Programs(&["cc", "c++"]),
}];

/// What the native window is made of, to build and to run.
const WINDOW: &[Need] = &[
    Need {
        what: "pkg-config",
        packages: &["pkg-config"],
        there: There::Programs(&["pkg-config"]),
    },
    Need {
        what: "the libraries of the native window",
        packages: &[
            "libwebkit2gtk-4.1-dev",
            "libxdo-dev",
            "libayatana-appindicator3-dev",
            "librsvg2-dev",
        ],
        there: There::Packages,
    },
    Need {
        what: "what the window plays video with",
        packages: &["gstreamer1.0-plugins-good", "gstreamer1.0-libav"],
        there: There::Packages,
    },
];

/// The browser of the journeys and of the bench.
const BROWSER: &[Need] = &[Need {
    what: "Chromium and its driver",
    packages: &["chromium", "chromium-driver"],
    there: There::Programs(&["chromium", "chromedriver"]),
}];

/// What else the journeys need: a display and a bus of their own, the window's
/// driver, and a font that has Chinese.
const JOURNEYS: &[Need] = &[
    Need {
        what: "a virtual display",
        packages: &["xvfb", "xauth"],
        there: There::Programs(&["Xvfb", "xvfb-run", "xauth"]),
    },
    Need {
        what: "a message bus of its own",
        packages: &["dbus"],
        there: There::Programs(&["dbus-run-session"]),
    },
    Need {
        what: "a keychain",
        packages: &["gnome-keyring"],
        there: There::Programs(&["gnome-keyring-daemon"]),
    },
    Need {
        what: "the driver of the native window",
        packages: &["webkit2gtk-driver"],
        there: There::Programs(&["WebKitWebDriver"]),
    },
    Need {
        what: "fonts with Chinese",
        packages: &["fonts-noto-cjk"],
        there: There::Packages,
    },
];

/// What ours is measured beside.
const PEERS: &[Need] = &[Need {
    what: "a broker to measure ours beside",
    packages: &["mosquitto"],
    there: There::Programs(&["mosquitto"]),
}];

/// What other people's clients run on, and what fetches them.
const CLIENTS: &[Need] = &[
    Need {
        what: "Node and npm, which bring axe-core and clients in JavaScript",
        packages: &["nodejs", "npm"],
        there: There::Programs(&["node", "npm"]),
    },
    Need {
        what: "Python with environments, for clients in Python",
        packages: &["python3", "python3-venv"],
        there: There::Answers("python3", &["-c", "import venv, ensurepip"]),
    },
];

/// Makes sure that the hub and the ui can be built.
///
/// # Errors
/// One line with the command to run when something is missing and can't be
/// installed from here.
pub fn for_ui(_place: &Place) -> Result<()> {
    apt::provide(&[COMPILER])?;
    wasm::provide()?;
    Ok(())
}

/// Makes sure that `run` has what it needs; the window's libraries only with `window`.
///
/// # Errors
/// As [`for_ui`].
pub fn for_run(place: &Place, window: bool) -> Result<()> {
    if window {
        apt::provide(&[COMPILER, WINDOW])?;
    }
    for_ui(place)
}

/// Makes sure that a release can be measured: the doors are watched in a browser,
/// and the broker beside mosquitto.
///
/// # Errors
/// As [`for_ui`].
pub fn for_bench(place: &Place) -> Result<()> {
    apt::provide(&[BROWSER, PEERS])?;
    for_ui(place)
}

/// Makes sure that every ring of tests can run, and leaves their tools in the target folder.
///
/// # Errors
/// As [`for_ui`]; a missing browser or driver is a failure, never a skip.
pub fn for_tests(place: &Place) -> Result<()> {
    apt::provide(&[COMPILER, WINDOW, BROWSER, JOURNEYS, CLIENTS])?;
    wasm::provide()?;
    Tools::at(place).provide(place)
}
