//! All sources at once: each with a poller of its own, side by side on one thread.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::LocalSet;

use super::http;
use super::poller::{Clock, Order, Poller};
use crate::clock;
use crate::config;
use crate::fleet::id::SourceName;
use crate::fleet::link::Contact;
use crate::fleet::part::{Cause, CauseKind};
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

/// Watches all sources until nobody sends orders any more or nobody takes surveys.
///
/// An order reaches the sources it `concerns`. A source whose secret cannot be had is said to be
/// in error, with the reason, and tried again when it is ordered to.
pub async fn watch<P: 'static>(
    subjects: Vec<Subject>,
    env: SharedEnv,
    surveys: mpsc::Sender<Arc<Survey>>,
    mut orders: mpsc::Receiver<P>,
    concerns: impl Fn(&P, &SourceName) -> bool,
) {
    let tasks = LocalSet::new();
    let lines: Vec<(SourceName, mpsc::Sender<Order>)> = subjects
        .into_iter()
        .map(|subject| {
            let (to, of_this) = mpsc::channel(4);
            let source = subject.source.name.clone();
            let one = watch_one(subject, Arc::clone(&env), surveys.clone(), of_this);
            tasks.spawn_local(one);
            (source, to)
        })
        .collect();
    drop(surveys);
    let dispatch = async {
        while let Some(order) = orders.recv().await {
            for (source, to) in &lines {
                if concerns(&order, source) {
                    // Full: enough of them are on their way.
                    let _ = to.try_send(Order::PollNow);
                }
            }
        }
    };
    tasks.run_until(dispatch).await;
    drop(lines);
    tasks.await;
}

async fn watch_one(
    subject: Subject,
    env: SharedEnv,
    surveys: mpsc::Sender<Arc<Survey>>,
    mut orders: mpsc::Receiver<Order>,
) {
    let Subject { source, mut survey } = subject;
    let (clock, seed) = (our_clock(), seed(&source));
    loop {
        match http::open(&source, &*env, Rc::clone(&clock)).await {
            Ok(http) => {
                return Poller::new(http, survey, clock, seed).watch(surveys, orders).await;
            }
            Err(error) => {
                tracing::warn!(source = %source.name, %error, "a source cannot be asked");
                say(&mut survey, &error.to_string(), clock());
                if surveys.send(Arc::new(survey.clone())).await.is_err() {
                    return;
                }
                if orders.recv().await.is_none() {
                    return;
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
            say(&mut survey, &error.to_string(), clock());
            survey
        }
        Err(_) => {
            say(&mut survey, "no secret: the command took too long", clock());
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
fn say(survey: &mut Survey, why: &str, now: Epoch) {
    let cause = Cause { kind: CauseKind::Unauthorized, text: crate::fleet::text::cleaned(why) };
    let link = &mut survey.link;
    if !matches!(link.contact, Contact::Error(_)) {
        link.since = Some(now);
    }
    link.contact = Contact::Error(cause);
}
