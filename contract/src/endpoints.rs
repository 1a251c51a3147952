//! Where everything of a cloud is: one document, read by core before anything else.

use serde::{Deserialize, Serialize};

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
}

/// A Cognito identity pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityPool {
    /// Where its calls go.
    pub endpoint: String,
    /// `region:uuid`.
    pub pool: String,
}
