//! What a token may read, answered once per source.

use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::backup::Selection;
use crate::fleet::rights::Rights;
use crate::fleet::survey::{Body, Survey};

/// The rights the rules ask for; none while the rights were never read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RightsDigest {
    /// PVE: Sys.Audit on `/` and on every node. PBS: Sys.Audit on `/system`.
    pub sys_audit: Option<bool>,
    /// VM.Audit on `/vms`, on exactly that path.
    pub vm_audit: Option<bool>,
    /// VM.Audit on `/vms` and on every guest below: only then is a guest that is not listed gone.
    pub vm_audit_below: Option<bool>,
    /// VM.Audit on any guest or pool.
    pub any_guest: Option<bool>,
    /// PVE: Datastore.Audit on `/storage`. PBS: on `/datastore`. And on everything below.
    pub datastore_audit: Option<bool>,
    /// Datastore.Audit on any datastore (PBS).
    pub any_store: Option<bool>,
    /// Pool.Audit on `/pool` and below.
    pub pool_audit: Option<bool>,
    /// Remote.Audit on `/remote` (PBS).
    pub remote_audit: Option<bool>,
    /// Whether an enabled backup job takes its guests from a pool.
    pub needs_pool: bool,
}

impl RightsDigest {
    /// Reads what the source said of its token.
    pub fn new(survey: &Survey) -> Self {
        match &survey.body {
            Body::Pve(pve) => Self {
                needs_pool: needs_pool(pve),
                ..pve.rights.known().map(of_pve).unwrap_or_default()
            },
            Body::Pbs(pbs) => pbs.rights.known().map(of_pbs).unwrap_or_default(),
        }
    }

    /// Required rights that are missing for sure, as the contract spells them.
    pub fn missing(&self, survey: &Survey) -> Vec<&'static str> {
        let no = Some(false);
        let asked = match survey.body {
            Body::Pve(_) => [
                (self.sys_audit == no, "Sys.Audit on /"),
                (self.vm_audit_below == no, "VM.Audit on /vms"),
                (self.datastore_audit == no, "Datastore.Audit on /storage"),
                (self.needs_pool && self.pool_audit == no, "Pool.Audit on /pool"),
            ],
            Body::Pbs(_) => [
                (self.datastore_audit == no, "Datastore.Audit on /datastore"),
                (self.sys_audit == no, "Sys.Audit on /system"),
                (false, ""),
                (false, ""),
            ],
        };
        asked.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| name).collect()
    }
}

fn of_pve(rights: &Rights) -> RightsDigest {
    RightsDigest {
        sys_audit: Some(rights.has("/", "Sys.Audit") && rights.has_below("/nodes", "Sys.Audit")),
        vm_audit: Some(rights.has("/vms", "VM.Audit")),
        vm_audit_below: Some(rights.has_below("/vms", "VM.Audit")),
        any_guest: Some(
            rights.has_any_below("/vms", "VM.Audit") || rights.has_any_below("/pool", "VM.Audit"),
        ),
        datastore_audit: Some(rights.has_below("/storage", "Datastore.Audit")),
        any_store: None,
        pool_audit: Some(rights.has_below("/pool", "Pool.Audit")),
        remote_audit: None,
        needs_pool: false,
    }
}

fn of_pbs(rights: &Rights) -> RightsDigest {
    RightsDigest {
        sys_audit: Some(rights.has_below("/system", "Sys.Audit")),
        datastore_audit: Some(rights.has_below("/datastore", "Datastore.Audit")),
        any_store: Some(rights.has_any_below("/datastore", "Datastore.Audit")),
        remote_audit: Some(rights.has_below("/remote", "Remote.Audit")),
        ..RightsDigest::default()
    }
}

fn needs_pool(pve: &PveSurvey) -> bool {
    pve.backup_jobs.known().is_some_and(|jobs| {
        jobs.iter().any(|j| j.enabled && matches!(j.selection, Selection::Pool(_)))
    })
}
