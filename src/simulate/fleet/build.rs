//! Short ways to describe the usual.

use super::super::schedule::When;
use super::{
    SimBackupJob, SimCluster, SimDatastore, SimDisk, SimGuest, SimKind, SimNode, SimPbs,
    SimPbsEntry, SimPool, SimReplication, SimSelection, SimStorage, SimStoreJob, SimVersion,
    SimVolume,
};

const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;

impl SimNode {
    /// A healthy node with a ZFS pool and two disks.
    pub fn healthy(name: &str, ip: &str) -> Self {
        Self {
            name: name.to_owned(),
            ip: ip.to_owned(),
            cpus: 16,
            memory: 64 * GIB,
            root: 100 * GIB,
            load: 0.18,
            memory_used: None,
            swap_used: None,
            iowait: None,
            root_used: None,
            version: None,
            booted: 31 * 86_400,
            offline_since: None,
            statd_stale_since: None,
            idle_since: None,
            cut_off_since: None,
            fenced_since: None,
            lrm_dead_since: None,
            bridges: vec!["vmbr0".to_owned()],
            stopped: Vec::new(),
            pools: vec![SimPool::healthy("rpool", 2 * TIB)],
            disks: vec![SimDisk::healthy("/dev/nvme0n1"), SimDisk::healthy("/dev/nvme1n1")],
            certificate_days: 500,
            custom_certificate: false,
            updates: Vec::new(),
            subscribed: true,
        }
    }
}

impl SimPool {
    /// A pool 45 % full.
    pub fn healthy(name: &str, size: u64) -> Self {
        let alloc = size / 100 * 45;
        Self { name: name.to_owned(), size, alloc, frag: 11, health: "ONLINE".to_owned() }
    }
}

impl SimDisk {
    /// An NVMe disk in good health.
    pub fn healthy(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            model: "SAMSUNG MZVL22T0HBLB-00B00".to_owned(),
            kind: "nvme".to_owned(),
            size: 2 * TIB,
            health: "PASSED".to_owned(),
            wearout: Some(93),
        }
    }
}

impl SimGuest {
    /// A running virtual machine with one disk on `local-zfs`.
    pub fn qemu(vmid: u32, name: &str, node: &str) -> Self {
        Self::new(SimKind::Qemu, vmid, name, node)
    }

    /// A running container on `local-zfs`.
    pub fn lxc(vmid: u32, name: &str, node: &str) -> Self {
        Self::new(SimKind::Lxc, vmid, name, node)
    }

    fn new(kind: SimKind, vmid: u32, name: &str, node: &str) -> Self {
        let (key, gib, cpus, memory) = match kind {
            SimKind::Qemu => ("scsi0", 32, 4, 4 * GIB),
            SimKind::Lxc => ("rootfs", 8, 2, GIB),
        };
        Self {
            vmid,
            kind,
            name: name.to_owned(),
            node: node.to_owned(),
            moved: None,
            status: "running".to_owned(),
            waits: false,
            cpus,
            memory,
            bridge: "vmbr0".to_owned(),
            volumes: vec![SimVolume::new(key, "local-zfs", gib)],
            template: false,
            tags: Vec::new(),
            pool: None,
            lock: None,
            age_days: 400,
            onboot: true,
            backup_fails: None,
            verify_fails: None,
            verify_skips: None,
            notes: None,
        }
    }

    /// With one more volume.
    #[must_use]
    pub fn with(mut self, volume: SimVolume) -> Self {
        self.volumes.push(volume);
        self
    }

    /// With these tags.
    #[must_use]
    pub fn tagged(mut self, tags: &[&str]) -> Self {
        self.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self
    }

    /// Stopped, and not started at boot.
    #[must_use]
    pub fn stopped(mut self) -> Self {
        "stopped".clone_into(&mut self.status);
        self.onboot = false;
        self
    }
}

impl SimVolume {
    /// A volume without flags.
    pub fn new(key: &str, storage: &str, gib: u64) -> Self {
        let (key, storage) = (key.to_owned(), storage.to_owned());
        Self { key, storage, gib, backup: None, replicate: None }
    }
}

impl SimStorage {
    fn new(id: &str, plugin: &str, content: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            plugin: plugin.to_owned(),
            content: content.iter().map(|word| (*word).to_owned()).collect(),
            shared: false,
            nodes: Vec::new(),
            disabled: false,
            available: true,
            total: 100 * GIB,
            used: 21 * GIB,
            pbs: None,
        }
    }

    /// The directory every installation has.
    pub fn local() -> Self {
        Self::new("local", "dir", &["iso", "vztmpl", "backup"])
    }

    /// The ZFS pool of the installer.
    pub fn zfs() -> Self {
        let storage = Self::new("local-zfs", "zfspool", &["images", "rootdir"]);
        Self { total: 2 * TIB, used: TIB / 100 * 90, ..storage }
    }

    /// A PBS entry.
    pub fn pbs(id: &str, entry: SimPbsEntry) -> Self {
        let storage = Self::new(id, "pbs", &["backup"]);
        Self { shared: true, pbs: Some(entry), ..storage }
    }
}

impl SimReplication {
    /// A healthy job of the default schedule.
    pub fn healthy(guest: u32, target: &str) -> Self {
        Self {
            guest,
            jobnum: 0,
            target: target.to_owned(),
            schedule: None,
            delay: 2 + i64::from(guest % 40),
            duration: 4,
            rate: None,
            comment: None,
            disabled: false,
            fails: None,
            made: 300 * 86_400,
        }
    }
}

impl SimBackupJob {
    /// A nightly job of all guests.
    pub fn nightly(id: &str, storage: &str, schedule: When) -> Self {
        Self {
            id: id.to_owned(),
            schedule,
            storage: storage.to_owned(),
            takes: SimSelection::All(Vec::new()),
            node: None,
            enabled: true,
            comment: None,
            keep_days: 14,
            fails: None,
        }
    }
}

impl SimCluster {
    /// A healthy cluster without guests: local storages, a PBS entry `pbs-home` and a nightly
    /// job that writes there. One node makes a standalone host.
    pub fn healthy(
        source: &str,
        version: SimVersion,
        nodes: Vec<SimNode>,
        entry: Option<SimPbsEntry>,
        nightly: When,
    ) -> Self {
        let clustered = nodes.len() > 1;
        let mut storages = vec![SimStorage::local(), SimStorage::zfs()];
        let mut backup_jobs = Vec::new();
        if let Some(entry) = entry {
            storages.push(SimStorage::pbs("pbs-home", entry));
            backup_jobs.push(SimBackupJob::nightly("backup-nightly", "pbs-home", nightly));
        }
        Self {
            source: source.to_owned(),
            cluster_name: clustered.then(|| source.to_owned()),
            version,
            timezone: "Europe/Paris".to_owned(),
            quorate: true,
            qdevice: false,
            expected: None,
            skew: 0,
            nodes,
            guests: Vec::new(),
            storages,
            replication: Vec::new(),
            backup_jobs,
            pools: Vec::new(),
            ha: Vec::new(),
            ha_rules: Vec::new(),
            ha_master_dead_since: None,
            tasks: Vec::new(),
        }
    }
}

impl SimDatastore {
    /// A healthy datastore with daily garbage collection.
    pub fn healthy(name: &str, total: u64, used: u64, namespaces: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            path: format!("/mnt/datastore/{name}"),
            comment: None,
            total,
            used,
            full_in_days: None,
            maintenance: None,
            mount: "nonremovable".to_owned(),
            vanished: false,
            broken: false,
            namespaces: namespaces.iter().map(|ns| (*ns).to_owned()).collect(),
            gc: Some(When::Daily(5, 30)),
            gc_status: "OK".to_owned(),
            still_bad: 0,
            verify_new: true,
            groups: Vec::new(),
            removed: Vec::new(),
        }
    }
}

impl SimStoreJob {
    /// A job of a datastore that ended well.
    pub fn healthy(id: &str, store: &str, schedule: When) -> Self {
        Self {
            id: id.to_owned(),
            store: store.to_owned(),
            namespace: None,
            schedule: Some(schedule),
            comment: None,
            disabled: false,
            status: "OK".to_owned(),
            missed_since: None,
            keep_daily: 14,
        }
    }
}

impl SimPbs {
    /// A healthy server with these datastores, a verify and a prune job for each.
    pub fn healthy(source: &str, version: SimVersion, datastores: Vec<SimDatastore>) -> Self {
        let jobs = |kind: &str, when: When| -> Vec<SimStoreJob> {
            let job = |store: &SimDatastore| {
                SimStoreJob::healthy(&format!("{kind}-{}", store.name), &store.name, when)
            };
            datastores.iter().map(job).collect()
        };
        Self {
            source: source.to_owned(),
            node: source.to_owned(),
            version,
            timezone: "Europe/Paris".to_owned(),
            skew: 0,
            offline_since: None,
            cpus: 8,
            memory: 32 * GIB,
            root: 64 * GIB,
            booted: 44 * 86_400,
            stopped: Vec::new(),
            verify_jobs: jobs("v", When::Daily(4, 30)),
            prune_jobs: if version.at_least(2, 2) {
                jobs("p", When::Daily(5, 0))
            } else {
                Vec::new()
            },
            sync_jobs: Vec::new(),
            remotes: Vec::new(),
            pools: vec![SimPool::healthy("tank", 8 * TIB)],
            disks: vec![SimDisk::healthy("/dev/sda"), SimDisk::healthy("/dev/sdb")],
            updates: Vec::new(),
            datastores,
        }
    }
}
