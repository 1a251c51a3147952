//! Alarms: the device says what is wrong, the cloud mirrors it.

use hearth_contract::{
    Failure, HomeEvent, MessageId, Seen, ThingName,
    alarm::{Alarm, AlarmEvent, Open},
    things::{AlarmIs, AlarmSaid},
};

use crate::{
    access::Member,
    door::Answers,
    ears::{Said, Speaker},
    store,
    unit::Work,
};

impl Answers for Open {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Alarm>>, Failure> {
        let alarms = store::alarms::open(work.tx(), member.home()).await?;
        Ok(Seen::now(alarms, work.now()))
    }
}

impl Said for AlarmSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    /// A device speaks for itself only.
    fn is_sound(&self, thing: &ThingName) -> bool {
        match &self.is {
            AlarmIs::Raised(alarm) => alarm.thing == *thing,
            AlarmIs::Cleared { .. } => true,
        }
    }

    async fn hear(self, speaker: Speaker, work: &mut Work) -> Result<(), Failure> {
        let home = speaker.home;
        let event = match self.is {
            AlarmIs::Raised(alarm) => match store::alarms::raise(work.tx(), home, &alarm).await? {
                true => AlarmEvent::Raised { alarm },
                false => return Ok(()),
            },
            AlarmIs::Cleared { alarm, at } => {
                match store::alarms::clear(work.tx(), home, &speaker.device.thing, alarm).await? {
                    true => AlarmEvent::Cleared { alarm, at },
                    false => return Ok(()),
                }
            }
        };
        work.tell(home, HomeEvent::Alarm(event)).await
    }
}
