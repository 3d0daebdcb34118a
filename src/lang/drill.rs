//! What the words of `vigie drill` are made from.

use crate::fleet::id::Vmid;
use crate::judge::rows::Checked;

/// The steps of a rehearsal, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Is the number free, is there room?
    Look,
    /// Find the copy.
    Find,
    /// Restore it under another number.
    Restore,
    /// Cut it off from everything that the guest itself uses.
    Isolate,
    /// Start it.
    Start,
    /// Is it whole?
    Inspect,
    /// Take it away again.
    Remove,
    /// Write down what came of it.
    Record,
}

/// What is said beside the commands of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note<'a> {
    /// What the first step prints where all is well.
    NumberFree(Vmid),
    /// No storage was found that could take it.
    ChooseStorage,
    /// The list has this copy.
    Listed(&'a str),
    /// Which copy is there is not known: one is to be chosen from the list.
    ChooseCopy,
    /// The copy is encrypted, or may be.
    Key(bool),
    /// How long it takes is what is rehearsed.
    Clock,
    /// What names the copy from here on.
    Named(Vmid),
    /// What the last command of the isolation of a VM prints.
    CutOffVm,
    /// The same of a container.
    CutOffContainer(Vmid),
    /// What a rehearsal of a VM looks at.
    LookInsideVm(Vmid),
    /// Its agent is asked.
    Agent,
    /// The same of a container.
    LookInsideContainer,
    /// Look twice at the number.
    Sure(Vmid),
    /// Backup jobs would take it too.
    SameDay(Vmid),
    /// What is still to be put in.
    PutIn,
}

/// Lines of what the steps were made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The guest.
    Guest,
    /// The copy.
    Copy,
    /// Where it is restored to.
    Target,
    /// Memory.
    Memory,
    /// How long it takes.
    Takes,
    /// How old these facts are.
    Known,
}

/// A copy as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyTold<'a> {
    /// Its day and time.
    pub date: &'a str,
    /// Its age.
    pub age: &'a str,
    /// Where it is.
    pub place: &'a str,
    /// Its verification.
    pub checked: Option<Checked>,
    /// Whether it is encrypted.
    pub encrypted: Option<bool>,
}

/// How the rehearsals of a fleet stand, in guests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Debt {
    /// Those that are listed.
    pub listed: usize,
    /// Those that are past their date, the next included.
    pub due: usize,
    /// Those that are due and were never rehearsed.
    pub never: usize,
    /// Those that are not listed: never rehearsed, and nobody asks for it.
    pub others: usize,
}
