//! Invitations and members: who comes in, who goes, and what they are told.

use hearth_contract::{
    Failure, FamilyId, HomeEvent, PersonId, Reason, Role,
    event::{Actor, Inbox},
    family::{
        Audit, Family, FamilyEvent, HandOver, Invitation, Invitations, Invite, Join, Joining, Leave, Member, Members,
        Mine, Offer, Parting, RemoveMember, Revoke, SetRole, Uses,
    },
    text::{InvitationCode, Name},
    units::Seconds,
};
use jiff::civil::{Date, date};

use crate::support::{ANA, House, STRANGER, fresh, until};

pub const BEN: u32 = 2;
const CLEO: u32 = 3;
const DAY: Seconds = Seconds(24 * 3600);

pub fn code() -> InvitationCode {
    let mut random = [0; 26];
    random[..16].copy_from_slice(&fresh().to_be_bytes().map(|byte| byte & 31));
    random[16] = u8::try_from(fresh() / 32 % 32).unwrap();
    InvitationCode::from_random(random)
}

/// What is usual: a grown-up, one, a day.
fn usual(family: FamilyId) -> Invite {
    Invite {
        family,
        code: code(),
        role: Joining::Adult,
        uses: Uses::ONE,
        lasts: DAY,
        last_day: None,
    }
}

async fn joins(house: &House, person: u32, code: &InvitationCode) -> Result<Family, Failure> {
    let called = Name::parse(&format!("Person {person}")).unwrap();
    let code = code.clone();
    house.ask(person, Join { code, called }).await
}

/// Lets somebody in as this.
pub async fn joined(house: &House, family: FamilyId, person: u32, role: Joining) {
    let last_day = (role == Joining::Guest).then(|| date(2026, 12, 1));
    let invite = Invite {
        role,
        last_day,
        ..usual(family)
    };
    house.ask(ANA, invite.clone()).await.unwrap();
    joins(house, person, &invite.code).await.unwrap();
}

async fn roles(house: &House, family: FamilyId) -> Vec<(PersonId, Role)> {
    let members = house.ask(ANA, Members { family }).await.unwrap().value;
    members.into_iter().map(|member| (member.person, member.role)).collect()
}

fn at_code(reason: Reason) -> Failure {
    Failure::new(reason).at("code")
}

#[tokio::test]
async fn an_invitation_says_what_it_offers_and_lets_one_in() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let topic = house.listen(ANA).await;
    let invite = usual(family);
    house.ask(ANA, invite.clone()).await.unwrap();
    let offered = house
        .ask(
            BEN,
            Offer {
                code: invite.code.clone(),
            },
        )
        .await
        .unwrap();
    assert_eq!((offered.family.as_str(), offered.by.as_str()), ("Linden Street", "Ana"));
    assert_eq!(roles(&house, family).await.len(), 1, "an offer lets nobody in");
    let seen = joins(&house, BEN, &invite.code).await.unwrap();
    assert_eq!((seen.id, seen.role), (family, Role::Adult));
    assert_eq!(
        roles(&house, family).await,
        [(PersonId::sample(1), Role::Owner), (PersonId::sample(2), Role::Adult)]
    );
    let heard = until("the inbox", async || {
        Some(house.wire.on(&topic)).filter(|heard| heard.len() == 2)
    })
    .await;
    let Inbox::Entry(entry) = serde_json::from_value(heard[1].clone()).unwrap() else {
        panic!("no entry")
    };
    assert_eq!(entry.by, Actor::Person(PersonId::sample(2)));
    assert!(
        matches!(entry.event, HomeEvent::Family(FamilyEvent::MemberJoined { member }) if member.name.as_str() == "Person 2")
    );
}

#[tokio::test]
async fn each_way_an_invitation_fails_has_its_own_answer() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let (used, revoked, old) = (usual(family), usual(family), usual(family));
    let mut ids = Vec::new();
    for invite in [&used, &revoked, &old] {
        ids.push(house.ask(ANA, invite.clone()).await.unwrap().id);
    }
    joins(&house, BEN, &used.code).await.unwrap();
    house
        .ask(
            ANA,
            Revoke {
                family,
                invitation: ids[1],
            },
        )
        .await
        .unwrap();
    let left: Vec<Invitation> = house.ask(ANA, Invitations { family }).await.unwrap().value;
    assert_eq!(left.iter().map(|left| left.id).collect::<Vec<_>>(), [ids[2]]);
    let check = async |person: u32, code: &InvitationCode, reason: Reason| {
        let refused = joins(&house, person, code).await.unwrap_err();
        assert_eq!(refused, at_code(reason));
        let refused = house.ask(person, Offer { code: code.clone() }).await.unwrap_err();
        assert_eq!(refused, at_code(reason));
    };
    check(CLEO, &used.code, Reason::InvitationUsedUp).await;
    check(CLEO, &revoked.code, Reason::InvitationRevoked).await;
    check(BEN, &old.code, Reason::AlreadyMember).await;
    house.domain.turn(24 * 3600);
    check(CLEO, &old.code, Reason::InvitationExpired).await;
    check(CLEO, &code(), Reason::InvitationUnknown).await;
    assert_eq!(roles(&house, family).await.len(), 2);
}

#[tokio::test]
async fn who_tries_ten_wrong_codes_must_wait_even_with_a_good_one() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let invite = usual(family);
    house.ask(ANA, invite.clone()).await.unwrap();
    for _ in 0..10 {
        let refused = joins(&house, BEN, &code()).await.unwrap_err();
        assert_eq!(refused, at_code(Reason::InvitationUnknown));
        house.real.turn(10);
    }
    let refused = joins(&house, BEN, &invite.code).await.unwrap_err();
    assert_eq!(refused, at_code(Reason::TooManyTries).after(Seconds(501)));
    joins(&house, CLEO, &invite.code).await.expect("others need not wait");
    house.real.turn(501);
    let refused = joins(&house, BEN, &invite.code).await.unwrap_err();
    assert_eq!(refused, at_code(Reason::InvitationUsedUp));
}

#[tokio::test]
async fn an_invitation_for_two_lets_two_in_and_sent_twice_counts_once() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let invite = Invite {
        uses: Uses::try_from(2).unwrap(),
        ..usual(family)
    };
    house.ask(ANA, invite.clone()).await.unwrap();
    let refused = house.ask(ANA, invite.clone()).await.unwrap_err();
    assert_eq!(refused, at_code(Reason::CodeUsed));
    let call = hearth_contract::CallId::sample(fresh());
    let join = Join {
        code: invite.code.clone(),
        called: Name::parse("Ben").unwrap(),
    };
    let first = house.ask_as(BEN, join.clone(), call).await.unwrap();
    assert_eq!(house.ask_as(BEN, join, call).await.unwrap(), first);
    joins(&house, CLEO, &invite.code).await.unwrap();
    let refused = joins(&house, STRANGER, &invite.code).await.unwrap_err();
    assert_eq!(refused, at_code(Reason::InvitationUsedUp));
}

#[tokio::test]
async fn a_wrong_invitation_is_refused_by_the_field() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let check = async |field: &str, reason: Reason, invite: Invite| {
        let refused = house.ask(ANA, invite).await.unwrap_err();
        assert_eq!((refused.field.as_deref(), refused.reason), (Some(field), reason));
    };
    let guest = |last_day: Option<Date>| Invite {
        role: Joining::Guest,
        last_day,
        ..usual(family)
    };
    let lasting = |lasts: u64| Invite {
        lasts: Seconds(lasts),
        ..usual(family)
    };
    check("lasts", Reason::FieldWrong, lasting(0)).await;
    check("lasts", Reason::FieldWrong, lasting(31 * 24 * 3600)).await;
    check("last_day", Reason::FieldMissing, guest(None)).await;
    check("last_day", Reason::FieldWrong, guest(Some(date(2026, 11, 20)))).await;
    let adult = Invite {
        last_day: Some(date(2026, 12, 1)),
        ..usual(family)
    };
    check("last_day", Reason::FieldWrong, adult).await;
    assert_eq!(house.ask(ANA, Invitations { family }).await.unwrap().value, []);
}

#[tokio::test]
async fn the_last_owner_can_neither_leave_nor_step_down_but_hand_over() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    joined(&house, family, BEN, Joining::Adult).await;
    joined(&house, family, CLEO, Joining::Child).await;
    let (ana, ben, cleo) = (PersonId::sample(1), PersonId::sample(2), PersonId::sample(3));
    let last_owner = Failure::new(Reason::LastOwner);
    let step_down = SetRole {
        family,
        person: ana,
        role: Role::Adult,
        last_day: None,
    };
    assert_eq!(house.ask(ANA, Leave { family }).await.unwrap_err(), last_owner);
    assert_eq!(house.ask(ANA, step_down).await.unwrap_err(), last_owner);
    let remove = RemoveMember { family, person: ana };
    assert_eq!(house.ask(ANA, remove).await.unwrap_err(), last_owner);
    for person in [ana, cleo] {
        let refused = house.ask(ANA, HandOver { family, person }).await.unwrap_err();
        assert_eq!(refused, Failure::new(Reason::FieldWrong).at("person"));
    }
    house.ask(ANA, HandOver { family, person: ben }).await.unwrap();
    assert_eq!(
        roles(&house, family).await,
        [(ana, Role::Adult), (ben, Role::Owner), (cleo, Role::Child)]
    );
    house.ask(ANA, Leave { family }).await.unwrap();
    assert_eq!(
        house.ask(ANA, Members { family }).await.unwrap_err().reason,
        Reason::Absent
    );
}

#[tokio::test]
async fn who_was_put_out_hears_it_last_and_can_do_nothing_more() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    joined(&house, family, BEN, Joining::Adult).await;
    let topic = house.listen(BEN).await;
    let theirs = usual(family);
    house.ask(BEN, theirs.clone()).await.unwrap();
    let person = PersonId::sample(2);
    house.ask(ANA, RemoveMember { family, person }).await.unwrap();
    let name = Name::parse("Elsewhere").unwrap();
    house
        .ask(ANA, hearth_contract::family::Rename { family, name })
        .await
        .unwrap();
    let last = until("the last entry", async || {
        let heard = house.wire.on(&topic);
        let last = serde_json::from_value(heard.last()?.clone()).ok()?;
        match last {
            Inbox::Entry(entry) if matches!(entry.event, HomeEvent::Family(FamilyEvent::MemberLeft { .. })) => {
                Some(entry)
            }
            _ => None,
        }
    })
    .await;
    let HomeEvent::Family(FamilyEvent::MemberLeft { member, how }) = last.event else {
        panic!("another event")
    };
    assert_eq!((member.person, how), (person, Parting::Removed));
    assert_eq!(house.ask(BEN, Mine {}).await.unwrap().value, []);
    assert_eq!(
        house.ask(BEN, Leave { family }).await.unwrap_err().reason,
        Reason::Absent
    );
    let refused = joins(&house, CLEO, &theirs.code).await.unwrap_err();
    assert_eq!(
        refused,
        at_code(Reason::InvitationRevoked),
        "an invitation goes with who made it"
    );
}

#[tokio::test]
async fn a_guest_goes_with_the_last_day_at_once_and_for_good() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    let topic = house.listen(ANA).await;
    joined(&house, family, BEN, Joining::Guest).await;
    // The first of December ends at 23:00 UTC in Berlin: nine days and 29 hours on.
    let ends = "2026-12-01T23:00:00Z".parse::<jiff::Timestamp>().unwrap();
    let guest: Member = house.ask(ANA, Members { family }).await.unwrap().value.remove(1);
    assert_eq!(guest.until, Some(ends));
    house.domain.turn(10 * 24 * 3600 + 5 * 3600 - 1);
    assert_eq!(house.ask(BEN, Mine {}).await.unwrap().value.len(), 1);
    house.domain.turn(1);
    assert_eq!(house.ask(BEN, Mine {}).await.unwrap().value, []);
    assert_eq!(
        house.ask(BEN, Members { family }).await.unwrap_err().reason,
        Reason::Absent
    );
    house.cloud.work().await;
    assert_eq!(roles(&house, family).await.len(), 1);
    let left = house.journal(ANA, family).await.pop().unwrap();
    assert_eq!(left.by, Actor::Home);
    assert!(
        matches!(left.event, HomeEvent::Family(FamilyEvent::MemberLeft { how: Parting::StayEnded, member }) if member == guest)
    );
    until("the inbox", async || (house.wire.count(&topic) == 3).then_some(())).await;
}

#[tokio::test]
async fn a_stay_made_longer_does_not_end_on_the_old_day() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    joined(&house, family, BEN, Joining::Guest).await;
    let longer = SetRole {
        family,
        person: PersonId::sample(2),
        role: Role::Guest,
        last_day: Some(date(2026, 12, 24)),
    };
    house.ask(ANA, longer).await.unwrap();
    house.domain.turn(20 * 24 * 3600);
    house.cloud.work().await;
    assert_eq!(house.ask(BEN, Mine {}).await.unwrap().value.len(), 1);
}

#[tokio::test]
async fn a_line_that_is_not_for_everybody_arrives_hollow() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    joined(&house, family, CLEO, Joining::Child).await;
    let topic = house.listen(CLEO).await;
    house.ask(ANA, usual(family)).await.unwrap();
    let heard = until("the inbox", async || house.wire.on(&topic).pop()).await;
    let Inbox::Entry(entry) = serde_json::from_value(heard).unwrap() else {
        panic!("no entry")
    };
    assert_eq!(
        (entry.event.clone(), entry.by.clone(), entry.call),
        (HomeEvent::Hollow, Actor::Home, None)
    );
    let journal = house.journal(CLEO, family).await;
    assert_eq!(journal.last(), Some(&entry), "the journal says what the inbox said");
    assert_eq!(
        journal.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
        (1..=u64::try_from(journal.len()).unwrap()).collect::<Vec<_>>()
    );
    let whole = house.journal(ANA, family).await;
    assert!(whole.iter().all(|entry| entry.event != HomeEvent::Hollow));
}

#[tokio::test]
async fn the_audit_list_names_who_did_it_as_they_were_called_then() {
    let house = House::new().await;
    let family = house.family(ANA).await;
    joined(&house, family, BEN, Joining::Adult).await;
    house
        .paired(family, "HF1", hearth_contract::device::Hardware::Fridge)
        .await;
    house.ask(BEN, Leave { family }).await.unwrap();
    let lines = house.ask(ANA, Audit { family, before: None }).await.unwrap().value;
    let who: Vec<_> = lines.iter().map(|line| line.by.as_ref().map(Name::as_str)).collect();
    assert_eq!(
        who,
        ["Person 2", "Ana", "Person 2", "Ana", "Ana", "Ana"].map(Some),
        "left, paired, joined, invited, joined, created"
    );
    let before = Some(lines[3].entry.seq);
    let rest = house.ask(ANA, Audit { family, before }).await.unwrap().value;
    assert_eq!(rest, lines[4..]);
}
