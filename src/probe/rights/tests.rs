use super::grant::fill;
use super::{Leave, compare};
use crate::config::{Around, Source, parse};
use crate::fleet::id::Product;
use crate::fleet::rights::Rights;
use crate::lang::diagnosis::Access;

/// `/vms VM.Audit, Sys.Audit-`: what is held where, `-` behind what does not go on below.
fn held(entries: &[&str]) -> Rights {
    let entry = |line: &&str| {
        let (path, privileges) = line.split_once(' ').unwrap_or((*line, ""));
        let privileges = privileges.split(", ").filter(|p| !p.is_empty());
        let privileges = privileges.map(|p| (p.trim_end_matches('-').into(), !p.ends_with('-')));
        (path.into(), privileges.collect())
    };
    Rights { paths: entries.iter().map(entry).collect() }
}

const AUDITOR: &str = "/ Sys.Audit, VM.Audit, Datastore.Audit, SDN.Audit, Pool.Audit";

fn pve(entries: &[&str]) -> Access {
    compare(Product::Pve, Some(9), &held(entries))
}

fn told(access: &Access) -> Vec<String> {
    let lacks = access.lacks.iter();
    lacks
        .map(|lack| {
            let optional = if lack.optional { " (optional)" } else { "" };
            format!("{} on {}{optional}", lack.privilege, lack.path)
        })
        .collect()
}

fn leave(access: &Access, call: &str) -> Leave {
    access.calls.iter().find(|(of, _)| *of == call).unwrap().1
}

#[test]
fn an_auditor_lacks_nothing_of_a_cluster() {
    let access = pve(&[AUDITOR]);
    assert_eq!(told(&access), Vec::<String>::new());
    assert_eq!(access.count(Leave::Allowed), access.calls.len());
}

#[test]
fn an_auditor_of_a_pbs_lacks_only_what_is_optional() {
    let entries = ["/ Sys.Audit, Datastore.Audit", "/remote Sys.Audit, Datastore.Audit"];
    let access = compare(Product::Pbs, Some(4), &held(&entries));
    assert_eq!(told(&access), ["Remote.Audit on /remote (optional)"]);
    assert_eq!(leave(&access, "/admin/sync"), Leave::Blind);
    assert_eq!(leave(&access, "/config/remote"), Leave::Blind);
    assert_eq!(leave(&access, "/admin/verify"), Leave::Allowed);
}

#[test]
fn a_right_on_the_nodes_is_none_on_the_cluster() {
    let access = pve(&["/nodes Sys.Audit", "/vms VM.Audit", "/storage Datastore.Audit"]);
    assert_eq!(
        told(&access),
        ["Sys.Audit on /", "Pool.Audit on /pool (optional)", "SDN.Audit on /sdn (optional)"]
    );
    assert_eq!(leave(&access, "/cluster/status"), Leave::Denied);
    assert_eq!(leave(&access, "/cluster/tasks"), Leave::Blind);
    assert_eq!(leave(&access, "/nodes/*/status"), Leave::Allowed);
    assert_eq!(leave(&access, "/nodes/*/disks/zfs"), Leave::Denied);
}

/// A deeper entry replaces what stands above it: only a grant there helps.
#[test]
fn one_node_and_one_storage_that_are_kept_away() {
    let access = pve(&[AUDITOR, "/nodes/fi2 VM.Audit", "/storage/nas Datastore.AllocateSpace"]);
    assert_eq!(told(&access), ["Datastore.Audit on /storage/nas", "Sys.Audit on /nodes/fi2"]);
    assert_eq!(leave(&access, "/nodes/*/status"), Leave::Denied);
    assert_eq!(leave(&access, "/cluster/status"), Leave::Allowed);
    assert_eq!(leave(&access, "/storage"), Leave::Blind);
}

#[test]
fn what_does_not_go_on_below_is_missing_below() {
    let access = pve(&[AUDITOR, "/vms VM.Audit-"]);
    assert_eq!(told(&access), ["VM.Audit on /vms"]);
    let access = pve(&["/ Sys.Audit-, VM.Audit, Datastore.Audit, SDN.Audit, Pool.Audit"]);
    assert_eq!(told(&access), ["Sys.Audit on /nodes"]);
}

#[test]
fn bridges_are_hidden_from_pve_8_on() {
    let tight = "/ Sys.Audit, VM.Audit, Datastore.Audit, Pool.Audit";
    let missing = |major| told(&compare(Product::Pve, major, &held(&[tight])));
    assert_eq!(missing(Some(7)), Vec::<String>::new());
    assert_eq!(missing(Some(8)), ["SDN.Audit on /sdn (optional)"]);
    assert_eq!(missing(None), ["SDN.Audit on /sdn (optional)"]);
}

fn source(kind: &str) -> Source {
    let toml = format!(
        "[[site]]\nname = \"s\"\n[[site.{kind}]]\nname = \"a\"\nendpoints = [\"https://h\"]\n\
         token = \"v@{kind}!b\"\nsecret-env = \"X\"\n"
    );
    let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
    let config = parse(&toml, std::path::Path::new("a.toml"), &around)
        .unwrap_or_else(|errors| panic!("{errors}"));
    config.sites.into_iter().flat_map(|site| site.sources).next().unwrap()
}

fn grants(product: Product, kind: &str, entries: &[&str]) -> Vec<String> {
    let held = held(entries);
    let mut access = compare(product, None, &held);
    fill(&mut access.lacks, &source(kind), &held);
    assert!(access.lacks.iter().all(|lack| !lack.grant.is_empty()));
    let mut all: Vec<String> = Vec::new();
    for command in access.lacks.iter().flat_map(|lack| &lack.grant) {
        if !all.contains(command) {
            all.push(command.clone());
        }
    }
    all
}

#[test]
fn a_token_without_anything_is_granted_one_role_on_everything() {
    assert_eq!(
        grants(Product::Pve, "pve", &[])[..2],
        [
            "pveum acl modify / --users v@pve --roles PVEAuditor",
            "pveum acl modify / --tokens 'v@pve!b' --roles PVEAuditor",
        ]
    );
    assert_eq!(
        grants(Product::Pbs, "pbs", &[]),
        [
            "proxmox-backup-manager acl update / Audit --auth-id v@pbs",
            "proxmox-backup-manager acl update / Audit --auth-id 'v@pbs!b'",
            "proxmox-backup-manager acl update /remote RemoteAudit --auth-id v@pbs",
            "proxmox-backup-manager acl update /remote RemoteAudit --auth-id 'v@pbs!b'",
        ]
    );
}

/// An entry of its own is not helped by one above.
#[test]
fn what_has_an_entry_of_its_own_is_granted_there() {
    let all = grants(Product::Pve, "pve", &["/storage/nas Datastore.AllocateSpace"]);
    assert!(all.contains(&"pveum acl modify /storage/nas --users v@pve --roles PVEAuditor".into()));
    let one = grants(
        Product::Pbs,
        "pbs",
        &["/ Sys.Audit, Datastore.Audit", "/datastore/a", "/remote Remote.Audit"],
    );
    assert_eq!(
        one,
        [
            "proxmox-backup-manager acl update /datastore/a Audit --auth-id v@pbs",
            "proxmox-backup-manager acl update /datastore/a Audit --auth-id 'v@pbs!b'",
        ]
    );
}
