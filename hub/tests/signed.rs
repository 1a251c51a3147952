//! Who a signed call counts for: real credentials of the real servers, and each
//! way a signature is not good.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use hearth_cloud::ports::{SignedCall, Things as _, Tokens};
use hearth_contract::{Principal, ThingName, clock::Clock};
use hearth_embedded::{
    credentials::{Lender, Loan},
    identity::{Identity, Letter, NotPosted, Outbox, Ports, SystemRandom},
    sigv4::payload_digest,
    things::Things,
};
use hearth_hub::{
    adapters::{Authorisers, Signers},
    clocks::RealClock,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The real clock, turned by so many seconds.
#[derive(Default)]
struct Turned(AtomicI64);

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        RealClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

struct NoMail;

#[async_trait]
impl Outbox for NoMail {
    async fn post(&self, _: Letter) -> Result<(), NotPosted> {
        Ok(())
    }
}

struct Home {
    _folder: TempDir,
    clock: Arc<Turned>,
    identity: Identity,
    things: Arc<Things>,
    doors: Authorisers,
}

impl Home {
    async fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let clock = Arc::new(Turned::default());
        let ports = Ports {
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            outbox: Arc::new(NoMail),
            origins: Vec::new(),
            issuers: Vec::new(),
        };
        let identity = Identity::open(folder.path(), "http://localhost:1", ports).await?;
        let things = Arc::new(Things::open(folder.path(), Arc::new(RealClock)).await?);
        let signers = Arc::new(Signers {
            identity: identity.clone(),
            things: things.clone(),
        });
        let doors = Authorisers {
            verifier: identity.verifier(),
            issuers: identity.issuers(),
            signers,
        };
        Ok(Self {
            _folder: folder,
            clock,
            identity,
            things,
            doors,
        })
    }

    /// A thing with an active certificate, and what was lent to it.
    async fn tablet(&self, name: &str) -> Result<(ThingName, Loan)> {
        let (thing, certificate): (ThingName, _) = (name.parse()?, format!("certificate of {name}"));
        self.things.note(&certificate, name).await?;
        self.things.attach(name, &thing).await?;
        self.things.activate(&thing).await?;
        let loan = self.identity.lend(&thing, &certificate).await;
        Ok((thing, loan.ok().context("nothing was lent")?))
    }

    async fn proves(&self, call: &Call) -> Option<Principal> {
        let headers: Vec<(&str, &str)> = call
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let asked = SignedCall {
            method: call.method,
            path: &call.path,
            query: &call.query,
            headers: &headers,
            digest: &payload_digest(&call.body),
        };
        self.doors.prove_signed(asked).await.map(|proven| proven.principal)
    }
}

/// A call with its signature.
#[derive(Clone)]
struct Call {
    method: &'static str,
    path: String,
    query: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// What a signature is made for.
struct Signing<'a> {
    at: Timestamp,
    region: &'a str,
    service: &'a str,
    covered: &'a [&'a str],
}

/// Something done to a call after it was signed.
type Change = fn(&mut Call);

const COVERED: &[&str] = &["host", "x-amz-date", "x-amz-security-token", "x-hearth-call"];

impl Call {
    fn signed(loan: &Loan, signing: &Signing<'_>) -> Self {
        let stamp = signing.at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let scope = format!("{}/{}/{}/aws4_request", &stamp[..8], signing.region, signing.service);
        let mut headers = vec![
            ("host", "localhost:8420".to_owned()),
            ("x-amz-date", stamp.clone()),
            ("x-amz-security-token", loan.session_token.clone()),
            ("x-hearth-call", "01900000-0000-7000-8000-000000000001".to_owned()),
        ];
        let body = br#"{"name":"Jam"}"#.to_vec();
        let (path, query) = ("/signed/v1/families/7/pantry".to_owned(), "after=3".to_owned());
        let lines: String = headers
            .iter()
            .filter(|(name, _)| signing.covered.contains(name))
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let names = signing.covered.join(";");
        let canonical = format!("POST\n{path}\n{query}\n{lines}\n{names}\n{}", payload_digest(&body));
        let hashed = hex::encode(Sha256::digest(canonical.as_bytes()));
        let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}");
        let mut key = format!("AWS4{}", loan.secret).into_bytes();
        for part in scope.split('/') {
            key = keyed(&key, part);
        }
        let signature = hex::encode(keyed(&key, &text));
        let key = &loan.access_key;
        headers.push((
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"),
        ));
        Self {
            method: "POST",
            path,
            query,
            headers,
            body,
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        for (known, there) in &mut self.headers {
            if *known == name {
                value.clone_into(there);
            }
        }
    }
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn now(region: &str) -> Signing<'_> {
    Signing {
        at: RealClock.now(),
        region,
        service: "execute-api",
        covered: COVERED,
    }
}

#[tokio::test]
async fn a_signed_call_is_its_things_and_nothing_in_it_can_be_changed() -> Result<()> {
    let home = Home::open().await?;
    let (thing, loan) = home.tablet("tablet-KT1").await?;
    let region = home.identity.names().region().to_owned();
    let call = Call::signed(&loan, &now(&region));
    assert_eq!(home.proves(&call).await, Some(Principal::Thing(thing)));
    let changes: [(&str, Change); 7] = [
        ("method", |call| call.method = "DELETE"),
        ("path", |call| call.path.push('x')),
        ("query", |call| call.query.push('0')),
        ("body", |call| call.body.push(b' ')),
        ("host", |call| call.set("host", "elsewhere:8420")),
        ("token", |call| call.set("x-amz-security-token", "another")),
        ("call id", |call| {
            call.set("x-hearth-call", "01900000-0000-7000-8000-000000000002");
        }),
    ];
    for (what, change) in changes {
        let mut changed = call.clone();
        change(&mut changed);
        assert_eq!(home.proves(&changed).await, None, "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn a_signature_counts_now_here_and_with_the_call_id_in_it() -> Result<()> {
    let home = Home::open().await?;
    let (_, loan) = home.tablet("tablet-KT1").await?;
    let region = home.identity.names().region().to_owned();
    let signed = |signing: Signing<'_>| Call::signed(&loan, &signing);
    for (seconds, good) in [(-290, true), (290, true), (-310, false), (310, false)] {
        let at = RealClock.now() + SignedDuration::from_secs(seconds);
        let call = signed(Signing { at, ..now(&region) });
        assert_eq!(home.proves(&call).await.is_some(), good, "{seconds} s");
    }
    let elsewhere = signed(now("mars-1"));
    assert_eq!(home.proves(&elsewhere).await, None, "another region");
    let of_objects = signed(Signing {
        service: "s3",
        ..now(&region)
    });
    assert_eq!(home.proves(&of_objects).await, None, "another service");
    let uncovered = signed(Signing {
        covered: &COVERED[..3],
        ..now(&region)
    });
    assert_eq!(home.proves(&uncovered).await, None, "the call id could be another");
    Ok(())
}

#[tokio::test]
async fn credentials_end_with_their_hour_and_with_their_certificate() -> Result<()> {
    let home = Home::open().await?;
    let region = home.identity.names().region().to_owned();
    let ((first, one), (_, two)) = (home.tablet("tablet-KT1").await?, home.tablet("tablet-KT2").await?);
    let call = |loan: &Loan| Call::signed(loan, &now(&region));
    assert!(home.proves(&call(&one)).await.is_some());
    let stolen = Loan {
        access_key: one.access_key.clone(),
        secret: two.secret.clone(),
        session_token: one.session_token.clone(),
        expires_at: one.expires_at,
    };
    assert_eq!(home.proves(&call(&stolen)).await, None, "another's secret");
    let unknown = Loan {
        access_key: "ASIANOBODY".to_owned(),
        ..stolen
    };
    assert_eq!(home.proves(&call(&unknown)).await, None, "nobody's key");

    home.things.deactivate(&first).await?;
    assert_eq!(home.proves(&call(&one)).await, None, "the certificate is inactive");
    home.things.activate(&first).await?;
    assert!(home.proves(&call(&one)).await.is_some());
    home.things.revoke(&first).await?;
    home.things.activate(&first).await.ok();
    assert_eq!(home.proves(&call(&one)).await, None, "revoked is for ever");
    assert!(
        home.proves(&call(&two)).await.is_some(),
        "the other one is none of this"
    );
    home.clock.0.store(3601, Ordering::SeqCst);
    assert_eq!(home.proves(&call(&two)).await, None, "an hour is over");
    Ok(())
}
