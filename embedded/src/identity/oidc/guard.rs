//! The headers that keep the identity's answers to themselves.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware,
    response::Response,
};

/// What an answer that is no page may do: nothing.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of a page whose form may end at `end`, and whose script may ask
/// here; of one without a form when there is no end.
pub fn page_policy(end: Option<&str>) -> HeaderValue {
    let form = end.map_or_else(
        || "form-action 'none'".to_owned(),
        |end| format!("script-src 'self'; connect-src 'self'; form-action 'self' {end}"),
    );
    let policy = format!("default-src 'none'; style-src 'self'; base-uri 'none'; {form}; frame-ancestors 'none'");
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(NOTHING))
}

/// Puts the guards on every answer that has none of its own.
pub fn guarded(router: Router, is_tls: bool) -> Router {
    router.layer(middleware::map_response(move |mut response: Response| {
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_SECURITY_POLICY, NOTHING),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            // Tokens, codes, addresses: nothing on the way may keep them.
            (header::CACHE_CONTROL, "no-store"),
        ] {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if is_tls {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
        }
        std::future::ready(response)
    }))
}
