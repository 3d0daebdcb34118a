//! What a backup job promises where it leaves something to `vzdump.conf`.
//!
//! That file is each node's own, and a job runs on all of them: what is said here holds only where
//! every node that may run the job says the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::PveSurvey;
use super::backup::{BackupJob, VzdumpDefaults};
use super::storage::StorageConfig;
use crate::fleet::id::{NodeName, StorageName};

impl PveSurvey {
    /// Where the copies of a job go; none where it is a plain directory, or not known.
    pub fn storage_of(&self, job: &BackupJob) -> Option<StorageName> {
        if job.storage.is_some() || job.dumpdir.is_some() {
            return job.storage.clone();
        }
        self.agreed(job, &StorageName::from(""), |defaults| defaults.storage.clone())
    }

    /// What is kept of the copies of a job, as written: what it says itself, else its storage, else
    /// `vzdump.conf`. None where that is not known.
    pub fn prune_of(&self, job: &BackupJob) -> Option<Arc<str>> {
        if job.prune.is_some() {
            return job.prune.clone();
        }
        let name = self.storage_of(job)?;
        if let Some(prune) = &self.storage(&name)?.prune {
            return Some(prune.clone());
        }
        self.agreed(job, &name, |defaults| defaults.prune.clone())
    }

    /// Of which storages the defaults are to be asked: of none in particular (the empty name) where
    /// a job names none, and of one that leaves it to them what is kept.
    pub fn asked_defaults(&self) -> BTreeSet<StorageName> {
        let mut asked = BTreeSet::new();
        for job in self.backup_jobs.known().into_iter().flatten().filter(|job| job.enabled) {
            if job.dumpdir.is_some() {
                continue;
            }
            if job.storage.is_none() {
                asked.insert(StorageName::from(""));
            }
            let is_silent =
                |storage: &StorageConfig| job.prune.is_none() && storage.prune.is_none();
            if let Some(name) = self.storage_of(job)
                && self.storage(&name).is_some_and(is_silent)
            {
                asked.insert(name);
            }
        }
        asked
    }

    fn storage(&self, name: &StorageName) -> Option<&StorageConfig> {
        self.storages.known()?.iter().find(|storage| storage.name == *name)
    }

    /// What all nodes that may run a job say alike.
    fn agreed<T: PartialEq>(
        &self,
        job: &BackupJob,
        of: &StorageName,
        pick: impl Fn(&VzdumpDefaults) -> Option<T>,
    ) -> Option<T> {
        let runs = |node: &&NodeName| job.node.as_ref().is_none_or(|only| only == *node);
        let mut said = self
            .nodes
            .keys()
            .filter(runs)
            .map(|node| self.defaults.get(node)?.get(of)?.known().and_then(&pick));
        let first = said.next()??;
        said.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::{BackupJob, PveSurvey, StorageConfig, StorageName, VzdumpDefaults};
    use crate::fleet::part::Part;
    use crate::fleet::pve::NodeParts;
    use crate::fleet::pve::backup::Selection;
    use crate::fleet::time::Epoch;

    fn job(storage: Option<&str>, prune: Option<&str>) -> BackupJob {
        BackupJob {
            id: "j".into(),
            enabled: true,
            schedule: None,
            selection: Selection::AllBut(Vec::new()),
            node: None,
            storage: storage.map(Into::into),
            dumpdir: None,
            mode: None,
            prune: prune.map(Into::into),
            comment: None,
        }
    }

    fn survey(job: &BackupJob) -> PveSurvey {
        let storage = |name: &str, prune: Option<&str>| StorageConfig {
            name: name.into(),
            kind: "dir".into(),
            content: Vec::new(),
            nodes: Vec::new(),
            disabled: false,
            shared: false,
            prune: prune.map(Into::into),
            pbs: None,
        };
        let mut pve = PveSurvey::new();
        let storages = vec![storage("local", None), storage("nas", Some("keep-last=2"))];
        pve.storages = pve.storages.answered(storages, Epoch(1));
        pve.backup_jobs = pve.backup_jobs.answered(vec![job.clone()], Epoch(1));
        for node in ["a", "b"] {
            pve.nodes.insert(node.into(), NodeParts::new(&node.into()));
        }
        pve
    }

    fn says(pve: &mut PveSurvey, node: &str, of: &str, storage: &str, prune: &str) {
        let said = VzdumpDefaults { storage: Some(storage.into()), prune: Some(prune.into()) };
        let part = Part::new("/defaults", 3600).answered(said, Epoch(1));
        pve.defaults.entry(node.into()).or_default().insert(of.into(), part);
    }

    fn asked(pve: &PveSurvey) -> Vec<String> {
        pve.asked_defaults().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_job_that_says_all_needs_nobody() {
        let job = job(Some("nas"), Some("keep-last=9"));
        let pve = survey(&job);
        assert_eq!(pve.storage_of(&job), Some("nas".into()));
        assert_eq!(pve.prune_of(&job).as_deref(), Some("keep-last=9"));
        assert!(asked(&pve).is_empty());
        let plain = BackupJob { dumpdir: Some("/mnt".into()), ..self::job(None, None) };
        let pve = survey(&plain);
        assert_eq!((pve.storage_of(&plain), pve.prune_of(&plain)), (None, None));
        assert!(asked(&pve).is_empty());
    }

    #[test]
    fn what_it_leaves_out_all_its_nodes_must_say_alike() {
        let job = job(None, None);
        let mut pve = survey(&job);
        assert_eq!(asked(&pve), [""]);
        says(&mut pve, "a", "", "local", "keep-last=3");
        assert_eq!(pve.storage_of(&job), None, "of the other nothing is known");
        says(&mut pve, "b", "", "nas", "keep-last=3");
        assert_eq!(pve.storage_of(&job), None, "they differ");
        let only = BackupJob { node: Some("b".into()), ..job.clone() };
        assert_eq!(pve.storage_of(&only), Some("nas".into()));
        assert_eq!(pve.prune_of(&only).as_deref(), Some("keep-last=2"), "its storage says so");
        says(&mut pve, "b", "", "local", "keep-last=3");
        assert_eq!(pve.storage_of(&job), Some(StorageName::from("local")));
        assert_eq!(pve.prune_of(&job), None, "asked for that storage only now");
        assert_eq!(asked(&pve), ["", "local"]);
        says(&mut pve, "a", "local", "local", "keep-all=1");
        says(&mut pve, "b", "local", "local", "keep-all=1");
        assert_eq!(pve.prune_of(&job).as_deref(), Some("keep-all=1"));
    }
}
