//! What the broker promises, seen by one receiver.

use async_trait::async_trait;
use bytes::Bytes;

use super::{done, soon};
use crate::ports::{Delivery, Wire};

/// A wire and somebody who hears one topic of it.
#[async_trait]
pub trait Receiver: Send {
    /// The port.
    fn wire(&self) -> &dyn Wire;
    /// The topic that is heard.
    fn topic(&self) -> String;
    /// Waits for the next payload of that topic.
    async fn next(&mut self) -> Bytes;
}

/// Holds a wire to its contract.
///
/// # Panics
/// Where it breaks it.
pub async fn check(receiver: &mut dyn Receiver) {
    let topic = receiver.topic();
    let elsewhere = receiver
        .wire()
        .publish("hearth/nobody", "lost".into(), Delivery::AtLeastOnce);
    done("a topic nobody hears", elsewhere.await);

    let payloads = [
        "{\"n\":1}".into(),
        Bytes::from(vec![b' '; 100_000]),
        Bytes::from_static(b"\x00\xff"),
    ];
    for delivery in [Delivery::AtLeastOnce, Delivery::Lossy] {
        for payload in &payloads {
            done(
                "publish",
                receiver.wire().publish(&topic, payload.clone(), delivery).await,
            );
        }
        for payload in &payloads {
            let came = soon("a payload comes", receiver.next()).await;
            assert_eq!(came.len(), payload.len(), "whole and in order, {delivery:?}");
            assert!(came == *payload, "unchanged, {delivery:?}");
        }
    }
}
