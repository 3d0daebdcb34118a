//! The words of `vigie trust`.

use super::super::When;
use super::super::trust::{By, Mark, Trusting, Trusts, Vouch, day};
use super::French;
use super::cut::several;
use crate::fleet::time::Epoch;

impl Trusts for French {
    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::At => "point d’accès",
            Mark::Trusted => "approuvé",
            Mark::Shown => "montré",
            Mark::Subject => "sujet",
            Mark::Issuer => "émetteur",
            Mark::Names => "noms",
            Mark::Valid => "validité",
            Mark::Vouched => "garanti",
        }
    }

    fn valid(&self, from: Option<Epoch>, to: Option<Epoch>, when: &When<'_>) -> String {
        let date = |at: Option<Epoch>| at.map_or("?".to_owned(), |at| day(at, when));
        let over = if to.is_some_and(|to| to < when.now) { " : c’est fini" } else { "" };
        let ahead =
            if from.is_some_and(|from| from > when.now) { " : encore à venir" } else { "" };
        format!("du {} au {}{over}{ahead}", date(from), date(to))
    }

    fn vouch(&self, vouch: Vouch<'_>) -> String {
        match vouch {
            Vouch::Yes(by, node) => {
                format!("oui : {by}, encore approuvé, le donne comme certificat de {node}")
            }
            Vouch::No(by) => {
                format!("NON : {by}, encore approuvé, en donne d’autres, pas celui-ci")
            }
            Vouch::Told(true) => "oui, par un pair encore approuvé".to_owned(),
            Vouch::Told(false) => "NON : un pair encore approuvé ne le donne pas".to_owned(),
            Vouch::Pbs => "inconnu : un PBS n’a pas de pair à interroger".to_owned(),
            Vouch::Alone => {
                "inconnu : aucun autre point d’accès de cette source n’est approuvé et ne répond"
                    .to_owned()
            }
            Vouch::NoSecret(why) => {
                format!("inconnu, sans secret personne n’est interrogé : {why}")
            }
            Vouch::Failed(by, why) => format!("inconnu : {by} a été interrogé : {why}"),
            Vouch::NotAsked => "inconnu : aucun pair ne l’a dit".to_owned(),
        }
    }

    fn trusting(&self, said: Trusting<'_>) -> String {
        match said {
            Trusting::Strangers(source, strangers, of) => {
                let verb = if strangers > 1 { "montrent" } else { "montre" };
                format!(
                    "{source} : {strangers} sur {} {verb} un certificat qui n’est pas approuvé. \
                     Rien n’y a été envoyé.",
                    endpoints(of)
                )
            }
            Trusting::Fine(source, fine, of) if fine == of => {
                format!("{source} : tous les certificats montrés sont approuvés, {}.", endpoints(of))
            }
            Trusting::Fine(source, fine, of) => format!(
                "{source} : {fine} sur {} ont répondu, ce qui a été montré est approuvé.",
                endpoints(of)
            ),
            Trusting::Silent(source) => {
                format!("{source} : aucun point d’accès ne montre de certificat.")
            }
            Trusting::By(By::Pins(pins)) => {
                format!("Cette source est approuvée par {}.", prints(pins))
            }
            Trusting::By(By::System) => {
                "Cette source est approuvée par les racines du système ; aucune empreinte n’est \
                 épinglée."
                    .to_owned()
            }
            Trusting::By(By::Ca(file)) => format!(
                "Cette source est approuvée par l’autorité de {file} ; aucune empreinte n’est \
                 épinglée."
            ),
            Trusting::By(By::Either(file, pins)) => format!(
                "Cette source est approuvée par l’autorité de {file}, ou par {}.",
                prints(pins)
            ),
            Trusting::PinningSystem => {
                "Une fois une empreinte épinglée, les racines du système ne comptent plus : seuls \
                 les certificats épinglés sont approuvés, et chaque renouvellement est à confirmer \
                 ici. Les certificats approuvés des autres points d’accès sont épinglés avec."
                    .to_owned()
            }
            Trusting::PinningCa => {
                "Une fois une empreinte épinglée, l’un ou l’autre suffit : l’autorité, ou ce \
                 certificat précis, quels que soient son nom et ses dates."
                    .to_owned()
            }
            Trusting::Unasked(address, why) => {
                format!("{address} n’a pas pu être interrogé : {why}")
            }
            Trusting::Beside => {
                "On ne sait pas laquelle des empreintes épinglées était celle de ce point d’accès : \
                 la nouvelle s’ajoute. Enlever à la main celles que plus personne ne montre."
                    .to_owned()
            }
            Trusting::Denied => {
                "Le cluster ne connaît pas ce certificat : quelqu’un d’autre répond peut-être. Ne \
                 pas l’approuver si le serveur lui-même ne montre pas exactement cette empreinte."
                    .to_owned()
            }
            Trusting::Compare => {
                "À comparer avec ce que dit le serveur lui-même, en root sur sa console ou par une \
                 connexion sûre :"
                    .to_owned()
            }
            Trusting::OwnCertificate => {
                "(pveproxy-ssl.pem à la place, si le nœud a reçu son propre certificat)".to_owned()
            }
            Trusting::WouldChange(file) => format!("{file} changerait ainsi :"),
            Trusting::Question => "Approuver ce certificat désormais ? [o/N] ".to_owned(),
            Trusting::Written(file) => {
                format!("Écrit dans {file}. Un tableau de bord ouvert le lira une fois relancé.")
            }
            Trusting::Unwritten => "Rien n’a été écrit.".to_owned(),
            Trusting::Pinned(source) => format!("{source} : cette empreinte est déjà épinglée."),
            Trusting::TrustedAlready(source) => {
                format!("{source} : ce certificat est déjà approuvé.")
            }
            Trusting::NotShown(source) => {
                format!("{source} : aucun point d’accès ne montre le certificat donné.")
            }
        }
    }

    fn is_yes(&self, answer: &str) -> bool {
        matches!(answer.trim().to_lowercase().as_str(), "o" | "oui" | "y" | "yes")
    }
}

fn endpoints(count: usize) -> String {
    let s = if count > 1 { "s" } else { "" };
    format!("{count} point{s} d’accès")
}

fn prints(count: usize) -> String {
    format!("{} épinglée{}", several(count, "empreinte"), if count > 1 { "s" } else { "" })
}
