//! Devices of a family and whether they are well.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    family::sample_instant,
    ids::{FamilyId, Serial, ThingName},
    power::Power,
    seen::Seen,
    session::sample_name,
    software::Version,
    text::Name,
};

/// Serial numbers of simulated devices begin like this; the maker gives out no such numbers.
pub const SIMULATED: &str = "SIM";

/// The hardware types we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hardware {
    /// A refrigerator with cameras, doors and a screen.
    Fridge,
    /// A smart electricity meter.
    Meter,
    /// A tablet in a refrigerator's door; in its family it is the kiosk.
    Tablet,
    /// A microwave behind a refrigerator, which is its gateway.
    Microwave,
}

impl Hardware {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Fridge, Self::Meter, Self::Tablet, Self::Microwave];

    /// Its code in pairing codes and provisioning parameters: `FR`, `EM`, `KT`, `MW`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fridge => "FR",
            Self::Meter => "EM",
            Self::Tablet => "KT",
            Self::Microwave => "MW",
        }
    }

    /// The type with that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hardware| hardware.code() == code)
    }

    /// How the names of its things begin.
    const fn kind(self) -> &'static str {
        match self {
            Self::Fridge => "fridge",
            Self::Meter => "meter",
            Self::Tablet => "tablet",
            Self::Microwave => "microwave",
        }
    }

    /// What a thing with this name is; `None`: none of ours.
    #[must_use]
    pub fn of(thing: &ThingName) -> Option<Self> {
        let (kind, _) = thing.as_str().split_once('-')?;
        Self::ALL.into_iter().find(|hardware| hardware.kind() == kind)
    }

    /// The name of the thing with this serial number: `fridge-HF24000123`.
    #[must_use]
    pub fn thing(self, serial: &Serial) -> ThingName {
        let name = format!("{}-{serial}", self.kind()).parse();
        name.unwrap_or_else(|_| unreachable!("a serial number is made of thing-name characters"))
    }
}

/// A device of the family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its thing.
    pub thing: ThingName,
    /// What it is.
    pub hardware: Hardware,
    /// Its serial number.
    pub serial: Serial,
    /// What the family calls it.
    pub name: Name,
    /// When it was paired.
    pub paired_at: Timestamp,
    /// Whether it is connected, and since when.
    pub presence: Presence,
    /// Whether it is simulated.
    pub simulated: bool,
    /// The refrigerator that it reaches the cloud through, if it does and if
    /// that is in this family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<ThingName>,
    /// The software that it says it runs; `None` until it has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software: Option<Version>,
}

/// Whether a device is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Connected now.
    pub online: bool,
    /// Since when it is so.
    pub since: Timestamp,
}

/// What happened to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceEvent {
    /// It came into the family.
    Paired {
        /// The device.
        device: Device,
    },
    /// It is called otherwise, or stands behind another gateway.
    Changed {
        /// As it is now.
        device: Device,
    },
    /// It was let go, put out, or reset.
    Removed {
        /// Its thing.
        thing: ThingName,
    },
    /// It connected or vanished.
    PresenceChanged {
        /// Its thing.
        thing: ThingName,
        /// What is true now.
        presence: Presence,
    },
}

impl DeviceEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::Paired { .. } | Self::Changed { .. } | Self::Removed { .. } | Self::PresenceChanged { .. } => {
                Power::SeeHome
            }
        }
    }
}

/// `GET /families/{family}/devices`: in the order they were paired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// The family.
    pub family: FamilyId,
}

/// `DELETE /families/{family}/devices/{thing}`: lets a device go. It can be
/// brought into any home by its code, and has nothing left of this one; food and
/// readings stay here. A fridge's tablet goes with it. A tablet's certificate is
/// revoked; it comes back with a new one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    /// The family.
    pub family: FamilyId,
    /// The device.
    pub thing: ThingName,
}

/// `PUT /families/{family}/devices/{thing}/name`: calls a device something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rename {
    /// The family.
    pub family: FamilyId,
    /// The device.
    pub thing: ThingName,
    /// What it is called from now on.
    pub name: Name,
}

/// What went with a device that was let go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// What the family called it.
    pub name: Name,
    /// Pictures its cameras took.
    pub pictures: u64,
    /// What was seen when its doors closed.
    pub changes: u64,
    /// Orders that waited for it.
    pub orders: u64,
    /// Tablets in its doors.
    pub tablets: u64,
}

impl Device {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        let serial: Serial = "HF24000123"
            .parse()
            .unwrap_or_else(|_| unreachable!("samples are well-formed"));
        Self {
            thing: Hardware::Fridge.thing(&serial),
            hardware: Hardware::Fridge,
            serial,
            name: sample_name("Fridge"),
            paired_at: sample_instant(),
            presence: Presence {
                online: true,
                since: sample_instant(),
            },
            simulated: true,
            gateway: None,
            software: Some(Version(1, 4, 0)),
        }
    }

    /// For samples: what stands behind [`Self::sample`].
    #[must_use]
    pub fn sample_microwave() -> Self {
        let serial: Serial = "HM24000456"
            .parse()
            .unwrap_or_else(|_| unreachable!("samples are well-formed"));
        let gateway = Self::sample();
        Self {
            thing: Hardware::Microwave.thing(&serial),
            hardware: Hardware::Microwave,
            serial,
            name: sample_name("Microwave"),
            gateway: Some(gateway.thing.clone()),
            ..gateway
        }
    }
}

impl Command for List {
    type Reply = Seen<Vec<Device>>;
    const NAME: &'static str = "device.list";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/devices"), Access::Power(Power::SeeHome));
    const HEARS: &'static [Hears] = &[Hears::Device];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(vec![Device::sample(), Device::sample_microwave()], sample_instant())
    }
}

impl Command for Rename {
    type Reply = Device;
    const NAME: &'static str = "device.rename";
    const GOES: Goes = Goes::Cloud(
        Route::put("/families/{family}/devices/{thing}/name"),
        Access::Power(Power::Pair),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            thing: Device::sample().thing,
            name: sample_name("Kitchen"),
        }
    }
    fn sample_reply() -> Device {
        Device {
            name: sample_name("Kitchen"),
            ..Device::sample()
        }
    }
}

impl Command for Remove {
    type Reply = Gone;
    const NAME: &'static str = "device.remove";
    const GOES: Goes = Goes::Cloud(
        Route::delete("/families/{family}/devices/{thing}"),
        Access::Power(Power::Pair),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            thing: Device::sample().thing,
        }
    }
    fn sample_reply() -> Gone {
        Gone {
            name: sample_name("Fridge"),
            pictures: 12,
            changes: 6,
            orders: 1,
            tablets: 1,
        }
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! device_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::device::List;
            cloud $crate::device::Rename;
            cloud $crate::device::Remove;
        }
    };
}
