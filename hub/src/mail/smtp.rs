//! Letters by SMTP, over TLS unless the server is on this machine.
//!
//! A letter is sent behind the back of whoever asked for it: how long that takes
//! must not tell whether there is an account. One that the server can't take
//! now is tried again until its code is worth nothing any more.

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use hearth_contract::clock::Clock;
use hearth_embedded::identity::{self, Letter, NotPosted};
use jiff::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio::sync::Semaphore;
use url::Url;

use super::about;
use crate::{arguments::Mail, clocks::RealClock, trouble::Trouble};

/// How long a server may take over one letter.
const TAKES: Duration = Duration::from_secs(10);
/// Letters on their way at once.
const ON_THE_WAY: usize = 64;
/// Between the first two tries, and the most between two.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

/// A mail server, and who writes.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    places: Arc<Semaphore>,
}

impl Smtp {
    /// The mail server that is set; `None` if none is.
    ///
    /// # Errors
    /// [`Trouble::Mail`] with what is wrong about the setting.
    pub fn new(mail: &Mail) -> Result<Option<Self>, Trouble> {
        let (url, from) = match (&mail.smtp_url, &mail.mail_from) {
            (None, None) => return Ok(None),
            (Some(url), Some(from)) => (url, from),
            _ => return Err(Trouble::Mail("one of the two is missing".to_owned())),
        };
        let from = from
            .parse()
            .map_err(|_| Trouble::Mail(format!("{from} is no address")))?;
        if !is_private(url) {
            let why = "letters would travel unencrypted: use smtps://, or smtp:// with ?tls=required";
            return Err(Trouble::Mail(why.to_owned()));
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let builder = builder.map_err(|error| Trouble::Mail(error.to_string()))?;
        Ok(Some(Self {
            transport: builder.timeout(Some(TAKES)).build(),
            from,
            places: Arc::new(Semaphore::new(ON_THE_WAY)),
        }))
    }

    fn written(&self, letter: &Letter) -> Option<Message> {
        let about = about(letter.subject);
        let minutes = letter.expires_at.duration_since(RealClock.now()).as_secs() / 60 + 1;
        let (english, chinese) = (about.english, about.chinese);
        let body = format!(
            "{english}:\n\n    {code}\n\nIt is good once, for {minutes} minutes. If you did not ask for it, do nothing.\n\n\
             {chinese}：{code}。{minutes} 分钟内有效，仅可使用一次。如非本人操作，请忽略此邮件。\n",
            code = letter.code,
        );
        Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse().ok()?)
            .subject(format!("Hearth: {english} · {chinese}"))
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .ok()
    }
}

/// Whether nobody on the way can read along: TLS is sure, or the way stays on this machine.
fn is_private(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        // What is no address is refused by whoever reads it next.
        return true;
    };
    // An address is not told from a name in a scheme that is not the web's.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    let is_required = url.query_pairs().any(|pair| pair == ("tls".into(), "required".into()));
    is_here || url.scheme() == "smtps" || is_required
}

#[async_trait]
impl identity::Outbox for Smtp {
    async fn post(&self, letter: Letter) -> Result<(), NotPosted> {
        let message = self.written(&letter).ok_or(NotPosted)?;
        let place = self.places.clone().try_acquire_owned().map_err(|_| {
            tracing::error!("letters pile up: the mail server takes none");
            NotPosted
        })?;
        let transport = self.transport.clone();
        tokio::spawn(async move {
            let _held = place;
            send(&transport, &message, letter.expires_at).await;
        });
        Ok(())
    }
}

/// Sends until the server has taken it, has refused it for good, or it is too late.
async fn send(transport: &AsyncSmtpTransport<Tokio1Executor>, message: &Message, until: Timestamp) {
    let mut pause = PAUSE.0;
    loop {
        match transport.send(message.clone()).await {
            Ok(_) => return,
            Err(error) if error.is_permanent() => {
                tracing::error!(%error, "the mail server refused a letter");
                return;
            }
            Err(error) => tracing::warn!(%error, "the mail server did not take a letter yet"),
        }
        if RealClock.now() + pause >= until {
            tracing::error!("a letter was not sent while its code was good");
            return;
        }
        tokio::time::sleep(pause).await;
        pause = PAUSE.1.min(pause * 3);
    }
}
