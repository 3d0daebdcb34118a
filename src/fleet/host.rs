//! A machine: load, memory, disks, services. Alike for PVE nodes and PBS hosts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::time::Epoch;

/// Used and total of something, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Bytes used.
    pub used: u64,
    /// Bytes in all.
    pub total: u64,
}

impl Usage {
    /// The used fraction 0..=1; none for a total of nothing.
    pub fn fraction(self) -> Option<f64> {
        (self.total > 0).then(|| self.used as f64 / self.total as f64)
    }
}

/// `/nodes/{n}/status` of both products.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostStatus {
    /// Load 0..=1 since the previous measurement.
    pub cpu: Option<f64>,
    /// I/O wait 0..=1.
    pub iowait: Option<f64>,
    /// Load averages over 1, 5 and 15 minutes.
    pub load: Option<[f64; 3]>,
    /// Threads the CPUs have.
    pub cpus: Option<u32>,
    /// Model of the CPU.
    pub cpu_model: Option<Arc<str>>,
    /// Memory, bytes.
    pub memory: Option<Usage>,
    /// Swap, bytes; a total of 0 is a host without swap.
    pub swap: Option<Usage>,
    /// Root file system, bytes.
    pub rootfs: Option<Usage>,
    /// Seconds since boot.
    pub uptime: Option<u64>,
    /// The kernel that runs.
    pub kernel: Option<Arc<str>>,
    /// SHA-256 of the served certificate (PBS: `info.fingerprint`).
    pub fingerprint: Option<[u8; 32]>,
}

/// One point of a host's history (`rrddata`, `rrd`). What was not measured is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadPoint {
    /// Time of the sample.
    pub time: Epoch,
    /// CPU load 0..=1.
    pub cpu: Option<f64>,
    /// I/O wait 0..=1.
    pub iowait: Option<f64>,
    /// Memory used, fraction 0..=1, the ZFS ARC taken off where it is known.
    pub memory: Option<f64>,
    /// Swap used, fraction 0..=1.
    pub swap: Option<f64>,
    /// Load average over one minute (`loadavg`).
    #[serde(default)]
    pub load: Option<f64>,
}

/// A host's history of the last hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadHistory {
    /// Points, oldest first.
    pub points: Vec<LoadPoint>,
}

/// One service of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name, `pvescheduler`.
    pub name: Arc<str>,
    /// systemd's SubState: `running`, `dead`…
    pub state: Arc<str>,
    /// systemd's ActiveState, where told (PVE): `active`, `failed`…
    pub active: Option<Arc<str>>,
    /// `enabled`, `disabled`, `masked`, `not-found`, `static`.
    pub unit: Option<Arc<str>>,
}

/// One ZFS pool of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZfsPool {
    /// Its name.
    pub name: Arc<str>,
    /// ONLINE, DEGRADED, FAULTED…
    pub health: Arc<str>,
    /// Bytes allocated of all.
    pub usage: Option<Usage>,
    /// Fragmentation, percent.
    pub fragmentation: Option<u32>,
}

/// One disk of a host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disk {
    /// `/dev/sda`
    pub device: Arc<str>,
    /// Its model.
    pub model: Option<Arc<str>>,
    /// Its serial number.
    pub serial: Option<Arc<str>>,
    /// ssd, nvme, hdd, usb…
    pub kind: Option<Arc<str>>,
    /// Bytes.
    pub size: Option<u64>,
    /// SMART's word: PASSED, OK, FAILED!, UNKNOWN…
    pub health: Option<Arc<str>>,
    /// Life that remains, fraction 0..=1; none where the disk does not tell.
    pub life: Option<f64>,
    /// What uses it.
    pub used: Option<Arc<str>>,
}

/// One certificate on a PVE node (`/nodes/{n}/certificates/info`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFile {
    /// `pve-ssl.pem`, `pveproxy-ssl.pem`, `pve-root-ca.pem`.
    pub file: Arc<str>,
    /// SHA-256 of it.
    pub fingerprint: Option<[u8; 32]>,
    /// Subject.
    pub subject: Option<Arc<str>>,
    /// Issuer.
    pub issuer: Option<Arc<str>>,
    /// End of validity.
    pub not_after: Option<Epoch>,
}

/// A product's version, as `major.minor.patch` numbers with the text it came as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// As shown: `9.1.7`, `7.4-17`, `4.2.3`.
    pub text: Arc<str>,
    /// Major version.
    pub major: u32,
    /// Minor version.
    pub minor: u32,
    /// Patch level or build.
    pub patch: u32,
}

impl Version {
    /// Whether this is `major.minor.patch` or newer.
    pub fn at_least(&self, major: u32, minor: u32, patch: u32) -> bool {
        (self.major, self.minor, self.patch) >= (major, minor, patch)
    }
}
