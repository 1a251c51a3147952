//! Food by hand: the list, adding, removing, and what the family says to a change.

use hearth_contract::{
    Failure, HomeEvent, Reason, Seen,
    pantry::{Add, Change, Changes, Item, List, PantryEvent, Remove, Settle, Settled},
};

use super::{shelves, stock};
use crate::{
    access::Member,
    door::Answers,
    store::{self, changes::Kept},
    unit::Work,
};

/// How many changes are shown.
const MOST_CHANGES: i64 = 20;

impl Answers for List {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Item>>, Failure> {
        let mut items = store::items::all(work.tx(), member.home()).await?;
        items.sort_by_cached_key(|item| {
            (
                item.best_before.is_none(),
                item.best_before,
                item.name.as_str().to_lowercase(),
                item.id,
            )
        });
        Ok(Seen::now(items, work.now()))
    }
}

impl Answers for Add {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Item, Failure> {
        if store::items::one(work.tx(), member.home(), self.item).await?.is_some() {
            return Err(Failure::new(Reason::CallReused).at("item"));
        }
        let item = Item {
            id: self.item,
            name: self.name,
            food: self.food,
            count: self.count,
            sighting: None,
            best_before: self.best_before,
            added_at: work.now(),
        };
        stock::set(work, member.home(), &item).await?;
        Ok(item)
    }
}

impl Answers for Remove {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<(), Failure> {
        let item = store::items::one(work.tx(), member.home(), self.item)
            .await?
            .ok_or(Reason::Absent)?;
        stock::add_to(work, member.home(), item, -i64::from(self.count.get())).await
    }
}

impl Answers for Changes {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Change>>, Failure> {
        let changes = store::changes::last(work.tx(), member.home(), MOST_CHANGES).await?;
        Ok(Seen::now(changes, work.now()))
    }
}

impl Answers for Settle {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<(), Failure> {
        let home = member.home();
        if self.settled == Settled::Open {
            return Err(Failure::new(Reason::FieldWrong).at("settled"));
        }
        let mut kept = store::changes::one(work.tx(), home, self.change)
            .await?
            .ok_or(Reason::Absent)?;
        if kept.change.settled != Settled::Open {
            return Err(Reason::AlreadySettled.into());
        }
        kept.change.settled = self.settled;
        match self.settled {
            Settled::Confirmed => confirm(&mut kept, member, work).await?,
            Settled::Undone => {
                for applied in &kept.applied {
                    stock::reverse(work, home, applied).await?;
                }
            }
            Settled::Open => {}
        }
        store::changes::set(work.tx(), home, &kept).await?;
        let event = PantryEvent::Settled {
            change: self.change,
            settled: self.settled,
        };
        work.tell(home, HomeEvent::Pantry(event)).await
    }
}

/// What was only a guess, but says which food, now counts.
async fn confirm(kept: &mut Kept, member: Member, work: &mut Work) -> Result<(), Failure> {
    let camera = store::pictures::one(work.tx(), member.home(), kept.change.after).await?;
    let Some(taken) = camera else { return Ok(()) };
    for line in kept.change.lines.iter_mut().filter(|line| !line.sure) {
        let mut applied = shelves::count_in(work, member.home(), &taken, line).await?;
        kept.applied.append(&mut applied);
    }
    Ok(())
}
