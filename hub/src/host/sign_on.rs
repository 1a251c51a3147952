//! Where a sign-on provider sends people back to.
//!
//! Another site leads here, so the cookie does not come along and whose answer
//! it is can't be known. It is handed on, behind the `#`, to the page, which
//! gives it to the core of its own session; that knows what it has asked. This
//! leads to that one page, whatever is asked.

use axum::{
    extract::RawQuery,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hearth_contract::{host::SIGNED_ON, text::SignOnAnswer};

pub async fn sign_on(RawQuery(query): RawQuery) -> Response {
    let answer = SignOnAnswer::parse(&query.unwrap_or_default());
    let address = match &answer {
        Ok(answer) => format!("{SIGNED_ON}#{}", answer.as_str()),
        Err(_) => SIGNED_ON.to_owned(),
    };
    let address = HeaderValue::try_from(address).unwrap_or(HeaderValue::from_static(SIGNED_ON));
    let headers = [
        (header::LOCATION, address),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn led_to(query: Option<&str>) -> String {
        let response = sign_on(RawQuery(query.map(str::to_owned))).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert!(!response.headers().contains_key(header::SET_COOKIE));
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn an_answer_is_led_to_the_page_and_nowhere_else() {
        assert_eq!(led_to(Some("code=a&state=b")).await, "/sign-on#code=a&state=b");
        assert_eq!(led_to(None).await, "/sign-on");
        assert_eq!(led_to(Some("//evil.example/")).await, "/sign-on#//evil.example/");
        assert_eq!(led_to(Some(&"x".repeat(9000))).await, "/sign-on");
    }
}
