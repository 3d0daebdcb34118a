//! Timelines by hand.

use proptest::prelude::*;

use super::gather::group_of;
use super::{About, Deed, HORIZON, State, Story, Timeline, timeline};
use crate::fleet::id::{BackupType, NodeName};
use crate::fleet::site::Fleet;
use crate::fleet::task::{Task, TaskResult};
use crate::fleet::time::Epoch;
use crate::judge::Verdict;
use crate::judge::sample::{
    DUE, NOW, age, change, edit_link, edit_pbs, edit_pve, healthy, judged, set,
};

fn task(upid: &str, node: &str, kind: &str, id: &str, start: i64, took: Option<i64>) -> Task {
    Task {
        upid: upid.into(),
        node: node.into(),
        kind: kind.into(),
        id: (!id.is_empty()).then(|| id.into()),
        user: "root@pam".into(),
        start: Epoch(start),
        end: took.map(|took| Epoch(start + took)),
        result: took.map(|_| TaskResult::Ok),
    }
}

fn look(fleet: &Fleet) -> Timeline {
    timeline(fleet, &judged(fleet))
}

/// A story as a line: `kind place about state [parts]`.
fn spell(timeline: &Timeline, story: &Story) -> String {
    let kind = match &story.id.deed {
        Deed::Task(upid) => format!("{} {upid}", story.kind.as_deref().unwrap_or("?")),
        Deed::Run(job) => format!("run {job}"),
        Deed::Round(node) => format!("round {node}"),
        Deed::Copy(group) => format!("copy {}", group.ns),
    };
    let about = match &story.about {
        About::Nothing => "-".to_owned(),
        About::Guest(key) => format!("{}/{}", key.source, key.vmid),
        About::Named(name) => name.to_string(),
    };
    let state = match &story.state {
        State::Running => "runs".to_owned(),
        State::RanAt(at) => format!("ran {}", at.map_or(-1, |at| NOW.since(at))),
        State::Ended(TaskResult::Ok) => "ok".to_owned(),
        State::Ended(result) => format!("{result:?}"),
    };
    let made = if story.copy.is_some() { " +copy" } else { "" };
    let parts: Vec<String> =
        story.parts.iter().filter_map(|at| timeline.get(*at)).map(|p| spell(timeline, p)).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) };
    format!("{kind} {}:{} {about} {state}{made}{parts}", story.id.source, story.node)
}

fn told(fleet: &Fleet) -> Vec<String> {
    let timeline = look(fleet);
    timeline.outer().map(|(_, story)| spell(&timeline, story)).collect()
}

/// No copies, no replication.
fn quiet() -> Fleet {
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| {
        for store in pbs.stores.values_mut() {
            store.copies.clear();
        }
    });
    edit_pve(&mut fleet, "fi", |pve| {
        for node in pve.nodes.values_mut() {
            set(&mut node.replication, Vec::new());
        }
    });
    fleet
}

#[test]
fn of_the_healthy_fleet_the_run_and_the_copies_are_told() {
    let lines = told(&healthy());
    assert_eq!(lines[0], "run 100-0 fi:fi1 fi/100 ok");
    let copies: Vec<_> = lines[1..].iter().filter(|l| l.starts_with("copy fi ")).collect();
    assert_eq!((copies.len(), lines.len()), (9, 10), "three guests, three nights: {lines:?}");
    assert!(copies[0].contains(" fi/10") || copies[0].contains(" fi/200"), "{}", copies[0]);
}

#[test]
fn what_runs_comes_first_and_then_the_newest() {
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        set(
            &mut pve.tasks,
            vec![
                task("a", "fi1", "qmstart", "100", NOW.0 - 60, Some(3)),
                task("b", "fi1", "vzdump", "", NOW.0 - 7200, None),
                task("c", "fi2", "aptupdate", "", NOW.0 - 120, Some(9)),
                task("old", "fi2", "aptupdate", "", NOW.0 - HORIZON - 1, Some(9)),
            ],
        );
    });
    assert_eq!(
        told(&fleet),
        ["vzdump b fi:fi1 - runs", "qmstart a fi:fi1 fi/100 ok", "aptupdate c fi:fi2 - ok",]
    );
}

#[test]
fn the_newest_is_the_newest_by_our_clock() {
    let mut fleet = quiet();
    edit_link(&mut fleet, "pbs", |link| link.clock_offset = Some(3600));
    edit_pve(&mut fleet, "fi", |pve| {
        set(&mut pve.tasks, vec![task("a", "fi1", "aptupdate", "", NOW.0 - 60, Some(3))]);
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let gc = task("b", "localhost", "garbage_collection", "main", NOW.0 + 3000, Some(9));
        set(&mut pbs.tasks, vec![gc]);
    });
    assert_eq!(
        told(&fleet),
        ["aptupdate a fi:fi1 - ok", "garbage_collection b pbs:localhost main ok"]
    );
}

#[test]
fn what_ran_when_last_heard_of_is_not_said_to_run() {
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        set(&mut pve.tasks, vec![task("a", "fi1", "vzdump", "100", NOW.0 - 9000, None)]);
        age(&mut pve.tasks, 7200);
    });
    assert_eq!(told(&fleet), ["vzdump a fi:fi1 fi/100 ran 7200"]);
    let timeline = look(&fleet);
    assert_eq!(timeline.stories[0].verdict(), Verdict::Unknown);
    assert_eq!(timeline.stories[0].took(NOW), None);
}

#[test]
fn two_lists_tell_of_one_task_and_the_end_counts() {
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        set(&mut pve.tasks, vec![task("a", "fi1", "vzdump", "100", NOW.0 - 9000, Some(60))]);
        let node = pve.nodes.get_mut(&NodeName::from("fi1")).unwrap();
        set(&mut node.vzdumps, vec![task("a", "fi1", "vzdump", "100", NOW.0 - 9000, None)]);
    });
    assert_eq!(told(&fleet), ["vzdump a fi:fi1 fi/100 ok"]);
}

#[test]
fn a_vzdump_and_its_copies_are_one_story() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        for node in pve.nodes.values_mut() {
            set(&mut node.replication, Vec::new());
        }
        let dumps = vec![
            task("d1", "fi1", "vzdump", "", DUE.0, Some(900)),
            task("d2", "fi2", "vzdump", "101", DUE.0, Some(900)),
        ];
        set(&mut pve.tasks, dumps);
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        set(
            &mut pbs.tasks,
            vec![
                task("b1", "localhost", "backup", "main:vm/100", DUE.0 + 121, Some(60)),
                task("b2", "localhost", "backup", "main:vm/101", DUE.0 + 119, Some(60)),
                task("b9", "localhost", "backup", "main:host/pbs", DUE.0 + 119, Some(60)),
            ],
        );
    });
    let lines = told(&fleet);
    assert_eq!(
        lines[..4],
        [
            // Guest 200 lives on fi3, where no vzdump is known to have run.
            "copy fi pbs:localhost fi/200 ok +copy",
            "backup b9 pbs:localhost main:host/pbs ok",
            "vzdump d1 fi:fi1 - ok [backup b1 pbs:localhost fi/100 ok +copy]",
            "vzdump d2 fi:fi2 fi/101 ok [backup b2 pbs:localhost fi/101 ok +copy]",
        ]
    );
    assert_eq!(lines.len(), 10, "copies of the nights before have no task: {lines:#?}");
}

#[test]
fn a_copy_that_a_sync_job_carried_belongs_to_the_story_of_the_first() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        for node in pve.nodes.values_mut() {
            set(&mut node.replication, Vec::new());
        }
        set(&mut pve.tasks, vec![task("d1", "fi1", "vzdump", "100", DUE.0, Some(900))]);
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let mut other = pbs.stores.values().next().unwrap().clone();
        for copies in other.copies.values_mut() {
            change(copies, |groups| groups.retain(|group| *group.id == *"100"));
        }
        pbs.stores.insert("archive".into(), other);
    });
    let lines = told(&fleet);
    let dump = lines.iter().find(|line| line.starts_with("vzdump")).unwrap();
    assert_eq!(dump.matches("copy fi pbs:localhost fi/100 ok +copy").count(), 2, "{dump}");
    let older: Vec<_> = lines.iter().filter(|line| line.contains("fi/100")).collect();
    assert_eq!(older.len(), 3, "{lines:#?}");
    assert!(older[1].ends_with("[copy fi pbs:localhost fi/100 ok +copy]"), "{}", older[1]);
}

#[test]
fn good_runs_that_a_node_began_together_are_one_story() {
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        let mut known = crate::judge::sample::pve_elsewhere();
        let mut states = known.nodes.remove(&NodeName::from("fi1")).unwrap().replication;
        let mut jobs = (*known.replication.value.unwrap()).clone();
        change(&mut states, |states| {
            for n in 1..5 {
                let mut state = states[0].clone();
                state.id = format!("100-{n}").into();
                // The last one failed, which is told beside.
                state.fail_count = u32::from(n == 4);
                state.error = (n == 4).then(|| "no space".into());
                states.push(state);
                jobs.push(crate::fleet::pve::replication::ReplicationJob {
                    id: format!("100-{n}").into(),
                    ..jobs[0].clone()
                });
            }
        });
        pve.nodes.get_mut(&NodeName::from("fi1")).unwrap().replication = states;
        change(&mut pve.replication, |all| *all = jobs.clone());
    });
    let lines = told(&fleet);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines.iter().any(|l| l.starts_with("round fi1 fi:fi1 - ok [run 100-0")), "{lines:#?}");
    assert!(lines.iter().any(|l| l == "run 100-4 fi:fi1 fi/100 Error(\"no space\")"), "{lines:#?}");
}

#[test]
fn a_run_that_was_killed_did_not_go_well() {
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        let mut known = crate::judge::sample::pve_elsewhere();
        let mut states = known.nodes.remove(&NodeName::from("fi1")).unwrap().replication;
        let mut jobs = (*known.replication.value.unwrap()).clone();
        change(&mut states, |states| {
            let good = states[0].last_sync.unwrap();
            for n in 1..5 {
                let mut state = states[0].clone();
                state.id = format!("100-{n}").into();
                // All began together, and one never ended.
                state.last_try = Some(good.plus(600));
                state.last_sync = if n == 4 { Some(good) } else { state.last_try };
                states.push(state);
                jobs.push(crate::fleet::pve::replication::ReplicationJob {
                    id: format!("100-{n}").into(),
                    ..jobs[0].clone()
                });
            }
        });
        pve.nodes.get_mut(&NodeName::from("fi1")).unwrap().replication = states;
        change(&mut pve.replication, |all| *all = jobs.clone());
    });
    let timeline = look(&fleet);
    let of = |n: &str| timeline.stories.iter().find(|s| s.id.deed == Deed::Run(n.into())).unwrap();
    assert_eq!(of("100-4").state, State::Ended(TaskResult::Unknown));
    assert!(!of("100-4").is_part, "no round hides it");
    assert_eq!(of("100-1").state, State::Ended(TaskResult::Ok));
}

#[test]
fn failures_are_marked_and_the_good_run_before_is_told() {
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        let node = pve.nodes.get_mut(&NodeName::from("fi1")).unwrap();
        let mut known = crate::judge::sample::pve_elsewhere();
        let mut states = known.nodes.remove(&NodeName::from("fi1")).unwrap().replication;
        change(&mut states, |states| {
            states[0].last_try = Some(NOW.minus(60));
            states[0].last_sync = Some(NOW.minus(7200));
            states[0].fail_count = 3;
            states[0].error = Some("no space left".into());
        });
        node.replication = states;
    });
    let timeline = look(&fleet);
    let lines: Vec<_> = timeline.outer().map(|(_, s)| spell(&timeline, s)).collect();
    assert_eq!(
        lines,
        ["run 100-0 fi:fi1 fi/100 Error(\"no space left\")", "run 100-0 fi:fi1 fi/100 ok"]
    );
    let verdicts: Vec<_> = timeline.stories.iter().map(Story::verdict).collect();
    assert_eq!(verdicts, [Verdict::Warning, Verdict::Ok]);
    assert_eq!(timeline.stories[0].target, Some("fi2".into()));
    assert_eq!(timeline.stories[0].took(NOW), Some(4));
    assert_eq!(timeline.stories[1].took(NOW), None, "it is the last attempt that is measured");
}

#[test]
fn the_group_in_a_task_of_a_pbs() {
    assert_eq!(group_of("main:vm/100"), Some(("main", BackupType::Vm, "100")));
    assert_eq!(group_of("main:a/b/ct/7"), Some(("main", BackupType::Ct, "7")));
    for other in ["", "main", "main:vm", "main:v-daily", "x:y/z"] {
        assert_eq!(group_of(other), None, "{other}");
    }
}

proptest! {
    #[test]
    fn every_part_is_told_once_and_nothing_is_lost(
        dumps in proptest::collection::vec((0_i64..5, 0_u32..4, any::<bool>()), 0..6),
        backups in proptest::collection::vec((0_i64..6000, 0_u32..4, any::<bool>()), 0..8),
    ) {
        let mut fleet = quiet();
        let ids = ["", "100", "101", "200"];
        edit_pve(&mut fleet, "fi", |pve| {
            let of = |(i, (at, id, ended)): (usize, &(i64, u32, bool))| {
                let start = DUE.0 + at * 1000;
                let node = ["fi1", "fi2", "fi3"][i % 3];
                task(&format!("d{i}"), node, "vzdump", ids[*id as usize], start, ended.then_some(600))
            };
            set(&mut pve.tasks, dumps.iter().enumerate().map(of).collect());
        });
        edit_pbs(&mut fleet, "pbs", |pbs| {
            let of = |(i, (at, id, ended)): (usize, &(i64, u32, bool))| {
                let group = ["main:vm/100", "main:vm/101", "main:ct/200", "main:vm/9"][*id as usize];
                let took = ended.then_some(60);
                task(&format!("b{i}"), "localhost", "backup", group, DUE.0 + at, took)
            };
            set(&mut pbs.tasks, backups.iter().enumerate().map(of).collect());
        });
        let timeline = look(&fleet);
        prop_assert_eq!(timeline.stories.len(), dumps.len() + backups.len());
        let mut seen = vec![0; timeline.stories.len()];
        for (at, story) in timeline.outer() {
            seen[at as usize] += 1;
            for part in &story.parts {
                prop_assert!(timeline.stories[*part as usize].is_part);
                seen[*part as usize] += 1;
            }
        }
        prop_assert!(seen.iter().all(|n| *n == 1), "{:?}", seen);
        let running: Vec<bool> = timeline.outer().map(|(_, s)| s.is_running()).collect();
        prop_assert!(running.is_sorted_by(|a, b| a >= b), "{:?}", running);
    }
}

#[test]
fn what_failed_or_warned_needs_a_look() {
    use TaskResult::{Error, Ok, Unknown, Warnings};
    let mut fleet = quiet();
    edit_pve(&mut fleet, "fi", |pve| {
        set(&mut pve.tasks, vec![task("a", "fi1", "vzdump", "100", NOW.0 - 60, None)]);
    });
    let mut story = look(&fleet).stories[0].clone();
    for (state, verdict) in [
        (State::Running, Verdict::Ok),
        (State::RanAt(None), Verdict::Unknown),
        (State::Ended(Ok), Verdict::Ok),
        (State::Ended(Warnings(1)), Verdict::Warning),
        (State::Ended(Error("no space".into())), Verdict::Warning),
        (State::Ended(Unknown), Verdict::Unknown),
    ] {
        story.state = state;
        assert_eq!(story.verdict(), verdict, "{:?}", story.state);
    }
}
