//! A page without a face: the host's verbs over HTTP, as the browser's script uses them.

use std::{sync::Mutex, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use futures::{Stream, StreamExt};
use hearth_contract::{
    CallId, Command,
    family::{Create, Family},
    host::{Answer, CALL, Call, LocalRef, NOTICES, Notice, PUT},
    pairing::Pair,
    session::{Confirm, Person, SignIn, SignInStep, SignUp},
    text::{CodeText, ConfirmationCode, Mail, Name, Password, Place, ZoneName},
};

use crate::{hub::Hub, wait::until};

/// One browser session.
pub struct Page {
    address: String,
    client: reqwest::Client,
    cookie: Mutex<Option<String>>,
}

/// The password of everybody in these tests.
pub const PASSWORD: &str = "correct horse battery";

impl Page {
    /// A session that nobody has signed in to.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn open(hub: &Hub) -> Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .build()?;
        Ok(Self {
            address: hub.address.clone(),
            client,
            cookie: Mutex::default(),
        })
    }

    /// The page on the screen of the tablet in the simulated fridge's door.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn on_the_tablet(hub: &Hub) -> Result<Self> {
        let name = hub.tablet_address().trim_start_matches("http://").parse()?;
        let headers = [(reqwest::header::HOST, name)].into_iter().collect();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .default_headers(headers)
            .build()?;
        Ok(Self {
            address: hub.address.clone(),
            client,
            cookie: Mutex::default(),
        })
    }

    /// Calls a command with a call id of its own.
    ///
    /// # Errors
    /// It was refused, waits, or the hub does not answer.
    pub async fn call<C: Command>(&self, command: C) -> Result<C::Reply> {
        match self.send(new_call(), &command).await? {
            Answer::Done(reply) => Ok(reply),
            Answer::Waiting { ahead } => bail!("{} waits behind {ahead}", C::NAME),
            Answer::Refused(failure) => Err(failure).context(C::NAME),
        }
    }

    /// Calls a command with this call id.
    ///
    /// # Errors
    /// The hub does not answer as a host does.
    pub async fn send<C: Command>(&self, call: CallId, command: &C) -> Result<Answer<C::Reply>> {
        let call = Call {
            name: C::NAME.to_owned(),
            call,
            args: serde_json::to_value(command)?,
        };
        let request = self
            .client
            .post(format!("{}{CALL}", self.address))
            .header("x-hearth", "page")
            .json(&call);
        let answer = self
            .with_cookie(request)
            .timeout(Duration::from_secs(20))
            .send()
            .await?;
        self.keep_cookie(&answer);
        ensure!(
            answer.status().is_success(),
            "{}: {}",
            answer.status(),
            answer.text().await?
        );
        Ok(answer.json().await?)
    }

    /// Gives a picture to the host.
    ///
    /// # Errors
    /// It is refused.
    pub async fn put(&self, bytes: Vec<u8>, kind: &str) -> Result<LocalRef> {
        let request = self
            .client
            .post(format!("{}{PUT}", self.address))
            .header("x-hearth", "page");
        let request = request.header("content-type", kind).body(bytes);
        let answer = self.with_cookie(request).send().await?;
        self.keep_cookie(&answer);
        ensure!(answer.status().is_success(), "{}", answer.text().await?);
        Ok(answer.json().await?)
    }

    /// Listens: every notice from now on.
    ///
    /// # Errors
    /// The host refuses.
    pub async fn notices(&self) -> Result<impl Stream<Item = Notice> + Unpin + use<>> {
        let request = self.client.get(format!("{}{NOTICES}", self.address));
        let answer = self.with_cookie(request).send().await?.error_for_status()?;
        self.keep_cookie(&answer);
        let lines = futures::stream::unfold((answer, Vec::new()), |(mut answer, mut buffer)| async {
            loop {
                if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = buffer.drain(..=end).collect();
                    return Some((line, (answer, buffer)));
                }
                buffer.extend_from_slice(&answer.chunk().await.ok()??);
            }
        });
        let notices = lines.filter_map(|line| async move { serde_json::from_slice(line.strip_prefix(b"data:")?).ok() });
        Ok(Box::pin(notices))
    }

    /// Signs up, confirms and signs in.
    ///
    /// # Errors
    /// A step is refused.
    pub async fn sign_up(&self, hub: &Hub, name: &str) -> Result<Person> {
        let mail = Mail::parse(&format!("{}@example.org", name.to_lowercase()))?;
        let password = Password::parse(PASSWORD)?;
        self.call(SignUp {
            mail: mail.clone(),
            password: password.clone(),
            name: Name::parse(name)?,
        })
        .await?;
        let code = ConfirmationCode::parse(&hub.mailed_code(mail.as_str()).await?)?;
        self.call(Confirm {
            mail: mail.clone(),
            code,
        })
        .await?;
        match self
            .call(SignIn {
                mail,
                password,
                place: Place::parse("a test")?,
            })
            .await?
        {
            SignInStep::In(person) => Ok(person),
            SignInStep::CodeNeeded => bail!("a second factor is asked for"),
        }
    }

    /// Makes a family.
    ///
    /// # Errors
    /// It is refused.
    pub async fn found(&self, name: &str) -> Result<Family> {
        let zone = ZoneName::parse("Europe/Berlin")?;
        self.call(Create {
            name: Name::parse(name)?,
            called: Name::parse("Ana")?,
            zone,
        })
        .await
    }

    /// Pairs a device of the simulated home and waits until it is in. One that
    /// was in a home this minute shows a code that was used; the next comes soon.
    ///
    /// # Errors
    /// It is refused, or the device does not come in.
    pub async fn pair(&self, hub: &Hub, family: &Family, device: &str) -> Result<()> {
        let paired = until("the device to be paired", Duration::from_secs(80), || async {
            let code = CodeText::parse(&hub.code(device).await?)?;
            self.call(Pair {
                family: family.id,
                code,
            })
            .await
            .map(Some)
        });
        paired.await?;
        until("the device to come in", Duration::from_secs(20), || async {
            Ok((hub.home().await?[device]["connected"] == true).then_some(()))
        })
        .await
    }

    /// The session's cookie, `name=value`, once the host has given one.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().ok().and_then(|cookie| cookie.clone())
    }

    /// Watches a camera: the messages of its live view.
    ///
    /// # Errors
    /// The host refuses.
    pub async fn watch(&self, path: &str) -> Result<impl Stream<Item = Vec<u8>> + Unpin + use<>> {
        use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
        let host = self.address.trim_start_matches("http://");
        let mut request = format!("ws://{host}{path}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", self.address.parse()?);
        headers.insert("cookie", self.cookie().unwrap_or_default().parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let frames = socket.filter_map(|message| async {
            match message {
                Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
                _ => None,
            }
        });
        Ok(Box::pin(frames))
    }

    fn with_cookie(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match self.cookie() {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    fn keep_cookie(&self, answer: &reqwest::Response) {
        let Some(line) = answer.headers().get("set-cookie").and_then(|line| line.to_str().ok()) else {
            return;
        };
        if let Ok(mut cookie) = self.cookie.lock() {
            *cookie = line.split(';').next().map(str::to_owned);
        }
    }
}

/// A call id nobody has used.
#[must_use]
pub fn new_call() -> CallId {
    CallId(uuid::Uuid::now_v7())
}
