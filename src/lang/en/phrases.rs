//! Short sentences of the screen.

use super::super::{Phrases, Words};
use super::English;
use super::cut::several;
use super::subject::subject;
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::problem::Problem;
use crate::judge::verdict::Verdict;
use crate::state::{Column, Notice, Section, overlay::Poll};

impl Phrases for English {
    fn said_of(&self, what: &str, said: &str) -> String {
        format!("{what}: {said}")
    }

    fn besides(&self, said: &[&str]) -> String {
        said.join("; ")
    }

    fn critical(&self, count: usize) -> String {
        format!("{count} critical")
    }

    fn warning(&self, count: usize) -> String {
        format!("{count} warning")
    }

    fn unknown(&self, count: usize) -> String {
        format!("{count} unknown")
    }

    fn all_well(&self) -> &'static str {
        "all is well"
    }

    fn waiting(&self) -> &'static str {
        "waiting for the first answers"
    }

    fn asking(&self, left: usize, all: usize) -> String {
        format!("asking {left} of {}", several(all, "source"))
    }

    fn asking_short(&self, left: usize) -> String {
        format!("asking {left}")
    }

    fn totals(&self, sites: usize, hosts: usize, guests: usize, all: bool) -> String {
        format!("{} {}", several(sites, "site"), self.totals_short(hosts, guests, all))
    }

    fn totals_short(&self, hosts: usize, guests: usize, all: bool) -> String {
        if all {
            return format!("{} {}", several(hosts, "host"), several(guests, "guest"));
        }
        format!("{hosts}+ hosts {guests}+ guests")
    }

    fn too_small(&self, width: u16, height: u16) -> String {
        format!("{width}x{height} is too small: 40x10 at least")
    }

    fn nothing(&self, section: Section) -> &'static str {
        match section {
            Section::Sites => "no sites are configured",
            Section::Rescues => "no site with guests known",
            Section::Problems => "no problems",
            Section::Notices => "nothing worth knowing",
            Section::Sources => "no sources",
            Section::Nodes | Section::Losses => "no hosts known",
            Section::Guests | Section::Copies | Section::Rescue => "no guests known",
            Section::Fates => "no guest would be hit",
            Section::Storages => "no storages known",
            Section::Datastores => "no datastores known",
            Section::BackupJobs => "no backup jobs known",
            Section::Replication => "no replication jobs known",
            Section::Groups => "no such groups known",
            Section::Tasks => "nothing known to have been done",
            Section::Worst => "no guest that is not well",
        }
    }

    fn not_all_seen(&self) -> &'static str {
        "not every source can be read"
    }

    fn nothing_called_so(&self) -> &'static str {
        "nothing is called so"
    }

    fn nothing_passes(&self, hidden: usize, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("nothing passes: {hidden} hidden, {key} shows all"),
            None => format!("nothing passes: {hidden} hidden"),
        }
    }

    fn more(&self, lines: usize) -> String {
        format!("{lines} more")
    }

    fn part_of(&self, shown: usize, total: usize) -> String {
        format!("{shown} of {total}")
    }

    fn filtered(&self, text: &str) -> String {
        format!("filter: {text}")
    }

    fn filter_takes(&self, fields: &[&str]) -> String {
        format!("words  !not  \"a b\"  {}:", fields.join(": "))
    }

    fn no_field(&self, name: &str, meant: Option<&str>) -> String {
        match meant {
            Some(meant) => format!("there is no {name}: did you mean {meant}: ?"),
            None => format!("there is no field {name}: taken as a word"),
        }
    }

    fn no_problem_known(&self) -> &'static str {
        "no problem is known of it"
    }

    fn as_told(&self, call: &str, ago: &str) -> String {
        format!("known from GET {call}, {ago}")
    }

    fn made(&self, taken: &str, held: Option<&str>) -> String {
        match held {
            Some(held) => format!("{taken}, from a screen held for {held}"),
            None => taken.to_owned(),
        }
    }

    fn only_faults(&self) -> &'static str {
        "only faults"
    }

    fn sorted(&self, column: Option<Column>, reversed: bool) -> String {
        let column = column.map_or("identity", |column| self.column(column));
        if reversed { format!("by {column}, reversed") } else { format!("by {column}") }
    }

    fn frozen(&self, age: &str, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("held for {age}, {key} goes on"),
            None => format!("held for {age}"),
        }
    }

    fn backups_bad(&self, bad: usize, all: usize, word: Option<&str>, worst: Verdict) -> String {
        format!("{bad} of {all} {}", several_words(word, worst))
    }

    fn replicas_bad(&self, bad: usize, word: Option<&str>, worst: Verdict) -> String {
        format!("{bad} {}", several_words(word, worst))
    }

    fn copy_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str {
        match problem.map(|p| p.code) {
            Some(Code::BackupMissing) => "missing",
            Some(Code::BackupLate) => "late",
            Some(Code::BackupFailed) => "failed",
            Some(Code::BackupVerifyFailed) => "damaged",
            Some(Code::BackupUnverified) => "unverif",
            Some(Code::BackupUncovered) => "no job",
            Some(Code::BackupPartial) => "partial",
            Some(Code::BackupAmbiguous) => "whose?",
            _ => match verdict {
                Verdict::Ok => "",
                Verdict::Warning => "look",
                Verdict::Unknown => "?",
                Verdict::Critical => "bad",
            },
        }
    }

    fn copy_doubt(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str {
        match problem.map(|p| p.code) {
            Some(Code::BackupFailed) => "run bad",
            Some(Code::BackupVerifyFailed) => "new bad",
            _ => self.copy_word(problem, verdict),
        }
    }

    fn replica_word(&self, problem: Option<&Problem>, verdict: Verdict) -> &'static str {
        match problem.map(|p| p.code) {
            Some(Code::ReplicationLate) => "late",
            Some(Code::ReplicationFailing) => "failing",
            Some(Code::ReplicationTargetOffline) => "target off",
            Some(Code::ReplicationDisabled) => "off",
            Some(Code::ReplicationUncovered) => "no job",
            Some(Code::ReplicationPartial) => "partial",
            Some(Code::ReplicationBlind) => "blind",
            _ => match verdict {
                Verdict::Ok => "",
                Verdict::Warning => "look",
                Verdict::Unknown => "?",
                Verdict::Critical => "bad",
            },
        }
    }

    fn full_in(&self, age: &str) -> String {
        format!("full in {age}")
    }

    fn since(&self, moment: &str) -> String {
        format!("since {moment}")
    }

    fn at_least(&self, age: &str) -> String {
        format!("≥{age}")
    }

    fn stood(&self, age: &str) -> String {
        format!("it stood already {age} ago")
    }

    fn seen_before(&self, age: &str) -> String {
        format!("seen first {age} ago, not always watched since")
    }

    fn ago(&self, age: &str) -> String {
        format!("{age} ago")
    }

    fn ahead(&self, age: &str) -> String {
        format!("in {age}")
    }

    fn because(&self, subject_: &Subject) -> String {
        format!("because of {}", subject(subject_))
    }

    fn follow_from_it(&self, problems: usize) -> String {
        format!("+{problems} due to it")
    }

    fn several_like(&self, like: &Subject, count: usize) -> String {
        let word = match like {
            Subject::Viewer => "problem",
            other => self.kind(other),
        };
        several(count, word)
    }

    fn gone(&self) -> &'static str {
        "this is not there any more"
    }

    fn over(&self) -> &'static str {
        "this problem is over"
    }

    fn was(&self, state: &str, age: &str) -> String {
        format!("{state} {age} ago")
    }

    fn count_groups(&self, groups: usize, copies: usize) -> String {
        let copies = if copies == 1 { "1 copy".to_owned() } else { format!("{copies} copies") };
        format!("{}, {copies}", several(groups, "group"))
    }

    fn count_disks(&self, guests: usize, disks: usize) -> String {
        let s = |n: usize| if n == 1 { "" } else { "s" };
        format!("{guests} guest{}, {disks} disk{}", s(guests), s(disks))
    }

    fn in_no_job(&self, guests: usize) -> String {
        format!("{} in no job", several(guests, "guest"))
    }

    fn takes_none(&self, jobs: usize) -> String {
        let take = if jobs == 1 { "takes" } else { "take" };
        format!("{} {take} no guest", several(jobs, "job"))
    }

    fn without_guest(&self, groups: usize) -> String {
        format!("{} without a guest", several(groups, "group"))
    }

    fn of_two(&self, groups: usize) -> String {
        format!("{} of two clusters", several(groups, "group"))
    }

    fn came(&self, moment: &str) -> String {
        format!("came {moment}")
    }

    fn gaps(&self, runs: usize, first: &str, last: &str) -> String {
        let span = if runs == 1 { first.to_owned() } else { format!("{first} to {last}") };
        format!("{}, {span}: pruned, missed, or no job yet", several(runs, "run"))
    }

    fn notice(&self, notice: &Notice) -> String {
        match notice {
            Notice::Asked(Poll::All) => "asking every source".to_owned(),
            Notice::Asked(Poll::Site(site)) => format!("asking every source of {site}"),
            Notice::Asked(Poll::Source(source)) => format!("asking {source}"),
            Notice::NoFault => "nothing is wrong in this list".to_owned(),
            Notice::OnlyFault => "nothing else is wrong here".to_owned(),
            Notice::OneSection => "no other section here".to_owned(),
            Notice::NoFurther(true) => "nothing further forward".to_owned(),
            Notice::NoFurther(false) => "nothing further back".to_owned(),
            Notice::NoHit => "nothing of the kind in this log".to_owned(),
            Notice::Copied(1) => "1 line sent to the terminal's clipboard".to_owned(),
            Notice::Copied(lines) => format!("{lines} lines sent to the terminal's clipboard"),
            Notice::CopiedThroughTmux(lines) => {
                format!(
                    "{} sent; tmux takes it with: set -s set-clipboard on",
                    several(*lines, "line")
                )
            }
            Notice::NothingToCopy => "nothing to copy here".to_owned(),
            Notice::TooLongToCopy => "too long for a terminal's clipboard".to_owned(),
            Notice::NothingHere => "nothing to open here".to_owned(),
            Notice::NothingToLose => "nothing here that could die".to_owned(),
            Notice::Gone => "that is not there any more".to_owned(),
        }
    }

    fn left_out(&self) -> &'static str {
        "LEFT OUT of the"
    }

    fn no_way_back(&self) -> &'static str {
        "nothing brings it back"
    }

    fn cannot_tell(&self) -> &'static str {
        "cannot be told"
    }

    fn ran(&self, age: &str) -> String {
        format!("ran {age} ago")
    }

    fn for_guests(&self, guests: usize) -> String {
        several(guests, "guest")
    }

    fn count_copies(&self, copies: usize) -> String {
        if copies == 1 { "1 copy".to_owned() } else { format!("{copies} copies") }
    }

    fn log_lines(&self, lines: usize, skipped: u64) -> String {
        let lines = several(lines, "line");
        if skipped == 0 { lines } else { format!("the last {lines}, {skipped} before") }
    }

    fn log_asked(&self) -> &'static str {
        "asking for it"
    }

    fn in_zone(&self, zone: &str) -> String {
        format!("{zone} time")
    }

    fn times_in(&self, zone: &str) -> String {
        format!("times in its lines: {zone}")
    }

    fn log_followed(&self) -> &'static str {
        "following"
    }

    fn log_away(&self, node: &str) -> String {
        format!("{node} is off, and its logs with it")
    }

    fn log_empty(&self) -> &'static str {
        "nothing in it yet"
    }

    fn log_gone(&self) -> &'static str {
        "the server does not know this log"
    }

    fn hits(&self, at: Option<usize>, all: usize) -> String {
        match at {
            Some(at) => format!("{} of {all}", at + 1),
            None => format!("{all} found"),
        }
    }

    fn count_guests(&self, running: u32, all: u32) -> String {
        format!("{running} of {} running", several(all as usize, "guest"))
    }
}

/// One word for several that are not well: their own where they share it.
fn several_words(word: Option<&str>, worst: Verdict) -> &str {
    match (word, worst) {
        (Some(word), _) if !matches!(word, "" | "?") => word,
        (_, Verdict::Unknown) => "unknown",
        (_, Verdict::Ok | Verdict::Warning | Verdict::Critical) => "not well",
    }
}
