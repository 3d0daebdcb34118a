//! Keeps a connection that pveproxy keeps.
//!
//! Every `protected` call of PVE (`/cluster/status`, `replication`, `services`, `disks/*`, …) is
//! answered with two lines, `Connection: close` and then `Connection: Keep-Alive`. The first one is
//! not pveproxy's: it passes on how pvedaemon closed the inner connection on which it asked. The
//! second one is, and true: `response` in `PVE/APIServer/AnyEvent.pm` of pve-http-server adds
//! (`push_header`) `Keep-Alive` exactly where `finish_response` then waits for the next request;
//! where it closes it puts `close` *in place* of whatever was there. So its own word is the last.
//!
//! HTTP cannot know that: RFC 9112 §9.3 asks to close on any `close`, and hyper does. So the words
//! that are not pveproxy's are taken out before hyper reads them. Should a server close all the
//! same, a call finds its connection closed and is sent once more, as after any idle time.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::fleet::id::Product;

/// A longer head is left as it is, bytes. PVE's take some 400.
const LONGEST_HEAD: usize = 16 * 1024;

/// How every head begins.
const HTTP: &[u8] = b"HTTP/1.1 ";

/// How many answers began on a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers(Arc<AtomicUsize>);

impl Answers {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection to a Proxmox server: counts answers, and takes out of the heads of a PVE's what
/// contradicts it. As hyper asks nothing before an answer has ended, a head is what comes first
/// after something was sent.
#[derive(Debug)]
pub(super) struct Kept<S> {
    inner: S,
    product: Product,
    answers: Answers,
    /// Whether a head is awaited.
    awaits: bool,
    /// What came of it; once it is whole, what hyper has not read yet.
    read: BytesMut,
}

impl<S> Kept<S> {
    pub(super) fn new(inner: S, product: Product) -> Self {
        Self { inner, product, answers: Answers::default(), awaits: false, read: BytesMut::new() }
    }

    /// Takes in a piece of a head; whether there is more of it to come.
    fn take(&mut self, piece: &[u8]) -> bool {
        self.read.extend_from_slice(piece);
        let is_head = self.read.iter().zip(HTTP).all(|(is, must)| is == must);
        match end_of_head(&self.read).and_then(|end| self.read.split_at_checked(end)) {
            Some((head, rest)) if is_head => {
                self.answers.0.fetch_add(1, Ordering::Relaxed);
                if self.product == Product::Pve
                    && let Some(kept) = kept(head)
                {
                    self.read = BytesMut::from(&*[&*kept, rest].concat());
                }
                false
            }
            // Whatever else it is, hyper shall say so.
            _ => is_head && !piece.is_empty() && self.read.len() < LONGEST_HEAD,
        }
    }
}

/// Where the blank line after a head begins.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let lines = bytes.iter().zip(1..).filter(|(byte, _)| **byte == b'\n');
    lines.map(|(_, end)| end).find(|end| {
        let rest = bytes.get(*end..).unwrap_or_default();
        rest.starts_with(b"\r\n") || rest.starts_with(b"\n")
    })
}

/// A head without the words on the connection that came before pveproxy's own `Keep-Alive`; none
/// where there is nothing to take out.
fn kept(head: &[u8]) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = head.split_inclusive(|byte| *byte == b'\n').collect();
    let said: Vec<&[u8]> = lines.iter().filter_map(|line| of_connection(line)).collect();
    let (own, [_, ..]) = said.split_last()? else { return None };
    let is_folded = lines.iter().any(|line| line.starts_with(b" ") || line.starts_with(b"\t"));
    if !own.eq_ignore_ascii_case(b"keep-alive") || is_folded {
        return None;
    }
    let others = lines.into_iter().filter(|line| of_connection(line).is_none());
    Some(others.chain([&b"Connection: Keep-Alive\r\n"[..]]).collect::<Vec<_>>().concat())
}

/// What a line says of the connection.
fn of_connection(line: &[u8]) -> Option<&[u8]> {
    let (name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
    let value = value.strip_prefix(b":")?;
    name.eq_ignore_ascii_case(b"connection").then(|| value.trim_ascii())
}

impl<S: AsyncRead + Unpin> AsyncRead for Kept<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.awaits {
            let mut space = [0; 4096];
            let mut piece = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut piece))?;
            this.awaits = this.take(piece.filled());
        }
        if this.read.is_empty() {
            return Pin::new(&mut this.inner).poll_read(cx, out);
        }
        let piece = this.read.split_to(this.read.len().min(out.remaining()));
        out.put_slice(&piece);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Kept<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.awaits |= self.read.is_empty();
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S> Connection for Kept<S> {
    fn connected(&self) -> Connected {
        Connected::new().extra(self.answers.clone())
    }
}

#[cfg(test)]
mod tests;
