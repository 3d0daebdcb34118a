//! What is judged of one source at a time, by as many threads as a large fleet is worth.

use std::num::NonZero;
use std::thread;

use super::backup::{self, Shelves};
use super::context::{Context, SourceContext};
use super::except::Exceptions;
use super::findings::Findings;
use super::mapping::Mapping;
use super::problem::Problem;
use super::raised::{self, Order, Raised};
use super::rows::{BackupJobRow, DatastoreRow, GroupRow, GuestRow, NodeRow, SourceRow, StorageRow};
use super::{cluster, datastore, guest, node, orphan, recovery, replication, source, storage};

/// Below so many guests another thread costs more than it saves.
const GUESTS_PER_LANE: usize = 1000;

/// Everything said of one source.
#[derive(Debug, PartialEq)]
pub(super) struct OfSource {
    pub(super) row: SourceRow,
    pub(super) nodes: Vec<NodeRow>,
    pub(super) guests: Vec<GuestRow>,
    pub(super) storages: Vec<StorageRow>,
    pub(super) datastores: Vec<DatastoreRow>,
    pub(super) backup_jobs: Vec<BackupJobRow>,
    pub(super) groups: Vec<GroupRow>,
}

/// What one thread says: its sources in order, and all that was raised there.
type Lane = (Vec<OfSource>, Raised);

/// The same of all threads.
type Lanes = (Vec<OfSource>, Vec<Raised>);

/// Judges every source, in the order of the context. What a source is said to be does not depend
/// on how many threads there are.
pub(super) fn judge(ctx: &Context<'_>, mapping: &Mapping, order: &Order) -> Lanes {
    let all: usize = ctx.sources.iter().map(|s| s.guests().len()).sum();
    judge_in(cores().min(all / GUESTS_PER_LANE).max(1), ctx, mapping, order)
}

fn judge_in(threads: usize, ctx: &Context<'_>, mapping: &Mapping, order: &Order) -> Lanes {
    let (shelves, stage) =
        &both(threads > 1, || Shelves::new(ctx, mapping), || recovery::Stage::new(ctx, mapping));
    let lane = move |sources: &[SourceContext<'_>]| -> Lane {
        let mut findings = Findings::new(Exceptions::new(ctx.fleet, ctx.now));
        let of = |s| of_source(stage, s, mapping, shelves, &mut findings);
        let said = sources.iter().map(of).collect();
        (said, Raised::new(order, findings.into_all()))
    };
    let lanes = split(&ctx.sources, threads);
    let Some((own, others)) = lanes.split_first() else { return Lanes::default() };
    thread::scope(|scope| {
        let others: Vec<_> = others.iter().map(|l| (*l, scope.spawn(move || lane(l)))).collect();
        let (said, raised) = lane(own);
        let mut said = (said, vec![raised]);
        for (sources, other) in others {
            // A thread that fell fell over its sources: so does this one, where it is seen.
            let (rows, raised) = other.join().unwrap_or_else(|_| lane(sources));
            said.0.extend(rows);
            said.1.push(raised);
        }
        said
    })
}

/// Below so many problems another thread costs more than it saves.
const PROBLEMS_PER_LANE: usize = 1000;

/// Lays together what was raised on another thread while this one does the rest, where that is
/// worth it.
pub(super) fn beside(lanes: Vec<Raised>, rest: impl FnOnce()) -> (Vec<Problem>, Vec<Problem>) {
    let problems: usize = lanes.iter().map(Raised::len).sum();
    let is_worth_it = problems >= PROBLEMS_PER_LANE && cores() > 1;
    both(is_worth_it, || raised::together(lanes), rest).0
}

/// Does the one and the other, at once where that is worth it: the first on another thread.
fn both<A: Send, B>(
    at_once: bool,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if !at_once {
        return (one(), other());
    }
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        // What fell there falls here.
        (one.join().unwrap_or_else(|fallen| std::panic::resume_unwind(fallen)), other)
    })
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Cuts the sources into so many pieces, each with about as many guests as another.
fn split<'s, 'a>(sources: &'s [SourceContext<'a>], pieces: usize) -> Vec<&'s [SourceContext<'a>]> {
    // A source costs something without guests too.
    let weight = |source: &SourceContext<'_>| source.guests().len() + 1;
    let mut left: usize = sources.iter().map(weight).sum();
    let mut rest = sources;
    let mut cut = Vec::with_capacity(pieces);
    for piece in (1..=pieces).rev() {
        let share = left.div_ceil(piece);
        let mut taken = 0;
        let end = rest.iter().position(|source| {
            let full = taken >= share;
            taken += if full { 0 } else { weight(source) };
            full
        });
        let (head, tail) = rest.split_at(end.filter(|_| piece > 1).unwrap_or(rest.len()));
        left -= head.iter().map(weight).sum::<usize>();
        cut.push(head);
        rest = tail;
    }
    cut
}

fn of_source(
    stage: &recovery::Stage<'_>,
    source: &SourceContext<'_>,
    mapping: &Mapping,
    shelves: &Shelves<'_>,
    findings: &mut Findings<'_>,
) -> OfSource {
    let ctx = stage.ctx;
    let (copies, backup_jobs) = backup::judge(ctx, source, mapping, shelves, findings);
    let groups = orphan::judge(ctx, source, mapping, shelves, findings);
    let replicas = replication::judge(source, findings);
    let recoveries = recovery::judge(stage, source, &copies, &replicas, findings);
    let datastores = datastore::judge(source, mapping, findings);
    // The source comes after what explains its failed parts.
    let row = source::judge(source, findings);
    cluster::judge(source, findings);
    let nodes = node::judge(source, findings);
    let storages = storage::judge(source, mapping, findings);
    let guests = guest::judge(source, (copies, replicas, recoveries), findings);
    OfSource { row, nodes, guests, storages, datastores, backup_jobs, groups }
}

#[cfg(test)]
mod tests {
    use super::{Order, judge_in, raised, split};
    use crate::fleet::time::Epoch;
    use crate::judge::context::Context;
    use crate::judge::mapping::Mapping;
    use crate::judge::sample::{NOW, change, edit_pve, healthy};

    #[test]
    fn what_is_said_does_not_depend_on_the_number_of_threads() {
        let mut fleet = healthy();
        edit_pve(&mut fleet, "fi", |p| change(&mut p.backup_jobs, |j| j[0].storage = None));
        edit_pve(&mut fleet, "fi", |p| change(&mut p.replication, Vec::clear));
        // Long after, so that much is late.
        let ctx = Context::new(&fleet, NOW.plus(400_000));
        let mapping = Mapping::new(&ctx);
        let order = Order::new(&fleet);
        let by = |threads| {
            let (said, raised) = judge_in(threads, &ctx, &mapping, &order);
            (said, raised::together(raised))
        };
        let alone = by(1);
        assert!(!alone.1.0.is_empty(), "nothing was raised");
        for threads in 2..5 {
            assert_eq!(by(threads), alone, "{threads}");
        }
    }

    #[test]
    fn every_source_is_in_one_piece_and_in_order() {
        let fleet = healthy();
        let ctx = Context::new(&fleet, NOW);
        let names = |sources: &[crate::judge::context::SourceContext<'_>]| {
            sources.iter().map(|s| s.name().to_string()).collect::<Vec<_>>()
        };
        for pieces in 1..6 {
            let cut = split(&ctx.sources, pieces);
            assert_eq!(cut.len(), pieces);
            let all: Vec<String> = cut.iter().flat_map(|c| names(c)).collect();
            assert_eq!(all, names(&ctx.sources), "{pieces}");
        }
        let mut nothing = fleet.clone();
        nothing.sites.clear();
        assert_eq!(split(&Context::new(&nothing, Epoch(0)).sources, 2).len(), 2);
    }
}
