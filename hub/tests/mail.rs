//! Letters by SMTP, from the page's call to the mail server.

use std::time::Duration;

use anyhow::{Context, Result};
use hearth_hub::{
    arguments::{Arguments, Mail},
    house::House,
    trouble::Trouble,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// What a mail server says to the first who is to get a letter; later ones are welcome.
const WELCOME: &str = "250 ok";

/// A mail server.
struct Server {
    url: String,
    letters: mpsc::UnboundedReceiver<String>,
}

impl Server {
    /// One that answers so to the first recipient it hears of.
    async fn open(first: &'static str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let (kept, letters) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut answer = first;
            while let Ok((stream, _)) = listener.accept().await {
                let _ = talk(stream, &mut answer, &kept).await;
            }
        });
        Ok(Self { url, letters })
    }

    async fn letter(&mut self) -> Result<String> {
        let letter = tokio::time::timeout(Duration::from_secs(20), self.letters.recv()).await;
        letter.context("no letter came")?.context("the server is gone")
    }
}

/// RFC 5321, as much of it as one letter needs.
async fn talk(stream: TcpStream, answer: &mut &str, kept: &mpsc::UnboundedSender<String>) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let said = match verb.as_str() {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "RCPT" => std::mem::replace(answer, WELCOME),
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter.push_str(&line);
                    letter.push('\n');
                }
                kept.send(letter)?;
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{said}\r\n").as_bytes()).await?;
        if verb == "QUIT" {
            break;
        }
    }
    Ok(())
}

/// Opens a home that posts by this mail server.
async fn home(folder: &std::path::Path, mail: Mail) -> Result<House, Trouble> {
    House::open(Arguments {
        sign_on: None,
        sign_on_here: false,
        releases: None,
        serials: None,
        serials_key: None,
        data: folder.join("data"),
        port: 0,
        ui: None,
        simulated: false,
        quiet: false,
        #[cfg(feature = "replay")]
        replay: None,
        mail,
    })
    .await
}

fn by(url: &str) -> Mail {
    Mail {
        smtp_url: Some(url.to_owned()),
        mail_from: Some("Hearth <hearth@example.org>".to_owned()),
    }
}

async fn sign_up(house: &House) -> Result<Value> {
    let args = json!({ "mail": "ana@example.org", "password": "correct horse battery", "name": "Ana" });
    let call = json!({ "name": "session.sign_up", "call": "01900000-0000-7000-8000-000000000001", "args": args });
    let request = reqwest::Client::new().post(format!("{}{}", house.address(), hearth_contract::host::CALL));
    Ok(request
        .header("x-hearth", "page")
        .json(&call)
        .send()
        .await?
        .json()
        .await?)
}

#[tokio::test]
async fn a_code_goes_to_the_mail_server_and_stays_nowhere_else() -> Result<()> {
    let (folder, mut server) = (tempfile::tempdir()?, Server::open(WELCOME).await?);
    let house = home(folder.path(), by(&server.url)).await?;
    let answer = sign_up(&house).await?;
    assert!(answer.get("done").is_some(), "{answer}");
    let letter = server.letter().await?;
    for part in ["To: ana@example.org", "From: Hearth <hearth@example.org>", "Subject: "] {
        assert!(letter.contains(part), "{letter}");
    }
    assert!(!folder.path().join("data/outbox").exists(), "nothing is kept beside it");
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_letter_the_server_can_t_take_now_is_sent_again_and_nobody_waits_for_it() -> Result<()> {
    let later = "451 come back later";
    let (folder, mut server) = (tempfile::tempdir()?, Server::open(later).await?);
    let house = home(folder.path(), by(&server.url)).await?;
    let answer = sign_up(&house).await?;
    assert!(answer.get("done").is_some(), "{answer}");
    assert!(server.letter().await?.contains("To: ana@example.org"));
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_mail_server_that_could_be_read_along_or_is_half_set_is_refused_at_the_start() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let half = Mail {
        mail_from: None,
        ..by("smtps://mail.example.org")
    };
    let nobody = Mail {
        mail_from: Some("nobody".to_owned()),
        ..by("smtps://mail.example.org")
    };
    for (mail, said) in [
        (by("smtp://mail.example.org"), "unencrypted"),
        (by("smtp://mail.example.org?tls=opportunistic"), "unencrypted"),
        (by("carrier pigeon"), "letters can't be sent"),
        (half, "missing"),
        (nobody, "no address"),
    ] {
        let trouble = home(folder.path(), mail).await.err().context("it opened")?.to_string();
        assert!(
            trouble.contains(said) && trouble.contains("HEARTH_SMTP_URL"),
            "{trouble}"
        );
    }
    Ok(())
}
