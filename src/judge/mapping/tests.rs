use std::sync::Arc;

use super::{Mapping, Place, Server, below};
use crate::fleet::id::{Product, SourceName};
use crate::fleet::link::PeerCertificate;
use crate::fleet::pbs::job::{LastRun, PbsJob, SyncEnd};
use crate::fleet::policy::{Policy, SiteFacts, SourceFacts};
use crate::fleet::pve::storage::{PbsTarget, StorageConfig};
use crate::fleet::site::Fleet;
use crate::fleet::survey::{Body, Survey};
use crate::fleet::time::Epoch;

fn facts(name: &str, product: Product, endpoint: &str) -> SourceFacts {
    SourceFacts {
        name: name.into(),
        product,
        endpoints: vec![endpoint.into()],
        fingerprints: vec![],
        planned_off: vec![],
    }
}

fn fleet(sources: Vec<SourceFacts>) -> Fleet {
    let site = SiteFacts {
        name: "here".into(),
        place: None,
        contact: None,
        keys: None,
        timezone: jiff::tz::TimeZone::UTC,
        policy: Policy::default(),
        sources,
    };
    Fleet::new([site], vec![])
}

fn change(fleet: &mut Fleet, source: &str, change: impl FnOnce(&mut Survey)) {
    let mut survey = Survey::clone(fleet.survey(&source.into()).expect("configured"));
    change(&mut survey);
    assert!(fleet.take(Arc::new(survey)));
}

fn storage(name: &str, server: &str, ns: &str, pin: Option<[u8; 32]>) -> StorageConfig {
    StorageConfig {
        name: name.into(),
        kind: "pbs".into(),
        content: vec!["backup".into()],
        nodes: vec![],
        disabled: false,
        shared: true,
        prune: None,
        pbs: Some(PbsTarget {
            server: server.into(),
            port: 8007,
            datastore: "main".into(),
            namespace: ns.into(),
            username: "pve@pbs".into(),
            fingerprint: pin,
            encryption_key: None,
            master_key: false,
        }),
    }
}

fn with_storages(fleet: &mut Fleet, storages: Vec<StorageConfig>) {
    change(fleet, "fi", |s| {
        if let Body::Pve(pve) = &mut s.body {
            pve.storages = pve.storages.answered(storages, Epoch(1));
        }
    });
}

fn with_leaf(fleet: &mut Fleet, source: &str, leaf: [u8; 32]) {
    change(fleet, source, |s| {
        for endpoint in &mut s.link.endpoints {
            endpoint.certificate =
                Some(PeerCertificate { fingerprint: leaf, ..PeerCertificate::default() });
        }
    });
}

fn at(source: &str, store: &str, ns: &str) -> Place {
    Place { server: Server::Watched(source.into()), store: store.into(), ns: ns.into() }
}

fn two() -> Fleet {
    fleet(vec![
        facts("fi", Product::Pve, "fi1.example.org:8006"),
        facts("pbs", Product::Pbs, "pbs.example.org:8007"),
        facts("far", Product::Pbs, "[2001:db8::1]:8007"),
    ])
}

#[test]
fn certificate_before_address_and_no_guess() {
    let fi: SourceName = "fi".into();
    let mut fleet = two();
    with_storages(
        &mut fleet,
        vec![
            storage("by-leaf", "10.0.0.9", "", Some([7; 32])),
            storage("by-name", "PBS.example.org", "prod", None),
            storage("by-v6", "2001:db8::1", "", None),
            storage("other", "10.0.0.9", "", None),
            storage("other-pin", "10.0.0.9", "", Some([8; 32])),
        ],
    );
    with_leaf(&mut fleet, "pbs", [7; 32]);
    let mapping = Mapping::of(&fleet);
    let place = |name: &str| mapping.place(&fi, &name.into()).expect("mapped").clone();
    assert_eq!(place("by-leaf"), at("pbs", "main", ""));
    assert_eq!(place("by-name"), at("pbs", "main", "prod"));
    assert_eq!(place("by-v6"), at("far", "main", ""));
    assert_eq!(place("other").server, Server::Elsewhere("10.0.0.9".into()));
    assert_eq!(place("other-pin").server, Server::Elsewhere("10.0.0.9".into()));
    assert_eq!(mapping.writers(&at("pbs", "main", "")).len(), 1);
    assert_eq!(
        mapping.writers(&at("pbs", "main", "")).first().map(|w| w.storage.as_str()),
        Some("by-leaf")
    );
    assert!(mapping.targets(&"nobody".into()).is_none());
}

#[test]
fn one_pbs_through_two_sources_counts_once() {
    let mut fleet = two();
    with_leaf(&mut fleet, "pbs", [7; 32]);
    with_leaf(&mut fleet, "far", [7; 32]);
    with_storages(&mut fleet, vec![storage("s", "2001:db8::1", "", None)]);
    let mapping = Mapping::of(&fleet);
    assert!(mapping.is_second(&"far".into()) && !mapping.is_second(&"pbs".into()));
    assert_eq!(mapping.place(&"fi".into(), &"s".into()), Some(&at("pbs", "main", "")));
    // The instance ids say that two servers share one certificate: then the address decides.
    for (source, id) in [("pbs", "one"), ("far", "two")] {
        change(&mut fleet, source, |s| {
            if let Body::Pbs(pbs) = &mut s.body {
                pbs.identity = pbs.identity.answered(id.into(), Epoch(1));
            }
        });
    }
    with_storages(
        &mut fleet,
        vec![
            storage("s", "2001:db8::1", "", Some([7; 32])),
            storage("t", "else", "", Some([7; 32])),
        ],
    );
    let mapping = Mapping::of(&fleet);
    assert!(!mapping.is_second(&"far".into()));
    assert_eq!(mapping.place(&"fi".into(), &"s".into()), Some(&at("far", "main", "")));
    assert_eq!(
        mapping.place(&"fi".into(), &"t".into()).map(|p| p.server.clone()),
        Some(Server::Elsewhere("else".into()))
    );
}

fn sync(remote: Option<&str>, ns: &str, there: &str, push: bool, depth: Option<u32>) -> PbsJob {
    PbsJob {
        id: "s".into(),
        store: "off".into(),
        ns: ns.into(),
        max_depth: depth,
        schedule: None,
        disabled: false,
        run: LastRun::default(),
        outdated_after: None,
        keep: crate::fleet::retention::Keep::default(),
        sync: Some(SyncEnd {
            remote: remote.map(Into::into),
            store: "main".into(),
            ns: there.into(),
            push,
        }),
        comment: None,
    }
}

fn with_sync(fleet: &mut Fleet, source: &str, job: PbsJob, host: &str) {
    let host = host.to_owned();
    change(fleet, source, |s| {
        if let Body::Pbs(pbs) = &mut s.body {
            pbs.sync = pbs.sync.answered(vec![job], Epoch(1));
            pbs.remotes = pbs.remotes.answered(vec![("r".into(), host.into())], Epoch(1));
        }
    });
}

#[test]
fn syncs_carry_identity_between_watched_local_and_unwatched() {
    let fi: SourceName = "fi".into();
    let reach = |job: PbsJob, on: &str, host: &str, server: &str, ns: &str| {
        let mut fleet = two();
        with_storages(&mut fleet, vec![storage("s", server, ns, None)]);
        with_sync(&mut fleet, on, job, host);
        let mapping = Mapping::of(&fleet);
        let target = mapping.targets(&fi).and_then(|t| t.first().cloned()).expect("one");
        target.reach.get(1..).map(<[Place]>::to_vec).unwrap_or_default()
    };
    let pbs = "pbs.example.org";
    // Pulled by the far one from the near one, below a namespace, and with limited depth.
    assert_eq!(
        reach(sync(Some("r"), "fi", "", false, None), "far", pbs, pbs, "a/b"),
        [at("far", "off", "fi/a/b")]
    );
    assert_eq!(
        reach(sync(Some("r"), "", "a", false, Some(1)), "far", pbs, pbs, "a/b"),
        [at("far", "off", "b")]
    );
    assert_eq!(reach(sync(Some("r"), "", "a", false, Some(0)), "far", pbs, pbs, "a/b"), []);
    assert_eq!(reach(sync(Some("r"), "", "a", false, None), "far", pbs, pbs, "ab"), []);
    // From one store to another of the same server.
    assert_eq!(reach(sync(None, "", "", false, None), "pbs", "", pbs, ""), [at("pbs", "off", "")]);
    // Pushed: `off` on the near one goes to `main` on the far one; nobody writes into `off`.
    assert_eq!(reach(sync(Some("r"), "", "", true, None), "pbs", "2001:db8::1", pbs, ""), []);
    // A server that is not watched writes to one that is.
    assert_eq!(
        reach(sync(Some("r"), "", "", false, None), "far", "nas", "NAS", ""),
        [at("far", "off", "")]
    );
    assert_eq!(reach(sync(Some("r"), "", "", false, None), "far", "other", "nas", ""), []);
}

#[test]
fn below_is_about_whole_levels() {
    for (ns, base, rest) in [
        ("a/b", "", Some("a/b")),
        ("a/b", "a", Some("b")),
        ("a", "a", Some("")),
        ("ab", "a", None),
        ("", "a", None),
    ] {
        assert_eq!(below(ns, base), rest, "{ns} {base}");
    }
}
