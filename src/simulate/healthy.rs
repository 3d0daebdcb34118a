//! Small fleets without any fault, in the shape of a version; and big ones for measuring.

use super::fleet::{
    SimCluster, SimDatastore, SimFleet, SimGuest, SimHa, SimNode, SimPbs, SimPbsEntry,
    SimReplication, SimSite, SimVersion,
};
use super::schedule::When;

const TIB: u64 = 1 << 40;

/// A PBS entry for one cluster: its own namespace, its own user.
pub(super) fn entry(pbs: &str, store: &str, namespace: &str, user: &str) -> SimPbsEntry {
    SimPbsEntry {
        source: pbs.to_owned(),
        datastore: store.to_owned(),
        namespace: namespace.to_owned(),
        username: format!("{user}@pbs!pve"),
        key: None,
    }
}

impl SimFleet {
    /// A two-node cluster `pve` with four guests, replication both ways and a nightly backup to
    /// a PBS `pbs`: nothing is wrong with them. Versions older than PBS 2.2 have no namespaces.
    pub fn healthy(pve: SimVersion, pbs: SimVersion) -> Self {
        let namespaces: &[&str] = if pbs.at_least(2, 2) { &["pve"] } else { &[] };
        let namespace = namespaces.first().copied().unwrap_or_default();
        let nodes =
            vec![SimNode::healthy("pve1", "10.0.0.1"), SimNode::healthy("pve2", "10.0.0.2")];
        let entry = entry("pbs", "main", namespace, "pve");
        let mut cluster = SimCluster::healthy("pve", pve, nodes, Some(entry), When::Daily(2, 30));
        cluster.guests = vec![
            SimGuest::qemu(100, "web", "pve1").tagged(&["prod", "web"]),
            SimGuest::lxc(101, "dns", "pve1"),
            SimGuest::qemu(200, "db", "pve2").tagged(&["prod"]),
            SimGuest::lxc(201, "proxy", "pve2"),
        ];
        cluster.replication = vec![
            SimReplication::healthy(100, "pve2"),
            SimReplication::healthy(101, "pve2"),
            SimReplication::healthy(200, "pve1"),
            SimReplication::healthy(201, "pve1"),
        ];
        cluster.ha =
            vec![SimHa { vmid: 100, state: "started".to_owned(), request: "started".to_owned() }];
        let store = SimDatastore::healthy("main", 4 * TIB, 2 * TIB, namespaces);
        let site =
            SimSite { name: "healthy".to_owned(), clusters: vec![cluster], ..SimSite::default() };
        // Copies at another site, or a fire takes all.
        let vault = SimSite {
            name: "vault".to_owned(),
            backup_servers: vec![SimPbs::healthy("pbs", pbs, vec![store])],
            ..SimSite::default()
        };
        Self { sites: vec![site, vault], ..Self::default() }
    }

    /// `sites` two-node clusters with so many guests each, all writing to one PBS, which keeps
    /// so many snapshots of each guest. Nothing is wrong with them.
    pub fn scaled(sites: u32, guests_per_site: u32, snapshots_per_guest: u32) -> Self {
        let names: Vec<String> = (0..sites).map(|at| format!("site{at}")).collect();
        let spaces: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut fleet = Self::default();
        for name in &names {
            let nodes = [1, 2].map(|at| {
                let mut node = SimNode::healthy(&format!("{name}-n{at}"), &format!("10.0.0.{at}"));
                node.cpus = 128;
                // Each could take all guests of both.
                node.memory = 8 * TIB;
                node
            });
            let homes = nodes.clone().map(|node| node.name);
            let entry = entry("pbs", "main", name, name);
            let mut cluster = SimCluster::healthy(
                name,
                SimVersion(9, 1, 7),
                nodes.to_vec(),
                Some(entry),
                When::Daily(1, 0),
            );
            for job in &mut cluster.backup_jobs {
                job.keep_days = i64::from(snapshots_per_guest);
            }
            let [first, second] = &homes;
            for at in 0..guests_per_site {
                let (home, other) = if at % 2 == 0 { (first, second) } else { (second, first) };
                let vmid = 100 + at;
                let title = format!("{name}-guest-{at}");
                cluster.guests.push(if at % 3 == 0 {
                    SimGuest::lxc(vmid, &title, home)
                } else {
                    SimGuest::qemu(vmid, &title, home)
                });
                cluster.replication.push(SimReplication::healthy(vmid, other));
            }
            fleet.sites.push(SimSite {
                name: name.clone(),
                clusters: vec![cluster],
                ..SimSite::default()
            });
        }
        let store = SimDatastore::healthy("main", 400 * TIB, 150 * TIB, &spaces);
        fleet.sites.push(SimSite {
            name: "backup".to_owned(),
            backup_servers: vec![SimPbs::healthy("pbs", SimVersion(4, 2, 3), vec![store])],
            ..SimSite::default()
        });
        fleet
    }
}
