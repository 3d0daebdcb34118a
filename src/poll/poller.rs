//! One poller per source: asks what is due, a few calls at a time, and sends what it saw.

use std::collections::{BTreeSet, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::ailing::Ailing;
use super::assemble::{self, Attempt};
use super::call::Call;
use super::plan::{Pace, plan};
use super::reach::{Pick, Reach};
use super::source::{Fetched, Hints, Source};
use crate::fleet::id::Product;
use crate::fleet::link::{Contact, Endpoint};
use crate::fleet::look::{Ask, Looked};
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::fleet::survey::Survey;
use crate::fleet::tier;
use crate::fleet::time::Epoch;

mod half;
mod limits;
mod looking;
mod sick;
mod sweep;

pub use limits::Limits;

/// Surveys are sent at most this often while answers come in.
const SEND_EVERY: Duration = Duration::from_millis(150);

/// All endpoints are looked at this often, seconds.
const PROBE_EVERY: i64 = 3600;

/// An endpoint that was not well is looked at this often, seconds.
const ILL_EVERY: i64 = 60;

/// What falls due within this time after a tick is asked with that tick, seconds: so that a
/// source is spoken to in rounds, and the line is quiet between them.
const SLACK: u32 = tier::FAST / 2;

/// What a poller can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Ask now what changes often, whatever was asked when; try again after a 401.
    PollNow,
    /// Somebody looks at this.
    Look(Ask),
}

/// Reads our clock.
pub type Clock = Rc<dyn Fn() -> Epoch>;

type Flight = Pin<Box<dyn Future<Output = Landing>>>;

/// What comes back from a flight.
enum Landing {
    Call(Call, Box<Fetched>),
    Probe(Attempt),
}

impl Landing {
    /// Whether it brings something for somebody who looks, and nothing for the survey.
    fn is_look(&self) -> bool {
        matches!(self, Self::Call(call, _) if call.is_look())
    }
}

/// Watches one source.
pub struct Poller<S> {
    source: Rc<S>,
    /// The survey under assembly; what is sent are copies of it.
    survey: Survey,
    clock: Clock,
    reach: Reach,
    ailing: Ailing,
    limits: Limits,
    flights: FuturesUnordered<Flight>,
    flying: BTreeSet<Call>,
    /// What flew when the user asked for all anew: an error that it brings is of before.
    before: BTreeSet<Call>,
    probing: usize,
    probed: Option<Epoch>,
    /// The endpoint that was asked last.
    asked: Option<usize>,
    /// After a 401 nothing is asked until the user says so.
    stopped: bool,
    /// When the fast round under way began.
    round: Option<Epoch>,
    /// Whether everything was asked once, or what the user asked for: what is due now is a round.
    looked: bool,
    /// When the user last asked for all anew; none when that was done.
    wished: Option<Epoch>,
    /// Due and not yet sent off.
    queue: BTreeSet<Call>,
    /// What is looked at and not yet sent off.
    looks: VecDeque<Ask>,
    /// Answers to looks, not yet handed over.
    seen: Vec<Looked>,
    /// The next time to look what is due.
    tick: Instant,
    seed: u64,
    changed: bool,
    sent: Option<Instant>,
    /// When a sweep ends; watching never does.
    deadline: Option<Instant>,
}

impl<S: Source + 'static> Poller<S> {
    /// A poller that goes on from `survey` (empty, or from memory).
    pub fn new(source: S, survey: Survey, clock: Clock, seed: u64) -> Self {
        let limits = match survey.product() {
            Product::Pve => Limits::PVE,
            Product::Pbs => Limits::PBS,
        };
        Self {
            reach: Reach::new(survey.link.endpoints.len(), seed),
            ailing: Ailing::new(survey.link.endpoints.len(), survey.product()),
            source: Rc::new(source),
            survey,
            clock,
            limits,
            flights: FuturesUnordered::new(),
            flying: BTreeSet::new(),
            before: BTreeSet::new(),
            probing: 0,
            probed: None,
            asked: None,
            stopped: false,
            round: None,
            looked: false,
            wished: None,
            queue: BTreeSet::new(),
            looks: VecDeque::new(),
            seen: Vec::new(),
            tick: Instant::now(),
            seed,
            changed: false,
            sent: None,
            deadline: None,
        }
    }

    /// What is known, of a poller that goes no further.
    pub fn into_survey(self) -> Survey {
        self.survey
    }

    fn now(&self) -> Epoch {
        (self.clock)()
    }

    /// Watches until the receiver of surveys is gone, or the sender of orders.
    pub async fn watch(
        &mut self,
        surveys: &mpsc::Sender<Arc<Survey>>,
        looked: &mpsc::Sender<Looked>,
        orders: &mut mpsc::Receiver<Order>,
    ) {
        loop {
            if Instant::now() >= self.tick {
                self.tick = Instant::now() + self.next_tick();
                self.probe_when_due();
                self.enqueue(Pace::Live { slack: SLACK });
                self.wish_again();
            }
            self.launch();
            self.hand_over(looked);
            if self.send_when_due(surveys).await.is_err() {
                return;
            }
            let wake = if self.changed { Instant::now() + SEND_EVERY } else { self.tick };
            tokio::select! {
                Some(landing) = self.flights.next() => {
                    let opens = !landing.is_look();
                    self.land(landing);
                    // An answer may open questions: nodes, jobs, namespaces seen first.
                    if opens {
                        self.enqueue(Pace::Live { slack: 0 });
                    }
                }
                order = orders.recv() => match order {
                    Some(Order::PollNow) => self.hurry(),
                    Some(Order::Look(ask)) => self.look(ask),
                    None => return,
                },
                () = sleep_until(wake.min(self.tick)) => {}
            }
        }
    }

    /// The time to the next tick: a fast round, a little more or less, or the end of a wait.
    fn next_tick(&mut self) -> Duration {
        let now = self.now();
        if let Pick::Wait(again) = self.reach.pick(now) {
            return Duration::from_secs(again.since(now).max(1).unsigned_abs());
        }
        self.seed = self.seed.wrapping_add(1);
        let millis = i64::from(tier::FAST) * 1000;
        let jittered = millis + super::reach::spread(self.seed, millis / 20);
        Duration::from_millis(jittered.unsigned_abs())
    }

    /// The user is waiting: no back-off, and what changes often or failed is asked anew; later,
    /// where the source is away now.
    fn hurry(&mut self) {
        self.reach.reset();
        self.ailing.reset();
        self.stopped = false;
        self.looked = false;
        self.probed = None;
        self.tick = Instant::now();
        self.before.clone_from(&self.flying);
        let wished = self.now().plus(1);
        self.wished = Some(wished);
        let wishes = self.wishes(wished);
        self.queue.extend(wishes);
    }

    /// What the user asked for and did not get yet. What was sent off before the wish may bring
    /// what was so before it.
    fn wishes(&self, wished: Epoch) -> Vec<Call> {
        let now = self.now();
        let all = plan(&self.survey, Pace::Sweep { began: wished }, now);
        let failed = plan(&self.survey, Pace::Mend { before: wished }, now);
        all.into_iter().filter(limits::is_frequent).chain(failed).collect()
    }

    /// Puts into the queue what the user asked for and did not get yet: with a tick, so that a call
    /// that never brings anything is not sent at once again.
    fn wish_again(&mut self) {
        let Some(wished) = self.wished else { return };
        let mut wishes = self.wishes(wished);
        // Of a clock that was set back since, no wish is left.
        if wishes.is_empty() || wished.since(self.now()) > 1 {
            self.wished = None;
            return;
        }
        wishes.retain(|call| !self.flying.contains(call));
        self.queue.extend(wishes);
    }

    /// All endpoints are looked at at the start and every hour; one that was not well, every
    /// minute: it may be back, and nobody else would notice.
    fn probe_when_due(&mut self) {
        let now = self.now();
        let link = &self.survey.link;
        if link.endpoints.len() < 2 || self.probing > 0 || self.stopped {
            return;
        }
        let all = self.probed.is_none_or(|at| now.since(at) >= PROBE_EVERY);
        let is_due = |(at, endpoint): (usize, &Endpoint)| {
            let is_asked = link.current == Some(at) && link.contact == Contact::Fine;
            (!is_asked && (all || half::is_due(endpoint, now))).then_some(at)
        };
        let due: Vec<usize> = link.endpoints.iter().enumerate().filter_map(is_due).collect();
        if all {
            self.probed = Some(now);
        }
        for endpoint in due {
            self.probing += 1;
            let source = Rc::clone(&self.source);
            self.flights
                .push(Box::pin(async move { Landing::Probe(source.probe(endpoint).await) }));
        }
    }

    /// Puts what is due into the queue.
    fn enqueue(&mut self, pace: Pace) {
        let now = self.now();
        let calls = plan(&self.survey, pace, now);
        if self.round.is_none() && calls.iter().any(Call::is_fast) {
            self.round = Some(now);
        }
        self.queue.extend(calls.into_iter().filter(|call| !self.flying.contains(call)));
    }

    /// Sends off what waits, as far as the limits allow.
    fn launch(&mut self) {
        if self.stopped {
            self.queue.clear();
            self.look_away();
            return;
        }
        let Pick::Ask(endpoint) = self.pick(self.now()) else {
            // Planned anew when the wait is over.
            self.queue.clear();
            self.look_away();
            return;
        };
        self.side_with(endpoint);
        self.launch_looks(endpoint);
        let much = self.deadline.is_some()
            || !self.looked
            || self.queue.len() + self.flying.len() > limits::MUCH;
        let mut ready: Vec<Call> = self.queue.iter().cloned().collect();
        if !much {
            ready.sort_by_key(Call::is_dear);
        }
        for call in ready {
            if self.limits.allow(&self.flying, &call, much) {
                self.queue.remove(&call);
                self.send_off(endpoint, call);
            }
        }
        self.looked |= self.flights.is_empty();
    }

    fn send_off(&mut self, endpoint: usize, call: Call) {
        let source = Rc::clone(&self.source);
        let hints = self.hints();
        self.flying.insert(call.clone());
        self.flights.push(Box::pin(async move {
            let fetched = source.fetch(endpoint, &call, &hints).await;
            Landing::Call(call, Box::new(fetched))
        }));
    }

    fn hints(&self) -> Hints {
        let version = match (self.survey.pve(), self.survey.pbs()) {
            (Some(pve), _) => pve.version.known().cloned(),
            (_, Some(pbs)) => pbs.version.known().cloned(),
            _ => None,
        };
        let left = self.deadline.map(|end| end.saturating_duration_since(Instant::now()));
        Hints {
            version,
            clock_offset: self.survey.link.clock_offset.unwrap_or(0),
            // A little less, so that a silent source is told apart before the sweep is over.
            patience: left.map(|left| left / 10 * 9),
        }
    }

    /// Takes in what a flight brought.
    fn land(&mut self, landing: Landing) {
        let now = self.now();
        if let Landing::Call(Call::Look(ask), fetched) = landing {
            return self.land_look(ask, *fetched, now);
        }
        self.changed = true;
        let was = (self.survey.link.contact.clone(), self.survey.link.since);
        match landing {
            Landing::Probe(attempt) => {
                self.probing = self.probing.saturating_sub(1);
                // A probe tells of its endpoint; it never takes the source over.
                let current = self.survey.link.current;
                if attempt.contact == Contact::Fine {
                    self.ailing.answered(attempt.endpoint);
                }
                let attempt = self.probed(attempt, now);
                if !self.stopped || attempt.contact != Contact::Fine {
                    assemble::attempt(&mut self.survey.link, attempt, now);
                }
                if current.is_some() {
                    self.survey.link.current = current;
                }
                assemble::vouch(&mut self.survey);
            }
            Landing::Call(call, fetched) => self.land_call(&call, *fetched, now),
        }
        assemble::overrule(&mut self.survey, &was, None, now);
    }

    fn land_call(&mut self, call: &Call, fetched: Fetched, now: Epoch) {
        self.flying.remove(call);
        let Fetched { answered, attempt, took } = fetched;
        if let Some(took) = took.filter(|_| !call.is_of_many()) {
            self.survey.link.took.insert(took.path, took.millis);
        }
        let is_believed = !attempt.as_ref().is_some_and(|a| self.is_left(a.endpoint, now));
        if answered.is_err() && self.before.remove(call) {
            // What was in its way may be gone by now, and nobody would ask for an hour.
            self.queue.insert(call.clone());
        }
        if self.learn(call, attempt.as_ref(), now) && is_believed {
            assemble::apply(&mut self.survey, call, answered, now);
        }
        let current = self.survey.link.current;
        self.attempted(attempt, now);
        if !is_believed {
            self.survey.link.current = current;
        }
        if call.is_fast() {
            self.end_round(now);
        }
    }

    /// Takes in what an attempt says of its endpoint for the calls to come; whether it says
    /// something of the call itself. Where not, the call goes to the next endpoint with the next
    /// plan: its part is untouched.
    fn learn(&mut self, call: &Call, attempt: Option<&Attempt>, now: Epoch) -> bool {
        match attempt {
            Some(Attempt {
                endpoint,
                contact: Contact::Unreachable(..) | Contact::Untrusted,
                ..
            }) => {
                self.reach.failed(*endpoint, now);
                return false;
            }
            Some(Attempt { contact: Contact::Unauthorized, .. }) => {
                self.stopped = true;
                assemble::rejected(&mut self.survey.link, now);
                return false;
            }
            Some(attempt) => {
                self.reach.succeeded(attempt.endpoint);
                self.diagnose(call, attempt, now);
            }
            None => {}
        }
        true
    }

    /// Puts an attempt into the survey. After a 401 an answer that needed no token (a ping) makes
    /// nothing fine again.
    fn attempted(&mut self, attempt: Option<Attempt>, now: Epoch) {
        if let Some(attempt) = attempt.filter(|a| !self.stopped || a.contact != Contact::Fine) {
            let attempt = self.softened(attempt, now);
            assemble::attempt(&mut self.survey.link, attempt, now);
            assemble::vouch(&mut self.survey);
        }
    }

    /// A round is whole when each of its parts was tried since it began and none failed.
    fn end_round(&mut self, now: Epoch) {
        let Some(began) = self.round else { return };
        if self.flying.iter().chain(&self.queue).any(Call::is_fast) {
            return;
        }
        let fast = |call: &Call| call.is_fast();
        let open = plan(&self.survey, Pace::Sweep { began }, now);
        if open.iter().any(fast) {
            return;
        }
        self.round = None;
        // Of nodes, jobs and stores that are gone nobody asks how long they took.
        let mut took = std::mem::take(&mut self.survey.link.took);
        let parts: BTreeSet<&str> = self.survey.parts(now).iter().map(|p| &**p.call).collect();
        took.retain(|path, _| parts.contains(&**path));
        self.survey.link.took = took;
        let whole = match (self.survey.pve(), self.survey.pbs()) {
            (Some(pve), _) => ![&pve.status.outcome, &pve.resources.outcome, &pve.tasks.outcome]
                .iter()
                .any(|o| matches!(o, Outcome::Failed(_))),
            (_, Some(pbs)) => !matches!(pbs.ping.outcome, Outcome::Failed(_)),
            _ => false,
        };
        if whole {
            assemble::round_ended(&mut self.survey.link, now);
        }
    }

    /// Sends a copy of the survey when something changed and the last one is a moment ago.
    async fn send_when_due(&mut self, surveys: &mpsc::Sender<Arc<Survey>>) -> Result<(), ()> {
        let moment = self.sent.is_none_or(|at| at.elapsed() >= SEND_EVERY);
        if self.changed && (moment || self.flights.is_empty()) {
            self.changed = false;
            self.sent = Some(Instant::now());
            surveys.send(Arc::new(self.survey.clone())).await.map_err(|_| ())?;
        } else if surveys.is_closed() {
            return Err(());
        }
        Ok(())
    }
}

/// The outcome of a part that a sweep had no time for.
fn out_of_time() -> Outcome {
    Outcome::Failed(Cause { kind: CauseKind::OutOfTime, text: "not reached in time".into() })
}

#[cfg(test)]
mod tests;
