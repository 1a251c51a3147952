//! Looking inside: which cameras there are, and leases on them.

use hearth_contract::{
    CameraId, Failure, HomeEvent, Reason, Seen, ThingName,
    device::{Device, Hardware},
    live::{Camera, Cameras, LEASE_LASTS, Lease, LiveEvent, Look, Sight},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    access::Member,
    door::Answers,
    leases,
    store::{self, Home},
    unit::Work,
};

/// The cameras a device has even before it sent a picture.
const fn built_in(hardware: Hardware) -> &'static [&'static str] {
    match hardware {
        Hardware::Fridge => &["shelves"],
        Hardware::Meter | Hardware::Tablet | Hardware::Microwave => &[],
    }
}

/// When a lease that begins now ends.
pub(super) fn lease_ends(real_now: Timestamp) -> Timestamp {
    real_now + SignedDuration::from_secs(i64::try_from(LEASE_LASTS.0).unwrap_or(0))
}

impl Answers for Cameras {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Seen<Vec<Camera>>, Failure> {
        let mut cameras = Vec::new();
        for device in store::devices::all(work.tx(), member.home()).await? {
            cameras.append(&mut of_device(work, member.home(), &device).await?);
        }
        Ok(Seen::now(cameras, work.now()))
    }
}

impl Answers for Look {
    type Caller = Member;

    async fn answer(self, member: Member, work: &mut Work) -> Result<Lease, Failure> {
        camera(work, member.home(), &self.thing, &self.camera).await?;
        let until = lease_ends(work.real_now());
        let sight = Sight::Camera(self.camera.clone());
        if !work.looks(&self.thing, &sight, member.principal()) {
            let event = LiveEvent::Looked {
                thing: self.thing.clone(),
                camera: self.camera,
            };
            work.tell(member.home(), HomeEvent::Live(event)).await?;
        }
        work.look(leases::Look {
            thing: self.thing,
            sight,
            by: member.principal().clone(),
            until,
        })?;
        Ok(Lease { until })
    }
}

/// The camera, if this home has it.
pub(crate) async fn camera(
    work: &mut Work,
    home: Home,
    thing: &ThingName,
    camera: &CameraId,
) -> Result<Camera, Failure> {
    let device = store::devices::one(work.tx(), home, thing)
        .await?
        .ok_or(Reason::Absent)?;
    let cameras = of_device(work, home, &device).await?;
    cameras
        .into_iter()
        .find(|there| there.camera == *camera)
        .ok_or_else(|| Reason::Absent.into())
}

async fn of_device(work: &mut Work, home: Home, device: &Device) -> Result<Vec<Camera>, Failure> {
    let mut cameras = store::pictures::last(work.tx(), home, &device.thing).await?;
    for name in built_in(device.hardware) {
        let Ok(camera) = name.parse::<CameraId>() else { continue };
        if !cameras.iter().any(|there| there.camera == camera) {
            cameras.push(Camera {
                thing: device.thing.clone(),
                camera,
                last: None,
            });
        }
    }
    Ok(cameras)
}
