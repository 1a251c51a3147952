//! Control: what people want a device to be set to, and what it says it is.
//!
//! An order is kept until the device has answered it, so that a device which
//! is away obeys when it comes back; it runs out after [`ORDER_FOR`], so that
//! nobody is surprised by what was wanted last week. How orders and answers
//! travel is in [`shadow`].

mod heating;
mod setting;
pub mod shadow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    device::Device,
    family::sample_instant,
    ids::{FamilyId, OrderId, ThingName},
    power::Power,
    seen::Seen,
    session::sample_name,
    text::Name,
    units::{Celsius, Seconds},
};

pub use heating::{Heating, HeatingPower, HeatingTime, Oven};
pub use setting::{
    DoorLimit, FreezerSetPoint, FridgeSetPoint, Property, QUICK_COOL_FOR, RESTOCK_FOR, Setting, Unit, Value, door_limit,
};

/// How long an order waits for its device: a day.
pub const ORDER_FOR: Seconds = Seconds(86_400);
/// How long one that does not wait may be on its way.
pub const ON_ITS_WAY_FOR: Seconds = Seconds(20);

/// One property of a device: what it says, and what was ordered last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Which.
    pub property: Property,
    /// What the device says; `None` until it has said something.
    pub reported: Option<Reported>,
    /// What it has come to by the device's sensor; `None` for what nothing measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// The last order, whatever became of it; `None` if there never was one.
    pub order: Option<Order>,
}

/// What a device measured of what a set point is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The temperature.
    pub temperature_c: Celsius,
    /// When the device last said so.
    pub at: Timestamp,
}

/// What a device says of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// What it is set to.
    pub setting: Setting,
    /// When the device last said so.
    pub at: Timestamp,
}

/// Somebody's wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id, by which the device answers.
    pub id: OrderId,
    /// What is wanted.
    pub setting: Setting,
    /// What who ordered it was called then, a member or the tablet in the door.
    pub by: Name,
    /// When.
    pub at: Timestamp,
    /// Until when it waits for the device.
    pub expires_at: Timestamp,
    /// What became of it.
    pub standing: Standing,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The device is away; it gets the order when it comes back.
    Queued,
    /// The device is there and has not answered yet.
    Sent,
    /// The device obeyed.
    Done {
        /// When.
        at: Timestamp,
    },
    /// The device did not obey.
    Refused {
        /// When.
        at: Timestamp,
        /// Why.
        because: Because,
    },
    /// The device did not come back in time.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// Somebody took it back before the device had it.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

impl Standing {
    /// Whether the device may still obey.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }
}

/// Why a device did not obey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Holiday mode is on.
    Holiday,
    /// Its door stands open.
    DoorOpen,
    /// Somebody stands at it and has it in hand.
    InHand,
    /// It came when nobody waited for it any more.
    TooLate,
    /// The hardware does not answer its own program.
    Broken,
    /// A newer device's reason.
    #[serde(other)]
    Unknown,
}

/// The properties of one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// The device.
    pub thing: ThingName,
    /// Its properties, as [`Hardware::properties`] has them.
    pub properties: Vec<Control>,
}

/// What happened to a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlEvent {
    /// Something else was ordered or reported, or an order came to its end.
    Changed {
        /// The device.
        thing: ThingName,
        /// As it is now.
        control: Control,
    },
}

impl ControlEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::Changed { .. } => Power::SeeHome,
        }
    }
}

/// `GET /families/{family}/controls`: devices that can be controlled, in the
/// order they were paired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// The family.
    pub family: FamilyId,
}

/// `POST /families/{family}/devices/{thing}/orders`: sets something. An order
/// for the same property that is still open is replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The family.
    pub family: FamilyId,
    /// The device.
    pub thing: ThingName,
    /// What is wanted.
    pub setting: Setting,
}

/// `DELETE /families/{family}/devices/{thing}/orders/{property}`: takes an
/// order back that the device has not answered. One that is over is `Absent`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Withdraw {
    /// The family.
    pub family: FamilyId,
    /// The device.
    pub thing: ThingName,
    /// Of what.
    pub property: Property,
}

impl Control {
    /// For samples: 4 °C, and 3 °C are wanted.
    #[must_use]
    pub fn sample() -> Self {
        let point = |celsius| FridgeSetPoint::new(celsius).unwrap_or_else(|| unreachable!("samples are well-formed"));
        let order = Order {
            id: OrderId::sample(1),
            setting: Setting::Fridge(point(3)),
            by: sample_name("Ana"),
            at: sample_instant(),
            expires_at: sample_instant(),
            standing: Standing::Sent,
        };
        Self {
            property: Property::Fridge,
            reported: Some(Reported {
                setting: Setting::Fridge(point(4)),
                at: sample_instant(),
            }),
            measured: Some(Measured {
                temperature_c: Celsius::tenths(42),
                at: sample_instant(),
            }),
            order: Some(order),
        }
    }
}

impl Command for List {
    type Reply = Seen<Vec<Controls>>;
    const NAME: &'static str = "control.list";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/controls"), Access::Power(Power::SeeHome));
    const HEARS: &'static [Hears] = &[Hears::Control, Hears::Device];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        let controls = Controls {
            thing: Device::sample().thing,
            properties: vec![Control::sample()],
        };
        Seen::now(vec![controls], sample_instant())
    }
}

impl Command for Place {
    type Reply = Control;
    const NAME: &'static str = "control.place";
    const GOES: Goes = Goes::Cloud(
        Route::post("/families/{family}/devices/{thing}/orders"),
        Access::Power(Power::Control),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            thing: Device::sample().thing,
            setting: Setting::QuickCool(true),
        }
    }
    fn sample_reply() -> Control {
        Control::sample()
    }
}

impl Command for Withdraw {
    type Reply = Control;
    const NAME: &'static str = "control.withdraw";
    const GOES: Goes = Goes::Cloud(
        Route::delete("/families/{family}/devices/{thing}/orders/{property}"),
        Access::Power(Power::Control),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            thing: Device::sample().thing,
            property: Property::QuickCool,
        }
    }
    fn sample_reply() -> Control {
        let withdrawn = |order| Order {
            standing: Standing::Withdrawn { at: sample_instant() },
            ..order
        };
        let control = Control::sample();
        Control {
            order: control.order.map(withdrawn),
            ..control
        }
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! control_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::control::List;
            cloud $crate::control::Place;
            cloud $crate::control::Withdraw;
        }
    };
}
