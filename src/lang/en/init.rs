//! The words of `vigie init`.

use super::super::init::{SetUp, SetsUp};
use super::English;
use crate::fleet::id::Product;

impl SetsUp for English {
    fn set_up(&self, said: SetUp<'_>) -> String {
        match said {
            SetUp::Already(source) => format!(
                "{source}: all of it is in the configuration already, nothing was changed. \
                 `vigie doctor {source}` checks it."
            ),
            SetUp::Silent(address, why) => format!("{address} shows no certificate: {why}"),
            SetUp::AllSilent => "No endpoint shows a certificate.".to_owned(),
            SetUp::Trusted(address) => format!("{address} shows a certificate that is trusted."),
            SetUp::Stranger(address) => format!(
                "{address} shows a certificate that nobody here vouches for. Nothing was sent \
                 there yet."
            ),
            SetUp::Changed(source) => format!(
                "An endpoint of {source} shows another certificate than it did. That is decided by \
                 `vigie trust {source}`."
            ),
            SetUp::NotGiven(address) => {
                format!("{address} does not show the certificate that was given.")
            }
            SetUp::Unseen(address) => {
                format!("The certificate of {address} is trusted without having been compared.")
            }
            SetUp::Accepting => "If it is the same, say so by the flag below; \
                                 --accept-new-fingerprint trusts it without comparing."
                .to_owned(),
            SetUp::Works(product, version) => {
                format!("The token is accepted; it is {} {version}.", name(product))
            }
            SetUp::TooOld(oldest) => format!(
                "That release is older than {oldest}: vigie does not know it, and much may be \
                 missing."
            ),
            SetUp::Rights => "The token may read all that vigie asks for.".to_owned(),
            SetUp::Kept(file) => {
                format!("The secret is in {file}, which only you may read.")
            }
            SetUp::WillKeep(file) => {
                format!("The secret is to be kept in {file}, which only you may read.")
            }
            SetUp::Peer(node, address) => format!(
                "Node {node} answers at {address}, with the certificate that the cluster says is \
                 its own."
            ),
            SetUp::PeerDiffers(node, address) => format!(
                "Node {node}: at {address} there is another certificate than the cluster says: \
                 left out."
            ),
            SetUp::PeerSilent(node, address, why) => {
                format!("Node {node} is not reached at {address}: {why}")
            }
            SetUp::PeerNowhere(node) => {
                format!("Node {node}: the cluster tells no address of it.")
            }
            SetUp::NoPeers(why) => format!("The other nodes of the cluster are not known: {why}"),
            SetUp::Pbs(address, storages) => {
                format!("The cluster keeps copies on the PBS {address} (storage {storages}).")
            }
            SetUp::Next(command) => format!("Next: {command}"),
        }
    }
}

fn name(product: Product) -> &'static str {
    match product {
        Product::Pve => "Proxmox VE",
        Product::Pbs => "Proxmox Backup Server",
    }
}
