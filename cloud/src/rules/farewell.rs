//! Leaving every family at once, before an account is deleted.
//!
//! A family nobody else is in goes with everything in it: rows at once, pictures
//! and the devices' certificates by jobs. A device that was let go shows its code
//! and can be brought into another home.

use hearth_contract::{
    Failure, HomeEvent, Principal, Role,
    family::{FamilyEvent, Farewell, Fate, Goodbye, Parting},
};

use super::{
    goodbye::release,
    membership::{depart, keep_an_owner},
    picture,
};
use crate::{
    access::Person,
    door::Answers,
    store::{self, Home},
    unit::Work,
};

impl Answers for Farewell {
    type Caller = Person;

    /// All or nothing: who is the last owner of a family with others in it hands
    /// that over first.
    async fn answer(self, person: Person, work: &mut Work) -> Result<Vec<Goodbye>, Failure> {
        let memberships = store::families::memberships(work.tx(), person.id()).await?;
        let mut goodbyes = Vec::with_capacity(memberships.len());
        let mut plans = Vec::with_capacity(memberships.len());
        for (home, member) in memberships {
            let is_alone = store::families::members(work.tx(), home).await?.len() == 1;
            if !is_alone {
                keep_an_owner(home, &member, work).await?;
            }
            plans.push((home, member, is_alone));
        }
        for (home, member, is_alone) in plans {
            let family = store::families::one(work.tx(), home, Role::Guest).await?.name;
            let fate = if is_alone {
                end(home, work).await?
            } else {
                depart(home, member, Parting::Left, work).await?;
                let lines = store::journal::lines_by(work.tx(), home, person.id()).await?;
                Fate::Left { lines }
            };
            goodbyes.push(Goodbye { family, fate });
        }
        store::identities::forget_person(work.tx(), person.id()).await?;
        store::calls::forget_of(work.tx(), &Principal::Person(person.id())).await?;
        Ok(goodbyes)
    }
}

/// Deletes a family.
async fn end(home: Home, work: &mut Work) -> Result<Fate, Failure> {
    work.let_all_go(home).await?;
    work.tell(home, HomeEvent::Family(FamilyEvent::Ended)).await?;
    for device in store::devices::all(work.tx(), home).await? {
        release(&device, work).await?;
    }
    let pictures = store::erasure::pictures(work.tx(), home).await?;
    picture::discard(&pictures, work).await?;
    Ok(store::erasure::erase(work.tx(), home).await?)
}
