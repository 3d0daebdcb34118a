//! What became of the last contact with the source as a whole.

use std::sync::Arc;

use super::stranger::stranger;
use crate::fleet::code::Code;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::CauseKind;
use crate::judge::context::SourceContext;
use crate::judge::findings::Findings;
use crate::judge::problem::{Facts, Severity};
use crate::judge::rows::SourceState;

/// Raises the one problem of a source that is not fresh: facts `layer` and `text` for
/// `source.unreachable`, `names` (endpoints) and `strangers` for
/// `source.untrusted`, `age` and `newest` (the
/// last whole round, if any) for `source.stale`, `text` for the others.
pub(super) fn judge(source: &SourceContext<'_>, findings: &mut Findings<'_>) {
    let link = &source.survey.link;
    let (code, severity) = match source.state {
        // Forbidden is told by the rights.
        SourceState::Fresh | SourceState::Forbidden => return,
        SourceState::Stale => (Code::SourceStale, Severity::Unknown),
        SourceState::Unreachable => (Code::SourceUnreachable, Severity::Unknown),
        SourceState::Untrusted => (Code::SourceUntrusted, Severity::Critical),
        SourceState::Unauthorized => (Code::SourceUnauthorized, Severity::Unknown),
        SourceState::Malformed => (Code::SourceMalformed, Severity::Unknown),
        SourceState::Error => (Code::SourceError, Severity::Unknown),
        SourceState::PlannedOff => (Code::SourcePlannedOff, Severity::Notice),
    };
    let is_stale = source.state == SourceState::Stale;
    let since = if is_stale { link.round } else { link.since };
    let draft = findings
        .raise(source, code, severity, source.subject())
        .since(since)
        .facts(|f| fill(f, source, is_stale));
    match &link.contact {
        Contact::Unreachable(layer, _) if code == Code::SourceUnreachable => {
            draft.detail(layer_name(*layer));
        }
        _ => {}
    }
}

fn fill(facts: &mut Facts, source: &SourceContext<'_>, is_stale: bool) {
    let link = &source.survey.link;
    facts.text = error(&link.contact);
    if is_stale {
        facts.newest = link.round;
        facts.age = link.round.map(|round| source.now.since(round));
    } else {
        facts.newest = link.answered;
    }
    match &link.contact {
        Contact::Unreachable(layer, _) => facts.layer = Some(*layer),
        Contact::Untrusted => {
            let untrusted = link.endpoints.iter().filter(|e| e.contact == Contact::Untrusted);
            facts.names = untrusted.clone().map(|e| Arc::clone(&e.address)).collect();
            facts.strangers = untrusted.filter_map(|e| stranger(source, e)).collect();
        }
        // Two stories: its calls fail, or nothing can be asked for want of a secret.
        Contact::Error(cause) => {
            facts.flag = Some(cause.kind == CauseKind::Unauthorized);
            facts.cause = Some(cause.kind);
        }
        _ => {}
    }
}

/// The words of the library or the server for a contact that is not fine.
pub(super) fn error(contact: &Contact) -> Option<Arc<str>> {
    match contact {
        Contact::Untried | Contact::Fine => None,
        Contact::Unreachable(_, text) | Contact::Malformed(text) => Some(Arc::clone(text)),
        Contact::Untrusted => Some("the certificate is not trusted".into()),
        Contact::Unauthorized => Some("401: the token is not accepted".into()),
        Contact::Error(cause) => Some(Arc::clone(&cause.text)),
    }
}

/// The layer as the contract names it.
pub(super) fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Name => "name",
        Layer::Route => "route",
        Layer::Refused => "refused",
        Layer::Timeout => "time-out",
        Layer::Tls => "TLS",
        Layer::Reset => "reset",
    }
}
