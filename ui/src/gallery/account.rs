//! What the gallery's account pages are answered, in every state.

use hearth_contract::{
    Command,
    device::{Device, Hardware},
    family::{Fate, Goodbye},
    session::{
        account::{Delete, Farewell},
        passkey,
        second_factor::Factor,
        stay,
    },
};
use jiff::SignedDuration;

use super::answers::State;
use crate::pages::account::Asked;

impl State {
    /// The account's page.
    #[must_use]
    pub fn account(self) -> Asked {
        let mut stays = stay::List::sample_reply().value;
        let elsewhere = stays.first().cloned().map(|stay| stay::Stay {
            id: "elsewhere".to_owned(),
            place: self.name("Safari on iPhone").to_string(),
            used_at: stay.used_at - SignedDuration::from_hours(30),
            is_this: false,
            ..stay
        });
        stays.extend(elsewhere);
        let tablet = Device {
            hardware: Hardware::Tablet,
            name: self.name("Tablet"),
            ..Device::sample()
        };
        Asked {
            factor: self.ask(Factor { is_on: false }, Factor { is_on: true }),
            passkeys: self.ask(Vec::new(), passkey::List::sample_reply().value),
            stays: self.ask(Vec::new(), stays),
            devices: self.ask(Vec::new(), vec![tablet]),
        }
    }

    /// What a deleted account is told.
    #[must_use]
    pub fn farewell(self) -> Farewell {
        let alone = Goodbye {
            family: self.name("The old mill"),
            fate: Fate::Deleted {
                devices: 2,
                items: 14,
                pictures: 120,
                readings: 8_640,
                lines: 312,
            },
        };
        let farewell = Delete::sample_reply();
        match self {
            Self::Full | Self::Long => Farewell {
                homes: farewell.homes.into_iter().chain([alone]).collect(),
                dropped_edits: u32::from(self == Self::Long),
            },
            _ => Farewell {
                homes: Vec::new(),
                ..farewell
            },
        }
    }
}
