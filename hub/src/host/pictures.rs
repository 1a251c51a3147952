//! `put` and `src`: pictures from the page to its core and back.

use axum::{
    Json,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use hearth_contract::{Failure, FamilyId, PictureId, Reason};

use super::{Refusal, Visitor, from_our_page};

pub async fn put(visitor: Visitor, headers: HeaderMap, body: Bytes) -> Result<impl IntoResponse, Refusal> {
    from_our_page(&headers)?;
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let reference = visitor.seat.core.put(body, kind).await?;
    Ok((visitor.cookie(), Json(reference)))
}

pub async fn src(
    visitor: Visitor,
    Path((family, picture)): Path<(String, String)>,
) -> Result<impl IntoResponse, Refusal> {
    let absent = || Failure::new(Reason::Absent);
    let family: FamilyId = family.parse().map_err(|_| absent())?;
    let picture: PictureId = picture.parse().map_err(|_| absent())?;
    let picture = visitor.seat.core.src(family, picture).await?;
    let headers = [
        (header::CONTENT_TYPE, picture.content_type),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((visitor.cookie(), headers, picture.bytes))
}
