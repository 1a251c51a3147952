//! `GET /families/{family}/live/{thing}/{camera}`: the frames of a camera, one
//! after the other, as they come. Looking itself (the lease) is a command.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use hearth_contract::{CameraId, Failure, Power, Reason, ThingName};
use tokio::sync::mpsc::Receiver;

use super::{
    knock::{Door, Fields, PathFields},
    refuse,
};
use crate::{
    access::{self, Knock},
    cloud::Cloud,
    rules,
    unit::Unit,
};

pub(super) async fn watch(State(door): State<Door>, path: PathFields, request: Request) -> Response {
    let cloud = &door.cloud;
    let admitted = match door.receive(path, request).await {
        Ok(visit) => begin(cloud, &visit.knock, &visit.fields).await,
        Err(failure) => Err(failure),
    };
    let frames = match admitted {
        Ok(frames) => frames,
        Err(failure) => return refuse(&failure),
    };
    let frames = stream::unfold(frames, |mut frames| async move {
        let bytes = frames.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(bytes), frames))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(frames)).into_response()
}

/// Admits before anything is set up, and again afterwards: who was put out in
/// between was not among the viewers yet whose views ended.
async fn begin(cloud: &Cloud, knock: &Knock, fields: &Fields) -> Result<Receiver<Bytes>, Failure> {
    let (thing, camera) = admit(cloud, knock, fields).await?;
    let frames = cloud.relay.watch(&thing, &camera, knock.principal.clone());
    admit(cloud, knock, fields).await?;
    Ok(frames)
}

async fn admit(cloud: &Cloud, knock: &Knock, fields: &Fields) -> Result<(ThingName, CameraId), Failure> {
    let field = |name| {
        fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    };
    let absent = || Failure::new(Reason::Absent);
    let mut unit = Unit::reading(cloud).await?;
    let outcome = async {
        let family = knock.family.ok_or_else(absent)?;
        let member = access::admit(&knock.principal, family, Power::LookInside, unit.work()).await?;
        let thing: ThingName = field("thing").and_then(|name| name.parse().ok()).ok_or_else(absent)?;
        let camera: CameraId = field("camera").and_then(|name| name.parse().ok()).ok_or_else(absent)?;
        rules::live::camera(unit.work(), member.home(), &thing, &camera).await?;
        Ok((thing, camera))
    }
    .await;
    unit.close(outcome).await
}
