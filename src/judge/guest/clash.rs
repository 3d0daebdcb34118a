//! Guests of one source with one name.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use crate::fleet::code::Code;
use crate::fleet::id::Vmid;
use crate::fleet::pve::PveSurvey;
use crate::fleet::subject::Subject;
use crate::judge::context::SourceContext;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;

/// Raises the notice `guest.name-clash` on each but the lowest number: facts `text` (the name),
/// `count` (the lowest number).
pub(super) fn judge(source: &SourceContext<'_>, pve: &PveSurvey, findings: &mut Findings<'_>) {
    let guests = source.guests();
    let mut lowest: HashMap<&str, Vmid> = HashMap::with_capacity(guests.len());
    for guest in guests {
        let Some(name) = &guest.name else { continue };
        let first = *lowest.entry(name).or_insert(guest.vmid);
        if first == guest.vmid {
            continue;
        }
        let subject = Subject::guest(source.name(), guest.vmid);
        findings
            .raise(source, Code::GuestNameClash, Severity::Notice, subject)
            .detail(Arc::clone(name))
            .facts(|f| {
                f.text = Some(Arc::clone(name));
                f.count = Some(first);
            })
            .evidence(&pve.resources);
    }
}
