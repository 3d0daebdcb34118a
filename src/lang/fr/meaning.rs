//! Problems in one or two sentences, for their detail.

use super::super::When;
use super::French;
use crate::fleet::code::Code;
use crate::fleet::part::CauseKind;
use crate::judge::problem::Problem;
use crate::lang::Measures;

/// What it means for whoever has to act, said after what it is.
pub(super) fn meaning(lang: French, problem: &Problem, when: &When<'_>) -> String {
    let because = consequence(problem);
    let place = match (&problem.facts.newest, problem.facts.other.as_deref()) {
        (Some(at), Some(place)) if problem.code.family() == "backup" => {
            format!(" La copie la plus récente est du {}, dans {place}.", lang.date(*at, when))
        }
        (Some(at), None) if problem.code.family() == "backup" => {
            format!(" La copie la plus récente est du {}.", lang.date(*at, when))
        }
        _ => String::new(),
    };
    let limit = match (problem.code, problem.facts.limit) {
        (Code::NodeCpu | Code::NodeMemory | Code::NodeSwap | Code::NodeIowait, Some(limit)) => {
            format!(" En moyenne sur dix minutes, pour une limite de {}.", lang.share(limit))
        }
        _ => String::new(),
    };
    format!("{because}{place}{limit}")
}

/// What follows from it.
pub(super) fn consequence(problem: &Problem) -> &'static str {
    match problem.code {
        Code::SourceUnreachable => {
            "On ne sait plus ce qui s’y passe ; les copies rangées ailleurs prouvent ce qu’elles prouvent."
        }
        Code::SourceUntrusted => {
            "Elle montre un autre certificat que celui qui est approuvé : il a été renouvelé, ou \
             quelqu’un d’autre répond. Le jeton n’a pas été envoyé."
        }
        Code::SourceUnauthorized => {
            "Le jeton est inconnu, périmé, ou son secret est faux. Plus rien n’est demandé tant que \
             ce n’est pas réparé, pour ne bloquer aucun compte."
        }
        Code::SourceForbidden => {
            "Ce qui n’est pas lisible est inconnu, et non sain : Proxmox y répond par des listes vides."
        }
        Code::SourceMalformed => {
            "Un proxy, une page de connexion ou un autre programme répond à sa place."
        }
        Code::SourceError if problem.facts.flag == Some(true) => {
            "Elle n’a pas été interrogée : sans secret, ou sans le fichier de sa CA, rien n’est possible."
        }
        Code::SourceError if problem.facts.cause == Some(CauseKind::Broken) => {
            "C’est vigie qui est tombé en panne en interrogeant ; cela ne dit rien du serveur."
        }
        Code::SourceError => "Elle répond, mais chaque appel finit en erreur.",
        Code::SourcePartial => "Le reste est à jour ; ce qui dépend de ces parties est inconnu.",
        Code::SourceStale if problem.facts.newest.is_none() => {
            "On n’en sait encore rien ; cela n’annonce rien de particulier."
        }
        Code::SourceStale => {
            "Elle répond, mais trop lentement ou trop rarement : les états en direct ne prouvent rien."
        }
        Code::SourceEndpointDown => {
            "Un autre point d’accès répond à sa place ; une entrée est perdue."
        }
        Code::SourceClockSkew => {
            "Les jobs partent au mauvais moment, jetons et certificats peuvent être refusés."
        }
        Code::SourcePlannedOff => {
            "Ce n’est pas un défaut ; on ne saura ce qui s’y passe qu’à son retour."
        }
        Code::SourceOptionalRight => {
            "Sans lui, PBS tait les jobs de synchronisation : les copies venues d’ailleurs n’ont \
             pas d’origine connue."
        }
        Code::ViewerMemory => {
            "Le prochain démarrage en saura moins : ce qu’on a vu, et quand, se perd avec cette fois-ci."
        }
        Code::ClusterNoQuorum => {
            "Rien ne peut y être démarré, modifié ni sauvegardé ; ce que ce côté dit des autres \
             nœuds n’est pas cru."
        }
        Code::ClusterFragile => "Au prochain nœud perdu, le cluster ne fait plus rien.",
        Code::HaError => "HA ne veille plus sur ce qu’elle devrait ; elle attend une intervention.",
        Code::NodeOffline => {
            "Ce qui y tournait est arrêté, ou tourne sans qu’on le voie ; les invités sous HA partent ailleurs."
        }
        Code::NodeStale => {
            "Les invités y tournent peut-être très bien ; leurs chiffres sont vieux."
        }
        Code::NodeCpu | Code::NodeIowait => "Tout y est lent.",
        Code::NodeMemory | Code::NodeSwap => {
            "Le noyau peut tuer un invité quand la mémoire manque."
        }
        Code::NodeRootfs => {
            "Quand elle est pleine, le nœud n’écrit plus son état : sauvegardes, journaux et connexions échouent."
        }
        Code::NodeService => "Sans lui, le nœud ne fait pas sa part du travail.",
        Code::NodeZfs => "Le pool a perdu sa redondance, ou des données sont hors d’atteinte.",
        Code::NodeDisk => "Il peut s’arrêter à tout moment : le remplacer tant que son miroir vit.",
        Code::NodeWearout => "Il cessera d’accepter les écritures ; prévoir son remplacement.",
        Code::NodeCertificate => {
            "Une fois qu’il a expiré, navigateurs, pairs et sauvegardes peuvent refuser de parler au nœud."
        }
        Code::NodeVersion if problem.facts.other.is_some() => {
            "Un cluster de versions majeures mêlées n’est fait que pour les heures d’une mise à niveau."
        }
        Code::NodeVersion => "Il n’y a plus de mises à jour de sécurité.",
        Code::GuestDown => "On l’attend en marche ; ce qu’il rend comme service est absent.",
        Code::GuestIoError => {
            "Son disque n’a pas pu être écrit, le plus souvent parce que le stockage est plein."
        }
        Code::GuestPaused => "Il ne répond à personne, et garde sa mémoire.",
        Code::GuestLock => {
            "Rien ne peut lui être fait, pas même une sauvegarde, tant que le verrou est là."
        }
        Code::GuestNameClash => "Des noms se confondent vite ; ce sont les numéros qui décident.",
        Code::StorageFull => {
            "Quand il est plein, les invités qui y ont des disques s’arrêtent sur des erreurs d’E/S et les sauvegardes échouent."
        }
        Code::StorageOffline => "Ce qui s’y trouve ne peut être ni utilisé ni sauvegardé de là.",
        Code::BackupMissing => "S’il est perdu maintenant, rien ne le fait revenir.",
        Code::BackupLate => {
            "S’il est perdu maintenant, tout ce qui suit la dernière copie est perdu."
        }
        Code::BackupFailed => {
            "La dernière exécution a fini en erreur ; la copie la plus récente date d’avant."
        }
        Code::BackupVerifyFailed => {
            "La restaurer échouerait ou rendrait des données abîmées ; de plus anciennes peuvent être saines."
        }
        Code::BackupUnverified => "Qu’elle puisse être restaurée n’a pas été vérifié.",
        Code::BackupUncovered => "Rien n’en fait de copie.",
        Code::BackupPartial => "Une restauration rend l’invité sans ces données.",
        Code::BackupAmbiguous => {
            "Tous deux ont un invité de ce numéro et écrivent dans le même espace de noms : chacun purge \
             les copies de l’autre, et une restauration peut rendre le mauvais invité."
        }
        Code::BackupBlind => "On ne peut pas dire si ces invités pourraient revenir.",
        Code::BackupJob => {
            "Les invités qui comptent sur lui n’ont plus de nouvelles copies, ou pas celles qu’il faudrait."
        }
        Code::BackupOrphan => "Il prend de la place, et c’est la dernière trace d’un invité.",
        Code::ReplicationLate => {
            "Si le nœud mourait maintenant, la perte dépasserait ce qui est prévu."
        }
        Code::ReplicationFailing => {
            "Le réplica en reste à la dernière exécution réussie ; chaque échec le vieillit."
        }
        Code::ReplicationTargetOffline => "Rien n’est répliqué tant que ce nœud n’est pas revenu.",
        Code::ReplicationDisabled => "Plus aucun réplica n’est fait ; le dernier vieillit.",
        Code::ReplicationUncovered => "Ici, chaque invité devrait avoir un réplica.",
        Code::ReplicationPartial => "Le réplica démarrerait sans ce disque.",
        Code::ReplicationBlind => "On ne peut pas dire si les réplicas sont à jour.",
        Code::RecoveryUncovered if problem.facts.due.is_some() => {
            "Il est neuf : jusqu’à sa première sauvegarde, rien ne le ferait revenir."
        }
        Code::RecoveryUncovered => {
            "Aucun réplica sur un autre nœud, et aucune bonne copie qui survivrait à son nœud."
        }
        Code::RecoveryObjective => {
            "La meilleure voie de retour coûterait plus que l’objectif écrit dans la configuration."
        }
        Code::RecoveryNoRoom if problem.detail.as_deref() == Some("bridge") => {
            "Aucun nœud restant qui aurait la place n’a le pont où sa carte réseau est branchée : il \
             n’y démarrerait pas."
        }
        Code::RecoveryNoRoom if problem.detail.as_deref() == Some("ha") => {
            "HA ne demande pas s’il y a la place : elle le démarre d’elle-même là où il ne tient pas. Il peut y \
             échouer, ou affamer ce qui y tourne déjà."
        }
        Code::RecoveryNoRoom => {
            "Aucun nœud restant n’a la mémoire, les disques ou les threads pour le faire tourner : il \
             faudrait d’abord arrêter autre chose."
        }
        Code::RecoveryFragile if problem.detail.as_deref() == Some("site") => {
            "Ce qui emporte le site (incendie, vol, inondation) emporte l’invité et toutes ses voies de retour."
        }
        Code::RecoveryFragile => {
            "Personne ne sait si cette unique copie peut être restaurée, et il n’y en a pas d’autre."
        }
        Code::RecoveryKey => {
            "Toutes les copies sont chiffrées, et aucun autre cluster n’a la clé : le cluster perdu, \
             les copies ne sont plus que du bruit."
        }
        Code::RecoveryUnrehearsed => {
            "Une restauration jamais essayée est un espoir ; le premier essai ne devrait pas être le sinistre."
        }
        Code::DatastoreFull => {
            "Quand il est plein, plus aucune sauvegarde ne se fait, et aucune ne peut être purgée."
        }
        Code::DatastoreFilling => {
            "Au rythme des dernières semaines, selon l’estimation de PBS lui-même."
        }
        Code::DatastoreGc => "La place des copies purgées n’est pas rendue.",
        Code::DatastoreVerifyJob => "Les dégâts dans les copies restent cachés.",
        Code::DatastorePruneJob => "Les vieilles copies restent, et le datastore se remplit.",
        Code::DatastoreSyncJob => "Les copies n’arrivent pas de l’autre côté.",
        Code::DatastoreMaintenance => "Les sauvegardes qui y écrivent échouent pendant ce temps.",
        Code::DatastoreOffline => "Ses copies ne peuvent être ni lues ni écrites.",
        Code::DatastoreCorrupt => {
            "Les copies qui utilisent ces morceaux ne peuvent être restaurées entières."
        }
        Code::DatastoreUnverified => {
            "Les dégâts dans les copies restent cachés jusqu’à ce qu’une restauration en ait besoin."
        }
    }
}
