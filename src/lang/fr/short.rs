//! Problems in one short line: the answer in words, worst first.

use super::super::{Measures, When, Words};
use super::French;
use super::cut::{names, of_the, plural, several, the, told};
use crate::fleet::code::Code;
use crate::fleet::part::CauseKind;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity};

/// The pieces a sentence is made from.
struct Say<'a> {
    lang: French,
    facts: &'a Facts,
    detail: &'a str,
    when: &'a When<'a>,
}

impl French {
    /// A share in a sentence: its sign stands apart.
    pub(super) fn share(self, fraction: f64) -> String {
        self.percent(fraction).replace('%', "\u{a0}%")
    }
}

impl Say<'_> {
    fn moment(&self, at: Epoch) -> String {
        self.lang.moment(at, self.when)
    }

    /// How old what `newest` or `age` tells of is now.
    fn age(&self) -> Option<String> {
        let age = self.facts.newest.map(|at| self.when.now.since(at)).or(self.facts.age)?;
        Some(self.lang.age(age))
    }

    /// `CPU à 96 %, limite 95 %`: a share beside its limit.
    fn share(&self, word: &str) -> String {
        match (self.facts.value, self.facts.limit) {
            (Some(value), Some(limit)) => {
                let (value, limit) = (self.lang.share(value), self.lang.share(limit));
                format!("{word} à {value}, limite {limit}")
            }
            (Some(value), None) => format!("{word} à {}", self.lang.share(value)),
            _ => format!("{word} au-delà de la limite"),
        }
    }

    /// The detail, or what stands for it.
    fn what(&self, else_: &str) -> String {
        if self.detail.is_empty() { else_.to_owned() } else { self.detail.to_owned() }
    }

    /// `perdrait 26h, objectif 24h`, `prendrait 3h, objectif 1h`
    fn objective(&self) -> String {
        let verb = if self.detail == "time" { "prendrait" } else { "perdrait" };
        match (self.facts.value, self.facts.limit) {
            (Some(value), Some(limit)) => {
                let (value, limit) = (self.lang.age(value as i64), self.lang.age(limit as i64));
                format!("{verb} {value}, objectif {limit}")
            }
            _ => format!("{verb} plus que l’objectif"),
        }
    }

    /// Of the one way back.
    fn fragile(&self) -> String {
        let place = self.facts.other.as_deref();
        match (self.detail, place) {
            ("site", _) if self.facts.count.is_some() => {
                "tout retour est sur le même site".to_owned()
            }
            ("site", Some(place)) => format!("seul retour, sur le même site : {place}"),
            ("site", None) => "seul retour, sur le même site".to_owned(),
            (_, Some(place)) => format!("seul retour, une copie non vérifiée : {place}"),
            (_, None) => "son seul retour est une copie non vérifiée".to_owned(),
        }
    }

    fn other(&self, else_: &str) -> String {
        self.facts.other.as_deref().unwrap_or(else_).to_owned()
    }
}

/// One line, without the subject.
pub(super) fn short(lang: French, problem: &Problem, when: &When<'_>) -> String {
    let facts = &problem.facts;
    let detail = problem.detail.as_deref().unwrap_or_default();
    let say = Say { lang, facts, detail, when };
    match problem.code {
        Code::SourceUnreachable => say.silent(match facts.layer {
            Some(layer) => lang.layer(layer).to_owned(),
            None => say.what("aucun point d’accès ne répond"),
        }),
        Code::SourceUntrusted => "certificat non approuvé : rien n’a été envoyé".to_owned(),
        Code::SourceUnauthorized => "jeton refusé (401) : plus rien n’est demandé".to_owned(),
        Code::SourceForbidden if facts.names.is_empty() => {
            "n’a pas le droit de lire ce qu’il faut".to_owned()
        }
        Code::SourceForbidden => {
            format!("droits manquants : {}", lang.right(&names(&facts.names, 2)))
        }
        Code::SourceMalformed => "ce qui répond n’est pas un serveur Proxmox".to_owned(),
        Code::SourceError if facts.flag == Some(true) => {
            facts.text.as_deref().unwrap_or("pas de secret").to_owned()
        }
        Code::SourceError if facts.cause == Some(CauseKind::Broken) => {
            "vigie est tombé en panne : un bug".to_owned()
        }
        Code::SourceError => format!("chaque appel échoue{}", told(facts)),
        Code::SourcePartial => say.partial(),
        Code::SourceStale => match say.age() {
            Some(age) => format!("aucun tour complet depuis {age}"),
            None => "aucun tour complet encore".to_owned(),
        },
        Code::SourceEndpointDown => say.endpoint(),
        Code::SourceClockSkew => say.clock(),
        Code::SourcePlannedOff => "arrêt prévu".to_owned(),
        Code::SourceOptionalRight => "jobs de synchro non vus : Remote.Audit manque".to_owned(),
        Code::ViewerMemory => match (facts.text.as_deref(), facts.flag) {
            (Some(words), _) => format!("rien n’est gardé sur disque : {words}"),
            (None, Some(true)) => {
                "rien n’est gardé sur disque : la place n’est pas qu’à nous".to_owned()
            }
            (None, _) => "rien n’est gardé sur disque : trop grand".to_owned(),
        },
        Code::ClusterNoQuorum => match facts.other.as_deref() {
            Some(node) => format!("pas de quorum, dit {node}"),
            None => "pas de quorum".to_owned(),
        },
        Code::ClusterFragile if !facts.names.is_empty() => {
            let absent = plural(facts.names.len(), "absent", "absents");
            format!("{} {absent} : encore un, et plus de quorum", names(&facts.names, 1))
        }
        Code::ClusterFragile => "un nœud perdu, et plus de quorum".to_owned(),
        Code::HaError => match (facts.other.as_deref(), say.age()) {
            (Some(node), Some(age)) => format!("HA muette sur {node} depuis {age}"),
            (Some(node), None) => format!("HA muette sur {node}"),
            _ => "service HA en erreur".to_owned(),
        },
        Code::NodeOffline => "hors ligne, dit son cluster".to_owned(),
        Code::NodeStale => "pvestatd ne dit plus rien : état inconnu".to_owned(),
        Code::NodeCpu => say.share("CPU"),
        Code::NodeMemory => say.share("mémoire"),
        Code::NodeSwap => say.share("swap"),
        Code::NodeIowait => say.share("attente d’E/S"),
        Code::NodeRootfs => say.share("racine"),
        Code::NodeService => {
            let state = facts.text.as_deref().unwrap_or("arrêté");
            format!("{} {state}", say.what("un service nécessaire"))
        }
        Code::NodeZfs => {
            format!("pool {} {}", say.what("?"), facts.text.as_deref().unwrap_or("en mauvais état"))
        }
        Code::NodeDisk => format!("SMART : {} en échec", say.what("un disque")),
        Code::NodeWearout => match facts.value {
            Some(life) => {
                format!("{} : {} de vie restante", say.what("disque"), lang.share(life))
            }
            None => format!("{} : usé", say.what("un disque")),
        },
        Code::NodeCertificate => say.certificate(),
        Code::NodeVersion => say.version(),
        Code::GuestDown => "arrêté, alors qu’il démarre avec son nœud".to_owned(),
        Code::GuestIoError => "arrêté sur une erreur d’E/S".to_owned(),
        Code::GuestPaused => match facts.text.as_deref() {
            None | Some("paused") => "en pause".to_owned(),
            Some(text) => text.to_owned(),
        },
        Code::GuestLock => {
            let lock = match facts.text.as_deref().unwrap_or(detail) {
                "" => "verrou oublié".to_owned(),
                lock => format!("verrou {lock} oublié"),
            };
            match say.age() {
                Some(age) => format!("{lock} depuis {age}"),
                None => lock,
            }
        }
        Code::GuestNameClash => match facts.count {
            Some(vmid) => format!("porte le même nom que l’invité {vmid}"),
            None => "porte le nom d’un autre invité".to_owned(),
        },
        Code::StorageFull | Code::DatastoreFull => say.share("espace"),
        Code::StorageOffline => say.offline_storage(),
        Code::BackupMissing => "aucune copie".to_owned(),
        Code::BackupLate => say.late(),
        Code::BackupFailed => match say.age() {
            Some(age) => format!("sauvegarde échouée, copie de {age}{}", told(facts)),
            None => format!("sauvegarde échouée, aucune copie{}", told(facts)),
        },
        Code::BackupVerifyFailed => match facts.newest {
            Some(at) => format!("la copie {} est abîmée", of_the(&say.moment(at))),
            None => "la copie la plus récente est abîmée".to_owned(),
        },
        Code::BackupUnverified => match facts.newest {
            Some(at) => format!("vérification passée sans la copie {}", of_the(&say.moment(at))),
            None => "vérification passée sans la dernière copie".to_owned(),
        },
        Code::BackupUncovered => match say.age() {
            Some(age) => format!("dans aucun job ; dernière copie il y a {age}"),
            None if problem.severity == Severity::Unknown => {
                "dans aucun job ; copies inconnues".to_owned()
            }
            None => "dans aucun job de sauvegarde, et aucune copie".to_owned(),
        },
        Code::BackupPartial => say.left_out("de la sauvegarde"),
        Code::BackupAmbiguous => "deux clusters écrivent là : à qui la copie ?".to_owned(),
        Code::BackupBlind => match facts.count {
            Some(count) => {
                format!("copies de {} hors de vue", several(count as usize, "invité"))
            }
            None => "les copies y sont hors de vue".to_owned(),
        },
        Code::BackupJob => say.backup_job(),
        Code::BackupOrphan => match (facts.count, say.age()) {
            (Some(count), Some(age)) => {
                let copies = several(count as usize, "copie");
                format!("{copies}, invité disparu, dernière il y a {age}")
            }
            _ => "copies d’un invité disparu".to_owned(),
        },
        Code::ReplicationLate => {
            let to = say.other("sa cible");
            match say.age() {
                Some(age) => format!("réplica sur {to} vieux de {age}"),
                None => format!("jamais répliqué vers {to}"),
            }
        }
        Code::ReplicationFailing => say.failing(problem.since),
        Code::ReplicationTargetOffline => {
            format!("la cible {} est hors ligne", say.other("de la réplication"))
        }
        Code::ReplicationDisabled => match facts.other.as_deref() {
            Some(to) => format!("réplication vers {to} désactivée"),
            None => "réplication désactivée".to_owned(),
        },
        Code::ReplicationUncovered => "dans aucun job de réplication".to_owned(),
        Code::ReplicationPartial => say.left_out("du réplica"),
        Code::ReplicationBlind => format!("état de la réplication illisible{}", told(facts)),
        Code::RecoveryUncovered => match facts.due {
            Some(due) => {
                format!("sans retour avant sa première sauvegarde, {}", say.moment(due))
            }
            None => "aucun retour si son nœud meurt".to_owned(),
        },
        Code::RecoveryObjective => say.objective(),
        Code::RecoveryNoRoom if detail == "bridge" => format!(
            "nulle part où tourner tel quel : pas de pont {} sur {}",
            facts.text.as_deref().unwrap_or("?"),
            facts.other.as_deref().unwrap_or("?")
        ),
        Code::RecoveryNoRoom if detail == "ha" => format!(
            "HA le démarre sans la place : au mieux {}",
            facts.other.as_deref().unwrap_or("?")
        ),
        Code::RecoveryNoRoom => match facts.value {
            Some(bytes) => {
                format!(
                    "nulle part où tourner : il lui faut {} de mémoire",
                    lang.bytes(bytes as u64)
                )
            }
            None => "nulle part où tourner".to_owned(),
        },
        Code::RecoveryFragile => say.fragile(),
        Code::RecoveryKey => "la clé de ses copies meurt avec son cluster".to_owned(),
        Code::RecoveryUnrehearsed => match say.age() {
            Some(age) if facts.flag == Some(true) => {
                format!("test de restauration en échec il y a {age}")
            }
            Some(age) => format!("restauration testée il y a {age}"),
            None if facts.text.is_some() => format!("journal des tests illisible{}", told(facts)),
            None => "restauration jamais testée".to_owned(),
        },
        Code::DatastoreFilling => match facts.at {
            Some(at) => format!("plein dans {} à ce rythme", lang.age(at.since(when.now))),
            None => "bientôt plein à ce rythme".to_owned(),
        },
        Code::DatastoreGc => match (facts.flag, say.age()) {
            (Some(false), _) => format!("garbage collection en échec{}", told(facts)),
            (_, Some(age)) => format!("dernière garbage collection il y a {age}"),
            _ => "garbage collection jamais passée".to_owned(),
        },
        Code::DatastoreVerifyJob => say.store_job("vérification"),
        Code::DatastorePruneJob => say.store_job("purge"),
        Code::DatastoreSyncJob => say.store_job("synchronisation"),
        Code::DatastoreMaintenance => format!("en maintenance : {}", say.what("mode inconnu")),
        Code::DatastoreOffline => match facts.text.as_deref() {
            Some(text) => format!("illisible : {text}"),
            None => "pas monté".to_owned(),
        },
        Code::DatastoreCorrupt => match facts.count {
            Some(count) => {
                let bad = plural(count as usize, "morceau abîmé", "morceaux abîmés");
                format!("{count} {bad} sur le disque")
            }
            None => "morceaux abîmés sur le disque".to_owned(),
        },
        Code::DatastoreUnverified => "rien ne vérifie ses copies".to_owned(),
    }
}

impl Say<'_> {
    /// `plus vue depuis 2h : aucune route vers l'hôte`
    fn silent(&self, why: String) -> String {
        match self.age() {
            Some(age) => format!("plus vue depuis {age} : {why}"),
            None => why,
        }
    }

    fn partial(&self) -> String {
        let what =
            if self.facts.names.is_empty() { self.what("") } else { names(&self.facts.names, 2) };
        let unread = |count: u32| {
            let unread = plural(count as usize, "non lue", "non lues");
            format!("{} {unread}", several(count as usize, "partie"))
        };
        match (self.facts.count, what.is_empty()) {
            (Some(count), false) => format!("{} : {what}", unread(count)),
            (Some(count), true) => unread(count),
            (None, false) => format!("non lu : {what}"),
            (None, true) => "des parties sont illisibles".to_owned(),
        }
    }

    fn endpoint(&self) -> String {
        let who = self.facts.other.as_deref().unwrap_or(self.detail);
        let who = if who.is_empty() { "un point d’accès" } else { who };
        match (self.facts.layer, self.facts.flag) {
            (Some(layer), _) => format!("{who} : {}", self.lang.layer(layer)),
            (None, Some(true)) => format!("{who} : certificat changé, un pair le garantit"),
            (None, Some(false)) => format!("{who} : certificat démenti par un pair"),
            (None, None) => match self.facts.cause {
                Some(CauseKind::Malformed) => format!("{who} : pas un serveur Proxmox"),
                Some(cause) => {
                    format!("{who} : ne répond que des erreurs, {}", self.lang.cause(cause))
                }
                None => format!("{who} : ne répond pas comme il faut"),
            },
        }
    }

    fn clock(&self) -> String {
        let Some(value) = self.facts.value else { return "horloge déréglée".to_owned() };
        let off = self.lang.duration(value.abs());
        if !self.facts.names.is_empty() {
            let side = if value > 0.0 { "retarde" } else { "avance" };
            let count = several(self.facts.names.len(), "source");
            return format!("notre horloge {side} de {off} sur {count}");
        }
        format!("l’horloge {} de {off}", if value > 0.0 { "avance" } else { "retarde" })
    }

    fn certificate(&self) -> String {
        let Some(end) = self.facts.at else { return "le certificat expire bientôt".to_owned() };
        let left = end.since(self.when.now);
        if left <= 0 {
            return format!("certificat expiré depuis {}", the(&self.moment(end)));
        }
        format!("le certificat expire dans {}", self.lang.age(left))
    }

    fn version(&self) -> String {
        let version = self.facts.text.as_deref().unwrap_or("version");
        match (self.facts.other.as_deref(), self.facts.at) {
            (Some(highest), _) => format!("encore {version}, d’autres sont en {highest}"),
            (None, Some(end)) => {
                // Years back, the year is what matters.
                let far = self.when.now.since(end).saturating_abs() > super::FAR;
                let end = if far {
                    self.lang.date(end, self.when)
                } else {
                    self.lang.day(end, self.when)
                };
                format!("{version} : fin de vie le {end}")
            }
            (None, None) => format!("{version} : en fin de vie"),
        }
    }

    fn offline_storage(&self) -> String {
        let from = if self.facts.names.is_empty() {
            "hors ligne".to_owned()
        } else {
            format!("hors d’atteinte de {}", names(&self.facts.names, 2))
        };
        match self.facts.count {
            Some(count) if count > 0 => {
                let use_ = plural(count as usize, "l’utilise", "l’utilisent");
                format!("{from} ; {} {use_}", several(count as usize, "invité"))
            }
            _ => from,
        }
    }

    /// `sauvegarde en retard : due à 02:00, copie de 26h`
    fn late(&self) -> String {
        let newest = self.age().map(|age| format!("copie de {age}"));
        let due = self.facts.due.map(|due| {
            let due = self.moment(due);
            if due.contains(' ') { format!("due le {due}") } else { format!("due à {due}") }
        });
        match (due, newest) {
            (Some(due), Some(newest)) => format!("sauvegarde en retard : {due}, {newest}"),
            (Some(said), None) | (None, Some(said)) => format!("sauvegarde en retard : {said}"),
            (None, None) => "sauvegarde en retard".to_owned(),
        }
    }

    fn left_out(&self, of: &str) -> String {
        match self.facts.names.is_empty() && self.detail.is_empty() {
            true => format!("un disque est exclu {of}"),
            false if self.facts.names.is_empty() => format!("{} exclu {of}", self.detail),
            false => {
                let out = plural(self.facts.names.len(), "exclu", "exclus");
                format!("{} {out} {of}", names(&self.facts.names, 3))
            }
        }
    }

    fn backup_job(&self) -> String {
        match self.detail {
            "guests" if self.facts.names.is_empty() => "liste des invités disparus".to_owned(),
            "guests" => format!("liste des invités disparus : {}", names(&self.facts.names, 3)),
            "empty" => "ne couvre aucun invité".to_owned(),
            "dumpdir" => "écrit dans un simple répertoire".to_owned(),
            "storage" => {
                let how = match self.facts.flag {
                    Some(true) => "n’existe pas",
                    Some(false) => "est désactivé",
                    None => "est inutilisable",
                };
                format!("son stockage {} {how}", self.other("?"))
            }
            "unnamed" => "ne nomme aucun stockage : où vont ses copies ?".to_owned(),
            "schedule" => format!("son horaire ne vient jamais{}", told(self.facts)),
            _ => format!("dernière exécution échouée{}", told(self.facts)),
        }
    }

    fn failing(&self, since: Option<Epoch>) -> String {
        let to = match self.facts.other.as_deref() {
            Some(to) => format!("réplication vers {to} en échec"),
            None => "réplication en échec".to_owned(),
        };
        let since =
            since.map_or_else(String::new, |at| format!(" depuis {}", the(&self.moment(at))));
        let times = match self.facts.count {
            Some(count) if count > 1 => format!(" ({count}×)"),
            _ => String::new(),
        };
        format!("{to}{since}{times}{}", told(self.facts))
    }

    fn store_job(&self, kind: &str) -> String {
        let id = self.facts.other.as_deref().unwrap_or(self.detail);
        let job = if id.is_empty() { kind.to_owned() } else { format!("{kind} {id}") };
        match (self.facts.flag, self.facts.due) {
            (Some(true), Some(due)) => {
                format!("{job} en retard depuis {}", the(&self.moment(due)))
            }
            (Some(true), None) => format!("{job} en retard"),
            _ => format!("{job} en échec{}", told(self.facts)),
        }
    }
}
