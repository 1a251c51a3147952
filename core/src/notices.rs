//! What core tells the page without being asked, to any number of listeners.
//!
//! The channel is bounded. A listener that falls behind loses notices and is
//! told the present state again instead: session, link and waiting edits. After
//! a `Link` notice a page asks again what it shows.

use std::{collections::VecDeque, sync::Weak};

use futures::{Stream, stream};
use hearth_contract::host::Notice;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::app::App;

/// How many notices are kept for a listener that is slow.
pub(crate) const KEPT: usize = 256;

/// One listener. It first hears the present state, then what changes.
pub struct Notices {
    app: Weak<App>,
    channel: broadcast::Receiver<Notice>,
    first: VecDeque<Notice>,
    told: bool,
}

impl Notices {
    pub(crate) fn new(app: Weak<App>, channel: broadcast::Receiver<Notice>) -> Self {
        Self {
            app,
            channel,
            first: VecDeque::new(),
            told: false,
        }
    }

    /// The next notice; `None` when the core is gone.
    pub async fn next(&mut self) -> Option<Notice> {
        loop {
            if let Some(notice) = self.first.pop_front() {
                return Some(notice);
            }
            if !self.told {
                self.told = true;
                self.first = self.app.upgrade()?.state().await.into();
                continue;
            }
            match self.channel.recv().await {
                Ok(notice) => return Some(notice),
                Err(RecvError::Lagged(_)) => self.told = false,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Notice> + Send + 'static {
        stream::unfold(self, |mut notices| async move {
            notices.next().await.map(|notice| (notice, notices))
        })
    }
}
