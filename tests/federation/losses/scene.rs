//! A federation in which things are killed, and brought back as if nothing had been.

use vigie::fleet::site::Fleet;
use vigie::judge::Judged;
use vigie::judge::rows::recovery::Room;
use vigie::simulate::Fault;
use vigie::simulate::fleet::{
    SimBackupJob, SimFleet, SimGuest, SimMove, SimNode, SimReplication, SimStorage,
};
use vigie::simulate::schedule::When;
use vigie::whatif::{Fate, How, Loss, NMinusOne, NodeLoss, WhatIf, n_minus_one, what_if};

use crate::bed::{Bed, LOOK, NOON, two_sites};

/// Seconds after which a cluster no longer says of a dead node's guests that they run, and HA has
/// long done what it does.
pub const FORGOTTEN: i64 = 300;

/// Seconds after which the load of a node is told as it is now: it is an average of ten minutes.
pub const SETTLED: i64 = 700;

/// Seconds in which every job of these fleets was due, and is over.
const A_DAY: i64 = 26 * 3600;

/// Three nodes with replicas at one another, and a guest whose disk is on storage that all of them
/// see; one guest of the first is under HA. No QDevice is needed: two of three are a majority.
pub fn three_nodes() -> SimFleet {
    let mut fleet = two_sites();
    let cluster = fleet.cluster_mut("pve").unwrap();
    cluster.nodes.push(SimNode::healthy("pve3", "10.0.0.3"));
    cluster.guests.push(SimGuest::qemu(300, "git", "pve3"));
    let mut nas = SimStorage::zfs();
    (nas.id, nas.plugin, nas.shared) = ("nas".to_owned(), "nfs".to_owned(), true);
    cluster.storages.push(nas);
    let mut wiki = SimGuest::lxc(301, "wiki", "pve3");
    "nas".clone_into(&mut wiki.volumes[0].storage);
    cluster.guests.push(wiki);
    cluster.replication = [(100, "pve2"), (101, "pve3"), (200, "pve3"), (201, "pve1")]
        .into_iter()
        .chain([(300, "pve1")])
        .map(|(vmid, target)| SimReplication::healthy(vmid, target))
        .collect();
    // HA finds its disks wherever it starts it.
    let third = SimReplication { jobnum: 1, ..SimReplication::healthy(100, "pve3") };
    cluster.replication.push(third);
    fleet
}

/// The host `alone` writes its guests to its own disk too, an hour later.
pub fn with_copies_at_home() -> SimFleet {
    let mut fleet = two_sites();
    let host = fleet.cluster_mut("alone").unwrap();
    host.backup_jobs.push(SimBackupJob::nightly("backup-local", "local", When::Daily(4, 0)));
    fleet
}

/// What was predicted, and what was known when it was.
pub struct Prediction {
    /// The fleet as it was judged.
    pub judged: Judged,
    /// What would follow.
    pub what: WhatIf,
    /// The same as one node's row of the N-1 table; none where it is not one node.
    pub loss: Option<NodeLoss>,
}

impl Prediction {
    /// Whether this job is predicted to fail.
    pub fn fails(&self, job: &str) -> bool {
        self.what.failing.iter().any(|failing| failing.job.to_string() == job)
    }

    /// The guests that HA starts elsewhere.
    pub fn by_ha(&self) -> impl Iterator<Item = &Fate> {
        self.what.guests.iter().filter(|fate| fate.how == How::Ha)
    }
}

/// The federation, and how it was when all was well.
pub struct Scene {
    /// The federation and what is known of it.
    pub bed: Bed,
    well: (SimFleet, Fleet, i64),
    judged: Judged,
    killed: Vec<(String, String)>,
    /// The numbers that restored guests got: source, old number, new number.
    pub restored: Vec<(String, u32, u32)>,
}

impl Scene {
    /// Starts it and looks.
    pub fn new(fleet: SimFleet) -> Self {
        let mut bed = Bed::new(fleet.clone());
        let judged = bed.look();
        let well = (fleet, bed.fleet.clone(), bed.clock.now());
        Self { bed, well, judged, killed: Vec::new(), restored: Vec::new() }
    }

    /// Every PVE node as described.
    pub fn nodes(&self) -> Vec<(String, String)> {
        let clusters = self.well.0.clusters().map(|(_, cluster)| cluster);
        let nodes = clusters.flat_map(|cluster| {
            cluster.nodes.iter().map(|node| (cluster.source.clone(), node.name.clone()))
        });
        nodes.collect()
    }

    /// The N-1 table of what is known now.
    pub fn n_minus_one(&self) -> NMinusOne {
        n_minus_one(&self.bed.fleet, &self.judged, self.judged.taken)
    }

    /// Predicts what would follow from these losses.
    pub fn predict(&mut self, lost: &[Loss]) -> Prediction {
        let judged = self.judged.clone();
        let what = what_if(&self.bed.fleet, &judged, lost, judged.taken);
        let loss = match lost {
            [Loss::Node(source, node)] => {
                let nodes = self.n_minus_one().nodes;
                nodes.into_iter().find(|loss| loss.source == *source && loss.node == *node)
            }
            _ => None,
        };
        Prediction { judged, what, loss }
    }

    /// Kills a node, or a PBS. It refuses connections instead of being silent: no test has the time
    /// to wait for what does not answer.
    pub fn kill(&mut self, source: &str, node: &str) {
        let handle = self.bed.source(source);
        handle.power_off(node);
        handle.clear_node(node);
        handle.set_node(node, &Fault::Down);
        self.killed.push((source.to_owned(), node.to_owned()));
    }

    /// Looks so many seconds later.
    pub fn look_after(&mut self, seconds: i64) -> Judged {
        self.bed.clock.advance(seconds);
        self.bed.look()
    }

    /// What a look shows that comes a day later; then it is not a day later any more.
    pub fn a_day_without_anybody(&mut self) -> Judged {
        let now = self.bed.clock.now();
        let known = self.bed.fleet.clone();
        let later = self.look_after(A_DAY);
        self.bed.fleet = known;
        self.bed.clock.set(now);
        later
    }

    /// Does what was predicted, as somebody with the runbook would, and looks.
    pub fn play(&mut self, prediction: &Prediction) -> Judged {
        for after in prediction.what.clusters.iter().filter(|after| after.needs_expected) {
            self.bed.source(after.source.as_str()).edit(|cluster| cluster.expected = Some(1));
        }
        let since = self.bed.clock.now() - (NOON + LOOK) + LOOK;
        for fate in &prediction.what.guests {
            let Some((target, node)) = fate.target.as_ref().filter(|_| comes_back(fate)) else {
                continue;
            };
            let (from, node) = (self.bed.source(fate.source.as_str()), node.as_str());
            match fate.how {
                // That happened by itself.
                How::Ha => {}
                _ if *target == fate.source => from.move_guest(fate.vmid, node),
                _ => {
                    // Its old description stays with the host that is dead.
                    let mut guest =
                        from.edit(|cluster| cluster.guest(fate.vmid).unwrap().clone()).unwrap();
                    let vmid = 9000 + u32::try_from(self.restored.len()).unwrap();
                    self.restored.push((fate.source.to_string(), fate.vmid, vmid));
                    guest.vmid = vmid;
                    node.clone_into(&mut guest.node);
                    guest.moved = Some(SimMove { since, from: None });
                    self.bed.source(target.as_str()).edit(|cluster| cluster.guests.push(guest));
                }
            }
        }
        self.look_after(SETTLED)
    }

    /// Everything is as it was before the kill.
    pub fn revive(&mut self) {
        for (source, node) in self.killed.drain(..) {
            self.bed.source(&source).clear_node(&node);
        }
        self.restored.clear();
        let (fleet, known, now) = &self.well;
        self.bed.federation.edit(|described| described.clone_from(fleet));
        self.bed.fleet = known.clone();
        self.bed.clock.set(*now);
    }
}

/// Whether a guest is predicted to come back, with room.
pub fn comes_back(fate: &Fate) -> bool {
    !matches!(fate.how, How::Gone | How::Unknown) && matches!(fate.room, Room::Fits | Room::Tight)
}
