//! The REST door: the only place that knows axum.
//!
//! Its routes come from the contract's lists; a command without an
//! implementation of [`Answers`] does not compile. It asks `knock` who is there,
//! reads the command, and hands both to `answers`; there are no rules here.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodFilter, get, on},
};
use hearth_contract::{
    CallId, Failure, Method, Reason,
    rest::{self, BODY_LIMIT, CALL_HEADER},
};

use crate::{
    access::{self, Caller},
    cloud::Cloud,
};

mod answers;
mod knock;
mod live;

pub(crate) use answers::{Answers, Asked};
use knock::{Door, Fields, PathFields, Way};

impl Cloud {
    /// All routes of the cloud, for bearers of tokens, without the version prefix
    /// ([`hearth_contract::rest::BEARER_PREFIX`]): whoever serves it nests it there.
    pub fn rest(self: &Arc<Self>) -> Router {
        self.door(Way::Bearer)
    }

    /// The same routes for calls that are signed, without their prefix
    /// ([`hearth_contract::rest::SIGNED_PREFIX`]).
    pub fn signed_rest(self: &Arc<Self>) -> Router {
        self.door(Way::Signed)
    }

    fn door(self: &Arc<Self>, way: Way) -> Router {
        let mut router = Router::new().route("/families/{family}/live/{thing}/{camera}", get(live::watch));
        macro_rules! mount {
            (@one core $command:ty) => {};
            (@one $listed:ident $command:ty) => {
                router = mounted::<$command>(router);
            };
            ($($listed:ident $command:ty;)*) => {
                $(mount!(@one $listed $command);)*
            };
        }
        hearth_contract::for_each_command!(mount);
        router
            .fallback(unknown)
            .method_not_allowed_fallback(unknown)
            .with_state(Door {
                cloud: self.clone(),
                way,
            })
    }
}

/// Adds the route of one command.
fn mounted<C: Answers>(router: Router<Door>) -> Router<Door> {
    const {
        assert!(
            access::fits(C::GOES, <C::Caller as Caller>::TAKES),
            "the rule takes another caller"
        )
    };
    let Some((route, _)) = C::GOES.route() else {
        return router;
    };
    let method = match route.method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    };
    router.route(route.path, on(method, answer::<C>))
}

async fn answer<C: Answers>(State(door): State<Door>, path: PathFields, request: Request) -> Response {
    let outcome = match door.receive(path, request).await {
        Ok(visit) => {
            let asked = read::<C>(&visit.fields, visit.request).await;
            door.cloud.answer(&visit.knock, asked).await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(json) => respond(StatusCode::OK, json),
        Err(failure) => refuse(&failure),
    }
}

/// Reads the command. What is wrong with it is said only to those who may ask.
async fn read<C: Answers>(fields: &Fields, request: Request) -> Result<Asked<C>, Failure> {
    let (parts, body) = request.into_parts();
    if C::GOES.route().is_some_and(|(route, _)| route.method == Method::Get) {
        let command = rest::decode_query(fields, parts.uri.query().unwrap_or_default())?;
        return Ok(Asked { command, call: None });
    }
    let body = whole(&parts.headers, body).await?;
    let call = parts
        .headers
        .get(CALL_HEADER)
        .ok_or_else(|| Failure::new(Reason::FieldMissing).at("call"))?;
    let call: CallId = call
        .to_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::new(Reason::FieldWrong).at("call"))?;
    Ok(Asked {
        command: rest::decode_body(fields, &body)?,
        call: Some(call),
    })
}

/// The body, if it is within the limit: a longer one is not read.
async fn whole(headers: &HeaderMap, body: Body) -> Result<bytes::Bytes, Failure> {
    let too_large = || Failure::new(Reason::BodyTooLarge).at("body");
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large());
    }
    to_bytes(body, BODY_LIMIT).await.map_err(|_| too_large())
}

async fn unknown() -> Response {
    refuse(&Reason::CommandUnknown.into())
}

fn respond(status: StatusCode, json: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, json).into_response()
}

fn refuse(failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = respond(status, serde_json::to_string(failure).unwrap_or_default());
    if let Some(wait) = failure.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait.0));
    }
    response
}
