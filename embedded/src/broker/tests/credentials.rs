//! Credentials for things, asked for as AWS's own provider is asked: HTTP over
//! mutual TLS on the devices' port.

use std::sync::Arc;

use hearth_cloud::ports::Things as _;
use hearth_contract::things::ALPN_HTTP;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::home::{Home, Own};
use crate::authority::certificate_id;

const PATH: &str = "/role-aliases/hearth-kiosk/credentials";

/// Status and body, or why there was no answer at all.
async fn asked(home: &Home, own: &Own, path: &str, thing: Option<&str>) -> Result<(u16, Value), std::io::Error> {
    let tls = tokio_rustls::TlsConnector::from(Arc::new(home.tls(own, &[ALPN_HTTP])));
    speak(home, tls, path, thing).await
}

async fn speak(
    home: &Home,
    tls: tokio_rustls::TlsConnector,
    path: &str,
    thing: Option<&str>,
) -> Result<(u16, Value), std::io::Error> {
    let tcp = TcpStream::connect(("127.0.0.1", home.broker.devices_port())).await?;
    let mut stream = tls.connect("localhost".try_into().unwrap(), tcp).await?;
    let named = thing.map(|thing| format!("x-amzn-iot-thingname: {thing}\r\n"));
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{}\r\n",
        named.unwrap_or_default()
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    // A server that only closes is as good an end as one that says goodbye.
    if let Err(error) = stream.read_to_end(&mut answer).await
        && answer.is_empty()
    {
        return Err(error);
    }
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok((status, serde_json::from_str(body).unwrap()))
}

#[tokio::test]
async fn an_active_certificate_is_changed_for_credentials_of_its_thing() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    let (status, body) = asked(&home, &own, PATH, Some(own.thing.as_str())).await.unwrap();
    let lent = &body["credentials"];
    assert_eq!(status, 200, "{body}");
    assert_eq!(lent["accessKeyId"], format!("ASIA{}", own.thing));
    assert_eq!(lent["secretAccessKey"], "a secret");
    let der = CertificateDer::from_pem_slice(own.cert.as_bytes()).unwrap();
    assert_eq!(lent["sessionToken"], certificate_id(&der));
    assert_eq!(lent["expiration"], "2026-11-21T19:00:00Z");
    let (status, _) = asked(&home, &own, PATH, None).await.unwrap();
    assert_eq!(status, 200, "who does not name itself is what the certificate says");
}

#[tokio::test]
async fn another_things_name_another_alias_and_another_path_are_refused() {
    let home = Home::open().await;
    let own = home.active("HF1").await;
    home.active("HF2").await;
    let name = own.thing.as_str();
    for (path, thing, wanted, message) in [
        (PATH, "fridge-HF2", 403, "Invalid thing name passed"),
        (PATH, "", 403, "Invalid thing name passed"),
        (
            "/role-aliases/admin/credentials",
            name,
            403,
            "Invalid role alias passed",
        ),
        ("/role-aliases/hearth-kiosk", name, 404, "Not Found"),
        ("/", name, 404, "Not Found"),
    ] {
        let (status, body) = asked(&home, &own, path, Some(thing)).await.unwrap();
        assert_eq!(
            (status, body["message"].as_str()),
            (wanted, Some(message)),
            "{path} {thing}"
        );
    }
}

#[tokio::test]
async fn only_an_active_certificate_gets_any() {
    let home = Home::open().await;
    let waiting = home.provisioned("HF1").await;
    let name = Some(waiting.thing.as_str());
    let (status, body) = asked(&home, &waiting, PATH, name).await.unwrap();
    assert_eq!((status, body["message"].as_str()), (403, Some("Access Denied")));
    home.things.activate(&waiting.thing).await.unwrap();
    assert_eq!(asked(&home, &waiting, PATH, name).await.unwrap().0, 200);
    home.things.deactivate(&waiting.thing).await.unwrap();
    assert_eq!(asked(&home, &waiting, PATH, name).await.unwrap().0, 403);
    home.things.revoke(&waiting.thing).await.unwrap();
    assert_eq!(asked(&home, &waiting, PATH, name).await.unwrap().0, 403);
}

#[tokio::test]
async fn the_makers_certificate_and_none_at_all_get_no_answer() {
    let home = Home::open().await;
    home.active("HF1").await;
    assert!(asked(&home, &home.claim(), PATH, Some("fridge-HF1")).await.is_err());
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(home.authority.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut bare = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    bare.alpn_protocols = vec![ALPN_HTTP.to_vec()];
    let tls = tokio_rustls::TlsConnector::from(Arc::new(bare));
    assert!(speak(&home, tls, PATH, Some("fridge-HF1")).await.is_err());
}
