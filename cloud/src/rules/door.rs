//! A door moves: the alarms hear of it, and what the cameras saw behind a closed
//! one goes to the shelves.

use hearth_contract::{Failure, MessageId, ThingName, things::DoorSaid};

use super::{alarm, shelves};
use crate::{
    ears::{Said, Speaker},
    unit::Work,
};

/// The most cameras of one fridge.
const MOST_PICTURES: usize = 8;

impl Said for DoorSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    fn is_sound(&self, _thing: &ThingName) -> bool {
        self.pictures.len() <= MOST_PICTURES && (!self.open || self.pictures.is_empty())
    }

    async fn hear(self, speaker: Speaker, work: &mut Work) -> Result<(), Failure> {
        alarm::door_moved(speaker.home, &speaker.device.thing, &self, work).await?;
        shelves::seen(speaker, self, work).await
    }
}
