//! Answers of PBS: whatever comes, every decoder reads it or says why not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::fleet::id::StoreName;
use vigie::proxmox::{look, pbs, rights};

fuzz_target!(|body: &[u8]| {
    let _ = pbs::copies::read_groups(body);
    let _ = pbs::copies::read_snapshots(body);
    let _ = pbs::datastore::read_list(body);
    let _ = pbs::datastore::read_config(body);
    let _ = pbs::datastore::read_usage(body);
    let _ = pbs::datastore::read_status(body);
    let _ = pbs::datastore::read_namespaces(body);
    let _ = pbs::job::read_jobs(body);
    let _ = pbs::job::read_gc_list(body);
    let _ = pbs::job::read_gc(body, &StoreName::from("main"));
    let _ = pbs::server::read_ping(body);
    let _ = pbs::server::read_version(body);
    let _ = pbs::server::read_identity(body);
    let _ = pbs::server::read_remotes(body);
    let _ = pbs::task::read(body);
    let _ = rights::read(body);
    let _ = look::read_store(body);
    let _ = look::read_log(body, 7);
});
