//! Stored pictures: where a device may put them, and where members find them.

use hearth_contract::{
    Failure, PictureId, Reason, ThingName,
    picture::{Address, MAX_BYTES, SignedUrl},
    things::{ToThing, Upload, UploadAsk},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    access::Member,
    cloud::{Cloud, Ports},
    door::Answers,
    jobs::{self, Job, within},
    store,
    unit::{Outgoing, Work},
};

/// How long an address to read from is good.
const READ_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long an address to upload to is good: devices keep a few in stock.
const UPLOAD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Pictures that one job deletes.
const PICTURES_A_JOB: usize = 200;
/// The most addresses of one ask.
const MOST_UPLOADS: u8 = 8;

/// The key of a device's picture. It names the thing, so that no thing can
/// write over another's.
pub(crate) fn key(thing: &ThingName, picture: PictureId) -> String {
    format!("things/{thing}/{picture}.jpg")
}

/// Has the bytes of pictures deleted.
pub(super) async fn discard(pictures: &[(ThingName, PictureId)], work: &mut Work) -> Result<(), Failure> {
    for some in pictures.chunks(PICTURES_A_JOB) {
        let keys = some.iter().map(|(thing, picture)| key(thing, *picture)).collect();
        work.later(&Job::Discard { keys }).await?;
    }
    Ok(())
}

impl Answers for Address {
    type Caller = Member;

    /// Answers with the key in place of the address; signing it is the outside's.
    async fn answer(self, member: Member, work: &mut Work) -> Result<SignedUrl, Failure> {
        let taken = store::pictures::one(work.tx(), member.home(), self.picture)
            .await?
            .ok_or(Reason::Absent)?;
        Ok(SignedUrl {
            url: key(&taken.thing, self.picture),
            expires_at: work.real_now() + READ_FOR,
        })
    }

    async fn complete(reply: SignedUrl, ports: &Ports, _real_now: Timestamp) -> Result<SignedUrl, Failure> {
        let expires_at = reply.expires_at;
        let url = within(ports.objects.get_url(&reply.url, expires_at))
            .await
            .map_err(|error| {
                tracing::warn!(%error, "a picture's address can't be signed");
                Reason::CloudUnreachable
            })?;
        Ok(SignedUrl { url, expires_at })
    }
}

/// Whether the ask is for as many as one may ask.
pub(crate) fn is_sound(ask: &UploadAsk) -> bool {
    (1..=MOST_UPLOADS).contains(&ask.count)
}

/// Gives a device addresses to upload to. Nothing is stored: a picture counts
/// once its device says what it shows.
pub(crate) async fn grant(cloud: &Cloud, thing: &ThingName, ask: &UploadAsk) -> Result<(), Failure> {
    if cloud.speaker(thing).await?.is_none() {
        return Ok(());
    }
    let (now, expires_at) = (cloud.clocks.domain.now(), cloud.clocks.real.now() + UPLOAD_FOR);
    let mut uploads = Vec::with_capacity(usize::from(ask.count));
    for _ in 0..ask.count {
        let picture = PictureId(jobs::mint(now)?);
        match within(cloud.ports.objects.put_url(&key(thing, picture), MAX_BYTES, expires_at)).await {
            Ok(url) => uploads.push(Upload {
                picture,
                url,
                expires_at,
            }),
            // The device asks again; what is stored is not in question.
            Err(error) => {
                tracing::warn!(%error, "an upload can't be granted");
                return Ok(());
            }
        }
    }
    cloud.post(Outgoing::to_thing(
        thing,
        &ToThing::Granted {
            token: ask.token,
            uploads,
        },
    )?);
    Ok(())
}
