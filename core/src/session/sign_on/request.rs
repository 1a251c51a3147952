//! What was asked of a provider, while its answer is awaited.

use std::sync::{Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearth_contract::{Failure, Reason};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::real;

/// How long a person may take on the provider's page.
const LASTS: SignedDuration = SignedDuration::from_mins(10);

/// One sign-in at a provider. Never shown by `Debug`.
#[derive(Clone)]
pub(crate) struct Request {
    /// The provider.
    pub(super) issuer: String,
    /// Where the answer comes back to.
    pub(super) back: String,
    /// Comes back with the answer: it was begun here.
    pub(super) state: String,
    /// Comes back in the id token: it was made for this.
    pub(super) nonce: String,
    /// Goes with the code: it was asked for by whoever hands it in.
    pub(super) verifier: String,
    begun_at: Timestamp,
}

/// The one sign-in at a provider that may wait.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Option<Request>>);

impl Request {
    /// A new one.
    ///
    /// # Errors
    /// `Internal` when the system has no randomness.
    pub(super) fn new(issuer: &str, back: String) -> Result<Self, Failure> {
        let word = || Ok::<_, Failure>(URL_SAFE_NO_PAD.encode(real::random::<32>()?));
        Ok(Self {
            issuer: issuer.to_owned(),
            back,
            state: word()?,
            nonce: word()?,
            verifier: word()?,
            begun_at: real::now(),
        })
    }

    /// What the provider is shown of the verifier.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))
    }

    #[cfg(test)]
    fn begun_before(mut self, by: SignedDuration) -> Self {
        self.begun_at -= by;
        self
    }
}

impl Waiting {
    /// Keeps it in place of the one that waited.
    pub(super) fn keep(&self, request: Request) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
    }

    /// The one that this state belongs to.
    ///
    /// # Errors
    /// `SignOnStale` when none waits any more, `SignOnForeign` when it is another.
    pub(super) fn of(&self, state: &str) -> Result<Request, Failure> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let request = waiting
            .filter(|request| real::now().duration_since(request.begun_at) < LASTS)
            .ok_or(Reason::SignOnStale)?;
        if request.state != state {
            return Err(Reason::SignOnForeign.into());
        }
        Ok(request)
    }

    /// Forgets it, unless another one waits by now.
    pub(super) fn forget(&self, request: &Request) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.take_if(|other| other.state == request.state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request::new("https://id.example.org", "http://localhost:1/host/sign-on".into()).unwrap()
    }

    #[test]
    fn an_answer_counts_for_its_own_request_and_for_ten_minutes() {
        let waiting = Waiting::default();
        let reason = |state: &str| waiting.of(state).err().map(|failure| failure.reason);
        assert_eq!(reason(""), Some(Reason::SignOnStale));
        let (one, other) = (request(), request());
        waiting.keep(one.clone());
        assert_eq!(reason(&one.state), None);
        assert_eq!(reason(&other.state), Some(Reason::SignOnForeign));
        waiting.forget(&other);
        assert_eq!(reason(&one.state), None);
        waiting.keep(other.clone());
        assert_eq!(reason(&one.state), Some(Reason::SignOnForeign));
        waiting.keep(one.clone().begun_before(LASTS));
        assert_eq!(reason(&one.state), Some(Reason::SignOnStale));
    }

    #[test]
    fn everything_in_a_request_is_drawn_anew() {
        let (one, other) = (request(), request());
        let mut words = [&one.state, &one.nonce, &one.verifier, &other.state, &other.nonce];
        words.sort();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]));
        // RFC 7636, section 4.1: 43 to 128 characters.
        assert_eq!((one.verifier.len(), one.challenge().len()), (43, 43));
    }
}
