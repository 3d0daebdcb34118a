//! Every case of a runbook as it is printed.

mod cases;
mod hazards;
mod rules;

use jiff::tz::TimeZone;

use super::{Form, left_over, page, set};
use crate::command::target::Target;
use crate::fleet::id::GuestKey;
use crate::fleet::pve::cluster::{HaService, HaStatus, Qdevice};
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::pve::network::Bridge;
use crate::fleet::site::Fleet;
use crate::judge::sample::{
    change, disk, edit_pbs, edit_pve, edit_site, healthy, judged, replicated_twice, set as say,
};
use crate::lang::{When, english};

fn printed(fleet: &Fleet, target: &Target, form: Form) -> String {
    let judged = judged(fleet);
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    page(fleet, &judged, target, form, english(), &when).expect("a page")
}

fn guest(vmid: u32) -> Target {
    Target::Guest(GuestKey { source: "fi".into(), vmid })
}

/// Two nodes are left of three, without a QDevice.
fn two_nodes(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        change(&mut pve.status, |s| s.members.retain(|m| m.node != "fi3".into()));
        change(&mut pve.votes, |v| v.nodes.retain(|(n, _)| *n != "fi3".into()));
        change(&mut pve.resources, |r| {
            r.nodes.retain(|n| n.name != "fi3".into());
            r.guests.retain(|g| g.node != "fi3".into());
        });
        pve.nodes.retain(|name, _| *name != "fi3".into());
    });
}

fn under_ha(fleet: &mut Fleet) {
    edit_pve(fleet, "fi", |pve| {
        let service = HaService {
            vmid: 100,
            node: "fi1".into(),
            state: "started".into(),
            request: Some("started".into()),
            group: None,
        };
        say(&mut pve.ha, HaStatus { master: None, lrms: Vec::new(), services: vec![service] });
        say(&mut pve.ha_rules, Vec::new());
    });
}

#[test]
fn a_replica_and_then_a_copy() {
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |site| {
        site.contact = Some("Aino, +358 40 000 0000".into());
        site.place = Some("Hetzner, Tuusula".into());
        site.policy.restore_rate = Some(10 << 20);
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| {
            config.agent = true;
            config.bridges = vec![("net0".into(), "vmbr0".into())];
        });
    });
    insta::assert_snapshot!(printed(&fleet, &guest(100), Form::Text));
}

#[test]
fn without_quorum_it_says_what_to_do() {
    let mut fleet = healthy();
    two_nodes(&mut fleet);
    under_ha(&mut fleet);
    let text = printed(&fleet, &guest(100), Form::Text);
    assert!(text.contains("It needs 2 votes, and has 1 left"), "{text}");
    assert!(text.contains("# pvecm expected 1\n"), "{text}");
    // Two nodes without a QDevice: HA does nothing, and must let go.
    assert!(text.contains("# ha-manager remove vm:100\n"), "{text}");
    assert!(text.contains("# ha-manager add vm:100 --state started\n"), "{text}");
    edit_pve(&mut fleet, "fi", |pve| say(&mut pve.qdevice, Qdevice::Votes));
    let text = printed(&fleet, &guest(100), Form::Text);
    assert!(!text.contains("pvecm expected"), "{text}");
    let first = text.split("Else:").next().unwrap();
    assert!(!first.contains("ha-manager remove"), "{text}");
    assert!(text.contains("service vm:100 (fi2, started)"), "{text}");
}

#[test]
fn ha_is_waited_for() {
    let mut fleet = healthy();
    under_ha(&mut fleet);
    replicated_twice(&mut fleet);
    insta::assert_snapshot!(printed(&fleet, &guest(100), Form::Markdown));
}

#[test]
fn a_bridge_that_the_target_does_not_list_is_named() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| {
            config.bridges.push(("net1".into(), "vmbr1".into()));
        });
        change(&mut pve.nodes.get_mut("fi1").unwrap().bridges, |bridges| {
            bridges.push(Bridge { name: "vmbr1".into(), active: true });
        });
    });
    let text = printed(&fleet, &guest(100), Form::Text);
    for line in ["It needs the bridges vmbr0. Are they here?", "fi2 lists no bridge vmbr1:"] {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("# qm config 100 | grep ^net\n"), "{text}");
    edit_pve(&mut fleet, "fi", |pve| pve.nodes.get_mut("fi2").unwrap().bridges.value = None);
    let text = printed(&fleet, &guest(100), Form::Text);
    assert!(text.contains("It needs the bridges vmbr0, vmbr1. Are they here?"), "{text}");
    assert!(!text.contains("lists no bridge"), "{text}");
}

#[test]
fn what_the_target_lacks_is_taken_out() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| {
            let mut scratch = disk("scsi1", "local-zfs");
            scratch.replicate = false;
            let mut iso = disk("ide2", "local");
            (iso.kind, iso.volume) = (DiskKind::Cdrom, "local:iso/debian.iso".into());
            config.disks.extend([scratch, iso]);
            config.passthrough = vec![("hostpci0".into(), "0000:01:00".into())];
        });
    });
    let text = printed(&fleet, &guest(100), Form::Text);
    for line in [
        "# qm set 100 --delete scsi1",
        "# qm set 100 --delete hostpci0",
        "# qm set 100 --ide2 none,media=cdrom",
        "Not brought back this way: scsi1.",
    ] {
        assert!(text.replace("\n     ", " ").contains(line), "{line}\n{text}");
    }
}

#[test]
fn an_encrypted_copy_needs_its_key() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            list[1].pbs.as_mut().unwrap().encryption_key = Some("ab:cd".into());
        });
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        change(store.copies.get_mut("fi").unwrap(), |list| {
            for group in list {
                let mut copy = (**group).clone();
                copy.snapshots.iter_mut().for_each(|s| s.encrypted = true);
                *group = copy.into();
            }
        });
    });
    let text = printed(&fleet, &guest(101), Form::Text);
    assert!(text.contains("nobody wrote down where it is"), "{text}");
    edit_site(&mut fleet, "helsinki", |site| site.keys = Some("in the safe of the bar".into()));
    let text = printed(&fleet, &guest(101), Form::Text);
    assert!(text.contains("in the safe of the bar"), "{text}");
}

#[test]
fn a_guest_that_nothing_brings_back_is_told_so() {
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        change(store.copies.get_mut("fi").unwrap(), Vec::clear);
        change(store.groups.get_mut("fi").unwrap(), Vec::clear);
    });
    let text = printed(&fleet, &guest(101), Form::Text).replace("\n     ", " ");
    assert!(text.contains("There, no way back is known\n"), "{text}");
    assert!(text.contains("local-zfs:disk-0. Do not install"), "{text}");
}

#[test]
fn what_servers_say_is_quoted_for_the_shell() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            list[1].name = "pbs; rm -rf $HOME 'x'".into();
        });
        change(&mut pve.backup_jobs, |jobs| jobs[0].storage = Some("pbs; rm -rf $HOME 'x'".into()));
    });
    let text = printed(&fleet, &guest(101), Form::Text);
    let quoted = r"'pbs; rm -rf $HOME '\''x'\'''";
    assert!(text.contains(&format!("# pvesm list {quoted} --vmid 101\n")), "{text}");
    for line in text.lines().filter(|line| line.trim_start().starts_with("# ")) {
        assert!(!line.contains(" pbs; rm"), "{line}");
    }
}

#[test]
fn a_node_is_brought_back_in_order() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for guest in &mut r.guests {
                guest.node = "fi1".into();
            }
        });
    });
    insta::assert_snapshot!(printed(&fleet, &Target::Node("fi".into(), "fi1".into()), Form::Text));
}

#[test]
fn a_backup_server_that_is_lost_is_replaced() {
    let text = printed(&healthy(), &Target::Site("home".into()), Form::Text);
    insta::assert_snapshot!(text);
}

#[test]
fn a_job_that_leaves_its_storage_to_vzdump_conf_is_sent_to_the_new_server() {
    let mut fleet = healthy();
    let named = printed(&fleet, &Target::Site("home".into()), Form::Text);
    assert!(named.contains("# pvesh set /cluster/backup/nightly --storage pbs-new\n"), "{named}");
    crate::judge::sample::by_default(&mut fleet);
    assert_eq!(printed(&fleet, &Target::Site("home".into()), Form::Text), named);
}

#[test]
fn a_site_that_is_lost_comes_back_elsewhere() {
    let mut fleet = healthy();
    let mut other = crate::judge::sample::pve_elsewhere();
    change(&mut other.resources, |r| r.guests.truncate(1));
    change(&mut other.storages, |list| {
        list[1].pbs.as_mut().unwrap().namespace = "fr".into();
    });
    let source = crate::judge::sample::source("fr", crate::fleet::id::Product::Pve, &["fr1:8006"]);
    let site = crate::judge::sample::site("paris", source);
    let more = Fleet::new([site], Vec::new());
    fleet.sites.extend(more.sites);
    crate::judge::sample::put(&mut fleet, "fr", crate::fleet::survey::Body::Pve(Box::new(other)));
    let text = printed(&fleet, &Target::Site("helsinki".into()), Form::Text);
    // Made known once, looked at from then on.
    assert_eq!(text.matches("# pvesm add pbs ").count(), 1, "{text}");
    assert!(text.contains("# qmrestore ") && text.contains("# pct restore "), "{text}");
    assert!(text.contains("take it off the network"), "{text}");
    assert!(!text.contains("pvecm expected"), "{text}");
}

#[test]
fn the_whole_set_is_led_to_from_its_first_page() {
    let fleet = healthy();
    let judged = judged(&fleet);
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    let pages = set(&fleet, &judged, Form::Markdown, english(), &when);
    let index = &pages["index.md"];
    for name in pages.keys().filter(|name| *name != "index.md") {
        assert!(index.contains(&format!("]({name})")), "{name}\n{index}");
    }
    assert!(pages.contains_key("guest-fi-100.md") && pages.contains_key("node-fi-fi1.md"));
}

#[test]
fn no_fleet_makes_a_page_that_claims_what_nobody_knows() {
    // Nothing was ever answered: there are no guests, and so no pages.
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| *pve = crate::fleet::pve::PveSurvey::new());
    let judged = judged(&fleet);
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    assert_eq!(page(&fleet, &judged, &guest(100), Form::Text, english(), &when), None);
}

#[test]
fn pages_of_an_earlier_set_are_named() {
    let fleet = healthy();
    let judged = judged(&fleet);
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    let pages = set(&fleet, &judged, Form::Text, english(), &when);
    let dir = tempfile::tempdir().unwrap();
    for name in ["guest-fi-999.txt", "guest-fi-100.txt", "guest-fi-998.md", "notes.txt"] {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    assert!(pages.contains_key("guest-fi-100.txt"));
    assert_eq!(left_over(dir.path(), &pages), ["guest-fi-999.txt"]);
}

#[test]
fn the_same_is_said_in_french() {
    let mut fleet = healthy();
    two_nodes(&mut fleet);
    under_ha(&mut fleet);
    let judged = judged(&fleet);
    let when = When { now: judged.taken, zone: &TimeZone::UTC };
    let lang = crate::lang::of(crate::lang::Tongue::French);
    let printed = |form| page(&fleet, &judged, &guest(100), form, lang, &when).expect("a page");
    insta::assert_snapshot!("french", printed(Form::Text));
    // What is typed is the same in every language.
    let commands = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("       # "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let english = page(&fleet, &judged, &guest(100), Form::Text, english(), &when).unwrap();
    assert_eq!(commands(&printed(Form::Text)), commands(&english));
    assert!(commands(&english).len() > 3, "{english}");
    let site = Target::Site("helsinki".into());
    let lost = page(&fleet, &judged, &site, Form::Markdown, lang, &when).expect("a page");
    insta::assert_snapshot!("french-site", lost);
}
