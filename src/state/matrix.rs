//! Jobs against copies: what the page of backups asks of a judgement, found out once for each, and
//! what the last days of a guest were, worked out when it is shown.

use std::sync::{Arc, Weak};

use foldhash::HashMap;
use jiff::tz::TimeZone;

use crate::fleet::code::Code;
use crate::fleet::id::{JobId, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::backup::fortnight::{Fortnight, Fortnights};
use crate::judge::rows::{GuestRow, Ownership};

/// Jobs against copies of one [`Judged`].
#[derive(Debug, Default)]
pub struct Matrix {
    judged: Weak<Judged>,
    jobs: HashMap<SourceName, Vec<JobId>>,
    /// What is in no row, or covers none.
    pub outside: Outside,
    fortnights: Fortnights,
}

/// What falls out of the matrix of guests and jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Guests that no job takes and that should be taken.
    pub uncovered: usize,
    /// Enabled jobs that take no guest.
    pub idle: usize,
    /// Groups without their guest.
    pub orphans: usize,
    /// Groups that may be one of two guests'.
    pub ambiguous: usize,
}

impl Matrix {
    /// Whether it was made from this judgement.
    pub(super) fn is_of(&self, judged: &Arc<Judged>) -> bool {
        std::ptr::eq(self.judged.as_ptr(), Arc::as_ptr(judged))
    }

    /// Numbers the jobs, counts what falls out, and prepares to tell of the last days.
    pub(super) fn new(judged: &Arc<Judged>, fleet: &Fleet) -> Self {
        let mut matrix = Self {
            judged: Arc::downgrade(judged),
            fortnights: Fortnights::new(fleet, judged.taken),
            ..Self::default()
        };
        let outside = &mut matrix.outside;
        let uncovered = judged.problems.iter().filter(|p| p.code == Code::BackupUncovered);
        outside.uncovered = uncovered.count();
        for site in &judged.sites {
            for job in site.backup_jobs.iter().filter(|job| job.enabled) {
                matrix.jobs.entry(job.source.clone()).or_default().push(job.id.clone());
                outside.idle += usize::from(job.covers.as_ref().is_some_and(Vec::is_empty));
            }
            for group in &site.groups {
                outside.orphans += usize::from(group.of == Ownership::Orphan);
                outside.ambiguous += usize::from(group.of == Ownership::Ambiguous);
            }
        }
        matrix
    }

    /// The enabled jobs of a source, in the order of their numbers.
    pub fn jobs(&self, source: &SourceName) -> &[JobId] {
        self.jobs.get(source).map_or(&[], Vec::as_slice)
    }

    /// The number of an enabled job among those of its source, from 1 on.
    pub fn number(&self, source: &SourceName, job: &JobId) -> Option<usize> {
        self.jobs(source).iter().position(|id| id == job).map(|at| at + 1)
    }

    /// The last days of a guest, in the reader's zone.
    pub fn fortnight<'a>(
        &self,
        row: &GuestRow,
        survey: &dyn Fn(&SourceName) -> Option<&'a Survey>,
        when: (Epoch, &TimeZone),
    ) -> Fortnight {
        self.fortnights.of(row, survey, when)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Matrix, Outside};
    use crate::fleet::pve::backup::Selection;
    use crate::judge::rows::Ownership;
    use crate::judge::sample::{change, edit_pve, healthy, judged};

    #[test]
    fn jobs_are_numbered_and_what_falls_out_is_counted() {
        let mut fleet = healthy();
        let matrix = Matrix::new(&Arc::new(judged(&fleet)), &fleet);
        assert_eq!(matrix.outside, Outside::default());
        edit_pve(&mut fleet, "fi", |pve| {
            change(&mut pve.resources, |r| r.guests.retain(|g| g.vmid != 200));
            change(&mut pve.backup_jobs, |jobs| {
                jobs[0].selection = Selection::Guests(vec![100]);
                let of = |id: &str, enabled, selection| {
                    let mut job = jobs[0].clone();
                    (job.id, job.enabled, job.selection) = (id.into(), enabled, selection);
                    job
                };
                let idle = of("weekly", true, Selection::Guests(vec![]));
                let off = of("a-off", false, Selection::Guests(vec![]));
                jobs.extend([idle, off]);
            });
        });
        let mut judged = judged(&fleet);
        let mut clone = judged.sites[1].groups[0].clone();
        clone.of = Ownership::Ambiguous;
        judged.sites[1].groups.extend([clone.clone(), clone]);
        let judged = Arc::new(judged);
        let matrix = Matrix::new(&judged, &fleet);
        assert!(matrix.is_of(&judged));
        let expected = Outside { uncovered: 1, idle: 1, orphans: 1, ambiguous: 2 };
        assert_eq!(matrix.outside, expected);
        let number = |id: &str| matrix.number(&"fi".into(), &id.into());
        assert_eq!(
            (number("nightly"), number("weekly"), number("a-off")),
            (Some(1), Some(2), None)
        );
        assert_eq!(matrix.jobs(&"fr".into()).len(), 0);
    }
}
