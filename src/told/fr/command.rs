//! What commands cannot do.

use crate::command::doctor::DoctorError;
use crate::command::drill::{DrillError, TakenBy};
use crate::command::fleet::FleetError;
use crate::command::init::InitError;
use crate::command::inventory::InventoryError;
use crate::command::runbook::RunbookError;
use crate::command::target::{NoTarget, Takes};
use crate::command::theme::ThemeError;
use crate::command::trust::TrustError;
use crate::command::whatif::WhatIfError;
use crate::memory::MemoryError;
use crate::run;

pub(super) fn theme(error: &ThemeError) -> String {
    match error {
        ThemeError::Theme(error) => super::theme::mistakes(error),
        ThemeError::Config(error) => super::config::mistakes(error),
    }
}

pub(super) fn fleet(error: &FleetError) -> String {
    match error {
        FleetError::Config(error) => super::config::mistakes(error),
        FleetError::NoSuchSite { asked, known } => {
            format!("il n’y a pas de site {asked:?} ; il y a {known}")
        }
        FleetError::Demo(_) => "la fédération simulée ne peut pas être servie".to_owned(),
    }
}

pub(super) fn target(error: &NoTarget) -> String {
    match error {
        NoTarget::Unknown { asked, takes } => {
            let (what, how) = match takes {
                Takes::Runbooks => (
                    "d’invité, de nœud ou de site",
                    "un invité est SOURCE/VMID, un nœud SOURCE/NŒUD ; ou le nom d’un site, ou all",
                ),
                Takes::Losses => (
                    "de nœud, de source ou de site",
                    "un nœud est SOURCE/NŒUD ; ou le nom d’une source ou d’un site",
                ),
                Takes::Hosts => (
                    "d’hôte",
                    "un hôte est SOURCE/NŒUD ; ou le nom d’un cluster ou d’un site, pour tous ses \
                     hôtes",
                ),
            };
            format!("il n’y a pas {what} {asked:?} : {how}")
        }
        NoTarget::Several { asked, all } => {
            format!("{asked:?} peut vouloir dire {all} : écrire l’un d’eux")
        }
    }
}

pub(super) fn runbook(error: &RunbookError) -> String {
    match error {
        RunbookError::Fleet(error) => fleet(error),
        RunbookError::Sweep(_) => NOT_ASKED.to_owned(),
        RunbookError::Target(error) => target(error),
        RunbookError::NoFolder => {
            "le jeu entier fait beaucoup de pages : dire où, par -o DIR".to_owned()
        }
        RunbookError::Unwritable(path, _) => {
            format!("{} ne peut pas être écrit", path.display())
        }
        RunbookError::NothingKnown(name) => format!("on ne sait rien de {name}"),
    }
}

pub(super) fn drill(error: &DrillError) -> String {
    match error {
        DrillError::Fleet(error) => fleet(error),
        DrillError::Sweep(_) => NOT_ASKED.to_owned(),
        DrillError::Format => "`--format` n’est que pour `vigie drill list`".to_owned(),
        DrillError::NoSuchSource { asked, known } => {
            format!("il n’y a pas de source PVE {asked:?} ; il y a {known}")
        }
        DrillError::NoGuestsThere(source) => format!(
            "la source {source} est un PBS : un invité se nomme par la source PVE où il vit"
        ),
        DrillError::NothingKnown { of, error: Some(error), .. } => {
            format!("on ne sait encore rien des invités de {of} : {error}")
        }
        DrillError::NothingKnown { of, offline, .. } => {
            let advice = if *offline { "regarder sans --offline" } else { "voir `vigie report`" };
            format!("on ne sait encore rien des invités de {of} : {advice}")
        }
        DrillError::NoSuchGuest { vmid, of } => {
            format!("il n’y a pas d’invité {vmid} dans {of}, pour ce qu’on en sait")
        }
        DrillError::Template(guest) => {
            format!("l’invité {guest} est un modèle : il n’y a rien à démarrer")
        }
        DrillError::NoSuchNode { asked, of, known } => {
            format!("il n’y a pas de nœud {asked:?} dans {of} ; il y a {known}")
        }
        DrillError::Taken(asked, by, free) => {
            let by = match by {
                TakenBy::Guest(Some(name)) => name.to_string(),
                TakenBy::Guest(None) => "un invité".to_owned(),
                TakenBy::Copies => "les copies d’un invité".to_owned(),
            };
            format!("le numéro {asked} est pris par {by} ; {free} est libre")
        }
        DrillError::Unreadable(why) => format!("le journal des tests est illisible : {why}"),
        DrillError::Unwritable { path, .. } => {
            format!("le journal des tests ne peut pas être écrit : {}", path.display())
        }
        DrillError::NoLog => "il n’y a pas d’endroit pour un journal des tests : définir HOME, ou \
                              `drill-log` dans la configuration"
            .to_owned(),
        DrillError::Time(text) => format!(
            "{text:?} n’est pas une heure : écrire 2026-03-10T14:00:00Z, ou 2026-03-10 14:00 dans son \
             propre fuseau horaire"
        ),
        DrillError::Copy(text) => format!(
            "{text:?} n’est pas une copie : écrire quand elle a été faite, 2026-03-10T03:00:00Z, ou \
             son nom de volume tel que `pvesm list` le donne"
        ),
        DrillError::Ahead(text) => {
            format!("{text:?} est encore à venir : un test se note quand il est fini")
        }
        DrillError::Notes(length) => {
            format!("les notes ont {length} caractères, 400 au plus sont gardés")
        }
        DrillError::Took => "aucune restauration ne dure plus d’un an".to_owned(),
        DrillError::Json(_) => NOT_JSON.to_owned(),
    }
}

/// An inventory.
pub(super) fn inventory(error: &InventoryError) -> String {
    match error {
        InventoryError::Fleet(error) => fleet(error),
        InventoryError::Sweep(_) => NOT_ASKED.to_owned(),
        InventoryError::Json(_) => NOT_JSON.to_owned(),
    }
}

pub(super) fn doctor(error: &DoctorError) -> String {
    match error {
        DoctorError::Fleet(error) => fleet(error),
        DoctorError::NoSuchSource { asked, known } => {
            format!("il n’y a pas de source {asked:?} ; il y a : {known}")
        }
        DoctorError::Ask(_) => NOT_ASKED.to_owned(),
        DoctorError::Exists(path) => {
            format!("{} est déjà là : nommer un nouveau fichier", path.display())
        }
        DoctorError::Unwritable(path, _) => {
            format!("{} ne peut pas être écrit", path.display())
        }
        DoctorError::Json(_) => NOT_JSON.to_owned(),
    }
}

pub(super) fn whatif(error: &WhatIfError) -> String {
    match error {
        WhatIfError::Fleet(error) => fleet(error),
        WhatIfError::Sweep(_) => NOT_ASKED.to_owned(),
        WhatIfError::Target(error) => target(error),
        WhatIfError::NoHosts(name) => format!(
            "aucun hôte de {name} n’est encore connu : le nommer quand son cluster aura répondu une \
             fois"
        ),
        WhatIfError::Both(host) => {
            format!("{host} est dans les deux listes : il ne peut pas être vidé sur lui-même")
        }
        WhatIfError::Json(_) => NOT_JSON.to_owned(),
    }
}

/// Setting up.
pub(super) fn init(error: &InitError) -> String {
    match error {
        InitError::Config(error) => super::config::mistakes(error),
        InitError::NoFile => {
            "la configuration de la démonstration n’est pas un fichier : rien ne peut y être écrit"
                .to_owned()
        }
        InitError::Value(flag, what) => format!("{flag} : {}", super::config::what_is(what)),
        InitError::OneSite => {
            "--site est donné plusieurs fois : une source est dans un seul site".to_owned()
        }
        InitError::Missing(flags) => {
            format!("personne n’est interrogé ici, et il manque : {flags}")
        }
        InitError::OtherSite { name, site, asked } => {
            format!("la source {name} est dans le site {site}, pas dans {asked}")
        }
        InitError::Secret(_) => "il n’y a pas de secret".to_owned(),
        InitError::SecretTyped => "--secret-stdin ne lit pas de terminal : sans cette option, le \
                                   secret est demandé sans être montré"
            .to_owned(),
        InitError::Folder(path, error) => format!("{} : {error}", path.display()),
        InitError::Edit(error) => super::config::edit(error),
        InitError::Trust(_) => "on ne sait pas ce qui est approuvé".to_owned(),
        InitError::Client(_) => "le serveur ne peut pas être interrogé".to_owned(),
        InitError::Certificate(error) => trust(error),
        InitError::Back => "retour".to_owned(),
        InitError::Left => "quitté".to_owned(),
        InitError::System(_) => NOT_ASKED.to_owned(),
        InitError::Terminal(_) => "le terminal n’est pas utilisable".to_owned(),
    }
}

/// The trust in a source.
pub(super) fn trust(error: &TrustError) -> String {
    match error {
        TrustError::Fleet(error) => fleet(error),
        TrustError::NoSuchSource { asked, known } => {
            format!("il n’y a pas de source {asked:?} ; il y a {known}")
        }
        TrustError::NoFile => {
            "la configuration de la démonstration n’est pas un fichier : rien ne peut y être écrit"
                .to_owned()
        }
        TrustError::Trust(_) | TrustError::Client(_) => {
            "on ne sait pas ce qui est approuvé".to_owned()
        }
        TrustError::System(_) => NOT_ASKED.to_owned(),
        TrustError::Terminal(_) => "le terminal n’est pas utilisable".to_owned(),
        TrustError::Edit(error) => super::config::edit(error),
        TrustError::NoTerminal(commands) => format!(
            "pas de terminal où poser la question : comparer l’empreinte sur le serveur, puis \
             lancer : {commands}"
        ),
    }
}

pub(super) fn with_command() -> String {
    "--plain suit le parc et ne va avec aucune commande".to_owned()
}

pub(super) fn dashboard(error: &run::Error) -> String {
    match error {
        run::Error::NotATerminal => {
            "le tableau de bord veut un terminal ; `vigie report` écrit dans un fichier ou un tube"
        }
        run::Error::Terminal(_) => "le terminal n’est pas utilisable",
        run::Error::System(_) => "le système refuse ce qu’il faut au tableau de bord",
        run::Error::Panicked => "une partie de vigie s’est cassée : c’est un défaut du programme",
    }
    .to_owned()
}

const NOT_ASKED: &str = "les serveurs ne peuvent pas être interrogés";

const NOT_JSON: &str = "cela ne peut pas s’écrire en JSON";

pub(super) fn memory(error: &MemoryError) -> String {
    match error {
        MemoryError::Unreadable { path, .. } => format!(
            "ce qu’on savait ne peut pas être lu : corriger les droits de {}, ou le supprimer",
            path.display()
        ),
        MemoryError::NoFile { path } => format!(
            "ce qu’on savait ne peut pas être lu : {} n’est pas un fichier ; le supprimer",
            path.display()
        ),
        MemoryError::Unwritable { path, .. } => format!(
            "ce qu’on sait ne peut pas être gardé pour la prochaine fois : faire de la place pour \
             {}, ou corriger les droits de son dossier",
            path.display()
        ),
        MemoryError::Damaged { path, .. } => format!(
            "ce qu’on savait est perdu : {} est coupé, ou n’est pas de vigie ; le prochain regard \
             le remplace",
            path.display()
        ),
        MemoryError::Format { path, found } => format!(
            "ce qu’on savait est laissé de côté : {} est au format {found}, cette version lit le \
             {} ; le prochain regard le remplace",
            path.display(),
            MemoryError::FORMAT
        ),
        MemoryError::Foreign { path } => format!(
            "ce qu’on sait n’est ni lu ni gardé : {} est à un autre utilisateur, ou d’autres peuvent \
             y écrire ; chown et chmod go-w, ou le supprimer",
            path.display()
        ),
        MemoryError::TooLarge { path } => format!(
            "ce qu’on sait est laissé de côté : {} dépasse 64 Mio ; le supprimer",
            path.display()
        ),
    }
}
