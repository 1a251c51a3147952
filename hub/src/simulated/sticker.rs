//! What is printed on the simulated devices, and the button beside it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use hearth_contract::{Failure, Reason, pairing::Code};
use hearth_edge::{
    Agent,
    fridge::screen,
    simulated::{Appliance, label},
};

use super::{Controls, Refused, from_our_page, picture};

/// The routes, to be merged into the page's.
pub fn router() -> Router<Arc<Controls>> {
    Router::new()
        .route("/simulated/{device}/sticker.png", get(sticker))
        .route("/simulated/{device}/label.png", get(barred))
        .route("/simulated/{device}/button", post(press))
}

/// The devices that nobody brings in for you.
fn printed(controls: &Controls, device: &str) -> Result<(Agent, Code), Failure> {
    let of = |device: &dyn Appliance| (device.agent().clone(), Code::Sticker(device.sticker()));
    match device {
        "fridge" => Ok(of(&controls.fridge)),
        "meter" => Ok(of(&controls.meter)),
        _ => Err(Failure::new(Reason::Absent)),
    }
}

/// A QR code of what it is and its serial number.
async fn sticker(State(controls): State<Arc<Controls>>, Path(device): Path<String>) -> Result<Response, Refused> {
    let (_, code) = printed(&controls, &device)?;
    let png = screen::code_png(&code).map_err(|_| Failure::new(Reason::Bug))?;
    Ok(picture("image/png", png))
}

/// A Code 128 label of its serial number alone.
async fn barred(State(controls): State<Arc<Controls>>, Path(device): Path<String>) -> Result<Response, Refused> {
    let (_, code) = printed(&controls, &device)?;
    let png = label::png(code.serial().as_str()).map_err(|_| Failure::new(Reason::Bug))?;
    Ok(picture("image/png", png))
}

async fn press(
    State(controls): State<Arc<Controls>>,
    Path(device): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    let (agent, _) = printed(&controls, &device)?;
    agent.press().await.map_err(|fault| {
        tracing::error!(%fault, "a button can't be pressed");
        Failure::new(Reason::Bug)
    })?;
    Ok(StatusCode::NO_CONTENT)
}
