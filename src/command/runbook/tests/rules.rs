//! What HA's rules keep it from is told, and what it would do to what was started by hand.

use super::{edit_pve, guest, printed, replicated_twice, say, under_ha};
use crate::command::runbook::Form;
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};
use crate::fleet::site::Fleet;
use crate::judge::sample::{change, healthy};

/// 100 under HA, bound to its own node.
fn bound(of: HaBound) -> Fleet {
    let mut fleet = healthy();
    under_ha(&mut fleet);
    replicated_twice(&mut fleet);
    edit_pve(&mut fleet, "fi", |pve| {
        let asks = HaAsk::Nodes { nodes: vec![("fi1".into(), 0)], strict: true };
        say(&mut pve.ha_rules, vec![HaRule { name: "only here".into(), of, asks }]);
    });
    fleet
}

/// The text in one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_rule_that_leaves_no_node() {
    let fleet = bound(HaBound::Guests(vec![100]));
    let text = printed(&fleet, &guest(100), Form::Text);
    let said = flat(&text);
    assert!(said.contains("First choice: replica on fi2"), "{text}");
    for sentence in [
        "HA does not start vm:100: its rule or group only here leaves it no node.",
        "Give it back to HA only when its rule or group only here allows this node",
    ] {
        assert!(said.contains(sentence), "{text}");
    }
    assert!(!said.contains("HA may bring vm:100 back"), "{text}");
    assert!(text.contains("# ha-manager add vm:100 --state started\n"), "{text}");
    assert!(said.contains("fi: /cluster/ha/rules"), "{text}");
}

#[test]
fn a_group_is_given_back_with_it() {
    let mut fleet = bound(HaBound::Group);
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.ha, |ha| ha.services[0].group = Some("only here".into()));
    });
    let text = printed(&fleet, &guest(100), Form::Text);
    let add = "# ha-manager add vm:100 --state started --group 'only here'\n";
    assert!(text.contains(add), "{text}");
    assert!(flat(&text).contains("only when its rule or group only here allows"), "{text}");
}

#[test]
fn without_rules_it_is_simply_given_back() {
    let mut fleet = bound(HaBound::Guests(vec![101]));
    edit_pve(&mut fleet, "fi", |pve| change(&mut pve.replication, |jobs| jobs.truncate(1)));
    let said = flat(&printed(&fleet, &guest(100), Form::Text));
    assert!(said.contains("HA may bring vm:100 back before you do."), "{said}");
    assert!(said.contains("Give it back to HA. # ha-manager add"), "{said}");
}
