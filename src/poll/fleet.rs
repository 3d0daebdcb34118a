//! All sources at once: each with a poller of its own, side by side on one thread.

use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::guard::caught;
use super::http;
use super::poller::{Clock, Order, Poller};
use super::reach::back_off;
use super::source::Source;
use crate::clock;
use crate::config;
use crate::fleet::id::SourceName;
use crate::fleet::link::Contact;
use crate::fleet::look::Looked;
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;

/// Reads a variable of the environment, from any thread.
pub type SharedEnv = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A source to be polled.
#[derive(Clone, Debug)]
pub struct Subject {
    /// How it is reached.
    pub source: config::Source,
    /// What is known of it so far.
    pub survey: Survey,
}

/// Where what the pollers see goes.
#[derive(Clone, Debug)]
pub struct Outlets {
    /// Surveys.
    pub surveys: mpsc::Sender<Arc<Survey>>,
    /// Answers to looks.
    pub looked: mpsc::Sender<Looked>,
}

/// Orders under way to one source.
const ORDERS: usize = 16;

/// Watches all sources until nobody sends wishes any more or nobody takes surveys.
///
/// `order` says what a wish means for a source. A source whose secret cannot be had is said to be
/// in error, with the reason, and tried again when it is ordered to.
pub async fn watch<P: 'static>(
    subjects: Vec<Subject>,
    env: SharedEnv,
    outlets: Outlets,
    mut wishes: mpsc::Receiver<P>,
    order: impl Fn(&P, &SourceName) -> Option<Order>,
) {
    let tasks = LocalSet::new();
    let lines: Vec<(SourceName, mpsc::Sender<Order>)> = subjects
        .into_iter()
        .map(|subject| {
            let (to, of_this) = mpsc::channel(ORDERS);
            let source = subject.source.name.clone();
            let one = watch_one(subject, Arc::clone(&env), outlets.clone(), of_this);
            tasks.spawn_local(one);
            (source, to)
        })
        .collect();
    drop(outlets);
    let dispatch = async {
        while let Some(wish) = wishes.recv().await {
            for (source, to) in &lines {
                if let Some(order) = order(&wish, source) {
                    // Full: enough of them are on their way.
                    let _ = to.try_send(order);
                }
            }
        }
    };
    tasks.run_until(dispatch).await;
    // The pollers go with their tasks: one that waits for a password store would not hear that it
    // is over, and the store's command ends with it.
}

async fn watch_one(
    subject: Subject,
    env: SharedEnv,
    outlets: Outlets,
    orders: mpsc::Receiver<Order>,
) {
    let Subject { source, survey } = subject;
    let (clock, seed) = (our_clock(), seed(&source));
    let open = async || http::open(&source, &*env, Rc::clone(&clock)).await;
    watching(open, survey, (Rc::clone(&clock), seed), outlets, orders).await;
}

/// Opens a source and watches it. Opened anew when that is ordered after it could not be, and
/// after a while when its poller broke: the others go on meanwhile.
async fn watching<S: Source + 'static, E: Display>(
    open: impl AsyncFn() -> Result<S, E>,
    mut survey: Survey,
    (clock, seed): (Clock, u64),
    Outlets { surveys, looked }: Outlets,
    mut orders: mpsc::Receiver<Order>,
) {
    let mut broken = 0;
    loop {
        let cause = match open().await {
            Ok(opened) => {
                let mut poller = Poller::new(opened, survey, Rc::clone(&clock), seed);
                let watched = caught(poller.watch(&surveys, &looked, &mut orders)).await;
                if watched.is_ok() {
                    return;
                }
                survey = poller.into_survey();
                broken += 1;
                let text = "vigie broke while it asked this source: a defect, see its log";
                Cause { kind: CauseKind::Broken, text: text.into() }
            }
            Err(error) => refused(&error.to_string()),
        };
        tracing::warn!(source = %survey.source, why = %cause.text, "a source cannot be asked");
        // Of a secret that cannot be had, nobody but the user knows when it can.
        let again = (cause.kind == CauseKind::Broken)
            .then(|| Duration::from_secs(back_off(broken - 1, seed).max(1).unsigned_abs()));
        say(&mut survey, cause.clone(), clock());
        if surveys.send(Arc::new(survey.clone())).await.is_err() {
            return;
        }
        let wait = async {
            match again {
                Some(again) => sleep(again).await,
                None => std::future::pending().await,
            }
        };
        let mut wait = std::pin::pin!(wait);
        loop {
            let order = tokio::select! {
                order = orders.recv() => order,
                () = wait.as_mut() => break,
            };
            match order {
                None => return,
                Some(Order::PollNow) => break,
                // Whoever looks is told why there is nothing to see.
                Some(Order::Look(ask)) => {
                    let answer = Err(Outcome::Failed(cause.clone()));
                    let _ = looked.try_send(Looked { ask, at: clock(), answer });
                }
            }
        }
    }
}

/// Looks at every source once, side by side, until all is tried or `patience` is over.
pub async fn sweep(subjects: Vec<Subject>, env: SharedEnv, patience: Duration) -> Vec<Survey> {
    let tasks = LocalSet::new();
    let sweeps = subjects.into_iter().map(|subject| sweep_one(subject, &env, patience));
    tasks.run_until(futures_util::future::join_all(sweeps)).await
}

async fn sweep_one(subject: Subject, env: &SharedEnv, patience: Duration) -> Survey {
    let Subject { source, mut survey } = subject;
    let clock = our_clock();
    let opening = http::open(&source, &**env, Rc::clone(&clock));
    match tokio::time::timeout(patience, opening).await {
        Ok(Ok(http)) => Poller::new(http, survey, clock, seed(&source)).sweep(patience).await,
        Ok(Err(error)) => {
            say(&mut survey, refused(&error.to_string()), clock());
            survey
        }
        Err(_) => {
            say(&mut survey, refused("no secret: the command took too long"), clock());
            survey
        }
    }
}

fn our_clock() -> Clock {
    Rc::new(clock::now)
}

/// Spreads the rounds of sources, and of several viewers, apart.
fn seed(source: &config::Source) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(source.name.as_str())
}

/// Puts it down that the source cannot be asked at all.
fn say(survey: &mut Survey, cause: Cause, now: Epoch) {
    let link = &mut survey.link;
    if !matches!(link.contact, Contact::Error(_)) {
        link.since = Some(now);
    }
    link.contact = Contact::Error(cause);
}

fn refused(why: &str) -> Cause {
    Cause { kind: CauseKind::Unauthorized, text: crate::fleet::text::cleaned(why) }
}

#[cfg(test)]
mod tests;
