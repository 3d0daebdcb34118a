//! The same for programs. Names and shapes are a contract: they do not change once released. Bytes,
//! seconds; null is what cannot be told.

use serde::Serialize;

use super::WhatIfError;
use crate::fleet::id::{NodeName, SourceName};
use crate::fleet::time::Epoch;
use crate::judge::rows::recovery::{Room, Tie};
use crate::whatif::{
    After, Failing, Fate, How, Loss, Moved, Packing, Plan, Resource, Target, Told, WhatIf, Window,
};

/// The document of a loss.
pub(super) fn loss(what: &WhatIf, taken: Epoch) -> Result<String, WhatIfError> {
    let copies = &what.copies_lost;
    let bare = copies.bare.iter();
    written(&LossDoc {
        version: 1,
        taken: time(Some(taken)),
        lost: what.lost.iter().map(LostDoc::new).collect(),
        told: TellingDoc::new(&what.told),
        nodes: what.nodes.iter().map(PlaceDoc::new).collect(),
        guests: what.guests.iter().map(FateDoc::new).collect(),
        clusters: what.clusters.iter().map(AfterDoc::new).collect(),
        targets: what.targets.iter().map(TargetDoc::new).collect(),
        failing: what.failing.iter().map(FailingDoc::new).collect(),
        copies_lost: CopiesDoc {
            places: copies.places.iter().map(ToString::to_string).collect(),
            guests: copies.guests,
            without_copy: bare
                .map(|(source, vmid)| GuestDoc { source: source.to_string(), vmid: *vmid })
                .collect(),
        },
    })
}

/// The document of hosts that are emptied onto others.
pub(super) fn plan(plan: &Plan, told: &Told, taken: Epoch) -> Result<String, WhatIfError> {
    written(&PlanDoc {
        version: 1,
        taken: time(Some(taken)),
        empty: plan.from.iter().map(PlaceDoc::new).collect(),
        onto: plan.onto.iter().map(PlaceDoc::new).collect(),
        told: TellingDoc::new(told),
        fit: FitDoc::new(plan.fits.max(unless_it_fits(plan.cpus.fits))),
        packing: match plan.packing {
            Packing::Found => "found",
            Packing::NotFound => "not-found",
            Packing::Impossible => "impossible",
        },
        n_minus_one: AfterwardsDoc {
            fit: FitDoc::new(plan.after),
            weakest: place(plan.weakest.as_ref()),
        },
        clusters: plan.clusters.iter().map(AfterDoc::new).collect(),
        resources: ResourcesDoc {
            memory_configured: ResourceDoc::new(&plan.memory),
            memory_used: ResourceDoc::new(&plan.used),
            cpus: CpusDoc {
                need: finite(plan.cpus.need),
                have: finite(plan.cpus.have),
                per_thread: finite(plan.cpus.ratio),
                fit: FitDoc::new(plan.cpus.fits),
            },
            disk: ResourceDoc::new(&plan.disk),
        },
        guests: plan.guests.iter().map(|moved| MovedDoc::new(moved, plan)).collect(),
        targets: plan.targets.iter().map(TargetDoc::new).collect(),
        windows: plan.windows.iter().map(WindowDoc::new).collect(),
    })
}

fn written(document: &impl Serialize) -> Result<String, WhatIfError> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    Ok(text)
}

fn time(at: Option<Epoch>) -> Option<String> {
    at?.timestamp().map(|at| at.to_string())
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

fn place(place: Option<&(SourceName, NodeName)>) -> Option<String> {
    place.map(|(source, node)| format!("{source}/{node}"))
}

#[derive(Serialize)]
struct LossDoc {
    version: u32,
    taken: Option<String>,
    lost: Vec<LostDoc>,
    #[serde(flatten)]
    told: TellingDoc,
    nodes: Vec<PlaceDoc>,
    guests: Vec<FateDoc>,
    clusters: Vec<AfterDoc>,
    targets: Vec<TargetDoc>,
    failing: Vec<FailingDoc>,
    copies_lost: CopiesDoc,
}

#[derive(Serialize)]
struct PlanDoc {
    version: u32,
    taken: Option<String>,
    empty: Vec<PlaceDoc>,
    onto: Vec<PlaceDoc>,
    #[serde(flatten)]
    told: TellingDoc,
    #[serde(flatten)]
    fit: FitDoc,
    /// `found`; `not-found`: there may be one all the same; `impossible`: it was ruled out.
    packing: &'static str,
    n_minus_one: AfterwardsDoc,
    clusters: Vec<AfterDoc>,
    resources: ResourcesDoc,
    guests: Vec<MovedDoc>,
    targets: Vec<TargetDoc>,
    windows: Vec<WindowDoc>,
}

/// What was asked: `node`, `source` or `site`, and its name.
#[derive(Serialize)]
struct LostDoc {
    kind: &'static str,
    name: String,
}

impl LostDoc {
    fn new(loss: &Loss) -> Self {
        let (kind, name) = match loss {
            Loss::Node(source, node) => ("node", format!("{source}/{node}")),
            Loss::Source(source) => ("source", source.to_string()),
            Loss::Site(site) => ("site", site.to_string()),
        };
        Self { kind, name }
    }
}

/// Of the sources that are asked about: those never read, those that do not answer now, those of
/// which not all was read.
#[derive(Serialize)]
struct TellingDoc {
    never_read: Vec<String>,
    not_fresh: Vec<SeenDoc>,
    not_all_read: Vec<String>,
}

#[derive(Serialize)]
struct SeenDoc {
    source: String,
    seen: Option<String>,
}

impl TellingDoc {
    fn new(told: &Told) -> Self {
        let names = |list: &[SourceName]| list.iter().map(ToString::to_string).collect();
        let last = told.last.iter();
        Self {
            never_read: names(&told.never),
            not_fresh: last
                .map(|(source, seen)| SeenDoc { source: source.to_string(), seen: time(*seen) })
                .collect(),
            not_all_read: names(&told.partly),
        }
    }
}

#[derive(Serialize)]
struct PlaceDoc {
    source: String,
    node: String,
}

impl PlaceDoc {
    fn new((source, node): &(SourceName, NodeName)) -> Self {
        Self { source: source.to_string(), node: node.to_string() }
    }
}

#[derive(Serialize)]
struct GuestDoc {
    source: String,
    vmid: u32,
}

/// More CPUs than threads are usual: only too many of them, or not to know, spoils the whole.
fn unless_it_fits(cpus: Room) -> Room {
    if cpus == Room::Tight { Room::Fits } else { cpus }
}

/// Whether something fits, and how well: `fits`, `tight` (by one of the two counts of memory, or
/// with more CPUs than threads), `no-bridge` (one that it is plugged into is not there), `full`,
/// `away` (the host is off).
#[derive(Serialize)]
struct FitDoc {
    fits: Option<bool>,
    room: Option<&'static str>,
}

impl FitDoc {
    fn new(room: Room) -> Self {
        let (fits, room) = match room {
            Room::Fits => (Some(true), Some("fits")),
            Room::Tight => (Some(true), Some("tight")),
            Room::Unknown => (None, None),
            Room::NoBridge => (Some(false), Some("no-bridge")),
            Room::Full => (Some(false), Some("full")),
            Room::Away => (Some(false), Some("away")),
        };
        Self { fits, room }
    }
}

/// Whether the others could run all guests if any one host of the clusters that are touched died
/// then, disks not counted; and the one that they could spare least.
#[derive(Serialize)]
struct AfterwardsDoc {
    #[serde(flatten)]
    fit: FitDoc,
    weakest: Option<String>,
}

#[derive(Serialize)]
struct FateDoc {
    source: String,
    vmid: u32,
    name: Option<String>,
    node: String,
    template: bool,
    /// `ha`, `shared`, `replica`, `restore`, `none`.
    way: Option<&'static str>,
    /// Whether it cannot be told that the copy or the replica is still there.
    doubtful: bool,
    target: Option<String>,
    #[serde(flatten)]
    fit: FitDoc,
    loss_s: Option<i64>,
    point: Option<String>,
    takes_s: Option<i64>,
    leaves_out: Vec<String>,
    #[serde(rename = "where")]
    place: Option<String>,
    needs_key: bool,
}

impl FateDoc {
    fn new(fate: &Fate) -> Self {
        let is_back = !matches!(fate.how, How::Gone | How::Unknown);
        Self {
            source: fate.source.to_string(),
            vmid: fate.vmid,
            name: fate.name.as_ref().map(ToString::to_string),
            node: fate.node.to_string(),
            template: fate.template,
            way: match fate.how {
                How::Ha => Some("ha"),
                How::Shared => Some("shared"),
                How::Replica => Some("replica"),
                How::Restore => Some("restore"),
                How::Gone => Some("none"),
                How::Unknown => None,
            },
            doubtful: fate.is_doubtful,
            target: place(fate.target.as_ref()),
            // Nothing that comes back needs no room.
            fit: FitDoc::new(if is_back { fate.room } else { Room::Unknown }),
            loss_s: fate.loss,
            point: time(fate.point),
            takes_s: fate.takes,
            leaves_out: fate.leaves_out.iter().map(ToString::to_string).collect(),
            place: fate.place.as_ref().map(ToString::to_string),
            needs_key: fate.needs_key,
        }
    }
}

#[derive(Serialize)]
struct AfterDoc {
    source: String,
    votes: u32,
    votes_needed: u32,
    quorate: Option<bool>,
    needs_expected: bool,
    nodes_left: usize,
    fences: Vec<String>,
    /// The guests on those: down until there is quorum again.
    stopped: Vec<u32>,
}

impl AfterDoc {
    fn new(after: &After) -> Self {
        Self {
            source: after.source.to_string(),
            votes: after.present,
            votes_needed: after.quorum,
            quorate: after.quorate,
            needs_expected: after.needs_expected,
            nodes_left: after.nodes_left,
            fences: after.fences.iter().map(ToString::to_string).collect(),
            stopped: after.stopped.clone(),
        }
    }
}

#[derive(Serialize)]
struct TargetDoc {
    source: String,
    node: String,
    guests: u32,
    memory_taken: u64,
    memory_free: Option<u64>,
    memory_idle: Option<u64>,
    memory_total: Option<u64>,
    disk_taken: u64,
    disk_free: Option<u64>,
    /// CPUs of all guests that would run there, and its threads.
    cpus: Option<f64>,
    threads: Option<f64>,
    #[serde(flatten)]
    fit: FitDoc,
}

impl TargetDoc {
    fn new(target: &Target) -> Self {
        Self {
            source: target.source.to_string(),
            node: target.node.to_string(),
            guests: target.guests,
            memory_taken: target.taken,
            memory_free: target.free,
            memory_idle: target.idle,
            memory_total: target.total,
            disk_taken: target.disk,
            disk_free: target.disk_free,
            cpus: finite(target.cpus),
            threads: finite(target.threads),
            fit: FitDoc::new(target.room),
        }
    }
}

#[derive(Serialize)]
struct FailingDoc {
    job: String,
    at: Option<String>,
    guests: Option<u32>,
}

impl FailingDoc {
    fn new(failing: &Failing) -> Self {
        Self {
            job: failing.job.to_string(),
            at: time(failing.at),
            guests: Some(failing.guests).filter(|guests| *guests > 0),
        }
    }
}

#[derive(Serialize)]
struct CopiesDoc {
    places: Vec<String>,
    guests: u32,
    without_copy: Vec<GuestDoc>,
}

#[derive(Serialize)]
struct ResourcesDoc {
    memory_configured: ResourceDoc,
    memory_used: ResourceDoc,
    cpus: CpusDoc,
    disk: ResourceDoc,
}

#[derive(Serialize)]
struct ResourceDoc {
    need: Option<u64>,
    have: Option<u64>,
    #[serde(flatten)]
    fit: FitDoc,
}

impl ResourceDoc {
    fn new(resource: &Resource) -> Self {
        let (need, have) = (resource.need, resource.have);
        Self { need, have, fit: FitDoc::new(resource.fits) }
    }
}

#[derive(Serialize)]
struct CpusDoc {
    need: Option<f64>,
    have: Option<f64>,
    per_thread: Option<f64>,
    #[serde(flatten)]
    fit: FitDoc,
}

#[derive(Serialize)]
struct MovedDoc {
    source: String,
    vmid: u32,
    name: Option<String>,
    node: String,
    target: Option<String>,
    #[serde(flatten)]
    fit: FitDoc,
    ties: Vec<TieDoc>,
}

impl MovedDoc {
    fn new(moved: &Moved, plan: &Plan) -> Self {
        let mut ties = plan.ties.iter();
        let ties = ties.find(|(source, vmid, _)| *source == moved.source && *vmid == moved.vmid);
        let ties = ties.map_or(&[][..], |(_, _, ties)| ties);
        Self {
            source: moved.source.to_string(),
            vmid: moved.vmid,
            name: moved.name.as_ref().map(ToString::to_string),
            node: moved.node.to_string(),
            target: place(moved.target.as_ref()).filter(|_| moved.room <= Room::Unknown),
            fit: FitDoc::new(moved.room),
            ties: ties.iter().map(TieDoc::new).collect(),
        }
    }
}

/// `passthrough`, `iso`, `storage`, `bridge`, `bridge-unknown` (nobody tells whether it is there),
/// `number` (taken where it goes), `bind`, `clone`, `cpu`, and what.
#[derive(Serialize)]
struct TieDoc {
    kind: &'static str,
    what: String,
}

impl TieDoc {
    fn new(tie: &Tie) -> Self {
        let (kind, what) = match tie {
            Tie::Passthrough(what) => ("passthrough", what.to_string()),
            Tie::Iso(what) => ("iso", what.to_string()),
            Tie::Storage(what) => ("storage", what.to_string()),
            Tie::Bridge(what) => ("bridge", what.to_string()),
            Tie::BridgeUntold(what) => ("bridge-unknown", what.to_string()),
            Tie::Number(vmid) => ("number", vmid.to_string()),
            Tie::Bind(what) => ("bind", what.to_string()),
            Tie::Clone(what) => ("clone", what.to_string()),
            Tie::Cpu(what) => ("cpu", what.to_string()),
        };
        Self { kind, what }
    }
}

#[derive(Serialize)]
struct WindowDoc {
    source: String,
    node: String,
    now_s: Option<i64>,
    then_s: Option<i64>,
}

impl WindowDoc {
    fn new(window: &Window) -> Self {
        Self {
            source: window.source.to_string(),
            node: window.node.to_string(),
            now_s: window.before,
            then_s: window.takes,
        }
    }
}
