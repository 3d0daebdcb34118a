//! The words of `vigie report`.

use super::super::{Chapter, Field, Measures, Reports, Tally, Unknown, When, Words};
use super::cut::{of, plural, several, the};
use super::subject::subject;
use super::{French, LONG_MONTHS, day_of, meaning, named};
use crate::fleet::code::Code;
use crate::fleet::part::PartState;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::Problem;
use crate::judge::rows::SourceState;
use crate::judge::verdict::Verdict;

/// So many names are written out before the rest is counted.
const NAMED: usize = 8;

impl Reports for French {
    fn headline(&self, verdict: Verdict) -> String {
        format!("rapport vigie : {}", self.verdict(verdict).to_uppercase())
    }

    fn taken(&self, at: Epoch, when: &When<'_>) -> String {
        at.timestamp().map_or_else(
            || "fait à un moment qui n’est pas une date".to_owned(),
            |at| {
                let at = at.to_zoned(when.zone.clone());
                let date = at.datetime();
                let (day, month) = (day_of(date), named(&LONG_MONTHS, date));
                let (name, time) = (weekday(at.weekday()), at.strftime("%Y, %H:%M %Z"));
                format!("fait le {name} {day} {month} {time}")
            },
        )
    }

    fn tally(&self, problems: &Tally, sites: usize, hosts: usize, guests: usize) -> String {
        let said = listed([
            (problems.critical, "critique", "critiques"),
            (problems.unknown, "inconnu", "inconnus"),
            (problems.warning, "alerte", "alertes"),
        ]);
        let said = if said.is_empty() { "aucun problème".to_owned() } else { said };
        format!(
            "{said} ; regardé : {}, {}, {}",
            several(sites, "site"),
            several(hosts, "hôte"),
            several(guests, "invité")
        )
    }

    fn cannot_rule_out(&self) -> &'static str {
        "Aucun problème n’est connu, mais on n’en sait pas assez pour dire que tout va bien."
    }

    fn not_all_checked(&self) -> String {
        format!("Tout n’a pas pu être vérifié : voir {}.", self.chapter(Chapter::NotChecked))
    }

    fn chapter(&self, chapter: Chapter) -> &'static str {
        match chapter {
            Chapter::Problems => "PROBLÈMES",
            Chapter::Sites => "SITES",
            Chapter::NotChecked => "NON VÉRIFIÉ",
            Chapter::Notices => "À SAVOIR",
            Chapter::Accepted => "ACCEPTÉ",
        }
    }

    fn site(&self, name: &str, verdict: Verdict, off: bool) -> String {
        let verdict = self.verdict(verdict);
        if off {
            format!("SITE {name} : {verdict}, arrêt prévu")
        } else {
            format!("SITE {name} : {verdict}")
        }
    }

    fn field(&self, field: Field) -> &'static str {
        match field {
            Field::Where => "lieu",
            Field::Contact => "contact",
            Field::Hosts => "hôtes",
            Field::Guests => "invités",
            Field::Backups => "sauvegardes",
            Field::Replication => "réplication",
            Field::Recovery => "reprise",
            Field::Storages => "stockages",
            Field::Datastores => "datastores",
        }
    }

    fn named(&self, subject_: &Subject, guest: &str) -> String {
        match subject_ {
            Subject::Guest(key) => {
                format!("invité {} ({guest}) {}", key.vmid, of(key.source.as_str()))
            }
            Subject::Replication(source, job) => {
                format!("réplication {job} ({guest}) {}", of(source.as_str()))
            }
            other => subject(other),
        }
    }

    fn titled(&self, subject: &str, site: Option<&str>) -> String {
        match site {
            Some(site) => format!("{subject}, site {site}"),
            None => subject.to_owned(),
        }
    }

    fn several_of(&self, count: usize, code: Code) -> String {
        format!("{} {code}", several(count, "problème"))
    }

    fn consequence(&self, problem: &Problem) -> &'static str {
        meaning::consequence(problem)
    }

    fn since_when(&self, since: Option<Epoch>, when: &When<'_>) -> String {
        match since {
            Some(at) => {
                let age = self.age(when.now.since(at));
                format!("depuis {} (il y a {age})", the(&self.date(at, when)))
            }
            None => "depuis quand : inconnu".to_owned(),
        }
    }

    fn next_for(&self, whose: Option<&str>) -> String {
        match whose {
            Some(whose) => format!("que faire, pour {whose} :"),
            None => "que faire :".to_owned(),
        }
    }

    fn accepted(&self, reason: &str) -> String {
        format!("accepté : {reason}")
    }

    fn verdicts(&self, tally: &Tally) -> String {
        let counts = [
            (tally.critical, "critique", "critiques"),
            (tally.unknown, "inconnu", "inconnus"),
            (tally.warning, "en alerte", "en alerte"),
            (tally.ok, "ok", "ok"),
            (tally.none, "sans objet", "sans objet"),
        ];
        let mut there = counts.iter().filter(|(n, ..)| *n > 0);
        match (there.next(), there.next()) {
            (Some((count, _, word)), None) if *count > 1 => format!("les {count} {word}"),
            _ => listed(counts),
        }
    }

    fn states(&self, all: usize, running: usize, other: usize, unknown: usize) -> String {
        of_all(
            all,
            [
                (running, "actif", "actifs"),
                (other, "arrêté", "arrêtés"),
                (unknown, "dans un état inconnu", "dans un état inconnu"),
            ],
        )
    }

    fn hosts(&self, all: usize, online: usize, offline: usize, unknown: usize) -> String {
        of_all(
            all,
            [
                (online, "en ligne", "en ligne"),
                (offline, "hors ligne", "hors ligne"),
                (unknown, "dans un état inconnu", "dans un état inconnu"),
            ],
        )
    }

    fn copies(&self, youngest: &str, oldest: &str, whose: &str) -> String {
        if youngest == oldest {
            return format!("dernières bonnes copies vieilles de {oldest}");
        }
        format!(
            "dernières bonnes copies vieilles de {youngest} à {oldest}, la plus vieille : {whose}"
        )
    }

    fn without_copy(&self, guests: usize) -> String {
        format!("aucune bonne copie connue pour {}", several(guests, "invité"))
    }

    fn replicas(&self, youngest: &str, oldest: &str, which: &str) -> String {
        if youngest == oldest {
            return format!("dernières exécutions réussies il y a {oldest}");
        }
        format!(
            "dernières exécutions réussies il y a {youngest} à {oldest}, la plus vieille : {which}"
        )
    }

    fn never_synced(&self, jobs: usize) -> String {
        format!("aucune exécution réussie connue pour {}", several(jobs, "job"))
    }

    fn guests_without_job(&self, guests: usize, verdicts: &str) -> String {
        format!("{} sans job : {verdicts}", several(guests, "invité"))
    }

    fn jobs(&self, jobs: usize) -> String {
        several(jobs, "job")
    }

    fn none_there(&self) -> &'static str {
        "aucun"
    }

    fn may_be_more(&self) -> &'static str {
        "il peut y en avoir d’autres qu’on ne voit pas"
    }

    fn fullest(&self, which: &str, share: &str) -> String {
        format!("le plus plein : {which}, {share}")
    }

    fn incomplete(&self, state: &str) -> String {
        format!("{state}, en partie")
    }

    fn source_unread(
        &self,
        source: &str,
        state: SourceState,
        seen: Option<(&str, &str)>,
        error: Option<&str>,
    ) -> String {
        let error = error.map(|e| format!(" : {e}")).unwrap_or_default();
        match seen {
            Some((age, date)) => {
                let state = source_is(state);
                format!("la source {source} {state}{error} ; dernière réponse il y a {age}, {date}")
            }
            None if state == SourceState::Stale => {
                format!("la source {source} n’a pas encore répondu{error}")
            }
            None => {
                format!("la source {source} {}{error} ; aucune réponse connue", source_is(state))
            }
        }
    }

    fn rights_missing(&self, source: &str, rights: &str) -> String {
        format!("source {source} : il manque au jeton {}", self.right(rights))
    }

    fn parts_unread(
        &self,
        source: &str,
        state: PartState,
        calls: &[&str],
        age: Option<&str>,
        error: Option<&str>,
    ) -> String {
        let state = match state {
            PartState::Fresh => "à jour",
            PartState::Stale => "périmé",
            PartState::Denied => "refusé",
            PartState::Failed => "échoué",
            PartState::NotAsked => "pas demandé",
        };
        let error = error.map(|e| format!(" ({e})")).unwrap_or_default();
        let age = match age {
            Some(age) => format!("lu il y a {age}"),
            None => "jamais lu".to_owned(),
        };
        let calls = some(calls, 4);
        format!("source {source} : {state}{error}, {age} : {calls}")
    }

    fn cannot_be_told(&self, unknown: &Unknown, because: Option<&str>) -> String {
        let mut what = Vec::new();
        for (count, word) in [
            (unknown.hosts, "hôte"),
            (unknown.storages, "stockage"),
            (unknown.datastores, "datastore"),
        ] {
            if count > 0 {
                what.push(several(count, word));
            }
        }
        for (guests, of) in [
            (&unknown.states, "état"),
            (&unknown.backups, "sauvegarde"),
            (&unknown.replication, "réplication"),
        ] {
            if !guests.is_empty() {
                let guests: Vec<&str> = guests.iter().map(String::as_str).collect();
                what.push(format!("{of} de {}", some(&guests, NAMED)));
            }
        }
        let what = what.join(" ; ");
        match because {
            Some(because) => format!("inconnu (cause : {because}) : {what}"),
            None => format!("inconnu, voir {} : {what}", self.chapter(Chapter::Problems)),
        }
    }

    fn all_checked(&self) -> &'static str {
        "Chaque source a été lue en entier ; rien n’a été laissé de côté."
    }

    fn code_heads(&self) -> [&'static str; 3] {
        ["Code", "Famille", "Ce qu’il veut dire"]
    }

    fn code(&self, code_: Code) -> &'static str {
        code(code_)
    }
}

/// What a problem code means, in plain words.
pub(super) fn code(code: Code) -> &'static str {
    match code {
        Code::SourceUnreachable => "aucun point d’accès d’une source ne répond",
        Code::SourceUntrusted => "aucun point d’accès joignable ne montre un certificat approuvé",
        Code::SourceUnauthorized => "le jeton est refusé (401) ; plus rien n’est demandé",
        Code::SourceForbidden => "le jeton n’a pas les droits qu’il faut",
        Code::SourceMalformed => "ce qui répond n’est pas un serveur Proxmox",
        Code::SourceError => "toutes les parties d’une source ont échoué par des erreurs HTTP",
        Code::SourcePartial => "une partie de ce qu’il faut n’a pas pu être lue",
        Code::SourceStale => "une source répond trop lentement ou trop rarement",
        Code::SourceEndpointDown => "un point d’accès parmi plusieurs ne répond pas",
        Code::SourceClockSkew => "l’horloge d’une source est déréglée",
        Code::SourcePlannedOff => "une source se tait dans une fenêtre prévue",
        Code::SourceOptionalRight => "un droit facultatif manque (Remote.Audit)",
        Code::ViewerMemory => {
            "ce qu’on sait ne peut pas être gardé sur disque pour la prochaine fois"
        }
        Code::ClusterNoQuorum => "un cluster n’a pas de quorum",
        Code::ClusterFragile => "un nœud perdu de plus, et le cluster perd son quorum",
        Code::HaError => "HA est en erreur ou muette",
        Code::NodeOffline => "un nœud est hors ligne",
        Code::NodeStale => "le pvestatd d’un nœud ne dit plus rien",
        Code::NodeCpu => "le processeur d’un nœud est trop chargé",
        Code::NodeMemory => "la mémoire d’un nœud est presque pleine",
        Code::NodeSwap => "un nœud utilise trop de swap",
        Code::NodeIowait => "un nœud attend trop ses disques",
        Code::NodeRootfs => "le système de fichiers racine d’un nœud se remplit",
        Code::NodeService => "un service nécessaire d’un nœud ne tourne pas",
        Code::NodeZfs => "un pool ZFS n’est pas sain",
        Code::NodeDisk => "un disque échoue à son test SMART",
        Code::NodeWearout => "un disque est presque usé",
        Code::NodeCertificate => "un certificat expire bientôt, ou a expiré",
        Code::NodeVersion => "une version en fin de vie, ou des versions mêlées dans un cluster",
        Code::GuestDown => "un invité qui démarre avec son nœud est arrêté",
        Code::GuestIoError => "un invité s’est arrêté sur une erreur d’E/S",
        Code::GuestPaused => "un invité est en pause",
        Code::GuestLock => "un verrou a été oublié sur un invité",
        Code::GuestNameClash => "deux invités d’une source portent le même nom",
        Code::StorageFull => "un stockage se remplit",
        Code::StorageOffline => "un stockage est hors d’atteinte d’un nœud",
        Code::BackupMissing => "un job couvre l’invité, et aucune copie n’en compte",
        Code::BackupLate => {
            "la dernière copie d’un invité est plus vieille que sa dernière échéance"
        }
        Code::BackupFailed => "la dernière sauvegarde d’un invité a échoué",
        Code::BackupVerifyFailed => "la dernière copie d’un invité a échoué à sa vérification",
        Code::BackupUnverified => {
            "une vérification a tourné, et a laissé la dernière copie d’un invité de côté"
        }
        Code::BackupUncovered => "aucun job actif ne couvre l’invité",
        Code::BackupPartial => "un disque d’un invité est exclu de sa sauvegarde",
        Code::BackupAmbiguous => {
            "deux clusters écrivent les copies d’un même numéro dans un même espace de noms"
        }
        Code::BackupBlind => "des copies sont là où vigie ne peut pas lire",
        Code::BackupJob => {
            "un job de sauvegarde ne peut faire ce qu’il dit, ou sa dernière exécution a échoué"
        }
        Code::BackupOrphan => "des copies d’un PBS sont d’un invité disparu",
        Code::ReplicationLate => "un réplica est plus vieux que prévu",
        Code::ReplicationFailing => "un job de réplication échoue",
        Code::ReplicationTargetOffline => "le nœud cible d’une réplication est hors ligne",
        Code::ReplicationDisabled => "un job de réplication est désactivé",
        Code::ReplicationUncovered => "un invité n’a pas le réplica qu’on attend",
        Code::ReplicationPartial => "un disque d’un invité est exclu de son réplica",
        Code::ReplicationBlind => "l’état de la réplication n’est pas lisible",
        Code::RecoveryUncovered => "rien ne ferait revenir l’invité si son nœud mourait",
        Code::RecoveryObjective => "le meilleur retour n’atteint pas l’objectif écrit",
        Code::RecoveryNoRoom => "un réplica ou une copie, et nulle part où faire tourner l’invité",
        Code::RecoveryFragile => {
            "le seul retour est une copie unique et non vérifiée, ou est sur le même site"
        }
        Code::RecoveryKey => "la clé des copies n’est que dans leur propre cluster",
        Code::RecoveryUnrehearsed => "la restauration n’a pas été testée, ou pas depuis longtemps",
        Code::DatastoreFull => "un datastore se remplit",
        Code::DatastoreFilling => "un datastore sera bientôt plein à ce rythme",
        Code::DatastoreGc => "la garbage collection échoue ou ne passe pas",
        Code::DatastoreVerifyJob => "un job de vérification échoue ou est en retard",
        Code::DatastorePruneJob => "un job de purge échoue ou est en retard",
        Code::DatastoreSyncJob => "un job de synchronisation échoue ou est en retard",
        Code::DatastoreMaintenance => "un datastore est en maintenance",
        Code::DatastoreOffline => "un datastore n’est pas lisible",
        Code::DatastoreCorrupt => "des morceaux abîmés sont sur le disque d’un datastore",
        Code::DatastoreUnverified => "un datastore a des copies, et rien ne les vérifie",
    }
}

fn weekday(day: jiff::civil::Weekday) -> &'static str {
    use jiff::civil::Weekday;
    match day {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    }
}

/// The state of a source after its name.
fn source_is(state: SourceState) -> &'static str {
    match state {
        SourceState::Fresh => "n’est lue qu’en partie",
        SourceState::Stale => "est périmée",
        SourceState::Unreachable => "est injoignable",
        SourceState::Untrusted => "n’est pas approuvée",
        SourceState::Unauthorized => "refuse le jeton",
        SourceState::Forbidden => "est interdite",
        SourceState::Malformed => "n’est pas un serveur Proxmox, à ses réponses",
        SourceState::Error => "ne répond que par des erreurs",
        SourceState::PlannedOff => "est en arrêt prévu",
    }
}

/// `3 : 2 en ligne, 1 hors ligne`; `3 en ligne` when they are all alike.
fn of_all<const N: usize>(all: usize, counts: [(usize, &'static str, &'static str); N]) -> String {
    let said = listed(counts);
    if counts.iter().any(|(n, ..)| *n == all) { said } else { format!("{all} : {said}") }
}

/// `2 critiques, 1 ok`: only what there is.
fn listed<const N: usize>(counts: [(usize, &'static str, &'static str); N]) -> String {
    let there = counts.iter().filter(|(n, ..)| *n > 0);
    let said: Vec<String> =
        there.map(|(n, one, more)| format!("{n} {}", plural(*n, one, more))).collect();
    said.join(", ")
}

/// The first names, and how many more there are.
fn some(names: &[&str], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).copied().collect();
    let joined = shown.join(", ");
    match names.len().saturating_sub(most) {
        0 => joined,
        rest => format!("{joined} et {rest} de plus"),
    }
}
