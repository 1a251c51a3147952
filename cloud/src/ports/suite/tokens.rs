//! What the authorisers promise, by one who may call and many who may not.

use super::super::{Proven, SignedCall, Tokens};

/// A token that is good, and a call that is signed well.
pub struct Good<'a> {
    /// The token.
    pub bearer: &'a str,
    /// Whom it stands for.
    pub bearer_is: Proven,
    /// The call.
    pub call: SignedCall<'a>,
    /// Who signed it.
    pub signer_is: Proven,
}

/// Holds authorisers to their contract.
///
/// # Panics
/// Where they break it.
pub async fn check(tokens: &dyn Tokens, good: Good<'_>) {
    let Good {
        bearer,
        bearer_is,
        call,
        signer_is,
    } = good;
    assert_eq!(tokens.prove(bearer).await, Some(bearer_is));
    let cut: String = bearer.chars().take(bearer.chars().count().saturating_sub(1)).collect();
    for bad in [
        "",
        " ",
        "a.b.c",
        "\u{0}",
        "person",
        cut.as_str(),
        &format!("x{bearer}"),
        &format!("{bearer}x"),
    ] {
        assert_eq!(tokens.prove(bad).await, None, "{bad:?}");
    }

    assert_eq!(tokens.prove_signed(call).await, Some(signer_is));
    let without: Vec<_> = call
        .headers
        .iter()
        .copied()
        .filter(|(name, _)| *name != "authorization")
        .collect();
    let altered = [
        SignedCall {
            digest: &"0".repeat(64),
            ..call
        },
        SignedCall {
            path: "/v1/families",
            ..call
        },
        SignedCall {
            headers: &without,
            ..call
        },
        SignedCall { headers: &[], ..call },
    ];
    for altered in altered {
        assert_eq!(
            tokens.prove_signed(altered).await,
            None,
            "{} {}",
            altered.path,
            altered.digest
        );
    }
}
