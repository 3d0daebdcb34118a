//! The catalogue of problem codes. They are a contract: released names do not change.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($variant:ident = $text:literal, $doc:literal;)*) => {
        /// What kind of problem it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $doc] $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its released name: `backup.late`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// What it means, in one line.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $doc,)*
                }
            }
        }
    };
}

codes! {
    SourceUnreachable = "source.unreachable", "no endpoint connects";
    SourceUntrusted = "source.untrusted", "every reachable endpoint shows a certificate that is not trusted";
    SourceUnauthorized = "source.unauthorized", "401; polling has stopped";
    SourceForbidden = "source.forbidden", "a required right is missing";
    SourceMalformed = "source.malformed", "what answers is no PVE or PBS";
    SourceError = "source.error", "every part failed with HTTP errors";
    SourcePartial = "source.partial", "some required parts failed";
    SourceStale = "source.stale", "the last whole round is too old";
    SourceEndpointDown = "source.endpoint-down", "one of several endpoints does not answer, answers with errors only, or is not trusted";
    SourceClockSkew = "source.clock-skew", "the source's clock is off";
    SourcePlannedOff = "source.planned-off", "silent within a planned window";
    SourceOptionalRight = "source.optional-right", "Remote.Audit is missing";
    ClusterNoQuorum = "cluster.no-quorum", "the answering node is not quorate";
    ClusterFragile = "cluster.fragile", "one more node lost means no quorum";
    HaError = "ha.error", "an HA service is in error, or the HA manager is dead";
    NodeOffline = "node.offline", "the cluster says that a node is offline";
    NodeStale = "node.stale", "nothing from the node's pvestatd";
    NodeCpu = "node.cpu", "CPU load too high over ten minutes";
    NodeMemory = "node.memory", "memory use too high over ten minutes";
    NodeSwap = "node.swap", "swap use too high over ten minutes";
    NodeIowait = "node.iowait", "I/O wait too high over ten minutes";
    NodeRootfs = "node.rootfs", "the root file system is filling";
    NodeService = "node.service", "a needed service does not run";
    NodeZfs = "node.zfs", "a ZFS pool is degraded or worse";
    NodeDisk = "node.disk", "SMART says that a disk failed";
    NodeWearout = "node.wearout", "a disk is worn out";
    NodeCertificate = "node.certificate", "a certificate ends soon, or is over";
    NodeVersion = "node.version", "major versions are mixed, or at their end of life";
    GuestDown = "guest.down", "it should run and does not";
    GuestIoError = "guest.io-error", "it stopped on an I/O error";
    GuestPaused = "guest.paused", "it is paused";
    GuestLock = "guest.lock", "a lock was left behind";
    GuestNameClash = "guest.name-clash", "two guests of one source have one name";
    StorageFull = "storage.full", "a storage is filling";
    StorageOffline = "storage.offline", "a storage cannot be reached from a node";
    BackupMissing = "backup.missing", "covered, and no copy counts";
    BackupLate = "backup.late", "the newest copy is older than the last due run";
    BackupFailed = "backup.failed", "the last run failed";
    BackupVerifyFailed = "backup.verify-failed", "the newest copy failed its verification";
    BackupUnverified = "backup.unverified", "a verification passed the newest copy by";
    BackupUncovered = "backup.uncovered", "no enabled job covers it";
    BackupPartial = "backup.partial", "a disk is left out of the backup";
    BackupAmbiguous = "backup.ambiguous", "two clusters write into the same namespace";
    BackupBlind = "backup.blind", "copies are where we cannot look";
    BackupJob = "backup.job", "a backup job cannot do what it says, or its last run failed";
    BackupOrphan = "backup.orphan", "a group without its guest";
    ReplicationLate = "replication.late", "a replica is older than its schedule allows";
    ReplicationFailing = "replication.failing", "replication fails";
    ReplicationTargetOffline = "replication.target-offline", "the target node is offline";
    ReplicationDisabled = "replication.disabled", "the job is switched off";
    ReplicationUncovered = "replication.uncovered", "a replica is expected and no job makes one";
    ReplicationPartial = "replication.partial", "a disk is left out of the replica";
    ReplicationBlind = "replication.blind", "the state of replication cannot be read";
    RecoveryUncovered = "recovery.uncovered", "no way back at all, were its node lost";
    RecoveryObjective = "recovery.objective", "more would be lost, or it would take longer, than is wanted";
    RecoveryNoRoom = "recovery.no-room", "a replica or a copy, and nowhere to run it";
    RecoveryFragile = "recovery.fragile", "the one way back is a single unverified copy, or all lie at its own site";
    RecoveryKey = "recovery.key", "the key of its encrypted copies would be lost with its cluster";
    RecoveryUnrehearsed = "recovery.unrehearsed", "its restore was not rehearsed in time";
    DatastoreFull = "datastore.full", "a datastore is filling";
    DatastoreFilling = "datastore.filling", "a datastore will be full soon at this rate";
    DatastoreGc = "datastore.gc", "garbage collection fails, or does not run";
    DatastoreVerifyJob = "datastore.verify-job", "a verify job fails, or does not run";
    DatastorePruneJob = "datastore.prune-job", "a prune job fails, or does not run";
    DatastoreSyncJob = "datastore.sync-job", "a sync job fails, or does not run";
    DatastoreMaintenance = "datastore.maintenance", "a datastore is in maintenance";
    DatastoreOffline = "datastore.offline", "a datastore cannot be read";
    DatastoreCorrupt = "datastore.corrupt", "bad chunks are on disk";
    DatastoreUnverified = "datastore.unverified", "copies, and nothing verifies them";
    ViewerMemory = "viewer.memory", "what is known cannot be kept on disk for the next start";
}

impl Code {
    /// The code of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.as_str() == text)
    }

    /// The part before the dot: `backup`.
    pub fn family(self) -> &'static str {
        let name = self.as_str();
        let dot = name.bytes().position(|byte| byte == b'.');
        dot.and_then(|dot| name.get(..dot)).unwrap_or(name)
    }

    /// Whether a pattern of an exception names it: the code itself, or `backup.*`.
    pub fn matches(self, pattern: &str) -> bool {
        match pattern.strip_suffix(".*") {
            Some(family) => self.family() == family,
            None => self.as_str() == pattern,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn names_are_unique_and_parse_back() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
        }
        assert_eq!(Code::parse("backup.nonsense"), None);
        assert_eq!(Code::HaError.family(), "ha");
    }
}
