//! A terminal that reads nothing: a connection that stalled, a multiplexer that stands still.
//!
//! Whoever writes to it waits in the kernel, for ever, and the loop that waits there hears of no
//! signal. What has to end then is helped on from here: what nobody reads is thrown away, so that
//! the write comes back and everything ends as it does otherwise.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio;
use rustix::termios::{Action, QueueSelector, tcflow, tcflush};
use tokio::time::sleep;

/// Whether the terminal is not ours, or was given back and all of that was written.
static RETURNED: AtomicBool = AtomicBool::new(true);

/// How often something was thrown away.
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// How long the end may take by itself. With what comes after, the program is gone within 200 ms.
const GRACE: Duration = Duration::from_millis(80);

/// How long a terminal may take nothing after that. A frame is read in pieces of some kilobytes.
const TAKES: Duration = Duration::from_millis(4);

/// From now on the terminal is ours, or is so no more.
pub(super) fn returned(is_so: bool) {
    RETURNED.store(is_so, Ordering::SeqCst);
}

/// How often something was thrown away that was written before.
pub(super) fn dropped() -> usize {
    DROPPED.load(Ordering::SeqCst)
}

/// Returns once the terminal was given back.
pub(super) async fn given_back() {
    while !RETURNED.load(Ordering::SeqCst) {
        sleep(TAKES).await;
    }
}

/// Lets whoever waits for the terminal go on, until this is over.
pub(super) async fn unless(is_over: impl Future<Output = ()>) {
    let help = async {
        sleep(GRACE).await;
        // Twice in a row: a write that is under way is not one that waits.
        let mut was_full = false;
        loop {
            let is_full = is_full();
            if is_full && was_full {
                drop_what_nobody_reads();
            }
            was_full = is_full && !was_full;
            sleep(TAKES).await;
        }
    };
    tokio::select! {
        biased;
        () = is_over => {}
        () = help => {}
    }
}

/// Whether a write to the terminal would wait now.
fn is_full() -> bool {
    let stdout = stdio::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::OUT)];
    poll(&mut watched, Some(&Timespec::default())) == Ok(0)
}

/// Makes room. Linux wakes nobody for that, but it does where output was held and goes on.
fn drop_what_nobody_reads() {
    let stdout = stdio::stdout();
    DROPPED.fetch_add(1, Ordering::SeqCst);
    let _ = tcflow(stdout, Action::OOff);
    let _ = tcflush(stdout, QueueSelector::OFlush);
    let _ = tcflow(stdout, Action::OOn);
}
