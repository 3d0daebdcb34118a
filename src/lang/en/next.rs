//! What to do next: a command or a place to look, one or two lines per code.

use super::unread;
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::problem::Problem;

/// One or two lines.
pub(super) fn next(problem: &Problem) -> Vec<String> {
    let id = match &problem.subject {
        Subject::Guest(key) => key.vmid.to_string(),
        Subject::Replication(_, job) | Subject::BackupJob(_, job) => job.to_string(),
        Subject::Storage(_, _, name) => name.to_string(),
        Subject::Datastore(_, name) => name.to_string(),
        Subject::Node(_, name) => name.to_string(),
        Subject::Group(group) => format!("{}/{}", group.kind.as_str(), group.id),
        Subject::Source(name) | Subject::Cluster(name) => name.to_string(),
        Subject::Viewer => String::new(),
    };
    let detail = problem.detail.as_deref().unwrap_or_default();
    let two = lines(problem);
    two.iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.replace("{id}", &id).replace("{detail}", detail))
        .collect()
}

const TRUST: [&str; 2] = [
    "vigie trust {id}: shows old and new, asks before it pins the new one",
    "compare on the server: pvenode cert info, proxmox-backup-manager cert info",
];

fn lines(problem: &Problem) -> [&'static str; 2] {
    match problem.code {
        Code::SourceUnreachable => unread::unreachable(&problem.facts),
        Code::SourceUntrusted => TRUST,
        Code::SourceEndpointDown if !problem.facts.strangers.is_empty() => TRUST,
        Code::SourceUnauthorized => [
            "check the token: Datacenter, Permissions, API Tokens (expiry, secret)",
            "once it is mended, r in the dashboard asks again",
        ],
        Code::SourceForbidden => [
            "pveum acl modify / --tokens USER@REALM!TOKEN --roles PVEAuditor",
            "on PBS: proxmox-backup-manager acl update / Audit --auth-id TOKEN",
        ],
        Code::SourceMalformed => ["curl -k https://ENDPOINT/api2/json/version: who answers?", ""],
        Code::SourceError => unread::error(&problem.facts),
        Code::SourcePartial => {
            ["the calls and their words: NOT CHECKED in vigie report, e on screen", ""]
        }
        Code::SourceStale => ["look at the load of its node and at the line to it", ""],
        Code::SourceEndpointDown => [
            "systemctl status pveproxy on that node",
            "pvecm updatecerts when its certificate changed",
        ],
        Code::SourceClockSkew => ["chronyc tracking, or timedatectl, on both sides", ""],
        Code::SourcePlannedOff => ["nothing; the window is in the configuration", ""],
        Code::SourceOptionalRight => {
            ["proxmox-backup-manager acl update /remote RemoteAudit --auth-id TOKEN", ""]
        }
        Code::ViewerMemory if problem.facts.flag == Some(true) => {
            ["chown and chmod go-w its folder and the one above, or remove them", ""]
        }
        Code::ViewerMemory => ["make room for it: df -h; or mend the rights of its folder", ""],
        Code::ClusterNoQuorum => {
            ["pvecm status on each node; then the network between them", "corosync-cfgtool -s"]
        }
        Code::ClusterFragile => ["bring the node back, or add a QDevice: pvecm qdevice setup", ""],
        Code::HaError => ["ha-manager status; then ha-manager set vm:ID --state disabled", ""],
        Code::NodeOffline => ["check its power: console, IPMI; or ask the site's contact", ""],
        Code::NodeStale => ["systemctl status pvestatd on {id}; a hung storage stops it", ""],
        Code::NodeCpu | Code::NodeIowait => ["on {id}: top, iotop; which guest does it?", ""],
        Code::NodeMemory | Code::NodeSwap => {
            ["on {id}: free -h, arc_summary; move a guest away", ""]
        }
        Code::NodeRootfs => {
            ["on {id}: du -xh -d2 / | sort -h | tail", "apt clean; old kernels, logs, ISO images"]
        }
        Code::NodeService => ["on {id}: systemctl status {detail}", "journalctl -u {detail} -e"],
        Code::NodeZfs => ["on {id}: zpool status -x {detail}", ""],
        Code::NodeDisk => {
            ["on {id}: smartctl -a {detail}", "order a replacement, then zpool replace"]
        }
        Code::NodeWearout => ["on {id}: smartctl -a {detail}", ""],
        Code::NodeCertificate => {
            ["pvecm updatecerts --force on that node, or pvenode acme cert renew", ""]
        }
        Code::NodeVersion => ["pve8to9 --full on {id} before the upgrade", ""],
        Code::GuestDown => ["why? its last tasks; then qm start {id} or pct start {id}", ""],
        Code::GuestIoError => ["free space on its storage, then qm resume {id}", ""],
        Code::GuestPaused => ["qm resume {id}, if nobody paused it on purpose", ""],
        Code::GuestLock => ["no task runs on it? then qm unlock {id} or pct unlock {id}", ""],
        Code::GuestNameClash => ["rename one of the two", ""],
        Code::StorageFull => {
            ["remove old snapshots, unused disks (unused0…), images; or extend it", ""]
        }
        Code::StorageOffline => ["pvesm status on that node; then its network and mounts", ""],
        Code::BackupMissing => ["look for its run in the task list, or start one: vzdump {id}", ""],
        Code::BackupLate => {
            ["did the job run? task list of its node, type vzdump", "systemctl status pvescheduler"]
        }
        Code::BackupFailed => {
            ["read the log of its last vzdump task", "then run the job again: Run now"]
        }
        Code::BackupVerifyFailed => [
            "verify the copies before it; back up again now",
            "look at the disks of the PBS: SMART, zpool status",
        ],
        Code::BackupUnverified => ["run the verify job of the datastore by hand", ""],
        Code::BackupUncovered => [
            "Datacenter, Backup: add {id} to a job",
            "or accept it with an [[except]] and a reason",
        ],
        Code::BackupPartial => {
            ["Hardware: tick Backup on that disk", "or accept it with an [[except]] and a reason"]
        }
        Code::BackupAmbiguous => ["give each cluster a namespace of its own", ""],
        Code::BackupJob if problem.detail.as_deref() == Some("unnamed") => [
            "Datacenter, Backup: choose a storage in job {id}",
            "until then vzdump.conf of each node decides: not read, or they differ",
        ],
        Code::BackupBlind => [
            "add that PBS to the configuration as a source",
            "or grant Datastore.Audit on the storage",
        ],
        Code::BackupJob => ["Datacenter, Backup: edit job {id}", ""],
        Code::BackupOrphan => ["keep it, or remove the group in PBS once nobody needs it", ""],
        Code::ReplicationLate => {
            ["pvesr status on the guest's node: does another job hold it up?", ""]
        }
        Code::ReplicationFailing => [
            "pvesr status; then the log: pvesr run --id {id} --verbose",
            "space on the target? zfs list there",
        ],
        Code::ReplicationTargetOffline => ["bring the node back", ""],
        Code::ReplicationDisabled => ["pvesr enable {id}", ""],
        Code::ReplicationUncovered => ["pvesr create-local-job {id}-0 TARGET", ""],
        Code::ReplicationPartial => ["Hardware: untick Skip replication on that disk", ""],
        Code::ReplicationBlind => ["grant VM.Audit on /vms, Sys.Audit on /", ""],
        Code::RecoveryUncovered if problem.facts.due.is_some() => {
            ["vzdump {id} --storage STORAGE makes one now", ""]
        }
        Code::RecoveryUncovered => [
            "vzdump {id} --storage STORAGE makes a copy now",
            "put it into a backup job: Datacenter, Backup",
        ],
        Code::RecoveryObjective if problem.detail.as_deref() == Some("time") => {
            ["replicate it (pvesr create-local-job {id}-0 TARGET), or put it under HA", ""]
        }
        Code::RecoveryObjective => ["make its backup job denser, or replicate it", ""],
        Code::RecoveryNoRoom if problem.detail.as_deref() == Some("bridge") => {
            ["make that bridge there: Node, System, Network; or plug its card into another", ""]
        }
        Code::RecoveryNoRoom => {
            ["w shows who would be where; decide what may be stopped, or add memory", ""]
        }
        Code::RecoveryFragile if problem.detail.as_deref() == Some("site") => {
            ["back it up to a PBS at another site, or sync its copies there", ""]
        }
        Code::RecoveryFragile => [
            "proxmox-backup-manager verify STORE; keep more than one copy",
            "a second PBS with a sync job is the second copy",
        ],
        Code::RecoveryKey => [
            "print it and keep it elsewhere: proxmox-backup-client key paperkey",
            "then say where, so that this is silent: keys = \"…\" in its [[site]]",
        ],
        Code::RecoveryUnrehearsed => [
            "vigie drill start SOURCE/{id} prints the steps of a harmless rehearsal",
            "vigie drill done records it",
        ],
        Code::DatastoreFull => ["prune more, then garbage collection; or extend it", ""],
        Code::DatastoreFilling => {
            ["check that prune and garbage collection run", "else plan for more space"]
        }
        Code::DatastoreGc => ["proxmox-backup-manager garbage-collection start {id}", ""],
        Code::DatastoreVerifyJob => ["proxmox-backup-manager verify-job run {detail}", ""],
        Code::DatastorePruneJob => ["proxmox-backup-manager prune-job run {detail}", ""],
        Code::DatastoreSyncJob => ["read its log; is the remote reachable from the PBS?", ""],
        Code::DatastoreMaintenance => {
            ["when it is done, clear it: Datastore, Options, Maintenance Mode", ""]
        }
        Code::DatastoreOffline => ["on the PBS: mount, zpool status, journalctl -e", ""],
        Code::DatastoreCorrupt => [
            "proxmox-backup-manager verify {id}; then SMART and memory",
            "new backups replace bad chunks",
        ],
        Code::DatastoreUnverified => {
            ["proxmox-backup-manager verify-job create NAME --store {id}", ""]
        }
    }
}
