//! What belongs together: whose copies they are, which task made them, and which vzdump asked
//! for them.

use foldhash::HashMap;

use super::gather::{Raw, What, group_of, guest_of};
use crate::fleet::id::{
    BackupType, GuestKind, Namespace, NodeName, Product, SourceName, StoreName, Vmid,
};
use crate::fleet::time::Epoch;
use crate::judge::rows::Judged;

/// Two clocks, and the moment between asking and beginning, seconds.
const SLACK: i64 = 120;

/// Who may write where, and which guests there are.
pub(super) struct Guests<'a> {
    now: Epoch,
    homes: HashMap<(&'a SourceName, Vmid), (GuestKind, &'a NodeName)>,
    /// Who writes into a datastore: PVE sources with their namespaces.
    writers: HashMap<(&'a SourceName, &'a StoreName), Vec<(&'a SourceName, &'a Namespace)>>,
}

impl<'a> Guests<'a> {
    pub(super) fn of(judged: &'a Judged) -> Self {
        let (mut homes, mut writers) = (HashMap::default(), HashMap::default());
        for site in &judged.sites {
            let own =
                |g: &'a crate::judge::rows::GuestRow| ((&g.source, g.vmid), (g.kind, &g.node));
            homes.extend(site.guests.iter().map(own));
            for store in &site.datastores {
                let list = store.writers.iter().map(|(source, _, ns)| (source, ns)).collect();
                writers.insert((&store.source, &store.name), list);
            }
        }
        Self { now: judged.taken, homes, writers }
    }

    /// The guests whose copies a group may hold: those of the sources that write there.
    fn owners(
        &self,
        (pbs, store): (&SourceName, &StoreName),
        ns: Option<&Namespace>,
        (kind, id): (BackupType, &str),
    ) -> Vec<(&'a SourceName, Vmid)> {
        let Ok(vmid) = id.parse::<Vmid>() else { return Vec::new() };
        let writers = self.writers.get(&(pbs, store)).map_or(&[][..], Vec::as_slice);
        let mut owners: Vec<_> = writers
            .iter()
            .filter(|(_, written)| ns.is_none_or(|ns| ns == *written))
            .map(|(source, _)| *source)
            .filter(|source| {
                let known = self.homes.get(&(*source, vmid));
                known.is_some_and(|(of, _)| of.backup_type() == kind)
            })
            .map(|source| (source, vmid))
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}

/// A vzdump that may have asked for a copy.
struct Dump<'a> {
    at: usize,
    start: Epoch,
    end: Epoch,
    node: &'a NodeName,
    only: Option<Vmid>,
}

/// What is found out about one of all.
#[derive(Clone, Copy, Default)]
struct Found<'a> {
    guest: Option<(&'a SourceName, Vmid)>,
    /// The vzdump it belongs to.
    dump: Option<usize>,
    /// The task of the same PBS that made it.
    maker: Option<usize>,
}

/// Puts everything in its place.
pub(super) fn fold<'a>(all: &mut [Raw<'a>], guests: &Guests<'a>) {
    let dumps = dumps(all, guests.now);
    let backups = backups(all);
    let mut found: Vec<Found<'a>> =
        all.iter().map(|raw| find(raw, guests, &dumps, &backups)).collect();
    carried(all, &mut found);
    for (at, found) in found.into_iter().enumerate() {
        let made = match (all.get(at).map(|raw| raw.what), found.maker) {
            (Some(What::Copy { snapshot, .. }), Some(maker)) => Some((maker, snapshot)),
            _ => None,
        };
        if let Some(raw) = all.get_mut(at) {
            raw.guest = found.guest;
            raw.within = found.dump;
            raw.is_told = made.is_some();
        }
        if let Some((maker, snapshot)) = made
            && let Some(maker) = all.get_mut(maker)
        {
            maker.made = Some(snapshot);
        }
    }
}

/// So many runs that a node began together are told as one.
const ROUND: usize = 3;

/// Good runs of replication jobs that one node began within the same minute are one story: where
/// every guest is replicated each quarter of an hour, nothing else would be seen.
pub(super) fn rounds(all: &mut Vec<Raw<'_>>, now: Epoch) {
    let mut together: std::collections::BTreeMap<_, Vec<usize>> = std::collections::BTreeMap::new();
    for (at, raw) in all.iter().enumerate() {
        if let What::Run { job, .. } = raw.what
            && let Some(node) = &job.source_node
            && raw.what.is_good_run(now)
        {
            together.entry((raw.source, node, raw.start.0.div_euclid(60))).or_default().push(at);
        }
    }
    for ((_, node, _), runs) in together {
        if runs.len() < ROUND {
            continue;
        }
        let found = || runs.iter().filter_map(|at| all.get(*at));
        let end = found().map(|raw| raw.ended(now)).max();
        let Some((end, first)) = end.zip(found().min_by_key(|raw| raw.start)) else { continue };
        let what = What::Round { node, end };
        let round = Raw { what, guest: None, made: None, within: None, is_told: false, ..*first };
        let place = all.len();
        all.push(round);
        for at in runs {
            if let Some(raw) = all.get_mut(at) {
                raw.within = Some(place);
            }
        }
    }
}

/// A copy that a sync job carried elsewhere keeps its group and its time: it belongs to the story
/// of the first.
fn carried<'a>(all: &[Raw<'a>], found: &mut [Found<'a>]) {
    let key = |raw: &Raw<'a>| match raw.what {
        What::Copy { group, snapshot, .. } => Some((group.kind, &*group.id, snapshot.time)),
        _ => None,
    };
    let mut first: HashMap<_, (usize, Found<'a>)> = HashMap::default();
    for (at, (raw, found)) in all.iter().zip(found.iter()).enumerate() {
        let is_first = found.maker.is_some() || found.guest.is_some();
        if let Some(key) = key(raw).filter(|_| is_first) {
            first.entry(key).or_insert((at, *found));
        }
    }
    for (raw, found) in all.iter().zip(found.iter_mut()) {
        let is_carried = found.maker.is_none() && found.guest.is_none();
        let Some((at, of)) = key(raw).filter(|_| is_carried).and_then(|key| first.get(&key)) else {
            continue;
        };
        // Within the vzdump, else within the task that made the first, else within that copy.
        *found = Found { guest: of.guest, dump: of.dump.or(of.maker).or(Some(*at)), maker: None };
    }
}

fn find<'a>(
    raw: &Raw<'a>,
    guests: &Guests<'a>,
    dumps: &HashMap<&SourceName, Vec<Dump<'a>>>,
    backups: &Backups<'_>,
) -> Found<'a> {
    match raw.what {
        What::Task { task, .. } if raw.product == Product::Pve => {
            let guest = guest_of(task).map(|vmid| (raw.source, vmid));
            Found { guest, ..Found::default() }
        }
        What::Run { job, .. } => {
            Found { guest: Some((&job.source, job.guest)), ..Found::default() }
        }
        What::Round { .. } => Found::default(),
        What::Task { task, .. } => {
            let group = task.id.as_deref().filter(|_| &*task.kind == "backup").and_then(group_of);
            let Some((store, kind, id)) = group else { return Found::default() };
            let owners = guests.owners((raw.source, &StoreName::from(store)), None, (kind, id));
            place(raw, &owners, dumps, guests)
        }
        What::Copy { store, ns, group, .. } => {
            let owners = guests.owners((raw.source, store), Some(ns), (group.kind, &group.id));
            let made = backups.get(&(raw.source, store.as_str(), group.kind, &*group.id));
            let near = |made: &Vec<(Epoch, usize)>| {
                let away = |at: &Epoch| at.since(raw.start).abs();
                let near = made.iter().filter(|(at, _)| away(at) <= SLACK);
                near.min_by_key(|(at, _)| away(at)).map(|(_, at)| *at)
            };
            Found { maker: made.and_then(near), ..place(raw, &owners, dumps, guests) }
        }
    }
}

/// Whose it is, and which vzdump it belongs to. Of two guests that may own it, it is the one
/// that was backed up at that moment.
fn place<'a>(
    raw: &Raw<'_>,
    owners: &[(&'a SourceName, Vmid)],
    dumps: &HashMap<&SourceName, Vec<Dump<'a>>>,
    guests: &Guests<'a>,
) -> Found<'a> {
    let at = raw.ours();
    let mut claims = owners.iter().filter_map(|owner| {
        let (source, vmid) = owner;
        let home = guests.homes.get(owner).map(|(_, node)| *node);
        let of_source = dumps.get(*source).map_or(&[][..], Vec::as_slice);
        // One for this guest alone, or one of many where it lives: what ran elsewhere at that
        // moment need not be what asked for it.
        let may = |d: &&Dump<'_>| {
            d.start.minus(SLACK) <= at
                && at <= d.end.plus(SLACK)
                && d.only.map_or_else(|| Some(d.node) == home, |only| only == *vmid)
        };
        let rank = |d: &&Dump<'_>| (d.only.is_none(), at.since(d.start).abs());
        let dump = of_source.iter().filter(may).min_by_key(rank)?;
        Some((*owner, dump.at))
    });
    let (first, second) = (claims.next(), claims.next());
    match (first, second, owners) {
        (Some((guest, dump)), None, _) => {
            Found { guest: Some(guest), dump: Some(dump), maker: None }
        }
        (None, _, [only]) => Found { guest: Some(*only), ..Found::default() },
        _ => Found::default(),
    }
}

fn dumps<'a>(all: &[Raw<'a>], now: Epoch) -> HashMap<&'a SourceName, Vec<Dump<'a>>> {
    let mut dumps: HashMap<&SourceName, Vec<Dump<'a>>> = HashMap::default();
    for (at, raw) in all.iter().enumerate() {
        let What::Task { task, .. } = raw.what else { continue };
        if raw.product == Product::Pve && &*task.kind == "vzdump" {
            dumps.entry(raw.source).or_default().push(Dump {
                at,
                start: raw.ours(),
                end: raw.ended(now),
                node: &task.node,
                only: guest_of(task),
            });
        }
    }
    dumps
}

/// The backup tasks of the PBSes by source, store and group: when each began, and its place.
type Backups<'a> = HashMap<(&'a SourceName, &'a str, BackupType, &'a str), Vec<(Epoch, usize)>>;

fn backups<'a>(all: &[Raw<'a>]) -> Backups<'a> {
    let mut backups: Backups<'a> = HashMap::default();
    for (at, raw) in all.iter().enumerate() {
        let What::Task { task, .. } = raw.what else { continue };
        let is_backup = raw.product == Product::Pbs && &*task.kind == "backup";
        let group = task.id.as_deref().filter(|_| is_backup).and_then(group_of);
        if let Some((store, kind, id)) = group {
            backups.entry((raw.source, store, kind, id)).or_default().push((raw.start, at));
        }
    }
    backups
}
