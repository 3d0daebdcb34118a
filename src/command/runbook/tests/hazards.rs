//! What would be typed wrong by whoever follows a page to the letter.

use super::{guest as guest_of, printed as page_of};
use crate::command::runbook::Form;
use crate::command::target::Target;
use crate::fleet::host::Usage;
use crate::fleet::id::NodeName;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::Part;
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::Fleet;
use crate::judge::sample::{
    NOW, alone, another, change, edit_link, edit_pbs, edit_pve, edit_site, file, healthy, judged,
    memory, set, snapshots, spare, storage_row, under_ha, without_replication,
};
use crate::lang::{When, english};
use crate::runbook::{Piece, losses, pieces};
use crate::whatif::Loss;
use jiff::tz::TimeZone;

const GIB: u64 = 1 << 30;

fn printed(fleet: &Fleet, target: &Target) -> String {
    page_of(fleet, target, Form::Text)
}

fn several(fleet: &Fleet, lost: &[Loss]) -> String {
    let judged = judged(fleet);
    let book = losses(fleet, &judged, lost).unwrap();
    let mut lines = Vec::new();
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    for p in pieces(&book, english(), &when) {
        match p {
            Piece::Command(c) => lines.push(format!("# {c}")),
            Piece::Step(n, s) => lines.push(format!("{n}. {s}")),
            Piece::Head(s) => lines.push(format!("== {s}")),
            _ => {}
        }
    }
    lines.join("\n")
}

fn two_nodes(fleet: &mut Fleet, source: &str) {
    edit_pve(fleet, source, |pve| {
        change(&mut pve.status, |s| s.members.retain(|m| m.node != "fi3".into()));
        change(&mut pve.votes, |v| v.nodes.retain(|(n, _)| *n != "fi3".into()));
        change(&mut pve.resources, |r| {
            r.nodes.retain(|n| n.name != "fi3".into());
            r.guests.retain(|g| g.node != "fi3".into());
            r.storages.retain(|s| s.node != "fi3".into());
        });
        pve.nodes.retain(|name, _| *name != "fi3".into());
    });
}

/// Whoever follows the page must not find out at the third command that the server is off.
#[test]
fn a_server_that_does_not_answer_is_seen_to_first() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    edit_site(&mut fleet, "home", |site| {
        site.place = Some("Aino's cellar".into());
        site.contact = Some("Aino +358 40".into());
    });
    assert!(!printed(&fleet, &guest_of(100)).contains("did not answer"));
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
        link.since = Some(NOW.minus(600));
    });
    let page = printed(&fleet, &guest_of(100)).replace("\n     ", " ");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
    let away = at("The copies are on pbs, which did not answer since");
    assert!(away < at("Whom to call: Aino +358 40.") && away < at("It is at: Aino's cellar."));
    assert!(away < at("qmrestore"), "{page}");
}

/// HA keeps to the old number: it is taken from it before the new one is made.
#[test]
fn ha_lets_go_before_a_restore() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    under_ha(&mut fleet, 100);
    let text = printed(&fleet, &guest_of(100));
    let at = |s: &str| text.find(s);
    assert!(
        at("# ha-manager remove vm:100").is_some_and(|r| Some(r) < at("# qmrestore")),
        "HA still owns the old one"
    );
    assert!(at("# ha-manager add vm:100").is_none(), "HA is given the OLD number");
}

/// HA gets back what was taken from it.
#[test]
fn ha_gets_it_back_in_the_runbook_of_a_node_too() {
    let mut fleet = healthy();
    two_nodes(&mut fleet, "fi");
    under_ha(&mut fleet, 100);
    let text = printed(&fleet, &Target::Node("fi".into(), "fi1".into()));
    assert!(text.contains("ha-manager remove vm:100"));
    assert!(text.contains("ha-manager add vm:100"), "never given back");
}

/// Each cluster at its own login.
#[test]
fn votes_are_made_do_with_where_they_are_missing() {
    let mut fleet = healthy();
    two_nodes(&mut fleet, "fi");
    another(&mut fleet, "se");
    edit_pve(&mut fleet, "se", |pve| {
        let b = |n: &NodeName| -> NodeName { n.as_str().replace("fi", "se").as_str().into() };
        change(&mut pve.status, |s| s.members.iter_mut().for_each(|m| m.node = b(&m.node)));
        change(&mut pve.votes, |v| v.nodes.iter_mut().for_each(|(n, _)| *n = b(n)));
        change(&mut pve.resources, |r| {
            r.nodes.iter_mut().for_each(|n| n.name = b(&n.name));
            r.guests.iter_mut().for_each(|n| n.node = b(&n.node));
            r.storages.iter_mut().for_each(|n| n.node = b(&n.node));
        });
        change(&mut pve.replication, |r| r.iter_mut().for_each(|j| j.target = b(&j.target)));
        pve.nodes = std::mem::take(&mut pve.nodes).into_iter().map(|(n, p)| (b(&n), p)).collect();
    });
    let text = several(
        &fleet,
        &[Loss::Node("fi".into(), "fi1".into()), Loss::Node("se".into(), "se1".into())],
    );
    let between: Vec<&str> = text.split("# pvecm expected 1").collect();
    assert_eq!(between.len(), 3, "{text}");
    assert!(between[1].contains("# ssh root@se2"), "both are typed on fi2");
}

/// The guests go to a host that lost nothing.
#[test]
fn a_foreign_host_is_not_told_to_make_do() {
    let mut fleet = healthy();
    two_nodes(&mut fleet, "fi");
    without_replication(&mut fleet);
    memory(&mut fleet, "fi2", 3, 3);
    spare(&mut fleet, "cafe");
    let text = printed(&fleet, &Target::Node("fi".into(), "fi1".into()));
    assert!(text.contains("# ssh root@"), "{text}");
    // Where it is typed at all, that is after a login to its own cluster.
    if let Some((before, _)) = text.split_once("# pvecm expected 1") {
        let login = before.lines().rfind(|line| line.contains("# ssh root@"));
        assert!(login.is_some_and(|line| line.contains("root@fi2")), "typed on cafe: {text}");
    }
}

/// The best way leads elsewhere; the replica needs its own cluster to be writable.
#[test]
fn the_second_way_has_its_quorum_too() {
    let mut fleet = healthy();
    two_nodes(&mut fleet, "fi");
    memory(&mut fleet, "fi2", 3, 3);
    spare(&mut fleet, "cafe");
    let text = printed(&fleet, &guest_of(100));
    assert!(text.contains("pvecm expected 1"), "mv on fi2 without quorum");
}

/// Two guests 100 come to one cluster.
#[test]
fn two_guests_get_two_numbers() {
    let mut fleet = healthy();
    // two standalone hosts, each with a guest 100; one big cluster "big" without guests
    another(&mut fleet, "aa");
    another(&mut fleet, "big");
    alone(&mut fleet, "fi");
    alone(&mut fleet, "aa");
    without_replication(&mut fleet);
    edit_pve(&mut fleet, "big", |pve| {
        change(&mut pve.resources, |r| r.guests.clear());
        change(&mut pve.replication, Vec::clear);
        change(&mut pve.backup_jobs, Vec::clear);
        pve.configs.clear();
        pve.included.clear();
    });
    // the groups of aa are in the root namespace... give aa its own namespace
    edit_pve(&mut fleet, "aa", |pve| {
        change(&mut pve.storages, |l| {
            for s in l.iter_mut() {
                if let Some(p) = &mut s.pbs {
                    p.namespace = "aa".into();
                }
            }
        });
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        let (g, c) =
            (store.groups.get("fi").unwrap().clone(), store.copies.get("fi").unwrap().clone());
        store.groups.insert("aa".into(), g);
        let mut c = c;
        c.call = "/admin/datastore/main/snapshots?ns=aa".into();
        store.copies.insert("aa".into(), c);
        change(&mut store.namespaces, |n| n.push("aa".into()));
    });
    let text = several(&fleet, &[Loss::Source("fi".into()), Loss::Source("aa".into())]);
    let cmds: Vec<&str> = text
        .lines()
        .filter(|l| l.starts_with("# qmrestore"))
        .map(|l| l.split(' ').nth(3).unwrap())
        .collect();
    assert_eq!(cmds.len(), 2);
    assert_ne!(cmds[0], cmds[1]);
}

/// A backup ran when the node died.
#[test]
fn a_lock_is_taken_off() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| c.lock = Some("backup".into()));
        change(&mut pve.resources, |r| r.guests[0].lock = Some("backup".into()));
    });
    let text = printed(&fleet, &guest_of(100));
    assert!(text.contains("qm unlock 100"), "{text}");
}

/// A file on a disk of fi3 is not read on fi1, roomy as it is.
#[test]
fn a_file_is_restored_where_it_is() {
    let mut fleet = healthy();
    snapshots(&mut fleet, 101, Vec::clear);
    file(&mut fleet, "fi3", 101);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |l| {
            let s = StorageConfig {
                name: "local".into(),
                kind: "dir".into(),
                shared: false,
                ..l[0].clone()
            };
            l.push(s);
        });
    });
    // fi1 is roomier than fi3
    memory(&mut fleet, "fi1", 1, 512);
    let text = printed(&fleet, &guest_of(101));
    assert!(text.contains("ssh root@fi3"), "the file is on fi3's own disk");
}

/// The job takes every guest.
#[test]
fn a_job_that_takes_all_needs_no_number() {
    let text = printed(&healthy(), &guest_of(101));
    assert!(!text.contains("Put its new number into its backup jobs"), "nightly takes all guests");
}

/// Two storages, each with room for one of two guests.
#[test]
fn each_restore_goes_where_there_is_room_beside_the_others() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    // both 100 and 101 on fi1; fi3 gone; fi2 has two storages with 40 GiB free each
    two_nodes(&mut fleet, "fi");
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for g in &mut r.guests {
                g.node = "fi1".into();
            }
            for s in r
                .storages
                .iter_mut()
                .filter(|s| s.node == "fi2".into() && s.name == "local-zfs".into())
            {
                s.usage = Some(Usage { used: 60 * GIB, total: 100 * GIB });
            }
            let mut more = storage_row("other", "fi2", "zfspool", false);
            more.usage = Some(Usage { used: 61 * GIB, total: 100 * GIB });
            r.storages.push(more);
        });
        set(&mut pve.qdevice, crate::fleet::pve::cluster::Qdevice::Votes);
    });
    let text = printed(&fleet, &Target::Node("fi".into(), "fi1".into()));
    let to: Vec<&str> = text
        .lines()
        .filter(|l| l.contains("qmrestore"))
        .map(|l| l.rsplit(' ').next().unwrap())
        .collect();
    assert_ne!(to[0], to[1], "32 GiB each, 40 and 39 free");
}

/// Three nodes keep their quorum with and without it.
#[test]
fn a_qdevice_that_nobody_tells_of_is_not_needed_by_three() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        pve.qdevice = Part::new("/cluster/config/qdevice", crate::fleet::tier::SLOW);
    });
    let text = printed(&fleet, &guest_of(100));
    assert!(!text.contains("pvecm expected 1"));
}
