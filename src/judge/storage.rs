//! Storages of PVE sources: reached from every node, and not full.

mod disks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::disks::{DiskUse, Disks};
use foldhash::HashSet;

use super::context::{NodeTrust, SourceContext};
use super::findings::Findings;
use super::mapping::Mapping;
use super::problem::Severity;
use super::rows::StorageRow;
use super::verdict::Consequence;
use crate::fleet::code::Code;
use crate::fleet::host::Usage;
use crate::fleet::id::NodeName;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::cluster::Storage;
use crate::fleet::subject::Subject;

/// Judges the storages of a source: one row per local storage and node, one per shared storage.
/// Disabled ones are left out.
pub fn judge(
    source: &SourceContext<'_>,
    mapping: &Mapping,
    findings: &mut Findings<'_>,
) -> Vec<StorageRow> {
    let Some(pve) = source.pve() else { return Vec::new() };
    let listed = pve.resources.known().map_or(&[][..], |r| &r.storages);
    let disabled: HashSet<&str> = pve
        .storages
        .known()
        .into_iter()
        .flatten()
        .filter(|s| s.disabled)
        .map(|s| s.name.as_str())
        .collect();
    let mut groups: BTreeMap<(&str, &str), Vec<&Storage>> = BTreeMap::new();
    for storage in listed.iter().filter(|s| !disabled.contains(s.name.as_str())) {
        let node = if storage.shared { "" } else { storage.node.as_str() };
        groups.entry((storage.name.as_str(), node)).or_default().push(storage);
    }
    let mut judge = Judge { source, pve, mapping, findings, disks: Disks::default() };
    groups.values().filter_map(|rows| judge.group(rows)).collect()
}

struct Judge<'j, 'a, 'f> {
    source: &'j SourceContext<'a>,
    pve: &'a PveSurvey,
    mapping: &'j Mapping,
    findings: &'j mut Findings<'f>,
    disks: Disks<'a>,
}

impl Judge<'_, '_, '_> {
    /// Judges one storage: the rows of all its nodes, never none.
    fn group(&mut self, rows: &[&Storage]) -> Option<StorageRow> {
        let first = rows.first()?;
        let node = (!first.shared).then(|| first.node.clone());
        let subject =
            Subject::Storage(self.source.name().clone(), node.clone(), first.name.clone());
        // Only nodes that are online and believed tell; the rows of others are old values.
        let told: Vec<&Storage> = rows
            .iter()
            .copied()
            .filter(|r| self.source.nodes.trust(&r.node) == NodeTrust::Online)
            .collect();
        let consequence = if told.is_empty() {
            rows.iter().fold(Consequence::NONE, |worst, row| {
                let next = self.source.node_consequence(&row.node);
                if worst == Consequence::NONE { next } else { worst.or_worse(next) }
            })
        } else {
            self.judge_reach(&subject, &told).or_worse(self.judge_usage(&subject, &told))
        };
        let usage = told.iter().find_map(|r| r.usage.filter(|_| r.available));
        Some(StorageRow {
            source: self.source.name().clone(),
            name: first.name.clone(),
            node,
            kind: Arc::clone(&first.kind),
            usage,
            available: (!told.is_empty()).then(|| told.iter().all(|r| r.available)),
            seen: self.pve.resources.seen,
            verdict: consequence.verdict,
            because: consequence.because,
        })
    }

    /// Raises `storage.offline`: for a shared one detail and facts `names` name the nodes that do
    /// not reach it; facts `count`: running guests with disks there.
    fn judge_reach(&mut self, subject: &Subject, told: &[&Storage]) -> Consequence {
        let away: Vec<&Storage> = told.iter().copied().filter(|r| !r.available).collect();
        let Some(first) = away.first() else { return Consequence::NONE };
        let (source, pve) = (self.source, self.pve);
        let nodes: Vec<&NodeName> = away.iter().map(|r| &r.node).collect();
        let used = self.disks.running_on(source, pve, first.name.as_str(), &nodes);
        let (severity, count) = match used {
            DiskUse::Running(count) if count > 0 => (Severity::Critical, count),
            _ => (Severity::Warning, 0),
        };
        let names: Vec<Arc<str>> = nodes.iter().map(|n| Arc::from(n.as_str())).collect();
        let mut draft = self
            .findings
            .raise(source, Code::StorageOffline, severity, subject.clone())
            .evidence(&pve.resources);
        if first.shared {
            draft = draft.detail(names.join(", "));
        }
        draft.facts(|f| {
            f.names = names;
            f.count = Some(count);
        });
        // Whether guests run on it cannot be told: it may be worse than it looks.
        if used == DiskUse::Untold { source.unknown() } else { Consequence::NONE }
    }

    /// Raises `storage.full`: facts `value`, `limit`. A PBS that is watched tells that itself.
    fn judge_usage(&mut self, subject: &Subject, told: &[&Storage]) -> Consequence {
        let source = self.source;
        let Some(first) = told.first() else { return Consequence::NONE };
        if &*first.kind == "pbs" && self.mapping.is_watched(source, &first.name) {
            return Consequence::NONE;
        }
        let reached: Vec<&Storage> = told.iter().copied().filter(|r| r.available).collect();
        let usages: Vec<Usage> = reached.iter().filter_map(|r| r.usage).collect();
        if usages.is_empty() && !reached.is_empty() && !has_no_size(&first.kind) {
            return source.unknown();
        }
        let fullest = usages.into_iter().filter_map(Usage::fraction).max_by(f64::total_cmp);
        let Some(value) = fullest else { return Consequence::NONE };
        let levels = source.policy().storage;
        let (severity, limit) = if value >= levels.critical {
            (Severity::Critical, levels.critical)
        } else if value >= levels.warning {
            (Severity::Warning, levels.warning)
        } else {
            return Consequence::NONE;
        };
        self.findings
            .raise(source, Code::StorageFull, severity, subject.clone())
            .facts(|f| {
                f.value = Some(value);
                f.limit = Some(limit);
            })
            .evidence(&self.pve.resources);
        Consequence::NONE
    }
}

/// Storages that are mere targets have no size.
fn has_no_size(kind: &str) -> bool {
    matches!(kind, "iscsi" | "iscsidirect")
}
