//! Thresholds of the judge. Their defaults stand here and nowhere else.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{SiteName, SourceName};
use super::objective::{Objective, ObjectiveRule};
use super::time::Epoch;

/// A threshold with two levels, warning first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Levels<T> {
    /// From here on a warning.
    pub warning: T,
    /// From here on critical.
    pub critical: T,
}

/// Every threshold of the judge, for one site. Shares are fractions 0..=1, durations seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// `clock-skew`: how far a source's clock may be off, seconds.
    pub clock_skew: i64,
    /// `cpu`: average load of a node, fraction.
    pub cpu: f64,
    /// `memory`: average memory use of a node, fraction.
    pub memory: f64,
    /// `swap`: average swap use of a node, fraction.
    pub swap: f64,
    /// `iowait`: average I/O wait of a node, fraction.
    pub iowait: f64,
    /// `rootfs`: use of a node's root file system, fraction.
    pub rootfs: Levels<f64>,
    /// `wearout`: life that remains to a disk, fraction; at or below is bad.
    pub wearout: Levels<f64>,
    /// `certificate`: time left to the served certificate, seconds; below is bad.
    pub certificate: Levels<i64>,
    /// `cluster-ca`: time left to the cluster's CA, seconds; below is a warning.
    pub cluster_ca: i64,
    /// `storage`: use of a PVE storage, fraction.
    pub storage: Levels<f64>,
    /// `datastore`: use of a PBS datastore, fraction.
    pub datastore: Levels<f64>,
    /// `filling`: time until a datastore is estimated full, seconds; within is bad.
    pub filling: Levels<i64>,
    /// `backup-max-age`: oldest acceptable copy where no schedule tells, seconds.
    pub backup_max_age: i64,
    /// `backup-grace`: time a due backup has to arrive, seconds.
    pub backup_grace: i64,
    /// `replication-max-age`: oldest acceptable replica, seconds; none: the schedule alone tells.
    pub replication_max_age: Option<i64>,
    /// `replication-expected`: whether every guest should have a replica.
    pub replication_expected: bool,
    /// `recovery-point`, `recovery-time`, `rehearse-every`: what is wanted of every guest.
    pub objective: Objective,
    /// `[[objective]]`: what is wanted of some guests, in the order of the file.
    pub objectives: Arc<[ObjectiveRule]>,
    /// `restore-rate`: how fast copies are restored, bytes per second; none: past restores tell.
    pub restore_rate: Option<u64>,
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

impl Default for Policy {
    fn default() -> Self {
        Self {
            clock_skew: 60,
            cpu: 0.95,
            memory: 0.95,
            swap: 0.80,
            iowait: 0.40,
            rootfs: Levels { warning: 0.85, critical: 0.95 },
            wearout: Levels { warning: 0.10, critical: 0.03 },
            certificate: Levels { warning: 10 * DAY, critical: 2 * DAY },
            cluster_ca: 30 * DAY,
            storage: Levels { warning: 0.90, critical: 0.95 },
            datastore: Levels { warning: 0.90, critical: 0.95 },
            filling: Levels { warning: 30 * DAY, critical: 3 * DAY },
            backup_max_age: 26 * HOUR,
            backup_grace: 2 * HOUR,
            replication_max_age: None,
            replication_expected: false,
            objective: Objective::default(),
            objectives: Arc::default(),
            restore_rate: None,
        }
    }
}

/// A daily window in which silence is expected: minutes since midnight, end exclusive. A window
/// whose end is not after its start crosses midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First minute, 0..1440.
    pub from: u16,
    /// First minute after, 1..=1440.
    pub to: u16,
}

impl Window {
    /// Whether a local minute of the day lies inside.
    pub fn holds(self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

/// A problem accepted as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Except {
    /// A subject; `*` matches within one name.
    pub subject: Arc<str>,
    /// Codes, `backup.*` too.
    pub codes: Vec<Arc<str>>,
    /// Why; shown.
    pub reason: Arc<str>,
    /// Last day it holds, inclusive, in the time zone of the subject's site.
    pub until: Option<jiff::civil::Date>,
}

/// What the configuration says of one source, as far as the judge and the screen need it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFacts {
    /// Its name.
    pub name: SourceName,
    /// PVE or PBS.
    pub product: super::id::Product,
    /// The configured endpoints, as `host:port`, in order.
    pub endpoints: Vec<Arc<str>>,
    /// The pinned fingerprints, 32 bytes each.
    pub fingerprints: Vec<[u8; 32]>,
    /// Windows of expected silence, the site's own included.
    pub planned_off: Vec<Window>,
}

/// What the configuration says of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteFacts {
    /// Its name.
    pub name: SiteName,
    /// Where it is, in the operator's words.
    pub place: Option<Arc<str>>,
    /// Who to call, in the operator's words.
    pub contact: Option<Arc<str>>,
    /// Where the keys of its encrypted copies are kept, in the operator's words.
    pub keys: Option<Arc<str>>,
    /// Its time zone; the viewer's where none is configured.
    pub timezone: jiff::tz::TimeZone,
    /// Its thresholds.
    pub policy: Policy,
    /// Its sources, in the order of the file.
    pub sources: Vec<SourceFacts>,
}

/// Whether any of `windows` holds at `now` in `timezone`.
pub fn planned_off(windows: &[Window], timezone: &jiff::tz::TimeZone, now: Epoch) -> bool {
    let Some(at) = now.timestamp() else { return false };
    let local = timezone.to_datetime(at);
    let minute =
        u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    windows.iter().any(|w| w.holds(minute))
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn windows_may_cross_midnight_and_end_exclusively() {
        let night = Window { from: 23 * 60, to: 6 * 60 };
        assert!(night.holds(23 * 60) && night.holds(0) && night.holds(359));
        assert!(!night.holds(360) && !night.holds(1379));
        let evening = Window { from: 1080, to: 1440 };
        assert!(evening.holds(1439) && !evening.holds(0));
    }
}
