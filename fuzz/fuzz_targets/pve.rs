//! Answers of PVE: whatever comes, every decoder reads it or says why not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::fleet::id::GuestKind;
use vigie::proxmox::{look, pve, rights};

fuzz_target!(|body: &[u8]| {
    let _ = pve::backup::read_jobs(body);
    let _ = pve::backup::read_defaults(body);
    let _ = pve::backup::read_included(body);
    let _ = pve::backup::read_files(body);
    let _ = pve::cluster::read_version(body);
    let _ = pve::cluster::read_status(body);
    let _ = pve::cluster::read_ha(body);
    let _ = pve::cluster::read_votes(body);
    let _ = pve::cluster::read_qdevice(body);
    let _ = pve::cluster::read_peers(body);
    let _ = pve::guest::read(body, GuestKind::Qemu);
    let _ = pve::guest::read(body, GuestKind::Lxc);
    let _ = pve::log::read(body);
    let _ = pve::node::read_status(body);
    let _ = pve::node::read_history(body);
    let _ = pve::node::read_bridges(body);
    let _ = pve::node::read_services(body);
    let _ = pve::node::read_zfs(body);
    let _ = pve::node::read_disks(body);
    let _ = pve::node::read_certificates(body);
    let _ = pve::node::read_timezone(body);
    let _ = pve::replication::read_jobs(body);
    let _ = pve::replication::read_states(body);
    let _ = pve::resources::read(body);
    let _ = pve::storage::read(body);
    let _ = pve::task::read(body);
    let _ = rights::read(body);
    let _ = look::read_guest(body);
    let _ = look::read_log(body, 7);
});
