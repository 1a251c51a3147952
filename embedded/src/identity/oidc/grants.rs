//! Authorization codes: each good once, for a minute, for whoever asked.
//!
//! They live in memory: a restart asks the person to sign in again. A spent
//! code is remembered for a while, because a second use means that somebody
//! else has it, and ends the session that the first use began.
//!
//! # Source
//! RFC 6749, sections 4.1.2 and 10.5.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Seconds.
const LIFE: i64 = 60;
/// How long a spent code is remembered, seconds.
const MEMORY: i64 = 600;
/// When full, the oldest gives way.
const ROOM: usize = 4096;

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// `sub` of who signed in.
    pub account: String,
    /// Who asked.
    pub client_id: String,
    /// Where the code was sent.
    pub redirect: String,
    /// Of the verifier that must come with the code.
    pub challenge: String,
    /// For the id token.
    pub nonce: Option<String>,
    /// For the access token.
    pub scope: String,
    /// Unix seconds.
    pub made_at: i64,
}

/// What came of handing in a code.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was good, and is not any more.
    Good(Grant),
    /// It was spent; the digest of the refresh token it was spent for, if that
    /// is known already.
    Again(Option<[u8; 32]>),
    /// Never given out, or too old.
    Unknown,
}

enum Code {
    Open(Grant),
    Spent {
        at: i64,
        refresh: Option<[u8; 32]>,
        came_again: bool,
    },
}

/// By the code's digest.
#[derive(Default)]
pub struct Grants {
    codes: Mutex<HashMap<[u8; 32], Code>>,
}

impl Grants {
    /// Remembers a grant under the digest of its code.
    pub fn put(&self, code: [u8; 32], grant: Grant) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let now = grant.made_at;
        codes.retain(|_, code| now - code.since() < MEMORY);
        if codes.len() >= ROOM {
            let oldest = codes.iter().min_by_key(|(_, code)| code.since());
            if let Some(oldest) = oldest.map(|(digest, _)| *digest) {
                codes.remove(&oldest);
            }
        }
        codes.insert(code, Code::Open(grant));
    }

    /// Takes what a code stands for; whatever comes of it, it is spent.
    pub fn take(&self, code: &[u8; 32], now: i64) -> Taken {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = codes.get_mut(code) else {
            return Taken::Unknown;
        };
        if let Code::Spent {
            refresh, came_again, ..
        } = known
        {
            *came_again = true;
            return Taken::Again(*refresh);
        }
        let spent = Code::Spent {
            at: now,
            refresh: None,
            came_again: false,
        };
        match std::mem::replace(known, spent) {
            Code::Open(grant) if now - grant.made_at < LIFE => Taken::Good(grant),
            _ => Taken::Unknown,
        }
    }

    /// Notes what a code was spent for. `false` if it came again meanwhile:
    /// what was begun must end.
    pub fn settle(&self, code: &[u8; 32], begun: [u8; 32]) -> bool {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        match codes.get_mut(code) {
            Some(Code::Spent {
                refresh, came_again, ..
            }) => {
                *refresh = Some(begun);
                !*came_again
            }
            _ => true,
        }
    }
}

impl Code {
    fn since(&self) -> i64 {
        match self {
            Self::Open(grant) => grant.made_at,
            Self::Spent { at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(made_at: i64) -> Grant {
        Grant {
            account: "ann".into(),
            client_id: "app".into(),
            redirect: "hearth://auth/callback".into(),
            challenge: String::new(),
            nonce: None,
            scope: "openid".into(),
            made_at,
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_minute() {
        let grants = Grants::default();
        grants.put([1; 32], grant(100));
        grants.put([2; 32], grant(100));
        assert_eq!(grants.take(&[1; 32], 159), Taken::Good(grant(100)));
        assert!(grants.settle(&[1; 32], [9; 32]));
        assert_eq!(grants.take(&[1; 32], 159), Taken::Again(Some([9; 32])));
        assert_eq!(grants.take(&[2; 32], 160), Taken::Unknown);
        assert_eq!(grants.take(&[3; 32], 160), Taken::Unknown);
    }

    #[test]
    fn a_code_that_came_twice_at_once_begins_nothing() {
        let grants = Grants::default();
        grants.put([1; 32], grant(100));
        assert!(matches!(grants.take(&[1; 32], 101), Taken::Good(_)));
        assert_eq!(grants.take(&[1; 32], 101), Taken::Again(None));
        assert!(!grants.settle(&[1; 32], [9; 32]));
    }
}
