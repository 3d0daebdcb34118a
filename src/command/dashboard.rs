//! `vigie` without a command: the dashboard, over pollers on a thread of their own.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, mpsc as std_mpsc};
use std::thread;
use std::time::Duration;

use ratatui::Frame;
use tokio::sync::{mpsc, oneshot};

use super::beside;
use super::fleet::Start;
use super::standing::Keeper;
use crate::clock::{self, zone};
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::look::Looked;
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::judge::{Judged, judge};
use crate::memory::Memory;
use crate::poll::fleet::{Outlets, SharedEnv, Subject, watch};
use crate::poll::keep::keep;
use crate::poll::poller::Order;
use crate::run::{Copier, Ending, Error, Parts, dashboard};
use crate::state::{Drawn, Poll, State, Wish};

/// Surveys under way to the screen: when it cannot follow, pollers wait.
const SURVEYS: usize = 64;

/// Wishes under way to the pollers.
const ORDERS: usize = 16;

/// How long the end waits for the memory to be written.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Watches until the user leaves. With `mouse` the mouse is taken whatever the configuration says.
///
/// # Errors
/// When there is no terminal, or a part of the program broke.
pub fn watch_fleet(
    start: Start,
    mouse: bool,
    copy: Copier,
    draw: impl FnMut(&mut Frame<'_>, &State) -> Drawn,
) -> Result<Ending, Error> {
    let Start { shown, fleet, subjects, tongue, env, memory, demo, config, .. } = start;
    let (keys, mouse) = (config.keys, mouse || config.mouse);
    let keeper = Keeper::new(memory.as_ref());
    let standing = keeper.standing();
    let kept = keeper.clone();
    let written = memory.clone();
    let judge = move |fleet: &Fleet, now: Epoch| {
        let judged = judge_with(fleet, written.as_ref(), now);
        kept.note(&judged);
        judged.only(&shown)
    };
    let (painted, first_paint) = oneshot::channel();
    let Pollers { surveys, looked, wishes, ended } =
        Pollers::start(&fleet, subjects, env, memory.clone(), async {
            let _ = first_paint.await;
        })
        .map_err(Error::System)?;
    let zone = zone::system();
    let parts = Parts {
        fleet,
        zone,
        keys,
        surveys,
        looked,
        wishes,
        standing,
        judge,
        draw,
        copy,
        mouse,
        painted,
    };
    let ending = dashboard(parts);
    keeper.finish(clock::now());
    // The dashboard has let go of its queues: the pollers end, and what they know is written.
    let _ = ended.recv_timeout(PATIENCE);
    drop(demo);
    beside::say_what_is_not_kept(memory.as_ref(), tongue);
    ending
}

/// Judges, and says where what is known is not kept.
pub(super) fn judge_with(fleet: &Fleet, memory: Option<&Memory>, now: Epoch) -> Judged {
    match memory.and_then(Memory::unkept) {
        None => judge(fleet, now),
        unkept => judge(&Fleet { unkept, ..fleet.clone() }, now),
    }
}

/// The pollers of all sources, on a thread of their own. They end when the queues are let go of.
pub(super) struct Pollers {
    /// What they see.
    pub(super) surveys: mpsc::Receiver<Arc<Survey>>,
    /// What they answer to looks.
    pub(super) looked: mpsc::Receiver<Looked>,
    /// What they are told.
    pub(super) wishes: mpsc::Sender<Wish>,
    /// Tells when they ended and what they know is written.
    pub(super) ended: std_mpsc::Receiver<()>,
}

impl Pollers {
    /// Starts them: they begin after `begin`.
    pub(super) fn start(
        fleet: &Fleet,
        subjects: Vec<Subject>,
        env: SharedEnv,
        memory: Option<Memory>,
        begin: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Self> {
        let (to_screen, surveys) = mpsc::channel(SURVEYS);
        let (to_eyes, looked) = mpsc::channel(SURVEYS);
        let (wishes, orders) = mpsc::channel(ORDERS);
        let (done, ended) = std_mpsc::channel();
        let sites = sites_of(fleet);
        thread::Builder::new().name("poll".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => return tracing::error!(%error, "nothing can be polled"),
            };
            runtime.block_on(async {
                begin.await;
                let (to_memory, from_pollers) = mpsc::channel(SURVEYS);
                let outlets = Outlets { surveys: to_memory, looked: to_eyes };
                let order = move |wish: &Wish, source: &SourceName| order(wish, source, &sites);
                tokio::join!(
                    watch(subjects, env, outlets, orders, order),
                    keep(memory, clock::now, from_pollers, to_screen),
                );
            });
            let _ = done.send(());
        })?;
        Ok(Self { surveys, looked, wishes, ended })
    }
}

fn sites_of(fleet: &Fleet) -> BTreeMap<SourceName, SiteName> {
    let of_site = |site: &crate::fleet::site::Site| {
        let name = site.facts.name.clone();
        let sources = site.facts.sources.iter();
        sources.map(move |source| (source.name.clone(), name.clone())).collect::<Vec<_>>()
    };
    fleet.sites.iter().flat_map(of_site).collect()
}

/// What a wish means for a source.
fn order(
    wish: &Wish,
    source: &SourceName,
    sites: &BTreeMap<SourceName, SiteName>,
) -> Option<Order> {
    match wish {
        Wish::Poll(poll) => is_asked(poll, source, sites).then_some(Order::PollNow),
        Wish::Look(ask) => (ask.look.source() == source).then(|| Order::Look(ask.clone())),
    }
}

fn is_asked(poll: &Poll, source: &SourceName, sites: &BTreeMap<SourceName, SiteName>) -> bool {
    match poll {
        Poll::All => true,
        Poll::Site(site) => sites.get(source) == Some(site),
        Poll::Source(asked) => asked == source,
    }
}
