//! Quantities with their unit in the type.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

macro_rules! unit {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);
    )*};
}

unit! {
    /// Electric power, W. Negative is feed-in.
    Watts(f64);
    /// Electric energy, Wh.
    WattHours(f64);
}

/// A span of time in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub u64);

impl Seconds {
    /// The instant so long after this one; the last there is if there is none.
    #[must_use]
    pub fn after(self, at: Timestamp) -> Timestamp {
        at.checked_add(self.span()).unwrap_or(Timestamp::MAX)
    }

    /// The same as a span.
    #[must_use]
    pub fn span(self) -> SignedDuration {
        SignedDuration::from_secs(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

/// A temperature in tenths of °C, as sensors inside appliances have it: -100 to
/// 300 °C; in JSON a number of °C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Celsius(i16);

impl Celsius {
    /// So many tenths of °C.
    #[must_use]
    pub const fn tenths(tenths: i16) -> Self {
        Self(tenths)
    }

    /// So many °C, to the next tenth; `None` for what no sensor measures.
    #[must_use]
    pub fn new(celsius: f64) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, reason = "within the range, and rounded")]
        let tenths = || Self((celsius * 10.0).round() as i16);
        (-100.0..=300.0).contains(&celsius).then(tenths)
    }

    /// °C.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }

    /// How far apart two are.
    #[must_use]
    pub const fn apart(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).saturating_abs())
    }
}

impl TryFrom<f64> for Celsius {
    type Error = &'static str;
    fn try_from(celsius: f64) -> Result<Self, Self::Error> {
        Self::new(celsius).ok_or("no sensor measures this temperature")
    }
}

impl From<Celsius> for f64 {
    fn from(temperature: Celsius) -> f64 {
        temperature.get()
    }
}

/// How many of a food: 1 to 999 pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Count(u32);

impl Count {
    /// One piece.
    pub const ONE: Self = Self(1);

    /// `None` outside 1 to 999.
    #[must_use]
    pub const fn new(count: u32) -> Option<Self> {
        if count >= 1 && count <= 999 {
            Some(Self(count))
        } else {
            None
        }
    }

    /// The number of pieces.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Count {
    type Error = &'static str;
    fn try_from(count: u32) -> Result<Self, Self::Error> {
        Self::new(count).ok_or("a count is 1 to 999")
    }
}

impl From<Count> for u32 {
    fn from(count: Count) -> u32 {
        count.0
    }
}

/// A set point that a device takes: a whole number from `LOW` to `HIGH`, in the
/// unit of what it sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i8", into = "i8")]
pub struct SetPoint<const LOW: i8, const HIGH: i8>(i8);

impl<const LOW: i8, const HIGH: i8> SetPoint<LOW, HIGH> {
    /// `None` beyond what the device takes.
    #[must_use]
    pub const fn new(number: i8) -> Option<Self> {
        if LOW <= number && number <= HIGH {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i8 {
        self.0
    }
}

impl<const LOW: i8, const HIGH: i8> TryFrom<i8> for SetPoint<LOW, HIGH> {
    type Error = &'static str;
    fn try_from(number: i8) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("beyond what the device takes")
    }
}

impl<const LOW: i8, const HIGH: i8> From<SetPoint<LOW, HIGH>> for i8 {
    fn from(point: SetPoint<LOW, HIGH>) -> i8 {
        point.0
    }
}
