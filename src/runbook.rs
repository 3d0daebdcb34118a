//! Runbooks, pure: the ordered steps that bring guests back, with exactly these names, made from
//! what is known now or was known last. They are read by people, on paper too; nothing here is
//! ever executed. Their sentences are in `lang`.

mod commands;
mod desk;
mod guest;
mod losses;
mod step;
mod words;

pub use guest::guest;
pub use losses::losses;
pub use step::{Head, Step, What};
pub use words::{Piece, pieces};

use std::sync::Arc;

use crate::fleet::id::{GuestKey, NodeName, SiteName, SourceName};
use crate::fleet::time::Epoch;
use crate::whatif::Loss;

/// What a runbook is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// The node of this guest is lost.
    Guest(GuestKey, Option<Arc<str>>),
    /// This node is lost.
    Node(SourceName, NodeName),
    /// This site is lost, with all that stands there.
    Site(SiteName),
    /// All this is lost at once.
    Several(Vec<Loss>),
}

impl Case {
    /// How it is asked for on the command line; none for several losses at once.
    pub fn asked(&self) -> Option<String> {
        Some(match self {
            Self::Guest(key, _) => format!("{}/{}", key.source, key.vmid),
            Self::Node(source, node) => format!("{source}/{node}"),
            Self::Site(site) => site.to_string(),
            Self::Several(_) => return None,
        })
    }
}

/// A runbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Runbook {
    /// What for.
    pub case: Case,
    /// When it was made, our clock.
    pub taken: Epoch,
    /// The steps, in order.
    pub chapters: Vec<Chapter>,
    /// What it was made from.
    pub facts: Vec<Fact>,
}

/// Steps that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// What they are for.
    pub head: Head,
    /// In order.
    pub steps: Vec<Step>,
}

/// A call that the runbook was made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The source.
    pub source: SourceName,
    /// The call.
    pub call: Arc<str>,
    /// When it was answered last, our clock; none: never.
    pub seen: Option<Epoch>,
}
