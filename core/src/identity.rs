//! Temporary AWS credentials, and the identity pool that gives them to a
//! signed-in person; they open the live connection.

use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_cognitoidentity::{
    Client,
    config::{BehaviorVersion, Config, Region, timeout::TimeoutConfig},
    error::SdkError,
};
use hearth_contract::{Failure, IdentityId, Reason};
use jiff::{SignedDuration, Timestamp};

use crate::{cloud::Place, real, session::Login};

/// Credentials are renewed when they last no longer than this.
const MARGIN: SignedDuration = SignedDuration::from_secs(300);

/// Temporary credentials. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The key's public half.
    pub(crate) access_key: String,
    /// Its secret half.
    pub(crate) secret_key: String,
    /// Travels with every signature.
    pub(crate) session_token: String,
    /// Not good from then on, real time.
    pub(crate) expires_at: Timestamp,
}

impl Credentials {
    /// Whether they are good for a call or a connection that begins now.
    pub(crate) fn last(&self) -> bool {
        self.expires_at.duration_since(real::now()) > MARGIN
    }
}

#[cfg(test)]
impl Credentials {
    /// Credentials with these three parts, long run out.
    pub(crate) fn for_test(access_key: &str, secret_key: &str, session_token: &str) -> Self {
        Self {
            access_key: access_key.into(),
            secret_key: secret_key.into(),
            session_token: session_token.into(),
            expires_at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Changes an id token for credentials of an identity.
///
/// # Errors
/// `SessionEnded` when the pool does not take the token, `Unavailable`.
pub(crate) async fn credentials(place: &Place, login: &Login) -> Result<(IdentityId, Credentials), Failure> {
    let endpoints = &place.endpoints;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(endpoints.region.clone()))
        .endpoint_url(&endpoints.identity_pool.endpoint)
        .http_client(place.trust.aws()?)
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(Duration::from_secs(15))
                .build(),
        )
        .build();
    let client = Client::from_conf(config);
    let identity = client
        .get_id()
        .identity_pool_id(&endpoints.identity_pool.pool)
        .logins(&login.provider, &login.token)
        .send()
        .await
        .map_err(|error| refused(&error))?
        .identity_id
        .ok_or(Reason::CloudUnreachable)?;
    let answer = client
        .get_credentials_for_identity()
        .identity_id(&identity)
        .logins(&login.provider, &login.token)
        .send()
        .await
        .map_err(|error| refused(&error))?;
    let given = answer.credentials.ok_or(Reason::CloudUnreachable)?;
    let (Some(access_key), Some(secret_key), Some(session_token), Some(expiration)) = (
        given.access_key_id,
        given.secret_key,
        given.session_token,
        given.expiration,
    ) else {
        return Err(Reason::CloudUnreachable.into());
    };
    let until = expiration
        .secs()
        .try_into()
        .ok()
        .map(|secs| UNIX_EPOCH + Duration::from_secs(secs));
    let expires_at = until
        .and_then(|until| Timestamp::try_from(until).ok())
        .ok_or(Reason::CloudUnreachable)?;
    let identity = identity.parse().map_err(|_| Reason::CloudUnreachable)?;
    let credentials = Credentials {
        access_key,
        secret_key,
        session_token,
        expires_at,
    };
    Ok((identity, credentials))
}

fn refused<E: std::error::Error + 'static>(error: &SdkError<E>) -> Failure {
    match error {
        SdkError::ServiceError(context) if context.raw().status().as_u16() < 500 => {
            tracing::warn!(exception = %context.err(), "the identity pool refused");
            Reason::SessionEnded.into()
        }
        _ => Reason::CloudUnreachable.into(),
    }
}
