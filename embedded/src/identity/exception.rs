//! The exceptions of Cognito, as they go over the wire.
//!
//! Messages are those AWS sends where clients compare them. None repeats what
//! the caller sent.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};

/// One refusal: a name that clients switch on, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// With the ending `Exception`.
    pub name: &'static str,
    /// For developers; never shown to people.
    pub message: Cow<'static, str>,
}

macro_rules! exceptions {
    ($($make:ident => $name:literal),+ $(,)?) => {
        impl Exception {
            $(
                #[doc = concat!("`", $name, "`")]
                pub fn $make(message: impl Into<Cow<'static, str>>) -> Self {
                    Self { name: $name, message: message.into() }
                }
            )+
        }
    };
}

exceptions! {
    not_authorized => "NotAuthorizedException",
    invalid_parameter => "InvalidParameterException",
    invalid_password => "InvalidPasswordException",
    username_exists => "UsernameExistsException",
    user_not_confirmed => "UserNotConfirmedException",
    resource_not_found => "ResourceNotFoundException",
    limit_exceeded => "LimitExceededException",
    unauthorized => "UnauthorizedException",
    unsupported_token_type => "UnsupportedTokenTypeException",
    alias_exists => "AliasExistsException",
    web_authn_challenge_not_found => "WebAuthnChallengeNotFoundException",
    web_authn_client_mismatch => "WebAuthnClientMismatchException",
    web_authn_credential_not_supported => "WebAuthnCredentialNotSupportedException",
    web_authn_origin_not_allowed => "WebAuthnOriginNotAllowedException",
    web_authn_relying_party_mismatch => "WebAuthnRelyingPartyMismatchException",
}

impl Exception {
    /// Wrong user, wrong password, spent challenge: all look alike.
    pub fn bad_sign_in() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    /// The sign-in this step belongs to is not there (any more).
    pub fn invalid_session() -> Self {
        Self::not_authorized("Invalid session for the user, session is expired.")
    }

    /// The home's address is no name, so there can be no passkeys.
    pub fn web_authn_not_configured() -> Self {
        Self {
            name: "WebAuthnConfigurationMissingException",
            message: "Passkeys need a name, and this home has an address only.".into(),
        }
    }

    /// No authenticator was associated.
    pub fn software_token_not_found() -> Self {
        Self {
            name: "SoftwareTokenMFANotFoundException",
            message: "Software token TOTP multi-factor authentication is not set up.".into(),
        }
    }

    /// The code does not prove that the authenticator has the secret.
    pub fn enable_software_token() -> Self {
        Self {
            name: "EnableSoftwareTokenMFAException",
            message: "Code mismatch".into(),
        }
    }

    /// A time-based code, right and used before.
    pub fn used_code() -> Self {
        Self {
            name: "ExpiredCodeException",
            message: "Your software token has already been used once.".into(),
        }
    }

    /// The code is not the one sent.
    pub fn code_mismatch() -> Self {
        Self {
            name: "CodeMismatchException",
            message: "Invalid verification code provided, please try again.".into(),
        }
    }

    /// The code was the right one, too late, or none was ever sent.
    pub fn expired_code() -> Self {
        Self {
            name: "ExpiredCodeException",
            message: "Invalid code provided, please request a code again.".into(),
        }
    }

    /// Too busy to do the arithmetic of a sign-in now.
    pub fn too_many_requests() -> Self {
        Self {
            name: "TooManyRequestsException",
            message: "Too many requests, please try again.".into(),
        }
    }

    /// A code was guessed at too often.
    pub fn too_many_failed_attempts() -> Self {
        Self {
            name: "TooManyFailedAttemptsException",
            message: "Too many failed attempts, please request a code again.".into(),
        }
    }

    /// A refresh token was used after its successor had been.
    pub fn refresh_token_reuse() -> Self {
        Self {
            name: "RefreshTokenReuseException",
            message: "Refresh token has been rotated and was used again.".into(),
        }
    }

    /// The outbox did not take the letter.
    pub fn code_delivery_failure() -> Self {
        Self {
            name: "CodeDeliveryFailureException",
            message: "The code could not be delivered.".into(),
        }
    }

    /// The body is no JSON object.
    pub fn serialization() -> Self {
        Self {
            name: "SerializationException",
            message: "".into(),
        }
    }

    /// No such operation here.
    pub fn unknown_operation() -> Self {
        Self {
            name: "UnknownOperationException",
            message: "".into(),
        }
    }

    /// The body is larger than any operation needs.
    pub fn too_long() -> Self {
        Self {
            name: "RequestTooLongException",
            message: "The request is too long.".into(),
        }
    }

    /// Our own fault; it has been logged where it happened.
    pub fn internal() -> Self {
        Self {
            name: "InternalErrorException",
            message: "Internal server error.".into(),
        }
    }

    /// As both kinds of client expect it: name in body and header.
    pub fn response(&self) -> Response<Body> {
        let status = match self.name {
            "InternalErrorException" => StatusCode::INTERNAL_SERVER_ERROR,
            "RequestTooLongException" => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = serde_json::json!({ "__type": self.name, "message": self.message });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-amz-json-1.1"),
        );
        if let Ok(name) = HeaderValue::try_from(format!("{}:", self.name)) {
            headers.insert("x-amzn-errortype", name);
        }
        response
    }
}

impl From<super::StoreFailed> for Exception {
    fn from(failed: super::StoreFailed) -> Self {
        tracing::error!(error = %failed, "the identity store failed");
        Self::internal()
    }
}
