//! A terminal that reads nothing: a connection that stalled, a multiplexer that stands still.
//!
//! Whoever writes to it waits in the kernel, for ever, and the loop that waits there hears of no
//! signal. What has to end then is ended from here, with the terminal given back as far as it
//! takes anything.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::terminal::disable_raw_mode;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use rustix::stdio;
use rustix::termios::{QueueSelector, tcflush};
use tokio::time::sleep;

/// Whether the terminal is not ours, or was given back and all of that was written.
static RETURNED: AtomicBool = AtomicBool::new(true);

/// How long the end may take by itself where the terminal takes nothing: with what comes after,
/// the program is gone within 200 ms.
const GRACE: Duration = Duration::from_millis(100);

/// How often is looked whether it is over.
const LOOK: Duration = Duration::from_millis(20);

/// From now on the terminal is ours, or is so no more.
pub(super) fn returned(is_so: bool) {
    RETURNED.store(is_so, Ordering::SeqCst);
}

/// Whether a write to the terminal would wait now.
fn is_full() -> bool {
    let stdout = stdio::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
    poll(&mut watched, Some(&Timespec::default())) == Ok(0)
}

/// Called when the program has to end: returns once the terminal was given back, or ends it with
/// this code where the terminal takes nothing.
pub(super) async fn end(code: i32) {
    let began = Instant::now();
    while !RETURNED.load(Ordering::SeqCst) {
        if began.elapsed() >= GRACE && is_full() {
            let _ = force(&super::terminal::back());
            let _ = disable_raw_mode();
            tracing::warn!(code, "the terminal takes nothing: ended without it");
            std::process::exit(code);
        }
        sleep(LOOK).await;
    }
}

/// Writes what is left to say in the place of what was not read, without waiting.
fn force(bytes: &[u8]) -> io::Result<()> {
    // Opened once more, for itself: not to wait is said of an open file, and the shell shares ours.
    let mut terminal = OpenOptions::new().write(true).open("/proc/self/fd/1")?;
    ioctl_fionbio(&terminal, true)?;
    tcflush(&terminal, QueueSelector::OFlush)?;
    terminal.write_all(bytes)
}
