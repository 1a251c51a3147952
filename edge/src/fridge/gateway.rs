//! The fridge as a gateway: what stands behind it reaches the cloud through it,
//! and nothing else.
//!
//! A proxy that knows `CONNECT` alone, and one host and port alone: the cloud's
//! for devices. An appliance behind it names itself by the code its screen
//! would show, as its password, so that the fridge can vouch for it. TLS goes
//! from the appliance to the cloud: the fridge can neither read it nor speak in
//! its name.
//!
//! # Source
//! RFC 9110, 9.3.6 (CONNECT) and 11.7.2 (Proxy-Authorization); RFC 7617 (Basic).

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hearth_contract::{ids::ThingName, pairing::PairingCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{agent::Agent, cloud::Cloud, fault::Fault};

/// The most connections through one fridge, and the most it vouches for at a time.
const MOST: usize = 16;
/// The longest request, bytes, and how long it may take to arrive.
const HEAD: usize = 2048;
const HEAD_WITHIN: Duration = Duration::from_secs(5);
const MOST_HEADERS: usize = 16;
/// How long the cloud may take to answer the telephone.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long it waits when it can't take a connection.
const AGAIN: Duration = Duration::from_millis(200);

/// Who stands behind the gateway, and the code each named itself by last.
type Behind = BTreeMap<ThingName, PairingCode>;

/// A gateway; clones are the same one.
#[derive(Clone)]
pub struct Gateway(Arc<Shared>);

struct Shared {
    host: String,
    port: u16,
    behind: Mutex<Behind>,
    room: Arc<Semaphore>,
}

/// Why somebody is not let through; its text is the answer's status line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Refused {
    #[error("400 Bad Request")]
    Unreadable,
    #[error("405 Method Not Allowed")]
    NoConnect,
    #[error("403 Forbidden")]
    Elsewhere,
    #[error("407 Proxy Authentication Required")]
    Nobody,
    #[error("502 Bad Gateway")]
    CloudAway,
}

/// Where somebody wants to, and who it is.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    authority: String,
    code: PairingCode,
}

impl Gateway {
    /// A gateway to this cloud; it lets nobody through until it is served.
    #[must_use]
    pub fn new(cloud: &Cloud) -> Self {
        Self(Arc::new(Shared {
            host: cloud.host.clone(),
            port: cloud.port,
            behind: Mutex::default(),
            room: Arc::new(Semaphore::new(MOST)),
        }))
    }

    /// Who stands behind it and was not vouched for yet.
    #[must_use]
    pub fn unknown(&self) -> Vec<PairingCode> {
        self.behind(|behind| behind.values().cloned().collect())
    }

    /// Somebody was vouched for: once is enough until it comes again.
    pub fn vouched(&self, code: &PairingCode) {
        self.behind(|behind| behind.retain(|_, known| known != code));
    }

    /// Somebody names itself. A crowd is not listened to: each asks again.
    fn came(&self, code: PairingCode) {
        let thing = code.hardware.thing(&code.serial);
        self.behind(|behind| {
            if behind.len() < MOST || behind.contains_key(&thing) {
                behind.insert(thing, code);
            }
        });
    }

    fn behind<T>(&self, look: impl FnOnce(&mut Behind) -> T) -> T {
        look(&mut self.0.behind.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets appliances through for as long as it is polled, while the fridge
    /// itself has its network.
    pub async fn serve(self, listener: TcpListener, agent: Agent, tasks: TaskTracker, cancel: CancellationToken) {
        while let Ok(permit) = self.0.room.clone().acquire_owned().await {
            let (stream, from) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "the gateway can't take a connection");
                    tokio::time::sleep(AGAIN).await;
                    continue;
                }
            };
            let (gateway, agent, cancel) = (self.clone(), agent.clone(), cancel.clone());
            tasks.spawn(async move {
                tokio::select! {
                    ended = gateway.let_through(stream, from) => if let Err(error) = ended {
                        tracing::debug!(%from, %error, "a connection through the gateway broke");
                    },
                    () = agent.unplugged() => {}
                    () = cancel.cancelled() => {}
                }
                drop(permit);
            });
        }
    }

    async fn let_through(&self, mut appliance: TcpStream, from: SocketAddr) -> Result<(), Fault> {
        let asked = match timeout(HEAD_WITHIN, head(&mut appliance)).await {
            Ok(Ok(Some(head))) => self.judge(&head),
            _ => Err(Refused::Unreadable),
        };
        let cloud = match asked {
            Ok(asked) => {
                self.came(asked.code);
                let to = (self.0.host.as_str(), self.0.port);
                match timeout(CONNECT_WITHIN, TcpStream::connect(to)).await {
                    Ok(Ok(cloud)) => Ok(cloud),
                    _ => Err(Refused::CloudAway),
                }
            }
            Err(refused) => Err(refused),
        };
        match cloud {
            Ok(mut cloud) => {
                appliance.set_nodelay(true)?;
                cloud.set_nodelay(true)?;
                appliance.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
                let (mut says, mut hears) = appliance.split();
                let (mut answers, mut listens) = cloud.split();
                // One that has gone ends it: the other may have lost its power,
                // and would hold its place for a quarter of an hour.
                tokio::select! {
                    ended = copy(&mut says, &mut listens) => ended?,
                    ended = copy(&mut answers, &mut hears) => ended?,
                };
                Ok(())
            }
            Err(refused) => {
                tracing::info!(%from, %refused, "not let through the gateway");
                let answer = format!("HTTP/1.1 {refused}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                Ok(appliance.write_all(answer.as_bytes()).await?)
            }
        }
    }

    fn judge(&self, head: &[u8]) -> Result<Asked, Refused> {
        let asked = read(head)?;
        match asked.authority == format!("{}:{}", self.0.host, self.0.port) {
            true => Ok(asked),
            false => Err(Refused::Elsewhere),
        }
    }
}

/// A request up to its empty line; `None` if it is too long or ends before. Byte
/// by byte: what comes after it is not ours to read.
async fn head(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    while head.len() < HEAD {
        head.push(stream.read_u8().await?);
        if head.ends_with(b"\r\n\r\n") {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

fn read(head: &[u8]) -> Result<Asked, Refused> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(head).map_err(|_| Refused::Unreadable)?;
    if request.method != Some("CONNECT") {
        return Err(Refused::NoConnect);
    }
    let authority = request.path.ok_or(Refused::Unreadable)?.to_owned();
    let authorization = request
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("proxy-authorization"));
    let code = authorization.and_then(|header| password(header.value));
    let code = code.and_then(|code| code.parse().ok()).ok_or(Refused::Nobody)?;
    Ok(Asked { authority, code })
}

fn password(authorization: &[u8]) -> Option<String> {
    let (scheme, credentials) = std::str::from_utf8(authorization).ok()?.split_once(' ')?;
    let credentials = scheme.eq_ignore_ascii_case("basic").then_some(credentials.trim())?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    Some(decoded.split_once(':')?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "HEARTH:MW:SIM00000001:K7Q2M9XD";

    fn cloud() -> Cloud {
        Cloud {
            host: "localhost".to_owned(),
            port: 8883,
            ca_pem: String::new(),
            claim_cert_pem: String::new(),
            claim_key_pem: String::new(),
            asks: crate::cloud::Asks::Csr,
            maker: None,
        }
    }

    fn request(line: &str, password: &str) -> Vec<u8> {
        let credentials = BASE64_STANDARD.encode(format!("microwave-SIM00000001:{password}"));
        format!("{line} HTTP/1.1\r\nHost: x\r\nproxy-authorization: Basic {credentials}\r\n\r\n").into_bytes()
    }

    #[test]
    fn it_leads_to_the_cloud_alone_and_whoever_has_a_code() {
        let gateway = Gateway::new(&cloud());
        let asked = gateway.judge(&request("CONNECT localhost:8883", CODE)).unwrap();
        assert_eq!(asked.code.to_string(), CODE);
        let refused = |head: &[u8]| gateway.judge(head).unwrap_err();
        assert_eq!(refused(&request("CONNECT localhost:22", CODE)), Refused::Elsewhere);
        assert_eq!(refused(&request("CONNECT example.org:8883", CODE)), Refused::Elsewhere);
        assert_eq!(
            refused(&request("GET http://localhost:8883/", CODE)),
            Refused::NoConnect
        );
        assert_eq!(refused(&request("CONNECT localhost:8883", "letmein")), Refused::Nobody);
        assert_eq!(refused(b"CONNECT localhost:8883 HTTP/1.1\r\n\r\n"), Refused::Nobody);
        assert_eq!(refused(b"\x16\x03\x01\r\n\r\n"), Refused::Unreadable);
    }

    #[tokio::test]
    async fn a_cloud_that_hangs_up_frees_the_place_of_an_appliance_that_says_nothing_any_more() {
        let listen = async || TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (devices, cable) = (listen().await, listen().await);
        let port = devices.local_addr().unwrap().port();
        let host = "127.0.0.1".to_owned();
        let gateway = Gateway::new(&Cloud { host, port, ..cloud() });
        let mut appliance = TcpStream::connect(cable.local_addr().unwrap()).await.unwrap();
        let asks = request(&format!("CONNECT 127.0.0.1:{port}"), CODE);
        appliance.write_all(&asks).await.unwrap();
        let (stream, from) = cable.accept().await.unwrap();
        let hangs_up = async { drop(devices.accept().await.unwrap()) };
        let (ended, ()) = tokio::join!(timeout(HEAD_WITHIN, gateway.let_through(stream, from)), hangs_up);
        ended.expect("it still waits").unwrap();
        assert_eq!(gateway.unknown().len(), 1);
    }
}
