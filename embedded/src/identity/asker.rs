//! Who asks: from which address, on which device, as far as that can be told.
//!
//! Addresses are what strangers are counted by, devices are what people read
//! in their list of sessions. Neither proves anything.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::http::{HeaderMap, header};
use serde::Deserialize;

/// Characters of a device's name that are kept.
const LONGEST_NAME: usize = 80;

/// What a request says of itself beside what it asks.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct Told {
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
    #[serde(default)]
    user_context_data: Option<Context>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Context {
    #[serde(default)]
    ip_address: Option<String>,
}

/// Whoever sent a request.
#[derive(Debug, Clone, Default)]
pub struct Asker {
    peer: Option<IpAddr>,
    agent: String,
    told_device: Option<String>,
    told_address: Option<IpAddr>,
}

impl Asker {
    /// From the connection and its headers.
    pub fn new(peer: Option<SocketAddr>, headers: &HeaderMap) -> Self {
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self {
            peer: peer.map(|peer| peer.ip().to_canonical()),
            agent: clean(agent.unwrap_or_default()),
            ..Self::default()
        }
    }

    /// With what the request tells: the device's name under `DeviceName` in
    /// `ClientMetadata`; the address in `UserContextData`, which is believed
    /// only of programs on this machine, for they ask on behalf of browsers.
    #[must_use]
    pub fn telling(&self, told: &Told) -> Self {
        let name = told.client_metadata.get("DeviceName").map(|name| clean(name));
        let address = told
            .user_context_data
            .as_ref()
            .and_then(|context| context.ip_address.as_deref());
        Self {
            told_device: name
                .filter(|name| !name.is_empty())
                .or_else(|| self.told_device.clone()),
            told_address: address
                .and_then(|address| address.parse::<IpAddr>().ok())
                .filter(|_| self.is_near())
                .map(|address| address.to_canonical())
                .or(self.told_address),
            ..self.clone()
        }
    }

    /// As this one, with what an earlier step of the same sign-in told.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        self.told_device = self.told_device.or_else(|| earlier.told_device.clone());
        self.told_address = self.told_address.or(earlier.told_address.filter(|_| self.is_near()));
        self
    }

    /// What people call the device: what it was called, else its program.
    pub fn device(&self) -> &str {
        self.told_device.as_deref().unwrap_or(&self.agent)
    }

    /// The address, as it is written; empty if it is not known.
    pub fn address(&self) -> String {
        let address = self.told_address.or(self.peer);
        address.map(|address| address.to_string()).unwrap_or_default()
    }

    /// What strangers are counted by: an IPv4 address, or the /64 of an IPv6
    /// one, because whoever has one of those has all of them.
    pub fn origin(&self) -> String {
        match self.told_address.or(self.peer) {
            Some(IpAddr::V6(address)) if !address.is_loopback() => {
                let network = address.to_bits() & (u128::MAX << 64);
                format!("{}/64", Ipv6Addr::from_bits(network))
            }
            Some(address) => address.to_string(),
            None => String::new(),
        }
    }

    /// Whether many people may stand behind this origin: programs on this
    /// machine that do not tell for whom they ask.
    pub fn is_crowd(&self) -> bool {
        self.told_address.is_none() && self.is_near()
    }

    fn is_near(&self) -> bool {
        self.peer.is_none_or(|peer| peer.is_loopback())
    }
}

/// Without control characters, and no longer than a line.
fn clean(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_control());
    visible.take(LONGEST_NAME).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: serde_json::Value) -> Told {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn only_this_machine_may_speak_for_other_addresses() {
        let context = told(serde_json::json!({ "UserContextData": { "IpAddress": "203.0.113.9" } }));
        let from = |peer: &str| Asker::new(Some(peer.parse().unwrap()), &HeaderMap::new());
        assert_eq!(from("127.0.0.1:9").telling(&context).origin(), "203.0.113.9");
        assert_eq!(from("198.51.100.1:9").telling(&context).origin(), "198.51.100.1");
        assert!(from("127.0.0.1:9").is_crowd() && !from("127.0.0.1:9").telling(&context).is_crowd());
        assert_eq!(from("[2001:db8:1:2:3::4]:9").origin(), "2001:db8:1:2::/64");
        assert_eq!(from("[::ffff:198.51.100.1]:9").origin(), "198.51.100.1");
    }

    #[test]
    fn a_device_is_called_what_it_was_called_else_by_its_program() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, "Firefox".parse().unwrap());
        let asker = Asker::new(None, &headers);
        assert_eq!(asker.device(), "Firefox");
        let named = asker.telling(&told(
            serde_json::json!({ "ClientMetadata": { "DeviceName": " Ann's\n phone " } }),
        ));
        assert_eq!(named.device(), "Ann's phone");
        assert_eq!(asker.clone().after(&named).device(), "Ann's phone");
    }
}
