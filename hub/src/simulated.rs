//! Controls of the simulated home: what a person would do with their hands.
//!
//! They exist only under `--simulated`, on loopback, and move hardware; what
//! follows from it travels the same way as with a real device.

mod sticker;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use hearth_contract::{
    DoorId, Failure, FoodKey, Reason,
    clock::Clock,
    control::{Heating, Setting},
    temperature::Compartment,
    units::{Celsius, Count},
};
use hearth_core::Core;
use hearth_edge::{
    SimulatedFridge, SimulatedMeter, SimulatedMicrowave,
    fridge::{alarm::Chime, screen},
    simulated::{Appliance, foods},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{adapters::LateTimer, clocks::TurnableClock, host::PAGE_HEADER, tablet};

/// The simulated home and its clock.
pub struct Controls {
    /// The fridge.
    pub fridge: SimulatedFridge,
    /// The meter.
    pub meter: SimulatedMeter,
    /// The microwave behind the fridge.
    pub microwave: SimulatedMicrowave,
    /// The app of the tablet in the fridge's door.
    pub tablet: Core,
    /// The clock the home's rules go by.
    pub clock: Arc<TurnableClock>,
    /// Told when the clock is turned.
    pub timer: Arc<LateTimer>,
}

/// The controls' page and what it asks.
pub fn router(controls: Controls) -> Router {
    Router::new()
        .route(
            "/simulated",
            get(|| async { Html(include_str!("simulated/page.html")) }),
        )
        .route(
            "/simulated/page.css",
            get(|| async { css(include_str!("simulated/page.css")) }),
        )
        .route(
            "/simulated/tokens.css",
            get(|| async { css(include_str!("../../assets/styles/tokens.css")) }),
        )
        .route(
            "/simulated/page.js",
            get(|| async { script(include_str!("simulated/page.js")) }),
        )
        .route("/simulated/state", get(state))
        .route("/simulated/{device}/code.png", get(code))
        .merge(sticker::router())
        .route("/simulated/view.jpg", get(view))
        .route("/simulated/door", post(door))
        .route("/simulated/food", post(food))
        .route("/simulated/clock", post(clock))
        .route("/simulated/panel", post(panel))
        .route("/simulated/cooling", post(cooling))
        .route("/simulated/reset", post(reset))
        .route("/simulated/plug", post(plug))
        .route("/simulated/microwave", post(microwave))
        .with_state(Arc::new(controls))
}

#[derive(Serialize)]
struct Shown {
    now: jiff::Timestamp,
    foods: Vec<FoodKey>,
    contents: Vec<Food>,
    open: Vec<DoorId>,
    chime: Chime,
    settings: Vec<Setting>,
    temperature_c: BTreeMap<Compartment, Celsius>,
    /// Whether its compressor works.
    cooling: bool,
    fridge: DeviceShown,
    meter: DeviceShown,
    microwave: MicrowaveShown,
    tablet: TabletShown,
}

#[derive(Serialize, Deserialize)]
struct Food {
    food: FoodKey,
    count: u32,
}

#[derive(Serialize)]
struct DeviceShown {
    code: String,
    paired: bool,
    connected: bool,
}

impl DeviceShown {
    fn of(device: &impl Appliance) -> Self {
        Self {
            code: device.code_text().unwrap_or_default(),
            paired: device.paired(),
            connected: device.connected(),
        }
    }
}

#[derive(Serialize)]
struct MicrowaveShown {
    #[serde(flatten)]
    device: DeviceShown,
    heating: Heating,
    open: bool,
    in_hand: bool,
}

#[derive(Serialize)]
struct TabletShown {
    /// Empty once somebody has taken it in.
    code: String,
    paired: bool,
}

#[derive(Deserialize)]
struct MoveDoor {
    door: DoorId,
    open: bool,
}

#[derive(Deserialize)]
struct MoveFood {
    food: FoodKey,
    delta: i32,
}

/// When a picture of a screen was taken: a photograph may be old.
#[derive(Deserialize)]
struct Taken {
    #[serde(default)]
    ago_s: u32,
}

/// What somebody sets at the fridge itself.
#[derive(Deserialize)]
struct Touch {
    setting: Setting,
}

/// The fridge's compressor.
#[derive(Deserialize)]
struct Cooling {
    works: bool,
}

/// The fridge's network plug.
#[derive(Deserialize)]
struct Plug {
    is_in: bool,
}

/// What somebody does at the microwave: one of these.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AtTheMicrowave {
    Open(bool),
    InHand(bool),
    PlugIn(bool),
}

#[derive(Deserialize)]
struct TurnClock {
    advance_s: u32,
}

/// A refusal in one line of English: this page is a maker's tool.
struct Refused(Failure);

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, self.0.to_string()).into_response()
    }
}

async fn state(State(controls): State<Arc<Controls>>) -> Json<Shown> {
    let (fridge, meter, microwave) = (&controls.fridge, &controls.meter, &controls.microwave);
    let (heating, guard) = microwave.state();
    let contents = fridge
        .contents()
        .into_iter()
        .map(|held| Food {
            food: held.food,
            count: held.count.get(),
        })
        .collect();
    let open = fridge
        .doors()
        .into_iter()
        .filter_map(|(door, open)| open.then_some(door))
        .collect();
    let (temperature_c, cooling) = fridge.cooling();
    Json(Shown {
        now: controls.clock.now(),
        foods: foods::all(),
        contents,
        open,
        chime: fridge.chime(),
        settings: fridge.settings(),
        temperature_c,
        cooling,
        fridge: DeviceShown::of(fridge),
        meter: DeviceShown::of(meter),
        microwave: MicrowaveShown {
            device: DeviceShown::of(microwave),
            heating,
            open: guard.is_open,
            in_hand: guard.is_in_hand,
        },
        tablet: TabletShown {
            code: controls
                .tablet
                .code()
                .await
                .map_or_else(|_| String::new(), |code| code.to_string()),
            paired: tablet::paired(&controls.tablet).await,
        },
    })
}

async fn code(
    State(controls): State<Arc<Controls>>,
    Path(device): Path<String>,
    Query(taken): Query<Taken>,
) -> Result<Response, Refused> {
    let ago = SignedDuration::from_secs(taken.ago_s.into());
    let png = match device.as_str() {
        "fridge" => controls.fridge.code_png(ago)?,
        "meter" => controls.meter.code_png(ago)?,
        "microwave" => controls.microwave.code_png(ago)?,
        "tablet" => screen::code_png(&controls.tablet.code().await?).map_err(|_| Failure::new(Reason::Bug))?,
        _ => return Err(Failure::new(Reason::Absent).into()),
    };
    Ok(picture("image/png", png))
}

async fn view(State(controls): State<Arc<Controls>>) -> Result<Response, Refused> {
    Ok(picture("image/jpeg", controls.fridge.live_jpeg().await?))
}

async fn door(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<MoveDoor>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    let fridge = &controls.fridge;
    if wish.open {
        fridge.open(&wish.door).await?
    } else {
        fridge.close(&wish.door).await?
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn food(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<MoveFood>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    let count = Count::new(wish.delta.unsigned_abs()).ok_or(Failure::new(Reason::FieldWrong).at("delta"))?;
    let fridge = &controls.fridge;
    if wish.delta > 0 {
        fridge.put_in(&wish.food, count).await?
    } else {
        fridge.take_out(&wish.food, count).await?
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn clock(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<TurnClock>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    controls.clock.advance(wish.advance_s);
    controls.timer.nudge();
    Ok(StatusCode::NO_CONTENT)
}

async fn panel(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<Touch>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    controls.fridge.touch(wish.setting).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn cooling(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<Cooling>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    controls.fridge.fail(!wish.works).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(State(controls): State<Arc<Controls>>, headers: HeaderMap) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    controls.fridge.reset().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn plug(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<Plug>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    controls.fridge.plug(wish.is_in);
    Ok(StatusCode::NO_CONTENT)
}

async fn microwave(
    State(controls): State<Arc<Controls>>,
    headers: HeaderMap,
    Json(wish): Json<AtTheMicrowave>,
) -> Result<StatusCode, Refused> {
    from_our_page(&headers)?;
    match wish {
        AtTheMicrowave::Open(open) => controls.microwave.swing(open),
        AtTheMicrowave::InHand(in_hand) => controls.microwave.take_in_hand(in_hand),
        AtTheMicrowave::PlugIn(is_in) => controls.microwave.plug(is_in),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Another site's page must not move the door.
fn from_our_page(headers: &HeaderMap) -> Result<(), Refused> {
    if headers.contains_key(PAGE_HEADER) {
        Ok(())
    } else {
        Err(Failure::new(Reason::PowerMissing).into())
    }
}

fn css(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], text).into_response()
}

fn script(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}

fn picture(kind: &'static str, bytes: Vec<u8>) -> Response {
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")],
        bytes,
    )
        .into_response()
}
