//! The words of `vigie drill`.

use super::super::{Basis, CopyTold, Debt, Measures, Note, Rehearsals, Step, When};
use super::cut::{plural, several, the};
use super::{French, local};
use crate::fleet::drill::Outcome;
use crate::fleet::id::Vmid;
use crate::fleet::time::Epoch;
use crate::judge::rows::Checked;

/// From here on a day without its year could be of another year, seconds.
const HALF_A_YEAR: i64 = 183 * 86_400;

impl Rehearsals for French {
    fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Ok => "réussi",
            Outcome::Failed => "échoué",
            Outcome::Abandoned => "abandonné",
        }
    }

    fn debt(&self, debt: &Debt) -> String {
        if debt.listed == 0 {
            return "Aucune restauration n’a encore été testée.".to_owned();
        }
        let all = several(debt.listed, "invité");
        if debt.due == 0 {
            return format!("{all} : aucun test n’est dû.");
        }
        let due =
            format!("{} {}", several(debt.due, "test"), plural(debt.due, "est dû", "sont dus"));
        if debt.never == 0 {
            return format!("{all} : {due}.");
        }
        format!("{all} : {due}, dont {} sans aucun test réussi jusqu’ici.", debt.never)
    }

    fn not_rehearsed(&self, guests: usize) -> String {
        let was = plural(
            guests,
            "autre invité n’a jamais été testé",
            "autres invités n’ont jamais été testés",
        );
        format!("{guests} {was}, et aucun `rehearse-every` ne le demande.")
    }

    fn no_guests_known(&self) -> &'static str {
        "Aucun invité n’est encore connu : regarder une fois avec `vigie report`, ou ouvrir le tableau \
         de bord."
    }

    fn log_is(&self, path: &str, rehearsals: usize) -> String {
        format!("journal : {path}, {}", several(rehearsals, "test"))
    }

    fn log_of_demo(&self) -> &'static str {
        "journal : celui de la démo, qui n’en écrit pas"
    }

    fn log_nowhere(&self) -> &'static str {
        "journal : aucun, faute de dossier personnel ; en nommer un par `drill-log`"
    }

    fn lines_skipped(&self, lines: usize) -> String {
        if lines == 1 {
            return "1 ligne en est ignorée : ce n’est pas un test, ou il est dans le futur"
                .to_owned();
        }
        format!(
            "{lines} lignes en sont ignorées : ce ne sont pas des tests, ou ils sont dans le futur"
        )
    }

    fn day_or_month(&self, at: Epoch, when: &When<'_>) -> String {
        match local(at, when) {
            Some(date) if when.now.since(at).saturating_abs() > HALF_A_YEAR => {
                format!("{:02}/{}", date.month(), date.year())
            }
            Some(_) => self.day(at, when),
            None => "?".to_owned(),
        }
    }

    fn never(&self) -> &'static str {
        "jamais"
    }

    fn now(&self) -> &'static str {
        "dû"
    }

    fn gone_guest(&self) -> &'static str {
        "disparu"
    }

    fn how_to_begin(&self, guest: &str) -> String {
        format!("pour suivre : vigie drill start {guest}")
    }

    fn last_try(&self, guest: &str, outcome: Outcome, age: &str, notes: &str) -> String {
        format!("{guest} {} il y a {age} : {notes}", self.outcome(outcome))
    }

    fn recorded(&self, guest: &str, outcome: Outcome, path: &str) -> String {
        format!("noté dans {path} : {guest}, {}", self.outcome(outcome))
    }

    fn not_recorded(&self) -> &'static str {
        "la démo n’écrit pas de journal ; voici ce que serait la ligne :"
    }

    fn next_due(&self, date: &str) -> String {
        format!("prochain test : {}", the(date))
    }

    fn not_known_guest(&self, guest: &str) -> String {
        format!("{guest} n’est pas parmi les invités connus : revoir le numéro")
    }

    fn rehearsal(&self, guest: &str, as_vmid: Vmid) -> String {
        format!("Test : restaurer {guest} sous le numéro {as_vmid}")
    }

    fn rehearsal_is_harmless(&self, vmid: Vmid, as_vmid: Vmid) -> String {
        format!(
            "Tout lire avant de commencer. L’invité {vmid} continue comme il est : ce qui est \
             restauré reçoit le numéro {as_vmid}, aucun réseau et rien de son nœud, et disparaît à \
             la fin. vigie n’exécute rien de tout cela."
        )
    }

    fn basis(&self, basis: Basis) -> &'static str {
        match basis {
            Basis::Guest => "invité",
            Basis::Copy => "copie",
            Basis::Target => "restaurer sur",
            Basis::Memory => "mémoire",
            Basis::Takes => "durée",
            Basis::Known => "connu",
        }
    }

    fn guest_is(&self, guest: &str, kind: &str, node: &str) -> String {
        format!("{guest}, {kind} sur {node}")
    }

    fn copy_is(&self, copy: &CopyTold<'_>) -> String {
        let CopyTold { date, age, place, checked, encrypted } = *copy;
        let checked = match checked {
            Some(Checked::Ok) => ", vérifiée",
            Some(Checked::Failed) => ", vérification échouée",
            Some(Checked::None) => ", non vérifiée",
            None => "",
        };
        let encrypted = if encrypted == Some(true) { ", chiffrée" } else { "" };
        format!("{date} (vieille de {age}) dans {place}{checked}{encrypted}")
    }

    fn copy_not_known(&self) -> &'static str {
        "aucune copie connue que ce nœud puisse lire : en chercher une à l’étape 2"
    }

    fn target_is(
        &self,
        node: &str,
        storage: Option<&str>,
        need: Option<&str>,
        free: Option<&str>,
    ) -> String {
        let storage = match storage {
            Some(storage) => format!("{node}, stockage {storage}"),
            None => format!("{node} ; aucun stockage connu ne pourrait l’y recevoir"),
        };
        room(&storage, need, free)
    }

    fn memory_is(&self, need: Option<&str>, free: Option<&str>) -> String {
        room("", need, free)
    }

    fn does_not_fit(&self) -> &'static str {
        "cela ne tient pas"
    }

    fn server_away(&self, server: &str) -> String {
        format!("{server} ne répond pas : rien ne se restaure avant")
    }

    fn node_away(&self, node: &str) -> String {
        format!("{node} n’était pas en ligne la dernière fois qu’on l’a vu")
    }

    fn known_as_of(&self, moment: &str, age: &str) -> String {
        let at = if moment.contains(' ') { format!("le {moment}") } else { format!("à {moment}") };
        format!("{at}, il y a {age}")
    }

    fn never_read(&self) -> &'static str {
        "jamais lu"
    }

    fn step(&self, step: Step, node: &str) -> String {
        match step {
            Step::Look => {
                format!("Sur {node}, en root : le numéro est-il libre, y a-t-il la place ?")
            }
            Step::Find => "Trouver la copie".to_owned(),
            Step::Restore => "La restaurer sous l’autre numéro".to_owned(),
            Step::Isolate => {
                "L’isoler avant de démarrer : aucun réseau, rien de son nœud".to_owned()
            }
            Step::Start => "Démarrer".to_owned(),
            Step::Inspect => "Est-il entier ?".to_owned(),
            Step::Remove => "Le supprimer".to_owned(),
            Step::Record => "Le noter, là où se trouve vigie".to_owned(),
        }
    }

    fn note(&self, note: Note<'_>) -> String {
        match note {
            Note::NumberFree(vmid) => format!(
                "Cela écrit {vmid}, puis assez de place. Une erreur veut dire que le numéro est pris : \
                 refaire ces étapes avec --as et un autre."
            ),
            Note::ChooseStorage => {
                "Choisir un stockage qui a la place, et mettre son nom derrière storage=.".to_owned()
            }
            Note::Listed(archive) => format!(
                "L’une des lignes est {archive}. Si elle a disparu, en mettre une plus récente à sa \
                 place ci-dessous."
            ),
            Note::ChooseCopy => {
                "Choisir une ligne des listes, d’ordinaire la plus récente, et mettre son premier mot \
                 derrière archive=."
                    .to_owned()
            }
            Note::Key(true) => "La copie est chiffrée : la clé doit être dans l’entrée de son \
                                stockage. Restaurer avec la seule clé du coffre est un test à part."
                .to_owned(),
            Note::Key(false) => "Si la copie est chiffrée, la clé doit être dans l’entrée de son \
                                 stockage."
                .to_owned(),
            Note::Clock => "Cela finit par TASK OK ou sans erreur. Noter ce qui est écrit après real : \
                            c’est le temps que prend une restauration."
                .to_owned(),
            Note::Named(vmid) => format!(
                "Si tout s’est bien passé, $copy vaut {vmid} à partir d’ici, et la suite s’y applique ; \
                 sinon elle est vide et rien n’est touché. Dans un autre shell, copy={vmid} le redit."
            ),
            Note::CutOffVm => "Chaque ligne net finit par link_down=1, et il n’y a pas d’autre ligne. \
                               Si ce n’est pas le cas, ne pas démarrer."
                .to_owned(),
            Note::CutOffContainer(vmid) => format!(
                "Chaque ligne net a link_down=1 ; aucune ligne mp ne commence par un chemin, et il n’y \
                 a ni dev, ni lxc, ni hookscript. Les lignes lxc s’enlèvent de \
                 /etc/pve/lxc/{vmid}.conf avec un éditeur. Si link_down est refusé (un vieux PVE), \
                 retirer la carte : pct set {vmid} --delete net0. Si ce n’est pas le cas, ne pas \
                 démarrer."
            ),
            Note::LookInsideVm(vmid) => format!(
                "Ouvrir la console de {vmid} dans l’interface web et se connecter. Chercher la chose \
                 la plus récente que des gens aient faite avant la copie : un courriel, un fichier, une \
                 ligne. Les services tournent-ils ? (Ce qui veut le réseau se plaint, et peut ralentir \
                 le démarrage.) Tous les disques sont-ils revenus ?"
            ),
            Note::Agent => "L’agent répond par une erreur tant que l’invité n’a pas démarré.".to_owned(),
            Note::LookInsideContainer => {
                "Chercher la chose la plus récente que des gens aient faite avant la copie : un \
                 courriel, un fichier, une ligne. Les services tournent-ils ? (Ce qui veut le réseau se \
                 plaint, et peut ralentir le démarrage.) Tous les points de montage sont-ils revenus ?"
                    .to_owned()
            }
            Note::Sure(vmid) => format!(
                "Regarder deux fois le numéro, {vmid}, et ce que montre la première ligne : chaque \
                 carte est coupée. À la fin, la liste est vide."
            ),
            Note::SameDay(vmid) => format!(
                "Le faire aujourd’hui : un job de sauvegarde qui prend tous les invités prendrait aussi \
                 {vmid}."
            ),
            Note::PutIn => "Mettre le temps qu’a pris la restauration, comme 25m. S’il n’est pas revenu \
                            entier : --result failed, et ce qui manquait par --notes. S’il a fallu \
                            arrêter : --result abandoned."
                .to_owned(),
        }
    }
}

/// `… : il faut 32,0G, 412G libres`
fn room(of: &str, need: Option<&str>, free: Option<&str>) -> String {
    let need = need.map(|need| format!("il faut {need}"));
    let free = free.map(|free| format!("{free} libres"));
    let said: Vec<String> = need.into_iter().chain(free).collect();
    match (of.is_empty(), said.is_empty()) {
        (_, true) => of.to_owned(),
        (true, false) => said.join(", "),
        (false, false) => format!("{of} : {}", said.join(", ")),
    }
}
