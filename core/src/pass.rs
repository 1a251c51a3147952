//! How a call proves whose it is: a bearer token, or a signature made with
//! temporary credentials. Each has its own prefix at the cloud.

use hearth_contract::{
    Failure, Reason,
    rest::{BEARER_PREFIX, CALL_HEADER, SIGNED_PREFIX, SIGNED_SERVICE},
};
use reqwest::{
    Request,
    header::{AUTHORIZATION, HeaderName, HeaderValue},
};

use crate::{identity::Credentials, real, sign::Outgoing};

/// What a call is proven with. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Pass {
    /// A person's access token.
    Bearer(String),
    /// A thing's credentials.
    Signed(Credentials),
}

impl Pass {
    /// Where the cloud takes such calls.
    pub(crate) const fn prefix(&self) -> &'static str {
        match self {
            Self::Bearer(_) => BEARER_PREFIX,
            Self::Signed(_) => SIGNED_PREFIX,
        }
    }

    /// Adds the proof to a request that is ready otherwise.
    ///
    /// # Errors
    /// `Internal` for a request that can't be signed.
    pub(crate) fn prove(&self, request: &mut Request, region: &str) -> Result<(), Failure> {
        match self {
            Self::Bearer(token) => set(request, AUTHORIZATION.as_str(), &format!("Bearer {token}")),
            Self::Signed(credentials) => sign(request, region, credentials),
        }
    }
}

fn sign(request: &mut Request, region: &str, credentials: &Credentials) -> Result<(), Failure> {
    let url = request.url_mut();
    // A colon may travel as it is or encoded; what is signed must be one of
    // the two. A plus would be signed as a plus, and read as a space.
    let path = url.path().replace(':', "%3A");
    url.set_path(&path);
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref());
    let host = url.host_str().ok_or(Reason::Bug)?;
    let host = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut headers = vec![("host", host)];
    if let Some(call) = request.headers().get(CALL_HEADER) {
        headers.push((CALL_HEADER, call.to_str().map_err(|_| Reason::Bug)?.to_owned()));
    }
    let body = request.body().map(|body| body.as_bytes().ok_or(Reason::Bug));
    let outgoing = Outgoing {
        method: request.method().as_str(),
        path: request.url().path(),
        query: request.url().query().unwrap_or_default(),
        headers,
        body: body.transpose()?.unwrap_or_default(),
    };
    let proof = outgoing.proof(region, SIGNED_SERVICE, credentials, real::now());
    for (name, value) in proof.ok_or(Reason::Bug)? {
        set(request, name, &value)?;
    }
    Ok(())
}

fn set(request: &mut Request, name: &str, value: &str) -> Result<(), Failure> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Reason::Bug)?;
    let mut value = HeaderValue::from_str(value).map_err(|_| Reason::Bug)?;
    value.set_sensitive(true);
    request.headers_mut().insert(name, value);
    Ok(())
}
