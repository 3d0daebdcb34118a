//! Sources: are they reached, trusted, read in full, on time?

mod clock;
mod contact;
mod endpoint;
mod parts;
mod stranger;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use clock::judge_clocks;

use self::parts::Reading;
use super::context::SourceContext;
use super::findings::Findings;
use super::problem::Severity;
use super::rows::{SourceRow, SourceState};
use super::verdict::Verdict;
use crate::fleet::code::Code;
use crate::fleet::link::Contact;
use crate::fleet::part::Part;
use crate::fleet::survey::Body;

/// Judges one source. Replication is judged before: what is blind there is not partial here.
pub fn judge(source: &SourceContext<'_>, findings: &mut Findings<'_>) -> SourceRow {
    let link = &source.survey.link;
    let missing = source.rights.missing(source.survey);
    let reading = Reading::new(source, findings.raised_at(source));

    contact::judge(source, findings);
    if link.contact == Contact::Fine {
        endpoint::judge(source, findings);
        judge_rights(source, &missing, &reading, findings);
        judge_optional_rights(source, findings);
    }
    if source.is_fresh() && !reading.failed.is_empty() {
        let names = parts::collapsed(&reading.failed);
        findings
            .raise(source, Code::SourcePartial, Severity::Unknown, source.subject())
            .detail(parts::joined(&names))
            .facts(|f| {
                f.count = u32::try_from(reading.failed.len()).ok();
                f.text = reading.error.map(Arc::from);
                f.names = names;
            });
    }

    SourceRow {
        name: source.name().clone(),
        product: source.facts.product,
        // What is missing without a problem of the source that tells it is not ok all the same.
        verdict: match (source.is_fresh(), reading.is_waiting) {
            (true, true) => Verdict::Unknown,
            (true, false) => reading.blind,
            (false, _) => Verdict::Ok,
        },
        state: source.state,
        complete: source.is_fresh() && missing.is_empty() && reading.is_complete,
        seen: link.answered,
        endpoint: link.endpoint().map(|e| Arc::clone(&e.address)),
        version: match &source.survey.body {
            Body::Pve(pve) => pve.version.known().map(|v| Arc::clone(&v.text)),
            Body::Pbs(pbs) => pbs.version.known().map(|v| Arc::clone(&v.text)),
        },
        clock_offset: link.clock_offset,
        error: contact::error(&link.contact),
        missing_privileges: missing.into_iter().map(Arc::from).collect(),
    }
}

/// `source.forbidden`: facts `names` (missing privileges), detail: the blind parts.
fn judge_rights(
    source: &SourceContext<'_>,
    missing: &[&'static str],
    reading: &Reading<'_>,
    findings: &mut Findings<'_>,
) {
    let is_forbidden = source.state == SourceState::Forbidden;
    if missing.is_empty() && reading.denied.is_empty() && !is_forbidden {
        return;
    }
    let blind: Vec<Arc<str>> = if missing.is_empty() {
        parts::collapsed(&reading.denied)
    } else {
        missing.iter().flat_map(|m| blind_parts(m)).map(|n| Arc::from(*n)).collect()
    };
    let draft = findings
        .raise(source, Code::SourceForbidden, Severity::Unknown, source.subject())
        .facts(|f| {
            f.names = missing.iter().map(|m| Arc::from(*m)).collect();
            f.text = reading.refusal.map(Arc::from);
        });
    let draft = if blind.is_empty() { draft } else { draft.detail(parts::joined(&blind)) };
    match &source.survey.body {
        Body::Pve(pve) => draft.evidence(&pve.rights),
        Body::Pbs(pbs) => draft.evidence(&pbs.rights),
    };
}

/// What cannot be seen without a privilege.
fn blind_parts(privilege: &str) -> &'static [&'static str] {
    match privilege {
        "Sys.Audit on /" => &["cluster", "nodes", "HA", "backup jobs", "tasks"],
        "VM.Audit on /vms" => &["guests", "replication"],
        "Datastore.Audit on /storage" => &["storages", "backup files"],
        "Pool.Audit on /pool" => &["pools"],
        "Datastore.Audit on /datastore" => &["datastores", "copies"],
        "Sys.Audit on /system" => &["host", "services", "tasks"],
        _ => &[],
    }
}

/// `source.optional-right`: facts `names`.
fn judge_optional_rights(source: &SourceContext<'_>, findings: &mut Findings<'_>) {
    if source.rights.remote_audit != Some(false) {
        return;
    }
    let rights: Option<&Part<_>> = source.pbs().map(|p| &p.rights);
    let draft = findings
        .raise(source, Code::SourceOptionalRight, Severity::Notice, source.subject())
        .detail("Remote.Audit")
        .facts(|f| f.names = vec!["Remote.Audit on /remote".into()]);
    if let Some(rights) = rights {
        draft.evidence(rights);
    }
}
