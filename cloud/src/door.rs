//! The REST door: the only place that knows axum.
//!
//! Its routes come from the contract's lists; a command without an
//! implementation of [`Answers`] does not compile. It checks the token, reads
//! the command, and hands both to `answers`; there are no rules here.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodFilter, get, on},
};
use hearth_contract::{
    CallId, Failure, FamilyId, Method, Reason,
    rest::{self, BODY_LIMIT, CALL_HEADER},
};

use crate::{
    access::{self, Caller, Knock},
    cloud::Cloud,
};

mod answers;
mod live;

pub(crate) use answers::{Answers, Asked};

impl Cloud {
    /// All routes of the cloud, without the version prefix
    /// ([`hearth_contract::rest::BEARER_PREFIX`]): whoever serves it nests it there.
    pub fn rest(self: &Arc<Self>) -> Router {
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
            .with_state(self.clone())
    }
}

/// Adds the route of one command.
fn mounted<C: Answers>(router: Router<Arc<Cloud>>) -> Router<Arc<Cloud>> {
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

type PathFields = Result<RawPathParams, RawPathParamsRejection>;

async fn answer<C: Answers>(State(cloud): State<Arc<Cloud>>, path: PathFields, request: Request) -> Response {
    let outcome = match knock(&cloud, path, request.headers()) {
        Ok((knock, fields)) => {
            let asked = read::<C>(&fields, request).await;
            cloud.answer(&knock, asked).await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(json) => respond(StatusCode::OK, json),
        Err(failure) => refuse(&failure),
    }
}

type Fields = Vec<(String, String)>;

/// Who is at the door, and what the path says.
fn knock(cloud: &Cloud, path: PathFields, headers: &HeaderMap) -> Result<(Knock, Fields), Failure> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(bearer);
    let proven = bearer
        .and_then(|bearer| cloud.ports.tokens.prove(bearer))
        .ok_or(Reason::SignInNeeded)?;
    let path = path.map_err(|_| Failure::new(Reason::Absent))?;
    let fields: Fields = path
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let family = fields
        .iter()
        .find(|(name, _)| name == "family")
        .and_then(|(_, id)| id.parse::<FamilyId>().ok());
    Ok((
        Knock {
            person: proven.person,
            family,
        },
        fields,
    ))
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
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
