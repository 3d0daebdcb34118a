//! The nodes that would take guests.

use std::collections::BTreeMap;

use super::fate::Settled;
use super::stage::Stage;
use crate::fleet::id::{NodeName, SourceName};
use crate::judge::recovery::ledger::Ledger;
use crate::judge::rows::recovery::Room;

/// A node that would take guests.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its source.
    pub source: SourceName,
    /// Its name.
    pub node: NodeName,
    /// Guests that would be put there.
    pub guests: u32,
    /// Memory that these are configured with, bytes.
    pub taken: u64,
    /// Memory free there before, every guest using all it is configured with, bytes; none: cannot
    /// be told.
    pub free: Option<u64>,
    /// Memory free there before, as it is used now, bytes.
    pub idle: Option<u64>,
    /// Its memory, bytes.
    pub total: Option<u64>,
    /// What is restored to its storages, bytes.
    pub disk: u64,
    /// Free bytes of its roomiest storage for disks before.
    pub disk_free: Option<u64>,
    /// CPUs of all guests that would run there, those that are there already too; none: cannot be
    /// told.
    pub cpus: Option<f64>,
    /// Its threads.
    pub threads: Option<f64>,
    /// The worst of what is said of the guests that would go there. Those that do not fit are not
    /// counted in `guests`, `taken` and `disk`.
    pub room: Room,
}

impl Target {
    pub(super) fn new(stage: &Stage<'_>, ledger: &Ledger, at: usize, room: Room) -> Option<Self> {
        let of = stage.yard.room(at)?;
        Some(Self {
            source: of.source.clone(),
            node: of.node.clone(),
            guests: ledger.guests(at),
            taken: ledger.memory(at),
            free: of.free(),
            idle: of.idle(),
            total: of.total,
            disk: ledger.disk(at),
            disk_free: stage.yard.disk_free(at),
            cpus: of.cpus.zip(ledger.cpus(at)).map(|(there, came)| there + came),
            threads: of.threads,
            room,
        })
    }
}

/// Every node that some guest would go to.
pub(super) fn targets(stage: &Stage<'_>, ledger: &Ledger, settled: &[Settled]) -> Vec<Target> {
    let mut worst: BTreeMap<usize, Room> = BTreeMap::new();
    for settled in settled {
        let Some(at) = settled.at else { continue };
        let room = worst.entry(at).or_insert(Room::Fits);
        *room = settled.fate.room.max(*room);
    }
    let all = worst.into_iter();
    all.filter_map(|(at, room)| Target::new(stage, ledger, at, room)).collect()
}
