//! The words of `vigie init`.

use super::super::init::{SetUp, SetsUp};
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
            SetUp::Accepting => "Si c’est la même, le dire par l’option ci-dessous ; \
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
            SetUp::Next(command) => format!("Ensuite : {command}"),
        }
    }
}

fn name(product: Product) -> &'static str {
    match product {
        Product::Pve => "Proxmox VE",
        Product::Pbs => "Proxmox Backup Server",
    }
}
