//! Where everything of a cloud is: one document, read by core before anything else.

use serde::{Deserialize, Serialize};

use crate::text::Name;

/// Where the document is, below the hub's or the maker's address.
pub const WELL_KNOWN: &str = "/.well-known/hearth.json";

/// Addresses and names of one cloud, embedded or on AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// What this home or maker is called.
    pub name: String,
    /// The AWS region the names below live in; `local` at home.
    pub region: String,
    /// The user pool's endpoint (`cognito-idp`), and its pool and client.
    pub user_pool: UserPool,
    /// The identity pool's endpoint (`cognito-identity`) and pool.
    pub identity_pool: IdentityPool,
    /// REST: `https://host/`, without the version.
    pub rest: String,
    /// The live connection: `wss://host/mqtt`.
    pub mqtt: String,
    /// The certificate authority to trust, PEM; `None` for the public ones.
    #[serde(default)]
    pub ca_pem: Option<String>,
    /// Where a tablet comes in by its certificate; `None` if it can't here.
    #[serde(default)]
    pub things: Option<ThingsPort>,
    /// By whose own pages people may sign in, beside the user pool; none twice.
    #[serde(default)]
    pub sign_on: Vec<SignOn>,
}

impl Endpoints {
    /// The provider of this issuer, the user pool's own page among them; `None`
    /// if it is not one of this cloud.
    #[must_use]
    pub fn provider(&self, issuer: &str) -> Option<SignOn> {
        let joined = self.sign_on.iter().find(|provider| provider.issuer == issuer);
        joined
            .cloned()
            .or_else(|| self.own_page().filter(|own| own.issuer == issuer))
    }

    /// The user pool by its own sign-in page, for apps that lead people there;
    /// `None` if it has none.
    #[must_use]
    pub fn own_page(&self) -> Option<SignOn> {
        let pool = &self.user_pool;
        let named = pool.page.then(|| Name::parse(&self.name).ok()).flatten();
        named.map(|name| SignOn {
            name,
            issuer: pool.issuer.clone(),
            client: pool.client.clone(),
            scopes: OWN_SCOPES.map(str::to_owned).into(),
            login: None,
        })
    }
}

/// The last one opens the account's own operations.
///
/// # Source
/// Amazon Cognito developer guide, "Scopes, M2M, and resource servers".
const OWN_SCOPES: [&str; 4] = ["openid", "email", "profile", "aws.cognito.signin.user.admin"];

/// An OpenID Connect provider that is joined to the identity pool, with the
/// client this cloud is there. The client is a public one: it has no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOn {
    /// What it is called on a button.
    pub name: Name,
    /// Its issuer, exactly as its tokens have it.
    pub issuer: String,
    /// The client's id; the audience of its tokens.
    pub client: String,
    /// What is asked for; `openid` is always.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// What the identity pool calls its logins; `None`: the issuer without its scheme.
    #[serde(default)]
    pub login: Option<String>,
}

impl SignOn {
    /// What the identity pool calls its logins.
    #[must_use]
    pub fn login(&self) -> &str {
        self.login.as_deref().unwrap_or_else(|| login_name(&self.issuer))
    }
}

/// An issuer without its scheme: what identity pools call its logins.
///
/// # Source
/// Amazon Cognito Federated Identities API reference, `GetId`, `Logins`.
#[must_use]
pub fn login_name(issuer: &str) -> &str {
    issuer.split_once("://").map_or(issuer, |(_, rest)| rest)
}

fn scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).into()
}

/// IoT Core, as far as a tablet needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThingsPort {
    /// The host of MQTT over mutual TLS.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The credentials provider: `https://host`.
    pub credentials: String,
    /// The role alias a tablet asks for.
    pub role_alias: String,
    /// The authority of both, PEM.
    pub ca_pem: String,
}

/// A Cognito user pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPool {
    /// Where its calls go.
    pub endpoint: String,
    /// `region_Name`.
    pub pool: String,
    /// The app client.
    pub client: String,
    /// At home, a client for other programs, which renew by `REFRESH_TOKEN_AUTH`:
    /// its refresh tokens do not rotate. The app never uses it.
    #[serde(default)]
    pub plain_client: Option<String>,
    /// The issuer of its tokens.
    pub issuer: String,
    /// Whether it is an OpenID Connect provider with a sign-in page of its own.
    #[serde(default)]
    pub page: bool,
}

/// A Cognito identity pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityPool {
    /// Where its calls go.
    pub endpoint: String,
    /// `region:uuid`.
    pub pool: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_named_by_its_issuer_unless_the_pool_has_a_name_for_it() {
        let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc";
        assert_eq!(login_name(issuer), "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc");
        let mut provider: SignOn =
            serde_json::from_str(r#"{"name":"Maker","issuer":"https://id.example.org","client":"app"}"#).unwrap();
        assert_eq!((provider.login(), provider.scopes.len()), ("id.example.org", 3));
        provider.login = Some("maker".into());
        assert_eq!(provider.login(), "maker");
    }
}
