//! What the words of a report are made from.

use crate::judge::problem::Severity;
use crate::judge::verdict::Verdict;

/// The sections of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chapter {
    /// What is wrong.
    Problems,
    /// The sites, where a form needs a head over all of them.
    Sites,
    /// What could not be checked, why, and how old what is known of it is.
    NotChecked,
    /// Notices.
    Notices,
    /// Accepted problems.
    Accepted,
}

/// The lines of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Where the site is.
    Where,
    /// Whom to call.
    Contact,
    /// Its nodes.
    Hosts,
    /// Its guests.
    Guests,
    /// Copies of its guests.
    Backups,
    /// Replicas of its guests.
    Replication,
    /// What brings its guests back.
    Recovery,
    /// Its storages.
    Storages,
    /// Its datastores.
    Datastores,
}

/// How many there are of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Critical.
    pub critical: usize,
    /// Unknown.
    pub unknown: usize,
    /// Warning.
    pub warning: usize,
    /// Ok.
    pub ok: usize,
    /// Those to which the question does not apply.
    pub none: usize,
}

impl Tally {
    /// Counts verdicts; none stands for what does not apply.
    pub fn of(verdicts: impl IntoIterator<Item = Option<Verdict>>) -> Self {
        let mut tally = Self::default();
        for verdict in verdicts {
            *match verdict {
                Some(Verdict::Critical) => &mut tally.critical,
                Some(Verdict::Unknown) => &mut tally.unknown,
                Some(Verdict::Warning) => &mut tally.warning,
                Some(Verdict::Ok) => &mut tally.ok,
                None => &mut tally.none,
            } += 1;
        }
        tally
    }

    /// Counts problems by severity.
    pub fn of_problems(severities: impl IntoIterator<Item = Severity>) -> Self {
        Self::of(severities.into_iter().map(|s| Some(s.verdict())))
    }
}

/// What cannot be told for one reason: how many, and the first names of guests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Hosts.
    pub hosts: usize,
    /// Guests whose state is not known.
    pub states: Vec<String>,
    /// Guests whose backup cannot be judged.
    pub backups: Vec<String>,
    /// Guests whose replication cannot be judged.
    pub replication: Vec<String>,
    /// Storages.
    pub storages: usize,
    /// Datastores.
    pub datastores: usize,
}
