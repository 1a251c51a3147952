//! A real browser: headless Chromium by WebDriver, and a person's hands on it.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, key::Key};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    page::PASSWORD,
    programs::{Running, free_port},
    wait::until,
};

/// How long a person waits for something to appear.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// One window with a profile of its own.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    /// Where its driver answers.
    pub driver: String,
    _driver: Running,
    _profile: TempDir,
}

/// What a browser is like.
#[derive(Clone, Copy)]
pub struct Looks {
    /// Width and height of the page, CSS px.
    pub size: (u32, u32),
    /// Prefers dark.
    pub dark: bool,
    /// Preferred language: `en`, `zh-CN`.
    pub language: &'static str,
}

impl Looks {
    /// A phone in light.
    pub const PHONE: Self = Self {
        size: (390, 844),
        dark: false,
        language: "en",
    };
    /// A wide window in light.
    pub const DESKTOP: Self = Self {
        size: (1280, 800),
        dark: false,
        language: "en",
    };
    /// A wide window in the dark.
    pub const DESKTOP_DARK: Self = Self {
        dark: true,
        ..Self::DESKTOP
    };
}

impl Browser {
    /// Opens a window.
    ///
    /// # Errors
    /// Chromium or its driver is missing or does not start.
    pub async fn open(looks: Looks) -> Result<Self> {
        Self::start(looks, Vec::new()).await
    }

    /// Opens a window whose camera sees this film (YUV4MPEG2), again and again.
    ///
    /// # Errors
    /// As [`Browser::open`].
    pub async fn filming(looks: Looks, film: &Path) -> Result<Self> {
        let film = format!("--use-file-for-fake-video-capture={}", film.display());
        Self::start(looks, vec![film]).await
    }

    async fn start(looks: Looks, more: Vec<String>) -> Result<Self> {
        let port = free_port()?;
        let mut command =
            Command::new(std::env::var("HEARTH_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned()));
        command.arg(format!("--port={port}"));
        let driver = Running::start(&mut command, None)?;
        let profile = tempfile::tempdir()?;
        let mut arguments = more;
        let usual = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-sync",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ];
        arguments.extend(usual.map(str::to_owned));
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={},{}", looks.size.0, looks.size.1));
        arguments.push(format!("--lang={}", looks.language));
        if looks.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let wants = json!({
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": { "intl.accept_languages": looks.language },
                "mobileEmulation": { "deviceMetrics": {
                    "width": looks.size.0, "height": looks.size.1, "pixelRatio": 1.0, "touch": looks.size.0 < 600
                } },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let address = format!("http://127.0.0.1:{port}");
        let client = connect(&address, wants).await?;
        Ok(Self {
            client,
            driver: address,
            _driver: driver,
            _profile: profile,
        })
    }

    /// A window of another WebDriver: the native shell's.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn of_driver(driver: Running, address: &str, wants: Value) -> Result<Self> {
        let client = connect(address, wants).await?;
        Ok(Self {
            client,
            driver: address.to_owned(),
            _driver: driver,
            _profile: tempfile::tempdir()?,
        })
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn go(&self, address: &str) -> Result<()> {
        Ok(self.client.goto(address).await?)
    }

    /// Signs in by the form, then goes to a page of the app.
    ///
    /// # Errors
    /// The form does not let in.
    pub async fn sign_in(&self, address: &str, mail: &str, path: &str) -> Result<()> {
        self.offer(address, mail, PASSWORD).await?;
        self.is_in().await?;
        self.go(&format!("{address}{path}")).await
    }

    /// Goes to the sign-in page and sends its form.
    ///
    /// # Errors
    /// The page does not come.
    pub async fn offer(&self, address: &str, mail: &str, password: &str) -> Result<()> {
        self.go(&format!("{address}/sign-in")).await?;
        self.field_named("mail").await?.send_keys(mail).await?;
        self.field_named("password").await?.send_keys(password).await?;
        Ok(self.find("//form//button[@type='submit']").await?.click().await?)
    }

    /// Waits until somebody has come in; who has no home yet is led to the welcome at once.
    ///
    /// # Errors
    /// Nobody does.
    pub async fn is_in(&self) -> Result<()> {
        self.until(
            "somebody to be signed in",
            "return ['/', '/welcome'].includes(location.pathname)",
        )
        .await
    }

    /// Signs out on the settings page.
    ///
    /// # Errors
    /// It is not done.
    pub async fn sign_out(&self, address: &str) -> Result<()> {
        self.go(&format!("{address}/settings")).await?;
        self.press("Sign out").await?;
        self.until("the way in", "return location.pathname === '/welcome'")
            .await
    }

    /// Whether nothing of this name can be pressed now.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn lacks(&self, name: &str) -> Result<bool> {
        let script = "return ![...document.querySelectorAll('button, a')].some(one => \
            (one.getAttribute('aria-label') ?? one.innerText).trim() === arguments[0])";
        let found = self.client.execute(script, vec![name.into()]).await?;
        Ok(found == Value::Bool(true))
    }

    async fn field_named(&self, name: &str) -> Result<Element> {
        self.find(&format!("//input[@name='{name}']")).await
    }

    /// Waits for a button or link with this name.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn pressable(&self, name: &str) -> Result<Element> {
        let name = quoted(name);
        let path =
            format!("//*[self::button or self::a][not(@disabled)][@aria-label={name} or normalize-space(.)={name}]");
        self.find(&path)
            .await
            .with_context(|| format!("no button or link {name}"))
    }

    /// Presses a button or link by its name.
    ///
    /// # Errors
    /// It does not appear, or can't be pressed.
    pub async fn press(&self, name: &str) -> Result<()> {
        until(name, PATIENCE, || async {
            self.pressable(name).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Waits for a field with this label.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn field(&self, label: &str) -> Result<Element> {
        let label = quoted(label);
        let path = format!(
            "//*[self::input or self::textarea or self::select][@aria-label={label} \
             or @id=//label[normalize-space(text())={label} or normalize-space(.)={label}]/@for \
             or ancestor::label[starts-with(normalize-space(.), {label})]]"
        );
        self.find(&path).await.with_context(|| format!("no field {label}"))
    }

    /// Types into a field, instead of what is there.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let field = self.field(label).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses a key wherever the focus is.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn key(&self, key: Key) -> Result<()> {
        Ok(self
            .client
            .active_element()
            .await?
            .send_keys(&char::from(key).to_string())
            .await?)
    }

    /// Waits until the page shows this text somewhere.
    ///
    /// # Errors
    /// It does not appear; the page's text is in the error.
    pub async fn sees(&self, text: &str) -> Result<()> {
        self.sees_within(text, PATIENCE).await
    }

    /// The same with a limit of its own.
    ///
    /// # Errors
    /// It does not appear in time.
    pub async fn sees_within(&self, text: &str, limit: Duration) -> Result<()> {
        let seen = until(text, limit, || async {
            Ok(self.text().await?.contains(text).then_some(()))
        });
        match seen.await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("the page shows:\n{}", self.text().await.unwrap_or_default()))),
        }
    }

    /// Waits until the page does not show this text any more.
    ///
    /// # Errors
    /// It stays.
    pub async fn sees_no_more(&self, text: &str) -> Result<()> {
        until(&format!("{text} to go"), PATIENCE, || async {
            Ok((!self.text().await?.contains(text)).then_some(()))
        })
        .await
    }

    /// All text a person sees.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn text(&self) -> Result<String> {
        Ok(self
            .run("return document.body.innerText")
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// It throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// Waits until a script answers true.
    ///
    /// # Errors
    /// It never does.
    pub async fn until(&self, what: &str, script: &str) -> Result<()> {
        until(what, PATIENCE, || async {
            Ok((self.run(script).await? == Value::Bool(true)).then_some(()))
        })
        .await
    }

    /// Keeps a picture of the window when `HEARTH_SHOTS` names a folder.
    ///
    /// # Errors
    /// It can't be written.
    pub async fn picture(&self, name: &str) -> Result<()> {
        let Some(folder) = std::env::var_os("HEARTH_SHOTS") else {
            return Ok(());
        };
        std::fs::create_dir_all(&folder)?;
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(&path, self.client.screenshot().await?).with_context(|| format!("writing {}", path.display()))
    }

    /// Closes the window.
    ///
    /// # Errors
    /// The driver refuses.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// Waits for the first element at an XPath.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn find(&self, path: &str) -> Result<Element> {
        Ok(self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(path))
            .await?)
    }
}

async fn connect(address: &str, wants: Value) -> Result<Client> {
    let Value::Object(wants) = wants else {
        anyhow::bail!("capabilities are an object")
    };
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    until("the driver to answer", Duration::from_secs(30), || async {
        let mut builder = ClientBuilder::new(connector.clone());
        Ok(Some(builder.capabilities(wants.clone()).connect(address).await?))
    })
    .await
}

/// A text as an XPath literal; texts with both kinds of quotes don't occur here.
fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}
