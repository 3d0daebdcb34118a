//! The shapes of `PVE/API2/HA/Groups.pm` (8.4) and `Rules.pm` (9.1).

use super::{read_groups, read_rules};
use crate::fleet::pve::placement::{HaAsk, HaBound, HaRule};

fn nodes(nodes: &[(&str, u32)], strict: bool) -> HaAsk {
    let nodes = nodes.iter().map(|(node, priority)| ((*node).into(), *priority)).collect();
    HaAsk::Nodes { nodes, strict }
}

fn rule(name: &str, of: HaBound, asks: HaAsk) -> HaRule {
    HaRule { name: name.into(), of, asks }
}

#[test]
fn groups_of_8() {
    let body = br#"{"data":[
        {"group":"with-replica","nodes":"fi2,fi1:2","restricted":1,"nofailback":0,"type":"group",
         "digest":"6ac3e04b8b1b3b1a6a8f"},
        {"group":"prefer","nodes":"fi1","type":"group","comment":"first here","digest":"6ac3"},
        {"group":"strings","nodes":"fi3:10","restricted":"1","type":"group","digest":"6ac3"},
        {"group":"bare","type":"group","digest":"6ac3"},
        {"group":"odd","nodes":"fi1:high","type":"group","digest":"6ac3"},
        {"group":"evil\u001b[2J","nodes":"fi1","type":"group"}
    ]}"#;
    let groups = read_groups(body).unwrap();
    let (evil, others): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| group.name.starts_with("evil"));
    assert!(!evil[0].name.chars().any(char::is_control));
    assert_eq!(
        others,
        [
            rule("bare", HaBound::Group, HaAsk::Untold),
            rule("odd", HaBound::Group, HaAsk::Untold),
            rule("prefer", HaBound::Group, nodes(&[("fi1", 0)], false)),
            rule("strings", HaBound::Group, nodes(&[("fi3", 10)], true)),
            rule("with-replica", HaBound::Group, nodes(&[("fi1", 2), ("fi2", 0)], true)),
        ]
    );
    assert!(read_groups(b"{\"data\":null}").is_err());
    assert!(read_groups(br#"{"data":[{"nodes":"fi1"}]}"#).is_err());
}

#[test]
fn rules_of_9() {
    let body = br#"{"data":[
        {"rule":"ha-group-old","type":"node-affinity","resources":"ct:200,vm:100",
         "nodes":"fi1,fi2:1","affinity":"positive","strict":1,"order":1,"digest":"aa",
         "comment":"Generated from HA group 'old'."},
        {"rule":"prefer","type":"node-affinity","resources":"vm:101","nodes":"fi2","order":2},
        {"rule":"null-strict","type":"node-affinity","resources":"vm:102","nodes":"fi2",
         "strict":null,"order":2},
        {"rule":"keep","type":"resource-affinity","affinity":"positive","resources":"vm:100,vm:101"},
        {"rule":"apart","type":"resource-affinity","affinity":"negative","resources":"vm:1;ct:2"},
        {"rule":"off","type":"node-affinity","resources":"vm:1","nodes":"fi1","disable":1},
        {"rule":"off-too","type":"node-affinity","resources":"vm:1","nodes":"fi1","disable":"1"},
        {"rule":"not-off","type":"node-affinity","resources":"vm:1","nodes":"fi1","disable":0},
        {"rule":"wrong","type":"node-affinity","resources":"vm:1","nodes":"fi1",
         "errors":{"resources":["resource 'vm:1' is already used in another node affinity rule"]}},
        {"rule":"right","type":"node-affinity","resources":"vm:1","nodes":"fi1","errors":{}},
        {"rule":"new","type":"moon-phase","resources":"vm:1"},
        {"rule":"bare","type":"resource-affinity","affinity":"negative"},
        {"rule":"away","type":"node-affinity","affinity":"negative","resources":"vm:1","nodes":"fi1"},
        {"rule":"what","type":"resource-affinity","affinity":"negative","resources":"vm:1,lun:a"}
    ]}"#;
    let of = |guests: &[u32]| HaBound::Guests(guests.to_vec());
    assert_eq!(
        read_rules(body).unwrap(),
        [
            rule("apart", of(&[1, 2]), HaAsk::Apart),
            rule("away", of(&[1]), HaAsk::Untold),
            rule("bare", HaBound::Anyone, HaAsk::Apart),
            rule("ha-group-old", of(&[100, 200]), nodes(&[("fi1", 0), ("fi2", 1)], true)),
            rule("keep", of(&[100, 101]), HaAsk::Together),
            rule("new", of(&[1]), HaAsk::Untold),
            rule("not-off", of(&[1]), HaAsk::Untold),
            rule("null-strict", of(&[102]), nodes(&[("fi2", 0)], false)),
            rule("prefer", of(&[101]), nodes(&[("fi2", 0)], false)),
            rule("right", of(&[1]), nodes(&[("fi1", 0)], false)),
            rule("what", HaBound::Anyone, HaAsk::Apart),
            rule("wrong", of(&[1]), HaAsk::Untold),
        ]
    );
    assert_eq!(read_rules(b"{\"data\":[]}").unwrap(), []);
    assert!(read_rules(b"{\"data\":null}").is_err());
    assert!(read_rules(br#"{"data":[{"rule":"a"}]}"#).is_err());
}
