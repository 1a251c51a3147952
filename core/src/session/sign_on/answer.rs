//! What a provider sent the person back with.
//!
//! # Source
//! RFC 6749, section 4.1.2; RFC 9207, section 2.4.

use hearth_contract::{Failure, Reason};

/// The parameters of an answer. Never shown by `Debug`.
#[derive(Default)]
pub(super) struct Answer {
    /// Of the request it answers; empty if it does not say.
    pub(super) state: String,
    code: Option<String>,
    error: Option<String>,
    issuer: Option<String>,
}

impl Answer {
    /// Reads a query; `None` if it says one thing twice.
    pub(super) fn read(query: &str) -> Option<Self> {
        let (mut answer, mut state) = (Self::default(), None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "state" => &mut state,
                "code" => &mut answer.code,
                "error" => &mut answer.error,
                "iss" => &mut answer.issuer,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        answer.state = state.unwrap_or_default();
        Some(answer)
    }

    /// The code, if the provider that was asked has given one.
    ///
    /// # Errors
    /// `SignOnMixedUp` when another answered, or nobody says who although this
    /// one always does; `SignOnDeclined`, `SignOnUnreachable`, `SignOnRefused`.
    pub(super) fn code(&self, issuer: &str, names_itself: bool) -> Result<&str, Failure> {
        let is_of_issuer = match self.issuer.as_deref() {
            Some(named) => named == issuer,
            None => !names_itself,
        };
        if !is_of_issuer {
            return Err(Reason::SignOnMixedUp.into());
        }
        match (self.error.as_deref(), self.code.as_deref()) {
            (None, Some(code)) if !code.is_empty() => Ok(code),
            (Some("access_denied"), _) => Err(Reason::SignOnDeclined.into()),
            (Some("temporarily_unavailable" | "server_error"), _) => Err(Reason::SignOnUnreachable.into()),
            (error, _) => {
                // From the address bar: only its kind may end in a log.
                let is_named = error.is_some_and(|error| !error.is_empty());
                tracing::warn!(is_named, "the sign-on provider refused");
                Err(Reason::SignOnRefused.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, names_itself: bool, expected: Result<&str, Reason>) {
        let answer = Answer::read(query).unwrap();
        let code = answer.code("https://id.example.org", names_itself);
        assert_eq!(code.map_err(|failure| failure.reason), expected, "{query}");
    }

    #[test]
    fn a_code_counts_from_the_provider_that_was_asked() {
        check("code=a%2Bb&state=s", false, Ok("a+b"));
        check("code=a&iss=https%3A%2F%2Fid.example.org", true, Ok("a"));
        check(
            "code=a&iss=https%3A%2F%2Fid.example.com",
            false,
            Err(Reason::SignOnMixedUp),
        );
        check("code=a", true, Err(Reason::SignOnMixedUp));
        check("error=access_denied&code=a", false, Err(Reason::SignOnDeclined));
        check("error=server_error", false, Err(Reason::SignOnUnreachable));
        check("error=invalid_scope", false, Err(Reason::SignOnRefused));
        check("code=&state=s", false, Err(Reason::SignOnRefused));
        check("", false, Err(Reason::SignOnRefused));
    }

    #[test]
    fn nothing_may_be_said_twice() {
        assert!(Answer::read("code=a&code=b").is_none());
        assert!(Answer::read("state=a&state=a").is_none());
        assert_eq!(Answer::read("code=a&state=s&more=1&more=2").unwrap().state, "s");
    }
}
