//! What the broker counts, by AWS IoT's names for it.
//!
//! # Source
//! AWS IoT developer guide, "AWS IoT metrics and dimensions", message broker metrics.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Somebody was let in.
    ConnectSuccess,
    /// Somebody was not.
    ConnectAuthError,
    /// A connection that was let in has ended.
    Disconnect,
    /// Something was said.
    PublishInSuccess,
    /// Something was said where its speaker may not.
    PublishInAuthError,
    /// Something was said by somebody who speaks too fast, and was held back.
    PublishInThrottle,
    /// Something was said that can't be: too large, to be retained, or of QoS 2.
    PublishInClientError,
    /// Somebody listens.
    SubscribeSuccess,
    /// Somebody wanted to listen where they may not.
    SubscribeAuthError,
}

impl Counted {
    /// All of it.
    pub const ALL: [Self; 9] = [
        Self::ConnectSuccess,
        Self::ConnectAuthError,
        Self::Disconnect,
        Self::PublishInSuccess,
        Self::PublishInAuthError,
        Self::PublishInThrottle,
        Self::PublishInClientError,
        Self::SubscribeSuccess,
        Self::SubscribeAuthError,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::ConnectSuccess => "connect_success",
            Self::ConnectAuthError => "connect_auth_error",
            Self::Disconnect => "disconnect",
            Self::PublishInSuccess => "publish_in_success",
            Self::PublishInAuthError => "publish_in_auth_error",
            Self::PublishInThrottle => "publish_in_throttle",
            Self::PublishInClientError => "publish_in_client_error",
            Self::SubscribeSuccess => "subscribe_success",
            Self::SubscribeAuthError => "subscribe_auth_error",
        }
    }
}

/// The counts since the start.
#[derive(Debug, Default)]
pub struct Metrics([AtomicU64; Counted::ALL.len()]);

impl Metrics {
    /// One more.
    pub fn count(&self, what: Counted) {
        if let Some(number) = self.0.get(what as usize) {
            number.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many.
    pub fn of(&self, what: Counted) -> u64 {
        self.0
            .get(what as usize)
            .map_or(0, |number| number.load(Ordering::Relaxed))
    }

    /// All of them as Prometheus reads them.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, kind: &str, value: u64| {
            // Writing into a text can't fail.
            let _ = write!(
                text,
                "# TYPE hearth_broker_{name} {kind}\nhearth_broker_{name} {value}\n"
            );
        };
        for what in Counted::ALL {
            line(&format!("{}_total", what.name()), "counter", self.of(what));
        }
        let connected = self
            .of(Counted::ConnectSuccess)
            .saturating_sub(self.of(Counted::Disconnect));
        line("connections", "gauge", connected);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::default();
        for what in Counted::ALL {
            metrics.count(what);
        }
        metrics.count(Counted::ConnectSuccess);
        let text = metrics.text();
        for line in [
            "hearth_broker_connect_success_total 2",
            "# TYPE hearth_broker_subscribe_auth_error_total counter",
            "hearth_broker_subscribe_auth_error_total 1",
            "hearth_broker_connections 1",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}: {text}");
        }
    }
}
