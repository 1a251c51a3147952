//! What the store of pictures promises, seen by who has an address.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::done;
use crate::ports::Objects;

/// The store, and somebody who uses addresses.
#[async_trait]
pub trait Client: Send + Sync {
    /// The port.
    fn objects(&self) -> &dyn Objects;
    /// Puts a JPEG to an address; whether it was taken.
    async fn put(&self, url: &str, jpeg: Bytes) -> bool;
    /// Gets what an address gives; `None` if it was refused.
    async fn get(&self, url: &str) -> Option<Bytes>;
    /// The store's clock.
    fn now(&self) -> Timestamp;
    /// Turns that clock forward.
    fn turn(&self, seconds: u32);
}

const KEY: &str = "things/fridge-HF1/one.jpg";
const OTHER: &str = "things/fridge-HF1/two.jpg";
const MOST: u64 = 100;
const LIFE: SignedDuration = SignedDuration::from_secs(60);

/// Holds a store of pictures to its contract.
///
/// # Panics
/// Where it breaks it.
pub async fn check(client: &dyn Client) {
    let objects = client.objects();
    let put_url = async |key| done("put_url", objects.put_url(key, MOST, client.now() + LIFE).await);
    let get_url = async |key| done("get_url", objects.get_url(key, client.now() + LIFE).await);
    let kept = async |key| done("get", objects.get(key).await);

    assert_eq!(kept(KEY).await, None, "nothing is there before it was put");
    assert_eq!(client.get(&get_url(KEY).await).await, None);
    done("delete what is absent", objects.delete(KEY).await);

    let (put, get) = (put_url(KEY).await, get_url(KEY).await);
    assert!(
        !client.put(&get, "picture".into()).await,
        "an address for getting takes nothing"
    );
    assert!(
        !client.put(&put, Bytes::from(vec![0; 101])).await,
        "nor does one take too much"
    );
    assert_eq!(kept(KEY).await, None);
    assert!(
        client.put(&put, Bytes::from(vec![7; 100])).await,
        "the limit itself is allowed"
    );
    assert!(
        !client.put(&put, "second".into()).await,
        "one address takes one picture"
    );
    assert_eq!(kept(KEY).await, Some(Bytes::from(vec![7; 100])));
    assert_eq!(client.get(&get).await, Some(Bytes::from(vec![7; 100])));
    assert_eq!(client.get(&put).await, None, "an address for putting gives nothing");
    assert_eq!(kept(OTHER).await, None, "another key is another picture");

    let late = put_url(OTHER).await;
    client.turn(61);
    assert!(!client.put(&late, "picture".into()).await, "an address runs out");
    assert_eq!(client.get(&get).await, None, "for getting, too");
    assert_eq!(kept(OTHER).await, None);

    let get = get_url(KEY).await;
    done("delete", objects.delete(KEY).await);
    assert_eq!(kept(KEY).await, None);
    assert_eq!(client.get(&get).await, None, "what was removed is given to nobody");
}
