//! What was done lately, everywhere: tasks of every PVE and PBS, runs of replication jobs (which
//! are no tasks of PVE), and copies that no task tells of, in one timeline.
//!
//! What belongs together is one story: a vzdump and the tasks of the PBSes that took its copies,
//! and a task of a PBS and the copy it made.

mod fold;
mod gather;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;

use foldhash::HashMap;

use self::fold::Guests;
use self::gather::{Raw, What};
use super::rows::Judged;
use super::verdict::Verdict;
use crate::fleet::id::{GroupKey, GuestKey, JobId, NodeName, Product, SiteName, SourceName, Upid};
use crate::fleet::pbs::copies::{Snapshot, Verification};
use crate::fleet::site::Fleet;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;

/// How far back the timeline goes, seconds. What runs is told whenever it began.
pub const HORIZON: i64 = 7 * 86_400;

/// The most stories that are told, those within others aside.
const MOST: usize = 5_000;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// A task of PVE or of a PBS.
    Task(Upid),
    /// A run of a replication job.
    Run(JobId),
    /// Good runs of several replication jobs, begun by a node at the same time.
    Round(NodeName),
    /// A copy whose task is not known.
    Copy(Arc<GroupKey>),
}

/// Which story.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryId {
    /// Where it happened.
    pub source: SourceName,
    /// What.
    pub deed: Deed,
    /// When it began, the server's clock.
    pub start: Epoch,
}

/// What it was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The host as a whole, or several guests.
    Nothing,
    /// A guest; it may be gone by now.
    Guest(GuestKey),
    /// What the server calls it: a datastore, a job, a group.
    Named(Arc<str>),
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It ran when last heard of, at this time, our clock.
    RanAt(Option<Epoch>),
    /// It ended so.
    Ended(TaskResult),
}

/// One story.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Which.
    pub id: StoryId,
    /// The site.
    pub site: SiteName,
    /// PVE or PBS.
    pub product: Product,
    /// Where it runs; `localhost` on a PBS.
    pub node: NodeName,
    /// Where a replica goes.
    pub target: Option<NodeName>,
    /// What kind, in Proxmox's word: `vzdump`; none for a run and for a copy.
    pub kind: Option<Arc<str>>,
    /// What it is about.
    pub about: About,
    /// Who began it.
    pub user: Option<Arc<str>>,
    /// When it began, our clock.
    pub began: Epoch,
    /// When it ended, our clock.
    pub end: Option<Epoch>,
    /// How it stands.
    pub state: State,
    /// The copy that it made, or is.
    pub copy: Option<Snapshot>,
    /// Stories within it: what the PBSes say of the copies that it made.
    pub parts: Vec<u32>,
    /// Whether it is told within another.
    pub is_part: bool,
}

impl Story {
    /// Whether it runs, as far as is known.
    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// How long it took, seconds; of one that runs, so far.
    pub fn took(&self, now: Epoch) -> Option<i64> {
        match self.state {
            State::Running => Some(now.since(self.began)),
            State::RanAt(_) => None,
            State::Ended(_) => self.end.map(|end| end.since(self.began)),
        }
        .map(|seconds| seconds.max(0))
    }

    /// How much of a look it needs: what failed or warned, a look; what nobody knows the end of,
    /// is unknown. What runs needs none, which is not to say that it is well.
    pub fn verdict(&self) -> Verdict {
        match &self.state {
            State::Ended(TaskResult::Error(_) | TaskResult::Warnings(_)) => Verdict::Warning,
            _ if self.copy.is_some_and(|c| matches!(c.verification, Verification::Failed(_))) => {
                Verdict::Warning
            }
            State::Running | State::Ended(TaskResult::Ok) => Verdict::Ok,
            State::RanAt(_) | State::Ended(TaskResult::Unknown) => Verdict::Unknown,
        }
    }

    /// Its kind in one word, whatever the language: Proxmox's own; else `replication` or `copy`.
    pub fn word(&self) -> &str {
        match (&self.kind, &self.id.deed) {
            (Some(kind), _) => kind,
            (None, Deed::Run(_) | Deed::Round(_)) => "replication",
            (None, Deed::Task(_) | Deed::Copy(_)) => "copy",
        }
    }

    /// Whether it is about this guest.
    pub fn is_about(&self, guest: &GuestKey) -> bool {
        matches!(&self.about, About::Guest(key) if key == guest)
    }
}

/// All that was done lately.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Those that run first, then the newest first. Parts stand among them.
    pub stories: Vec<Story>,
    /// Whether there were more than can be told.
    pub is_cut: bool,
}

impl Timeline {
    /// Those that are not told within another, with their place.
    pub fn outer(&self) -> impl Iterator<Item = (u32, &Story)> {
        (0..).zip(&self.stories).filter(|(_, story)| !story.is_part)
    }

    /// A story with its place.
    pub fn find(&self, id: &StoryId) -> Option<(u32, &Story)> {
        (0..).zip(&self.stories).find(|(_, story)| story.id == *id)
    }

    /// A story.
    pub fn get(&self, at: u32) -> Option<&Story> {
        self.stories.get(at as usize)
    }
}

/// Tells what was done lately.
pub fn timeline(fleet: &Fleet, judged: &Judged) -> Timeline {
    let mut raw = gather::gather(fleet, judged);
    let guests = Guests::of(judged);
    fold::fold(&mut raw, &guests);
    fold::rounds(&mut raw, judged.taken);
    let is_told = |at: &usize| raw.get(*at).is_none_or(|raw| raw.is_told);
    let mut order: Vec<usize> = (0..raw.len()).filter(|at| !is_told(at)).collect();
    let running = |raw: &Raw<'_>| raw.what.is_running(judged.taken);
    order.sort_by_cached_key(|at| {
        raw.get(*at).map(|raw| (Reverse(running(raw)), Reverse(raw.ours()), raw.source))
    });
    let is_outer = |at: &usize| raw.get(*at).is_some_and(|raw| raw.within.is_none());
    let told: Vec<usize> = order.iter().copied().filter(is_outer).take(MOST).collect();
    let is_cut = told.len() < order.iter().filter(|at| is_outer(at)).count();
    let told: foldhash::HashSet<usize> = told.into_iter().collect();
    let stays = |at: &usize| {
        told.contains(at)
            || raw.get(*at).and_then(|raw| raw.within).is_some_and(|outer| told.contains(&outer))
    };
    order.retain(stays);
    let places: HashMap<usize, u32> = order.iter().copied().zip(0..).collect();
    let mut stories: Vec<Story> =
        order.iter().filter_map(|at| Some(raw.get(*at)?.told(judged.taken))).collect();
    for (at, place) in order.iter().zip(0..) {
        let Some(outer) = raw.get(*at).and_then(|raw| raw.within) else { continue };
        let outer = places.get(&outer).and_then(|outer| stories.get_mut(*outer as usize));
        if let Some(outer) = outer {
            outer.parts.push(place);
        }
    }
    // What was folded into others left room behind.
    stories.shrink_to_fit();
    Timeline { stories, is_cut }
}

impl Judged {
    /// What was done lately; worked out when it is first asked for.
    pub fn look_back(&self, fleet: &Fleet) -> &Timeline {
        self.timeline.get_or_init(|| timeline(fleet, self))
    }

    /// What was done lately, if that was worked out.
    pub fn timeline(&self) -> Option<&Timeline> {
        self.timeline.get()
    }
}

impl What<'_> {
    /// Whether it runs at `now`, as far as is known.
    fn is_running(&self, now: Epoch) -> bool {
        match self {
            Self::Task { task, seen, every } => {
                task.is_running()
                    && seen.is_some_and(|at| crate::fleet::part::is_young(at, *every, now))
            }
            Self::Run { state, is_last, seen, every, .. } => {
                *is_last
                    && state.running
                    && seen.is_some_and(|at| crate::fleet::part::is_young(at, *every, now))
            }
            Self::Copy { .. } | Self::Round { .. } => false,
        }
    }
}
