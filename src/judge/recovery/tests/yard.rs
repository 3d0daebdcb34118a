//! The search for room finds what asking every node would find, however it goes about it.

use proptest::prelude::*;

use super::*;
use crate::fleet::id::GuestKind;
use crate::judge::context::Context;
use crate::judge::recovery::ledger::{Ledger, Load};
use crate::judge::recovery::yard::Yard;
use crate::judge::sample::another;

proptest! {
    #[test]
    fn nowhere_is_more_room_than_where_it_is_found(
        sizes in proptest::collection::vec((0..9_u64, proptest::option::of(0..40_u64)), 9),
        guest in 0..3_usize,
        need in (0..9_u64, 0..40_u64, any::<bool>()),
    ) {
        let mut fleet = healthy();
        another(&mut fleet, "lyon");
        another(&mut fleet, "brest");
        let mut sizes = sizes.into_iter();
        for name in ["fi", "lyon", "brest"] {
            edit_pve(&mut fleet, name, |pve| change(&mut pve.resources, |r| {
                for node in &mut r.nodes {
                    let (memory, disk) = sizes.next().unwrap();
                    node.memory = Some(Usage { used: 0, total: memory * GIB });
                    for storage in r.storages.iter_mut().filter(|s| s.node == node.name) {
                        storage.usage = disk.map(|disk| Usage { used: 0, total: disk * GIB });
                    }
                }
            }));
        }
        let ctx = Context::new(&fleet, NOW);
        let yard = Yard::new(&ctx);
        let ledger = Ledger::new(&yard);
        let (memory, disk, is_vm) = need;
        let load = Load {
            memory: Some(memory * GIB),
            used: memory * GIB,
            disk: Some(disk * GIB),
            kind: Some(if is_vm { GuestKind::Qemu } else { GuestKind::Lxc }),
            cards: Some(&[]),
            cpus: Some(1.0),
        };
        let source = ctx.sources.iter().filter(|s| s.pve().is_some()).nth(guest).unwrap().index;
        let (at, room) = yard.best(&ledger, source, load, |_| false).unwrap();
        prop_assert_eq!(room, yard.takes(&ledger, at, load));
        let least = (0..yard.all().len()).map(|at| yard.takes(&ledger, at, load)).min();
        prop_assert_eq!(Some(room), least);
    }
}
