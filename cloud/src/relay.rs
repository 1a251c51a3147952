//! The relay of live frames: in memory, from one camera to whoever watches.
//!
//! It keeps the last group of pictures, so that a new viewer sees something at
//! once. Each viewer has a bounded queue; one that is too slow loses frames
//! until the next key frame, and never holds up the others. Who may watch is
//! decided at the door.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use hearth_contract::{CameraId, Principal, ThingName, live::Frame};
use tokio::sync::mpsc;

/// Frames that wait for one viewer: two seconds and a bit.
const QUEUE: usize = 64;
/// The most frames and bytes of a group that are kept for new viewers.
const GROUP_FRAMES: usize = 300;
const GROUP_BYTES: usize = 8 << 20;

/// All cameras that are sending or watched.
#[derive(Default)]
pub(crate) struct Relay(Mutex<Channels>);

type Channels = HashMap<(ThingName, CameraId), Arc<Mutex<Channel>>>;

#[derive(Default)]
struct Channel {
    group: Vec<Bytes>,
    group_bytes: usize,
    viewers: Vec<Viewer>,
}

struct Viewer {
    by: Principal,
    queue: mpsc::Sender<Bytes>,
    /// It missed a frame and waits for a key frame.
    behind: bool,
}

impl Relay {
    /// Hands a frame to all viewers.
    pub fn show(&self, thing: &ThingName, camera: &CameraId, frame: &Frame) {
        let channel = self.channel(thing, camera);
        let mut channel = channel.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = Bytes::from(frame.encode());
        channel.keep(frame.key, &bytes);
        channel.viewers.retain_mut(|viewer| viewer.take(frame.key, &bytes));
    }

    /// The camera stopped: what it last showed is not live any more.
    pub fn hide(&self, thing: &ThingName, camera: &CameraId) {
        let channel = self.channel(thing, camera);
        let mut channel = channel.lock().unwrap_or_else(PoisonError::into_inner);
        channel.clear();
        channel.viewers.retain_mut(|viewer| {
            viewer.behind = true;
            !viewer.queue.is_closed()
        });
    }

    /// A new viewer: the kept group, then every frame, each as it travels.
    pub fn watch(&self, thing: &ThingName, camera: &CameraId, by: Principal) -> mpsc::Receiver<Bytes> {
        let (queue, frames) = mpsc::channel(QUEUE);
        let channel = self.channel(thing, camera);
        let mut channel = channel.lock().unwrap_or_else(PoisonError::into_inner);
        channel.viewers.retain(|viewer| !viewer.queue.is_closed());
        if !channel.group.is_empty() {
            let mut group = BytesMut::with_capacity(channel.group_bytes);
            channel.group.iter().for_each(|frame| group.extend_from_slice(frame));
            // The queue is empty: there is room for one.
            let _ = queue.try_send(group.freeze());
        }
        let behind = channel.group.is_empty();
        channel.viewers.push(Viewer { by, queue, behind });
        frames
    }

    /// Somebody may not watch these things any more: their views end now.
    pub fn end(&self, things: &[ThingName], by: &Principal) {
        let cameras = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, channel) in cameras.iter().filter(|((thing, _), _)| things.contains(thing)) {
            let mut channel = channel.lock().unwrap_or_else(PoisonError::into_inner);
            channel.viewers.retain(|viewer| viewer.by != *by);
        }
    }

    fn channel(&self, thing: &ThingName, camera: &CameraId) -> Arc<Mutex<Channel>> {
        let mut cameras = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cameras.entry((thing.clone(), camera.clone())).or_default().clone()
    }
}

impl Channel {
    /// Keeps the frame with its group. A group too large to be kept is dropped
    /// whole: half of it could not be decoded.
    fn keep(&mut self, key: bool, bytes: &Bytes) {
        if key {
            self.clear();
        } else if self.group.is_empty() {
            return;
        }
        self.group.push(bytes.clone());
        self.group_bytes += bytes.len();
        if self.group.len() > GROUP_FRAMES || self.group_bytes > GROUP_BYTES {
            self.clear();
        }
    }

    fn clear(&mut self) {
        self.group.clear();
        self.group_bytes = 0;
    }
}

impl Viewer {
    /// `false`: nobody is there any more.
    fn take(&mut self, key: bool, bytes: &Bytes) -> bool {
        if self.behind && !key {
            return !self.queue.is_closed();
        }
        match self.queue.try_send(bytes.clone()) {
            Ok(()) => self.behind = false,
            Err(mpsc::error::TrySendError::Full(_)) => self.behind = true,
            Err(mpsc::error::TrySendError::Closed(_)) => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(key: bool, at_ms: u64) -> Frame {
        Frame {
            key,
            at_ms,
            data: vec![0; 10],
        }
    }

    fn ana() -> Principal {
        Principal::Person(hearth_contract::PersonId::sample(1))
    }

    fn read(frames: &mut mpsc::Receiver<Bytes>) -> Vec<(bool, u64)> {
        let mut seen = Vec::new();
        while let Ok(bytes) = frames.try_recv() {
            let mut rest = &bytes[..];
            while let Ok(Some((frame, used))) = Frame::decode(rest) {
                seen.push((frame.key, frame.at_ms));
                rest = &rest[used..];
            }
        }
        seen
    }

    #[test]
    fn a_new_viewer_begins_with_the_kept_group() {
        let (relay, thing, camera) = (
            Relay::default(),
            "fridge-1".parse().unwrap(),
            "shelves".parse().unwrap(),
        );
        for (key, at) in [(true, 1), (false, 2), (true, 3), (false, 4)] {
            relay.show(&thing, &camera, &frame(key, at));
        }
        let mut viewer = relay.watch(&thing, &camera, ana());
        relay.show(&thing, &camera, &frame(false, 5));
        assert_eq!(read(&mut viewer), [(true, 3), (false, 4), (false, 5)]);
        relay.hide(&thing, &camera);
        let mut late = relay.watch(&thing, &camera, ana());
        relay.show(&thing, &camera, &frame(false, 6));
        relay.show(&thing, &camera, &frame(true, 7));
        assert_eq!(
            read(&mut late),
            [(true, 7)],
            "nothing stale, and nothing that can't be decoded"
        );
    }

    #[test]
    fn whoever_may_not_watch_any_more_sees_nothing_from_that_moment() {
        let (relay, thing, camera): (_, ThingName, CameraId) = (
            Relay::default(),
            "fridge-1".parse().unwrap(),
            "shelves".parse().unwrap(),
        );
        let ben = Principal::Person(hearth_contract::PersonId::sample(2));
        let mut gone = relay.watch(&thing, &camera, ben.clone());
        let mut stays = relay.watch(&thing, &camera, ana());
        relay.end(&["fridge-2".parse().unwrap()], &ben);
        relay.show(&thing, &camera, &frame(true, 1));
        relay.end(std::slice::from_ref(&thing), &ben);
        relay.show(&thing, &camera, &frame(true, 2));
        assert_eq!(read(&mut gone), [(true, 1)]);
        assert!(gone.is_closed());
        assert_eq!(read(&mut stays), [(true, 1), (true, 2)]);
    }

    #[test]
    fn a_slow_viewer_goes_on_at_the_next_key_frame() {
        let (relay, thing, camera) = (
            Relay::default(),
            "fridge-1".parse().unwrap(),
            "shelves".parse().unwrap(),
        );
        let mut viewer = relay.watch(&thing, &camera, ana());
        relay.show(&thing, &camera, &frame(true, 0));
        for at in 1..200 {
            relay.show(&thing, &camera, &frame(false, at));
        }
        assert_eq!(read(&mut viewer).len(), QUEUE);
        relay.show(&thing, &camera, &frame(false, 200));
        relay.show(&thing, &camera, &frame(true, 201));
        assert_eq!(read(&mut viewer), [(true, 201)]);
    }
}
