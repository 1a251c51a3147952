//! Fetching a release's file: bit by bit, never more than was signed, and only
//! what was signed is kept.

use std::time::Duration;

use bytes::Bytes;
use hearth_contract::software::{Release, Why};
use ring::digest::{Context, SHA256};
use tokio::{
    sync::mpsc,
    task::spawn_blocking,
    time::{sleep, timeout},
};

use crate::disk::Incoming;

/// How often it is tried, and how long it waits in between, longer each time.
const TRIES: u32 = 4;
const AGAIN: Duration = Duration::from_secs(2);
/// Silence after which a try is over.
const SILENCE: Duration = Duration::from_secs(30);
/// Pieces on their way to the disk.
const PIECES: usize = 8;

/// Fetches the file into what `place` opens, and keeps it if it is the one that was signed.
///
/// # Errors
/// [`Why::Download`], [`Why::Digest`] or [`Why::Disk`]; nothing is kept then.
pub async fn fetch(
    http: &reqwest::Client,
    url: &str,
    release: &Release,
    place: impl Fn() -> std::io::Result<Incoming>,
) -> Result<(), Why> {
    let mut left = TRIES;
    loop {
        left -= 1;
        let incoming = place().map_err(|error| disk(&error))?;
        match once(http, url, release, incoming).await {
            Err(Why::Download) if left > 0 => sleep(AGAIN * (TRIES - left)).await,
            ended => return ended,
        }
    }
}

async fn once(http: &reqwest::Client, url: &str, release: &Release, incoming: Incoming) -> Result<(), Why> {
    let (pieces, kept) = mpsc::channel(PIECES);
    let signed = (release.size, release.sha256.clone());
    let keeping = spawn_blocking(move || keep(kept, &signed, incoming));
    let came = come(http, url, release.size, pieces).await;
    // A file that did not come whole is not what was signed: what matters is why.
    let kept = keeping.await.map_err(|_| Why::Disk)?;
    match (came, kept) {
        (_, Err(Why::Disk)) => Err(Why::Disk),
        (came, kept) => came.and(kept),
    }
}

/// Passes the file on as it comes.
async fn come(http: &reqwest::Client, url: &str, size: u64, pieces: mpsc::Sender<Bytes>) -> Result<(), Why> {
    // The address may be a right to read: it must not reach the log.
    let asked = timeout(SILENCE, http.get(url).send()).await;
    let mut answer = asked.map_err(|_| Why::Download)?.map_err(no_download)?;
    if !answer.status().is_success() {
        tracing::warn!(status = %answer.status(), "a release can't be fetched");
        return Err(Why::Download);
    }
    let mut came = 0;
    loop {
        let piece = timeout(SILENCE, answer.chunk()).await;
        let Some(piece) = piece.map_err(|_| Why::Download)?.map_err(no_download)? else {
            return Ok(());
        };
        came += piece.len() as u64;
        if came > size {
            return Err(Why::Digest);
        }
        // Whoever keeps it has given up, and says why.
        if pieces.send(piece).await.is_err() {
            return Ok(());
        }
    }
}

/// Writes what comes, until nothing does, and keeps it if it is what was signed.
fn keep(mut pieces: mpsc::Receiver<Bytes>, signed: &(u64, String), mut incoming: Incoming) -> Result<(), Why> {
    let (mut digest, mut size) = (Context::new(&SHA256), 0);
    while let Some(piece) = pieces.blocking_recv() {
        size += piece.len() as u64;
        digest.update(&piece);
        incoming.add(&piece).map_err(|error| disk(&error))?;
    }
    if signed != &(size, hex::encode(digest.finish())) {
        return Err(Why::Digest);
    }
    incoming.keep().map_err(|error| disk(&error))
}

fn no_download(error: reqwest::Error) -> Why {
    tracing::warn!(error = %error.without_url(), "a release can't be fetched");
    Why::Download
}

fn disk(error: &std::io::Error) -> Why {
    tracing::error!(%error, "a release can't be kept");
    Why::Disk
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::{disk::Disk, software::maker::tests::release};

    const PROGRAM: &[u8] = b"#!/bin/sh\necho 1.4.0\n";

    /// Serves these answers, one a connection; gives the address.
    async fn serving(answers: Vec<Vec<u8>>) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}/fridge", listener.local_addr().unwrap());
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked).await.unwrap();
                stream.write_all(&answer).await.unwrap();
            }
        });
        address
    }

    fn answer(status: &str, says: usize, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {says}\r\nconnection: close\r\n\r\n");
        [head.as_bytes(), body].concat()
    }

    fn signed() -> Release {
        Release {
            size: PROGRAM.len() as u64,
            sha256: hex::encode(ring::digest::digest(&SHA256, PROGRAM)),
            ..release()
        }
    }

    fn http() -> reqwest::Client {
        // As in every program of ours; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder().no_proxy().build().unwrap()
    }

    /// What became of one try with this answer, and whether something was kept.
    async fn tried(answer: Vec<u8>, folder: &Path) -> (Result<(), Why>, bool) {
        let (url, disk) = (serving(vec![answer]).await, Disk::open(folder).unwrap());
        let ended = once(&http(), &url, &signed(), disk.program("a").unwrap()).await;
        (ended, disk.path("a").exists())
    }

    #[tokio::test]
    async fn only_the_whole_file_that_was_signed_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (size, other) = (PROGRAM.len(), b"#!/bin/sh\necho 1.4.1\n");
        let longer = [PROGRAM, b"rm -r /\n"].concat();
        for (bad, why) in [
            (answer("200 OK", size, other), Why::Digest),
            (answer("200 OK", size - 1, &PROGRAM[1..]), Why::Digest),
            (answer("200 OK", longer.len(), &longer), Why::Digest),
            (answer("200 OK", size, &PROGRAM[1..]), Why::Download),
            (answer("403 Forbidden", size, PROGRAM), Why::Download),
            (b"nonsense".to_vec(), Why::Download),
        ] {
            let said = String::from_utf8_lossy(&bad).into_owned();
            assert_eq!(tried(bad, folder.path()).await, (Err(why), false), "{said}");
        }
        let whole = answer("200 OK", size, PROGRAM);
        assert_eq!(tried(whole, folder.path()).await, (Ok(()), true));
    }

    #[tokio::test]
    async fn a_network_that_breaks_off_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        let half = answer("200 OK", PROGRAM.len(), &PROGRAM[..4]);
        let whole = answer("200 OK", PROGRAM.len(), PROGRAM);
        let url = serving(vec![half, whole]).await;
        fetch(&http(), &url, &signed(), || disk.program("a")).await.unwrap();
        assert_eq!(disk.read("a").unwrap().unwrap(), PROGRAM);
    }
}
