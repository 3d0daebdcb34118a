//! What moving guests need of each resource, and whether there is enough of it.

use std::cmp::Reverse;

use super::moving::{Mover, Moving, guests_of};
use super::{Cpus, Resource};
use crate::judge::recovery::yard::{Ledger, Load};
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
        Resource { need: total(&needs), have: total(&haves), fits: pack(needs, haves) }
    }

    /// The disks, for themselves: the largest first, where most is free.
    pub(super) fn disk(&self) -> Resource {
        let yard = &self.stage.yard;
        let mut ledger = Ledger::new(yard);
        let mut movers: Vec<&Mover<'_>> = self.movers.iter().collect();
        movers.sort_by_key(|mover| Reverse(mover.away));
        let is_home = |mover: &Mover<'_>| {
            let sources = self.onto.iter().filter_map(|at| yard.room(*at)).map(|room| &room.source);
            sources.clone().any(|source| source == mover.known.source.name())
        };
        let needs = movers.iter().map(|m| if is_home(m) { m.home } else { m.away });
        let need = total(&needs.collect::<Vec<_>>());
        let mut fits = Room::Fits;
        for mover in movers {
            let load = |at: usize| Load { memory: Some(0), used: 0, ..self.load(mover, at) };
            let here = self.onto.iter().filter(|at| !self.is_off(**at));
            let best = here
                .map(|at| (*at, yard.disk(&ledger, *at, load(*at))))
                .min_by_key(|(at, room)| (*room, Reverse(yard.disk_left(&ledger, *at))));
            if let Some((at, _)) = best {
                ledger.put(yard, at, load(at));
            }
            let told = |at| if self.is_online(at) { Room::Fits } else { Room::Unknown };
            fits = fits.max(best.map_or(Room::Full, |(at, room)| room.max(told(at))));
        }
        Resource { need, have: yard.disk_of(self.onto), fits }
    }

    /// CPUs promised, and threads.
    pub(super) fn cpus(&self) -> Cpus {
        let there = self.onto.iter().flat_map(|at| guests_of(self.stage, *at));
        let guests = there.chain(self.movers.iter().map(|mover| mover.known));
        let running: Vec<Known<'_>> = guests.filter(|known| runs(known)).collect();
        let promised = running.iter().map(|known| {
            let configured = known.config.and_then(|config| config.cpus).map(f64::from);
            configured.or(known.guest.and_then(|guest| guest.cpus))
        });
        let threads = self.onto.iter().map(|at| self.node_cpu(*at).map(|(cpus, _)| cpus));
        let loads = self.onto.iter().map(|at| self.node_cpu(*at).map(|(cpus, load)| cpus * load));
        let carried = self.movers.iter().map(|mover| &mover.known).filter(|known| runs(known));
        let carried = carried.map(|known| {
            let guest = known.guest?;
            Some(guest.cpu? * guest.cpus?)
        });
        let load = loads.chain(carried).sum::<Option<f64>>();
        let (need, have) = (promised.sum::<Option<f64>>(), threads.sum::<Option<f64>>());
        let (need, have) = (need.filter(|n| n.is_finite()), have.filter(|n| n.is_finite()));
        let fits = match (need, have, load.filter(|load| load.is_finite())) {
            (Some(need), Some(have), _) if need <= have => Room::Fits,
            (Some(_), Some(have), Some(load)) if load <= have => Room::Tight,
            (Some(_), Some(_), Some(_)) => Room::Full,
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

/// Whether all of these find room in those, the largest first, each where most is left.
fn pack(mut needs: Vec<Option<u64>>, mut left: Vec<Option<u64>>) -> Room {
    if needs.iter().any(Option::is_none) {
        return Room::Unknown;
    }
    needs.sort_by_key(|need| Reverse(*need));
    let is_told = left.iter().all(Option::is_some);
    for need in needs.into_iter().flatten().filter(|need| *need > 0) {
        match left.iter_mut().flatten().max() {
            Some(most) if *most >= need => *most -= need,
            _ if is_told => return Room::Full,
            _ => return Room::Unknown,
        }
    }
    Room::Fits
}

#[cfg(test)]
mod tests {
    use super::pack;
    use crate::judge::rows::recovery::Room;

    #[test]
    fn what_is_needed_is_packed_not_summed() {
        type Case = (&'static [u64], &'static [Option<u64>], Room);
        let table: [Case; 6] = [
            (&[], &[], Room::Fits),
            (&[4, 4], &[Some(4), Some(4)], Room::Fits),
            (&[5, 2], &[Some(4), Some(4)], Room::Full),
            (&[3, 3, 2], &[Some(5), Some(3)], Room::Fits),
            (&[3], &[None, Some(2)], Room::Unknown),
            (&[3], &[None, Some(3)], Room::Fits),
        ];
        for (needs, haves, expected) in table {
            let needs = needs.iter().copied().map(Some).collect();
            assert_eq!(pack(needs, haves.to_vec()), expected, "{haves:?}");
        }
        assert_eq!(pack(vec![None], vec![Some(9)]), Room::Unknown);
    }
}
