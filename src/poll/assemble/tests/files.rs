//! Listings of backup files go with their storage and with the last job that uses it.

use super::survey;
use crate::fleet::id::Product;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::assemble::apply;
use crate::poll::call::{Call, PveCall, Reading};
use crate::poll::plan::{Pace, plan};
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
    let left = |survey: &Survey| {
        survey.pve().unwrap().files.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(left(&survey), ["old"], "what is no longer configured is forgotten");
    apply(&mut survey, &Call::Pve(PveCall::BackupJobs), Ok(jobs("nas")), Epoch(5));
    assert!(left(&survey).is_empty(), "and what no job uses");
}

#[test]
fn what_a_job_leaves_out_the_nodes_are_asked_for() {
    let mut survey = survey(Product::Pve);
    let put = |survey: &mut Survey, call, reading, at| {
        apply(survey, &Call::Pve(call), Ok(reading), Epoch(at));
    };
    let jobs = |rest: &str| {
        let body = format!(r#"{{"data":[{{"id":"j","type":"vzdump","all":1{rest}}}]}}"#);
        Reading::BackupJobs(backup::read_jobs(body.as_bytes()).unwrap())
    };
    put(&mut survey, PveCall::Status, super::online(&[("a", true), ("b", true)]).unwrap(), 1);
    let body = br#"{"data":[{"storage":"local","type":"dir"},{"storage":"nas","type":"nfs"}]}"#;
    put(&mut survey, PveCall::Storages, Reading::Storages(storage::read(body).unwrap()), 1);
    let asked = |survey: &Survey, at: i64| -> Vec<String> {
        let calls = plan(survey, Pace::Live { slack: 0 }, Epoch(at));
        let told = |call| match call {
            Call::Pve(PveCall::Defaults(node, storage)) => Some(format!("{node}:{storage}")),
            Call::Pve(PveCall::Files { storage, node, .. }) => Some(format!("{node}/{storage}")),
            _ => None,
        };
        calls.into_iter().filter_map(told).collect()
    };
    put(
        &mut survey,
        PveCall::BackupJobs,
        jobs(r#","storage":"nas","prune-backups":"keep-last=1""#),
        2,
    );
    assert_eq!(asked(&survey, 3), ["a/nas"], "it says all");
    put(&mut survey, PveCall::BackupJobs, jobs(""), 4);
    assert_eq!(asked(&survey, 5), ["a:", "b:"]);
    let said = |storage: &str, prune: &str| {
        let body = format!(r#"{{"data":{{"storage":"{storage}","prune-backups":"{prune}"}}}}"#);
        Reading::Defaults(backup::read_defaults(body.as_bytes()).unwrap())
    };
    for node in ["a", "b"] {
        let call = PveCall::Defaults(node.into(), "".into());
        put(&mut survey, call, said("local", "keep-last=2"), 6);
    }
    assert_eq!(asked(&survey, 7), ["a/local", "b/local", "a:local", "b:local"]);
    for node in ["a", "b"] {
        let call = PveCall::Defaults(node.into(), "local".into());
        put(&mut survey, call, said("local", "keep-last=2"), 8);
    }
    let pve = survey.pve().unwrap();
    let job = &pve.backup_jobs.known().unwrap()[0];
    assert_eq!(pve.prune_of(job).as_deref(), Some("keep-last=2"));
    assert_eq!(pve.defaults["a"].len(), 2);
    let parts = survey.parts(Epoch(9));
    let of = parts.iter().find(|p| &**p.call == "/nodes/a/vzdump/defaults?storage=local").unwrap();
    assert!(!of.required, "who may not read it lacks little");
    put(
        &mut survey,
        PveCall::BackupJobs,
        jobs(r#","storage":"nas","prune-backups":"keep-last=1""#),
        9,
    );
    assert!(survey.pve().unwrap().defaults["a"].is_empty(), "nobody asks for them any more");
}
