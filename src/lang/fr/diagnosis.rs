//! Words of `vigie doctor`.

use std::fmt::Write as _;

use super::super::Measures;
use super::super::diagnosis::{
    Access, Diagnoses, Finding, Goes, Health, Lack, Leave, Shown, Stage,
};
use super::French;
use crate::fleet::id::Product;

impl Diagnoses for French {
    fn stage(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Config => "config",
            Stage::Secret => "secret",
            Stage::Name => "nom",
            Stage::Connect => "connexion",
            Stage::Tls => "TLS",
            Stage::Trust => "confiance",
            Stage::Http => "HTTP",
            Stage::Token => "jeton",
            Stage::Version => "version",
            Stage::Clock => "horloge",
            Stage::Pace => "durée",
            Stage::Rights => "droits",
        }
    }

    fn health(&self, health: Health) -> &'static str {
        match health {
            Health::Ok => "ok",
            Health::Warning => "attention",
            Health::Broken => "PANNE",
            Health::NotReached => "-",
        }
    }

    fn finding(&self, finding: &Finding) -> String {
        match finding {
            Finding::Fine => "comme il faut".to_owned(),
            Finding::NotReached => "non atteint".to_owned(),
            Finding::Config(why) | Finding::Secret(why) => why.clone(),
            Finding::NoName(why) => format!("le nom ne se résout pas : {why}"),
            Finding::NoRoute => "pas de route vers l’hôte".to_owned(),
            Finding::Refused => "la connexion est refusée".to_owned(),
            Finding::Silent => "rien ne revient à temps".to_owned(),
            Finding::NoTls(Some(why)) => format!("pas de TLS : {why}"),
            Finding::NoTls(None) => "la négociation TLS ne finit pas à temps".to_owned(),
            Finding::Untrusted { seen, expected, why } => {
                let mut text = format!("le certificat n’est pas de confiance : {why}");
                if let Some(seen) = seen {
                    let _ = write!(text, " ; vu {}", shown(seen));
                }
                for pin in expected {
                    let _ = write!(text, " ; attendu {pin}");
                }
                text
            }
            Finding::Trusted(seen) => shown(seen),
            Finding::NoAnswer(why) => format!("pas de réponse utilisable : {why}"),
            Finding::NotAccepted => "le jeton n’est pas accepté".to_owned(),
            Finding::Version(product, text) => format!("{} {text}", name(*product)),
            Finding::Clock(None) => "le serveur n’a pas dit l’heure : inconnu".to_owned(),
            Finding::Clock(Some(0)) => "la même qu’ici".to_owned(),
            Finding::Clock(Some(off)) => {
                let by = self.duration(off.unsigned_abs() as f64);
                if *off > 0 {
                    format!("{by} en avance sur ici")
                } else {
                    format!("{by} en retard sur ici")
                }
            }
            Finding::Took(ms) => format!("{ms} ms pour un appel"),
            Finding::Rights(access) => counted(access),
        }
    }

    fn cure(&self, stage: Stage, health: Health, finding: &Finding) -> Option<String> {
        if matches!(health, Health::Ok | Health::NotReached) {
            return None;
        }
        let cure = match finding {
            Finding::Config(_) => "à corriger dans la configuration ; `vigie config` la montre",
            Finding::Secret(_) => "le secret doit être dans un fichier à vous, de mode 600",
            Finding::NoName(_) => {
                "à corriger : l’adresse, ou la résolution de noms de cette machine"
            }
            Finding::NoRoute => "voir le réseau entre ici et là-bas",
            Finding::Refused => {
                "le port est-il juste ? Sur le serveur : `systemctl status pveproxy` ou \
                 `proxmox-backup-proxy`"
            }
            Finding::Silent if stage == Stage::Http => {
                "le serveur est surchargé ou bloqué : voir sur place"
            }
            Finding::Silent => "l’hôte est-il allumé, un pare-feu est-il entre les deux ?",
            Finding::NoTls(_) => "est-ce le port de Proxmox, et de HTTPS ?",
            Finding::Untrusted { .. } => {
                "à comparer sur le serveur même : `openssl x509 -noout -fingerprint -sha256 -in` son \
                 certificat (PVE), `proxmox-backup-manager cert info` (PBS) ; seulement si elles \
                 concordent, la mettre dans la configuration"
            }
            Finding::Trusted(_) => "renouveler le certificat sur le serveur",
            Finding::NoAnswer(_) => "est-ce Proxmox qui répond à cette adresse ?",
            Finding::NotAccepted => {
                "faux, expiré, désactivé ou supprimé : comparer nom et secret, ou faire un nouveau jeton"
            }
            Finding::Clock(_) => {
                "mettre les horloges à l’heure : `chronyc tracking` des deux côtés"
            }
            Finding::Took(_) => "voir la ligne et la charge du serveur",
            Finding::Rights(_) => "en tant que root, sur le serveur :",
            Finding::Fine | Finding::NotReached | Finding::Version(..) => return None,
        };
        Some(cure.to_owned())
    }

    fn lack(&self, lack: &Lack) -> String {
        let Lack { privilege, path, .. } = lack;
        let mut text = if lack.optional {
            format!("facultatif, et manque : {privilege} sur {path}")
        } else {
            format!("manque : {privilege} sur {path}")
        };
        for (what, calls) in [("refusé", &lack.denied), ("aveugle", &lack.blind)] {
            if !calls.is_empty() {
                let _ = write!(text, " ; {what} : {}", calls.join(", "));
            }
        }
        text
    }

    fn if_wanted(&self) -> &'static str {
        "pour voir aussi cela, en tant que root, sur le serveur :"
    }

    fn lacks_more(&self, count: usize) -> String {
        format!("et {count} de plus, voir `--format json`")
    }

    fn copies_head(&self) -> &'static str {
        "copies"
    }

    fn goes_to(&self, storage: &str, goes: &Goes) -> String {
        match goes {
            Goes::To(source) => format!("le stockage {storage} est chez {source}"),
            Goes::Elsewhere(host) => {
                format!("le stockage {storage} est chez {host}, qui n’est pas surveillé")
            }
            Goes::Untold(host, unseen) => format!(
                "le stockage {storage} est chez {host} ; inconnu si c’est {}, dont le certificat \
                 n’a jamais été vu",
                unseen.join(" ou ")
            ),
        }
    }

    fn goes_nowhere(&self) -> &'static str {
        "aucun stockage ne mène à un PBS"
    }

    fn goes_unknown(&self) -> &'static str {
        "inconnu : les stockages n’ont jamais été lus"
    }

    fn known_since(&self, age: Option<i64>) -> String {
        match age {
            None => "demandé à l’instant".to_owned(),
            Some(age) => format!("de mémoire, il y a {}", self.age(age)),
        }
    }

    fn last_head(&self) -> &'static str {
        "données"
    }

    fn last_data(&self, age: Option<i64>) -> String {
        match age {
            Some(age) => format!("les dernières il y a {}, de mémoire", self.age(age)),
            None => "inconnu : la mémoire n’en contient rien".to_owned(),
        }
    }

    fn bundle_about(&self) -> &'static str {
        "Dossier d’assistance de vigie. Tout nom, toute adresse, empreinte et texte libre est \
         remplacé ou retiré ; nombres, états et versions sont tels quels. À relire avant de le \
         montrer."
    }

    fn bundle_written(&self, path: &str) -> String {
        format!(
            "le dossier d’assistance est dans {path} : les noms y sont remplacés ; à relire avant \
             de le montrer"
        )
    }

    fn lacking(&self, sources: &str, is_asked: bool) -> String {
        if is_asked {
            return format!("on n’a jamais rien su de {sources} : absent ici");
        }
        format!(
            "on n’a jamais rien su de {sources} : absent ici ; `vigie inventory --fresh` \
             interroge maintenant"
        )
    }

    fn all_told(&self, sources: usize, warnings: usize, broken: usize) -> String {
        format!("Sources : {sources} ; avec avertissements : {warnings} ; en panne : {broken}.")
    }
}

fn name(product: Product) -> &'static str {
    match product {
        Product::Pve => "Proxmox VE",
        Product::Pbs => "Proxmox Backup Server",
    }
}

fn counted(access: &Access) -> String {
    let [allowed, blind, denied] =
        [Leave::Allowed, Leave::Blind, Leave::Denied].map(|leave| access.count(leave));
    match (denied, blind) {
        (0, 0) => format!("les {allowed} sortes d’appels sont permises, et voient tout"),
        _ => format!(
            "sur {} sortes d’appels, {allowed} permises, {denied} refusées, {blind} aveugles \
             (réponse amoindrie)",
            access.calls.len()
        ),
    }
}

fn shown(seen: &Shown) -> String {
    let days = match seen.days {
        Some(days) if days < 0 => ", expiré".to_owned(),
        Some(days) => format!(", encore {days} jours"),
        None => ", fin inconnue".to_owned(),
    };
    format!("{} par {}{days}", seen.fingerprint, seen.issuer)
}
