//! Alarms: the device says what is wrong, the cloud mirrors it, and somebody
//! sees to it.

use hearth_contract::{
    Failure, HomeEvent, MessageId, Reason, Seen, ThingName,
    alarm::{Acknowledge, Acknowledgement, Alarm, AlarmEvent, Open},
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

impl Answers for Acknowledge {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Alarm, Failure> {
        let home = member.home();
        let Some(mut alarm) = store::alarms::one(work.tx(), home, self.alarm).await? else {
            return Err(Failure::new(Reason::Absent).at("alarm"));
        };
        if alarm.acknowledged.is_some() {
            return Ok(alarm);
        }
        let acknowledged = Acknowledgement {
            by: work.called(home).await?.ok_or(Reason::Bug)?,
            at: work.now(),
        };
        alarm.acknowledged = Some(acknowledged.clone());
        store::alarms::set(work.tx(), home, &alarm).await?;
        let event = AlarmEvent::Acknowledged {
            alarm: alarm.id,
            acknowledged,
        };
        work.tell(home, HomeEvent::Alarm(event)).await?;
        Ok(alarm)
    }
}

impl Said for AlarmSaid {
    fn id(&self) -> MessageId {
        self.id
    }

    /// A device speaks for itself only, and not for people.
    fn is_sound(&self, thing: &ThingName) -> bool {
        match &self.is {
            AlarmIs::Raised(alarm) => alarm.thing == *thing && alarm.acknowledged.is_none(),
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
