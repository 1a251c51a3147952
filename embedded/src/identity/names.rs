//! The names the identity goes by, and what counts as a mail address.
//!
//! Ids have the shape AWS gives them, because official clients take a region
//! or a pool name out of them.

/// The region of the home, in ids and in signatures.
pub const REGION: &str = "local-1";

/// Public names, fixed at first run; none of them is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// `iss` of every token: `{public_url}/{pool_id}`.
    pub issuer: String,
    /// `local-1_Abc…`: what follows the `_` enters the password proof.
    pub pool_id: String,
    /// The app's client: its refresh tokens rotate.
    pub client_id: String,
    /// A client for programs that renew by `REFRESH_TOKEN_AUTH`: its refresh
    /// tokens stay as they are.
    pub plain_client_id: String,
    /// `local-1:uuid`
    pub identity_pool_id: String,
}

impl Names {
    /// The region of pools and credentials.
    pub fn region(&self) -> &'static str {
        REGION
    }

    /// Where the home is reached: the issuer without the pool.
    pub fn public_url(&self) -> &str {
        let without_pool = self.issuer.strip_suffix(&self.pool_id);
        without_pool.unwrap_or(&self.issuer).trim_end_matches('/')
    }

    /// Whether people reach the home by TLS.
    pub fn is_tls(&self) -> bool {
        self.issuer.starts_with("https://")
    }

    /// The key of `Logins` at the identity pool: the issuer without scheme.
    pub fn login(&self) -> &str {
        let issuer = self.issuer.as_str();
        issuer
            .strip_prefix("https://")
            .or_else(|| issuer.strip_prefix("http://"))
            .unwrap_or(issuer)
    }
}

/// The address as it is kept and compared: trimmed, lower case, of plausible
/// shape and at most 128 characters. `None` for anything else.
pub fn mail_address(typed: &str) -> Option<String> {
    let mail = typed.trim().to_lowercase();
    let (local, domain) = mail.rsplit_once('@')?;
    let sound = mail.chars().count() <= 128
        && !local.is_empty()
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !mail.chars().any(|c| c.is_whitespace() || c.is_control());
    sound.then_some(mail)
}

/// `m***@h***`, as the server says where it sent a code.
pub fn masked(mail: &str) -> String {
    let (local, domain) = mail.rsplit_once('@').unwrap_or((mail, ""));
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}
