//! `hearth`: the native body of core, one core in one window.
//!
//! It gives the page the same five verbs the hub gives it, by Tauri's IPC, and
//! serves the ui's files and stored pictures from `hearth://localhost`. There
//! is no rule of the product here.

mod body;
mod clock;
mod files;
mod keychain;
mod loopback;
mod verbs;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Parser;
use hearth_core::{Core, CoreConfig};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

use crate::{body::NativeBody, clock::MachineClock, files::SCHEME, loopback::Loopback, verbs::Streams};

/// The one window.
const WINDOW: &str = "main";

/// Hearth.
#[derive(clap::Parser)]
#[command(name = "hearth", about = "Hearth")]
struct Arguments {
    /// The address of the home server or the maker's cloud
    #[arg(
        long,
        value_name = "URL",
        env = "HEARTH_CONNECT",
        default_value = "http://localhost:8420"
    )]
    connect: String,

    /// The folder with the built ui
    #[arg(long, value_name = "DIR", env = "HEARTH_UI")]
    ui: Option<PathBuf>,

    /// The folder that keeps the session and what was synced
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HEARTH_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("hearth: another program part has chosen the cryptography already");
        return ExitCode::FAILURE;
    }
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearth: the window could not open: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> tauri::Result<()> {
    let ui = arguments.ui.unwrap_or_else(files::beside_the_program);
    tauri::Builder::default()
        .register_asynchronous_uri_scheme_protocol(SCHEME, move |context, request, responder| {
            let core = context.app_handle().state::<Core>().inner().clone();
            let ui = ui.clone();
            tauri::async_runtime::spawn(async move {
                responder.respond(files::answer(&core, &ui, request.uri().path()).await);
            });
        })
        .invoke_handler(tauri::generate_handler![
            verbs::call,
            verbs::notices,
            verbs::put,
            verbs::watch,
            verbs::end
        ])
        .setup(move |app| {
            let folder = match arguments.data {
                Some(folder) => folder,
                None => app.path().app_data_dir()?,
            };
            let handle = app.handle().clone();
            let loopback = Loopback::new(move |query| come_back(&handle, query));
            let body = Arc::new(NativeBody::new(folder, loopback));
            let config = CoreConfig {
                endpoints_url: arguments.connect.clone(),
                clock: Arc::new(MachineClock),
                root_pem: None,
            };
            app.manage(Core::new(body, config));
            app.manage(Streams::default());
            let address = format!("{SCHEME}://localhost/").parse()?;
            WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::CustomProtocol(address))
                .title("Hearth")
                .inner_size(1280.0, 800.0)
                .min_inner_size(360.0, 600.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

/// The window's page takes a sign-on provider's answer from its fragment.
fn come_back(app: &AppHandle, query: &str) {
    let address = format!("{SCHEME}://localhost/sign-on#{query}").parse();
    let (Some(window), Ok(address)) = (app.get_webview_window(WINDOW), address) else {
        return tracing::error!("there is no window to come back to");
    };
    if let Err(error) = window.navigate(address).and_then(|()| window.set_focus()) {
        tracing::error!(%error, "the window does not take an answer");
    }
}
