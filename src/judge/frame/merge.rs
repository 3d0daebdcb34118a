//! Merges what was raised into the rows it was raised on.

use foldhash::HashMap;

use crate::fleet::id::SiteName;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::judge::problem::Problem;
use crate::judge::rows::{GuestRow, ReplicationRow, SiteRow};
use crate::judge::verdict::{Consequence, Verdict};

/// The worst that was raised on one subject, by what it is about.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    /// `backup.*`
    backup: Verdict,
    /// `replication.*`
    replication: Verdict,
    /// `recovery.*`
    recovery: Verdict,
    /// Everything else.
    rest: Verdict,
}

impl Own {
    fn or_worse(self, other: Self) -> Self {
        Self {
            backup: self.backup.max(other.backup),
            replication: self.replication.max(other.replication),
            recovery: self.recovery.max(other.recovery),
            rest: self.rest.max(other.rest),
        }
    }

    fn worst(self) -> Verdict {
        self.backup.max(self.replication).max(self.recovery).max(self.rest)
    }
}

/// What was raised, by subject and by site.
#[derive(Debug, Default)]
pub(in crate::judge) struct Owns {
    subjects: HashMap<Subject, Own>,
    sites: HashMap<SiteName, Verdict>,
    viewer: Verdict,
}

impl Owns {
    pub(in crate::judge) fn new(problems: &[Problem]) -> Self {
        let mut owns = Self::default();
        for problem in problems {
            let verdict = problem.severity.verdict();
            if verdict == Verdict::Ok {
                continue;
            }
            let own = owns.subjects.entry(problem.subject.clone()).or_default();
            let slot = match problem.code.family() {
                "backup" => &mut own.backup,
                "replication" => &mut own.replication,
                "recovery" => &mut own.recovery,
                _ => &mut own.rest,
            };
            *slot = verdict.max(*slot);
            let slot = match &problem.site {
                Some(site) => owns.sites.entry(site.clone()).or_default(),
                None => &mut owns.viewer,
            };
            *slot = verdict.max(*slot);
        }
        owns
    }

    /// Takes in what another lane raised.
    pub(in crate::judge) fn join(&mut self, other: Self) {
        if self.subjects.is_empty() {
            self.subjects = other.subjects;
        } else {
            for (subject, own) in other.subjects {
                let known = self.subjects.entry(subject).or_default();
                *known = known.or_worse(own);
            }
        }
        for (site, verdict) in other.sites {
            let known = self.sites.entry(site).or_default();
            *known = verdict.max(*known);
        }
        self.viewer = self.viewer.max(other.viewer);
    }

    /// The worst raised on the viewer.
    pub(super) fn viewer(&self) -> Verdict {
        self.viewer
    }

    /// The worst raised at a site.
    pub(super) fn raised_at(&self, fleet: &Fleet, site: usize) -> Verdict {
        let name = fleet.sites.get(site).map(|s| &s.facts.name);
        name.and_then(|n| self.sites.get(n)).copied().unwrap_or_default()
    }

    /// Gives every row of a site what was raised on it.
    pub(super) fn merge(&self, site: &mut SiteRow) {
        for row in &mut site.sources {
            row.verdict = row
                .verdict
                .max(self.of(&Subject::Source(row.name.clone())).worst())
                .max(self.of(&Subject::Cluster(row.name.clone())).worst());
        }
        for row in &mut site.nodes {
            let own = self.of(&Subject::Node(row.source.clone(), row.name.clone())).worst();
            apply(&mut row.verdict, &mut row.because, own);
        }
        for row in &mut site.storages {
            let own = self
                .of(&Subject::Storage(row.source.clone(), row.node.clone(), row.name.clone()))
                .worst();
            apply(&mut row.verdict, &mut row.because, own);
        }
        for row in &mut site.datastores {
            let own = self.of(&Subject::Datastore(row.source.clone(), row.name.clone())).worst();
            apply(&mut row.verdict, &mut row.because, own);
        }
        for row in &mut site.backup_jobs {
            let own = self.of(&Subject::BackupJob(row.source.clone(), row.id.clone())).worst();
            apply(&mut row.verdict, &mut row.because, own);
        }
        for row in &mut site.guests {
            self.merge_guest(row);
        }
    }

    fn of(&self, subject: &Subject) -> Own {
        self.subjects.get(subject).copied().unwrap_or_default()
    }

    /// A guest: itself first, then its copies, its replicas, its recovery; the first of the worst
    /// explains.
    fn merge_guest(&self, row: &mut GuestRow) {
        let own = self.of(&Subject::guest(&row.source, row.vmid));
        apply(&mut row.verdict, &mut row.because, own.rest);

        let backup = &mut row.backup;
        apply_optional(&mut backup.verdict, &mut backup.because, own.backup);

        let mut jobs = Consequence::NONE;
        for job in &mut row.replication.jobs {
            jobs = jobs.or_worse(self.merge_job(job));
        }
        let summary = &mut row.replication;
        if !summary.jobs.is_empty() {
            let verdict = summary.verdict.get_or_insert_default();
            if jobs.verdict > *verdict {
                *verdict = jobs.verdict;
                summary.because.clone_from(&jobs.because);
            }
        }
        apply_optional(&mut summary.verdict, &mut summary.because, own.replication);

        let recovery = &mut row.recovery;
        apply_optional(&mut recovery.verdict, &mut recovery.because, own.recovery);

        let whole = Consequence { verdict: row.verdict, because: row.because.take() }
            .or_worse(part(row.backup.verdict, row.backup.because.as_ref()))
            .or_worse(part(row.replication.verdict, row.replication.because.as_ref()))
            .or_worse(part(row.recovery.verdict, row.recovery.because.as_ref()));
        let is_own = own.worst() > Verdict::Ok && own.worst() >= whole.verdict;
        row.verdict = whole.verdict;
        row.because = if is_own { None } else { whole.because };
    }

    /// A replication job; to its guest its own fault is a consequence of `job/SRC/ID`.
    fn merge_job(&self, job: &mut ReplicationRow) -> Consequence {
        let subject = Subject::Replication(job.source.clone(), job.id.clone());
        let own = self.of(&subject).worst();
        apply(&mut job.verdict, &mut job.because, own);
        let because = match (&job.because, job.verdict) {
            (None, Verdict::Ok) => None,
            (None, _) => Some(subject),
            (Some(because), _) => Some(because.clone()),
        };
        Consequence { verdict: job.verdict, because }
    }
}

fn part(verdict: Option<Verdict>, because: Option<&Subject>) -> Consequence {
    Consequence { verdict: verdict.unwrap_or_default(), because: because.cloned() }
}

fn apply(verdict: &mut Verdict, because: &mut Option<Subject>, own: Verdict) {
    let merged = Consequence { verdict: *verdict, because: because.take() }.with_own(own);
    *verdict = merged.verdict;
    *because = merged.because;
}

/// As [`apply`], for a verdict that may not apply: raising something makes it apply.
fn apply_optional(verdict: &mut Option<Verdict>, because: &mut Option<Subject>, own: Verdict) {
    if own == Verdict::Ok && verdict.is_none() {
        return;
    }
    apply(verdict.get_or_insert_default(), because, own);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Owns;
    use crate::judge::Severity;
    use crate::judge::frame::judge;
    use crate::judge::sample::{NOW, healthy};

    proptest! {
        /// Whoever raised what, the worst counts.
        #[test]
        fn what_lanes_raised_comes_together_as_if_one_had(
            dealt in prop::collection::vec((0..3_usize, 0..4_usize), 64),
        ) {
            let judged = judge(&healthy(), NOW.plus(400_000));
            let all: Vec<_> = judged.problems.iter().chain(&judged.notices).collect();
            prop_assert!(!all.is_empty());
            let severities =
                [Severity::Critical, Severity::Unknown, Severity::Warning, Severity::Notice];
            let (mut lanes, mut alone) = (vec![Vec::new(); 3], Vec::new());
            for ((lane, severity), problem) in dealt.into_iter().zip(all.into_iter().cycle()) {
                let mut problem = problem.clone();
                problem.severity = severities[severity];
                lanes[lane].push(problem.clone());
                alone.push(problem);
            }
            let mut joined = Owns::default();
            for lane in &lanes {
                joined.join(Owns::new(lane));
            }
            let alone = Owns::new(&alone);
            prop_assert_eq!(format!("{:?}", sorted(&joined)), format!("{:?}", sorted(&alone)));
        }
    }

    fn sorted(owns: &Owns) -> impl std::fmt::Debug {
        let mut subjects: Vec<_> =
            owns.subjects.iter().map(|(s, own)| (s.spelled(), format!("{own:?}"))).collect();
        subjects.sort();
        let mut sites: Vec<_> = owns.sites.iter().map(|(s, v)| (s.clone(), *v)).collect();
        sites.sort();
        (subjects, sites, owns.viewer)
    }
}
