//! What the window loads: the ui's files and stored pictures, from one origin.

use std::path::{Component, Path, PathBuf};

use hearth_contract::{FamilyId, PictureId};
use hearth_core::Core;
use tauri::http::{Response, StatusCode, header};

/// The scheme of the window's one origin.
pub const SCHEME: &str = "hearth";
/// Stored pictures: `/src/{family}/{picture}`.
const PICTURES: &str = "/src/";

/// What the page may load: its own files, compiled wasm, blobs, and Tauri's IPC.
/// Written out in `docs/security.md`.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' ipc: http://ipc.localhost; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The ui's files of an installed program.
#[must_use]
pub fn beside_the_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let folder = program.parent().unwrap_or(Path::new("."));
    let installed = folder.join("../share/hearth/ui");
    if installed.is_dir() {
        installed
    } else {
        folder.join("../ui")
    }
}

/// Answers one request of the window.
pub async fn answer(core: &Core, ui: &Path, path: &str) -> Response<Vec<u8>> {
    match path.strip_prefix(PICTURES) {
        Some(picture) => picture_of(core, picture)
            .await
            .unwrap_or_else(|| plain(StatusCode::NOT_FOUND)),
        None => file_of(ui, path).await,
    }
}

async fn picture_of(core: &Core, path: &str) -> Option<Response<Vec<u8>>> {
    let (family, picture) = path.split_once('/')?;
    let family: FamilyId = family.parse().ok()?;
    let picture: PictureId = picture.parse().ok()?;
    let picture = core.src(family, picture).await.ok()?;
    respond(picture.bytes.to_vec(), picture.content_type)
}

async fn file_of(ui: &Path, path: &str) -> Response<Vec<u8>> {
    let wanted = Path::new(path.trim_start_matches('/'));
    let inside = wanted.components().all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return plain(StatusCode::NOT_FOUND);
    }
    let page = ui.join("index.html");
    let file = if wanted.extension().is_some() {
        ui.join(wanted)
    } else {
        page
    };
    match tokio::fs::read(&file).await {
        Ok(bytes) => respond(bytes, kind(&file)).unwrap_or_else(|| plain(StatusCode::INTERNAL_SERVER_ERROR)),
        Err(_) => plain(StatusCode::NOT_FOUND),
    }
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

fn respond(bytes: Vec<u8>, kind: &str) -> Option<Response<Vec<u8>>> {
    Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(bytes)
        .ok()
}

fn plain(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
