//! What `vigie init` says.

use crate::fleet::id::Product;

/// A sentence of `vigie init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUp<'a> {
    /// All that was asked for of this source is there already.
    Already(&'a str),
    /// An endpoint shows nothing; why.
    Silent(&'a str, &'a str),
    /// No endpoint shows a certificate.
    AllSilent,
    /// What this endpoint shows is trusted already, by roots, CA or pin.
    Trusted(&'a str),
    /// First contact: the certificate of this endpoint is known to nobody here.
    Stranger(&'a str),
    /// The certificate of an endpoint that was known before has changed; the source.
    Changed(&'a str),
    /// No endpoint shows the certificate that was given.
    NotGiven(&'a str),
    /// It is accepted unseen.
    Unseen(&'a str),
    /// Stands before the flag that accepts it.
    Accepting,
    /// The token works: product and its version.
    Works(Product, &'a str),
    /// The release is older than any that vigie knows.
    TooOld(u32),
    /// The token may read all that it must.
    Rights,
    /// The secret was kept in this file.
    Kept(&'a str),
    /// The secret will be kept in this file.
    WillKeep(&'a str),
    /// A node of the cluster: name, address, and it shows what the cluster says.
    Peer(&'a str, &'a str),
    /// A node of the cluster that does not show what the cluster says, at this address.
    PeerDiffers(&'a str, &'a str),
    /// A node of the cluster that is not reached: name, address, why.
    PeerSilent(&'a str, &'a str, &'a str),
    /// A node whose address the cluster does not tell.
    PeerNowhere(&'a str),
    /// The nodes of the cluster could not be asked for; why.
    NoPeers(&'a str),
    /// A PBS that storages of the cluster name: address, storages.
    Pbs(&'a str, &'a str),
    /// What to do next: the command.
    Next(&'a str),
}

/// The words of `vigie init`.
pub trait SetsUp {
    /// A sentence.
    fn set_up(&self, said: SetUp<'_>) -> String;
}
