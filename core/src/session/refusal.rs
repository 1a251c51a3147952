//! What the user pool's exceptions mean to a person.

use hearth_contract::{Failure, Kind, Reason};

/// Why a call to the pool came to nothing.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It could not be reached.
    Unreachable(Failure),
    /// It said no: the exception's name without `Exception`, and its message.
    Exception {
        /// `NotAuthorized`, `CodeMismatch`, …
        name: String,
        /// English, for programmers; only looked at where the name is not enough.
        message: String,
    },
}

#[derive(Default, serde::Deserialize)]
struct Body {
    #[serde(default, rename = "__type")]
    kind: String,
    #[serde(default, alias = "Message")]
    message: String,
}

/// Reads the answer to a call that failed.
pub(crate) fn read(status: u16, header: Option<&str>, body: &[u8]) -> Refusal {
    let body: Body = serde_json::from_slice(body).unwrap_or_default();
    let kind = if body.kind.is_empty() {
        header.unwrap_or_default()
    } else {
        &body.kind
    };
    // `com.amazonaws.cognito#NotAuthorizedException`, or `NotAuthorizedException:http://…`.
    let kind = kind.rsplit('#').next().unwrap_or_default();
    let kind = kind.split(':').next().unwrap_or_default();
    let name = kind.strip_suffix("Exception").unwrap_or(kind).to_owned();
    if name.is_empty() && status >= 500 {
        return Refusal::Unreachable(Reason::CloudUnreachable.into());
    }
    Refusal::Exception {
        name,
        message: body.message,
    }
}

impl Refusal {
    /// An answer that is none.
    pub(crate) fn broken() -> Self {
        Self::Unreachable(Reason::CloudUnreachable.into())
    }

    /// Whether the pool does not know the operation at all.
    pub(crate) fn is_unknown_operation(&self) -> bool {
        let Self::Exception { name, .. } = self else {
            return false;
        };
        matches!(
            name.as_str(),
            "" | "UnknownOperation" | "InvalidAction" | "UnsupportedOperation" | "FeatureUnavailableInTier"
        )
    }

    /// Whether it is the access token that the pool does not take.
    pub(crate) fn is_of_token(&self) -> bool {
        matches!(self, Self::Exception { name, message } if name == "NotAuthorized" && message.contains("Access Token"))
    }

    /// As somebody sees it who asked for this operation.
    pub(crate) fn failure(self, operation: &'static str) -> Failure {
        let (name, message) = match self {
            Self::Unreachable(failure) => return failure,
            Self::Exception { name, message } => (name, message),
        };
        tracing::debug!(operation, exception = name, "the user pool refused");
        meaning(operation, &name, &message)
    }

    /// As somebody sees it whose session was to be refreshed: whatever the pool
    /// refuses for good ends the session.
    pub(crate) fn of_refresh(self) -> Failure {
        let why = match &self {
            Self::Exception { name, .. } if name == "RefreshTokenReuse" => Reason::SessionReused,
            Self::Exception { message, .. } => ending(&message.to_lowercase()),
            Self::Unreachable(_) => Reason::SessionEnded,
        };
        let failure = self.failure("refresh");
        match failure.kind {
            Kind::Unavailable | Kind::TooMany | Kind::Internal => failure,
            _ => why.into(),
        }
    }
}

/// Why a refresh token is not honoured: Cognito says it in the message alone.
fn ending(message: &str) -> Reason {
    if message.contains("everywhere") {
        Reason::SignedOutEverywhere
    } else if message.contains("revoked") {
        Reason::SessionRevoked
    } else if message.contains("expired") {
        Reason::SessionExpired
    } else {
        Reason::SessionEnded
    }
}

fn meaning(operation: &str, name: &str, message: &str) -> Failure {
    let by_code = matches!(operation, "ConfirmSignUp" | "ConfirmForgotPassword");
    match name {
        "UserNotConfirmed" => Reason::MailUnconfirmed.into(),
        "NotAuthorized" if message.contains("attempts exceeded") => Reason::TooManyTries.into(),
        "NotAuthorized" if message.contains("CONFIRMED") => Reason::AlreadySettled.into(),
        "NotAuthorized" => Reason::WrongPassword.into(),
        // An address nobody has must look like one with another password or code.
        "UserNotFound" if by_code => Failure::new(Reason::ConfirmationWrong).at("code"),
        "UserNotFound" if operation == "ResendConfirmationCode" || operation == "ForgotPassword" => {
            Failure::new(Reason::Absent).at("mail")
        }
        "UserNotFound" | "PasswordResetRequired" => Reason::WrongPassword.into(),
        "CodeMismatch" | "EnableSoftwareTokenMFA" => Failure::new(Reason::ConfirmationWrong).at("code"),
        "ExpiredCode" => Failure::new(Reason::ConfirmationExpired).at("code"),
        "UsernameExists" | "AliasExists" => Failure::new(Reason::MailTaken).at("mail"),
        "InvalidPassword" | "PasswordHistoryPolicyViolation" => Failure::new(Reason::PasswordWeak).at("password"),
        "TooManyFailedAttempts" => Reason::TooManyTries.into(),
        "LimitExceeded" | "TooManyRequests" => Reason::TooManyCalls.into(),
        "InvalidParameter" if operation == "ResendConfirmationCode" => Reason::AlreadySettled.into(),
        "InvalidParameter" if operation == "SignUp" && message.to_lowercase().contains("password") => {
            Failure::new(Reason::PasswordWeak).at("password")
        }
        "InvalidParameter" => Failure::new(Reason::FieldWrong).at("mail"),
        "CodeDeliveryFailure" => Reason::MailNotSent.into(),
        "InternalError" => Reason::CloudUnreachable.into(),
        "RefreshTokenReuse" | "Unauthorized" => Reason::SessionEnded.into(),
        "ResourceNotFound" => Reason::Absent.into(),
        "WebAuthnChallengeNotFound" => Reason::SignInStale.into(),
        name if name.starts_with("WebAuthn") => Reason::PasskeyForeign.into(),
        _ => Reason::NotSupported.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(operation: &'static str, exception: &str, message: &str, reason: Reason) {
        let body = serde_json::json!({ "__type": format!("{exception}Exception"), "message": message });
        let refusal = read(400, None, &serde_json::to_vec(&body).unwrap());
        assert_eq!(refusal.failure(operation).reason, reason, "{operation} {exception}");
    }

    #[test]
    fn every_exception_a_person_can_meet_has_its_own_meaning() {
        check(
            "RespondToAuthChallenge",
            "NotAuthorized",
            "Incorrect username or password.",
            Reason::WrongPassword,
        );
        check(
            "RespondToAuthChallenge",
            "NotAuthorized",
            "Password attempts exceeded",
            Reason::TooManyTries,
        );
        check(
            "InitiateAuth",
            "UserNotConfirmed",
            "User is not confirmed.",
            Reason::MailUnconfirmed,
        );
        check(
            "InitiateAuth",
            "UserNotFound",
            "User does not exist.",
            Reason::WrongPassword,
        );
        check("ConfirmSignUp", "CodeMismatch", "", Reason::ConfirmationWrong);
        check("ConfirmSignUp", "UserNotFound", "", Reason::ConfirmationWrong);
        check("ConfirmSignUp", "ExpiredCode", "", Reason::ConfirmationExpired);
        check(
            "ConfirmSignUp",
            "NotAuthorized",
            "User cannot be confirmed. Current status is CONFIRMED",
            Reason::AlreadySettled,
        );
        check("SignUp", "UsernameExists", "", Reason::MailTaken);
        check("SignUp", "InvalidPassword", "", Reason::PasswordWeak);
        check("SignUp", "TooManyRequests", "", Reason::TooManyCalls);
        check(
            "ConfirmForgotPassword",
            "TooManyFailedAttempts",
            "",
            Reason::TooManyTries,
        );
        check(
            "ResendConfirmationCode",
            "InvalidParameter",
            "User is already confirmed.",
            Reason::AlreadySettled,
        );
    }

    #[test]
    fn the_name_is_found_in_every_place_where_aws_puts_it() {
        let named = |header: Option<&str>, body: &str| match read(400, header, body.as_bytes()) {
            Refusal::Exception { name, .. } => name,
            Refusal::Unreachable(_) => String::new(),
        };
        assert_eq!(
            named(None, r#"{"__type":"com.amazonaws.x#CodeMismatchException"}"#),
            "CodeMismatch"
        );
        assert_eq!(named(Some("CodeMismatchException:http://x"), "{}"), "CodeMismatch");
        assert_eq!(named(Some("CodeMismatchException:"), ""), "CodeMismatch");
    }

    #[test]
    fn a_refused_refresh_ends_the_session_and_says_why_but_a_silent_pool_does_not() {
        let refused = |body: &str, status| read(status, None, body.as_bytes()).of_refresh().reason;
        let worded = |message: &str| {
            refused(
                &format!(r#"{{"__type":"NotAuthorizedException","message":"{message}"}}"#),
                400,
            )
        };
        assert_eq!(worded("Invalid Refresh Token"), Reason::SessionEnded);
        assert_eq!(worded("Refresh Token has been revoked"), Reason::SessionRevoked);
        assert_eq!(worded("Refresh Token has expired"), Reason::SessionExpired);
        assert_eq!(
            worded("Refresh Token has been revoked: signed out everywhere"),
            Reason::SignedOutEverywhere
        );
        assert_eq!(
            refused(r#"{"__type":"RefreshTokenReuseException"}"#, 400),
            Reason::SessionReused
        );
        assert_eq!(
            refused(r#"{"__type":"TooManyRequestsException"}"#, 400),
            Reason::TooManyCalls
        );
        assert_eq!(refused("", 503), Reason::CloudUnreachable);
    }
}
