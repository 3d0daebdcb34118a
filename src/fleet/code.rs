//! The codes of problems and notices: a contract with people's scripts, spelled once.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal,)+) => {
        /// What kind of problem or notice. Displays and serialises as the contract spells it:
        /// `backup.uncovered`.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Code {
            $($(#[$doc])+ #[serde(rename = $text)] $variant,)+
        }

        impl Code {
            /// Every code, family by family.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

codes! {
    // Sources.
    /// No endpoint connects.
    SourceUnreachable = "source.unreachable",
    /// Every reachable endpoint shows a certificate that is not trusted.
    SourceUntrusted = "source.untrusted",
    /// The token is refused (401).
    SourceUnauthorized = "source.unauthorized",
    /// A required right is missing.
    SourceForbidden = "source.forbidden",
    /// What answers is no PVE and no PBS.
    SourceMalformed = "source.malformed",
    /// Every part failed with HTTP errors.
    SourceError = "source.error",
    /// Some required parts failed, others live on.
    SourcePartial = "source.partial",
    /// It answers, but its last whole round is too old.
    SourceStale = "source.stale",
    /// One of several endpoints is unreachable or untrusted while another answers.
    SourceEndpointDown = "source.endpoint-down",
    /// Its clock is off, or ours.
    SourceClockSkew = "source.clock-skew",
    /// It is silent in a window of expected silence.
    SourcePlannedOff = "source.planned-off",
    /// A right that is worth having is missing.
    SourceOptionalRight = "source.optional-right",

    // Clusters.
    /// The answering node has no quorum.
    ClusterNoQuorum = "cluster.no-quorum",
    /// One more node lost means no quorum.
    ClusterFragile = "cluster.fragile",
    /// An HA service is in error, or the HA manager or a LRM is dead.
    HaError = "ha.error",

    // Nodes.
    /// The cluster says that the node is offline.
    NodeOffline = "node.offline",
    /// Nothing comes from the node's pvestatd.
    NodeStale = "node.stale",
    /// Average load is high.
    NodeCpu = "node.cpu",
    /// Average memory use is high.
    NodeMemory = "node.memory",
    /// Average swap use is high.
    NodeSwap = "node.swap",
    /// Average I/O wait is high.
    NodeIowait = "node.iowait",
    /// The root file system fills.
    NodeRootfs = "node.rootfs",
    /// A service that counts does not run.
    NodeService = "node.service",
    /// A ZFS pool is degraded or worse.
    NodeZfs = "node.zfs",
    /// SMART says that a disk failed.
    NodeDisk = "node.disk",
    /// A disk has little life left.
    NodeWearout = "node.wearout",
    /// A certificate ends soon, or has.
    NodeCertificate = "node.certificate",
    /// Major versions are mixed, or the release is at its end of life.
    NodeVersion = "node.version",

    // Guests.
    /// A guest that starts at boot is stopped.
    GuestDown = "guest.down",
    /// A guest stands in an I/O or internal error.
    GuestIoError = "guest.io-error",
    /// A guest is paused, suspended or prelaunched for long.
    GuestPaused = "guest.paused",
    /// A lock that nothing explains any more.
    GuestLock = "guest.lock",
    /// Two guests of one source have one name.
    GuestNameClash = "guest.name-clash",

    // Storages.
    /// A storage fills.
    StorageFull = "storage.full",
    /// A storage does not answer.
    StorageOffline = "storage.offline",

    // Backup.
    /// Covered, but without any copy that counts.
    BackupMissing = "backup.missing",
    /// The newest copy is older than the last due run.
    BackupLate = "backup.late",
    /// The last run's own error is known.
    BackupFailed = "backup.failed",
    /// The newest copy failed its verification.
    BackupVerifyFailed = "backup.verify-failed",
    /// A verification should have looked at the newest copy, and did not.
    BackupUnverified = "backup.unverified",
    /// No enabled job covers the guest.
    BackupUncovered = "backup.uncovered",
    /// A disk is left out.
    BackupPartial = "backup.partial",
    /// Two clusters may own the same group.
    BackupAmbiguous = "backup.ambiguous",
    /// Copies are where we cannot look.
    BackupBlind = "backup.blind",
    /// A backup job is at fault as a whole.
    BackupJob = "backup.job",
    /// A group whose guest is gone.
    BackupOrphan = "backup.orphan",

    // Replication.
    /// The last replica is older than it should be.
    ReplicationLate = "replication.late",
    /// The last runs failed.
    ReplicationFailing = "replication.failing",
    /// The node that receives is offline.
    ReplicationTargetOffline = "replication.target-offline",
    /// A job is disabled.
    ReplicationDisabled = "replication.disabled",
    /// A replica is expected, and no job makes one.
    ReplicationUncovered = "replication.uncovered",
    /// A disk is left out.
    ReplicationPartial = "replication.partial",
    /// The state of replication may not be read.
    ReplicationBlind = "replication.blind",

    // Datastores.
    /// A datastore fills.
    DatastoreFull = "datastore.full",
    /// A datastore is estimated full soon.
    DatastoreFilling = "datastore.filling",
    /// Garbage collection fails, is overdue or was never set up.
    DatastoreGc = "datastore.gc",
    /// A verify job failed or is overdue.
    DatastoreVerifyJob = "datastore.verify-job",
    /// A prune job failed or is overdue.
    DatastorePruneJob = "datastore.prune-job",
    /// A sync job failed or is overdue.
    DatastoreSyncJob = "datastore.sync-job",
    /// A datastore is in maintenance.
    DatastoreMaintenance = "datastore.maintenance",
    /// A datastore does not answer.
    DatastoreOffline = "datastore.offline",
    /// Garbage collection found chunks that are bad.
    DatastoreCorrupt = "datastore.corrupt",
    /// Nothing verifies the copies.
    DatastoreUnverified = "datastore.unverified",
}

impl Code {
    /// The code of this text; none for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// What stands before the dot: `backup`.
    pub fn family(self) -> &'static str {
        self.as_str().split_once('.').map_or(self.as_str(), |(family, _)| family)
    }

    /// Whether a pattern of an exception means it: its own text, or `family.*`.
    pub fn matches(self, pattern: &str) -> bool {
        match pattern.strip_suffix(".*") {
            Some(family) => family == self.family(),
            None => pattern == self.as_str(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn texts_are_unique_and_read_back() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for &code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(code));
            assert_eq!(serde_json::to_value(code).ok(), Some(code.as_str().into()));
        }
        assert_eq!(Code::parse("backup"), None);
        assert_eq!(Code::parse("backup.*"), None);
    }

    #[test]
    fn families_hold_as_many_codes_as_the_contract() {
        let contract = [
            ("source", 12),
            ("cluster", 2),
            ("ha", 1),
            ("node", 13),
            ("guest", 5),
            ("storage", 2),
            ("backup", 11),
            ("replication", 7),
            ("datastore", 10),
        ];
        for (family, count) in contract {
            let pattern = format!("{family}.*");
            let found = Code::ALL.iter().filter(|code| code.matches(&pattern)).count();
            assert_eq!(found, count, "{family}");
        }
        assert_eq!(Code::ALL.len(), 63);
    }

    #[test]
    fn patterns_are_a_code_or_a_family() {
        assert!(Code::BackupJob.matches("backup.job"));
        assert!(Code::BackupJob.matches("backup.*"));
        assert!(!Code::BackupJob.matches("backup"));
        assert!(!Code::BackupJob.matches("back.*"));
        assert!(!Code::BackupJob.matches("*"));
    }
}
