//! Lines on their way to a reader, from a thread of its own: a reader that stops reading keeps that
//! thread waiting, and not the answer to a signal.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

/// What is being written when all ends may take so long.
const LAST: Duration = Duration::from_millis(200);

/// The way to the reader.
pub(super) struct Out {
    lines: mpsc::Sender<Vec<String>>,
    written: mpsc::Receiver<io::Result<()>>,
    is_busy: bool,
}

impl Out {
    /// Lines go there from now on.
    pub(super) fn to(mut to: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, mut given) = mpsc::channel(1);
        let (told, written) = mpsc::channel(1);
        thread::Builder::new().name("writer".into()).spawn(move || {
            while let Some(lines) = given.blocking_recv() {
                if told.blocking_send(put(&mut to, lines)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { lines, written, is_busy: false })
    }

    /// Whether lines are on their way.
    pub(super) fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Sends lines; not while others are on their way.
    pub(super) fn write(&mut self, lines: Vec<String>) -> io::Result<()> {
        if !lines.is_empty() {
            self.lines.try_send(lines).map_err(io::Error::other)?;
            self.is_busy = true;
        }
        Ok(())
    }

    /// Waits until the lines on their way are written.
    pub(super) async fn written(&mut self) -> io::Result<()> {
        let written = self.written.recv().await;
        self.is_busy = false;
        written.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))
    }

    /// Gives what is being written a moment.
    pub(super) async fn finish(mut self) {
        if self.is_busy {
            // Nobody can be told any more that it was not written.
            let _ = timeout(LAST, self.written()).await;
        }
    }
}

fn put(to: &mut impl Write, lines: Vec<String>) -> io::Result<()> {
    for line in lines {
        // One write a line: a reader that follows has it whole, at once.
        to.write_all(format!("{line}\n").as_bytes())?;
    }
    to.flush()
}
