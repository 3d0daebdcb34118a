//! The loop: the only owner of the state and of the screen.

use std::sync::Arc;
use std::time::Duration;

use ratatui::backend::Backend;
use ratatui::{Frame, Terminal};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::clipboard::LONGEST;
use super::judging::{Job, Judging, Order};
use super::{Copier, Error, Parts};
use crate::fleet::look::{Ask, Looked};
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::state::{Copying, Digest, Drawn, State, Wish};
use crate::update::{Effects, Event, NotCopied, Sent, update};

/// Data are drawn at most this often.
const FRAME: Duration = Duration::from_millis(33);

/// Keys are answered at most this often: at once, unless a frame was drawn just now.
const KEY_FRAME: Duration = Duration::from_millis(4);

/// A large fleet takes a while to judge: while surveys pour in, so many times as long is left
/// before it is judged again. Judging takes a sixth of one core at most.
const REST: u32 = 5;

/// The clock is looked at when something is shown differently from then on, and this often, seconds:
/// it may be set.
const LOOK: i64 = 3;

/// So many events are taken one after the other before anything else is looked at.
const BATCH: usize = 64;

/// How the dashboard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The user wished it.
    Quit,
    /// This signal did.
    Signal(i32),
    /// The terminal is gone.
    HungUp,
    /// A thread panicked.
    Panicked,
}

/// What happens to the program from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// It has to end.
    End(Ending),
    /// It goes on after it was stopped.
    Continued,
    /// The terminal has another size.
    Resized,
}

/// The world around the loop, so that tests can do without one.
pub(super) trait Surroundings {
    /// Our clock.
    fn now(&self) -> Epoch;
    /// Gives the terminal back, stops for the shell, and comes back with the terminal taken.
    async fn suspend(&mut self) -> std::io::Result<()>;
    /// Sends a text to the terminal's clipboard, between two frames.
    fn copy(&mut self, text: &str) -> std::io::Result<()>;
    /// Whether tmux stands between us and the terminal, which may keep that text to itself.
    fn is_tmux(&self) -> bool;
    /// Takes the terminal again after someone else stopped us; false when it was our own stop,
    /// after which it was taken already.
    fn retake(&mut self) -> std::io::Result<bool>;
}

/// State, screen, and when they are due.
pub(super) struct Runner<B: Backend, D> {
    state: State,
    screen: Terminal<B>,
    judging: Judging,
    draw: D,
    copy: Copier,
    surveys: mpsc::Receiver<Arc<Survey>>,
    looked: mpsc::Receiver<Looked>,
    wishes: mpsc::Sender<Wish>,
    /// When the next frame is due; none while nothing visible changed.
    frame_at: Option<Instant>,
    drawn: Option<Instant>,
    /// Told once, with the first frame.
    painted: Option<oneshot::Sender<()>>,
    /// The fleet is to be judged, once it is due.
    judge: bool,
    /// Since when it is being judged.
    began: Option<Instant>,
    judged: Instant,
    /// How long the last judgement took.
    took: Duration,
    /// The last judgement: held so that it is not let go of here.
    last: Option<Digest>,
    /// When the clock was last looked at.
    struck: Instant,
    /// The minute of the last judgement: what is late depends on the time too.
    minute: i64,
}

impl<B, D> Runner<B, D>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
    D: FnMut(&mut Frame<'_>, &State) -> Drawn,
{
    pub(super) fn new(parts: Parts<Judging, D>, screen: Terminal<B>) -> Self {
        let size = screen.size().map_or((80, 24), |s| (s.width, s.height));
        // The time is set before anything is judged or drawn.
        let mut state = State::new(parts.fleet, Epoch(0), parts.zone, size);
        state.keys = parts.keys;
        Self {
            state,
            screen,
            judging: parts.judge,
            draw: parts.draw,
            copy: parts.copy,
            surveys: parts.surveys,
            looked: parts.looked,
            wishes: parts.wishes,
            frame_at: None,
            drawn: None,
            painted: Some(parts.painted),
            judge: false,
            began: None,
            judged: Instant::now(),
            took: Duration::ZERO,
            last: None,
            struck: Instant::now(),
            minute: i64::MIN,
        }
    }

    pub(super) async fn run(
        mut self,
        world: &mut impl Surroundings,
        mut keys: mpsc::Receiver<Event>,
        mut control: mpsc::Receiver<Control>,
    ) -> Result<Ending, Error> {
        self.struck = Instant::now();
        self.state.begin(world.now());
        self.judge(world.now());
        // What is remembered stands in the first frame: nothing else is to be seen meanwhile.
        if let Some(digest) = self.judging.digests.recv().await {
            self.judged(digest);
        }
        self.paint()?;
        if let Some(painted) = self.painted.take() {
            // Nobody may wait for it.
            let _ = painted.send(());
        }
        loop {
            self.work_due(world)?;
            let due = [self.frame_at, self.judge_at()].into_iter().flatten().min();
            let strikes = self.strikes_at();
            let mut effects = Effects::default();
            // Rarest and most urgent first: a flood of surveys must not keep a signal waiting,
            // nor a key.
            tokio::select! {
                biased;
                // A closed queue disables its branch.
                Some(control) = control.recv() => {
                    effects = self.strike(world.now());
                    match control {
                        Control::End(ending) => return Ok(ending),
                        Control::Continued => {
                            if world.retake().map_err(|e| Error::Terminal(e.into()))? {
                                effects.merge(update(&mut self.state, Event::Resumed));
                            }
                        }
                        Control::Resized => effects.merge(self.resized()),
                    }
                }
                Some(event) = keys.recv() => {
                    effects = self.strike(world.now());
                    effects.merge(update(&mut self.state, event));
                    for _ in 1..BATCH {
                        // What ends, suspends or copies takes effect before the keys after it:
                        // copied is what is shown when the key is pressed.
                        let goes_on =
                            !effects.quit && !effects.suspend && effects.copy.is_none();
                        let Some(event) = goes_on
                            .then(|| keys.try_recv().ok())
                            .flatten()
                        else {
                            break;
                        };
                        effects.merge(update(&mut self.state, event));
                    }
                    if effects.draw {
                        self.draw_after(KEY_FRAME);
                    }
                }
                Some(digest) = self.judging.digests.recv() => {
                    effects = self.strike(world.now());
                    self.judged(digest);
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
                () = sleep_until(strikes) => {
                    effects = self.strike(world.now());
                    // A wait that was a little longer does not make the next one later.
                    if strikes.elapsed() < Duration::from_millis(100) {
                        self.struck = strikes;
                    }
                }
                Some(survey) = self.surveys.recv() => {
                    effects = self.strike(world.now());
                    effects.merge(update(&mut self.state, Event::Surveyed(survey)));
                    for _ in 1..BATCH {
                        let Ok(survey) = self.surveys.try_recv() else { break };
                        effects.merge(update(&mut self.state, Event::Surveyed(survey)));
                    }
                }
                Some(looked) = self.looked.recv() => {
                    effects = self.strike(world.now());
                    effects.merge(update(&mut self.state, Event::Looked(looked)));
                }
            }
            if let Some(ending) = self.carry_out(effects, world).await? {
                return Ok(ending);
            }
        }
    }

    /// Draws what is due by now, and has it judged.
    fn work_due(&mut self, world: &impl Surroundings) -> Result<(), Error> {
        let now = Instant::now();
        if self.frame_at.is_some_and(|at| at <= now) {
            self.paint()?;
        }
        if self.judge_at().is_some_and(|at| at <= now) {
            self.judge(world.now());
        }
        Ok(())
    }

    /// It is `now`.
    fn strike(&mut self, now: Epoch) -> Effects {
        self.struck = Instant::now();
        let mut effects = update(&mut self.state, Event::Clock(now));
        effects.judge |= now.0.div_euclid(60) != self.minute;
        effects
    }

    /// When the clock is to be looked at next, nothing else happening: not every second, for most
    /// of them change nothing that is shown.
    fn strikes_at(&self) -> Instant {
        let now = self.state.now;
        let minute = Epoch(self.minute.saturating_add(1).saturating_mul(60));
        let next = self.state.changes_at().map_or(minute, |at| at.min(minute));
        // Our clock counts whole seconds: after so many more of them it is that late, or later.
        let seconds = next.since(now).clamp(1, LOOK).unsigned_abs();
        self.struck + Duration::from_secs(seconds)
    }

    /// When the fleet is to be judged: not while it is.
    fn judge_at(&self) -> Option<Instant> {
        let is_wanted = self.judge && self.began.is_none();
        is_wanted.then(|| self.judged + FRAME.max(self.took * REST))
    }

    /// Lets the newest that is known be judged.
    fn judge(&mut self, now: Epoch) {
        self.judge = false;
        self.minute = now.0.div_euclid(60);
        let fleet = self.state.newest().clone();
        let job = Job { fleet, now, extras: self.state.extras() };
        if self.judging.orders.send(Order::Judge(Box::new(job))).is_ok() {
            self.began = Some(Instant::now());
        }
    }

    /// Takes a judgement over; the one before is let go of where it was made.
    fn judged(&mut self, digest: Digest) {
        let end = Instant::now();
        self.took = self.began.take().map_or(Duration::ZERO, |began| end - began);
        self.judged = end;
        let before = self.last.replace(digest.clone());
        let effects = update(&mut self.state, Event::Judged(digest));
        if let Some(before) = before {
            let _ = self.judging.orders.send(Order::Forget(before));
        }
        if effects.draw {
            self.draw_after(FRAME);
        }
        self.look(effects.looks);
    }

    /// Passes on what is looked at.
    fn look(&mut self, asks: Vec<Ask>) {
        for ask in asks {
            if self.wishes.try_send(Wish::Look(ask.clone())).is_err() {
                update(&mut self.state, Event::Unasked(ask));
            }
        }
    }

    fn paint(&mut self) -> Result<(), Error> {
        let mut drawn = Drawn::default();
        let Self { screen, draw, state, .. } = self;
        screen
            .draw(|frame| drawn = draw(frame, state))
            .map_err(|e| Error::Terminal(Box::new(e)))?;
        self.state.settle(drawn);
        self.frame_at = None;
        self.drawn = Some(Instant::now());
        Ok(())
    }

    /// Asks for a frame `pace` after the last one; an earlier one that is due stays due.
    fn draw_after(&mut self, pace: Duration) {
        let at = after(self.drawn, pace);
        self.frame_at = Some(self.frame_at.map_or(at, |due| due.min(at)));
    }

    fn resized(&mut self) -> Effects {
        let Ok(size) = self.screen.size() else { return Effects::default() };
        let effects = update(&mut self.state, Event::Resize(size.width, size.height));
        self.draw_after(KEY_FRAME);
        effects
    }

    async fn carry_out(
        &mut self,
        effects: Effects,
        world: &mut impl Surroundings,
    ) -> Result<Option<Ending>, Error> {
        if let Some(what) = effects.copy {
            self.copy(what, world)?;
        }
        if effects.quit {
            return Ok(Some(Ending::Quit));
        }
        if let Some(poll) = effects.poll_now {
            // Full: as much has been asked for already. Closed: nobody polls, as in a test.
            let _ = self.wishes.try_send(Wish::Poll(poll));
        }
        self.look(effects.looks);
        if effects.suspend {
            world.suspend().await.map_err(|e| Error::Terminal(e.into()))?;
            self.repaint()?;
            let mut back = update(&mut self.state, Event::Clock(world.now()));
            back.merge(update(&mut self.state, Event::Resumed));
            back.merge(self.resized());
            self.look(back.looks);
        }
        if effects.repaint {
            self.repaint()?;
        }
        if effects.draw {
            self.draw_after(FRAME);
        }
        self.judge |= effects.judge;
        Ok(None)
    }

    fn copy(&mut self, what: Copying, world: &mut impl Surroundings) -> Result<(), Error> {
        let copied = match (self.copy)(&self.state, what) {
            None => Err(NotCopied::Nothing),
            Some(text) if text.len() > LONGEST => Err(NotCopied::TooLong),
            Some(text) => {
                world.copy(&text).map_err(|e| Error::Terminal(e.into()))?;
                Ok(Sent { lines: text.lines().count(), through_tmux: world.is_tmux() })
            }
        };
        update(&mut self.state, Event::Copied(copied));
        self.draw_after(KEY_FRAME);
        Ok(())
    }

    /// Forgets what is on the screen, so that the next frame is written whole.
    fn repaint(&mut self) -> Result<(), Error> {
        self.screen.clear().map_err(|e| Error::Terminal(Box::new(e)))?;
        self.draw_after(KEY_FRAME);
        Ok(())
    }
}

/// `pace` after `last`, or now when that is over.
fn after(last: Option<Instant>, pace: Duration) -> Instant {
    let now = Instant::now();
    last.map_or(now, |last| (last + pace).max(now))
}

#[cfg(test)]
mod tests;
