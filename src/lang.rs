//! Every sentence a user reads, on the screen and in reports. A language is a type with one
//! method per sentence: one that is missing does not compile. Problems come as small values
//! ([`Problem`]) and become sentences here, at the edge.

mod en;
pub mod measure;
mod words;

use std::fmt;

use jiff::tz::TimeZone;

pub use words::{Head, Label};

use crate::fleet::id::{GuestKind, Product};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{CauseKind, PartState};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::subject::Subject;
use crate::fleet::task::TaskResult;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Problem, Severity};
use crate::judge::rows::{Checked, SourceState, StoreJobKind};
use crate::judge::verdict::Verdict;
use crate::keymap::Help;
use crate::state::{Column, Notice, Section, Tab};

/// From when, and in which time zone, something is told.
#[derive(Clone, Copy, Debug)]
pub struct When<'a> {
    /// The moment of the telling, our clock.
    pub now: Epoch,
    /// The reader's time zone.
    pub zone: &'a TimeZone,
}

/// Numbers, ages and times as they are shown.
pub trait Measures {
    /// An age or a time to come in at most three characters: `9h`, `12d`.
    fn age(&self, seconds: i64) -> String;
    /// How long something took: `7m12s`.
    fn duration(&self, seconds: f64) -> String;
    /// A day and time: `22 Nov 02:07`; the year instead of the time when it is far away.
    fn date(&self, at: Epoch, when: &When<'_>) -> String;
    /// The day alone: `22 Nov`.
    fn day(&self, at: Epoch, when: &When<'_>) -> String;
    /// The shortest that says when: `11:02` today, else as [`Measures::date`].
    fn moment(&self, at: Epoch, when: &When<'_>) -> String;
}

/// Single words: heads, names of states, labels.
pub trait Words {
    /// The name of a view of the first level.
    fn tab(&self, tab: Tab) -> &'static str;
    /// The head of a column.
    fn head(&self, head: Head) -> &'static str;
    /// A label in a detail.
    fn label(&self, label: Label) -> &'static str;
    /// The title of a section.
    fn section(&self, section: Section) -> &'static str;
    /// By what a list is sorted.
    fn column(&self, column: Column) -> &'static str;
    /// A verdict.
    fn verdict(&self, verdict: Verdict) -> &'static str;
    /// A severity.
    fn severity(&self, severity: Severity) -> &'static str;
    /// The state of a source.
    fn source_state(&self, state: SourceState) -> &'static str;
    /// The state of a node.
    fn node_state(&self, state: NodeState) -> &'static str;
    /// The state of a part.
    fn part_state(&self, state: PartState) -> &'static str;
    /// The layer on which a connection failed, as a reason.
    fn layer(&self, layer: Layer) -> &'static str;
    /// Why a call failed.
    fn cause(&self, kind: CauseKind) -> String;
    /// What the last contact with an endpoint came to.
    fn contact(&self, contact: &Contact) -> String;
    /// How a copy stands with verification.
    fn checked(&self, checked: Checked) -> &'static str;
    /// How a task ended.
    fn result(&self, result: &TaskResult) -> String;
    /// What a job of a datastore does.
    fn store_job(&self, kind: StoreJobKind) -> &'static str;
    /// The kind of a guest.
    fn guest_kind(&self, kind: GuestKind) -> &'static str;
    /// The letter that stands for the kind of a guest.
    fn guest_letter(&self, kind: GuestKind) -> &'static str;
    /// The product at a source.
    fn product(&self, product: Product) -> &'static str;
    /// What a disk is.
    fn disk(&self, kind: DiskKind) -> &'static str;
}

/// Short sentences of the screen.
pub trait Phrases {
    /// `2 critical`
    fn critical(&self, count: usize) -> String;
    /// `3 warning`
    fn warning(&self, count: usize) -> String;
    /// `1 unknown`
    fn unknown(&self, count: usize) -> String;
    /// `all is well`
    fn all_well(&self) -> &'static str;
    /// Nothing has answered yet.
    fn waiting(&self) -> &'static str;
    /// `5 sites 9 hosts 64 guests`
    ///
    /// Where not all can be seen (`!all`), numbers are the least there is: `64+ guests`.
    fn totals(&self, sites: usize, hosts: usize, guests: usize, all: bool) -> String;
    /// The same, shorter.
    fn totals_short(&self, hosts: usize, guests: usize, all: bool) -> String;
    /// The window is too small.
    fn too_small(&self, width: u16, height: u16) -> String;
    /// What stands where a section has no rows.
    fn nothing(&self, section: Section) -> &'static str;
    /// That what is listed need not be all there is.
    fn not_all_seen(&self) -> &'static str;
    /// What stands where the filter leaves no rows.
    fn nothing_passes(&self, hidden: usize) -> String;
    /// So many lines are not shown.
    fn more(&self, lines: usize) -> String;
    /// `12 of 340`
    fn part_of(&self, shown: usize, total: usize) -> String;
    /// A filter holds.
    fn filtered(&self, text: &str) -> String;
    /// Only faults are shown.
    fn only_faults(&self) -> &'static str;
    /// How the list is sorted.
    fn sorted(&self, column: Column, reversed: bool) -> String;
    /// The screen stands still.
    fn frozen(&self, age: &str) -> String;
    /// `1 of 30 late`
    fn backups_bad(&self, bad: usize, all: usize, word: Option<&str>, worst: Verdict) -> String;
    /// `2 failing`
    fn replicas_bad(&self, bad: usize, word: Option<&str>, worst: Verdict) -> String;
    /// `late`, `missing`… one word beside the age of a copy.
    fn copy_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str;
    /// One word beside the age of a replica.
    fn replica_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str;
    /// `full in 12d`
    fn full_in(&self, age: &str) -> String;
    /// `since 11:02`
    fn since(&self, moment: &str) -> String;
    /// `9h ago`
    fn ago(&self, age: &str) -> String;
    /// `in 9h`
    fn ahead(&self, age: &str) -> String;
    /// `because of source pbs`
    fn because(&self, subject: &Subject) -> String;
    /// What is shown is no longer there.
    fn gone(&self) -> &'static str;
    /// The problem that is explained is no longer one.
    fn over(&self) -> &'static str;
    /// What it was when it was last seen: `running 4m ago`.
    fn was(&self, state: &str, age: &str) -> String;
    /// `4 groups, 78 copies`
    fn count_groups(&self, groups: usize, copies: usize) -> String;
    /// What a key was answered with.
    fn notice(&self, notice: &Notice) -> String;
    /// So many disks are in the backup of the disks there are.
    fn left_out(&self) -> &'static str;
    /// What would be lost if the node died now.
    fn loss(&self, age: &str, from: &str) -> String;
    /// Nothing to bring it back from.
    fn no_way_back(&self) -> &'static str;
    /// That it cannot be told.
    fn cannot_tell(&self) -> &'static str;
    /// `4 runs and 3 ended well`
    fn count_guests(&self, running: u32, all: u32) -> String;
}

/// Words for keys.
pub trait Keys {
    /// What a key does, in one line of the help.
    fn help(&self, help: Help) -> &'static str;
    /// The same in one or two words, for the last line.
    fn hint(&self, help: Help) -> &'static str;
}

/// Problems in words.
pub trait Sentences {
    /// What a subject is called: `guest 104 of fi`.
    fn subject(&self, subject: &Subject) -> String;
    /// A problem in at most about fifty columns, without its subject: the answer in words.
    fn short(&self, problem: &Problem, when: &When<'_>) -> String;
    /// What follows from it, in one or two sentences, after [`Sentences::short`] in its detail.
    fn meaning(&self, problem: &Problem, when: &When<'_>) -> String;
    /// What to do next: commands or places to look, one per line.
    fn next(&self, problem: &Problem) -> Vec<String>;
    /// A problem with its subject, complete in itself: for reports.
    fn report(&self, problem: &Problem, when: &When<'_>) -> String;
}

/// A language: all of the above.
pub trait Lang: Measures + Words + Phrases + Keys + Sentences + fmt::Debug + Send + Sync {}

/// English.
pub fn english() -> &'static dyn Lang {
    &en::English
}
