//! The machine that vigie runs on.

use std::sync::Arc;

use super::findings::Findings;
use super::problem::Severity;
use crate::fleet::code::Code;
use crate::fleet::site::{Fleet, Hindrance};

/// Raises `viewer.memory`: facts `text` (the system's words, where it refuses), `flag` (whether the
/// place is not ours alone); detail: the file.
pub(super) fn judge(fleet: &Fleet, findings: &mut Findings<'_>) {
    let Some(unkept) = &fleet.unkept else { return };
    findings
        .raise_viewer(Code::ViewerMemory, Severity::Warning)
        .detail(Arc::clone(&unkept.path))
        .since(Some(unkept.since))
        .facts(|f| match &unkept.why {
            Hindrance::Refused(text) => f.text = Some(Arc::clone(text)),
            Hindrance::Foreign => f.flag = Some(true),
            Hindrance::TooLarge => f.flag = Some(false),
        });
}

#[cfg(test)]
mod tests {
    use crate::fleet::code::Code;
    use crate::fleet::site::{Hindrance, Unkept};
    use crate::fleet::subject::Subject;
    use crate::fleet::time::Epoch;
    use crate::judge::sample::{NOW, healthy};
    use crate::judge::{Severity, Verdict, judge};

    #[test]
    fn what_is_not_kept_is_told_once_and_of_this_machine() {
        let mut fleet = healthy();
        assert_eq!(judge(&fleet, NOW).problems, []);
        for why in [Hindrance::Refused("no space".into()), Hindrance::Foreign, Hindrance::TooLarge]
        {
            let unkept = Unkept { path: "/x/fi.json".into(), why, since: Epoch(5) };
            fleet.unkept = Some(unkept);
            let judged = judge(&fleet, NOW);
            let [told] = &judged.problems[..] else { panic!("{:?}", judged.problems) };
            assert_eq!((told.code, told.severity), (Code::ViewerMemory, Severity::Warning));
            assert_eq!((&told.subject, told.since), (&Subject::Viewer, Some(Epoch(5))));
            assert_eq!(judged.verdict, Verdict::Warning);
            assert!(judged.sites.iter().all(|site| site.verdict == Verdict::Ok));
        }
        fleet.unkept = None;
        assert_eq!(judge(&fleet, NOW).problems, []);
    }
}
