//! Pictures on their way to and from a page.
//!
//! A picture a page gives stays in memory under a reference only this core
//! knows. A stored picture is fetched from its signed address, which ends here,
//! and cached, so that the shelf can be looked at without a network.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt;
use hearth_contract::{
    Failure, FamilyId, PictureId, Reason,
    host::LocalRef,
    picture::{Address, MAX_BYTES, MAX_PIXELS},
};

use crate::{cloud::unreachable_now, home::Home, pixels, real};

/// How many given pictures are held.
const HELD: usize = 4;
/// How much the cache on disk holds for a family, bytes.
const CACHED: u64 = 200 << 20;
const FETCH_TAKES: Duration = Duration::from_secs(30);

/// A stored picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes.
    pub bytes: Bytes,
    /// `image/png` or `image/jpeg`, as its bytes say.
    pub content_type: &'static str,
}

/// The pictures a page gave.
#[derive(Default)]
pub(crate) struct LocalPictures {
    held: Mutex<VecDeque<(LocalRef, Bytes)>>,
}

impl LocalPictures {
    /// Holds a picture.
    ///
    /// # Errors
    /// `PictureTooLarge`, `PictureUnreadable`.
    pub(crate) fn put(&self, bytes: Bytes, content_type: &str) -> Result<LocalRef, Failure> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Reason::PictureTooLarge.into());
        }
        // What a page calls a picture is judged by its first bytes; another type is refused outright.
        let plausible = content_type.starts_with("image/") || content_type == "application/octet-stream";
        let count = pixels::count(&bytes)
            .filter(|_| plausible)
            .ok_or(Reason::PictureUnreadable)?;
        if count > MAX_PIXELS {
            return Err(Reason::PictureTooLarge.into());
        }
        let reference = LocalRef::try_from(hex::encode(real::random::<16>()?)).map_err(|_| Reason::Bug)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() == HELD {
            held.pop_front();
        }
        held.push_back((reference.clone(), bytes));
        Ok(reference)
    }

    /// A held picture; `None` when it was never given or has left.
    pub(crate) fn get(&self, reference: &LocalRef) -> Option<Bytes> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter()
            .find(|(known, _)| known == reference)
            .map(|(_, bytes)| bytes.clone())
    }
}

impl Picture {
    fn of(bytes: Bytes) -> Option<Self> {
        let content_type = pixels::format_of(&bytes)?.to_mime_type();
        Some(Self { bytes, content_type })
    }
}

impl Home {
    /// A stored picture.
    ///
    /// # Errors
    /// `Absent`, `PictureUnreadable`, `PictureTooLarge`, `Unavailable`.
    pub(crate) async fn picture(&self, family: FamilyId, picture: PictureId) -> Result<Picture, Failure> {
        let cache = self.replica.disk().below("pictures").below(&family.to_string());
        let name = picture.to_string();
        if let Some(kept) = cache.read(&name).await.and_then(|bytes| Picture::of(bytes.into())) {
            return Ok(kept);
        }
        let address = self.tell_cloud(&Address { family, picture }).await?;
        let fetched = self.fetch_picture(&address.url).await?;
        if !self.stop.is_cancelled() {
            cache.write(&name, fetched.bytes.to_vec()).await;
            cache.trim(CACHED).await;
        }
        Ok(fetched)
    }

    async fn fetch_picture(&self, url: &str) -> Result<Picture, Failure> {
        let place = self.cloud.place().await?;
        let request = place.http.get(url).timeout(FETCH_TAKES);
        let response = request.send().await.map_err(|error| unreachable_now(&error))?;
        match response.status().as_u16() {
            200 => {}
            403 | 404 | 410 => return Err(Reason::Absent.into()),
            _ => return Err(Reason::CloudUnreachable.into()),
        }
        let mut bytes = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(part) = stream.next().await {
            bytes.extend_from_slice(&part.map_err(|error| unreachable_now(&error))?);
            if bytes.len() as u64 > MAX_BYTES {
                return Err(Reason::PictureTooLarge.into());
            }
        }
        Picture::of(bytes.into()).ok_or_else(|| Reason::PictureUnreadable.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::ImageFormat;

    use super::*;

    fn png(width: u32, height: u32) -> Bytes {
        let mut out = Cursor::new(Vec::new());
        image::GrayImage::new(width, height)
            .write_to(&mut out, ImageFormat::Png)
            .unwrap();
        out.into_inner().into()
    }

    #[test]
    fn a_given_picture_is_held_until_four_others_came() {
        let pictures = LocalPictures::default();
        let first = pictures.put(png(3, 3), "image/png").unwrap();
        for _ in 0..3 {
            pictures.put(png(2, 2), "image/png").unwrap();
        }
        assert!(pictures.get(&first).is_some());
        pictures.put(png(2, 2), "image/png").unwrap();
        assert!(pictures.get(&first).is_none());
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_refused() {
        let pictures = LocalPictures::default();
        let refused = |bytes: Bytes, kind| pictures.put(bytes, kind).unwrap_err().reason;
        assert_eq!(
            refused(Bytes::from_static(b"hello, world"), "image/png"),
            Reason::PictureUnreadable
        );
        assert_eq!(refused(png(2, 2), "text/html"), Reason::PictureUnreadable);
        assert_eq!(
            refused(Bytes::from(vec![0; (MAX_BYTES + 1) as usize]), "image/png"),
            Reason::PictureTooLarge
        );
        // A header that promises 25 megapixels is enough; the pixels need not be there.
        let mut huge = png(1, 1).to_vec();
        huge[16..20].copy_from_slice(&5000_u32.to_be_bytes());
        huge[20..24].copy_from_slice(&5000_u32.to_be_bytes());
        let reason = refused(huge.into(), "image/png");
        assert!(
            matches!(reason, Reason::PictureTooLarge | Reason::PictureUnreadable),
            "{reason:?}"
        );
    }
}
