//! What lies over a view, and the short word on the last line.

use std::sync::Arc;

use tui_input::Input;

use super::jump::Jump;
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::look::Ask;
use crate::fleet::time::Epoch;
use crate::runbook::Runbook;

/// What lies over the view. It gets the keys first.
#[derive(Clone, Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys that work, from this line on.
    Help(u16),
    /// Which calls said what is shown, and when; from this line on.
    Evidence(u16),
    /// A runbook, from this line on.
    Runbook(u16, Arc<Runbook>),
    /// The jump palette.
    Jump(Jump),
    /// The filter being typed. The list follows each key.
    Filter(Input),
}

/// What is asked to be polled before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Every source.
    All,
    /// Every source of a site.
    Site(SiteName),
    /// One source.
    Source(SourceName),
}

/// What is wished of the pollers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Poll these now.
    Poll(Poll),
    /// Look at this.
    Look(Ask),
}

/// What is to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// What is selected, as one line.
    Row,
    /// What is wrong with what is selected or shown, for a chat.
    Summary,
}

/// A short word in answer to a key, gone after a few seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// These sources are being asked now.
    Asked(Poll),
    /// `n` found nothing that is not well in this list.
    NoFault,
    /// `n` found nothing but what the cursor is on.
    OnlyFault,
    /// There is no other section to go to.
    OneSection,
    /// There is no place further forward (`true`) or back on the trail.
    NoFurther(bool),
    /// `n` found nothing in the log.
    NoHit,
    /// So many lines were sent to the terminal's clipboard; whether it took them is not known.
    Copied(usize),
    /// The same, with tmux between, which takes it only where it is told to: how.
    CopiedThroughTmux(usize),
    /// There was nothing to copy.
    NothingToCopy,
    /// It is longer than terminals take.
    TooLongToCopy,
    /// A row was to be opened and there is none.
    NothingHere,
    /// What was shown is gone: the subject is not there any more.
    Gone,
    /// What is selected cannot be lost: there is nothing to reckon, or to bring back.
    NothingToLose,
}

/// A notice with its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub notice: Notice,
    /// When it goes.
    pub until: Epoch,
}
