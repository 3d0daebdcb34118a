//! Which enabled backup jobs take a guest, as vzdump itself selects.

use std::collections::BTreeMap;

use crate::fleet::id::{JobId, Vmid};
use crate::fleet::part::Part;
use crate::fleet::pve::backup::{BackupJob, IncludedVolumes, Selection};
use crate::fleet::pve::cluster::Guest;
use crate::fleet::rights::Rights;

/// The enabled jobs of one source, prepared to be asked for thousands of guests.
pub struct Coverage<'a> {
    jobs: Vec<Prepared<'a>>,
    /// Whether some job takes a pool whose members may not be seen.
    hidden_pool: bool,
}

struct Prepared<'a> {
    job: &'a BackupJob,
    /// The listed guests, or those left out, sorted.
    listed: Vec<Vmid>,
    /// What PVE itself makes of the pool.
    members: Option<&'a IncludedVolumes>,
}

impl Prepared<'_> {
    fn takes(&self, guest: &Guest) -> bool {
        if self.job.node.as_ref().is_some_and(|node| *node != guest.node) {
            return false;
        }
        match &self.job.selection {
            Selection::Pool(pool) => {
                guest.pool.as_ref() == Some(pool)
                    || self.members.is_some_and(|m| m.guest(guest.vmid).is_some())
            }
            Selection::Guests(_) => self.listed.binary_search(&guest.vmid).is_ok(),
            Selection::AllBut(_) => self.listed.binary_search(&guest.vmid).is_err(),
            Selection::Nothing => false,
        }
    }
}

impl<'a> Coverage<'a> {
    /// Prepares the jobs of `/cluster/backup`; `included` tells the members of pools that the
    /// token may not see itself (`Pool.Audit`).
    pub fn new(
        jobs: &'a [BackupJob],
        included: &'a BTreeMap<JobId, Part<IncludedVolumes>>,
        rights: Option<&Rights>,
    ) -> Self {
        let prepared: Vec<_> = jobs
            .iter()
            .filter(|job| job.enabled)
            .map(|job| {
                let mut listed = match &job.selection {
                    Selection::Guests(list) | Selection::AllBut(list) => list.clone(),
                    Selection::Pool(_) | Selection::Nothing => Vec::new(),
                };
                listed.sort_unstable();
                let members = matches!(job.selection, Selection::Pool(_))
                    .then(|| included.get(&job.id).and_then(Part::known))
                    .flatten();
                Prepared { job, listed, members }
            })
            .collect();
        let hidden_pool = prepared.iter().any(|p| match &p.job.selection {
            Selection::Pool(pool) => {
                let path = format!("/pool/{pool}");
                p.members.is_none() && !rights.is_some_and(|r| r.has(&path, "Pool.Audit"))
            }
            _ => false,
        });
        Self { jobs: prepared, hidden_pool }
    }

    /// The enabled jobs, in PVE's order.
    pub fn jobs(&self) -> impl Iterator<Item = &'a BackupJob> + '_ {
        self.jobs.iter().map(|p| p.job)
    }

    /// The places, among [`Coverage::jobs`], of those that take this guest.
    pub fn of<'s>(&'s self, guest: &'s Guest) -> impl Iterator<Item = usize> + 's {
        self.jobs.iter().enumerate().filter(|(_, p)| p.takes(guest)).map(|(i, _)| i)
    }

    /// Whether a guest that no job takes may be taken by one after all.
    pub fn may_hide(&self) -> bool {
        self.hidden_pool
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Coverage;
    use crate::fleet::id::{GuestKind, Vmid};
    use crate::fleet::pve::backup::{BackupJob, Selection};
    use crate::fleet::pve::cluster::Guest;
    use crate::fleet::rights::Rights;

    fn job(selection: Selection, node: Option<&str>) -> BackupJob {
        BackupJob {
            id: "j".into(),
            enabled: true,
            schedule: None,
            selection,
            node: node.map(Into::into),
            storage: None,
            dumpdir: None,
            mode: None,
            prune: None,
            comment: None,
        }
    }

    fn guest(vmid: Vmid, node: &str, pool: Option<&str>) -> Guest {
        Guest {
            vmid,
            kind: GuestKind::Qemu,
            node: node.into(),
            name: None,
            state: "running".into(),
            template: false,
            uptime: None,
            cpu: None,
            cpus: None,
            memory: None,
            disk: None,
            pool: pool.map(Into::into),
            ha: None,
            lock: None,
            tags: vec![],
        }
    }

    #[test]
    fn a_job_takes_what_vzdump_would_take() {
        let pool = || Selection::Pool("prod".into());
        let table = [
            (job(Selection::Guests(vec![200, 100]), None), guest(100, "a", None), true),
            (job(Selection::Guests(vec![200, 100]), None), guest(101, "a", None), false),
            (job(Selection::AllBut(vec![]), None), guest(101, "a", None), true),
            (job(Selection::AllBut(vec![300, 101]), None), guest(101, "a", None), false),
            (job(pool(), None), guest(101, "a", Some("prod")), true),
            (job(pool(), None), guest(101, "a", Some("test")), false),
            (job(pool(), None), guest(101, "a", None), false),
            (job(Selection::Nothing, None), guest(101, "a", None), false),
            (job(Selection::AllBut(vec![]), Some("a")), guest(101, "a", None), true),
            (job(Selection::AllBut(vec![]), Some("a")), guest(101, "b", None), false),
            (
                BackupJob { enabled: false, ..job(Selection::AllBut(vec![]), None) },
                guest(1, "a", None),
                false,
            ),
        ];
        let included = BTreeMap::new();
        for (job, guest, taken) in table {
            let jobs = [job];
            let coverage = Coverage::new(&jobs, &included, None);
            assert_eq!(coverage.of(&guest).count() == 1, taken, "{jobs:?} {guest:?}");
        }
    }

    #[test]
    fn a_template_is_an_ordinary_member_of_all() {
        let jobs = [job(Selection::AllBut(vec![]), None)];
        let included = BTreeMap::new();
        let template = Guest { template: true, ..guest(9, "a", None) };
        assert_eq!(Coverage::new(&jobs, &included, None).of(&template).count(), 1);
    }

    #[test]
    fn a_pool_that_may_not_be_seen_may_hide_a_guest() {
        let jobs = [job(Selection::Pool("prod".into()), None)];
        let included = BTreeMap::new();
        let rights = |path: &str| Rights {
            paths: [(path.into(), [("Pool.Audit".into(), true)].into())].into(),
        };
        assert!(Coverage::new(&jobs, &included, None).may_hide());
        assert!(!Coverage::new(&jobs, &included, Some(&rights("/pool/prod"))).may_hide());
        assert!(!Coverage::new(&jobs, &included, Some(&rights("/"))).may_hide());
        assert!(Coverage::new(&jobs, &included, Some(&rights("/pool/other"))).may_hide());
    }
}
