//! The words of `vigie report`.

use super::super::{Chapter, Field, Measures, Reports, Tally, Unknown, When, Words};
use super::cut::several;
use super::subject::subject;
use super::{English, meaning};
use crate::fleet::code::Code;
use crate::fleet::part::PartState;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::Problem;
use crate::judge::rows::SourceState;
use crate::judge::verdict::Verdict;

/// So many names are written out before the rest is counted.
const NAMED: usize = 8;

impl Reports for English {
    fn headline(&self, verdict: Verdict) -> String {
        format!("vigie report: {}", self.verdict(verdict).to_uppercase())
    }

    fn taken(&self, at: Epoch, when: &When<'_>) -> String {
        at.timestamp().map_or_else(
            || "taken at a time that is no date".to_owned(),
            |at| {
                let at = at.to_zoned(when.zone.clone());
                format!("taken {}", at.strftime("%A %-d %B %Y, %H:%M %Z"))
            },
        )
    }

    fn tally(&self, problems: &Tally, sites: usize, hosts: usize, guests: usize) -> String {
        let counts = [
            (problems.critical, "critical"),
            (problems.unknown, "unknown"),
            (problems.warning, "warning"),
        ];
        let said = listed(counts);
        let said = if said.is_empty() { "no problems".to_owned() } else { said };
        format!(
            "{said}; looked at {}, {}, {}",
            several(sites, "site"),
            several(hosts, "host"),
            several(guests, "guest")
        )
    }

    fn cannot_rule_out(&self) -> &'static str {
        "No problem is known, but not enough is known to say that all is well."
    }

    fn not_all_checked(&self) -> String {
        format!("Not everything could be checked: see {}.", self.chapter(Chapter::NotChecked))
    }

    fn chapter(&self, chapter: Chapter) -> &'static str {
        match chapter {
            Chapter::Problems => "PROBLEMS",
            Chapter::Sites => "SITES",
            Chapter::NotChecked => "NOT CHECKED",
            Chapter::Notices => "WORTH KNOWING",
            Chapter::Accepted => "ACCEPTED",
        }
    }

    fn site(&self, name: &str, verdict: Verdict, off: bool) -> String {
        let verdict = self.verdict(verdict);
        if off {
            format!("SITE {name}: {verdict}, off as planned")
        } else {
            format!("SITE {name}: {verdict}")
        }
    }

    fn field(&self, field: Field) -> &'static str {
        match field {
            Field::Where => "where",
            Field::Contact => "contact",
            Field::Hosts => "hosts",
            Field::Guests => "guests",
            Field::Backups => "backups",
            Field::Replication => "replication",
            Field::Recovery => "recovery",
            Field::Storages => "storages",
            Field::Datastores => "datastores",
        }
    }

    fn named(&self, subject_: &Subject, guest: &str) -> String {
        match subject_ {
            Subject::Guest(key) => format!("guest {} ({guest}) of {}", key.vmid, key.source),
            Subject::Replication(source, job) => {
                format!("replication {job} ({guest}) of {source}")
            }
            other => subject(other),
        }
    }

    fn titled(&self, subject: &str, site: Option<&str>) -> String {
        match site {
            Some(site) => format!("{subject}, site {site}"),
            None => subject.to_owned(),
        }
    }

    fn several_of(&self, count: usize, code: Code) -> String {
        format!("{count} problems {code}")
    }

    fn consequence(&self, problem: &Problem) -> &'static str {
        meaning::consequence(problem)
    }

    fn since_when(&self, since: Option<Epoch>, when: &When<'_>) -> String {
        match since {
            Some(at) => {
                let age = self.age(when.now.since(at));
                format!("since {} ({age} ago)", self.date(at, when))
            }
            None => "since when: unknown".to_owned(),
        }
    }

    fn next_for(&self, whose: Option<&str>) -> String {
        match whose {
            Some(whose) => format!("next, for {whose}:"),
            None => "next:".to_owned(),
        }
    }

    fn accepted(&self, reason: &str) -> String {
        format!("accepted: {reason}")
    }

    fn verdicts(&self, tally: &Tally) -> String {
        let does_not = if tally.none == 1 { "does not apply" } else { "do not apply" };
        let counts = [
            (tally.critical, "critical"),
            (tally.unknown, "unknown"),
            (tally.warning, "warning"),
            (tally.ok, "ok"),
            (tally.none, does_not),
        ];
        let mut there = counts.iter().filter(|(n, _)| *n > 0);
        match (there.next(), there.next()) {
            (Some((count, word)), None) if *count > 1 => format!("all {count} {word}"),
            _ => listed(counts),
        }
    }

    fn states(&self, all: usize, running: usize, other: usize, unknown: usize) -> String {
        of(all, [(running, "running"), (other, "not running"), (unknown, "in unknown state")])
    }

    fn hosts(&self, all: usize, online: usize, offline: usize, unknown: usize) -> String {
        of(all, [(online, "online"), (offline, "offline"), (unknown, "in unknown state")])
    }

    fn copies(&self, youngest: &str, oldest: &str, whose: &str) -> String {
        if youngest == oldest {
            return format!("last good copies {oldest} old");
        }
        format!("last good copies {youngest} to {oldest} old, the oldest of {whose}")
    }

    fn without_copy(&self, guests: usize) -> String {
        format!("no good copy known of {}", several(guests, "guest"))
    }

    fn replicas(&self, youngest: &str, oldest: &str, which: &str) -> String {
        if youngest == oldest {
            return format!("last good runs {oldest} ago");
        }
        format!("last good runs {youngest} to {oldest} ago, the oldest: {which}")
    }

    fn never_synced(&self, jobs: usize) -> String {
        format!("no good run known of {}", several(jobs, "job"))
    }

    fn guests_without_job(&self, guests: usize, verdicts: &str) -> String {
        format!("{} without a job: {verdicts}", several(guests, "guest"))
    }

    fn jobs(&self, jobs: usize) -> String {
        several(jobs, "job")
    }

    fn none_there(&self) -> &'static str {
        "none"
    }

    fn may_be_more(&self) -> &'static str {
        "there may be more that cannot be seen"
    }

    fn fullest(&self, which: &str, share: &str) -> String {
        format!("fullest: {which}, {share}")
    }

    fn incomplete(&self, state: &str) -> String {
        format!("{state}, in part")
    }

    fn source_unread(
        &self,
        source: &str,
        state: SourceState,
        seen: Option<(&str, &str)>,
        error: Option<&str>,
    ) -> String {
        let error = error.map(|e| format!(": {e}")).unwrap_or_default();
        match seen {
            Some((age, date)) => {
                let state = source_is(state);
                format!("source {source} is {state}{error}; last answer {age} ago, {date}")
            }
            None if state == SourceState::Stale => {
                format!("source {source} has not answered yet{error}")
            }
            None => format!("source {source} is {}{error}; no answer is known", source_is(state)),
        }
    }

    fn rights_missing(&self, source: &str, rights: &str) -> String {
        format!("source {source}: the token has no {rights}")
    }

    fn parts_unread(
        &self,
        source: &str,
        state: PartState,
        calls: &[&str],
        age: Option<&str>,
        error: Option<&str>,
    ) -> String {
        let state = match state {
            PartState::Fresh => "fresh",
            PartState::Stale => "stale",
            PartState::Denied => "denied",
            PartState::Failed => "failed",
            PartState::NotAsked => "not asked",
        };
        let error = error.map(|e| format!(" ({e})")).unwrap_or_default();
        let age = match age {
            Some(age) => format!("last read {age} ago"),
            None => "never read".to_owned(),
        };
        let calls = some(calls, 4);
        format!("source {source}: {state}{error}, {age}: {calls}")
    }

    fn cannot_be_told(&self, unknown: &Unknown, because: Option<&str>) -> String {
        let mut what = Vec::new();
        for (count, word) in [
            (unknown.hosts, "host"),
            (unknown.storages, "storage"),
            (unknown.datastores, "datastore"),
        ] {
            if count > 0 {
                what.push(several(count, word));
            }
        }
        for (guests, of) in [
            (&unknown.states, "state"),
            (&unknown.backups, "backup"),
            (&unknown.replication, "replication"),
        ] {
            if !guests.is_empty() {
                let guests: Vec<&str> = guests.iter().map(String::as_str).collect();
                what.push(format!("{of} of {}", some(&guests, NAMED)));
            }
        }
        let what = what.join("; ");
        match because {
            Some(because) => format!("unknown because of {because}: {what}"),
            None => format!("unknown, see {}: {what}", self.chapter(Chapter::Problems)),
        }
    }

    fn all_checked(&self) -> &'static str {
        "Every source was read in whole; nothing was left out."
    }

    fn code_heads(&self) -> [&'static str; 3] {
        ["Code", "Family", "What it means"]
    }

    fn code(&self, code: Code) -> &'static str {
        match code {
            Code::SourceUnauthorized => "the token is refused (401); polling has stopped",
            Code::SourcePartial => "some of what is needed could not be read",
            Code::SourceOptionalRight => "an optional right is missing (Remote.Audit)",
            Code::NodeStale => "a node's pvestatd reports nothing",
            Code::GuestDown => "a guest that starts with its node is stopped",
            Code::GuestIoError => "a guest stopped on an I/O error",
            Code::GuestPaused => "a guest is paused",
            Code::GuestLock => "a lock was left behind on a guest",
            Code::BackupMissing => "a job covers the guest, and no copy of it counts",
            Code::BackupLate => "the newest copy of a guest is older than its last due run",
            Code::BackupFailed => "the last backup of a guest failed",
            Code::BackupVerifyFailed => "the newest copy of a guest failed its verification",
            Code::BackupUnverified => {
                "a verification ran, and left the newest copy of a guest unverified"
            }
            Code::BackupUncovered => "no enabled job covers the guest",
            Code::BackupAmbiguous => "two clusters write copies of one number into one namespace",
            Code::BackupPartial => "a disk of a guest is left out of its backup",
            Code::BackupOrphan => "copies on a PBS belong to a guest that is gone",
            Code::ReplicationFailing => "a replication job fails",
            Code::ReplicationTargetOffline => "the target node of a replication job is offline",
            Code::ReplicationDisabled => "a replication job is switched off",
            Code::ReplicationPartial => "a disk of a guest is left out of its replica",
            Code::DatastoreUnverified => "a datastore has copies, and nothing verifies them",
            Code::DatastoreCorrupt => "bad chunks are on the disk of a datastore",
            _ => code.meaning(),
        }
    }
}

/// The state of a source after `is`.
fn source_is(state: SourceState) -> &'static str {
    match state {
        SourceState::Fresh => "read only in part",
        SourceState::Stale => "stale",
        SourceState::Unreachable => "unreachable",
        SourceState::Untrusted => "not trusted",
        SourceState::Unauthorized => "refusing the token",
        SourceState::Forbidden => "forbidden",
        SourceState::Malformed => "no Proxmox server, by its answers",
        SourceState::Error => "answering with errors only",
        SourceState::PlannedOff => "off as planned",
    }
}

/// `3: 2 online, 1 offline`; `3 online` when they are all alike.
fn of<const N: usize>(all: usize, counts: [(usize, &str); N]) -> String {
    let said = listed(counts);
    if counts.iter().any(|(n, _)| *n == all) { said } else { format!("{all}: {said}") }
}

/// `2 critical, 1 ok`: only what there is.
fn listed<const N: usize>(counts: [(usize, &str); N]) -> String {
    let said: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    said.join(", ")
}

/// The first names, and how many more there are.
fn some(names: &[&str], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).copied().collect();
    let joined = shown.join(", ");
    match names.len().saturating_sub(most) {
        0 => joined,
        rest => format!("{joined} and {rest} more"),
    }
}
