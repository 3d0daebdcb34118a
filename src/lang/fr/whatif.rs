//! Words of `vigie whatif`.

use super::super::recovery::{Fates, Recoveries};
use super::super::whatif::{Facet, Need, Outlooks, host};
use super::French;
use super::cut::{capital, plural, several};
use crate::fleet::id::{NodeName, SourceName};
use crate::judge::rows::recovery::Room;
use crate::whatif::{After, Packing, Plan};

/// So many names stand in a sentence; the rest as a number.
const NAMED: usize = 6;

impl Outlooks for French {
    fn facet(&self, facet: Facet) -> &'static str {
        match facet {
            Facet::Resources => "Ce qu’il faut",
            Facet::Guests => "Invités",
            Facet::NotWhole => "Ce qui ne revient pas avec eux",
            Facet::Tied => "Ce qui les lie à leur place",
            Facet::Targets => "Où ils vont",
            Facet::Clusters => "Ce qui reste",
            Facet::Failing => "Ce qui échoue ensuite",
            Facet::Copies => "Copies",
            Facet::Windows => "Durée des sauvegardes",
        }
    }

    fn after_loss(&self, names: &[String], fates: Option<&Fates>) -> String {
        let lost = capital(&self.if_lost(names));
        let Some(fates) = fates else {
            return format!("{lost}, on ne peut pas dire ce qu’il adviendrait des invités.");
        };
        let all = several(fates.guests, "invité");
        let of_all = |some: usize| {
            if some == fates.guests { all.clone() } else { format!("{some} sur {all}") }
        };
        let said = if fates.guests == 0 && fates.stopped > 0 {
            return format!("{lost}, {}.", waiting(fates.stopped));
        } else if fates.guests == 0 {
            "aucun invité ne s’arrêterait".to_owned()
        } else if fates.gone > 0 {
            let be = plural(fates.gone, "serait perdu", "seraient perdus");
            format!("{} {be} pour de bon", of_all(fates.gone))
        } else if fates.unknown > 0 {
            format!("on ne peut pas dire ce qu’il adviendrait de {}", of_all(fates.unknown))
        } else if fates.without_room > 0 {
            let find = plural(fates.without_room, "ne trouverait", "ne trouveraient");
            format!("{} {find} pas de place", of_all(fates.without_room))
        } else if fates.doubtful > 0 {
            let could = plural(fates.doubtful, "pourrait", "pourraient");
            let some = of_all(fates.doubtful);
            format!("on ne peut pas dire à présent si {some} {could} revenir")
        } else if fates.room_untold > 0 {
            let have = if fates.guests == 1 {
                "son seul invité a".to_owned()
            } else {
                format!("les {all} ont")
            };
            format!("{have} un retour ; on ne peut pas dire s’il y a la place")
        } else if fates.guests == 1 {
            "son seul invité pourrait revenir".to_owned()
        } else {
            format!("les {all} pourraient revenir")
        };
        let more = match fates.stopped {
            0 => String::new(),
            stopped => format!(" ; sur d’autres nœuds, {}", waiting(stopped)),
        };
        format!("{lost}, {said}{more}.")
    }

    fn fates(&self, fates: &Fates) -> String {
        let parts = [
            self.come_back(fates),
            self.are_gone(fates),
            self.are_unknown(fates),
            self.lack_room(fates),
        ];
        let said: Vec<&str> = parts.iter().map(String::as_str).filter(|s| !s.is_empty()).collect();
        format!("{} : {}", self.hit(fates.guests), said.join(", "))
    }

    fn emptied(&self, plan: &Plan) -> String {
        let (from, onto) = (hosts(&plan.from), hosts(&plan.onto));
        let all = match plan.guests.len() {
            0 if plan.fits == Room::Unknown => {
                return format!("On ne peut pas dire s’il y a des invités sur {from}.");
            }
            0 => return format!("Il n’y a aucun invité sur {from} : rien à déplacer."),
            1 => format!("Le seul invité de {from}"),
            n => format!("Les {n} invités de {from}"),
        };
        let fit = plural(plan.guests.len(), "tient", "tiennent");
        match plan.fits {
            Room::Fits => format!("{all} {fit} sur {onto}."),
            Room::Tight => {
                format!("{all} {fit} sur {onto}, mais selon un seul des deux comptes de mémoire.")
            }
            Room::Unknown if plan.packing == Packing::NotFound => format!(
                "On n’a trouvé aucune façon de placer les {} de {from} sur {onto} ; il n’est pas \
                 exclu qu’il y en ait une.",
                several(plan.guests.len(), "invité")
            ),
            Room::Unknown => {
                format!("On ne peut pas dire si les invités de {from} tiennent sur {onto}.")
            }
            Room::NoBridge | Room::Full | Room::Away => {
                let is_left = |room: Room| matches!(room, Room::NoBridge | Room::Full | Room::Away);
                let left = plan.guests.iter().filter(|moved| is_left(moved.room)).count();
                match (plan.guests.len(), left) {
                    (1, _) => format!("{all} ne trouve pas de place sur {onto}."),
                    (n, l) if n == l => {
                        format!("Aucun des {n} invités de {from} ne trouve de place sur {onto}.")
                    }
                    (n, 1) => {
                        format!("1 des {n} invités de {from} ne trouve pas de place sur {onto}.")
                    }
                    // Others might be left, and fewer: that not all fit is certain.
                    (n, l) => format!(
                        "Les {n} invités de {from} ne peuvent pas tous tenir sur {onto} : les plus \
                         grands d’abord, il en reste {l}."
                    ),
                }
            }
        }
    }

    fn short_of(&self, plan: &Plan) -> Option<String> {
        let all = [
            (Need::Memory, plan.memory.fits),
            (Need::Used, plan.used.fits),
            (Need::Cpus, plan.cpus.fits),
            (Need::Disk, plan.disk.fits),
        ];
        let short =
            all.iter().filter(|(_, room)| matches!(room, Room::NoBridge | Room::Full | Room::Away));
        let short: Vec<String> = short.map(|(need, _)| self.need(*need).to_owned()).collect();
        (!short.is_empty() && !plan.guests.is_empty())
            .then(|| format!("Il manque : {}.", short.join(", ")))
    }

    fn one_more(&self, plan: &Plan) -> Option<String> {
        if plan.guests.is_empty() || plan.fits > Room::Tight {
            return None;
        }
        if let [one] = plan.remaining.as_slice() {
            let one = host(&one.0, &one.1);
            return Some(format!(
                "Si {one} mourait ensuite, aucun hôte ne resterait pour prendre le relais."
            ));
        }
        let said = match plan.after {
            Room::Fits => "les autres pourraient faire tourner ses invités",
            Room::Tight => {
                "les autres ne pourraient faire tourner ses invités que selon un des deux comptes de \
                 mémoire"
            }
            Room::Unknown => {
                "on ne peut pas dire si les autres pourraient faire tourner ses invités"
            }
            Room::NoBridge | Room::Full | Room::Away => {
                "les autres ne pourraient pas faire tourner tous ses invités"
            }
        };
        let one = match &plan.weakest {
            Some((source, node)) => host(source, node),
            None => "n’importe lequel des hôtes qui restent".to_owned(),
        };
        Some(format!("Si {one} mourait ensuite, {said}."))
    }

    fn without_quorum(&self, after: &After) -> String {
        format!(
            "Une fois qu’ils seront éteints, {} n’aura que {} voix sur les {} qu’il faut, et pas de \
             quorum : les en retirer d’abord (pvecm delnode).",
            after.source, after.present, after.quorum
        )
    }

    fn need(&self, need: Need) -> &'static str {
        match need {
            Need::Memory => "mémoire configurée",
            Need::Used => "mémoire utilisée",
            Need::Cpus => "CPU par thread",
            Need::Disk => "disque",
        }
    }

    fn per_thread(&self, ratio: f64) -> String {
        format!("{} par thread", super::decimal(format!("{ratio:.1}")))
    }

    fn two_counts(&self) -> &'static str {
        "LIBRE est ce qui reste de la mémoire quand chaque invité prend tout ce que sa configuration \
         lui donne, INUTILISÉ ce qui en reste à l’usage d’aujourd’hui ; CPU ceux qui y sont donnés à tous les \
         invités, sur ses threads."
    }

    fn what_window(&self) -> &'static str {
        "D’après les dernières exécutions, un invité après l’autre."
    }

    fn replications(&self, jobs: usize, source: &str) -> String {
        format!("{} de {source}", several(jobs, "réplication"))
    }

    fn run_on_bare(&self, guests: &str) -> String {
        format!("Continueraient sans aucune copie : {guests}")
    }

    fn never_told(&self, source: &str) -> String {
        format!("De {source}, on ne sait encore rien.")
    }

    fn told_last(&self, source: &str, moment: &str, age: &str) -> String {
        let from = super::cut::the(moment);
        format!("Ce qui est dit de {source} date d’il y a {age} ({from}).")
    }

    fn not_all_told(&self, source: &str) -> String {
        format!("Tout n’a pas pu être lu de {source} : il peut y avoir autre chose.")
    }
}

/// `2 invités seraient à l’arrêt jusqu’au retour du quorum`
fn waiting(guests: usize) -> String {
    let be = plural(guests, "serait", "seraient");
    format!("{} {be} à l’arrêt jusqu’au retour du quorum", several(guests, "invité"))
}

fn hosts(places: &[(SourceName, NodeName)]) -> String {
    let names: Vec<String> = places.iter().map(|(source, node)| host(source, node)).collect();
    list(&names)
}

/// `a, b et c`
fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "aucun hôte".to_owned();
    }
    if names.len() <= NAMED {
        return super::cut::list(names);
    }
    let named: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    format!("{} et {} de plus", named.join(", "), names.len() - NAMED)
}
