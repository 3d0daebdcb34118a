use proptest::prelude::*;
use serde_json::json;

use super::document;
use super::names::{Raw, distinct, harmless, host_of, word};
use crate::judge::sample::{healthy, judged};

#[test]
fn guests_nodes_and_servers_are_grouped() {
    let fleet = healthy();
    let whole = document(&judged(&fleet), &fleet);
    let hosts = |group: &str| whole[group]["hosts"].as_array().unwrap().len();
    assert_eq!((hosts("vigie_nodes"), hosts("vigie_guests"), hosts("vigie_pbs")), (3, 3, 1));
    assert_eq!(whole["kind_pbs"]["hosts"], json!(["pbs"]));
    let web = &whole["_meta"]["hostvars"]["web"];
    assert_eq!(web["vigie_vmid"], 100);
    assert_eq!(web["vigie_fresh"], true);
    assert_eq!(web["vigie_status"], "running");
    assert!(whole.get("vigie_not_fresh").is_none());
    for group in whole["all"]["children"].as_array().unwrap() {
        assert!(whole.get(group.as_str().unwrap()).is_some(), "{group}");
    }
}

#[test]
fn what_is_no_longer_of_now_is_unknown() {
    let fleet = healthy();
    let mut later = judged(&fleet);
    later.taken.0 += 3600;
    let whole = document(&later, &fleet);
    let web = &whole["_meta"]["hostvars"]["web"];
    assert_eq!(web["vigie_status"], "unknown");
    assert_eq!(web["vigie_last_status"], "running");
    assert!(whole["vigie_not_fresh"]["hosts"].as_array().unwrap().contains(&json!("web")));
}

#[test]
fn templates_are_left_out_and_names_of_several_are_told_apart() {
    let fleet = healthy();
    let mut all = judged(&fleet);
    for guest in &mut all.sites[0].guests {
        guest.name = Some("fi1".into());
    }
    all.sites[0].guests[2].template = true;
    let whole = document(&all, &fleet);
    let guests = &whole["vigie_guests"]["hosts"];
    assert_eq!(*guests, json!(["fi1.fi-100", "fi1.fi-101"]));
    assert_eq!(whole["_meta"]["hostvars"]["fi1.fi-100"]["ansible_host"], "fi1");
}

#[test]
fn groups_that_would_be_called_alike_are_two() {
    let raw = |name: &str| Raw::new("tag", name, name);
    let names = distinct(["a-b", "a_b", "c.d"].map(raw).into_iter());
    assert_eq!(names[&raw("a_b")], "tag_a_b");
    assert_ne!(names[&raw("a-b")], "tag_a_b");
    assert_eq!(names[&raw("c.d")], "tag_c_d");
}

#[test]
fn nothing_of_a_server_is_a_template_an_option_or_a_pattern() {
    assert_eq!(harmless("{{ lookup('pipe', 'id') }}"), "(( lookup('pipe', 'id') ))");
    assert_eq!(word("-e@x"), "h-e_x");
    assert_eq!(word("a[1:9]"), "a_1_9_");
    assert_eq!(word("fe80::1"), "fe80::1");
    assert_eq!(host_of("https://[fe80::1]:8007"), Some("fe80::1"));
    assert_eq!(host_of("pbs:8007"), Some("pbs"));
}

proptest! {
    #[test]
    fn names_are_distinct_and_valid(all in proptest::collection::btree_set(".{0,12}", 0..20)) {
        let raws: Vec<Raw> = all.iter().map(|name| Raw::new("tag", name, name)).collect();
        let names = distinct(raws.iter().cloned());
        let distinct: std::collections::BTreeSet<_> = names.values().collect();
        prop_assert_eq!(distinct.len(), raws.len());
        for name in names.values() {
            prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        }
    }
}
