//! Datastores that may not be written to, are in maintenance or cannot be read: told as what they
//! are, with what was known of their copies, and over when it is over.

use vigie::judge::rows::SourceState as Is;
use vigie::simulate::SimFleet;
use vigie::simulate::fleet::SimDatastore;

use super::recovered;
use crate::bed::{Bed, source_row, two_sites};

fn main(fleet: &mut SimFleet) -> &mut SimDatastore {
    fleet.pbs_mut("pbs").unwrap().datastore_mut("main").unwrap()
}

/// What is done to the datastore, and the one line that is said of it.
type Case = (&'static str, fn(&mut SimDatastore), &'static str);

const CASES: [Case; 7] = [
    (
        "read-only",
        |store| store.maintenance = Some("read-only".into()),
        "warning datastore.maintenance datastore/pbs/main (read-only)",
    ),
    (
        "offline",
        |store| store.maintenance = Some("offline,message=disk swap".into()),
        "unknown datastore.maintenance datastore/pbs/main (offline)",
    ),
    (
        "being deleted",
        |store| store.maintenance = Some("delete".into()),
        "unknown datastore.maintenance datastore/pbs/main (delete)",
    ),
    (
        "being unmounted",
        |store| store.maintenance = Some("unmount".into()),
        "unknown datastore.maintenance datastore/pbs/main (unmount)",
    ),
    (
        "in a mode that nobody knows",
        |store| store.maintenance = Some("hibernating".into()),
        "unknown datastore.maintenance datastore/pbs/main",
    ),
    ("broken", |store| store.broken = true, "critical datastore.offline datastore/pbs/main"),
    (
        "gone from its disk",
        |store| store.vanished = true,
        "critical datastore.offline datastore/pbs/main",
    ),
];

#[test]
fn a_datastore_that_is_not_as_usual() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    for (what, spoil, line) in CASES {
        let before = bed.judge();
        bed.federation.edit(|fleet| spoil(main(fleet)));
        let judged = bed.look();
        let said = bed.said(&judged);
        let told: Vec<&String> = said.iter().filter(|line| !line.starts_with("notice")).collect();
        assert!(told.len() == 1 && told[0].starts_with(line), "{what}: {told:?}");
        let copies = |judged: &vigie::judge::Judged| -> Vec<_> {
            let guests = judged.sites.iter().flat_map(|site| &site.guests);
            guests.map(|row| (row.vmid, row.backup.newest)).collect()
        };
        assert_eq!(copies(&judged), copies(&before), "{what}: what was known stays");
        for source in ["pve", "pbs", "alone"] {
            assert_eq!(source_row(&judged, source).state, Is::Fresh, "{what}: {source}");
        }
        bed.federation.edit(|fleet| {
            let store = main(fleet);
            (store.maintenance, store.broken, store.vanished) = (None, false, false);
        });
        let judged = bed.look();
        recovered(&bed, &judged, "pbs", what);
    }
}
