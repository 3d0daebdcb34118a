//! Since when jobs, and what is kept of their copies, are seen to be as they are.

use super::survey;
use crate::fleet::id::Product;
use crate::fleet::part::Outcome;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::assemble::{Answered, apply};
use crate::poll::call::{Call, PbsCall, PveCall, Reading};
use crate::proxmox::pbs::job;
use crate::proxmox::pve::{backup, storage};

fn jobs(rest: &str) -> Answered {
    let job = format!(r#"{{"id":"j","type":"vzdump","storage":"nas","all":1{rest}}}"#);
    let body = format!(r#"{{"data":[{job}]}}"#);
    Ok(Reading::BackupJobs(backup::read_jobs(body.as_bytes()).unwrap()))
}

fn storages(prune: &str) -> Answered {
    let body = format!(r#"{{"data":[{{"storage":"nas","type":"nfs"{prune}}}]}}"#);
    Ok(Reading::Storages(storage::read(body.as_bytes()).unwrap()))
}

#[test]
fn a_job_is_as_it_is_since_it_was_first_seen_so() {
    let mut s = survey(Product::Pve);
    let mut since = |answered: Answered, at: i64| {
        apply(&mut s, &Call::Pve(PveCall::BackupJobs), answered, Epoch(at));
        s.pve().unwrap().sightings.backups.get("j").map(|seen| seen.since.0)
    };
    assert_eq!(since(jobs(r#","schedule":"02:00""#), 10), Some(10));
    assert_eq!(since(jobs(r#","schedule":"02:00","comment":"new""#), 20), Some(10));
    assert_eq!(since(Err(Outcome::Denied("no".into())), 25), Some(10));
    assert_eq!(since(jobs(r#","schedule":"03:00""#), 30), Some(30));
    assert_eq!(since(jobs(r#","schedule":"03:00","enabled":0"#), 40), Some(40));
    assert_eq!(since(jobs(r#","schedule":"03:00""#), 50), Some(50));
    assert_eq!(since(jobs(r#","schedule":"03:00","exclude":"7""#), 60), Some(60));
}

#[test]
fn what_a_job_keeps_is_what_it_says_else_what_its_storage_says() {
    let mut s = survey(Product::Pve);
    let changed = |s: &Survey| {
        let seen = s.pve().unwrap().sightings.backups.get("j");
        seen.map(|seen| seen.keep.changed.map(|at| at.0))
    };
    let mut put = |call: PveCall, answered: Answered, at: i64| {
        apply(&mut s, &Call::Pve(call), answered, Epoch(at));
        changed(&s)
    };
    let keep = r#","prune-backups":"keep-last=3""#;
    assert_eq!(put(PveCall::BackupJobs, jobs(""), 10), Some(None), "not known yet");
    assert_eq!(put(PveCall::Storages, storages(keep), 20), Some(None), "that is no change");
    assert_eq!(put(PveCall::Storages, storages(keep), 30), Some(None));
    let more = r#","prune-backups":"keep-last=5""#;
    assert_eq!(put(PveCall::Storages, storages(more), 40), Some(Some(40)));
    let silent = put(PveCall::Storages, storages(""), 45);
    assert_eq!(silent, Some(Some(40)), "what vzdump.conf says is not known");
    assert_eq!(put(PveCall::BackupJobs, jobs(keep), 50), Some(Some(50)));
    assert_eq!(put(PveCall::Storages, storages(keep), 60), Some(Some(50)), "the job says it");
}

#[test]
fn what_a_pbs_keeps_is_noted_per_datastore() {
    let mut s = survey(Product::Pbs);
    let prunes = |all: &[(&str, u32)]| {
        let job = |(at, (store, keep)): (usize, &(&str, u32))| {
            format!(r#"{{"id":"p{at}","store":"{store}","schedule":"daily","keep-last":{keep}}}"#)
        };
        let all: Vec<String> = all.iter().enumerate().map(job).collect();
        let body = format!(r#"{{"data":[{}]}}"#, all.join(","));
        Ok(Reading::Jobs(job::read_jobs(body.as_bytes()).unwrap()))
    };
    let mut put = |answered: Answered, at: i64| {
        apply(&mut s, &Call::Pbs(PbsCall::Prune), answered, Epoch(at));
        let keeping = &s.pbs().unwrap().keeping;
        ["a", "b"].map(|store| keeping.get(store).and_then(|k| k.changed).map(|at| at.0))
    };
    assert_eq!(put(prunes(&[("a", 3), ("b", 3)]), 10), [None, None]);
    assert_eq!(put(prunes(&[("b", 3), ("a", 3)]), 20), [None, None], "in another order");
    assert_eq!(put(prunes(&[("a", 4), ("b", 3)]), 30), [Some(30), None]);
    assert_eq!(put(prunes(&[("a", 4)]), 40), [Some(30), Some(40)], "its job is gone");
    assert_eq!(put(Err(Outcome::Denied("no".into())), 50), [Some(30), Some(40)]);
}
