//! Listings of backup files go with their storage and with the last job that uses it.

use super::survey;
use crate::fleet::id::Product;
use crate::fleet::time::Epoch;
use crate::poll::assemble::apply;
use crate::poll::call::{Call, PveCall, Reading};
use crate::proxmox::pve::{backup, storage};

#[test]
fn copies_of_a_storage_that_is_gone_or_unused_are_forgotten() {
    let mut survey = survey(Product::Pve);
    let mut put = |call, reading, at| apply(&mut survey, &Call::Pve(call), Ok(reading), Epoch(at));
    let jobs = |storage: &str| {
        let body = format!(r#"{{"data":[{{"id":"j","type":"vzdump","storage":"{storage}"}}]}}"#);
        Reading::BackupJobs(backup::read_jobs(body.as_bytes()).unwrap())
    };
    let storages = || {
        let body = br#"{"data":[{"storage":"nas","type":"nfs"},{"storage":"old","type":"dir"}]}"#;
        Reading::Storages(storage::read(body).unwrap())
    };
    put(PveCall::Storages, storages(), 1);
    put(PveCall::BackupJobs, jobs("old"), 2);
    for name in ["old", "gone"] {
        let call = PveCall::Files { storage: name.into(), node: "a".into(), shared: true };
        put(call, Reading::Files(Vec::new()), 3);
    }
    put(PveCall::Storages, storages(), 4);
    let left = |survey: &crate::fleet::survey::Survey| {
        survey.pve().unwrap().files.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(left(&survey), ["old"], "what is no longer configured is forgotten");
    apply(&mut survey, &Call::Pve(PveCall::BackupJobs), Ok(jobs("nas")), Epoch(5));
    assert!(left(&survey).is_empty(), "and what no job uses");
}
