//! `vigie --plain`: the fleet told line by line, for screen readers and for pipes: first how all
//! stands, then what changes. Nothing is ever taken back, painted or moved.

mod news;
mod out;
mod sure;
pub(super) mod tell;
#[cfg(test)]
mod tests;

use std::future::ready;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::tz::TimeZone;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::beside;
use super::dashboard::{PATIENCE, Pollers, judge_with};
use super::fleet::Start;
use crate::clock::{self, zone};
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::judge::rows::Judged;
use crate::lang::Lang;
use crate::memory::Memory;
use crate::run::Ending;
use crate::state::unasked;
use news::{Ledger, News};
use out::Out;
use tell::Teller;

/// So long the first answers are waited for, seconds; then it is said which are missing.
const FIRST: i64 = 10;

/// Surveys come in bursts: the fleet is judged this long after one, all of them together.
const GATHER: Duration = Duration::from_millis(500);

/// A large fleet takes a while to judge: so many times as long is left before it is judged again.
const REST: u32 = 5;

/// `--plain` is no option of a command.
#[derive(Debug, thiserror::Error)]
#[error("--plain follows the fleet and goes with no command")]
pub struct WithCommand;

/// Follows the fleet until it is told to end, or nobody listens any more.
///
/// # Errors
/// When the system refuses what this needs, or standard output cannot be written to.
pub fn follow(start: Start, lang: &dyn Lang) -> io::Result<Ending> {
    let Start { shown, fleet, subjects, tongue, env, memory, demo, .. } = start;
    let pollers = Pollers::start(&fleet, subjects, env, memory.clone(), ready(()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let zone = zone::system();
    let Pollers { surveys, looked: _, wishes, ended } = pollers;
    let mut story = Story::new(fleet, shown, lang, zone, clock::now());
    story.memory.clone_from(&memory);
    let ending = runtime.block_on(run(story, surveys, io::stdout()));
    // The threads that write for the reader and watch for it cannot be told to stop; they go with
    // the process.
    runtime.shutdown_background();
    // Both queues are let go of: the pollers end, and what they know is written.
    drop(wishes);
    let _ = ended.recv_timeout(PATIENCE);
    drop(demo);
    beside::say_what_is_not_kept(memory.as_ref(), tongue);
    match ending {
        // A reader that has seen enough is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Ending::Quit),
        other => other,
    }
}

async fn run(
    story: Story<'_>,
    surveys: mpsc::Receiver<Arc<Survey>>,
    to: impl Write + Send + 'static,
) -> io::Result<Ending> {
    let mut out = Out::to(to)?;
    let ending = until_it_ends(story, surveys, &mut out).await?;
    out.finish().await;
    Ok(ending)
}

async fn until_it_ends(
    mut story: Story<'_>,
    mut surveys: mpsc::Receiver<Arc<Survey>>,
    out: &mut Out,
) -> io::Result<Ending> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let (gone, mut left) = mpsc::channel(1);
    thread::Builder::new().name("reader".into()).spawn(move || {
        wait_for_the_reader_to_leave();
        let _ = gone.blocking_send(());
    })?;
    let ended = |kind: SignalKind| Ok(Ending::Signal(kind.as_raw_value()));
    let mut clock = interval(Duration::from_millis(500));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            biased;
            _ = terminate.recv() => return ended(SignalKind::terminate()),
            _ = interrupt.recv() => return ended(SignalKind::interrupt()),
            _ = hang_up.recv() => return Ok(Ending::HungUp),
            Some(()) = left.recv() => return Ok(Ending::Quit),
            written = out.written(), if out.is_busy() => written?,
            // What a reader is not ready for is not put aside: it is told later how things stand
            // then.
            _ = clock.tick(), if !out.is_busy() => {
                out.write(story.go_on(Instant::now(), clock::now()))?;
            }
            survey = surveys.recv() => match survey {
                Some(survey) => {
                    story.fleet.take(survey);
                    story.is_new = true;
                }
                // Nobody polls any more: a thread broke, and has said so.
                None => return Ok(Ending::Panicked),
            },
        }
    }
}

/// Returns when the other end of standard output is closed; never for a file.
fn wait_for_the_reader_to_leave() {
    let stdout = io::stdout();
    let mut watched = [PollFd::from_borrowed_fd(stdout.as_fd(), PollFlags::empty())];
    while matches!(poll(&mut watched, None), Err(Errno::INTR)) {}
}

/// What was said, and what it is said of.
struct Story<'a> {
    fleet: Fleet,
    /// Where what is known is kept.
    memory: Option<Memory>,
    shown: Vec<SiteName>,
    lang: &'a dyn Lang,
    zone: TimeZone,
    started: Epoch,
    /// Whether something came since the last judgement.
    is_new: bool,
    /// When it may be judged again.
    again: Option<Instant>,
    /// The minute of the last judgement: what is late depends on the time too.
    minute: i64,
    /// What was said; none before the first summary.
    said: Option<Ledger>,
    /// Whether it was said that some have not answered, and not yet that all have.
    is_waiting: bool,
}

impl<'a> Story<'a> {
    fn new(
        fleet: Fleet,
        shown: Vec<SiteName>,
        lang: &'a dyn Lang,
        zone: TimeZone,
        started: Epoch,
    ) -> Self {
        Self {
            fleet,
            memory: None,
            shown,
            lang,
            zone,
            started,
            is_new: false,
            again: None,
            minute: i64::MIN,
            said: None,
            is_waiting: false,
        }
    }

    /// What there is to say now.
    fn go_on(&mut self, instant: Instant, now: Epoch) -> Vec<String> {
        let waited = now.since(self.started);
        // A clock that was set back has waited long enough, too.
        let is_patient = (0..FIRST).contains(&waited);
        if self.said.is_none()
            && is_patient
            && unasked(&self.fleet, self.started, now).next().is_some()
        {
            return Vec::new();
        }
        let minute = now.0.div_euclid(60);
        let held = self.said.as_ref().and_then(Ledger::due).is_some_and(|due| due <= now);
        let is_due = self.said.is_none() || self.is_new || held || minute != self.minute;
        if !is_due || self.again.is_some_and(|again| instant < again) {
            return Vec::new();
        }
        let began = Instant::now();
        let judged = judge_with(&self.fleet, self.memory.as_ref(), now).only(&self.shown);
        self.again = Some(instant + GATHER.max(began.elapsed() * REST));
        self.is_new = false;
        self.minute = minute;
        self.tell(&judged)
    }

    fn tell(&mut self, judged: &Judged) -> Vec<String> {
        let teller = Teller::new(judged, self.lang, &self.zone);
        let is_shown = |name: &&SourceName| {
            judged.sites.iter().flat_map(|site| &site.sources).any(|row| row.name == **name)
        };
        let waiting: Vec<_> =
            unasked(&self.fleet, self.started, judged.taken).filter(is_shown).collect();
        let Some(said) = &mut self.said else {
            self.said = Some(Ledger::begin(judged));
            self.is_waiting = !waiting.is_empty();
            return teller.summary(&waiting);
        };
        let mut lines = teller.news(&said.take(judged));
        if self.is_waiting && waiting.is_empty() {
            self.is_waiting = false;
            lines.extend(teller.all_answered());
        }
        lines
    }
}
