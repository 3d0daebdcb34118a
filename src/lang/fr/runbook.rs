//! Words of runbooks.

use std::sync::Arc;

use super::super::recovery::Recoveries;
use super::super::runbook::Runbooks;
use super::super::{Measures, When};
use super::French;
use super::cut::{of, plural};
use crate::fleet::id::GuestKey;
use crate::runbook::{Case, Head, What};
use crate::whatif::Loss;

/// `invité 101 (mail) de fi`
fn guest(key: &GuestKey, name: Option<&Arc<str>>) -> String {
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    format!("invité {}{name} {}", key.vmid, of(key.source.as_str()))
}

/// `scsi1, scsi2`
fn list<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn named(loss: &Loss) -> String {
    match loss {
        Loss::Node(source, node) => format!("nœud {node} {}", of(source.as_str())),
        Loss::Source(source) => format!("source {source}"),
        Loss::Site(site) => format!("site {site}"),
    }
}

impl Runbooks for French {
    fn case(&self, case: &Case) -> String {
        match case {
            Case::Guest(key, name) => format!("Faire revenir l’{}", guest(key, name.as_ref())),
            Case::Node(source, node) => {
                format!("Le nœud {node} {} est perdu", of(source.as_str()))
            }
            Case::Site(site) => format!("Le site {site} est perdu"),
            Case::Several(lost) => {
                let names: Vec<String> = lost.iter().map(named).collect();
                format!("Perdus : {}", names.join(", "))
            }
        }
    }

    fn preface(&self, taken: &str) -> String {
        format!(
            "Écrit par vigie d’après ce qu’il savait ({taken}) ; la fin dit de quand cela datait. Rien \
             d’ici n’a été essayé. Lire une étape en entier avant de la taper. Les commandes sont \
             pour root."
        )
    }

    fn runbook_head(&self, head: &Head) -> String {
        match head {
            Head::Before => "Avant de toucher à quoi que ce soit".to_owned(),
            Head::Way { nth, kind, target, guest: whose } => {
                let way = self.way(*kind);
                let on = target.as_ref().map_or_else(String::new, |node| format!(" sur {node}"));
                match whose {
                    Some((key, name)) => {
                        let guest = super::cut::capital(&guest(key, name.as_ref()));
                        format!("{guest} : {way}{on}")
                    }
                    None if *nth == 1 => format!("Premier choix : {way}{on}"),
                    None => format!("Sinon : {way}{on}"),
                }
            }
            Head::NoWay { guest: whose, is_known } => {
                let what = if *is_known {
                    "aucun retour n’est connu"
                } else {
                    "on ne peut dire aucun retour"
                };
                match whose {
                    Some((key, name)) => {
                        let guest = super::cut::capital(&guest(key, name.as_ref()));
                        format!("{guest} : {what}")
                    }
                    None => format!("Ici, {what}"),
                }
            }
            Head::ByHa => "HA démarre ceux-ci d’elle-même".to_owned(),
            Head::CopiesAgain => "De nouveau un serveur de sauvegarde".to_owned(),
            Head::Afterwards => "Quand il tourne de nouveau".to_owned(),
            Head::ComingBack => "Quand le nœud doit revenir".to_owned(),
        }
    }

    fn runbook_step(&self, what: &What, when: &When<'_>) -> String {
        match what {
            What::Call { contact, place } => {
                let who =
                    contact.as_ref().map(|who| format!("Prévenir qui en est le plus près : {who}."));
                let place = place.as_ref().map(|place| format!("La machine est à : {place}."));
                [who, place].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            What::IsOff(node) => format!(
                "S’assurer que {node} est vraiment éteint : aller voir, utiliser sa console (IPMI), ou \
                 lui faire couper le courant. S’il se peut qu’il tourne encore, s’arrêter ici : le même \
                 invité lancé deux fois détruit ses données."
            ),
            What::ServerLost(source) => format!(
                "Le serveur de sauvegarde {source} est-il vraiment perdu ? Ses disques sont peut-être \
                 entiers : on le répare avant d’en monter un autre, et on lit ses copies sur ses \
                 disques avant d’y renoncer."
            ),
            What::NewServer(stores) => format!(
                "Monter ailleurs un serveur de sauvegarde, avec {} {}, ses espaces de noms, et un \
                 utilisateur par source. Noter son adresse (SERVER) et l’empreinte de son certificat \
                 (FINGERPRINT).",
                plural(stores.len(), "le datastore", "les datastores"),
                list(stores)
            ),
            What::PointTo(source) => format!(
                "Sur un nœud {} : le faire connaître, et y envoyer les jobs de sauvegarde.",
                of(source.as_str())
            ),
            What::LogIn(source, node) => format!(
                "Se connecter à {node} {}. Chaque commande ci-dessous s’y tape, en root.",
                of(source.as_str())
            ),
            What::Quorum(Some((present, quorum))) => format!(
                "Le cluster a-t-il le quorum ? Il lui faut {quorum} voix, il lui en reste {present}."
            ),
            What::Quorum(None) => "Le cluster a-t-il le quorum ?".to_owned(),
            What::Expected => {
                "Seulement s’il a dit « Quorate: No » : rien ne peut être écrit ni démarré. Quand il est \
                 certain que l’autre côté est éteint, se contenter des voix qui restent. Ne rien changer \
                 d’autre au cluster tant qu’il n’est pas entier. (Là où HA est active, un nœud sans \
                 quorum se redémarre lui-même après une minute.)"
                    .to_owned()
            }
            What::HaSettles => {
                "HA est active ici : attendre trois minutes, et voir ce qu’elle démarre d’elle-même. Ce \
                 qu’elle a démarré est revenu : en sauter les étapes plus bas."
                    .to_owned()
            }
            What::Undo(node) => format!(
                "Une autre voie a-t-elle été commencée, sur {node} ? Y arrêter ce qu’elle a démarré, et \
                 le garder éteint :"
            ),
            What::NewHost => {
                "Aucune autre machine ne peut le prendre : installer Proxmox VE sur une, avec les ponts \
                 et les stockages que nomme sa configuration, et s’y connecter."
                    .to_owned()
            }
            What::Unlock(lock) => format!(
                "Il était verrouillé ({lock}) la dernière fois qu’on l’a vu. Plus rien n’y travaille."
            ),
            What::HaStarts(service, target) => {
                let on = target.as_ref().map_or_else(String::new, |node| format!(" sur {node}"));
                let there = match target {
                    Some(_) => "",
                    None => " Sa ligne nomme le nœud : y taper ce qui suit.",
                };
                format!(
                    "HA démarre {service}{on} d’elle-même, deux ou trois minutes après la perte de son \
                     nœud. Attendre, et seulement regarder.{there}"
                )
            }
            What::HaMayHave(service) => format!(
                "HA peut ramener {service} avant nous. Attendre trois minutes après la perte de son \
                 nœud, et regarder. S’il est démarré sur un autre nœud, y voir qu’il tourne, et \
                 s’arrêter ici : la suite le lui prendrait. Continuer s’il est en erreur, ou \
                 encore sur le nœud perdu."
            ),
            What::HaWaits(service, rule) => {
                let why = rule.as_ref().map_or_else(
                    || "elle ne voit aucun nœud qu’elle puisse choisir".to_owned(),
                    |rule| format!("sa règle ou son groupe {rule} ne lui laisse aucun nœud"),
                );
                format!(
                    "HA ne démarre pas {service} : {why}. Il attend en recovery jusqu’à ce que cela \
                     change. Regarder, et continuer à la main."
                )
            }
            What::Clone(bases, true) => format!(
                "C’est un clone lié de {} : ce volume doit être là aussi, sinon son disque ne s’ouvre \
                 pas.",
                list(bases)
            ),
            What::Clone(bases, false) => format!(
                "C’est un clone lié de {} ; son réplica sur ZFS est entier sans lui.",
                list(bases)
            ),
            What::HaLetsGo(service) => {
                format!("HA doit lâcher {service}, ou elle travaille contre nous.")
            }
            What::Snapshots(_) => {
                "Voir que le réplica est là, une ligne par disque (sur ZFS).".to_owned()
            }
            What::Loses(point, left_out) => {
                let since = match point {
                    Some(at) => format!(
                        "Il revient tel qu’il était {} : tout ce qui a suivi est perdu.",
                        at_the(&self.moment(*at, when))
                    ),
                    None => "Il revient tel qu’il était quand son nœud est mort.".to_owned(),
                };
                if left_out.is_empty() {
                    since
                } else {
                    format!("{since} Ne revient pas par cette voie : {}.", list(left_out))
                }
            }
            What::Move(node) => format!("Donner sa configuration à {node}."),
            What::Unlink(keys) => format!(
                "{} n’a pas de réplica : l’enlever, ou l’invité ne démarre pas.",
                list(keys)
            ),
            What::Detach(keys) => format!(
                "{} est de son ancien nœud : l’enlever, ou le diriger vers quelque chose de celui-ci.",
                list(keys)
            ),
            What::Eject(keys) => format!("Le CD de {} n’est pas ici : l’éjecter.", list(keys)),
            What::Storages(names) => format!(
                "Sa configuration nomme des stockages qu’on n’a pas vus ici : {}. Y sont-ils ? Sinon, \
                 en retirer ces disques.",
                list(names)
            ),
            What::Bridges(names) => {
                format!("Il lui faut {} {}. Ici ?", plural(names.len(), "le pont", "les ponts"), list(names))
            }
            What::LacksBridges(node, names) => format!(
                "{node} n’a pas {} {} : il ne démarrera pas avant de l’avoir, ou avant que sa carte \
                 soit branchée sur un autre.",
                plural(names.len(), "le pont", "les ponts"),
                list(names)
            ),
            What::MakeRoom(node, memory) => {
                let need = memory
                    .map_or_else(String::new, |bytes| format!(" Il lui faut {}.", self.bytes(bytes)));
                format!(
                    "{node} n’a plus de mémoire pour lui : arrêter quelque chose de moins \
                     important.{need}"
                )
            }
            What::Start => "Le démarrer.".to_owned(),
            What::Runs => "Tourne-t-il ?".to_owned(),
            What::Agent => "Répond-il ? Une minute après son démarrage :".to_owned(),
            What::HasCopies(storage) => {
                format!("Le stockage des copies, {storage}, est-il joignable d’ici ?")
            }
            What::ServerAway { server, since, contact, place } => {
                let since = since.map(|at| format!(" depuis {}", self.moment(at, when)));
                let away = format!(
                    "Les copies sont sur {server}, qui ne répondait pas{} quand cette page fut \
                     faite : rien ne se restaure avant. S’en occuper d’abord.",
                    since.unwrap_or_default()
                );
                let who = contact.as_ref().map(|who| format!("Qui appeler : {who}."));
                let place = place.as_ref().map(|place| format!("C’est à : {place}."));
                [Some(away), who, place].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            What::AddStorage(storage) => format!(
                "Les copies sont sur un PBS qui n’est pas configuré ici. Le faire connaître sous le nom \
                 {storage} ; le mot de passe ou le secret du jeton est demandé."
            ),
            What::Key(Some(place)) => format!(
                "Les copies sont chiffrées. La clé est gardée : {place}. Elle doit être dans l’entrée \
                 du stockage : pvesm set STORAGE --encryption-key FILE."
            ),
            What::Key(None) => {
                "Les copies sont chiffrées. Leur clé doit être dans l’entrée du stockage (pvesm set \
                 STORAGE --encryption-key FILE) ; personne n’a noté où elle est gardée."
                    .to_owned()
            }
            What::Find(_) => "Trouver la copie.".to_owned(),
            What::Number { old, new, by_itself: true } => format!(
                "Son numéro {old} est encore pris par ce qui reste de lui : il revient sous le {new}."
            ),
            What::Number { old, new, by_itself: false } => {
                format!("Un autre invité y a le numéro {old} : il revient sous le {new}.")
            }
            What::Restore(takes) => match takes {
                Some(seconds) => format!(
                    "Le restaurer. Cela prend environ {}.",
                    self.duration(*seconds as f64)
                ),
                None => "Le restaurer. On ne sait pas combien de temps cela prend.".to_owned(),
            },
            What::KeepOff(node, true) => {
                format!("Veiller à ce que l’ancien ne démarre pas à côté quand {node} revient.")
            }
            What::KeepOff(node, false) => format!(
                "Avant que {node} revienne, le retirer du réseau, ou l’ancien démarre à côté du \
                 nouveau."
            ),
            What::Check => {
                "Le regarder comme ceux qui s’en servent : se connecter, lire quelque chose \
                 d’aujourd’hui, écrire quelque chose. Leur dire ce qui est perdu. Voir dans vigie qu’un \
                 job de sauvegarde le prend, et faire une sauvegarde maintenant."
                    .to_owned()
            }
            What::CopyAgain(guests) => {
                let names: Vec<String> =
                    guests.iter().map(|key| format!("{}/{}", key.source, key.vmid)).collect();
                format!(
                    "Ceux-ci continuent, et toutes leurs copies sont perdues : {}. En faire d’abord une \
                     copie ailleurs.",
                    names.join(", ")
                )
            }
            What::Cover(jobs) => {
                format!("Mettre son nouveau numéro dans ses jobs de sauvegarde : {}.", list(jobs))
            }
            What::Turns(node) => format!(
                "Sa réplication se retourne d’elle-même : elle échoue tant que {node} n’est pas revenu, \
                 puis reprend du dernier instantané que les deux ont. Si elle dit « No common base \
                 snapshot », supprimer les vieux disques sur {node}, ou refaire le job."
            ),
            What::Moved(node, false) => {
                format!("Ce qui a été déplacé ne redémarre pas sur {node}.")
            }
            What::Moved(node, true) => format!(
                "Ce qui a été déplacé ne redémarre pas sur {node} ; ses vieux disques y sont repris par \
                 la réplication."
            ),
            What::Remains(node) => format!(
                "Ce qui a été restauré a laissé de vieux restes sur {node}. Les garder tant qu’on ne \
                 sait pas le nouveau entier : des données d’après la copie y sont peut-être. Alors \
                 seulement les détruire."
            ),
            What::Address => {
                "Son réseau est celui de son ancienne place : son adresse marche-t-elle ici ? Sinon lui \
                 en donner une autre, et changer les noms qui y mènent."
                    .to_owned()
            }
            What::HaAgain(None) => "Le rendre à HA.".to_owned(),
            What::HaAgain(Some(rule)) => format!(
                "Ne le rendre à HA que quand sa règle ou son groupe {rule} permet ce nœud (Centre de \
                 données, HA) : sinon HA le déplace, ou l’arrête."
            ),
            What::Normal => {
                "Tous les nœuds revenus, les voix attendues redeviennent normales d’elles-mêmes."
                    .to_owned()
            }
            What::Disks(volumes) if volumes.is_empty() => {
                "Ne pas réinstaller le nœud avant d’avoir regardé ses disques.".to_owned()
            }
            What::Disks(volumes) => format!(
                "Ce qui reste de lui est sur les disques de son nœud : {}. Ne pas réinstaller le nœud \
                 avant de les avoir copiés.",
                list(volumes)
            ),
        }
    }

    fn expected(&self, what: &What, when: &When<'_>) -> Option<String> {
        Some(match what {
            What::Quorum(_) | What::Expected => "Quorate: Yes".to_owned(),
            What::HaSettles => "quorum OK, et aucun service en recovery ou fence".to_owned(),
            What::Normal => "Quorate: Yes, et autant de voix attendues qu’il y en a".to_owned(),
            What::HaStarts(service, target) => {
                let node = target.as_ref().map_or("NODE", |node| node.as_str());
                format!("service {service} ({node}, started)")
            }
            What::Snapshots(Some(point)) => {
                format!("…_{}__, fait {}", point.0, at_the(&self.date(*point, when)))
            }
            What::Bridges(names) => format!("{}: UP", list(names)),
            What::Runs => "status: running".to_owned(),
            What::Agent => "aucune sortie, et aucune erreur".to_owned(),
            What::HasCopies(storage) => format!("{storage} … active"),
            What::AddStorage(storage) => {
                format!("pvesm status --storage {storage} dit alors active")
            }
            What::Find(Some(volume)) => volume.clone(),
            What::Restore(_) => "cela finit sans erreur".to_owned(),
            What::Storages(names) => format!("{}: active", list(names)),
            _ => return None,
        })
    }

    fn expect(&self) -> &'static str {
        "alors :"
    }

    fn all_runbooks(&self) -> &'static str {
        "Si une machine meurt"
    }

    fn left_over(&self, path: &str) -> String {
        format!("{path} est d’un jeu précédent")
    }

    fn made_from(&self) -> &'static str {
        "De quoi cela est fait"
    }

    fn fact(&self, source: &str, call: &str, age: Option<&str>) -> String {
        match age {
            Some(age) => format!("{source} : {call}, il y a {age}"),
            None => format!("{source} : {call}, sans réponse à ce jour"),
        }
    }
}

/// `à 02:07`, `le 21 nov. 23:04`
fn at_the(moment: &str) -> String {
    if moment.contains(' ') { format!("le {moment}") } else { format!("à {moment}") }
}
