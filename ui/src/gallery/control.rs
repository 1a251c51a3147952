//! The gallery's devices, and what they are set to: each property with another
//! fate of its order.

use hearth_contract::control::{
    Because, Control, Controls, DoorLimit, FreezerSetPoint, FridgeSetPoint, Heating, List, Order, Property, Reported,
    Setting, Standing,
};
use hearth_contract::{
    Command,
    device::{Device, Hardware},
};

use super::answers::State;
use crate::ask::Ask;

impl State {
    /// The devices.
    #[must_use]
    pub fn devices(self) -> Ask<Vec<Device>> {
        let fridge = Device {
            name: self.name("Fridge"),
            ..Device::sample()
        };
        let mut meter = Device {
            hardware: Hardware::Meter,
            name: self.name("Meter"),
            simulated: false,
            ..Device::sample()
        };
        meter.presence.online = false;
        let microwave = Device {
            name: self.name("Microwave"),
            ..Device::sample_microwave()
        };
        self.ask(Vec::new(), vec![fridge, meter, microwave])
    }

    /// What the devices are set to.
    #[must_use]
    pub fn controls(self) -> Ask<Vec<Controls>> {
        let mut all = List::sample_reply().value;
        let properties = Hardware::Fridge.properties();
        let microwave = Controls {
            thing: Device::sample_microwave().thing,
            properties: vec![self.control(Property::Heating)],
        };
        for controls in &mut all {
            controls.properties = properties.iter().map(|property| self.control(*property)).collect();
        }
        all.push(microwave);
        self.ask(Vec::new(), all)
    }

    fn control(self, property: Property) -> Control {
        let sample = Control::sample();
        let at = sample.order.as_ref().map(|order| order.at).unwrap_or_default();
        let (setting, standing) = match property {
            Property::Fridge => (FridgeSetPoint::new(4).map(Setting::Fridge), Standing::Queued),
            Property::Freezer => (FreezerSetPoint::new(-18).map(Setting::Freezer), Standing::Done { at }),
            Property::QuickCool => {
                let because = Because::Holiday;
                (Some(Setting::QuickCool(false)), Standing::Refused { at, because })
            }
            Property::Holiday => (Some(Setting::Holiday(true)), Standing::Expired { at }),
            Property::Light => (Some(Setting::Light(false)), Standing::Sent),
            Property::Restocking => (Some(Setting::Restocking(true)), Standing::Done { at }),
            Property::FridgeDoor => (DoorLimit::new(10).map(Setting::FridgeDoor), Standing::Withdrawn { at }),
            Property::FreezerDoor => (DoorLimit::new(2).map(Setting::FreezerDoor), Standing::Done { at }),
            Property::Heating => {
                let because = Because::DoorOpen;
                (Some(Setting::Heating(Heating::NEW)), Standing::Refused { at, because })
            }
        };
        let order = sample.order.map(|order| Order {
            by: self.name("Ana"),
            setting: match property {
                Property::Fridge => order.setting,
                _ => setting.unwrap_or(order.setting),
            },
            standing,
            ..order
        });
        Control {
            property,
            reported: setting.map(|setting| Reported { setting, at }),
            measured: sample.measured.filter(|_| property == Property::Fridge),
            order,
        }
    }
}
