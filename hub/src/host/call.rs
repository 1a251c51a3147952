//! `call`: one command of a page, answered by the core of its session.

use std::sync::Arc;

use axum::{Json, body::Bytes, extract::State, http::HeaderMap, response::IntoResponse};
use hearth_contract::{Failure, Reason, host::Call};

use super::{Refusal, Visitor, from_our_page};
use crate::sessions::Sessions;

pub async fn call(
    State(_): State<Arc<Sessions>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Refusal> {
    from_our_page(&headers)?;
    let call: Call = serde_json::from_slice(&body).map_err(|_| Failure::new(Reason::FieldWrong).at("body"))?;
    let answer = visitor.seat.core.call(call).await;
    Ok((visitor.cookie(), Json(answer)))
}
