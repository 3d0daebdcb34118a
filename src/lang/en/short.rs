//! Problems in one short line: the answer in words, worst first.

use super::super::{Measures, When, Words};
use super::English;
use super::cut::{names, several, told};
use crate::fleet::code::Code;
use crate::fleet::part::CauseKind;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity};

/// The pieces a sentence is made from.
struct Say<'a> {
    lang: English,
    facts: &'a Facts,
    detail: &'a str,
    when: &'a When<'a>,
}

impl Say<'_> {
    fn moment(&self, at: Epoch) -> String {
        self.lang.moment(at, self.when)
    }

    /// How old what `newest` or `age` tells of is now.
    fn age(&self) -> Option<String> {
        let age = self.facts.newest.map(|at| self.when.now.since(at)).or(self.facts.age)?;
        Some(self.lang.age(age))
    }

    /// ` at 96% of 95%`: a share beside its limit.
    fn share(&self, word: &str) -> String {
        match (self.facts.value, self.facts.limit) {
            (Some(value), Some(limit)) => {
                let (value, limit) = (self.lang.percent(value), self.lang.percent(limit));
                format!("{word} at {value}, limit {limit}")
            }
            (Some(value), None) => format!("{word} at {}", self.lang.percent(value)),
            _ => format!("{word} too high"),
        }
    }

    /// The detail, or what stands for it.
    fn what(&self, else_: &str) -> String {
        if self.detail.is_empty() { else_.to_owned() } else { self.detail.to_owned() }
    }

    /// `would lose 26h, 24h wanted`, `would take 3h, 1h wanted`
    fn objective(&self) -> String {
        let verb = if self.detail == "time" { "take" } else { "lose" };
        match (self.facts.value, self.facts.limit) {
            (Some(value), Some(limit)) => {
                let (value, limit) = (self.lang.age(value as i64), self.lang.age(limit as i64));
                format!("would {verb} {value}, {limit} wanted")
            }
            _ => format!("would {verb} more than is wanted"),
        }
    }

    /// Of the one way back.
    fn fragile(&self) -> String {
        let place = self.facts.other.as_deref();
        match (self.detail, place) {
            ("site", _) if self.facts.count.is_some() => {
                "every way back is at the same site".to_owned()
            }
            ("site", Some(place)) => format!("only way back is at the same site: {place}"),
            ("site", None) => "only way back is at the same site".to_owned(),
            (_, Some(place)) => format!("only way back is one unverified copy: {place}"),
            (_, None) => "only way back is one unverified copy".to_owned(),
        }
    }

    fn other(&self, else_: &str) -> String {
        self.facts.other.as_deref().unwrap_or(else_).to_owned()
    }
}

/// One line, without the subject.
pub(super) fn short(lang: English, problem: &Problem, when: &When<'_>) -> String {
    let facts = &problem.facts;
    let detail = problem.detail.as_deref().unwrap_or_default();
    let say = Say { lang, facts, detail, when };
    match problem.code {
        Code::SourceUnreachable => say.silent(match facts.layer {
            Some(layer) => lang.layer(layer).to_owned(),
            None => say.what("no endpoint connects"),
        }),
        Code::SourceUntrusted => "certificate not trusted: nothing was sent".to_owned(),
        Code::SourceUnauthorized => "token refused (401): polling has stopped".to_owned(),
        Code::SourceForbidden if facts.names.is_empty() => "may not read what it needs".to_owned(),
        Code::SourceForbidden => format!("rights missing: {}", names(&facts.names, 2)),
        Code::SourceMalformed => "what answers is no Proxmox server".to_owned(),
        Code::SourceError if facts.flag == Some(true) => {
            facts.text.as_deref().unwrap_or("no secret").to_owned()
        }
        Code::SourceError if facts.cause == Some(CauseKind::Broken) => {
            "vigie broke while it asked: a bug".to_owned()
        }
        Code::SourceError => format!("every call fails{}", told(facts)),
        Code::SourcePartial => say.partial(),
        Code::SourceStale => match say.age() {
            Some(age) => format!("no whole round for {age}"),
            None => "no whole round yet".to_owned(),
        },
        Code::SourceEndpointDown => say.endpoint(),
        Code::SourceClockSkew => say.clock(),
        Code::SourcePlannedOff => "off as planned".to_owned(),
        Code::SourceOptionalRight => "sync jobs not seen: Remote.Audit is missing".to_owned(),
        Code::ViewerMemory => match (facts.text.as_deref(), facts.flag) {
            (Some(words), _) => format!("not kept on disk: {words}"),
            (None, Some(true)) => "not kept on disk: its place is not ours alone".to_owned(),
            (None, _) => "not kept on disk: too large".to_owned(),
        },
        Code::ClusterNoQuorum => match facts.other.as_deref() {
            Some(node) => format!("no quorum, says {node}"),
            None => "no quorum".to_owned(),
        },
        Code::ClusterFragile if !facts.names.is_empty() => {
            format!("{} away: one more, and quorum is lost", names(&facts.names, 1))
        }
        Code::ClusterFragile => "one node lost means no quorum".to_owned(),
        Code::HaError => match (facts.other.as_deref(), say.age()) {
            (Some(node), Some(age)) => format!("HA on {node} silent for {age}"),
            (Some(node), None) => format!("HA on {node} silent"),
            _ => "HA service in error".to_owned(),
        },
        Code::NodeOffline => "offline, says its cluster".to_owned(),
        Code::NodeStale => "pvestatd reports nothing: state not known".to_owned(),
        Code::NodeCpu => say.share("CPU"),
        Code::NodeMemory => say.share("memory"),
        Code::NodeSwap => say.share("swap"),
        Code::NodeIowait => say.share("I/O wait"),
        Code::NodeRootfs => say.share("root file system"),
        Code::NodeService => {
            let state = facts.text.as_deref().unwrap_or("not running");
            format!("{} {state}", say.what("a needed service"))
        }
        Code::NodeZfs => {
            format!("pool {} {}", say.what("?"), facts.text.as_deref().unwrap_or("not healthy"))
        }
        Code::NodeDisk => format!("SMART: {} failed", say.what("a disk")),
        Code::NodeWearout => match facts.value {
            Some(life) => format!("{} has {} life left", say.what("disk"), lang.percent(life)),
            None => format!("{} is worn out", say.what("a disk")),
        },
        Code::NodeCertificate => say.certificate(),
        Code::NodeVersion => say.version(),
        Code::GuestDown => "stopped, though it starts with its node".to_owned(),
        Code::GuestIoError => "stopped on an I/O error".to_owned(),
        Code::GuestPaused => facts.text.as_deref().unwrap_or("paused").to_owned(),
        Code::GuestLock => {
            let lock = match facts.text.as_deref().unwrap_or(detail) {
                "" => "a lock was".to_owned(),
                lock => format!("lock {lock}"),
            };
            match say.age() {
                Some(age) => format!("{lock} left behind for {age}"),
                None => format!("{lock} left behind"),
            }
        }
        Code::GuestNameClash => match facts.count {
            Some(vmid) => format!("has the same name as guest {vmid}"),
            None => "has another guest's name".to_owned(),
        },
        Code::StorageFull | Code::DatastoreFull => say.share("space"),
        Code::StorageOffline => say.offline_storage(),
        Code::BackupMissing => "no copy at all".to_owned(),
        Code::BackupLate => say.late(),
        Code::BackupFailed => match say.age() {
            Some(age) => format!("backup failed, copy {age} old{}", told(facts)),
            None => format!("backup failed, no copy{}", told(facts)),
        },
        Code::BackupVerifyFailed => match facts.newest {
            Some(at) => format!("copy of {} is damaged", say.moment(at)),
            None => "newest copy is damaged".to_owned(),
        },
        Code::BackupUnverified => match facts.newest {
            Some(at) => format!("verification passed by copy of {}", say.moment(at)),
            None => "verification passed the newest copy by".to_owned(),
        },
        Code::BackupUncovered => match say.age() {
            Some(age) => format!("in no backup job; last copy {age} old"),
            None if problem.severity == Severity::Unknown => {
                "in no backup job; copies not known".to_owned()
            }
            None => "in no backup job, and no copy".to_owned(),
        },
        Code::BackupPartial => say.left_out("backup"),
        Code::BackupAmbiguous => "two clusters write there: whose copy?".to_owned(),
        Code::BackupBlind => match facts.count {
            Some(count) => {
                format!("copies of {} cannot be seen", several(count as usize, "guest"))
            }
            None => "copies there cannot be seen".to_owned(),
        },
        Code::BackupJob => say.backup_job(),
        Code::BackupOrphan => match (facts.count, say.age()) {
            (Some(count), Some(age)) => {
                format!("{}, guest gone, newest {age} old", copies(count))
            }
            _ => "copies of a guest that is gone".to_owned(),
        },
        Code::ReplicationLate => {
            let to = say.other("its target");
            match say.age() {
                Some(age) => format!("replica on {to} is {age} old"),
                None => format!("never replicated to {to}"),
            }
        }
        Code::ReplicationFailing => say.failing(problem.since),
        Code::ReplicationTargetOffline => {
            format!("target {} is offline", say.other("node"))
        }
        Code::ReplicationDisabled => match facts.other.as_deref() {
            Some(to) => format!("replication to {to} is switched off"),
            None => "replication is switched off".to_owned(),
        },
        Code::ReplicationUncovered => "in no replication job".to_owned(),
        Code::ReplicationPartial => say.left_out("replica"),
        Code::ReplicationBlind => format!("state of replication not readable{}", told(facts)),
        Code::RecoveryUncovered => match facts.due {
            Some(due) => format!("no way back before its first backup, {}", say.moment(due)),
            None => "no way back if its node dies".to_owned(),
        },
        Code::RecoveryObjective => say.objective(),
        Code::RecoveryNoRoom if detail == "bridge" => format!(
            "nowhere to run it as it is: no bridge {} on {}",
            facts.text.as_deref().unwrap_or("?"),
            facts.other.as_deref().unwrap_or("?")
        ),
        Code::RecoveryNoRoom if detail == "ha" => format!(
            "HA starts it where there is no room: {} at best",
            facts.other.as_deref().unwrap_or("?")
        ),
        Code::RecoveryNoRoom => match facts.value {
            Some(bytes) => {
                format!("nowhere to run it: needs {} of memory", lang.bytes(bytes as u64))
            }
            None => "nowhere to run it".to_owned(),
        },
        Code::RecoveryFragile => say.fragile(),
        Code::RecoveryKey => "the key of its copies dies with its cluster".to_owned(),
        Code::RecoveryUnrehearsed => match say.age() {
            Some(age) if facts.flag == Some(true) => {
                format!("restore failed when rehearsed {age} ago")
            }
            Some(age) => format!("restore last rehearsed {age} ago"),
            None if facts.text.is_some() => format!("log of rehearsals not read{}", told(facts)),
            None => "restore never rehearsed".to_owned(),
        },
        Code::DatastoreFilling => match facts.at {
            Some(at) => format!("full in {} at this rate", lang.age(at.since(when.now))),
            None => "full soon at this rate".to_owned(),
        },
        Code::DatastoreGc => match (facts.flag, say.age()) {
            (Some(false), _) => format!("garbage collection failed{}", told(facts)),
            (_, Some(age)) => format!("garbage collection last ran {age} ago"),
            _ => "garbage collection never ran".to_owned(),
        },
        Code::DatastoreVerifyJob => say.store_job("verify job"),
        Code::DatastorePruneJob => say.store_job("prune job"),
        Code::DatastoreSyncJob => say.store_job("sync job"),
        Code::DatastoreMaintenance => format!("in maintenance: {}", say.what("mode not known")),
        Code::DatastoreOffline => match facts.text.as_deref() {
            Some(text) => format!("cannot be read: {text}"),
            None => "not mounted".to_owned(),
        },
        Code::DatastoreCorrupt => match facts.count {
            Some(count) => format!("{} on disk", several(count as usize, "bad chunk")),
            None => "bad chunks on disk".to_owned(),
        },
        Code::DatastoreUnverified => "nothing verifies its copies".to_owned(),
    }
}

fn copies(count: u32) -> String {
    if count == 1 { "1 copy".to_owned() } else { format!("{count} copies") }
}

impl Say<'_> {
    /// `not seen for 2h: no route to host`
    fn silent(&self, why: String) -> String {
        match self.age() {
            Some(age) => format!("not seen for {age}: {why}"),
            None => why,
        }
    }

    fn partial(&self) -> String {
        let what =
            if self.facts.names.is_empty() { self.what("") } else { names(&self.facts.names, 2) };
        match (self.facts.count, what.is_empty()) {
            (Some(count), false) => format!("{} unread: {what}", several(count as usize, "part")),
            (Some(count), true) => format!("{} cannot be read", several(count as usize, "part")),
            (None, false) => format!("not read: {what}"),
            (None, true) => "some parts cannot be read".to_owned(),
        }
    }

    fn endpoint(&self) -> String {
        let who = self.facts.other.as_deref().unwrap_or(self.detail);
        let who = if who.is_empty() { "an endpoint" } else { who };
        match (self.facts.layer, self.facts.flag) {
            (Some(layer), _) => format!("{who}: {}", self.lang.layer(layer)),
            (None, Some(true)) => format!("{who}: certificate changed, peer vouches"),
            (None, Some(false)) => format!("{who}: certificate denied by its peer"),
            (None, None) => match self.facts.cause {
                Some(CauseKind::Malformed) => format!("{who}: no Proxmox server"),
                Some(cause) => format!("{who}: answers errors only, {}", self.lang.cause(cause)),
                None => format!("{who}: does not answer as it should"),
            },
        }
    }

    fn clock(&self) -> String {
        let Some(value) = self.facts.value else { return "clock is off".to_owned() };
        let off = self.lang.duration(value.abs());
        if !self.facts.names.is_empty() {
            let side = if value > 0.0 { "behind" } else { "ahead of" };
            let count = several(self.facts.names.len(), "source");
            return format!("our clock is {off} {side} {count}");
        }
        format!("clock is {off} {}", if value > 0.0 { "ahead" } else { "behind" })
    }

    fn certificate(&self) -> String {
        let Some(end) = self.facts.at else { return "certificate ends soon".to_owned() };
        let left = end.since(self.when.now);
        if left <= 0 {
            return format!("certificate over since {}", self.moment(end));
        }
        format!("certificate ends in {}", self.lang.age(left))
    }

    fn version(&self) -> String {
        let version = self.facts.text.as_deref().unwrap_or("version");
        match (self.facts.other.as_deref(), self.facts.at) {
            (Some(highest), _) => format!("still {version}, others run {highest}"),
            (None, Some(end)) => {
                // Years back, the year is what matters.
                let far = self.when.now.since(end).saturating_abs() > super::FAR;
                let end = if far {
                    self.lang.date(end, self.when)
                } else {
                    self.lang.day(end, self.when)
                };
                format!("{version}: end of life {end}")
            }
            (None, None) => format!("{version}: end of life"),
        }
    }

    fn offline_storage(&self) -> String {
        let from = if self.facts.names.is_empty() {
            "offline".to_owned()
        } else {
            format!("not reached from {}", names(&self.facts.names, 2))
        };
        match self.facts.count {
            Some(count) if count > 0 => {
                format!("{from}; {} use it", several(count as usize, "guest"))
            }
            _ => from,
        }
    }

    /// `backup late: due 02:00, newest copy 26h old`
    fn late(&self) -> String {
        let newest = self.age().map(|age| format!("newest copy {age} old"));
        match (self.facts.due, newest) {
            (Some(due), Some(newest)) => format!("backup late: due {}, {newest}", self.moment(due)),
            (Some(due), None) => format!("backup late: due {}", self.moment(due)),
            (None, Some(newest)) => format!("backup late: {newest}"),
            (None, None) => "backup late".to_owned(),
        }
    }

    fn left_out(&self, of: &str) -> String {
        match self.facts.names.is_empty() && self.detail.is_empty() {
            true => format!("a disk is left out of the {of}"),
            false if self.facts.names.is_empty() => format!("{} left out of the {of}", self.detail),
            false => format!("{} left out of the {of}", names(&self.facts.names, 3)),
        }
    }

    fn backup_job(&self) -> String {
        match self.detail {
            "guests" if self.facts.names.is_empty() => "lists guests that are gone".to_owned(),
            "guests" => format!("lists guests that are gone: {}", names(&self.facts.names, 3)),
            "empty" => "covers no guest".to_owned(),
            "dumpdir" => "writes to a plain directory".to_owned(),
            "storage" => {
                let how = match self.facts.flag {
                    Some(true) => "does not exist",
                    Some(false) => "is switched off",
                    None => "cannot be used",
                };
                format!("its storage {} {how}", self.other("?"))
            }
            "unnamed" => "names no storage: where its copies go was not read".to_owned(),
            "schedule" => format!("its schedule never comes{}", told(self.facts)),
            _ => format!("last run failed{}", told(self.facts)),
        }
    }

    fn failing(&self, since: Option<Epoch>) -> String {
        let to = match self.facts.other.as_deref() {
            Some(to) => format!("replication to {to} failing"),
            None => "replication failing".to_owned(),
        };
        let since = since.map_or_else(String::new, |at| format!(" since {}", self.moment(at)));
        let times = match self.facts.count {
            Some(count) if count > 1 => format!(" ({count}×)"),
            _ => String::new(),
        };
        format!("{to}{since}{times}{}", told(self.facts))
    }

    fn store_job(&self, kind: &str) -> String {
        let id = self.facts.other.as_deref().unwrap_or(self.detail);
        let job = if id.is_empty() { kind.to_owned() } else { format!("{kind} {id}") };
        match (self.facts.flag, self.facts.due) {
            (Some(true), Some(due)) => format!("{job} overdue since {}", self.moment(due)),
            (Some(true), None) => format!("{job} is overdue"),
            _ => format!("{job} failed{}", told(self.facts)),
        }
    }
}
