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
    "vigie trust {id} : montre l’ancien et le nouveau, et demande avant d’épingler",
    "sur le serveur : pvenode cert info, ou proxmox-backup-manager cert info",
];

fn lines(problem: &Problem) -> [&'static str; 2] {
    match problem.code {
        Code::SourceUnreachable => unread::unreachable(&problem.facts),
        Code::SourceUntrusted => TRUST,
        Code::SourceEndpointDown if !problem.facts.strangers.is_empty() => TRUST,
        Code::SourceUnauthorized => [
            "vérifier le jeton : Permissions, Jetons d’API (date d’expiration, secret)",
            "une fois réparé, r dans le tableau de bord interroge à nouveau",
        ],
        Code::SourceForbidden => [
            "pveum acl modify / --tokens USER@REALM!TOKEN --roles PVEAuditor",
            "sur PBS : proxmox-backup-manager acl update / Audit --auth-id TOKEN",
        ],
        Code::SourceMalformed => ["curl -k https://ENDPOINT/api2/json/version : qui répond ?", ""],
        Code::SourceError => unread::error(&problem.facts),
        Code::SourcePartial => {
            ["les appels et leurs mots : NON VÉRIFIÉ dans vigie report, e à l’écran", ""]
        }
        Code::SourceStale => ["regarder la charge de son nœud et la ligne qui y mène", ""],
        Code::SourceEndpointDown => [
            "systemctl status pveproxy sur ce nœud",
            "pvecm updatecerts si son certificat a changé",
        ],
        Code::SourceClockSkew => ["chronyc tracking, ou timedatectl, des deux côtés", ""],
        Code::SourcePlannedOff => ["rien ; la fenêtre est dans la configuration", ""],
        Code::SourceOptionalRight => {
            ["proxmox-backup-manager acl update /remote RemoteAudit --auth-id TOKEN", ""]
        }
        Code::ViewerMemory if problem.facts.flag == Some(true) => {
            ["chown et chmod go-w sur son dossier et celui au-dessus, ou les supprimer", ""]
        }
        Code::ViewerMemory => {
            ["lui faire de la place : df -h ; ou corriger les droits de son dossier", ""]
        }
        Code::ClusterNoQuorum => {
            ["pvecm status sur chaque nœud ; puis le réseau entre eux", "corosync-cfgtool -s"]
        }
        Code::ClusterFragile => {
            ["ramener le nœud, ou ajouter un QDevice : pvecm qdevice setup", ""]
        }
        Code::HaError => ["ha-manager status ; puis ha-manager set vm:ID --state disabled", ""],
        Code::NodeOffline => {
            ["vérifier son courant : console, IPMI ; ou demander au contact du site", ""]
        }
        Code::NodeStale => ["systemctl status pvestatd sur {id} ; un stockage figé l’arrête", ""],
        Code::NodeCpu | Code::NodeIowait => {
            ["sur {id} : top, iotop ; quel invité en est la cause ?", ""]
        }
        Code::NodeMemory | Code::NodeSwap => {
            ["sur {id} : free -h, arc_summary ; déplacer un invité", ""]
        }
        Code::NodeRootfs => [
            "sur {id} : du -xh -d2 / | sort -h | tail",
            "apt clean ; vieux noyaux, journaux, images ISO",
        ],
        Code::NodeService => ["sur {id} : systemctl status {detail}", "journalctl -u {detail} -e"],
        Code::NodeZfs => ["sur {id} : zpool status -x {detail}", ""],
        Code::NodeDisk => {
            ["sur {id} : smartctl -a {detail}", "commander le remplaçant, puis zpool replace"]
        }
        Code::NodeWearout => ["sur {id} : smartctl -a {detail}", ""],
        Code::NodeCertificate => {
            ["pvecm updatecerts --force sur ce nœud, ou pvenode acme cert renew", ""]
        }
        Code::NodeVersion => ["pve8to9 --full sur {id} avant la mise à niveau", ""],
        Code::GuestDown => {
            ["pourquoi ? ses dernières tâches ; puis qm start {id} ou pct start {id}", ""]
        }
        Code::GuestIoError => ["libérer de la place sur son stockage, puis qm resume {id}", ""],
        Code::GuestPaused => ["qm resume {id}, si personne ne l’a mis en pause exprès", ""],
        Code::GuestLock => ["aucune tâche dessus ? alors qm unlock {id} ou pct unlock {id}", ""],
        Code::GuestNameClash => ["renommer l’un des deux", ""],
        Code::StorageFull => {
            ["supprimer instantanés, disques inutilisés (unused0…), images ; ou l’agrandir", ""]
        }
        Code::StorageOffline => ["pvesm status sur ce nœud ; puis son réseau et ses montages", ""],
        Code::BackupMissing => {
            ["chercher son exécution dans les tâches, ou en lancer une : vzdump {id}", ""]
        }
        Code::BackupLate => [
            "le job est-il parti ? tâches de son nœud, type vzdump",
            "systemctl status pvescheduler",
        ],
        Code::BackupFailed => [
            "lire le journal de sa dernière tâche vzdump",
            "puis relancer le job : Exécuter maintenant",
        ],
        Code::BackupVerifyFailed => [
            "vérifier les copies d’avant ; resauvegarder tout de suite",
            "regarder les disques du PBS : SMART, zpool status",
        ],
        Code::BackupUnverified => ["lancer à la main le job de vérification du datastore", ""],
        Code::BackupUncovered => [
            "Centre de données, Sauvegarde : ajouter {id} à un job",
            "ou l’accepter par un [[except]] avec sa raison",
        ],
        Code::BackupPartial => [
            "Matériel : cocher Sauvegarde sur ce disque",
            "ou l’accepter par un [[except]] avec sa raison",
        ],
        Code::BackupAmbiguous => ["donner à chaque cluster son propre espace de noms", ""],
        Code::BackupJob if problem.detail.as_deref() == Some("unnamed") => [
            "Centre de données, Sauvegarde : choisir un stockage dans le job {id}",
            "d’ici là le vzdump.conf de chaque nœud décide : non lus, ou pas d’accord",
        ],
        Code::BackupBlind => [
            "ajouter ce PBS à la configuration, comme source",
            "ou accorder Datastore.Audit sur le stockage",
        ],
        Code::BackupJob => ["Centre de données, Sauvegarde : modifier le job {id}", ""],
        Code::BackupOrphan => {
            ["le garder, ou ôter le groupe dans PBS quand plus personne n’en a besoin", ""]
        }
        Code::ReplicationLate => {
            ["pvesr status sur le nœud de l’invité : un autre job le retient-il ?", ""]
        }
        Code::ReplicationFailing => [
            "pvesr status ; puis le journal : pvesr run --id {id} --verbose",
            "de la place sur la cible ? y lancer zfs list",
        ],
        Code::ReplicationTargetOffline => ["ramener le nœud", ""],
        Code::ReplicationDisabled => ["pvesr enable {id}", ""],
        Code::ReplicationUncovered => ["pvesr create-local-job {id}-0 TARGET", ""],
        Code::ReplicationPartial => ["Matériel : décocher « Skip replication » sur ce disque", ""],
        Code::ReplicationBlind => ["accorder VM.Audit sur /vms, Sys.Audit sur /", ""],
        Code::RecoveryUncovered if problem.facts.due.is_some() => {
            ["vzdump {id} --storage STORAGE en fait une maintenant", ""]
        }
        Code::RecoveryUncovered => [
            "vzdump {id} --storage STORAGE fait une copie maintenant",
            "le mettre dans un job : Centre de données, Sauvegarde",
        ],
        Code::RecoveryObjective if problem.detail.as_deref() == Some("time") => {
            ["le répliquer (pvesr create-local-job {id}-0 TARGET), ou le mettre en HA", ""]
        }
        Code::RecoveryObjective => {
            ["mettre un horaire de sauvegarde plus serré, ou le répliquer", ""]
        }
        Code::RecoveryNoRoom if problem.detail.as_deref() == Some("bridge") => {
            ["y faire ce pont : Nœud, Système, Réseau ; ou brancher sa carte sur un autre", ""]
        }
        Code::RecoveryNoRoom => {
            ["w montre qui irait où ; décider quoi arrêter, ou ajouter de la mémoire", ""]
        }
        Code::RecoveryFragile if problem.detail.as_deref() == Some("site") => {
            ["le sauvegarder sur un PBS d’un autre site, ou y synchroniser ses copies", ""]
        }
        Code::RecoveryFragile => [
            "proxmox-backup-manager verify STORE ; garder plus d’une copie",
            "un second PBS avec un job de synchronisation est la seconde copie",
        ],
        Code::RecoveryKey => [
            "l’imprimer et la garder ailleurs : proxmox-backup-client key paperkey",
            "puis dire où, et ceci se taira : keys = \"…\" dans son [[site]]",
        ],
        Code::RecoveryUnrehearsed => [
            "vigie drill start SOURCE/{id} écrit les étapes d’un test sans danger",
            "vigie drill done le note",
        ],
        Code::DatastoreFull => ["purger davantage, puis garbage collection ; ou l’agrandir", ""],
        Code::DatastoreFilling => {
            ["vérifier que purge et garbage collection tournent", "sinon prévoir plus de place"]
        }
        Code::DatastoreGc => ["proxmox-backup-manager garbage-collection start {id}", ""],
        Code::DatastoreVerifyJob => ["proxmox-backup-manager verify-job run {detail}", ""],
        Code::DatastorePruneJob => ["proxmox-backup-manager prune-job run {detail}", ""],
        Code::DatastoreSyncJob => {
            ["lire son journal ; le distant est-il joignable depuis le PBS ?", ""]
        }
        Code::DatastoreMaintenance => {
            ["quand c’est fini, l’enlever : Datastore, Options, Mode de maintenance", ""]
        }
        Code::DatastoreOffline => ["sur le PBS : mount, zpool status, journalctl -e", ""],
        Code::DatastoreCorrupt => [
            "proxmox-backup-manager verify {id} ; puis SMART et mémoire",
            "de nouvelles sauvegardes remplacent les morceaux abîmés",
        ],
        Code::DatastoreUnverified => {
            ["proxmox-backup-manager verify-job create NAME --store {id}", ""]
        }
    }
}
