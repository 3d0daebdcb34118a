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
    /// The configuration was written to this file.
    Written(&'a str),
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
    /// What it is about; how to leave.
    Welcome,
    /// This endpoint belongs to a source that is there already: that one is gone through.
    Known(&'a str),
    /// The cluster has pinned another certificate for this PBS, or this very one.
    PinnedByCluster(bool),
    /// Stands before the commands that make user and token: product, oldest release.
    Make(Product, u32),
    /// Stands before those a PBS with sync jobs needs.
    MakeRemotes,
    /// The secret is shown once, by the second command.
    Once,
    /// It is asked again because of this.
    Wrong(&'a str),
    /// A certificate was not accepted; nothing was sent there.
    Untrusted,
    /// A source of that name is there.
    Taken(&'a str),
    /// It was written, and does not work yet: run it again.
    Unfinished(&'a str),
    /// How a source that is there stands: its name, and what is wrong; nothing: it works.
    Stands(&'a str, Option<&'a str>),
    /// A certificate is shown that is not the trusted one.
    Distrusted,
    /// The servers are being asked.
    Asking,
    /// The other nodes of a cluster are.
    AskingPeers,
    /// What to do next: how many sources there are.
    Next,
    /// Left; whether something was written before.
    Left(bool),
}

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// What to do.
    Menu,
    /// What the source is.
    Product,
    /// Where it answers.
    Address,
    /// Whether a certificate is trusted.
    Trust,
    /// Which site it is at.
    Site,
    /// How the site is called.
    SiteName,
    /// How the source is called.
    Name,
    /// The token's id.
    Token,
    /// Where the secret lives.
    SecretHow,
    /// The secret.
    Secret,
    /// A file.
    SecretFile,
    /// A variable.
    SecretVariable,
    /// A command.
    SecretCommand,
    /// What to do about what does not work.
    Mend,
    /// What to change of a source.
    Change(&'a str),
    /// Whether so many nodes become endpoints.
    Peers(usize),
    /// Where a node answers.
    PeerAddress(&'a str),
    /// Whether it is to be written.
    Write,
    /// Whether this PBS comes next.
    Backup(&'a str),
}

/// A choice among several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// A source more.
    Add,
    /// Go on with one that does not work yet.
    Finish(&'a str),
    /// Change one.
    Change(&'a str),
    /// Enough.
    Leave,
    /// A PVE.
    Pve,
    /// A PBS.
    Pbs,
    /// A site more.
    NewSite,
    /// Paste it, and vigie keeps it in this file.
    Paste(&'a str),
    /// This file holds it already.
    InFile(&'a str),
    /// Another file holds it.
    OtherFile,
    /// A variable holds it.
    Variable,
    /// A command prints it.
    Command,
    /// Try once more.
    Again,
    /// Tell the secret anew.
    NewSecret,
    /// Take another token.
    NewToken,
    /// Take another address.
    NewAddress,
    /// Decide about the certificate.
    Certificate,
    /// Look for other nodes.
    MoreNodes,
    /// Write it all the same.
    GoOn,
}

/// A line under a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// How to choose.
    Choose,
    /// What an address is; the port where none is said.
    Address(u16),
    /// What a name is.
    Name,
    /// What the id of a token is.
    Token,
    /// Nothing is shown while it is typed.
    Unseen,
    /// How a command is given.
    Command,
    /// Nothing leaves the node out.
    LeaveOut,
    /// How the proposed answer comes into the line.
    Edit,
    /// How to go back, and how to leave.
    Ways,
    /// Stands where somebody went back.
    Back,
    /// Stands where it was left.
    Left,
    /// What to answer to a question of yes or no, where something else was.
    YesOrNo,
    /// Yes.
    Yes,
    /// No.
    No,
    /// Yes or no, yes where nothing is answered.
    YesFirst,
    /// Yes or no, no where nothing is answered.
    NoFirst,
}

/// The words of `vigie init`.
pub trait SetsUp {
    /// A sentence.
    fn set_up(&self, said: SetUp<'_>) -> String;
    /// A question, in at most 60 columns with what it names.
    fn ask(&self, ask: Ask<'_>) -> String;
    /// A choice.
    fn choice(&self, choice: Choice<'_>) -> String;
    /// A line under a question, or a part of it.
    fn beside(&self, hint: Hint) -> String;
}
