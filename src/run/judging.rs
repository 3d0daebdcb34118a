//! The fleet is judged on a thread of its own, so that the screen never waits for it: one job at a
//! time, of the newest that is known.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::heap;
use crate::judge::Judged;
use crate::state::{Digest, Digester, Extras};

/// How often, at most, memory that lies free between pieces in use is given back: 0.2 ms of work
/// with a hundred guests, 10 ms with ten thousand.
const TRIM_EVERY: Duration = Duration::from_secs(30);

/// The first time sooner: most of it is left by the start.
const TRIM_FIRST: Duration = Duration::from_secs(5);

/// What is to be judged.
pub(super) struct Job {
    /// The newest that is known.
    pub(super) fleet: Fleet,
    /// When.
    pub(super) now: Epoch,
    /// What else somebody looks at.
    pub(super) extras: Extras,
}

/// What the thread that judges is told.
pub(super) enum Order {
    /// Judge this.
    Judge(Box<Job>),
    /// Nobody looks at this any more: to let go of it takes a while too.
    Forget(Digest),
}

/// The ways to the judge and back.
pub(super) struct Judging {
    /// What it is told. At most one job and one thing to forget wait here.
    pub(super) orders: mpsc::UnboundedSender<Order>,
    /// Where its judgements come in.
    pub(super) digests: mpsc::Receiver<Digest>,
}

/// Starts the judge. It ends when nobody listens.
pub(super) fn spawn(
    mut digester: Digester,
    mut judge: impl FnMut(&Fleet, Epoch) -> Judged + Send + 'static,
) -> io::Result<Judging> {
    let (orders, mut taken) = mpsc::unbounded_channel();
    let (done, digests) = mpsc::channel(1);
    thread::Builder::new().name("judge".into()).spawn(move || {
        // Kept until the next one, so that surveys which were replaced meanwhile go here.
        let mut last: Option<Fleet> = None;
        let mut trim_at = Instant::now() + TRIM_FIRST;
        while let Some(order) = taken.blocking_recv() {
            match order {
                Order::Forget(digest) => {
                    drop(digest);
                    let now = Instant::now();
                    if now >= trim_at {
                        heap::trim();
                        trim_at = now + TRIM_EVERY;
                    }
                }
                Order::Judge(job) => {
                    let judged = judge(&job.fleet, job.now);
                    let digest = digester.digest(judged, &job.fleet, job.extras);
                    if done.blocking_send(digest).is_err() {
                        return;
                    }
                    last.replace(job.fleet);
                }
            }
        }
    })?;
    Ok(Judging { orders, digests })
}
