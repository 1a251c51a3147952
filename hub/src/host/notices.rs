//! `notices`: what core tells the page, as server-sent events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::response::{
    IntoResponse, Sse,
    sse::{Event, KeepAlive},
};
use futures::{Stream, stream};

use super::Visitor;
use crate::sessions::Seat;

pub async fn notices(visitor: Visitor) -> impl IntoResponse {
    let cookie = visitor.cookie();
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(20));
    (cookie, Sse::new(events(visitor.seat)).keep_alive(keep_alive))
}

/// The session is held as long as its page listens.
fn events(seat: Arc<Seat>) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let notices = seat.core.notices();
    stream::unfold((notices, seat), |(mut notices, seat)| async move {
        let notice = notices.next().await?;
        let event = Event::default().json_data(notice).unwrap_or_default();
        Some((Ok(event), (notices, seat)))
    })
}
