//! How often things are read, seconds. One table: parts, plan and README's request count use it.

/// Live state of a cluster: resources, status, tasks.
pub const FAST: u32 = 15;
/// Replication state, node status, HA, PBS tasks and host.
pub const MEDIUM: u32 = 60;
/// Jobs, services, pools, groups, datastore usage.
pub const SLOW: u32 = 300;
/// Configurations, snapshots, rights, versions.
pub const HOURLY: u32 = 3600;
/// Disks, certificates: four times a day.
pub const DAILY: u32 = 6 * 3600;
