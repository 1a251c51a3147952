//! The stays of a person: what a user pool calls devices.

use async_trait::async_trait;
use hearth_contract::{
    Failure, Reason, Seen,
    session::stay::{End, EndAll, List, Stay},
};
use serde_json::{Value, json};

use crate::{app::Core, dispatch::Answered, session::passkey::instant};

/// As many as the pool lists at once.
const MOST: u32 = 60;

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    devices: Vec<Device>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Device {
    device_key: String,
    #[serde(default)]
    device_attributes: Vec<Attribute>,
    /// Unix seconds, as the next.
    #[serde(default)]
    device_create_date: f64,
    #[serde(default)]
    device_last_authenticated_date: f64,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

#[async_trait]
impl Answered for List {
    async fn answer(self, core: &Core) -> Result<Seen<Vec<Stay>>, Failure> {
        let home = core.signed_in().await?;
        let listed: Listed = home.own("ListDevices", json!({ "Limit": MOST })).await?;
        let mut stays: Vec<Stay> = listed.devices.into_iter().map(Stay::from).collect();
        stays.sort_by_key(|stay| (!stay.is_this, std::cmp::Reverse(stay.used_at)));
        Ok(Seen::now(stays, home.clock.now()))
    }
}

#[async_trait]
impl Answered for End {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let home = core.signed_in().await?;
        match home.own::<Value>("ForgetDevice", json!({ "DeviceKey": self.id })).await {
            Err(failure) if failure.reason != Reason::Absent => Err(failure),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Answered for EndAll {
    async fn answer(self, core: &Core) -> Result<(), Failure> {
        let home = core.signed_in().await?;
        home.own::<Value>("GlobalSignOut", json!({})).await?;
        core.sign_out().await
    }
}

impl From<Device> for Stay {
    fn from(device: Device) -> Self {
        let attribute = |name: &str| {
            let mut all = device.device_attributes.iter();
            all.find(|attribute| attribute.name == name)
                .map_or("", |attribute| attribute.value.as_str())
        };
        Self {
            place: attribute("device_name").to_owned(),
            // Of our own user pools; another does not say it.
            is_this: attribute("current") == "true",
            began_at: instant(device.device_create_date),
            used_at: instant(device.device_last_authenticated_date),
            id: device.device_key,
        }
    }
}
