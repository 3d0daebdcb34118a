//! How much is searched for a plan of a large cluster.

use super::packing::Steps;
use super::{Plan, within};
use crate::fleet::host::Usage;
use crate::fleet::id::{GuestKind, NodeName};
use crate::fleet::part::Part;
use crate::fleet::site::Fleet;
use crate::fleet::tier::HOURLY;
use crate::judge::rows::recovery::Room;
use crate::judge::sample::{NOW, change, edit_pve, guest, healthy, judged, set};

const GIB: u64 = 1 << 30;

/// Nodes of the cluster, and guests of each.
const NODES: u64 = 32;

/// Each node has room for one guest more, and one guest more than there are others: no way to put
/// its guests onto these is good, and there are more than can be tried.
fn nearly_full() -> Fleet {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        let names: Vec<NodeName> = (1..=NODES).map(|n| format!("fi{n}").as_str().into()).collect();
        let parts = pve.nodes.values().next().unwrap().clone();
        pve.nodes = names.iter().map(|name| (name.clone(), parts.clone())).collect();
        change(&mut pve.status, |status| {
            let member = status.members.last().unwrap().clone();
            let more = names.iter().skip(3).map(|name| {
                let mut member = member.clone();
                (member.node, member.local) = (name.clone(), false);
                member
            });
            status.members.extend(more);
            status.members.iter_mut().for_each(|member| member.online = true);
        });
        let config = pve.configs.get(&100).and_then(Part::known).unwrap().clone();
        pve.configs.clear();
        change(&mut pve.resources, |r| {
            let node = r.nodes.first().unwrap().clone();
            (r.nodes, r.guests) = (Vec::new(), Vec::new());
            for (name, at) in names.iter().zip(0_u32..) {
                let mut used = 0;
                for n in 0..NODES {
                    let vmid = 1_000 + at * 100 + u32::try_from(n).unwrap();
                    let size = (60 + n % 7) * GIB;
                    let mut row = guest(vmid, GuestKind::Lxc, name.as_str(), "x");
                    row.memory = Some(Usage { used: size, total: size });
                    r.guests.push(row);
                    let mut config = config.clone();
                    config.memory = Some(size);
                    let mut part = Part::new("/config", HOURLY);
                    set(&mut part, config);
                    pve.configs.insert(vmid, part);
                    used += size;
                }
                let mut node = node.clone();
                node.name = name.clone();
                let total = used + (90 + u64::from(at % 16)) * GIB;
                node.memory = Some(Usage { used, total });
                r.nodes.push(node);
            }
        });
    });
    fleet
}

#[test]
fn all_searches_of_a_plan_share_their_steps() {
    let fleet = nearly_full();
    let judged = judged(&fleet);
    let onto = [("fi".into(), "fi1".into())];
    let planned = |steps: &Steps| -> Plan { within(&fleet, &judged, &[], &onto, NOW, steps) };
    for most in [0, 300] {
        let steps = Steps::new(most);
        let plan = planned(&steps);
        assert_eq!((plan.remaining.len(), plan.fits), (32, Room::Fits));
        // All are taken, and nothing is ruled out.
        assert_eq!((steps.left(), plan.after), (0, Room::Unknown));
    }
}
