//! A generic OpenID Connect client library against the hub as a provider: it
//! discovers, sends a person to the sign-in page, and believes what it is given.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use hearth_contract::endpoints::{Endpoints, WELL_KNOWN};
use hearth_tests::{
    hub::Hub,
    page::{PASSWORD, Page},
    sign_in_page,
};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RevocationUrl, Scope,
    TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
        CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreSubjectIdentifierType, CoreUserInfoClaims,
    },
    http,
};
use serde::{Deserialize, Serialize};

/// A port on which nobody listens: the test itself reads where it is sent.
const BACK: &str = "http://127.0.0.1:40123/auth/callback";
const MAIL: &str = "ana@example.org";

/// RFC 8414's member, which the library leaves to whoever needs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Revocation {
    revocation_endpoint: String,
}

impl AdditionalProviderMetadata for Revocation {}

type Metadata = ProviderMetadata<
    Revocation,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Sends what the library wants to be sent.
async fn sent(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (mut parts, body) = request.into_parts();
    // The library revokes over TLS only; here that would end just before the hub.
    if let Some(rest) = parts.uri.to_string().strip_prefix("https://localhost:")
        && let Ok(uri) = format!("http://localhost:{rest}").parse()
    {
        parts.uri = uri;
    }
    let answer = client
        .execute(http::Request::from_parts(parts, body).try_into()?)
        .await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

#[tokio::test]
async fn the_openidconnect_library_signs_somebody_in_renews_and_revokes() -> Result<()> {
    let hub = Hub::start().await?;
    let person = Page::open(&hub)?.sign_up(&hub, "Ana").await?;
    let known: Endpoints = reqwest::get(format!("{}{WELL_KNOWN}", hub.address))
        .await?
        .json()
        .await?;
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let http = {
        let browser = Arc::new(browser.clone());
        move |request| sent((*browser).clone(), request)
    };

    let issuer = IssuerUrl::new(known.user_pool.issuer.clone())?;
    let metadata = Metadata::discover_async(issuer, &http).await?;
    let revocation = &metadata.additional_metadata().revocation_endpoint;
    let revocation = RevocationUrl::new(revocation.replacen("http://", "https://", 1))?;
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(known.user_pool.client.clone()), None)
        .set_redirect_uri(RedirectUrl::new(BACK.to_owned())?)
        .set_revocation_url(revocation);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let refused = sign_in_page::fill(&browser, address.as_str(), MAIL, "not the password").await;
    ensure!(refused.is_err(), "a wrong password was taken");
    let answer = sign_in_page::fill(&browser, address.as_str(), MAIL, PASSWORD).await?;
    ensure!(answer.address == BACK, "sent to {}", answer.address);
    ensure!(answer.get("state") == Some(state.secret()), "the state is another");
    ensure!(
        answer.get("iss") == Some(&known.user_pool.issuer),
        "the issuer is another"
    );

    let code = AuthorizationCode::new(answer.get("code").context("no code")?.clone());
    let tokens = client
        .exchange_code(code)?
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await?;
    let id_token = tokens.id_token().context("no id token")?;
    let judge = client.id_token_verifier();
    let claims = id_token.claims(&judge, &nonce)?;
    ensure!(claims.subject().as_str() == person.id.to_string(), "another subject");
    ensure!(
        claims.email().is_some_and(|mail| mail.as_str() == MAIL),
        "another address"
    );
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg()?,
        id_token.signing_key(&judge)?,
    )?;
    ensure!(claims.access_token_hash() == Some(&hash), "of another access token");
    ensure!(
        id_token.claims(&judge, &Nonce::new_random()).is_err(),
        "another nonce was taken"
    );

    let asked = |access: &openidconnect::AccessToken| {
        let asked = client.user_info(access.clone(), Some(claims.subject().clone()));
        let http = http.clone();
        async move { Ok::<CoreUserInfoClaims, anyhow::Error>(asked?.request_async(&http).await?) }
    };
    let info = asked(tokens.access_token()).await?;
    let name = info.name().and_then(|name| name.get(None)).map(|name| name.as_str());
    ensure!(name == Some("Ana"), "{name:?}");

    let refresh = tokens.refresh_token().context("no refresh token")?;
    let renewed = client.exchange_refresh_token(refresh)?.request_async(&http).await?;
    let again = renewed.id_token().context("no id token with the renewed")?;
    // Core 1.0, section 12.2: a renewed id token need not have the nonce.
    let again = again.claims(&judge, |_: Option<&Nonce>| Ok(()))?;
    ensure!(again.subject() == claims.subject(), "renewed for somebody else");
    asked(renewed.access_token()).await?;

    let refresh = renewed.refresh_token().context("the refresh token does not rotate")?;
    client
        .revoke_token(CoreRevocableToken::from(refresh.clone()))?
        .request_async(&http)
        .await?;
    ensure!(asked(renewed.access_token()).await.is_err(), "it goes on");
    ensure!(
        client
            .exchange_refresh_token(refresh)?
            .request_async(&http)
            .await
            .is_err(),
        "it can be renewed"
    );
    Ok(())
}
