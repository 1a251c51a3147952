//! Pages of any origin may ask here, as they may ask Cognito: nothing rides on
//! a cookie, so a page can do only what its own tokens and words allow.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
};

/// Answers a browser that asks whether it may ask.
pub async fn preflight() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    allow(headers);
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS");
    set(
        headers,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "x-amz-target, content-type, x-amz-user-agent, x-amz-date, x-amz-security-token, \
         amz-sdk-invocation-id, amz-sdk-request, authorization, cache-control",
    );
    set(headers, header::ACCESS_CONTROL_MAX_AGE, "3600");
    response
}

/// Lets any page read an answer.
pub fn allow(headers: &mut HeaderMap) {
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        headers,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "x-amzn-errortype, x-amzn-requestid, x-amzn-errormessage",
    );
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
