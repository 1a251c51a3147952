//! Benchmarks: what an issue promised, measured on the programs as they are shipped.

pub mod broker;
pub mod cut;
pub mod devices;
pub mod door;
pub mod fleet;
pub mod signin;
pub mod start;
pub mod ui;

use std::fmt;

/// One measured figure against its goal.
pub struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    goal: f64,
    is_floor: bool,
}

impl Figure {
    /// A figure that must not be above its goal.
    #[must_use]
    pub const fn at_most(name: &'static str, value: f64, unit: &'static str, goal: f64) -> Self {
        Self {
            name,
            value,
            unit,
            goal,
            is_floor: false,
        }
    }

    /// A figure that must not be below its goal.
    #[must_use]
    pub const fn at_least(name: &'static str, value: f64, unit: &'static str, goal: f64) -> Self {
        Self {
            is_floor: true,
            ..Self::at_most(name, value, unit, goal)
        }
    }

    /// Whether the goal is reached.
    #[must_use]
    pub fn holds(&self) -> bool {
        match self.is_floor {
            true => self.value >= self.goal,
            false => self.value <= self.goal,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds() { "ok" } else { "SHORT" };
        let digits = match self.unit {
            "s" => 3,
            "x" => 2,
            _ => 1,
        };
        write!(
            f,
            "{} {:.digits$} {} {} {verdict}",
            self.name, self.value, self.unit, self.goal
        )
    }
}

/// The value below which this part of the values lies, 0 to 1.
#[must_use]
pub fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let n = (last as f64 * part).ceil() as usize;
    values.get(n.min(last)).copied().unwrap_or(f64::NAN)
}
