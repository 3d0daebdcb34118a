//! Single words.

use super::super::{Head, Label, Words};
use super::French;
use super::cut::several;
use crate::fleet::id::{GuestKind, Product};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{CauseKind, PartState};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::subject::Subject;
use crate::fleet::task::{TaskResult, Work};
use crate::judge::backup::fortnight::Cell;
use crate::judge::problem::Severity;
use crate::judge::rows::{Checked, Ownership, SourceState, StoreJobKind};
use crate::judge::timeline::Deed;
use crate::judge::verdict::Verdict;
use crate::state::{Column, Section, Tab};

impl Words for French {
    fn tab(&self, tab: Tab) -> &'static str {
        match tab {
            Tab::Fleet => "Parc",
            Tab::Problems => "Problèmes",
            Tab::Hosts => "Hôtes",
            Tab::Guests => "Invités",
            Tab::Backups => "Copies",
            Tab::Replication => "Réplicas",
            Tab::Recovery => "Reprise",
            Tab::Tasks => "Tâches",
        }
    }

    fn head(&self, head: Head) -> &'static str {
        match head {
            Head::Blank => "",
            Head::Way | Head::By => "PAR",
            Head::ByHa => "HA",
            Head::ByHand => "MAIN",
            Head::Gone => "PERDU",
            Head::Untold => "?",
            Head::Quorum => "QUORUM",
            Head::Weakly => "FRÊLE",
            Head::Unrehearsed => "À TESTER",
            Head::Target => "SUR",
            Head::Room => "PLACE",
            Head::Loss => "PERTE",
            Head::Worst => "PIRE",
            Head::Back => "EN",
            Head::Rehearsed => "TEST",
            Head::Weak => "MAIS",
            Head::Site => "SITE",
            Head::Source => "SOURCE",
            Head::Hosts => "HÔTES",
            Head::Guests => "INVITÉS",
            Head::Cpu => "CPU",
            Head::Memory => "MÉM",
            Head::Store => "STOCK",
            Head::Backups => "SAUVEGARDES",
            Head::Replicas => "RÉPLICAS",
            Head::Node => "NŒUD",
            Head::Id => "ID",
            Head::Kind => "T",
            Head::Name => "NOM",
            Head::State => "ÉTAT",
            Head::Copy | Head::Restored => "COPIE",
            Head::Replica => "RÉPLICA",
            Head::Uptime => "UP",
            Head::Root => "RACINE",
            Head::Version => "VERSION",
            Head::Age => "ÂGE",
            Head::Tags => "ÉTIQUETTES",
            Head::Days => "14 JOURS",
            Head::Number => "#",
            Head::LeftOut => "EXC",
            Head::Place => "OÙ",
            Head::Next => "SUIV",
            Head::Last => "DERN",
            Head::Schedule => "HORAIRE",
            Head::Used => "UTILISÉ",
            Head::Size => "TOTAL",
            Head::Full => "PLEIN",
            Head::Writers => "ÉCRIVENT",
            Head::Jobs | Head::Marks => "JOBS",

            Head::Route => "DE → VERS",
            Head::Took => "DURÉE",
            Head::Fails => "ÉCHEC",
            Head::Error => "ERREUR",
            Head::Subject => "QUOI",
            Head::Problem => "PROBLÈME",
            Head::Since => "DEPUIS",
            Head::Type => "TYPE",
            Head::Covers => "COUVRE",
            Head::Owner => "PROPRIÉTAIRE",
            Head::Count => "COPIES",
            Head::Seen => "VU",
            Head::Pool => "POOL",
            Head::Lock => "VERROU",
            Head::Guest => "INVITÉ",
            Head::LastGood => "RÉUSSI LE",
            Head::LastTry => "ESSAI",
            Head::Due => "ÉCHÉANCE",
            Head::Debt => "RETARD",
            Head::From => "DE",
            Head::Onto => "VERS",
            Head::Need => "BESOIN",
            Head::Have => "DISPO",
            Head::Free => "LIBRE",
            Head::Idle => "INUTILISÉ",
            Head::Disk => "DISQUE",
            Head::DiskFree => "DISQUE LIBRE",
            Head::Before => "AVANT",
            Head::After => "APRÈS",
            Head::Began => "DÉBUT",
            Head::Task => "TÂCHE",
            Head::Result => "RÉSULTAT",
            Head::Host => "HÔTE",
        }
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Recovery => "REPRISE",
            Label::Copies => "COPIES",
            Label::Replicas => "RÉPLICAS",
            Label::Disks => "DISQUES",
            Label::Tasks => "TÂCHES",
            Label::Next => "QUE FAIRE",
            Label::Meaning => "CE QUE CELA VEUT DIRE",
            Label::Evidence => "PREUVES",
            Label::Endpoints => "POINTS D’ACCÈS",
            Label::Rights => "DROITS",
            Label::Parts => "PARTIES",
            Label::Services => "SERVICES",
            Label::Pools => "POOLS",
            Label::Jobs => "JOBS",
            Label::Writers => "QUI ÉCRIT ICI",
            Label::Namespaces => "ESPACES DE NOMS",
            Label::Groups => "GROUPES",
            Label::Copy => "copie",
            Label::Replica => "réplica",
            Label::IfDied => "si nœud mort",
            Label::Quorum => "quorum",
            Label::Goes => "va sur",
            Label::CopiesLost => "copies",
            Label::FailsNext => "échouera",
            Label::NotBack => "sans",
            Label::Tied => "lié par",
            Label::HaThen => "HA alors",
            Label::Key => "clé",
            Label::Wanted => "voulu",
            Label::Rehearsed => "testé",
            Label::Since => "depuis",
            Label::Site => "site",
            Label::Where => "lieu",
            Label::Contact => "contact",
            Label::Schedule => "horaire",
            Label::NextRun => "prochain",
            Label::LastRun => "dernier",
            Label::LastGood => "réussi",
            Label::Due => "attendu",
            Label::Storage => "écrit sur",
            Label::Covers => "couvre",
            Label::Comment => "note",
            Label::Error => "erreur",
            Label::Usage => "espace",
            Label::Accepted => "accepté",
            Label::Certificate => "certificat",
            Label::Version => "version",
            Label::Clock => "horloge",
            Label::Load => "cpu",
            Label::Memory => "mémoire",
            Label::Swap => "swap",
            Label::Root => "racine",
            Label::Missing => "manque",
            Label::RightsComplete => "tout ce qu’il faut peut être lu",
            Label::InBackup => "dans la sauvegarde",
            Label::InReplica => "dans le réplica",
            Label::Encrypted => "chiffrée",
            Label::RunsNow => "en cours",
            Label::Off => "désactivé",
            Label::Never => "jamais",
            Label::None => "aucun",
            Label::NotKnown => "inconnu",
            Label::Owner => "propriét.",
            Label::Newest => "récente",
            Label::Agent => "avec agent",
            Label::OnBoot => "démarre avec son nœud",
            Label::Template => "modèle",
            Label::Tags => "étiquettes",
            Label::Pool => "pool",
            Label::Lock => "verrou",
            Label::Up => "allumé depuis",
            Label::Took => "durée",
            Label::Fails => "échecs de suite",
            Label::Dedup => "dédupliqué",
            Label::AllFresh => "toutes à jour",
            Label::Seen => "répondu",
            Label::Route => "de",
            Label::Rule => "règle",
            Label::Running => "actifs",
            Label::Backup => "sauvegarde",
            Label::Log => "JOURNAL",
            Label::Began => "début",
            Label::By => "par",
            Label::About => "sujet",
            Label::State => "état",
            Label::Verified => "vérifiées",
            Label::Damaged => "abîmées",
            Label::OverTime => "ÉVOLUTION",
            Label::LastHour => "dernière heure",
            Label::LastDay => "dernier jour",
            Label::LastMonth => "dernier mois",
            Label::Forecast => "mois prochain",
            Label::Asking => "demandé",
            Label::NotMeasured => "non mesuré",
            Label::Read => "disque lu",
            Label::Written => "disque écr",
            Label::Received => "net reçu",
            Label::Sent => "net émis",
            Label::Least => "min",
            Label::Mean => "moy",
            Label::Most => "max",
            Label::IoWait => "attente E/S",
            Label::LoadAverage => "charge",
            Label::Versions => "VERSIONS",
            Label::Kernel => "noyau",
            Label::Zone => "fuseau",
            Label::LifeLeft => "de vie",
            Label::Fragmented => "fragmenté",
            Label::Certificates => "CERTIFICATS",
            Label::Facts => "FICHE",
            Label::System => "système",
            Label::Network => "réseau",
            Label::Devices => "matériel",
            Label::Ha => "HA",
            Label::Created => "création",
            Label::LastRuns => "DERNIÈRES EXÉCUTIONS",
            Label::Takes => "CE QU’IL PREND",
            Label::LeftOut => "exclu",
            Label::Mode => "mode",
            Label::Every => "chaque",
            Label::Trust => "confiance",
            Label::Pinned => "certificat épinglé",
            Label::Authorities => "autorités de certification",
            Label::Fingerprint => "SHA-256",
        }
    }

    fn section(&self, section: Section) -> &'static str {
        match section {
            Section::Sites | Section::Rescues => "SITES",
            Section::Problems => "PROBLÈMES",
            Section::Notices => "À SAVOIR",
            Section::Sources => "SOURCES",
            Section::Nodes => "HÔTES",
            Section::Guests | Section::Copies | Section::Rescue | Section::Fates => "INVITÉS",
            Section::Storages => "STOCKAGES",
            Section::Datastores => "DATASTORES",
            Section::BackupJobs => "JOBS DE SAUVEGARDE",
            Section::Replication => "RÉPLICATION",
            Section::Losses => "SI CE NŒUD MOURAIT",
            Section::Worst => "INVITÉS QUI NE VONT PAS BIEN",
            Section::Tasks => "TÂCHES",
            Section::Groups => "GROUPES SANS INVITÉ CERTAIN",
        }
    }

    fn column(&self, column: Column) -> &'static str {
        match column {
            Column::Verdict => "verdict",
            // Heads that are a sign, or say nothing alone.
            Column::Under(Head::Kind) => "genre",
            Column::Under(Head::Number) => "numéro",
            Column::Under(Head::Untold) => "inconnu",
            Column::Under(Head::Target) => "cible",
            Column::Under(Head::Way | Head::By) => "voie",
            Column::Under(Head::Back) => "délai",
            Column::Under(Head::Weak) => "faiblesse",
            Column::Under(head) => self.head(head),
        }
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "alerte",
            Verdict::Unknown => "inconnu",
            Verdict::Critical => "critique",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Notice => "remarque",
            Severity::Warning => "alerte",
            Severity::Unknown => "inconnu",
            Severity::Critical => "critique",
        }
    }

    fn source_state(&self, state: SourceState) -> &'static str {
        match state {
            SourceState::Fresh => "à jour",
            SourceState::Stale => "périmée",
            SourceState::Unreachable => "injoignable",
            SourceState::Untrusted => "non approuvée",
            SourceState::Unauthorized => "jeton refusé",
            SourceState::Forbidden => "interdite",
            SourceState::Malformed => "pas Proxmox",
            SourceState::Error => "erreurs",
            SourceState::PlannedOff => "arrêt prévu",
        }
    }

    fn node_state(&self, state: NodeState) -> &'static str {
        match state {
            NodeState::Online => "en ligne",
            NodeState::Offline => "absent",
            NodeState::Unknown => "inconnu",
        }
    }

    fn guest_state<'a>(&self, state: &'a str) -> &'a str {
        match state {
            "running" => "actif",
            "stopped" => "arrêté",
            "paused" => "en pause",
            "suspended" => "suspendu",
            "unknown" => "inconnu",
            other => other,
        }
    }

    fn right(&self, right: &str) -> String {
        right.replace(" on ", " sur ")
    }

    fn part_state(&self, state: PartState) -> &'static str {
        match state {
            PartState::Fresh => "à jour",
            PartState::Stale => "périmé",
            PartState::Denied => "refusé",
            PartState::Failed => "échoué",
            PartState::NotAsked => "non lu",
        }
    }

    fn layer(&self, layer: Layer) -> &'static str {
        match layer {
            Layer::Name => "nom introuvable",
            Layer::Route => "aucune route vers l’hôte",
            Layer::Refused => "connexion refusée",
            Layer::Timeout => "pas de réponse à temps",
            Layer::Tls => "échec de la négociation TLS",
            Layer::Reset => "connexion coupée",
        }
    }

    fn cause(&self, kind: CauseKind) -> String {
        match kind {
            CauseKind::Unreachable => "personne de joignable".to_owned(),
            CauseKind::Untrusted => "certificat non approuvé".to_owned(),
            CauseKind::Unauthorized => "jeton refusé".to_owned(),
            CauseKind::Status(code) => format!("HTTP {code}"),
            CauseKind::Timeout => "pas de réponse à temps".to_owned(),
            CauseKind::Cut => "réponse coupée".to_owned(),
            CauseKind::Malformed => "réponse incomprise".to_owned(),
            CauseKind::TooLarge => "réponse trop grande".to_owned(),
            CauseKind::OutOfTime => "temps écoulé".to_owned(),
            CauseKind::Broken => "panne de vigie".to_owned(),
        }
    }

    fn contact(&self, contact: &Contact) -> String {
        match contact {
            Contact::Untried => "pas encore essayé".to_owned(),
            Contact::Fine => "répond".to_owned(),
            Contact::Unreachable(layer, _) => self.layer(*layer).to_owned(),
            Contact::Untrusted => "certificat non approuvé".to_owned(),
            Contact::Unauthorized => "jeton refusé (401)".to_owned(),
            Contact::Malformed(_) => "pas un serveur Proxmox".to_owned(),
            Contact::Error(cause) => self.cause(cause.kind),
        }
    }

    fn checked(&self, checked: Checked) -> &'static str {
        match checked {
            Checked::Ok => "vérifiée",
            Checked::Failed => "abîmée",
            Checked::None => "non vérifiée",
        }
    }

    fn result(&self, result: &TaskResult) -> String {
        match result {
            TaskResult::Ok => "OK".to_owned(),
            TaskResult::Warnings(count) => {
                format!("OK, {}", several(*count as usize, "avertissement"))
            }
            TaskResult::Unknown => "fin inconnue".to_owned(),
            TaskResult::Error(text) => format!("échec : {text}"),
        }
    }

    fn done(&self, deed: &Deed) -> &'static str {
        match deed {
            Deed::Task(_) => "tâche",
            Deed::Run(_) | Deed::Round(_) => "réplication",
            Deed::Copy(_) => "copie",
        }
    }

    fn work(&self, work: Work) -> &'static str {
        match work {
            Work::Backup => "sauvegarde",
            Work::Restore => "restauration",
            Work::Read => "lecture",
            Work::Verify => "vérification",
            Work::Prune => "purge",
            Work::Gc => "ramasse-miettes",
            Work::Sync => "synchro",
            Work::Start => "démarrage",
            Work::Stop => "arrêt forcé",
            Work::Shutdown => "arrêt",
            Work::Reboot => "redémarrage",
            Work::Reset => "reset",
            Work::Suspend => "suspension",
            Work::Resume => "reprise",
            Work::Create => "création",
            Work::Clone => "clonage",
            Work::Destroy => "destruction",
            Work::Migrate => "migration",
            Work::MoveDisk => "déplac. disque",
            Work::Resize => "agrand. disque",
            Work::Snapshot => "instantané",
            Work::DropSnapshot => "suppr. instant.",
            Work::Rollback => "retour instant.",
            Work::Configure => "configuration",
            Work::Template => "mise en modèle",
            Work::CopyImage => "copie d’image",
            Work::DropImage => "suppr. d’image",
            Work::Download => "téléchargement",
            Work::Packages => "liste paquets",
            Work::Console => "console",
            Work::StartAll => "démarrer tout",
            Work::StopAll => "arrêter tout",
            Work::MoveAll => "migrer tout",
            Work::Ha => "HA",
            Work::Service => "service",
            Work::NewStore => "créer stockage",
            Work::DropStore => "retirer stock.",
            Work::Certificate => "certificat",
            Work::Rotate => "rotation logs",
        }
    }

    fn store_job(&self, kind: StoreJobKind) -> &'static str {
        match kind {
            StoreJobKind::Gc => "gc",
            StoreJobKind::Verify => "vérif",
            StoreJobKind::Prune => "purge",
            StoreJobKind::Sync => "synchro",
        }
    }

    fn ownership(&self, of: Ownership) -> &'static str {
        match of {
            Ownership::Orphan => "invité disparu",
            Ownership::Ambiguous => "à l’un de deux",
            Ownership::Foreign => "étranger",
        }
    }

    fn cell(&self, cell: Cell) -> &'static str {
        match cell {
            Cell::Rest => "rien",
            Cell::Pruned => "purgée",
            Cell::Verified => "vérifiée",
            Cell::Made => "faite",
            Cell::Late => "tard",
            Cell::Elsewhere => "ailleurs",
            Cell::Gap => "cause ?",
            Cell::Unknown => "non vue",
            Cell::Bad => "nulle",
            Cell::Failed => "échec",
            Cell::Missing => "manque",
        }
    }

    fn guest_kind(&self, kind: GuestKind) -> &'static str {
        match kind {
            GuestKind::Qemu => "VM",
            GuestKind::Lxc => "conteneur",
        }
    }

    fn guest_letter(&self, kind: GuestKind) -> &'static str {
        match kind {
            GuestKind::Qemu => "V",
            GuestKind::Lxc => "C",
        }
    }

    fn product(&self, product: Product) -> &'static str {
        match product {
            Product::Pve => "PVE",
            Product::Pbs => "PBS",
        }
    }

    fn kind(&self, subject: &Subject) -> &'static str {
        match subject {
            Subject::Viewer => "vigie",
            Subject::Source(_) => "source",
            Subject::Cluster(_) => "cluster",
            Subject::Node(..) => "nœud",
            Subject::Guest(_) => "invité",
            Subject::BackupJob(..) => "sauvegarde",
            Subject::Group(_) => "groupe",
            Subject::Replication(..) => "réplication",
            Subject::Storage(..) => "stockage",
            Subject::Datastore(..) => "datastore",
        }
    }

    fn disk(&self, kind: DiskKind) -> &'static str {
        match kind {
            DiskKind::Disk => "disque",
            DiskKind::Rootfs => "racine",
            DiskKind::MountPoint => "montage",
            DiskKind::Bind => "montage lié",
            DiskKind::Cdrom => "CD-ROM",
            DiskKind::CloudInit => "cloud-init",
            DiskKind::Unused => "inutilisé",
        }
    }
}
