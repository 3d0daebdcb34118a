//! What to do where a source cannot be read, by what kept it from being read.

use crate::fleet::link::Layer;
use crate::fleet::part::CauseKind;
use crate::judge::problem::Facts;

/// Nobody is reached: by the layer on which that ends.
pub(super) fn unreachable(facts: &Facts) -> [&'static str; 2] {
    match facts.layer {
        Some(Layer::Name) => [
            "chercher le nom d’ici : getent hosts NOM ; est-il bien écrit ?",
            "corriger le DNS, ou écrire l’adresse dans endpoints",
        ],
        Some(Layer::Refused) => [
            "sur le serveur : systemctl status pveproxy, ou proxmox-backup-proxy",
            "et vérifier le port dans endpoints : 8006 pour un PVE, 8007 pour un PBS",
        ],
        Some(Layer::Tls) => [
            "d’ici : curl -vk https://ENDPOINT/ montre qui répond là",
            "vérifier le port dans endpoints : 8006 pour un PVE, 8007 pour un PBS",
        ],
        Some(Layer::Reset) => [
            "sur le serveur : systemctl status pveproxy, ou proxmox-backup-proxy",
            "s’il tourne : chercher un pare-feu ou un proxy qui coupe les connexions",
        ],
        Some(Layer::Route | Layer::Timeout) | None => [
            "d’ici : ping, puis curl -k https://ENDPOINT/ : quelle couche lâche ?",
            "demander au contact du site : courant, ligne, pare-feu",
        ],
    }
}

/// It answers, and nothing can be read: by what the calls came to.
pub(super) fn error(facts: &Facts) -> [&'static str; 2] {
    match facts.cause {
        Some(CauseKind::Unauthorized) => {
            ["réparer là où tourne vigie (fichier de secret : chmod 600), puis r", ""]
        }
        Some(CauseKind::Broken) => [
            "rien sur le serveur : c’est un bug de vigie, qui recommence de lui-même",
            "le signaler avec le journal : ~/.local/state/vigie/vigie.*.log",
        ],
        Some(CauseKind::TooLarge) => [
            "d’ici : curl -sk https://ENDPOINT/ | wc -c ; un proxy à sa place ?",
            "journalctl -u pvedaemon -u pveproxy sur le nœud",
        ],
        Some(CauseKind::Cut) => [
            "chercher un proxy ou une mauvaise ligne : curl -vk https://ENDPOINT/",
            "journalctl -u pvedaemon -u pveproxy sur le nœud",
        ],
        _ => ["journalctl -u pvedaemon -u pveproxy sur le nœud", ""],
    }
}
