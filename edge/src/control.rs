//! What a device is set to: obeys what people order from afar, says what it is
//! set to and what it measures, and tells why it does not obey.
//!
//! Each order is obeyed once, whatever the network repeats: the answers are
//! kept on the disk, and given again after every connect. What is only for a
//! while it turns off itself.

pub mod modes;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hearth_contract::{
    control::{
        Because, Property, Setting,
        shadow::{Answer, Said, Wanted},
    },
    temperature::Compartment,
    units::Celsius,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::{
    sync::watch,
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use self::modes::Modes;
use crate::{
    agent::{Agent, Link},
    disk::Disk,
    fault::Fault,
};

const ANSWERS: &str = "answers.json";
const MODES: &str = "modes.json";
/// How often is looked whether something is over.
const LOOK: Duration = Duration::from_secs(1);
/// A temperature that is so far from what was said is said: it trembles by less.
const NEWS: Celsius = Celsius::tenths(5);
/// How often it says that all is as it was, so that its word is never old.
const STILL_SO: Duration = Duration::from_secs(600);

type Answers = BTreeMap<Property, Answer>;

/// Hardware that can be set. Calls may take tens of milliseconds: the program
/// makes them where blocking is allowed.
pub trait Controlled: Send + Sync + 'static {
    /// What it is set to, by whomever.
    fn settings(&self) -> Vec<Setting>;
    /// Sets something.
    ///
    /// # Errors
    /// The hardware does not take it.
    fn set(&self, setting: Setting) -> Result<(), Fault>;
    /// What its sensors measure; nothing from one that does not work.
    fn temperatures(&self) -> BTreeMap<Compartment, Celsius> {
        BTreeMap::new()
    }
}

/// Says why something is not done from afar; `None`: nothing is against it.
pub type Judge<B> = fn(&B, Setting) -> Option<Because>;

/// What the program knows of its orders and of what ends by itself.
struct Program<B: ?Sized> {
    agent: Agent,
    body: Arc<B>,
    judge: Judge<B>,
    disk: Disk,
    answers: Answers,
    modes: Modes,
    /// What it said last.
    said: Said,
}

/// Obeys and reports for as long as it is polled. `touches` changes when
/// somebody sets something at the fridge itself.
pub(crate) async fn serve<B: Controlled + ?Sized>(
    agent: Agent,
    body: Arc<B>,
    disk: Disk,
    mut touches: watch::Receiver<()>,
    judge: Judge<B>,
) {
    let (mut links, mut wanted, mut belonging) = (agent.links(), agent.wanted(), agent.belonging());
    let mut program = Program {
        answers: kept(&disk, ANSWERS),
        modes: kept(&disk, MODES),
        said: Said::default(),
        agent,
        body,
        judge,
        disk,
    };
    let (mut still_so, mut looks) = (interval(STILL_SO), interval(LOOK));
    for ticks in [&mut still_so, &mut looks] {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        // Said again would be heard again, and so on: what is no news is not said.
        let is_news = tokio::select! {
            changed = links.changed() => changed.map(|()| true),
            changed = touches.changed() => changed.map(|()| true),
            changed = belonging.changed() => changed.map(|()| program.forget()),
            changed = wanted.changed() => match changed {
                Ok(()) => {
                    let wish = wanted.borrow_and_update().clone();
                    Ok(program.obey(wish).await)
                }
                Err(over) => Err(over),
            },
            _ = looks.tick() => Ok(program.is_otherwise()),
            _ = still_so.tick() => Ok(true),
        };
        let Ok(is_news) = is_news else { return };
        let is_ended = program.end().await;
        if (is_news || is_ended) && program.agent.link() == Link::Connected {
            program.report().await;
        }
    }
}

impl<B: Controlled + ?Sized> Program<B> {
    /// Does what was not answered yet; whether there was something.
    async fn obey(&mut self, wish: Wanted) -> bool {
        let (body, disk, before) = (self.body.clone(), self.disk.clone(), self.answers.clone());
        let judge = self.judge;
        let obeyed = spawn_blocking(move || obey(&*body, judge, &disk, before, &wish)).await;
        match obeyed.map_err(|_| Fault::Task).flatten() {
            Ok(after) => {
                let is_news = after != self.answers;
                self.answers = after;
                is_news
            }
            Err(fault) => {
                tracing::error!(%fault, "an order could not be noted");
                false
            }
        }
    }

    /// Ends what is over; whether something was.
    async fn end(&mut self) -> bool {
        let (body, disk, before) = (self.body.clone(), self.disk.clone(), self.modes.clone());
        let now = self.agent.clocks().domain.now();
        let ended = spawn_blocking(move || end(&*body, &disk, before, now)).await;
        match ended.map_err(|_| Fault::Task).flatten() {
            Ok((after, is_ended)) => {
                self.modes = after;
                is_ended
            }
            Err(fault) => {
                tracing::error!(%fault, "what is only for a while could not be ended");
                false
            }
        }
    }

    /// What one home ordered is nothing to the next.
    fn forget(&mut self) -> bool {
        self.answers.clear();
        if let Err(fault) = self.disk.remove(ANSWERS) {
            tracing::error!(%fault, "what was answered to orders stays on the disk");
        }
        true
    }

    /// What could not be sent is said after the next connect.
    async fn report(&mut self) {
        let body = self.body.clone();
        let Ok((settings, temperatures)) = spawn_blocking(move || (body.settings(), body.temperatures())).await else {
            return;
        };
        self.said = Said {
            settings,
            temperatures,
            answers: self.answers.clone(),
        };
        self.agent.report(&self.said);
    }

    /// Whether the device does, or measures, something else than it said.
    fn is_otherwise(&self) -> bool {
        let is_warm = |(compartment, temperature): (Compartment, Celsius)| {
            let said = self.said.temperatures.get(&compartment);
            said.is_none_or(|said| said.apart(temperature) >= NEWS)
        };
        let is_new = |setting: Setting| !self.said.settings.iter().any(|said| said.goes_on_as(setting));
        self.body.temperatures().into_iter().any(is_warm) || self.body.settings().into_iter().any(is_new)
    }
}

/// Notes nobody can read are as good as none.
fn kept<T: DeserializeOwned + Default>(disk: &Disk, name: &str) -> T {
    disk.load(name)
        .inspect_err(|fault| tracing::error!(%fault, name, "a note can't be read"))
        .ok()
        .flatten()
        .unwrap_or_default()
}

/// Turns off what is over; gives what is still on, which is on the disk, and
/// whether something ended.
fn end<B: Controlled + ?Sized>(body: &B, disk: &Disk, before: Modes, now: Timestamp) -> Result<(Modes, bool), Fault> {
    let (after, over) = before.step(&body.settings(), now);
    for setting in &over {
        body.set(*setting)?;
    }
    if after != before {
        disk.save(MODES, &after)?;
    }
    Ok((after, !over.is_empty()))
}

/// Does what was not answered yet; gives all answers, which are on the disk.
fn obey<B: Controlled + ?Sized>(
    body: &B,
    judge: Judge<B>,
    disk: &Disk,
    mut answers: Answers,
    wanted: &Wanted,
) -> Result<Answers, Fault> {
    let before = answers.clone();
    for (property, order) in &wanted.orders {
        if before.get(property).is_some_and(|answer| answer.order == *order) {
            continue;
        }
        // One that comes without a value wants what is so already.
        let setting = wanted.settings.iter().find(|setting| setting.property() == *property);
        let refused = match setting {
            Some(_) if wanted.late.contains(property) => Some(Because::TooLate),
            Some(setting) => judge(body, *setting).or_else(|| set(body, *setting)),
            None => None,
        };
        let answer = Answer { order: *order, refused };
        answers.insert(*property, answer);
    }
    if answers != before {
        disk.save(ANSWERS, &answers)?;
    }
    Ok(answers)
}

/// Sets something; why not, if not.
fn set<B: Controlled + ?Sized>(body: &B, setting: Setting) -> Option<Because> {
    body.set(setting)
        .inspect_err(|fault| tracing::error!(%fault, "the device can't be set"))
        .is_err()
        .then_some(Because::Broken)
}

#[cfg(test)]
mod tests {
    use hearth_contract::{
        control::{FreezerSetPoint, FridgeSetPoint},
        ids::OrderId,
    };

    use tempfile::TempDir;

    use super::*;
    use crate::{
        fridge::{Signals, judge},
        simulated::fridge::SimulatedBody,
    };

    fn wish(settings: &[Setting], order: u128) -> Wanted {
        let id = |setting: &Setting| (setting.property(), OrderId::sample(order));
        Wanted {
            settings: settings.to_vec(),
            orders: settings.iter().map(id).collect(),
            ..Wanted::default()
        }
    }

    fn empty() -> (TempDir, Disk) {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        (folder, disk)
    }

    fn fridge(disk: &Disk) -> (Arc<SimulatedBody>, Signals) {
        SimulatedBody::open(disk.below("body").unwrap(), 1, Arc::new(Timestamp::UNIX_EPOCH)).unwrap()
    }

    #[test]
    fn an_order_is_obeyed_once_and_its_answer_outlives_the_power() {
        let (_folder, disk) = empty();
        let (body, _signals) = fridge(&disk);
        let three = Setting::Fridge(FridgeSetPoint::new(3).unwrap());
        let answers = obey(&*body, judge, &disk, Answers::new(), &wish(&[three], 1)).unwrap();
        assert!(body.settings().contains(&three));
        assert_eq!(answers[&Property::Fridge].refused, None);

        // Somebody at the fridge sets it otherwise; the network repeats the order.
        let five = Setting::Fridge(FridgeSetPoint::new(5).unwrap());
        body.set(five).unwrap();
        let kept = disk.load(ANSWERS).unwrap().unwrap();
        assert_eq!(obey(&*body, judge, &disk, kept, &wish(&[three], 1)).unwrap(), answers);
        assert!(body.settings().contains(&five));
    }

    #[test]
    fn what_is_so_already_is_answered_though_its_value_does_not_come() {
        let (_folder, disk) = empty();
        let (body, _signals) = fridge(&disk);
        let before = body.settings();
        let wanted = Wanted {
            settings: vec![],
            ..wish(&[Setting::Light(false)], 1)
        };
        let answers = obey(&*body, judge, &disk, Answers::new(), &wanted).unwrap();
        assert_eq!(answers[&Property::Light].refused, None);
        assert_eq!(body.settings(), before);
    }

    #[test]
    fn an_order_that_comes_too_late_is_not_obeyed() {
        let (_folder, disk) = empty();
        let (body, _signals) = fridge(&disk);
        let before = body.settings();
        let wanted = Wanted {
            late: [Property::QuickCool].into(),
            ..wish(&[Setting::QuickCool(true)], 1)
        };
        let answers = obey(&*body, judge, &disk, Answers::new(), &wanted).unwrap();
        assert_eq!(answers[&Property::QuickCool].refused, Some(Because::TooLate));
        assert_eq!(body.settings(), before);
    }

    #[test]
    fn an_empty_fridge_on_holiday_is_not_cooled_quickly() {
        let (_folder, disk) = empty();
        let (body, _signals) = fridge(&disk);
        let freezer = Setting::Freezer(FreezerSetPoint::new(-20).unwrap());
        let wanted = wish(&[Setting::QuickCool(true), Setting::Holiday(true), freezer], 1);
        let answers = obey(&*body, judge, &disk, Answers::new(), &wanted).unwrap();
        assert_eq!(answers[&Property::QuickCool].refused, Some(Because::Holiday));
        assert!(body.settings().contains(&freezer) && body.settings().contains(&Setting::QuickCool(false)));

        let back = wish(&[Setting::QuickCool(true), Setting::Holiday(false)], 2);
        let answers = obey(&*body, judge, &disk, answers, &back).unwrap();
        assert_eq!(answers[&Property::QuickCool].refused, None);
        assert!(body.settings().contains(&Setting::QuickCool(true)));
    }
}
