//! A stream on a leash: when it is cut, reading and writing end at once.
//!
//! The broker's library closes a connection cleanly when its stream fails, so
//! this is how a deactivated device, or one whose message could not be kept,
//! is disconnected without an acknowledgement slipping out.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use mqtt5::broker::transport::{BrokerTransport, WebSocketTransport};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// See the module.
pub struct Leashed<S> {
    stream: S,
    peer: SocketAddr,
    leash: CancellationToken,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<S> Leashed<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
{
    /// The stream as the broker's library takes it.
    pub fn transport(stream: S, peer: SocketAddr, leash: &CancellationToken) -> BrokerTransport {
        let cut = Box::pin(leash.clone().cancelled_owned());
        BrokerTransport::WebSocket(Box::new(Self {
            stream,
            peer,
            leash: leash.clone(),
            cut,
        }))
    }
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl<S> WebSocketTransport for Leashed<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin,
{
    fn peer_addr(&self) -> mqtt5::error::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Leashed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(cut()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Leashed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.leash.is_cancelled() {
            return Poll::Ready(Err(cut()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.leash.is_cancelled() {
            return Poll::Ready(Err(cut()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
