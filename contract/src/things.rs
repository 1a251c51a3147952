//! What devices and the cloud say to each other over MQTT.
//!
//! A device publishes below `hearth/things/{thing}/` and hears below
//! `hearth/things/{thing}/to/`. Provisioning and shadows use the reserved
//! topics of AWS IoT. Payloads are JSON and at most [`MAX_PAYLOAD`] bytes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    alarm::{Acknowledgement, Alarm},
    ids::{AlarmId, CameraId, DoorId, IdentityId, MessageId, PictureId, ThingName},
    live::Sight,
    meter::Reading,
    pairing::PairingCode,
};

/// The largest MQTT payload, bytes.
pub const MAX_PAYLOAD: usize = 128 * 1024;
/// The provisioning template of our devices.
pub const TEMPLATE: &str = "hearth-device";
/// The template by which a device that is in gets its next certificate.
pub const ROTATION: &str = "hearth-rotation";
/// The provisioning parameter of tablets only: the serial number of their fridge.
pub const FRIDGE_PARAMETER: &str = "Fridge";
/// The provisioning parameter of a device whose button was just pressed; it is [`PRESSED`] then.
pub const PRESSED_PARAMETER: &str = "Button";
/// What a pressed button says.
pub const PRESSED: &str = "pressed";
/// Provisioning parameters: serial number, hardware code, and the pairing secret in hex.
pub const PARAMETERS: [&str; 3] = ["SerialNumber", "HardwareType", "PairingSecret"];
/// The role alias whose credentials open the signed REST door.
pub const ROLE_ALIAS: &str = "hearth-kiosk";
/// The header in which a thing names itself when it asks for credentials.
pub const THING_HEADER: &str = "x-amzn-iot-thingname";
/// Application protocol (ALPN) of asking for credentials on the devices' port.
pub const ALPN_HTTP: &[u8] = b"http/1.1";
/// Application protocol (ALPN) of MQTT on the devices' port.
pub const ALPN_MQTT: &[u8] = b"mqtt";
/// Application protocol of live frames on the devices' port: one JSON line ([`LiveHello`]), then frames.
pub const ALPN_LIVE: &[u8] = b"hearth-live";

/// The inbox topic of an identity.
#[must_use]
pub fn inbox(identity: &IdentityId) -> String {
    format!("hearth/inbox/{identity}")
}

/// The inbox topic of a thing that is a member of its family.
#[must_use]
pub fn thing_inbox(thing: &ThingName) -> String {
    format!("hearth/inbox/{thing}")
}

/// The topic a device publishes a message of this kind to.
#[must_use]
pub fn from_thing(thing: &ThingName, said: SaidKind) -> String {
    format!("hearth/things/{thing}/{}", said.as_str())
}

/// The topic a device hears everything on.
#[must_use]
pub fn to_thing(thing: &ThingName) -> String {
    format!("hearth/things/{thing}/to")
}

/// Takes a device's topic apart.
#[must_use]
pub fn parse_topic(topic: &str) -> Option<(ThingName, SaidKind)> {
    let rest = topic.strip_prefix("hearth/things/")?;
    let (thing, kind) = rest.split_once('/')?;
    Some((thing.parse().ok()?, SaidKind::from_str(kind)?))
}

/// The kinds of messages devices send; the last level of their topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaidKind {
    /// [`DoorSaid`].
    Door,
    /// [`UploadAsk`].
    Upload,
    /// [`ReadingsSaid`].
    Readings,
    /// [`GlanceSaid`].
    Glance,
    /// [`AlarmSaid`].
    Alarm,
    /// [`VouchSaid`].
    Vouch,
    /// [`GoodbyeSaid`].
    Goodbye,
}

impl SaidKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Door,
        Self::Upload,
        Self::Readings,
        Self::Glance,
        Self::Alarm,
        Self::Vouch,
        Self::Goodbye,
    ];

    /// The last level of the topic.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Door => "door",
            Self::Upload => "upload",
            Self::Readings => "readings",
            Self::Glance => "glance",
            Self::Alarm => "alarm",
            Self::Vouch => "vouch",
            Self::Goodbye => "goodbye",
        }
    }

    fn from_str(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A door was opened or closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoorSaid {
    /// The message's id: the same when it is repeated.
    pub id: MessageId,
    /// Which door.
    pub door: DoorId,
    /// When.
    pub at: Timestamp,
    /// Open now.
    pub open: bool,
    /// With a closing: what the cameras see, already uploaded.
    #[serde(default)]
    pub pictures: Vec<PictureSaid>,
}

/// An uploaded picture of a camera.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSaid {
    /// The camera.
    pub camera: CameraId,
    /// The picture, as granted.
    pub picture: PictureId,
}

/// Asks for addresses to upload pictures to. A device keeps a few in stock, so
/// that a closing door need not wait for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadAsk {
    /// Correlates the answer.
    pub token: MessageId,
    /// How many, 1 to 8.
    pub count: u8,
}

/// Readings of a meter, oldest first, at most 500.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadingsSaid {
    /// The message's id: the same when it is repeated.
    pub id: MessageId,
    /// The readings.
    pub readings: Vec<Reading>,
}

/// A live value, sent only under a lease; nobody keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GlanceSaid {
    /// What the meter measures.
    pub reading: Reading,
}

/// An alarm stands or is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmSaid {
    /// The message's id: the same when it is repeated.
    pub id: MessageId,
    /// What happened.
    pub is: AlarmIs,
}

/// A fridge vouches for the tablet in its own door: this is what its screen
/// shows, and I see it. It may be lost; the fridge says it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VouchSaid {
    /// The message's id: the same when it is repeated.
    pub id: MessageId,
    /// The tablet's pairing code.
    pub code: PairingCode,
}

/// Somebody reset the device: it leaves its home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodbyeSaid {
    /// The message's id: the same when it is repeated.
    pub id: MessageId,
}

/// What happened to an alarm at the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmIs {
    /// It began, calls again, or stands after a restart.
    Stands(Alarm),
    /// It is over.
    Cleared {
        /// Which.
        alarm: AlarmId,
        /// When.
        at: Timestamp,
    },
}

/// What the cloud says to a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToThing {
    /// Addresses to upload to.
    Granted {
        /// Of which ask.
        token: MessageId,
        /// The addresses.
        uploads: Vec<Upload>,
    },
    /// Somebody looks, until then.
    Lease {
        /// At what.
        sight: Sight,
        /// Until when, real time.
        until: Timestamp,
    },
    /// Somebody sees to an alarm: it need not call.
    SeenTo {
        /// Which.
        alarm: AlarmId,
        /// Who, and since when by the cloud's clock.
        acknowledged: Acknowledgement,
    },
    /// The message was stored: it need not be repeated.
    Heard {
        /// Which.
        message: MessageId,
    },
    /// The message makes no sense to the cloud: repeating it would not help.
    Refused {
        /// Which.
        message: MessageId,
    },
    /// A newer sender's message.
    #[serde(other)]
    Unknown,
}

/// Where one picture may be put.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The picture's id from now on.
    pub picture: PictureId,
    /// `PUT` with `content-type: image/jpeg`.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({})", self.picture)
    }
}

/// The first line of a live connection, JSON and a line feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveHello {
    /// Whose frames follow.
    pub camera: CameraId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_names_the_thing_and_the_kind() {
        let thing: ThingName = "fridge-HF1".parse().unwrap();
        for kind in SaidKind::ALL {
            assert_eq!(parse_topic(&from_thing(&thing, kind)), Some((thing.clone(), kind)));
        }
        for other in [
            "hearth/things/a/b/door",
            "hearth/things//door",
            "$aws/things/a/shadow",
            "hearth/things/a/to",
        ] {
            assert_eq!(parse_topic(other), None, "{other}");
        }
    }
}
