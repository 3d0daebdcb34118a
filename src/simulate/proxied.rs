//! What hyper does not do: say `Connection: close` and keep the connection, as pveproxy does with
//! what it passes on from pvedaemon.

use std::borrow::Cow;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::header::HeaderName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The header that hyper is given in place of pvedaemon's `Connection`: as long as that.
pub(super) const INNER: HeaderName = HeaderName::from_static("x-pve-also");

/// As hyper writes it.
const WRITTEN: &[u8] = b"\r\nX-Pve-Also: ";
const MEANT: &[u8] = b"\r\nConnection: ";

/// A connection on which [`INNER`] leaves as `Connection`.
#[derive(Debug)]
pub(super) struct Proxied<S>(pub(super) S);

/// hyper writes a head at once, and at the beginning.
fn meant(bytes: &[u8]) -> Cow<'_, [u8]> {
    let at = bytes.windows(WRITTEN.len()).take(1024).position(|some| some == WRITTEN);
    let Some((before, after)) = at.and_then(|at| bytes.split_at_checked(at)) else {
        return bytes.into();
    };
    [before, MEANT, after.get(WRITTEN.len()..).unwrap_or_default()].concat().into()
}

impl<S: AsyncRead + Unpin> AsyncRead for Proxied<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, out)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Proxied<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, &meant(bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
