//! Problems in one or two sentences, for their detail.

use super::super::When;
use super::English;
use crate::fleet::code::Code;
use crate::fleet::part::CauseKind;
use crate::judge::problem::Problem;
use crate::lang::Measures;

/// What it means for whoever has to act, said after what it is.
pub(super) fn meaning(lang: English, problem: &Problem, when: &When<'_>) -> String {
    let because = consequence(problem);
    let place = match (&problem.facts.newest, problem.facts.other.as_deref()) {
        (Some(at), Some(place)) if problem.code.family() == "backup" => {
            format!(" The newest copy is of {}, at {place}.", lang.date(*at, when))
        }
        (Some(at), None) if problem.code.family() == "backup" => {
            format!(" The newest copy is of {}.", lang.date(*at, when))
        }
        _ => String::new(),
    };
    let limit = match (problem.code, problem.facts.limit) {
        (Code::NodeCpu | Code::NodeMemory | Code::NodeSwap | Code::NodeIowait, Some(limit)) => {
            format!(" Ten minutes on average, against a limit of {}.", lang.percent(limit))
        }
        _ => String::new(),
    };
    format!("{because}{place}{limit}")
}

/// What follows from it.
pub(super) fn consequence(problem: &Problem) -> &'static str {
    match problem.code {
        Code::SourceUnreachable => {
            "What is there is not known now; copies elsewhere keep what they prove."
        }
        Code::SourceUntrusted => {
            "It shows another certificate than the one that is trusted: it was renewed, or \
             somebody else answers. The token was not sent."
        }
        Code::SourceUnauthorized => {
            "The token is unknown, expired or its secret is wrong. Nothing is asked until that \
             is mended, so that no account gets locked."
        }
        Code::SourceForbidden => {
            "What may not be read is unknown, not well: Proxmox answers with empty lists there."
        }
        Code::SourceMalformed => "A proxy, a login page or another program answers in its place.",
        Code::SourceError if problem.facts.flag == Some(true) => {
            "It was not asked at all: without a secret, or the file of its CA, nothing can be."
        }
        Code::SourceError if problem.facts.cause == Some(CauseKind::Broken) => {
            "It is vigie that broke while it asked; that says nothing of the server."
        }
        Code::SourceError => "It answers, but every call ends in an error.",
        Code::SourcePartial => "The rest is up to date; what hangs on these parts is unknown.",
        Code::SourceStale if problem.facts.newest.is_none() => {
            "Nothing is known of it yet; that is no sign of anything."
        }
        Code::SourceStale => "It answers, but too slowly or too rarely: live states prove nothing.",
        Code::SourceEndpointDown => "Another endpoint answers in its place; one way in is lost.",
        Code::SourceClockSkew => {
            "Schedules run at the wrong moment, tokens and certificates may be refused."
        }
        Code::SourcePlannedOff => "That is no fault; what is there is not known until it is back.",
        Code::SourceOptionalRight => {
            "PBS leaves sync jobs out silently without it: copies that come from elsewhere have \
             no known origin."
        }
        Code::ViewerMemory => {
            "The next start will know less: what was seen, and when, is lost with this run."
        }
        Code::ClusterNoQuorum => {
            "Nothing can be started, changed or backed up there; what this side says of the \
             other nodes is not believed."
        }
        Code::ClusterFragile => "With the next node lost, the cluster stops doing anything.",
        Code::HaError => "HA does not look after what it should; it waits for hands.",
        Code::NodeOffline => {
            "What ran there is not running, or running unseen; guests under HA move elsewhere."
        }
        Code::NodeStale => "Guests there may well run; their numbers are old.",
        Code::NodeCpu | Code::NodeIowait => "Everything on it is slow.",
        Code::NodeMemory | Code::NodeSwap => "The kernel may end a guest when memory runs out.",
        Code::NodeRootfs => {
            "When it is full, the node cannot write its state: backups, logs and logins fail."
        }
        Code::NodeService => "Without it the node does not do its part of the work.",
        Code::NodeZfs => "The pool has lost redundancy, or data cannot be reached.",
        Code::NodeDisk => "It may stop at any moment: replace it while its mirror lives.",
        Code::NodeWearout => "It will stop taking writes; plan its replacement.",
        Code::NodeCertificate => {
            "Once it is over, browsers, peers and backups may refuse to talk to it."
        }
        Code::NodeVersion if problem.facts.other.is_some() => {
            "A cluster of mixed major versions is meant for the hours of an upgrade only."
        }
        Code::NodeVersion => "There are no security updates any more.",
        Code::GuestDown => "Somebody expects it to run; what it serves is not there.",
        Code::GuestIoError => {
            "Its disk could not be written, most often because the storage is full."
        }
        Code::GuestPaused => "It answers nobody, and holds its memory.",
        Code::GuestLock => "Nothing can be done to it, not even a backup, while the lock is there.",
        Code::GuestNameClash => "Names are easily taken for each other; numbers decide.",
        Code::StorageFull => {
            "When it is full, guests with disks there stop on I/O errors and backups fail."
        }
        Code::StorageOffline => "What lies there can be neither used nor backed up from there.",
        Code::BackupMissing => "If it is lost now, nothing brings it back.",
        Code::BackupLate => "If it is lost now, all since the newest copy is lost.",
        Code::BackupFailed => "The last run ended in an error; the newest copy is from before.",
        Code::BackupVerifyFailed => {
            "A restore from it would fail or give damaged data; older copies may be sound."
        }
        Code::BackupUnverified => "That it can be restored has not been checked.",
        Code::BackupUncovered => "Nothing makes a copy of it.",
        Code::BackupPartial => "A restore brings the guest back without that data.",
        Code::BackupAmbiguous => {
            "Both have a guest of this number and write into one namespace: they prune each \
             other's copies, and a restore may bring back the wrong guest."
        }
        Code::BackupBlind => "Whether these guests can be brought back cannot be told.",
        Code::BackupJob => {
            "Guests that count on it get no new copies, or not the ones they should."
        }
        Code::BackupOrphan => "It takes space, and is the last trace of a guest.",
        Code::ReplicationLate => "If the node died now, more would be lost than planned.",
        Code::ReplicationFailing => {
            "The replica stands still at the last good run; each failure makes it older."
        }
        Code::ReplicationTargetOffline => "Nothing is replicated until that node is back.",
        Code::ReplicationDisabled => "No replica is made any more; the last one grows old.",
        Code::ReplicationUncovered => "Here every guest should have a replica.",
        Code::ReplicationPartial => "The replica would start without that disk.",
        Code::ReplicationBlind => "Whether replicas are up to date cannot be told.",
        Code::RecoveryUncovered if problem.facts.due.is_some() => {
            "It is new: until its first backup nothing would bring it back."
        }
        Code::RecoveryUncovered => {
            "No replica on another node, and no good copy that would outlive its node."
        }
        Code::RecoveryObjective => {
            "The best way back would cost more than the objective written in the configuration."
        }
        Code::RecoveryNoRoom if problem.detail.as_deref() == Some("bridge") => {
            "No node that is left and has room for it has the bridge that its network card is \
             plugged into: it would not start there."
        }
        Code::RecoveryNoRoom if problem.detail.as_deref() == Some("ha") => {
            "HA does not ask for room: it starts it by itself where it does not fit. It may fail there, or \
             starve what runs there already."
        }
        Code::RecoveryNoRoom => {
            "No node that is left has the memory, the disks or the threads to run it: something else \
             must be stopped first."
        }
        Code::RecoveryFragile if problem.detail.as_deref() == Some("site") => {
            "What takes the site (fire, theft, flood) takes the guest and every way back."
        }
        Code::RecoveryFragile => {
            "Nobody knows whether that one copy can be restored, and there is no other."
        }
        Code::RecoveryKey => {
            "Every copy is encrypted, and no other cluster has the key: with the cluster lost, \
             the copies are noise."
        }
        Code::RecoveryUnrehearsed => {
            "A restore that was never tried is a hope; the first try should not be the disaster."
        }
        Code::DatastoreFull => "When it is full, no backup is taken and none can be pruned away.",
        Code::DatastoreFilling => "At the rate of the last weeks, as PBS itself estimates it.",
        Code::DatastoreGc => "Space of pruned copies is not given back.",
        Code::DatastoreVerifyJob => "Damage in copies stays unseen.",
        Code::DatastorePruneJob => "Old copies stay, and the store fills.",
        Code::DatastoreSyncJob => "Copies do not reach the other side.",
        Code::DatastoreMaintenance => "Backups that write there fail meanwhile.",
        Code::DatastoreOffline => "Its copies can be neither read nor written.",
        Code::DatastoreCorrupt => "Copies that use these chunks cannot be restored whole.",
        Code::DatastoreUnverified => "Damage in copies stays unseen until a restore needs them.",
    }
}
