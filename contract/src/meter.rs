//! Energy: what the home uses now and through the day.
//!
//! Readings are kept in slots of [`SLOT`]; power second by second is a glance
//! and only travels while somebody looks.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    command::{Access, Command, Goes, Hears, Route},
    device::Device,
    family::sample_instant,
    ids::{FamilyId, ThingName},
    live::Lease,
    power::Power,
    seen::Seen,
    units::{Seconds, WattHours, Watts},
};

/// The length of one value of a day's curve: five minutes.
pub const SLOT: Seconds = Seconds(300);

/// What a meter measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// When.
    pub at: Timestamp,
    /// The power at that instant.
    pub power_w: Watts,
    /// The register: all energy since the meter was made.
    pub energy_wh: WattHours,
    /// Whether it is made up by a simulation.
    #[serde(default)]
    pub simulated: bool,
}

/// The last reading of a meter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// The meter.
    pub thing: ThingName,
    /// What it measured.
    pub reading: Reading,
}

/// The energy of one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// The day, in the family's time zone.
    pub day: Date,
    /// When it begins; it ends after `used_wh.len()` slots (23 to 25 hours).
    pub starts_at: Timestamp,
    /// `[slot]`, oldest first: energy used in each [`SLOT`]; `None` where nothing is known, or not yet.
    pub used_wh: Vec<Option<WattHours>>,
    /// Whether any of it is made up by a simulation.
    pub simulated: bool,
}

impl Day {
    /// All that is known of the day; `None` while nothing is.
    #[must_use]
    pub fn total_wh(&self) -> Option<WattHours> {
        let known = self.used_wh.iter().flatten().map(|slot| slot.0);
        known.reduce(|sum, slot| sum + slot).map(WattHours)
    }
}

/// What happened to the energy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterEvent {
    /// New readings were stored.
    Read {
        /// The meter.
        thing: ThingName,
        /// The latest of them.
        reading: Reading,
    },
}

impl MeterEvent {
    /// Who may read it.
    #[must_use]
    pub const fn read_by(&self) -> Power {
        match self {
            Self::Read { .. } => Power::SeeEnergy,
        }
    }
}

/// `GET /families/{family}/power`: the last reading of each meter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskNow {
    /// The family.
    pub family: FamilyId,
}

/// `GET /families/{family}/energy/{day}`: one day's curve of the whole home.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskDay {
    /// The family.
    pub family: FamilyId,
    /// The day, in the family's time zone.
    pub day: Date,
}

/// `POST /families/{family}/power/looks`: takes or renews a lease on the power of all meters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The family.
    pub family: FamilyId,
}

impl Reading {
    /// For samples.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            at: sample_instant(),
            power_w: Watts(412.0),
            energy_wh: WattHours(1_234_567.0),
            simulated: true,
        }
    }
}

impl Command for AskNow {
    type Reply = Seen<Vec<Now>>;
    const NAME: &'static str = "meter.now";
    const GOES: Goes = Goes::Cloud(Route::get("/families/{family}/power"), Access::Power(Power::SeeEnergy));
    const HEARS: &'static [Hears] = &[Hears::Meter];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Self::Reply {
        Seen::now(
            vec![Now {
                thing: Device::sample().thing,
                reading: Reading::sample(),
            }],
            sample_instant(),
        )
    }
}

impl Command for AskDay {
    type Reply = Seen<Day>;
    const NAME: &'static str = "meter.day";
    const GOES: Goes = Goes::Cloud(
        Route::get("/families/{family}/energy/{day}"),
        Access::Power(Power::SeeEnergy),
    );
    const HEARS: &'static [Hears] = &[Hears::Meter];
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
            day: jiff::civil::date(2026, 11, 21),
        }
    }
    fn sample_reply() -> Self::Reply {
        let used_wh = (0..288)
            .map(|n| (n < 205).then(|| WattHours(20.0 + f64::from(n % 24))))
            .collect();
        let day = Day {
            day: jiff::civil::date(2026, 11, 21),
            starts_at: Timestamp::constant(1_795_215_600, 0),
            used_wh,
            simulated: true,
        };
        Seen::now(day, sample_instant())
    }
}

impl Command for Look {
    type Reply = Lease;
    const NAME: &'static str = "meter.look";
    const GOES: Goes = Goes::Cloud(
        Route::post("/families/{family}/power/looks"),
        Access::Power(Power::SeeEnergy),
    );
    fn sample() -> Self {
        Self {
            family: FamilyId::sample(1),
        }
    }
    fn sample_reply() -> Lease {
        Lease {
            until: sample_instant(),
        }
    }
}

/// The commands of this feature.
#[macro_export]
macro_rules! meter_commands {
    ($each:ident) => {
        $each! {
            cloud $crate::meter::AskNow;
            cloud $crate::meter::AskDay;
            cloud $crate::meter::Look;
        }
    };
}
