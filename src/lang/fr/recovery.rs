//! Words for what brings a guest back.

use super::super::Measures;
use super::super::recovery::Fates;
use super::super::recovery::Recoveries;
use super::French;
use super::cut::{list, plural, several};
use crate::fleet::code::Code;
use crate::judge::problem::Problem;
use crate::judge::rows::recovery::{HaCare, Room, Tie, WayKind};
use crate::whatif::{After, How, Target};

impl Recoveries for French {
    fn way(&self, kind: WayKind) -> &'static str {
        match kind {
            WayKind::Ha => "HA",
            WayKind::Shared => "relance",
            WayKind::Replica => "réplica",
            WayKind::Restore => "copie",
        }
    }

    fn no_way(&self) -> &'static str {
        "aucun"
    }

    fn room(&self, room: Room) -> &'static str {
        match room {
            Room::Fits => "tient",
            Room::Tight => "juste",
            Room::Unknown => "?",
            Room::NoBridge => "0 pont",
            Room::Full => "complet",
            Room::Away => "absent",
        }
    }

    fn lost(&self, age: &str) -> String {
        format!("perte {age}")
    }

    fn at_worst(&self, age: &str) -> String {
        format!("{age} au pire")
    }

    fn takes(&self, age: &str) -> String {
        format!("en {age} environ")
    }

    fn takes_unknown(&self) -> &'static str {
        "durée inconnue"
    }

    fn tie(&self, tie: &Tie) -> String {
        match tie {
            Tie::Passthrough(key) => format!("{key} est un matériel passé au travers"),
            Tie::Iso(volume) => format!("CD {volume}"),
            Tie::Storage(name) => format!("le stockage {name} n’y est pas"),
            Tie::Bridge(name) => format!("le pont {name} n’y est pas"),
            Tie::BridgeUntold(name) => format!("on ne peut pas dire si le pont {name} y est"),
            Tie::Number(vmid) => format!("le numéro {vmid} y est pris : il lui en faut un autre"),
            Tie::Bind(key) => format!("{key} est un chemin de son nœud"),
            Tie::Clone(base) => {
                format!("clone lié de {base} : sur stockage partagé il le lui faut")
            }
            Tie::Cpu(cpu) => format!("type de CPU {cpu}"),
        }
    }

    fn ha(&self, care: &HaCare) -> Option<String> {
        Some(match care {
            HaCare::None | HaCare::Starts => return None,
            HaCare::Barred(Some(rule)) => {
                format!("ne le démarre nulle part : {rule} ne laisse aucun nœud")
            }
            HaCare::Barred(None) => "ne le démarre nulle part : aucun nœud à choisir".to_owned(),
            HaCare::Lacks(node) => {
                format!("peut le démarrer sur {node}, sans ses disques ou son pont")
            }
            HaCare::Full(node) => format!("peut le démarrer sur {node}, où la place manque"),
            HaCare::Unsure(node) => {
                format!("peut le démarrer sur {node} ; s’il y tient, on ne sait pas")
            }
            HaCare::Untold(Some(rule)) => format!("on ne sait pas : règle {rule} non comprise"),
            HaCare::Untold(None) => "on ne sait pas : ses règles n’ont pu être lues".to_owned(),
        })
    }

    fn key_at_risk(&self) -> &'static str {
        "les copies sont chiffrées, et aucun autre cluster n’a leur clé"
    }

    fn wanted(&self, point: Option<&str>, time: Option<&str>) -> String {
        let parts = [
            point.map(|point| format!("{point} de perte au plus")),
            time.map(|time| format!("de retour en {time}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn rehearsal_failed(&self, ago: &str) -> String {
        format!("en échec il y a {ago}")
    }

    fn rehearsed(&self, ago: &str, took: Option<&str>, by: Option<&str>) -> String {
        let took = took.map_or_else(String::new, |took| format!(", en {took}"));
        let by = by.map_or_else(String::new, |by| format!(", par {by}"));
        format!("il y a {ago}{took}{by}")
    }

    fn weak(&self, problem: &Problem) -> String {
        let limit = problem.facts.limit.map(|limit| self.age(limit as i64));
        match (problem.code, problem.detail.as_deref(), limit) {
            (Code::RecoveryUncovered, ..) => "aucun retour".to_owned(),
            (Code::RecoveryKey, ..) => "clé perdue avec".to_owned(),
            (Code::RecoveryNoRoom, Some("bridge"), _) => "sans pont".to_owned(),
            (Code::RecoveryNoRoom, Some("ha"), _) => "HA sans place".to_owned(),
            (Code::RecoveryNoRoom, ..) => "nulle part".to_owned(),
            (Code::RecoveryFragile, Some("site"), _) => "sur son site".to_owned(),
            (Code::RecoveryFragile, ..) => "1 copie non vér.".to_owned(),
            (Code::RecoveryObjective, Some("time"), Some(limit)) => format!("retour en {limit}"),
            (Code::RecoveryObjective, _, Some(limit)) => format!("{limit} voulu"),
            (Code::RecoveryUnrehearsed, ..) => "non testé".to_owned(),
            _ => super::report::code(problem.code).to_owned(),
        }
    }

    fn how(&self, how: How) -> &'static str {
        match how {
            How::Ha => "HA",
            How::Shared => "relance",
            How::Replica => "réplica",
            How::Restore => "copie",
            How::Unknown => "?",
            How::Gone => "perdu",
        }
    }

    fn if_lost(&self, names: &[String]) -> String {
        match names {
            [] => "si rien ne mourait".to_owned(),
            [one] => format!("si {one} mourait maintenant"),
            several => format!("si {} mouraient maintenant", list(several)),
        }
    }

    fn hit(&self, guests: usize) -> String {
        several(guests, "invité")
    }

    fn come_back(&self, fates: &Fates) -> String {
        let parts = [
            (fates.by_ha, "par HA", "par HA"),
            (fates.restartable, "relancé à la main", "relancés à la main"),
            (fates.restorable, "restauré", "restaurés"),
        ];
        let there = parts.iter().filter(|(n, ..)| *n > 0);
        let said: Vec<String> =
            there.map(|(n, one, more)| format!("{n} {}", plural(*n, one, more))).collect();
        said.join(", ")
    }

    fn are_gone(&self, fates: &Fates) -> String {
        match fates.gone {
            0 => String::new(),
            n => format!("{n} {} pour de bon", plural(n, "perdu", "perdus")),
        }
    }

    fn are_unknown(&self, fates: &Fates) -> String {
        match fates.unknown {
            0 => String::new(),
            n => format!("{n} dont on ne peut rien dire"),
        }
    }

    fn lack_room(&self, fates: &Fates) -> String {
        match fates.without_room {
            0 => String::new(),
            n => format!("{n} sans place"),
        }
    }

    fn quorum_after(&self, after: &After) -> String {
        let present = after.present as usize;
        let votes = format!("{present} voix sur les {} qu’il faut", after.quorum);
        match after.quorate {
            _ if after.nodes_left == 0 => "il ne reste aucun nœud".to_owned(),
            Some(true) => format!("{votes} : quorum gardé"),
            Some(false) => format!("{votes} : rien ne démarre avant pvecm expected 1"),
            None => format!("{votes}, pour ce qu’on en sait"),
        }
    }

    fn fence_themselves(&self, nodes: &str, guests: usize) -> String {
        let guests = several(guests, "invité");
        format!("HA va redémarrer {nodes} ; à l’arrêt jusqu’au quorum : {guests}")
    }

    fn takes_guests(&self, target: &Target) -> String {
        let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |n| self.bytes(n));
        format!(
            "{} avec {} de mémoire ; libre : {} selon la configuration, {} à l’usage",
            several(target.guests as usize, "invité"),
            self.bytes(target.taken),
            bytes(target.free),
            bytes(target.idle),
        )
    }

    fn copies_lost(&self, places: usize, guests: u32, bare: usize) -> String {
        let lost = format!(
            "celles de {} sont perdues, pour {}",
            several(places, "emplacement"),
            several(guests as usize, "invité")
        );
        if bare == 0 {
            return lost;
        }
        let go_on = plural(bare, "continuerait sans aucune", "continueraient sans aucune");
        format!("{lost} ; {} {go_on}", several(bare, "invité"))
    }

    fn more_jobs(&self, jobs: usize) -> String {
        format!("et {jobs} de plus")
    }

    fn marked(&self, names: &[String]) -> String {
        let marked = plural(names.len(), "marqué", "marqués");
        format!("{marked} : {}", names.join(", "))
    }

    fn most_lost(&self, age: &str, whose: &str) -> String {
        format!("si son nœud mourait, {age} de perte au plus ({whose})")
    }

    fn yes_no(&self, yes: bool) -> &'static str {
        if yes { "oui" } else { "non" }
    }

    fn without(&self) -> &'static str {
        "sans"
    }

    fn needs_key(&self) -> &'static str {
        "il faut sa clé"
    }

    fn nowhere(&self) -> &'static str {
        "nulle part"
    }
}
