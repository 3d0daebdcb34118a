//! Every sentence a user reads, on the screen and in reports. A language is a type with one
//! method per sentence: one that is missing in any of them does not compile. Problems come as small values
//! ([`Problem`]) and become sentences here, at the edge.

pub mod diagnosis;
mod drill;
mod en;
mod follow;
mod fr;
pub mod init;
pub mod markdown;
pub mod measure;
pub mod recovery;
pub mod replicas;
mod report;
pub mod runbook;
mod settings;
#[cfg(test)]
mod tests;
mod themes;
mod tongue;
pub mod trust;
pub mod whatif;
mod words;

use std::fmt;

use jiff::tz::TimeZone;

pub use diagnosis::Diagnoses;
pub use drill::{Basis, CopyTold, Debt, Note, Step};
pub use follow::Follows;
pub use init::SetsUp;
pub use recovery::Recoveries;
pub use replicas::Replicas;
pub use report::{Chapter, Field, Tally, Unknown};
pub use runbook::Runbooks;
pub use settings::{Remark, Settings};
pub use themes::Themes;
pub use tongue::Tongue;
pub use trust::Trusts;
pub use whatif::Outlooks;
pub use words::{Head, Label};

use crate::fleet::code::Code;
use crate::fleet::drill::Outcome;
use crate::fleet::id::{GuestKind, Product, Vmid};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{CauseKind, PartState};
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::guest::DiskKind;
use crate::fleet::subject::Subject;
use crate::fleet::task::{TaskResult, Work};
use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::Cell;
use crate::judge::problem::{Problem, Severity};
use crate::judge::rows::{Checked, Ownership, SourceState, StoreJobKind};
use crate::judge::timeline::Deed;
use crate::judge::verdict::Verdict;
use crate::keymap::{Context, Help};
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
    /// Bytes with a binary unit, in at most five characters: `48.2G`.
    fn bytes(&self, bytes: u64) -> String;
    /// A fraction as whole percent, in at most four characters: `96%`.
    fn percent(&self, fraction: f64) -> String;
    /// A number with two decimals: `0.42`.
    fn number(&self, value: f64) -> String;
    /// A day and time: `22 Nov 02:07`; the year instead of the time when it is far away.
    fn date(&self, at: Epoch, when: &When<'_>) -> String;
    /// The most columns that [`Measures::date`] and [`Measures::moment`] take.
    fn date_width(&self) -> usize;
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
    /// The state of a guest, which comes in the words of Proxmox: those that are not known stay.
    fn guest_state<'a>(&self, state: &'a str) -> &'a str;
    /// A right that a token lacks, which comes as `Sys.Audit on /`.
    fn right(&self, right: &str) -> String;
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
    /// What was done, where Proxmox has no word of its own for it.
    fn done(&self, deed: &Deed) -> &'static str;
    /// What a task does, in at most fifteen columns.
    fn work(&self, work: Work) -> &'static str;
    /// What a job of a datastore does.
    fn store_job(&self, kind: StoreJobKind) -> &'static str;
    /// Whose a group is.
    fn ownership(&self, of: Ownership) -> &'static str;
    /// What became of a day, in one word or two.
    fn cell(&self, cell: Cell) -> &'static str;
    /// The kind of a guest.
    fn guest_kind(&self, kind: GuestKind) -> &'static str;
    /// The letter that stands for the kind of a guest.
    fn guest_letter(&self, kind: GuestKind) -> &'static str;
    /// The product at a source.
    fn product(&self, product: Product) -> &'static str;
    /// What kind of thing a subject is, in one word.
    fn kind(&self, subject: &Subject) -> &'static str;
    /// What a disk is.
    fn disk(&self, kind: DiskKind) -> &'static str;
}

/// Short sentences of the screen.
pub trait Phrases {
    /// Something and what is said of it, with the colon of the language: `guest 104: late`.
    fn said_of(&self, what: &str, said: &str) -> String;
    /// Several things said one after the other: `2 online; 1 warning`.
    fn besides(&self, said: &[&str]) -> String;
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
    /// Of so many sources something is still to be asked: `asking 5 of 11 sources`.
    fn asking(&self, left: usize, all: usize) -> String;
    /// The same, as short as can be.
    fn asking_short(&self, left: usize) -> String;
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
    /// Nothing has the name that is typed into the jump palette.
    fn nothing_called_so(&self) -> &'static str;
    /// What stands where the filter leaves no rows.
    /// `key` drops the filter.
    fn nothing_passes(&self, hidden: usize, key: Option<&str>) -> String;
    /// So many lines are not shown.
    fn more(&self, lines: usize) -> String;
    /// `12 of 340`
    fn part_of(&self, shown: usize, total: usize) -> String;
    /// A filter holds.
    fn filtered(&self, text: &str) -> String;
    /// What may be typed into an empty filter; `fields` are the names before a colon.
    fn filter_takes(&self, fields: &[&str]) -> String;
    /// A filter asks for a field that there is not, but probably this one.
    fn no_field(&self, name: &str, meant: Option<&str>) -> String;
    /// Of what a summary is about no problem is known.
    fn no_problem_known(&self) -> &'static str;
    /// Which call said so, and how long ago.
    fn as_told(&self, call: &str, ago: &str) -> String;
    /// When a summary was made; from a screen that was held for so long.
    fn made(&self, taken: &str, held: Option<&str>) -> String;
    /// Only faults are shown.
    fn only_faults(&self) -> &'static str;
    /// How a section is sorted; by none: as its rows are numbered and named.
    fn sorted(&self, column: Option<Column>, reversed: bool) -> String;
    /// The screen stands still; `key` lets it go, where there is one.
    fn frozen(&self, age: &str, key: Option<&str>) -> String;
    /// `1 of 30 late`
    fn backups_bad(&self, bad: usize, all: usize, word: Option<&str>, worst: Verdict) -> String;
    /// `2 failing`
    fn replicas_bad(&self, bad: usize, word: Option<&str>, worst: Verdict) -> String;
    /// `late`, `missing`… one word for how the backups of a guest stand.
    fn copy_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str;
    /// The same beside the age of its recovery point, in seven columns: a word that is not about
    /// that copy says so.
    fn copy_doubt(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str;
    /// One word beside the age of a replica.
    fn replica_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str;
    /// `full in 12d`
    fn full_in(&self, age: &str) -> String;
    /// `since 11:02`
    fn since(&self, moment: &str) -> String;
    /// At least so old, in at most four columns: `≥9h`.
    fn at_least(&self, age: &str) -> String;
    /// It was so already then, and nobody knows since when.
    fn stood(&self, age: &str) -> String;
    /// It was first seen then, and not always watched since.
    fn seen_before(&self, age: &str) -> String;
    /// `9h ago`
    fn ago(&self, age: &str) -> String;
    /// `in 9h`
    fn ahead(&self, age: &str) -> String;
    /// `because of source pbs`
    fn because(&self, subject: &Subject) -> String;
    /// So many other problems that follow from this one.
    fn follow_from_it(&self, problems: usize) -> String;
    /// Several things of one kind: `17 guests`, `4 replication jobs`. `like` is one of them.
    fn several_like(&self, like: &Subject, count: usize) -> String;
    /// What is shown is no longer there.
    fn gone(&self) -> &'static str;
    /// The problem that is explained is no longer one.
    fn over(&self) -> &'static str;
    /// What it was when it was last seen: `running 4m ago`.
    fn was(&self, state: &str, age: &str) -> String;
    /// `4 groups, 78 copies`
    fn count_groups(&self, groups: usize, copies: usize) -> String;
    /// `19 guests, 41 disks`
    fn count_disks(&self, guests: usize, disks: usize) -> String;
    /// So many guests that no job takes.
    fn in_no_job(&self, guests: usize) -> String;
    /// So many enabled jobs that take no guest.
    fn takes_none(&self, jobs: usize) -> String;
    /// So many groups without their guest.
    fn without_guest(&self, groups: usize) -> String;
    /// So many groups that may be one of two guests'.
    fn of_two(&self, groups: usize) -> String;
    /// A copy came late, at this moment.
    fn came(&self, moment: &str) -> String;
    /// So many runs between two moments left nothing, and nobody knows why.
    fn gaps(&self, runs: usize, first: &str, last: &str) -> String;
    /// What a key was answered with.
    fn notice(&self, notice: &Notice) -> String;
    /// So many disks are in the backup of the disks there are.
    fn left_out(&self) -> &'static str;
    /// Nothing to bring it back from.
    fn no_way_back(&self) -> &'static str;
    /// That it cannot be told.
    fn cannot_tell(&self) -> &'static str;
    /// It ran when last heard of, so long ago.
    fn ran(&self, age: &str) -> String;
    /// `17 guests`, of a task for several.
    fn for_guests(&self, guests: usize) -> String;
    /// `3 copies`
    fn count_copies(&self, copies: usize) -> String;
    /// So many lines of a log, and how many before them are not shown.
    fn log_lines(&self, lines: usize, skipped: u64) -> String;
    /// A log is being read, and nothing of it is there yet.
    fn log_asked(&self) -> &'static str;
    /// The zone in which a schedule is reckoned, which is not the reader's.
    fn in_zone(&self, zone: &str) -> String;
    /// In which zone the times within a log are, which is not the reader's.
    fn times_in(&self, zone: &str) -> String;
    /// The log grows and the window stays at its end.
    fn log_followed(&self) -> &'static str;
    /// There is no log: the node is off.
    fn log_away(&self, node: &str) -> String;
    /// There is nothing in a log.
    fn log_empty(&self) -> &'static str;
    /// The server keeps no such log any more.
    fn log_gone(&self) -> &'static str;
    /// `3 of 12` places found in a log; the first number is none before one is gone to.
    fn hits(&self, at: Option<usize>, all: usize) -> String;
    /// `4 runs and 3 ended well`
    fn count_guests(&self, running: u32, all: u32) -> String;
}

/// Words for keys.
pub trait Keys {
    /// The heads of a table of documentation: keys, what they do, and the names of that
    /// in the configuration.
    fn key_heads(&self) -> [&'static str; 3];
    /// What a key does, in one line of the help.
    fn help(&self, help: Help) -> &'static str;
    /// The same in one or two words, for the last line.
    fn hint(&self, help: Help) -> &'static str;
    /// Where keys work, as a title.
    fn context(&self, context: Context) -> &'static str;
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

/// The words of `vigie report`. Counts are given as they are; ages come ready made.
pub trait Reports {
    /// The first line, good as the subject of a mail: `vigie report: CRITICAL`.
    fn headline(&self, verdict: Verdict) -> String;
    /// When the fleet was looked at, with weekday, year and time zone.
    fn taken(&self, at: Epoch, when: &When<'_>) -> String;
    /// Counts of problems by severity, and of what was looked at.
    fn tally(&self, problems: &Tally, sites: usize, hosts: usize, guests: usize) -> String;
    /// Nothing is known to be wrong, yet the verdict is not ok.
    fn cannot_rule_out(&self) -> &'static str;
    /// Points to the section of what could not be checked.
    fn not_all_checked(&self) -> String;
    /// The head of a section.
    fn chapter(&self, chapter: Chapter) -> &'static str;
    /// The head of a site: `SITE helsinki: critical`; `off` when all of it is off as planned.
    fn site(&self, name: &str, verdict: Verdict, off: bool) -> String;
    /// The name of a line within a site.
    fn field(&self, field: Field) -> &'static str;
    /// A subject with the name of the guest it is about: `guest 104 (nextcloud) of fi`.
    fn named(&self, subject: &Subject, guest: &str) -> String;
    /// A subject with its site, as a title.
    fn titled(&self, subject: &str, site: Option<&str>) -> String;
    /// Several problems of one kind: `12 problems backup.late`.
    fn several_of(&self, count: usize, code: Code) -> String;
    /// What follows from a problem, in a sentence, without its numbers.
    fn consequence(&self, problem: &Problem) -> &'static str;
    /// `since 24 Nov 02:00 (34h ago)`, or that it is unknown.
    fn since_when(&self, since: Option<Epoch>, when: &When<'_>) -> String;
    /// Stands before what to do next; `whose` names the one of several it is written for.
    fn next_for(&self, whose: Option<&str>) -> String;
    /// `accepted: scratch machine`
    fn accepted(&self, reason: &str) -> String;
    /// `2 critical, 28 ok, 1 does not apply`: only what there is, worst first; `all 4 ok`.
    fn verdicts(&self, tally: &Tally) -> String;
    /// `30 guests: 28 running, 1 not running, 1 not known`
    fn states(&self, all: usize, running: usize, other: usize, unknown: usize) -> String;
    /// `4 hosts: 3 online, 1 offline`
    fn hosts(&self, all: usize, online: usize, offline: usize, unknown: usize) -> String;
    /// How old the recovery points are, and whose is the oldest.
    fn copies(&self, youngest: &str, oldest: &str, whose: &str) -> String;
    /// Guests that should have a copy, and none is known.
    fn without_copy(&self, guests: usize) -> String;
    /// How old the replicas are, and which is the oldest.
    fn replicas(&self, youngest: &str, oldest: &str, which: &str) -> String;
    /// Jobs whose last good run is not known.
    fn never_synced(&self, jobs: usize) -> String;
    /// Guests that should have a replication job, or of which that cannot be told.
    fn guests_without_job(&self, guests: usize, verdicts: &str) -> String;
    /// `3 jobs`
    fn jobs(&self, jobs: usize) -> String;
    /// There is nothing of that kind, and that is known.
    fn none_there(&self) -> &'static str;
    /// What was counted need not be all there is.
    fn may_be_more(&self) -> &'static str;
    /// `fullest: local-zfs on fi1, 61%`
    fn fullest(&self, which: &str, share: &str) -> String;
    /// A source that answers, but not in whole.
    fn incomplete(&self, state: &str) -> String;
    /// A source that is not read in whole: state, last answer, the server's words.
    fn source_unread(
        &self,
        source: &str,
        state: SourceState,
        seen: Option<(&str, &str)>,
        error: Option<&str>,
    ) -> String;
    /// Missing rights of a source.
    fn rights_missing(&self, source: &str, rights: &str) -> String;
    /// Parts of a source that are not fresh, of one state and cause; `age` is that of the oldest
    /// last reading.
    fn parts_unread(
        &self,
        source: &str,
        state: PartState,
        calls: &[&str],
        age: Option<&str>,
        error: Option<&str>,
    ) -> String;
    /// What cannot be told because of something else (or for a reason of its own).
    fn cannot_be_told(&self, unknown: &Unknown, because: Option<&str>) -> String;
    /// Everything that was meant to be read was read.
    fn all_checked(&self) -> &'static str;
    /// The heads of a table of documentation: codes, their families and meanings.
    fn code_heads(&self) -> [&'static str; 3];
    /// What a problem code means, in plain words.
    fn code(&self, code: Code) -> &'static str;
}

/// The words of `vigie drill`. A guest comes as `fi/101 mail`; ages, dates and sizes ready made.
pub trait Rehearsals {
    /// How a rehearsal ended.
    fn outcome(&self, outcome: Outcome) -> &'static str;
    /// How all rehearsals stand, in a sentence.
    fn debt(&self, debt: &Debt) -> String;
    /// So many guests were never rehearsed, and nobody asks for it.
    fn not_rehearsed(&self, guests: usize) -> String;
    /// No guest is known at all.
    fn no_guests_known(&self) -> &'static str;
    /// Where the log is and how much is in it.
    fn log_is(&self, path: &str, rehearsals: usize) -> String;
    /// The log of the demo.
    fn log_of_demo(&self) -> &'static str;
    /// There is no place for a log.
    fn log_nowhere(&self) -> &'static str;
    /// So many lines of the log could not be read.
    fn lines_skipped(&self, lines: usize) -> String;
    /// A day, or the month and year where it is far away; at most eight columns.
    fn day_or_month(&self, at: Epoch, when: &When<'_>) -> String;
    /// It was never rehearsed.
    fn never(&self) -> &'static str;
    /// A rehearsal is due now.
    fn now(&self) -> &'static str;
    /// A guest that is in the log alone.
    fn gone_guest(&self) -> &'static str;
    /// How to rehearse the first of those that are due.
    fn how_to_begin(&self, guest: &str) -> String;
    /// What was noted of a last try that did not end well.
    fn last_try(&self, guest: &str, outcome: Outcome, age: &str, notes: &str) -> String;
    /// What was written, and where.
    fn recorded(&self, guest: &str, outcome: Outcome, path: &str) -> String;
    /// Nothing was written; the line follows.
    fn not_recorded(&self) -> &'static str;
    /// When the next rehearsal is due.
    fn next_due(&self, date: &str) -> String;
    /// No such guest is known: the number may be mistyped.
    fn not_known_guest(&self, guest: &str) -> String;
    /// The title of the steps of a rehearsal.
    fn rehearsal(&self, guest: &str, as_vmid: Vmid) -> String;
    /// What it does not touch.
    fn rehearsal_is_harmless(&self, vmid: Vmid, as_vmid: Vmid) -> String;
    /// The name of a line of what the steps were made from.
    fn basis(&self, basis: Basis) -> &'static str;
    /// The guest.
    fn guest_is(&self, guest: &str, kind: &str, node: &str) -> String;
    /// The copy.
    fn copy_is(&self, copy: &CopyTold<'_>) -> String;
    /// No copy is known.
    fn copy_not_known(&self) -> &'static str;
    /// Node and storage, and the space there.
    fn target_is(
        &self,
        node: &str,
        storage: Option<&str>,
        need: Option<&str>,
        free: Option<&str>,
    ) -> String;
    /// Memory of the guest, and what its node has free.
    fn memory_is(&self, need: Option<&str>, free: Option<&str>) -> String;
    /// What is free is less than what is needed.
    fn does_not_fit(&self) -> &'static str;
    /// Beside a copy: that the server which holds it does not answer.
    fn server_away(&self, server: &str) -> String;
    /// The node was not online.
    fn node_away(&self, node: &str) -> String;
    /// How old the facts are.
    fn known_as_of(&self, moment: &str, age: &str) -> String;
    /// Nothing is known.
    fn never_read(&self) -> &'static str;
    /// The title of a step; `node` is where it is done.
    fn step(&self, step: Step, node: &str) -> String;
    /// What is said beside its commands.
    fn note(&self, note: Note<'_>) -> String;
}

/// A language: all of the above.
pub trait Lang:
    Measures
    + Words
    + Phrases
    + Keys
    + Sentences
    + Recoveries
    + Replicas
    + Outlooks
    + Diagnoses
    + Rehearsals
    + Runbooks
    + Reports
    + Themes
    + Trusts
    + SetsUp
    + Settings
    + Follows
    + fmt::Debug
    + Send
    + Sync
{
    /// Which one it is.
    fn tongue(&self) -> Tongue;
}

/// Several things said one after the other, as [`Phrases::besides`] has it.
pub fn besides(lang: &dyn Lang, said: &[String]) -> String {
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    lang.besides(&said)
}

/// The words of a language.
pub fn of(tongue: Tongue) -> &'static dyn Lang {
    match tongue {
        Tongue::English => &en::English,
        Tongue::French => &fr::French,
    }
}

/// English.
pub fn english() -> &'static dyn Lang {
    of(Tongue::English)
}
