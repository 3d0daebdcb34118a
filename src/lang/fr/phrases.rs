//! Short sentences of the screen.

use super::super::{Phrases, Words};
use super::French;
use super::cut::{of_the, plural, several, the};
use super::subject::subject;
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::problem::Problem;
use crate::judge::verdict::Verdict;
use crate::state::{Column, Notice, Section, overlay::Poll};

impl Phrases for French {
    fn said_of(&self, what: &str, said: &str) -> String {
        format!("{what} : {said}")
    }

    fn besides(&self, said: &[&str]) -> String {
        said.join(" ; ")
    }

    fn critical(&self, count: usize) -> String {
        several(count, "critique")
    }

    fn warning(&self, count: usize) -> String {
        several(count, "alerte")
    }

    fn unknown(&self, count: usize) -> String {
        several(count, "inconnu")
    }

    fn all_well(&self) -> &'static str {
        "tout va bien"
    }

    fn waiting(&self) -> &'static str {
        "en attente des premières réponses"
    }

    fn asking(&self, left: usize, all: usize) -> String {
        format!("interroge {left} sur {}", several(all, "source"))
    }

    fn asking_short(&self, left: usize) -> String {
        format!("interroge {left}")
    }

    fn totals(&self, sites: usize, hosts: usize, guests: usize, all: bool) -> String {
        format!("{} {}", several(sites, "site"), self.totals_short(hosts, guests, all))
    }

    fn totals_short(&self, hosts: usize, guests: usize, all: bool) -> String {
        if all {
            return format!("{} {}", several(hosts, "hôte"), several(guests, "invité"));
        }
        format!("{hosts}+ hôtes {guests}+ invités")
    }

    fn too_small(&self, width: u16, height: u16) -> String {
        format!("{width}x{height} : trop petit, il faut 40x10")
    }

    fn nothing(&self, section: Section) -> &'static str {
        match section {
            Section::Sites => "aucun site configuré",
            Section::Rescues => "aucun site dont on connaisse les invités",
            Section::Problems => "aucun problème",
            Section::Notices => "rien à signaler",
            Section::Sources => "aucune source",
            Section::Nodes | Section::Losses => "aucun hôte connu",
            Section::Guests | Section::Copies | Section::Rescue => "aucun invité connu",
            Section::Fates => "aucun invité ne serait touché",
            Section::Storages => "aucun stockage connu",
            Section::Datastores => "aucun datastore connu",
            Section::BackupJobs => "aucun job de sauvegarde connu",
            Section::Replication => "aucun job de réplication connu",
            Section::Tasks => "rien de fait, pour ce qu’on en sait",
            Section::Worst => "aucun invité qui n’aille pas bien",
            Section::Groups => "aucun groupe de ce genre connu",
        }
    }

    fn not_all_seen(&self) -> &'static str {
        "toutes les sources ne sont pas lisibles"
    }

    fn nothing_called_so(&self) -> &'static str {
        "rien ne s’appelle ainsi"
    }

    fn nothing_passes(&self, hidden: usize, key: Option<&str>) -> String {
        let hidden = format!("{hidden} {}", plural(hidden, "cachée", "cachées"));
        match key {
            Some(key) => format!("rien ne passe : {hidden}, {key} montre tout"),
            None => format!("rien ne passe : {hidden}"),
        }
    }

    fn more(&self, lines: usize) -> String {
        format!("encore {lines}")
    }

    fn part_of(&self, shown: usize, total: usize) -> String {
        format!("{shown} sur {total}")
    }

    fn filtered(&self, text: &str) -> String {
        format!("filtre : {text}")
    }

    fn filter_takes(&self, fields: &[&str]) -> String {
        format!("mots  !non  \"a b\"  {}:", fields.join(": "))
    }

    fn no_field(&self, name: &str, meant: Option<&str>) -> String {
        match meant {
            Some(meant) => format!("pas de {name} : serait-ce {meant}: ?"),
            None => format!("pas de champ {name} : pris comme un mot"),
        }
    }

    fn no_problem_known(&self) -> &'static str {
        "aucun problème connu"
    }

    fn as_told(&self, call: &str, ago: &str) -> String {
        format!("su par GET {call}, {ago}")
    }

    fn made(&self, taken: &str, held: Option<&str>) -> String {
        match held {
            Some(held) => format!("{taken}, d’un écran figé depuis {held}"),
            None => taken.to_owned(),
        }
    }

    fn only_faults(&self) -> &'static str {
        "défauts seuls"
    }

    fn sorted(&self, column: Option<Column>, reversed: bool) -> String {
        let column = column.map_or("identité", |column| self.column(column));
        if reversed { format!("par {column}, inversé") } else { format!("par {column}") }
    }

    fn frozen(&self, age: &str, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("figé depuis {age}, {key} reprend"),
            None => format!("figé depuis {age}"),
        }
    }

    fn backups_bad(&self, bad: usize, all: usize, word: Option<&str>, worst: Verdict) -> String {
        format!("{bad}/{all} {}", several_words(bad, word, worst))
    }

    fn replicas_bad(&self, bad: usize, word: Option<&str>, worst: Verdict) -> String {
        format!("{bad} {}", several_words(bad, word, worst))
    }

    fn copy_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str {
        match problem.map(|p| p.code) {
            Some(Code::BackupMissing) => "absente",
            Some(Code::BackupLate) => "retard",
            Some(Code::BackupFailed) => "échec",
            Some(Code::BackupVerifyFailed) => "abîmée",
            Some(Code::BackupUnverified) => "non vér",
            Some(Code::BackupUncovered) => "0 job",
            Some(Code::BackupPartial) => "partiel",
            Some(Code::BackupAmbiguous) => "à qui ?",
            _ => match verdict {
                Verdict::Ok => "",
                Verdict::Warning => "à voir",
                Verdict::Unknown => "?",
                Verdict::Critical => "mauvais",
            },
        }
    }

    fn copy_doubt(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str {
        match problem.map(|p| p.code) {
            Some(Code::BackupFailed) => "job KO",
            Some(Code::BackupVerifyFailed) => "nouv KO",
            _ => self.copy_word(problem, verdict),
        }
    }

    fn replica_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str {
        match problem.map(|p| p.code) {
            Some(Code::ReplicationLate) => "retard",
            Some(Code::ReplicationFailing) => "échec",
            Some(Code::ReplicationTargetOffline) => "cible off",
            Some(Code::ReplicationDisabled) => "off",
            Some(Code::ReplicationUncovered) => "0 job",
            Some(Code::ReplicationPartial) => "partiel",
            Some(Code::ReplicationBlind) => "aveugle",
            _ => match verdict {
                Verdict::Ok => "",
                Verdict::Warning => "à voir",
                Verdict::Unknown => "?",
                Verdict::Critical => "mauvais",
            },
        }
    }

    fn full_in(&self, age: &str) -> String {
        format!("plein dans {age}")
    }

    fn since(&self, moment: &str) -> String {
        format!("depuis {}", the(moment))
    }

    fn at_least(&self, age: &str) -> String {
        // What is below a year has its own sign already.
        if age.starts_with('<') { age.to_owned() } else { format!("≥{age}") }
    }

    fn stood(&self, age: &str) -> String {
        format!("c’était déjà ainsi il y a {age}")
    }

    fn seen_before(&self, age: &str) -> String {
        format!("vu d’abord il y a {age}, pas toujours veillé depuis")
    }

    fn ago(&self, age: &str) -> String {
        format!("il y a {age}")
    }

    fn ahead(&self, age: &str) -> String {
        format!("dans {age}")
    }

    fn because(&self, subject_: &Subject) -> String {
        format!("cause : {}", subject(subject_))
    }

    fn follow_from_it(&self, problems: usize) -> String {
        format!("+{problems} à cause d’elle")
    }

    fn several_like(&self, like: &Subject, count: usize) -> String {
        match like {
            Subject::Viewer => several(count, "problème"),
            Subject::Storage(..) => several(count, "stockage"),
            Subject::Source(_) => several(count, "source"),
            Subject::Cluster(_) => several(count, "cluster"),
            Subject::Node(..) => several(count, "nœud"),
            Subject::Guest(_) => several(count, "invité"),
            Subject::BackupJob(..) => format!("{} de sauvegarde", several(count, "job")),
            Subject::Group(_) => several(count, "groupe"),
            Subject::Replication(..) => several(count, "réplication"),
            Subject::Datastore(..) => several(count, "datastore"),
        }
    }

    fn gone(&self) -> &'static str {
        "cela n’existe plus"
    }

    fn over(&self) -> &'static str {
        "ce problème est passé"
    }

    fn was(&self, state: &str, age: &str) -> String {
        format!("{state} il y a {age}")
    }

    fn count_groups(&self, groups: usize, copies: usize) -> String {
        format!("{}, {}", several(groups, "groupe"), several(copies, "copie"))
    }

    fn count_disks(&self, guests: usize, disks: usize) -> String {
        format!("{}, {}", several(guests, "invité"), several(disks, "disque"))
    }

    fn in_no_job(&self, guests: usize) -> String {
        format!("{} dans aucun job", several(guests, "invité"))
    }

    fn takes_none(&self, jobs: usize) -> String {
        let take = plural(jobs, "ne prend", "ne prennent");
        format!("{} {take} aucun invité", several(jobs, "job"))
    }

    fn without_guest(&self, groups: usize) -> String {
        format!("{} sans invité", several(groups, "groupe"))
    }

    fn of_two(&self, groups: usize) -> String {
        format!("{} de deux clusters", several(groups, "groupe"))
    }

    fn came(&self, moment: &str) -> String {
        if moment.contains(' ') {
            format!("arrivée le {moment}")
        } else {
            format!("arrivée à {moment}")
        }
    }

    fn gaps(&self, runs: usize, first: &str, last: &str) -> String {
        let span = if runs < 2 { of_the(first) } else { format!("{} à {last}", of_the(first)) };
        format!(
            "{} {span} : purge, exécution manquée ou pas encore de job",
            several(runs, "exécution")
        )
    }

    fn notice(&self, notice: &Notice) -> String {
        match notice {
            Notice::Asked(Poll::All) => "toutes les sources sont interrogées".to_owned(),
            Notice::Asked(Poll::Site(site)) => {
                format!("toutes les sources de {site} sont interrogées")
            }
            Notice::Asked(Poll::Source(source)) => format!("{source} est interrogée"),
            Notice::NoFault => "tout va bien dans cette liste".to_owned(),
            Notice::OnlyFault => "rien d’autre ne va mal ici".to_owned(),
            Notice::OneSection => "pas d’autre section ici".to_owned(),
            Notice::NoFurther(true) => "rien de plus vers l’avant".to_owned(),
            Notice::NoFurther(false) => "rien de plus vers l’arrière".to_owned(),
            Notice::NoHit => "rien de tel dans ce journal".to_owned(),
            Notice::Copied(1) => "1 ligne envoyée au presse-papiers du terminal".to_owned(),
            Notice::Copied(lines) => {
                format!("{lines} lignes envoyées au presse-papiers du terminal")
            }
            Notice::CopiedThroughTmux(lines) => {
                let lines = several(*lines, "ligne");
                format!("{lines} vers tmux, qui accepte avec : set -s set-clipboard on")
            }
            Notice::NothingToCopy => "rien à copier ici".to_owned(),
            Notice::TooLongToCopy => "trop long pour le presse-papiers d’un terminal".to_owned(),
            Notice::NothingHere => "rien à ouvrir ici".to_owned(),
            Notice::NothingToLose => "rien ici qui puisse mourir".to_owned(),
            Notice::Gone => "cela n’existe plus".to_owned(),
        }
    }

    fn left_out(&self) -> &'static str {
        "HORS"
    }

    fn no_way_back(&self) -> &'static str {
        "rien ne le fait revenir"
    }

    fn cannot_tell(&self) -> &'static str {
        "on ne peut pas le dire"
    }

    fn ran(&self, age: &str) -> String {
        format!("tournait il y a {age}")
    }

    fn for_guests(&self, guests: usize) -> String {
        several(guests, "invité")
    }

    fn count_copies(&self, copies: usize) -> String {
        several(copies, "copie")
    }

    fn log_lines(&self, lines: usize, skipped: u64) -> String {
        match (lines, skipped) {
            (_, 0) => several(lines, "ligne"),
            (0 | 1, _) => format!("la dernière ligne, {skipped} avant"),
            _ => format!("les {lines} dernières lignes, {skipped} avant"),
        }
    }

    fn log_asked(&self) -> &'static str {
        "on le demande"
    }

    fn in_zone(&self, zone: &str) -> String {
        format!("à l’heure de {zone}")
    }

    fn times_in(&self, zone: &str) -> String {
        format!("heures dans ses lignes : {zone}")
    }

    fn log_followed(&self) -> &'static str {
        "suivi"
    }

    fn log_away(&self, node: &str) -> String {
        format!("{node} est éteint, et ses journaux avec lui")
    }

    fn log_empty(&self) -> &'static str {
        "encore rien dedans"
    }

    fn log_gone(&self) -> &'static str {
        "le serveur ne connaît pas ce journal"
    }

    fn hits(&self, at: Option<usize>, all: usize) -> String {
        match at {
            Some(at) => format!("{} sur {all}", at + 1),
            None => format!("{all} {}", plural(all, "trouvé", "trouvés")),
        }
    }

    fn count_guests(&self, running: u32, all: u32) -> String {
        let active = plural(running as usize, "actif", "actifs");
        format!("{running} {active} sur {}", several(all as usize, "invité"))
    }
}

/// One word for several that are not well: their own where they share it.
fn several_words(bad: usize, word: Option<&str>, worst: Verdict) -> &str {
    match (word, worst) {
        (Some("0 job"), _) => "sans job",
        (Some("absente"), _) => "sans copie",
        (Some("non vér"), _) => "non vérif.",
        (Some("partiel"), _) => plural(bad, "partiel", "partiels"),
        (Some("retard"), _) => plural(bad, "retard", "retards"),
        (Some("échec"), _) => plural(bad, "échec", "échecs"),
        (Some("abîmée"), _) => plural(bad, "abîmée", "abîmées"),
        (Some(word), _) if !matches!(word, "" | "?") => word,
        (_, Verdict::Unknown) => "douteux",
        (_, Verdict::Ok | Verdict::Warning | Verdict::Critical) => "à voir",
    }
}
