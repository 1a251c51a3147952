//! The endpoint: which operation was asked for, its JSON in, its JSON out.
//!
//! It knows the names of operations and nothing of what they do. A new
//! operation is a file in `ops` and one line here.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, Response, header},
    routing::post,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Pool, asker::Asker, cors, exception::Exception, ops, random};

/// No operation needs more; more is refused unread.
const BODY_LIMIT: usize = 64 * 1024;
const USER_POOL: &str = "AWSCognitoIdentityProviderService";
const IDENTITY_POOL: &str = "AWSCognitoIdentityService";

type Answer = Result<Vec<u8>, Exception>;

pub(super) fn routes(pool: Arc<Pool>) -> Router {
    Router::new()
        .route("/cognito", post(endpoint).options(cors::preflight))
        .route("/cognito/", post(endpoint).options(cors::preflight))
        .with_state(pool)
}

async fn endpoint(
    State(pool): State<Arc<Pool>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let asker = Asker::new(peer.map(|Extension(ConnectInfo(peer))| peer), &headers);
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let mut response = match answer(&pool, &asker, target, body).await {
        Ok(json) => {
            let mut response = Response::new(Body::from(json));
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/x-amz-json-1.1"),
            );
            response
        }
        Err(exception) => {
            tracing::debug!(exception = exception.name, "the identity refused");
            exception.response()
        }
    };
    let id = random::uuid(&*pool.ports.random).and_then(|id| HeaderValue::try_from(id).ok());
    if let Some(id) = id {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    cors::allow(response.headers_mut());
    // Answers carry tokens: no cache on the way may keep them.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn answer(pool: &Pool, asker: &Asker, target: &str, body: Body) -> Answer {
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| Exception::too_long())?;
    match target.split_once('.') {
        Some((USER_POOL, op)) => user_pool(pool, asker, op, &body).await,
        Some((IDENTITY_POOL, op)) => identity_pool(pool, op, &body).await,
        _ => Err(Exception::unknown_operation()),
    }
}

async fn user_pool(pool: &Pool, asker: &Asker, op: &str, body: &[u8]) -> Answer {
    match op {
        "SignUp" => write(ops::sign_up::answer(pool, asker, read(body)?).await),
        "ConfirmSignUp" => write(ops::confirm_sign_up::answer(pool, asker, read(body)?).await),
        "ResendConfirmationCode" => write(ops::resend_code::answer(pool, asker, read(body)?).await),
        "InitiateAuth" => write(ops::initiate_auth::answer(pool, asker, read(body)?).await),
        "RespondToAuthChallenge" => write(ops::respond::answer(pool, asker, read(body)?).await),
        "GetTokensFromRefreshToken" => write(ops::renew::answer(pool, asker, read(body)?).await),
        "GetUser" => write(ops::get_user::answer(pool, read(body)?).await),
        "GlobalSignOut" => write(ops::sign_out::everywhere(pool, read(body)?).await),
        "RevokeToken" => write(ops::sign_out::revoke(pool, read(body)?).await),
        "DeleteUser" => write(ops::delete_user::answer(pool, read(body)?).await),
        "UpdateUserAttributes" => write(ops::attributes::update(pool, asker, read(body)?).await),
        "GetUserAttributeVerificationCode" => write(ops::attributes::post(pool, asker, read(body)?).await),
        "VerifyUserAttribute" => write(ops::attributes::verify(pool, asker, read(body)?).await),
        "AssociateSoftwareToken" => write(ops::software_token::associate(pool, read(body)?).await),
        "VerifySoftwareToken" => write(ops::software_token::verify(pool, read(body)?).await),
        "SetUserMFAPreference" => write(ops::software_token::prefer(pool, read(body)?).await),
        "StartWebAuthnRegistration" => write(ops::register_passkey::start(pool, read(body)?).await),
        "CompleteWebAuthnRegistration" => write(ops::register_passkey::complete(pool, read(body)?).await),
        "ListWebAuthnCredentials" => write(ops::passkeys::list(pool, read(body)?).await),
        "DeleteWebAuthnCredential" => write(ops::passkeys::delete(pool, read(body)?).await),
        "GetUserAuthFactors" => write(ops::passkeys::factors(pool, read(body)?).await),
        "ListDevices" => write(ops::devices::list(pool, read(body)?).await),
        "GetDevice" => write(ops::devices::get(pool, read(body)?).await),
        "ForgetDevice" => write(ops::devices::forget(pool, read(body)?).await),
        "ForgotPassword" => write(ops::forgot_password::forgot(pool, asker, read(body)?).await),
        "ConfirmForgotPassword" => write(ops::forgot_password::confirm(pool, asker, read(body)?).await),
        "ChangePassword" => write(ops::change_password::answer(pool, read(body)?).await),
        _ => Err(Exception::unknown_operation()),
    }
}

async fn identity_pool(pool: &Pool, op: &str, body: &[u8]) -> Answer {
    match op {
        "GetId" => write(ops::get_id::answer(pool, read(body)?).await),
        "GetCredentialsForIdentity" => write(ops::get_credentials::answer(pool, read(body)?).await),
        _ => Err(Exception::unknown_operation()),
    }
}

/// serde's own message would repeat what was sent; a password, for one.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Exception> {
    let mut sent: Value = serde_json::from_slice(body).map_err(|_| Exception::serialization())?;
    drop_nulls(&mut sent);
    serde_json::from_value(sent)
        .map_err(|_| Exception::invalid_parameter("A required member is missing or has the wrong type."))
}

/// In AWS's JSON a member that is null is one that is not there, in its maps too:
/// browsers send a null `DEVICE_KEY` with every renewal.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn write<T: Serialize>(answered: Result<T, Exception>) -> Answer {
    serde_json::to_vec(&answered?).map_err(|error| {
        tracing::error!(%error, "an answer of the identity could not be written");
        Exception::internal()
    })
}
