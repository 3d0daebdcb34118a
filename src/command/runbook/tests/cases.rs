//! Every kind of case as a whole page, held word for word.

use super::{Form, Target, change, edit_pve, guest, healthy, printed, two_nodes, under_ha};
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::Fleet;
use crate::judge::sample::{alone, file, on_shared_storage, snapshots, spare, without_replication};

fn node(name: &str) -> Target {
    Target::Node("fi".into(), name.into())
}

fn page(name: &str, fleet: &Fleet, target: &Target) {
    insta::assert_snapshot!(name, printed(fleet, target, Form::Text));
}

#[test]
fn a_copy_is_all_there_is() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    page("restored-vm", &fleet, &guest(100));
    page("restored-container", &fleet, &guest(200));
}

#[test]
fn disks_on_shared_storage() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    on_shared_storage(&mut fleet, 100);
    page("shared-storage", &fleet, &guest(100));
}

#[test]
fn two_nodes_of_which_one_is_left() {
    let mut fleet = healthy();
    two_nodes(&mut fleet);
    page("no-quorum", &fleet, &guest(100));
    under_ha(&mut fleet);
    page("no-quorum-ha", &fleet, &guest(100));
}

/// HA may choose a node without a replica: it tries, and fails there; then hands do it.
#[test]
fn ha_may_fail() {
    let mut fleet = healthy();
    under_ha(&mut fleet);
    page("ha-may-fail", &fleet, &guest(100));
}

#[test]
fn an_encrypted_copy() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    snapshots(&mut fleet, 100, |list| list.iter_mut().for_each(|s| s.encrypted = true));
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            list[1].pbs.as_mut().unwrap().encryption_key = Some("ab:cd".into());
        });
    });
    page("encrypted", &fleet, &guest(100));
}

#[test]
fn a_linked_clone() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |c| {
            c.disks[0].volume = "local-zfs:base-900-disk-0/vm-100-disk-0".into();
        });
    });
    page("linked-clone", &fleet, &guest(100));
}

/// A file on the directory of another node.
#[test]
fn a_file_is_all_there_is() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    snapshots(&mut fleet, 101, Vec::clear);
    file(&mut fleet, "fi3", 101);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |list| {
            let (name, kind) = ("local".into(), "dir".into());
            list.push(StorageConfig { name, kind, shared: false, ..list[0].clone() });
        });
    });
    page("file", &fleet, &guest(101));
}

#[test]
fn nothing_is_left() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    snapshots(&mut fleet, 100, Vec::clear);
    page("gone", &fleet, &guest(100));
}

#[test]
fn a_template() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            (r.guests[0].template, r.guests[0].state) = (true, "stopped".into());
        });
    });
    page("template", &fleet, &guest(100));
}

#[test]
fn the_one_host_of_a_site() {
    let mut fleet = healthy();
    without_replication(&mut fleet);
    alone(&mut fleet, "fi");
    spare(&mut fleet, "cafe");
    page("one-host", &fleet, &node("fi1"));
}

#[test]
fn a_whole_site() {
    let mut fleet = healthy();
    spare(&mut fleet, "cafe");
    page("site", &fleet, &Target::Site("helsinki".into()));
}
