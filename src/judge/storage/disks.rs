//! Which storages running guests have disks on.

use foldhash::{HashMap, HashSet};

use crate::fleet::id::NodeName;
use crate::fleet::pve::PveSurvey;
use crate::fleet::pve::guest::DiskKind;
use crate::judge::context::SourceContext;

/// Disks of running guests, worked out when the first storage is found offline.
#[derive(Debug, Default)]
pub(super) struct Disks<'a> {
    index: Option<Index<'a>>,
}

#[derive(Debug, Default)]
struct Index<'a> {
    /// Running guests by storage and node.
    running: HashMap<(&'a str, &'a str), u32>,
    /// Nodes where a guest may run whose disks are not known.
    untold: HashSet<&'a str>,
}

/// What is known of the use of a storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DiskUse {
    /// So many guests that run have disks on it.
    Running(u32),
    /// None is known, and not all disks are known.
    Untold,
}

impl<'a> Disks<'a> {
    /// The guests that run on `nodes` with disks on `storage`.
    pub(super) fn running_on(
        &mut self,
        source: &SourceContext<'a>,
        pve: &'a PveSurvey,
        storage: &str,
        nodes: &[&NodeName],
    ) -> DiskUse {
        let index = self.index.get_or_insert_with(|| Index::new(source, pve));
        let count: u32 =
            nodes.iter().filter_map(|n| index.running.get(&(storage, n.as_str()))).sum();
        if count == 0 && nodes.iter().any(|n| index.untold.contains(n.as_str())) {
            DiskUse::Untold
        } else {
            DiskUse::Running(count)
        }
    }
}

impl<'a> Index<'a> {
    fn new(source: &SourceContext<'a>, pve: &'a PveSurvey) -> Self {
        let mut index = Self::default();
        // A guest on a hung storage stops on errors or stays as it is: whatever is not stopped.
        for guest in source.guests().iter().filter(|g| &*g.state != "stopped") {
            let Some(config) = pve.configs.get(&guest.vmid).and_then(|p| p.known()) else {
                index.untold.insert(guest.node.as_str());
                continue;
            };
            let mut seen: Vec<&str> = Vec::new();
            for disk in config.disks.iter().filter(|d| is_needed(d.kind)) {
                let Some(storage) = &disk.storage else { continue };
                if !seen.contains(&storage.as_str()) {
                    seen.push(storage.as_str());
                    *index.running.entry((storage.as_str(), guest.node.as_str())).or_default() += 1;
                }
            }
        }
        index
    }
}

/// Whether a running guest needs it: a detached disk or a CD-ROM does not keep it alive.
fn is_needed(kind: DiskKind) -> bool {
    !matches!(kind, DiskKind::Unused | DiskKind::Cdrom)
}
