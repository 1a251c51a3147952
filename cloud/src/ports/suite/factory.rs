//! The contract of [`Factory`].

use hearth_contract::{device::Hardware, ids::Serial};

use super::{super::Factory, done};

/// Checks a factory that has built this fridge and nothing with that other number.
///
/// # Panics
/// If the adapter breaks the contract.
pub async fn check(factory: &dyn Factory, fridge: &Serial, other: &Serial) {
    let built = async |hardware, serial| done("what was built", factory.built(hardware, serial).await);
    assert!(built(Hardware::Fridge, fridge).await);
    for hardware in [Hardware::Meter, Hardware::Microwave, Hardware::Tablet] {
        assert!(!built(hardware, fridge).await, "{hardware:?} with a fridge's number");
    }
    assert!(!built(Hardware::Fridge, other).await);
}
