//! The fleet of the demo: five places, and a few things wrong from the first second.

use super::fleet::{
    SimCluster, SimDatastore, SimFleet, SimGroup, SimGuest, SimHa, SimNode, SimObjective, SimPbs,
    SimPbsEntry, SimReplication, SimSelection, SimSite, SimSyncJob, SimTask, SimVersion, SimVolume,
    Window,
};
use super::healthy::entry;
use super::schedule::When;

const TIB: u64 = 1 << 40;
const GIB: u64 = 1 << 30;

impl SimFleet {
    /// What `vigie --demo` and `vigie simulate` show.
    pub fn demo() -> Self {
        let wanted = |which: &str| SimObjective {
            guests: vec![which.to_owned()],
            ..SimObjective::default()
        };
        Self {
            sites: vec![helsinki(), orizom(), refractaire(), atelier(), home()],
            objectives: vec![
                SimObjective { recovery_point: Some("8h".to_owned()), ..wanted("tag:prod") },
                SimObjective { rehearse_every: Some("365d".to_owned()), ..wanted("pool:prod") },
            ],
        }
    }
}

fn place(name: &str, place: &str, contact: &str) -> SimSite {
    SimSite {
        name: name.to_owned(),
        place: Some(place.to_owned()),
        contact: Some(contact.to_owned()),
        ..SimSite::default()
    }
}

fn to_home(namespace: &str, user: &str) -> SimPbsEntry {
    entry("pbs", "main", namespace, user)
}

/// Two nodes that replicate to each other. One replication fails for want of space, one guest
/// is in no job, one disk is left out of the backups.
fn helsinki() -> SimSite {
    let mut nodes =
        vec![SimNode::healthy("fi1", "10.77.0.1"), SimNode::healthy("fi2", "10.77.0.2")];
    for node in &mut nodes {
        node.updates = vec!["pve-manager".to_owned()];
    }
    let mut cluster = SimCluster::healthy(
        "fi",
        SimVersion(9, 1, 7),
        nodes,
        Some(to_home("helsinki", "fi")),
        When::Daily(2, 0),
    );
    "Europe/Helsinki".clone_into(&mut cluster.timezone);
    "hetzner".clone_into(cluster.cluster_name.get_or_insert_default());
    cluster.pools = vec![("prod".to_owned(), "production".to_owned())];
    cluster.guests = vec![
        SimGuest::lxc(100, "dns1", "fi1").tagged(&["infra"]),
        SimGuest::qemu(101, "mail", "fi1").tagged(&["prod"]),
        SimGuest::qemu(102, "cloud", "fi1")
            .tagged(&["prod"])
            .with(SimVolume { backup: Some(false), ..SimVolume::new("scsi1", "local-zfs", 200) }),
        SimGuest::lxc(103, "wiki", "fi1"),
        SimGuest::qemu(104, "git", "fi1").tagged(&["prod"]),
        SimGuest::lxc(105, "ci-runner", "fi1"),
        SimGuest::qemu(106, "matrix", "fi1"),
        SimGuest::lxc(107, "monitor", "fi1"),
        SimGuest::qemu(108, "scratch", "fi1"),
        SimGuest::qemu(109, "debian-13", "fi1").stopped(),
        SimGuest::lxc(200, "dns2", "fi2").tagged(&["infra"]),
        SimGuest::qemu(201, "web", "fi2").tagged(&["prod", "web"]),
        SimGuest::qemu(202, "database", "fi2").tagged(&["prod"]),
        SimGuest::lxc(203, "proxy", "fi2").tagged(&["web"]),
        SimGuest::qemu(204, "forum", "fi2"),
        SimGuest::lxc(205, "redis", "fi2"),
        SimGuest::qemu(206, "video", "fi2"),
        SimGuest::lxc(207, "photos", "fi2")
            .with(SimVolume { backup: Some(true), ..SimVolume::new("mp0", "local-zfs", 120) }),
        SimGuest::qemu(208, "ldap", "fi2"),
        SimGuest::lxc(209, "vpn", "fi2").tagged(&["infra"]),
    ];
    for guest in &mut cluster.guests {
        match guest.vmid {
            101 | 201 | 202 => guest.pool = Some("prod".to_owned()),
            109 => guest.template = true,
            _ => {}
        }
    }
    for job in &mut cluster.backup_jobs {
        job.takes = SimSelection::All(vec![108]);
        job.comment = Some("every night, all but scratch".to_owned());
    }
    for guest in &cluster.guests {
        if guest.vmid == 108 || guest.template {
            continue;
        }
        let target = if guest.node == "fi1" { "fi2" } else { "fi1" };
        let mut job = SimReplication::healthy(guest.vmid, target);
        if guest.vmid == 206 {
            // Five failures in a row by the start: after 0, 5, 15, 30 and 60 minutes.
            let text = "zfs error: cannot receive incremental stream: out of space on target: \
                        no space left on device";
            job.fails = Some((Window::since(-80 * 60), text.to_owned()));
        }
        cluster.replication.push(job);
    }
    cluster.ha = [101, 201, 202]
        .map(|vmid| SimHa { vmid, state: "started".to_owned(), request: "started".to_owned() })
        .to_vec();
    cluster.tasks = vec![
        task("fi1", "qmstart", "106", "root@pam", -7_200, 4, "OK"),
        task("fi2", "aptupdate", "", "root@pam", -18_000, 11, "OK"),
        task("fi2", "qmsnapshot", "204", "admin@pve!ansible", -4_000, 6, "OK"),
        // Somebody takes a copy by hand, and it runs while one looks.
        task("fi2", "vzdump", "205", "root@pam", -140, 2_700, "OK"),
    ];
    let mut site =
        place("helsinki", "Hetzner, Tuusula, HEL1-DC6", "support ticket; Aino +358 40 000 0000");
    site.clusters = vec![cluster];
    site
}

fn task(
    node: &str,
    kind: &str,
    id: &str,
    user: &str,
    start: i64,
    took: i64,
    status: &str,
) -> SimTask {
    SimTask {
        node: node.to_owned(),
        kind: kind.to_owned(),
        id: id.to_owned(),
        user: user.to_owned(),
        start,
        took: Some(took),
        status: status.to_owned(),
    }
}

/// One standalone host that writes into its own namespace.
fn host(name: &str, version: SimVersion, namespace: &str, nightly: When) -> SimCluster {
    let mut node = SimNode::healthy(name, "192.168.1.10");
    node.memory = 32 * GIB;
    node.cpus = 8;
    SimCluster::healthy(name, version, vec![node], Some(to_home(namespace, name)), nightly)
}

/// Four hosts in a café. On cafe1 a backup failed last night, cafe2's certificate is about to
/// end, cafe3's scheduler stands still, cafe4 has a guest whose newest copy is damaged.
fn orizom() -> SimSite {
    let guests: [&[(&str, bool)]; 4] = [
        &[("till", true), ("menu", false), ("wifi", false), ("camera", true)],
        &[("bookings", true), ("radio", false), ("printer", false), ("accounts", true)],
        &[("archive", true), ("lights", false), ("kiosk", true), ("mqtt", false)],
        &[
            ("library", true),
            ("games", true),
            ("cache", false),
            ("sensors", false),
            ("wall", false),
        ],
    ];
    let mut site = place("orizom", "Café Orizom, cellar, key at the bar", "Léo +33 6 00 00 00 01");
    for (at, names) in (1_u32..).zip(guests) {
        let name = format!("cafe{at}");
        let minute = i8::try_from(at * 10).unwrap_or(0);
        let mut cluster =
            host(&name, SimVersion(8, 4, 14), &format!("orizom/{name}"), When::Daily(1, minute));
        for (vmid, (guest, machine)) in (at * 100..).zip(names) {
            cluster.guests.push(if *machine {
                SimGuest::qemu(vmid, guest, &name)
            } else {
                SimGuest::lxc(vmid, guest, &name)
            });
        }
        // The cameras have a network of their own, that was never laid to cafe3.
        if at != 3 {
            for node in &mut cluster.nodes {
                node.bridges.push("vmbr1".to_owned());
            }
        }
        if let Some(guest) = cluster.guest_mut(103) {
            "vmbr1".clone_into(&mut guest.bridge);
            let text = "VM is locked (backup)";
            guest.backup_fails = Some((Window::since(-26 * 3_600), text.to_owned()));
            guest.lock = Some("backup".to_owned());
        }
        if let Some(guest) = cluster.guest_mut(400) {
            guest.verify_fails = Some(Window::span(-27 * 3_600, 0));
        }
        for node in &mut cluster.nodes {
            match at {
                2 => {
                    node.certificate_days = 9;
                    node.custom_certificate = true;
                }
                3 => node.stopped = vec!["pvescheduler".to_owned()],
                _ => {}
            }
        }
        site.clusters.push(cluster);
    }
    site
}

/// One old host.
fn refractaire() -> SimSite {
    let mut cluster = host("refractaire", SimVersion(7, 4, 17), "refractaire", When::Daily(1, 45));
    cluster.guests = vec![
        SimGuest::qemu(100, "erp", "refractaire").tagged(&["prod"]),
        SimGuest::qemu(101, "files", "refractaire"),
        SimGuest::lxc(102, "pihole", "refractaire"),
    ];
    for node in &mut cluster.nodes {
        node.subscribed = false;
    }
    // A small disk: a week is kept.
    for job in &mut cluster.backup_jobs {
        job.keep_days = 7;
    }
    let mut site =
        place("refractaire", "Rue du Four 12, Lyon, first floor", "Marguerite +33 6 00 00 00 02");
    site.clusters = vec![cluster];
    site
}

/// Two hosts behind a home line; `forge` goes away and comes back (see `script`).
fn atelier() -> SimSite {
    let mut site =
        place("atelier", "Grenoble, at Sam's, behind a home line", "Sam +33 6 00 00 00 03");
    let hosts: [(&str, u32, &[&str]); 2] = [
        ("etabli", 100, &["nas", "printer3d", "octo"]),
        ("forge", 200, &["build", "cad", "backup-proxy"]),
    ];
    for ((name, first, guests), minute) in hosts.into_iter().zip([15_i8, 35]) {
        let mut cluster =
            host(name, SimVersion(8, 4, 9), &format!("atelier/{name}"), When::Daily(2, minute));
        for (vmid, guest) in (first..).zip(guests) {
            cluster.guests.push(if vmid % 2 == 0 {
                SimGuest::qemu(vmid, guest, name)
            } else {
                SimGuest::lxc(vmid, guest, name)
            });
        }
        site.clusters.push(cluster);
    }
    site
}

/// The backup server. `archive` is a second copy of everything; it is filling up.
fn home() -> SimSite {
    let spaces = [
        "helsinki",
        "orizom",
        "orizom/cafe1",
        "orizom/cafe2",
        "orizom/cafe3",
        "orizom/cafe4",
        "refractaire",
        "atelier",
        "atelier/etabli",
        "atelier/forge",
    ];
    let mut main = SimDatastore::healthy("main", 8 * TIB, 4 * TIB, &spaces);
    main.comment = Some("all sites".to_owned());
    main.groups = vec![SimGroup {
        namespace: String::new(),
        kind: "host".to_owned(),
        id: "bastion".to_owned(),
        owner: "bastion@pbs!client".to_owned(),
        schedule: When::Daily(3, 30),
        missing: None,
        size: 3_482_000_000,
        keep_days: 10,
    }];
    let mut archive = SimDatastore::healthy("archive", 4 * TIB, 4 * TIB / 100 * 88, &spaces);
    archive.comment = Some("second copy, the slow disks".to_owned());
    archive.full_in_days = Some(12.0);
    archive.verify_new = false;
    let mut pbs = SimPbs::healthy("pbs", SimVersion(4, 2, 3), vec![main, archive]);
    pbs.sync_jobs = vec![SimSyncJob {
        id: "s-archive".to_owned(),
        store: "archive".to_owned(),
        remote: None,
        remote_store: "main".to_owned(),
        direction: "pull".to_owned(),
        schedule: Some(When::Daily(6, 0)),
        comment: Some("main to archive".to_owned()),
        status: "OK".to_owned(),
    }];
    pbs.updates = vec!["proxmox-backup-server".to_owned(), "libssl3t64".to_owned()];
    let mut site = place("home", "Valence, the attic", "Camille +33 6 00 00 00 04");
    site.backup_servers = vec![pbs];
    site
}
