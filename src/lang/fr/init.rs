//! The words of `vigie init`.

use super::super::init::{Ask, Choice, Hint, SetUp, SetsUp};
use super::French;
use crate::fleet::id::Product;

impl SetsUp for French {
    fn set_up(&self, said: SetUp<'_>) -> String {
        match said {
            SetUp::Already(source) => format!(
                "{source} : tout est déjà dans la configuration, rien n’a été changé. \
                 `vigie doctor {source}` la vérifie."
            ),
            SetUp::Silent(address, why) => {
                format!("{address} ne montre pas de certificat : {why}")
            }
            SetUp::AllSilent => "Aucun point d’accès ne montre de certificat.".to_owned(),
            SetUp::Trusted(address) => format!("{address} montre un certificat approuvé."),
            SetUp::Stranger(address) => format!(
                "{address} montre un certificat dont personne ici ne se porte garant. Rien n’y a \
                 encore été envoyé."
            ),
            SetUp::Changed(source) => format!(
                "Un point d’accès de {source} montre un autre certificat qu’avant. Cela se décide \
                 par `vigie trust {source}`."
            ),
            SetUp::NotGiven(address) => {
                format!("{address} ne montre pas le certificat donné.")
            }
            SetUp::Unseen(address) => {
                format!("Le certificat de {address} est approuvé sans avoir été comparé.")
            }
            SetUp::Accepting => "Si c’est la même, le dire par l’option ci-dessous ; \
                                 --accept-new-fingerprint l’approuve sans comparer."
                .to_owned(),
            SetUp::Works(product, version) => {
                format!("Le jeton est accepté ; c’est {} {version}.", name(product))
            }
            SetUp::TooOld(oldest) => format!(
                "Cette version est plus ancienne que la {oldest} : vigie ne la connaît pas, et \
                 beaucoup peut manquer."
            ),
            SetUp::Rights => "Le jeton peut lire tout ce que vigie demande.".to_owned(),
            SetUp::Written(file) => format!("Écrit dans {file}."),
            SetUp::Kept(file) => {
                format!("Le secret est dans {file}, que seul son propriétaire peut lire.")
            }
            SetUp::WillKeep(file) => {
                format!("Le secret sera gardé dans {file}, que seul son propriétaire peut lire.")
            }
            SetUp::Peer(node, address) => format!(
                "Le nœud {node} répond à {address}, avec le certificat que le cluster dit être le \
                 sien."
            ),
            SetUp::PeerDiffers(node, address) => format!(
                "Nœud {node} : à {address} se trouve un autre certificat que celui que dit le \
                 cluster : laissé de côté."
            ),
            SetUp::PeerSilent(node, address, why) => {
                format!("Le nœud {node} n’est pas joint à {address} : {why}")
            }
            SetUp::PeerNowhere(node) => {
                format!("Nœud {node} : le cluster n’en dit pas l’adresse.")
            }
            SetUp::NoPeers(why) => {
                format!("Les autres nœuds du cluster ne sont pas connus : {why}")
            }
            SetUp::Pbs(address, storages) => {
                format!("Le cluster garde des copies sur le PBS {address} (stockage {storages}).")
            }
            SetUp::Welcome => {
                "Ici se règle ce qui est surveillé, source par source. Les serveurs ne sont \
                 qu’interrogés (GET), et rien n’est écrit sans avoir été montré. Esc revient \
                 d’une étape ; Ctrl-C quitte à chacune, et `vigie init` reprend."
                    .to_owned()
            }
            SetUp::Known(source) => {
                format!("C’est déjà un point d’accès de {source} : on continue avec {source}.")
            }
            SetUp::PinnedByCluster(true) => {
                "Le cluster a épinglé exactement ce certificat pour lui.".to_owned()
            }
            SetUp::PinnedByCluster(false) => {
                "ATTENTION : le cluster a épinglé un autre certificat pour lui. Quelqu’un d’autre \
                 répond peut-être."
                    .to_owned()
            }
            SetUp::Make(product, oldest) => {
                let here = match product {
                    Product::Pve => "Sur un de ses nœuds, n’importe lequel",
                    Product::Pbs => "Sur ce serveur",
                };
                format!(
                    "{here}, en root. La version n’est dite qu’à un jeton ; ceci vaut pour {} à \
                     partir de la {oldest} :",
                    name(product)
                )
            }
            SetUp::MakeRemotes => "Et s’il a des jobs de synchronisation :".to_owned(),
            SetUp::Once => {
                "La deuxième commande montre le secret (`value`), une seule fois. Ce qui existe \
                 déjà peut rester tel quel."
                    .to_owned()
            }
            SetUp::Wrong(why) => format!("Pas ainsi : {why}"),
            SetUp::Untrusted => {
                "Pas approuvé : rien n’y a été envoyé. Une autre adresse, ou Ctrl-C.".to_owned()
            }
            SetUp::Taken(name) => format!("Pas ainsi : il y a déjà une source {name}."),
            SetUp::Unfinished(source) => format!(
                "{source} est écrite, mais ne marche pas encore comme il faut. `vigie init` la \
                 reprend, `vigie doctor {source}` regarde à nouveau."
            ),
            SetUp::Stands(source, None) => format!("{source} : marche"),
            SetUp::Stands(source, Some(why)) => format!("{source} : {why}"),
            SetUp::Distrusted => "son certificat n’est pas approuvé".to_owned(),
            SetUp::Asking => "Interrogation…".to_owned(),
            SetUp::AskingPeers => "Interrogation des autres nœuds…".to_owned(),
            SetUp::Next => {
                "Ensuite : `vigie report` regarde tout une fois, `vigie` est le tableau \
                            de bord."
                    .to_owned()
            }
            SetUp::Left(true) => "Quitté. Ce qui a été écrit avant reste.".to_owned(),
            SetUp::Left(false) => "Quitté. Rien n’a été écrit.".to_owned(),
        }
    }

    fn ask(&self, ask: Ask<'_>) -> String {
        match ask {
            Ask::Menu | Ask::Mend => "Et maintenant ?".to_owned(),
            Ask::Product => "Que faut-il surveiller ?".to_owned(),
            Ask::Address => "Où répond-il ?".to_owned(),
            Ask::Trust => "Approuver ce certificat ?".to_owned(),
            Ask::Site => "Dans quel site est-il ?".to_owned(),
            Ask::SiteName => "Nom du site :".to_owned(),
            Ask::Name => "Nom de la source :".to_owned(),
            Ask::Token => "Identifiant du jeton :".to_owned(),
            Ask::SecretHow => "Où est son secret ?".to_owned(),
            Ask::Secret => "Secret :".to_owned(),
            Ask::SecretFile => "Fichier :".to_owned(),
            Ask::SecretVariable => "Variable :".to_owned(),
            Ask::SecretCommand => "Commande :".to_owned(),
            Ask::Change(source) => format!("Que changer à {source} ?"),
            Ask::Peers(1) => "Ajouter ce nœud comme point d’accès ?".to_owned(),
            Ask::Peers(count) => format!("Ajouter ces {count} nœuds comme points d’accès ?"),
            Ask::PeerAddress(node) => format!("Où répond {node} ?"),
            Ask::Write => "L’écrire ?".to_owned(),
            Ask::Backup(address) => format!("Régler {address} ensuite ?"),
        }
    }

    fn choice(&self, choice: Choice<'_>) -> String {
        match choice {
            Choice::Add => "ajouter une source".to_owned(),
            Choice::Finish(source) => format!("terminer {source}"),
            Choice::Change(source) => format!("changer {source}"),
            Choice::Leave => "quitter".to_owned(),
            Choice::Pve => "Proxmox VE : un cluster, ou un hôte seul".to_owned(),
            Choice::Pbs => "Proxmox Backup Server".to_owned(),
            Choice::NewSite => "un nouveau".to_owned(),
            Choice::Paste(file) => {
                format!("le coller : gardé dans {file}, mode 600")
            }
            Choice::InFile(file) => format!("il est déjà dans {file}"),
            Choice::OtherFile => {
                "dans un autre fichier, que seul son propriétaire peut lire".to_owned()
            }
            Choice::Variable => "dans une variable d’environnement".to_owned(),
            Choice::Command => "une commande l’écrit, comme pass".to_owned(),
            Choice::Again => "réessayer".to_owned(),
            Choice::NewSecret => "donner à nouveau le secret".to_owned(),
            Choice::NewToken => "prendre un autre jeton".to_owned(),
            Choice::NewAddress => "prendre une autre adresse".to_owned(),
            Choice::Certificate => "regarder son certificat".to_owned(),
            Choice::MoreNodes => "chercher d’autres nœuds du cluster".to_owned(),
            Choice::GoOn => "continuer ; à voir plus tard".to_owned(),
        }
    }

    fn beside(&self, hint: Hint) -> String {
        match hint {
            Hint::Choose => "↑↓ bouger · Entrée choisit".to_owned(),
            Hint::Address(port) => format!("nom ou adresse ; port {port} par défaut"),
            Hint::Name => "lettres, chiffres, . _ et -".to_owned(),
            Hint::Token => "user@realm!nom, créé comme suit".to_owned(),
            Hint::Unseen => "le coller, puis Entrée ; rien n’est montré".to_owned(),
            Hint::Command => "mots et guillemets d’un shell ; aucun ne la lit".to_owned(),
            Hint::LeaveOut => "Entrée seule le laisse de côté".to_owned(),
            Hint::Edit => "↑ édite".to_owned(),
            Hint::Ways => "Esc revient · Ctrl-C quitte".to_owned(),
            Hint::Back => "retour".to_owned(),
            Hint::Left => "quitté".to_owned(),
            Hint::YesOrNo => "o ou n".to_owned(),
            Hint::Yes => "oui".to_owned(),
            Hint::No => "non".to_owned(),
            Hint::YesFirst => "O/n".to_owned(),
            Hint::NoFirst => "o/N".to_owned(),
        }
    }
}

fn name(product: Product) -> &'static str {
    match product {
        Product::Pve => "Proxmox VE",
        Product::Pbs => "Proxmox Backup Server",
    }
}
