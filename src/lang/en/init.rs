//! The words of `vigie init`.

use super::super::init::{Ask, Choice, Hint, SetUp, SetsUp};
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
            SetUp::Written(file) => format!("Written to {file}."),
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
            SetUp::Welcome => {
                "This sets up what is watched, source by source. Servers are only ever asked \
                 (GET), and nothing is written before you have seen it. Esc goes back one step; \
                 Ctrl-C leaves at any, and `vigie init` takes it up again."
                    .to_owned()
            }
            SetUp::Known(source) => {
                format!("That is an endpoint of {source} already: going on with {source}.")
            }
            SetUp::PinnedByCluster(true) => {
                "The cluster has pinned this very certificate for it.".to_owned()
            }
            SetUp::PinnedByCluster(false) => {
                "CAREFUL: the cluster has pinned another certificate for it. Somebody else may be \
                 answering."
                    .to_owned()
            }
            SetUp::Make(product, oldest) => {
                let here = match product {
                    Product::Pve => "any one node of it",
                    Product::Pbs => "it",
                };
                format!(
                    "On {here}, as root. The release is told to a token only; this holds for {} \
                     from {oldest} on:",
                    name(product)
                )
            }
            SetUp::MakeRemotes => "And if it has sync jobs:".to_owned(),
            SetUp::Once => {
                "The second command shows the secret (`value`), once. What is there already may \
                 stay as it is."
                    .to_owned()
            }
            SetUp::Wrong(why) => format!("Not so: {why}"),
            SetUp::Untrusted => {
                "Not trusted: nothing was sent there. Another address, or Ctrl-C.".to_owned()
            }
            SetUp::Taken(name) => format!("Not so: there is a source {name} already."),
            SetUp::Unfinished(source) => format!(
                "{source} is written, but does not work as it should yet. `vigie init` goes on \
                 with it, `vigie doctor {source}` looks again."
            ),
            SetUp::Stands(source, None) => format!("{source}: works"),
            SetUp::Stands(source, Some(why)) => format!("{source}: {why}"),
            SetUp::Distrusted => "its certificate is not trusted".to_owned(),
            SetUp::Asking => "Asking…".to_owned(),
            SetUp::AskingPeers => "Asking the other nodes…".to_owned(),
            SetUp::Next => {
                "Next: `vigie report` looks once at everything, `vigie` is the dashboard."
                    .to_owned()
            }
            SetUp::Left(true) => "Left. What was written before stays.".to_owned(),
            SetUp::Left(false) => "Left. Nothing was written.".to_owned(),
        }
    }

    fn ask(&self, ask: Ask<'_>) -> String {
        match ask {
            Ask::Menu | Ask::Mend => "What now?".to_owned(),
            Ask::Product => "What is to be watched?".to_owned(),
            Ask::Address => "Where does it answer?".to_owned(),
            Ask::Trust => "Trust this certificate?".to_owned(),
            Ask::Site => "At which site is it?".to_owned(),
            Ask::SiteName => "Name of the site:".to_owned(),
            Ask::Name => "Name of the source:".to_owned(),
            Ask::Token => "Id of the token:".to_owned(),
            Ask::SecretHow => "Where does its secret live?".to_owned(),
            Ask::Secret => "Secret:".to_owned(),
            Ask::SecretFile => "File:".to_owned(),
            Ask::SecretVariable => "Variable:".to_owned(),
            Ask::SecretCommand => "Command:".to_owned(),
            Ask::Change(source) => format!("What of {source}?"),
            Ask::Peers(1) => "Add this node as an endpoint?".to_owned(),
            Ask::Peers(count) => format!("Add these {count} nodes as endpoints?"),
            Ask::PeerAddress(node) => format!("Where does {node} answer?"),
            Ask::Write => "Write it?".to_owned(),
            Ask::Backup(address) => format!("Set up {address} next?"),
        }
    }

    fn choice(&self, choice: Choice<'_>) -> String {
        match choice {
            Choice::Add => "add a source".to_owned(),
            Choice::Finish(source) => format!("finish {source}"),
            Choice::Change(source) => format!("change {source}"),
            Choice::Leave => "leave".to_owned(),
            Choice::Pve => "Proxmox VE: a cluster, or a host alone".to_owned(),
            Choice::Pbs => "Proxmox Backup Server".to_owned(),
            Choice::NewSite => "a new one".to_owned(),
            Choice::Paste(file) => format!("paste it: kept in {file}, mode 600"),
            Choice::InFile(file) => format!("it is in {file} already"),
            Choice::OtherFile => "in another file, which only you may read".to_owned(),
            Choice::Variable => "in an environment variable".to_owned(),
            Choice::Command => "a command prints it, such as pass".to_owned(),
            Choice::Again => "try again".to_owned(),
            Choice::NewSecret => "give the secret anew".to_owned(),
            Choice::NewToken => "take another token".to_owned(),
            Choice::NewAddress => "take another address".to_owned(),
            Choice::Certificate => "look at its certificate".to_owned(),
            Choice::MoreNodes => "look for more nodes of the cluster".to_owned(),
            Choice::GoOn => "go on; I will see to it later".to_owned(),
        }
    }

    fn beside(&self, hint: Hint) -> String {
        match hint {
            Hint::Choose => "↑↓ move · Enter takes".to_owned(),
            Hint::Address(port) => {
                format!("name or address; port {port} if not said")
            }
            Hint::Name => "letters, digits, . _ and -".to_owned(),
            Hint::Token => "user@realm!name, made as shown next".to_owned(),
            Hint::Unseen => "paste it and press Enter; nothing is shown".to_owned(),
            Hint::Command => "words and quotes as in a shell; none runs it".to_owned(),
            Hint::LeaveOut => "Enter alone leaves it out".to_owned(),
            Hint::Edit => "↑ edits".to_owned(),
            Hint::Ways => "Esc back · Ctrl-C leaves".to_owned(),
            Hint::Back => "back".to_owned(),
            Hint::Left => "left".to_owned(),
            Hint::YesOrNo => "y or n".to_owned(),
            Hint::Yes => "yes".to_owned(),
            Hint::No => "no".to_owned(),
            Hint::YesFirst => "Y/n".to_owned(),
            Hint::NoFirst => "y/N".to_owned(),
        }
    }
}

fn name(product: Product) -> &'static str {
    match product {
        Product::Pve => "Proxmox VE",
        Product::Pbs => "Proxmox Backup Server",
    }
}
