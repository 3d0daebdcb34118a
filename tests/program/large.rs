//! One datastore with fifty thousand snapshots: read in bounded time and memory.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vigie::simulate::fleet::SimFleet;

use crate::bed::Bed;

/// Guests, and the copies that are kept of each.
const GUESTS: u32 = 500;
const COPIES: u32 = 100;

/// The most that was ever resident, KiB.
#[cfg(target_os = "linux")]
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn fifty_thousand_snapshots_in_one_datastore() {
    let bed = Bed::new(SimFleet::scaled(1, GUESTS, COPIES));
    // Nothing is remembered: all is read.
    let mut pty = bed.open(80, 24);
    pty.wait_text("500 guests");
    pty.wait_text("all is well");
    #[cfg(target_os = "linux")]
    {
        let peak = peak(pty.pid());
        assert!(peak < 160 << 10, "{peak} KiB");
    }
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    let began = Instant::now();
    let asked = ["report", "--format", "json", "--no-memory", "--timeout", "60"];
    let report: Value = serde_json::from_slice(&bed.run(&asked).stdout).unwrap();
    // A tenth of that where nothing else runs and nothing is checked.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(40), "{took:?}");
    let all = |key: &str| -> Vec<Value> {
        let sites = report["sites"].as_array().unwrap().iter();
        sites.flat_map(|site| site[key].as_array().unwrap()).cloned().collect()
    };
    for source in all("sources") {
        assert_eq!((&source["state"], &source["complete"]), (&json!("fresh"), &json!(true)));
    }
    assert_eq!(all("guests").len(), GUESTS as usize);
    assert!(all("guests").iter().all(|guest| guest["backup"]["verdict"] == "ok"));
}
