//! What moving guests need of each resource, and whether there is enough of it.

use std::cmp::Reverse;

use super::moving::{Mover, Moving};
use super::packing::{Packed, Sizes, Steps, pack};
use super::placing::{Placed, Placing};
use super::{Cpus, Resource};
use crate::fleet::id::GuestKind;
use crate::judge::recovery::ledger::{Ledger, Load};
use crate::judge::rows::recovery::Room;
use crate::whatif::stage::Known;

impl Moving<'_, '_> {
    /// One count of memory, for itself.
    pub(super) fn memory(
        &self,
        need: impl Fn(&Load) -> Option<u64>,
        have: impl Fn(usize) -> Option<u64>,
    ) -> Resource {
        let needs: Vec<Option<u64>> = self.movers.iter().map(|mover| need(&mover.load)).collect();
        let told = |at: &usize| if self.is_online(*at) { have(*at) } else { None };
        let haves: Vec<Option<u64>> =
            self.onto.iter().map(|at| if self.is_off(*at) { Some(0) } else { told(at) }).collect();
        Resource {
            need: total(&needs),
            have: total(&haves),
            fits: packed(&needs, &haves, self.steps),
        }
    }

    /// The disks, for themselves.
    pub(super) fn disk(&self) -> Resource {
        let yard = &self.stage.yard;
        let is_home = |mover: &Mover<'_>| {
            let sources = self.onto.iter().filter_map(|at| yard.room(*at)).map(|room| &room.source);
            sources.clone().any(|source| source == mover.known.source.name())
        };
        let needs = self.movers.iter().map(|m| if is_home(m) { m.home } else { m.away });
        let need = total(&needs.collect::<Vec<_>>());
        let placing = Placing {
            yard,
            onto: self.onto,
            load: |thing: usize, at: usize| Load {
                memory: Some(0),
                used: 0,
                ..self.load_of(thing, at)
            },
            by_disk: true,
        };
        let have = yard.disk_of(self.onto);
        let fits = match placing.place(&Ledger::new(yard), self.movers.len(), self.steps) {
            Placed::Found(room, _) => room,
            Placed::NotFound => Room::Unknown,
            Placed::Impossible => Room::Full,
        };
        Resource { need, have, fits }
    }

    /// CPUs promised, and threads: of all together, and of each node with the guests that the
    /// ledger puts there.
    pub(super) fn cpus(&self, ledger: &Ledger) -> Cpus {
        let yard = &self.stage.yard;
        let given = |at: &usize| {
            let (there, came) = (yard.room(*at)?.cpus?, ledger.cpus(*at)?);
            Some((there + came, self.node_cpu(*at)?.0))
        };
        let hosts: Option<Vec<(f64, f64)>> = self.onto.iter().map(given).collect();
        let there = self.onto.iter().map(|at| yard.room(*at)?.cpus);
        let carried = || self.movers.iter().filter(|mover| runs(&mover.known));
        let promised = there.chain(carried().map(|mover| mover.load.cpus)).sum::<Option<f64>>();
        let threads = self.onto.iter().map(|at| self.node_cpu(*at).map(|(cpus, _)| cpus));
        let threads: Option<Vec<f64>> = threads.collect();
        let loads = self.onto.iter().map(|at| self.node_cpu(*at).map(|(cpus, load)| cpus * load));
        let moved = carried().map(|mover| {
            let guest = mover.known.guest?;
            Some(guest.cpu? * guest.cpus?)
        });
        let load = loads.chain(moved).sum::<Option<f64>>().filter(|load| load.is_finite());
        let need = promised.filter(|need| need.is_finite());
        let have = threads.as_ref().map(|all| all.iter().sum::<f64>()).filter(|n| n.is_finite());
        let most = threads.and_then(|all| all.into_iter().reduce(f64::max));
        // PVE starts no VM with more CPUs than its node has threads.
        let is_too_wide = |mover: &Mover<'_>| {
            let cpus = mover.load.cpus.filter(|_| mover.load.kind == Some(GuestKind::Qemu));
            cpus.zip(most).is_some_and(|(cpus, most)| cpus > most)
        };
        let fits = match (hosts, have, load) {
            _ if carried().any(is_too_wide) => Room::Full,
            (_, Some(have), Some(load)) if load > have => Room::Full,
            (Some(hosts), Some(_), _) if hosts.iter().all(|(given, have)| given <= have) => {
                Room::Fits
            }
            (Some(_), Some(_), Some(_)) => Room::Tight,
            _ => Room::Unknown,
        };
        let ratio = need.zip(have).filter(|(_, have)| *have > 0.0).map(|(need, have)| need / have);
        Cpus { need, have, ratio, fits }
    }

    /// Threads of a node, and its load 0..=1.
    fn node_cpu(&self, at: usize) -> Option<(f64, f64)> {
        let room = self.stage.yard.room(at)?;
        if self.is_off(at) {
            return Some((0.0, 0.0));
        }
        if !self.is_online(at) {
            return None;
        }
        let source = self.stage.ctx.source(&room.source).filter(|source| source.is_fresh())?;
        let node = source.pve()?.resources.live(source.now)?.node(&room.node)?;
        Some((node.cpus?, node.cpu?))
    }
}

fn runs(known: &Known<'_>) -> bool {
    known.guest.is_none_or(|guest| &*guest.state != "stopped" && !guest.template)
}

fn total(all: &[Option<u64>]) -> Option<u64> {
    all.iter().try_fold(0_u64, |sum, one| Some(sum.saturating_add((*one)?)))
}

/// Whether all of these find room in those.
fn packed(needs: &[Option<u64>], haves: &[Option<u64>], steps: &Steps) -> Room {
    let Some(mut needs) = needs.iter().copied().collect::<Option<Vec<u64>>>() else {
        return Room::Unknown;
    };
    needs.retain(|need| *need > 0);
    needs.sort_by_key(|need| Reverse(*need));
    let is_told = haves.iter().all(Option::is_some);
    let order: Vec<usize> = (0..needs.len()).collect();
    let mut bins = Sizes::new(&needs, haves.iter().flatten().copied().collect());
    let found = if bins.is_too_much() {
        Packed::Impossible
    } else {
        pack(&mut bins, &order, &order, steps)
    };
    match found {
        Packed::Found(_) => Room::Fits,
        Packed::Impossible if is_told => Room::Full,
        Packed::Impossible | Packed::NotFound => Room::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Steps, packed};
    use crate::judge::rows::recovery::Room;

    #[test]
    fn what_is_needed_is_packed_not_summed() {
        type Case = (&'static [u64], &'static [Option<u64>], Room);
        let steps = Steps::new(Steps::PLAN);
        let table: [Case; 7] = [
            (&[], &[], Room::Fits),
            (&[4, 4], &[Some(4), Some(4)], Room::Fits),
            (&[5, 2], &[Some(4), Some(4)], Room::Full),
            (&[3, 3, 2], &[Some(5), Some(3)], Room::Fits),
            // Not found by the largest first, each where most is left.
            (&[5, 5, 4, 4], &[Some(10), Some(8)], Room::Fits),
            (&[3], &[None, Some(2)], Room::Unknown),
            (&[3], &[None, Some(3)], Room::Fits),
        ];
        for (needs, haves, expected) in table {
            let needs: Vec<_> = needs.iter().copied().map(Some).collect();
            assert_eq!(packed(&needs, haves, &steps), expected, "{haves:?}");
        }
        assert_eq!(packed(&[None], &[Some(9)], &steps), Room::Unknown);
    }
}
