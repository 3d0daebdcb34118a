//! Small judged fleets for tests.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::policy::{Policy, SiteFacts, SourceFacts};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::rows::recovery::RecoveryRow;
use crate::judge::rows::{BackupRow, GuestRow, ReplicationSummary, SiteRow};
use crate::judge::{Facts, Judged, Problem, Severity, Verdict};
use crate::state::State;

/// The moment at which all samples are taken.
pub(crate) const NOW: Epoch = Epoch(1_795_000_000);

/// A running guest of source `fi`.
pub(crate) fn guest(vmid: u32, name: &str, verdict: Verdict) -> GuestRow {
    GuestRow {
        source: "fi".into(),
        vmid,
        kind: GuestKind::Qemu,
        name: Some(name.into()),
        node: "fi1".into(),
        state: "running".into(),
        template: false,
        verdict,
        because: None,
        cpu: None,
        memory: None,
        seen: Some(NOW),
        backup: BackupRow {
            verdict: Some(Verdict::Ok),
            because: None,
            newest: None,
            last: None,
            age: None,
            place: None,
            verification: None,
            due: None,
            next: None,
            running: false,
            jobs: Vec::new(),
            ..BackupRow::none()
        },
        replication: ReplicationSummary { verdict: None, because: None, jobs: Vec::new() },
        recovery: RecoveryRow::none(),
    }
}

/// A problem of a guest of `fi`.
pub(crate) fn problem(code: Code, severity: Severity, vmid: u32) -> Problem {
    Problem {
        code,
        severity,
        site: Some("helsinki".into()),
        source: Some("fi".into()),
        subject: Subject::guest(&"fi".into(), vmid),
        detail: None,
        facts: Facts::default(),
        since: None,
        evidence: Vec::new(),
        accepted: None,
    }
}

/// One site, `helsinki`, with these guests.
pub(crate) fn judged(guests: Vec<GuestRow>, problems: Vec<Problem>) -> Arc<Judged> {
    let verdict = Verdict::worst(guests.iter().map(|g| g.verdict));
    Arc::new(Judged {
        taken: NOW,
        verdict,
        sites: vec![SiteRow {
            name: "helsinki".into(),
            verdict,
            sources: Vec::new(),
            nodes: Vec::new(),
            guests,
            storages: Vec::new(),
            datastores: Vec::new(),
            backup_jobs: Vec::new(),
            groups: Vec::new(),
        }],
        problems,
        notices: Vec::new(),
        timeline: std::sync::OnceLock::new(),
    })
}

/// A state that knows nothing, 80×24.
pub(crate) fn state() -> State {
    State::new(Fleet::new([], Vec::new()), NOW, jiff::tz::TimeZone::UTC, (80, 24))
}

/// What a configuration says of a site with these PBSes.
pub(crate) fn facts(site: &str, sources: &[&str]) -> SiteFacts {
    let source = |name: &&str| SourceFacts {
        name: (*name).into(),
        product: Product::Pbs,
        endpoints: vec!["h:8007".into()],
        fingerprints: Vec::new(),
        planned_off: Vec::new(),
    };
    SiteFacts {
        name: site.into(),
        place: None,
        contact: None,
        keys: None,
        timezone: jiff::tz::TimeZone::UTC,
        policy: Policy::default(),
        sources: sources.iter().map(source).collect(),
    }
}
