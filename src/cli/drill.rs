//! The arguments of `vigie drill`.

use clap::{Args, Subcommand, ValueEnum};

use super::ListFormat;
use crate::fleet::id::{GuestKey, Vmid};
use crate::fleet::objective::Which;

/// What to do about rehearsals.
#[derive(Clone, Debug, Args)]
pub struct Drill {
    /// What; none lists.
    #[command(subcommand)]
    pub action: Option<DrillAction>,
    /// How to list.
    #[command(flatten)]
    pub list: DrillList,
}

/// What there is to do about rehearsals.
#[derive(Clone, Debug, Subcommand)]
pub enum DrillAction {
    /// List the guests that were rehearsed or are to be, those that are due first.
    ///
    /// No server is asked: it goes by the log, the policy and what was last known.
    List(DrillList),
    /// Print the steps of a harmless rehearsal of one guest's restore.
    ///
    /// The copy is restored under another number, cut off from the network and from its node,
    /// started, looked at and removed. Nothing is run: the commands are there to be read and
    /// pasted.
    Start(DrillStart),
    /// Write down what came of a rehearsal.
    Done(DrillDone),
}

/// How to list rehearsals.
#[derive(Clone, Copy, Debug, Args)]
pub struct DrillList {
    /// The form of the list; text where it is not given.
    #[arg(long, value_enum)]
    pub format: Option<ListFormat>,
}

/// What to rehearse, and where.
#[derive(Clone, Debug, Args)]
pub struct DrillStart {
    /// The guest, such as fi/101.
    #[arg(value_name = "SOURCE/VMID", value_parser = guest)]
    pub guest: GuestKey,
    /// The number to restore it under; a free one where it is not given.
    #[arg(long = "as", value_name = "VMID", value_parser = vmid())]
    pub as_vmid: Option<Vmid>,
    /// The node to restore it to; one with room where it is not given.
    #[arg(long, value_name = "NODE")]
    pub node: Option<String>,
    /// Ask no server: go by what was last known.
    #[arg(long)]
    pub offline: bool,
}

/// What came of a rehearsal.
#[derive(Clone, Debug, Args)]
pub struct DrillDone {
    /// The guest, such as fi/101.
    #[arg(value_name = "SOURCE/VMID", value_parser = guest)]
    pub guest: GuestKey,
    /// How it ended.
    #[arg(long, value_enum, default_value_t = DrillResult::Ok)]
    pub result: DrillResult,
    /// How long the restore took: 90s, 25m, 1h30m.
    #[arg(long, value_name = "TIME", value_parser = crate::config::duration)]
    pub took: Option<i64>,
    /// The copy: when it was made, or its volume id as `pvesm list` has it.
    #[arg(long, value_name = "WHEN")]
    pub copy: Option<String>,
    /// The node it was restored to.
    #[arg(long, value_name = "NODE")]
    pub node: Option<String>,
    /// The number it had there.
    #[arg(long = "as", value_name = "VMID", value_parser = vmid())]
    pub as_vmid: Option<Vmid>,
    /// Who did it; you where it is not given.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// What else there is to say, in at most 400 characters.
    #[arg(long, value_name = "TEXT")]
    pub notes: Option<String>,
    /// When it was over: 2026-03-10T14:00:00Z, or in your own time zone 2026-03-10 14:00; now
    /// where it is not given.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// How a rehearsal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DrillResult {
    /// The guest came back and was as it should be.
    Ok,
    /// It did not come back, or not whole.
    Failed,
    /// It was broken off: nothing is proved.
    Abandoned,
}

/// `fi/101`, or `guest/fi/101` as reports write it.
fn guest(text: &str) -> Result<GuestKey, String> {
    match Which::parse(text.strip_prefix("guest/").unwrap_or(text)) {
        Some(Which::Guest(source, vmid)) => Ok(GuestKey { source, vmid }),
        _ => Err("a guest is SOURCE/VMID, such as fi/101".to_owned()),
    }
}

/// The numbers that PVE gives.
fn vmid() -> clap::builder::RangedI64ValueParser<Vmid> {
    clap::value_parser!(Vmid).range(100..=999_999_999)
}
