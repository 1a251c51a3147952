//! The way to the cloud: where it is, and how a call travels there by REST.
//!
//! Knows nothing of who is here; whoever sends brings what proves the call.

use std::time::Duration;

use hearth_contract::{
    CallId, Failure, Kind, Method, Reason,
    endpoints::{Endpoints, WELL_KNOWN},
    rest::{BEARER_PREFIX, CALL_HEADER, RestCall},
};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::{pass::Pass, trust::Trust};

/// How long a REST call may take.
const CALL_TAKES: Duration = Duration::from_secs(15);

/// A cloud that may not have been looked up yet.
pub(crate) struct Cloud {
    address: String,
    trust: Trust,
    place: OnceCell<Place>,
}

/// A cloud whose addresses are known.
pub(crate) struct Place {
    /// Where everything is.
    pub(crate) endpoints: Endpoints,
    /// Whom to trust there.
    pub(crate) trust: Trust,
    /// The one HTTP client.
    pub(crate) http: reqwest::Client,
}

impl Cloud {
    /// The cloud whose [`Endpoints`] document is at this address, or below it.
    pub(crate) fn new(address: &str, trust: Trust) -> Self {
        let address = if address.ends_with(WELL_KNOWN) {
            address.to_owned()
        } else {
            format!("{}{WELL_KNOWN}", address.trim_end_matches('/'))
        };
        Self {
            address,
            trust,
            place: OnceCell::new(),
        }
    }

    /// Where it is; looked up once.
    ///
    /// # Errors
    /// `Unavailable` when the document can't be read now.
    pub(crate) async fn place(&self) -> Result<&Place, Failure> {
        self.place.get_or_try_init(|| self.look_up()).await
    }

    async fn look_up(&self) -> Result<Place, Failure> {
        let http = self.trust.http()?;
        let request = http.get(&self.address).timeout(CALL_TAKES);
        let response = request.send().await.map_err(|error| unreachable_now(&error))?;
        if !response.status().is_success() {
            return Err(Reason::CloudUnreachable.into());
        }
        let endpoints: Endpoints = response.json().await.map_err(|error| unreachable_now(&error))?;
        let trust = self.trust.and(endpoints.ca_pem.as_ref());
        let http = trust.http()?;
        Ok(Place { endpoints, trust, http })
    }
}

impl Place {
    /// A request for a path below the version, ready to be sent.
    ///
    /// # Errors
    /// `Internal` for what can't be sent.
    pub(crate) fn get(&self, path: &str, pass: &Pass) -> Result<reqwest::Request, Failure> {
        let request = self.http.get(self.url(path, Some(pass)));
        let mut request = request.build().map_err(|_| Reason::Bug)?;
        pass.prove(&mut request, &self.endpoints.region)?;
        Ok(request)
    }

    fn url(&self, path: &str, pass: Option<&Pass>) -> String {
        let prefix = pass.map_or(BEARER_PREFIX, Pass::prefix);
        format!("{}{prefix}{path}", self.endpoints.rest.trim_end_matches('/'))
    }

    /// Sends one call and reads the reply.
    ///
    /// # Errors
    /// What the cloud says, or `Unavailable` when it says nothing.
    pub(crate) async fn send(&self, call: &RestCall, id: CallId, pass: Option<&Pass>) -> Result<Value, Failure> {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self
            .http
            .request(method, self.url(&call.path, pass))
            .timeout(CALL_TAKES);
        request = request.header(CALL_HEADER, id.to_string());
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let mut request = request.build().map_err(|_| Reason::Bug)?;
        if let Some(pass) = pass {
            pass.prove(&mut request, &self.endpoints.region)?;
        }
        let response = self
            .http
            .execute(request)
            .await
            .map_err(|error| unreachable_now(&error))?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await.map_err(|error| unreachable_now(&error))?;
        read_reply(status, &bytes)
    }
}

/// Logs why nothing came back (without the address, which may carry a
/// signature) and says so.
pub(crate) fn unreachable_now(error: &reqwest::Error) -> Failure {
    let why = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_decode() {
        "unreadable reply"
    } else {
        "broken off"
    };
    tracing::debug!(why, "the cloud did not answer");
    Reason::CloudUnreachable.into()
}

fn read_reply(status: u16, bytes: &[u8]) -> Result<Value, Failure> {
    if (200..300).contains(&status) {
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        return serde_json::from_slice(bytes).map_err(|_| Reason::CloudUnreachable.into());
    }
    if let Ok(failure) = serde_json::from_slice::<Failure>(bytes) {
        return Err(failure);
    }
    // Something between us and the cloud answered: only the status is left to go by.
    let reason = match status {
        status if status == Kind::NotSignedIn.status() => Reason::SessionEnded,
        status if status == Kind::NotAllowed.status() => Reason::PowerMissing,
        status if status == Kind::NotFound.status() => Reason::Absent,
        413 => Reason::BodyTooLarge,
        status if status == Kind::TooMany.status() => Reason::TooManyCalls,
        _ => Reason::CloudUnreachable,
    };
    Err(reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_its_json_and_nothing_is_null() {
        assert_eq!(read_reply(200, b"{\"a\":1}"), Ok(serde_json::json!({"a": 1})));
        assert_eq!(read_reply(204, b""), Ok(Value::Null));
    }

    #[test]
    fn a_failure_of_the_cloud_is_passed_on_as_it_is() {
        let failure = Failure::new(Reason::FieldWrong).at("count");
        let body = serde_json::to_vec(&failure).unwrap();
        assert_eq!(read_reply(400, &body), Err(failure));
    }

    #[test]
    fn an_answer_of_somebody_in_between_is_judged_by_its_status() {
        let reason = |status| read_reply(status, b"<html>").unwrap_err().reason;
        assert_eq!(reason(502), Reason::CloudUnreachable);
        assert_eq!(reason(429), Reason::TooManyCalls);
        assert_eq!(reason(401), Reason::SessionEnded);
    }

    #[test]
    fn the_document_is_found_from_the_address_alone() {
        let from = |address| Cloud::new(address, Trust::default()).address;
        assert_eq!(
            from("http://localhost:1/"),
            "http://localhost:1/.well-known/hearth.json"
        );
        assert_eq!(
            from("http://localhost:1/.well-known/hearth.json"),
            "http://localhost:1/.well-known/hearth.json"
        );
    }
}
