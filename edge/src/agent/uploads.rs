//! Addresses to put pictures to: a few are kept in stock, so that a closing
//! door need not wait, and the putting itself.
//!
//! The stock is in memory only: an address lives minutes, and a new one is a
//! question away.

use std::{collections::VecDeque, sync::Arc, sync::Mutex, time::Duration};

use hearth_contract::{
    ids::MessageId,
    things::{SaidKind, Upload, UploadAsk},
};
use rumqttc::QoS;
use tokio::{sync::Notify, time::timeout};

use super::{Shared, lock};
use crate::{cloud::Cloud, fault::Fault};

/// How many addresses are kept.
const KEPT: usize = 4;
/// An unanswered question is asked again after this.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// An address that ends within this, seconds, is not used any more.
const TOO_LATE_S: i64 = 20;
const PUT_WITHIN: Duration = Duration::from_secs(30);

/// Addresses in stock.
#[derive(Default)]
pub(super) struct Stock {
    uploads: Mutex<VecDeque<Upload>>,
    /// Something was added.
    added: Notify,
    /// Something was taken, or all was thrown away.
    taken: Notify,
}

impl Stock {
    pub(super) fn add(&self, uploads: Vec<Upload>) {
        let mut stock = lock(&self.uploads);
        stock.extend(uploads);
        while stock.len() > 2 * KEPT {
            stock.pop_front();
        }
        drop(stock);
        self.added.notify_waiters();
        self.taken.notify_one();
    }

    pub(super) fn clear(&self) {
        lock(&self.uploads).clear();
        self.taken.notify_one();
    }
}

/// Takes an address, waiting for one if there is none.
pub(super) async fn take(shared: &Shared) -> Upload {
    loop {
        let mut added = std::pin::pin!(shared.stock.added.notified());
        // Listens before it looks, so that nothing falls between.
        added.as_mut().enable();
        let upload = fresh(shared).pop_front();
        shared.stock.taken.notify_one();
        match upload {
            Some(upload) => return upload,
            None => added.await,
        }
    }
}

/// Keeps the stock full for as long as it is polled.
pub(super) async fn keep_stock(shared: Arc<Shared>) {
    loop {
        shared.connected().await;
        let missing = KEPT.saturating_sub(fresh(&shared).len());
        if missing > 0 {
            let token = MessageId(shared.ids.uuid());
            let ask = UploadAsk {
                token,
                count: u8::try_from(missing).unwrap_or(1),
            };
            let mut added = std::pin::pin!(shared.stock.added.notified());
            added.as_mut().enable();
            if let Ok(payload) = serde_json::to_vec(&ask) {
                shared.publish(SaidKind::Upload, payload, QoS::AtLeastOnce);
            }
            // A question is out: more would only bring more than is kept.
            let _ = timeout(ASK_AGAIN, added).await;
        } else {
            let _ = timeout(ASK_AGAIN, shared.stock.taken.notified()).await;
        }
    }
}

/// The stock without what has run out.
fn fresh(shared: &Shared) -> std::sync::MutexGuard<'_, VecDeque<Upload>> {
    let now = shared.clocks.real.now().as_second();
    let mut stock = lock(&shared.stock.uploads);
    stock.retain(|upload| upload.expires_at.as_second() - now > TOO_LATE_S);
    stock
}

/// Speaks HTTP to presigned addresses.
pub(super) fn client(cloud: &Cloud) -> Result<reqwest::Client, Fault> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(cloud.plain_tls()?)
        .no_proxy()
        .timeout(PUT_WITHIN)
        .build()
        .map_err(|error| Fault::Upload(error.to_string()))
}

/// Puts one picture (JPEG).
pub(super) async fn put(http: &reqwest::Client, upload: &Upload, jpeg: bytes::Bytes) -> Result<(), Fault> {
    // The address is a right to write: it must not reach the log, errors carry none.
    let sent = http
        .put(&upload.url)
        .header("content-type", "image/jpeg")
        .body(jpeg)
        .send()
        .await;
    let answer = sent.map_err(|error| Fault::Upload(error.without_url().to_string()))?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(Fault::Upload(format!("answered {}", answer.status())))
}
