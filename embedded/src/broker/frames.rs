//! Live frames from a camera: a way of their own on the devices' port, because
//! video in MQTT would hold up everything else.
//!
//! One JSON line says which camera, then frames follow until nobody looks any
//! more. Bytes are bounded: a line of [`LONGEST_HELLO`], one frame in memory.

use std::{io, sync::Arc, time::Duration};

use bytes::{Buf, BytesMut};
use hearth_cloud::ports::Eyes;
use hearth_contract::{
    ids::{CameraId, ThingName},
    live::{FRAME_HEADER, Frame, MAX_FRAME},
    things::LiveHello,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::timeout,
};

/// The longest first line, bytes.
const LONGEST_HELLO: usize = 512;
/// How long a silent camera is waited for; under a lease it is never silent so long.
const SILENCE: Duration = Duration::from_secs(30);

/// Says that a stream is over, however it ends.
struct Ending<'a> {
    eyes: &'a dyn Eyes,
    thing: &'a ThingName,
    camera: &'a CameraId,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.eyes.hide(self.thing, self.camera);
    }
}

/// Reads frames until the device ends, nobody looks, or the stream is not one.
pub async fn serve<S: AsyncRead + Unpin>(stream: &mut S, thing: &ThingName, eyes: Arc<dyn Eyes>) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    let hello = loop {
        if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end + 1);
            break serde_json::from_slice::<LiveHello>(&line)?;
        }
        if buffer.len() > LONGEST_HELLO || !more(stream, &mut buffer).await? {
            return Err(io::ErrorKind::InvalidData.into());
        }
    };
    let _ending = Ending {
        eyes: eyes.as_ref(),
        thing,
        camera: &hello.camera,
    };
    loop {
        while let Some((frame, taken)) = Frame::decode(&buffer).map_err(io::Error::other)? {
            buffer.advance(taken);
            if !eyes.show(thing, &hello.camera, &frame) {
                return Ok(());
            }
        }
        // A whole frame always fits, or `decode` would have refused its length.
        debug_assert!(buffer.len() < MAX_FRAME + FRAME_HEADER);
        if !more(stream, &mut buffer).await? {
            return Ok(());
        }
    }
}

async fn more<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut BytesMut) -> io::Result<bool> {
    let read = timeout(SILENCE, stream.read_buf(buffer))
        .await
        .map_err(|_| io::ErrorKind::TimedOut)??;
    Ok(read > 0)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<Vec<(String, Frame)>>, Mutex<u32>);

    impl Eyes for Kept {
        fn show(&self, _thing: &ThingName, camera: &CameraId, frame: &Frame) -> bool {
            let mut kept = self.0.lock().unwrap();
            kept.push((camera.to_string(), frame.clone()));
            kept.len() < 3
        }

        fn hide(&self, _thing: &ThingName, _camera: &CameraId) {
            *self.1.lock().unwrap() += 1;
        }
    }

    async fn served(bytes: &[u8]) -> (io::Result<()>, Vec<(String, Frame)>) {
        let kept = Arc::new(Kept::default());
        let mut stream = bytes;
        let ended = serve(&mut stream, &"fridge-HF1".parse().unwrap(), kept.clone()).await;
        assert!(*kept.1.lock().unwrap() <= 1, "it ends once");
        (ended, std::mem::take(&mut *kept.0.lock().unwrap()))
    }

    #[tokio::test]
    async fn frames_reach_the_relay_until_nobody_looks() {
        let mut bytes = b"{\"camera\":\"door\"}\n".to_vec();
        let frame = |n: u64| Frame {
            key: n == 0,
            at_ms: n,
            data: vec![n as u8; 70_000],
        };
        for n in 0..5 {
            bytes.extend(frame(n).encode());
        }
        let (ended, kept) = served(&bytes).await;
        ended.unwrap();
        assert_eq!(kept, [0, 1, 2].map(|n| ("door".to_owned(), frame(n))));
    }

    #[tokio::test]
    async fn what_is_no_stream_of_frames_is_given_up() {
        for bytes in [
            &[b'x'; 4096][..],
            b"{}\n",
            b"{\"camera\":\"../x\"}\n",
            b"{\"camera\":\"door\"}\n\xFF\xFF\xFF\xFFxxxx",
        ] {
            let (ended, kept) = served(bytes).await;
            assert!(ended.is_err());
            assert_eq!(kept, []);
        }
    }
}
