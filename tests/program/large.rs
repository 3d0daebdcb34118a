//! One datastore with fifty thousand snapshots: read in bounded time and memory.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie::simulate::fleet::SimFleet;

use crate::bed::Bed;

/// Guests, and the copies that are kept of each.
const GUESTS: u32 = 500;
const COPIES: u32 = 100;

/// The program may not take more than 256 MiB of memory of its own, stacks of threads included;
/// where it wants more it is refused, and ends.
#[test]
#[cfg(target_os = "linux")]
fn fifty_thousand_snapshots_in_one_datastore() {
    let bed = Bed::new(SimFleet::scaled(1, GUESTS, COPIES));
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -d 262144; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_vigie")]);
    limited.arg("--config").arg(bed.config());
    limited.args(["report", "--format", "json", "--no-memory", "--timeout", "60"]);
    limited.env_clear().env("HOME", bed.dir.path()).env("TZ", "UTC").env("PATH", "/usr/bin:/bin");
    let began = Instant::now();
    let output = limited.output().unwrap();
    let took = began.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // The patience of the report, and a moment to judge and to print.
    assert!(took < Duration::from_secs(75), "{took:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = |key: &str| -> Vec<Value> {
        let sites = report["sites"].as_array().unwrap().iter();
        sites.flat_map(|site| site[key].as_array().unwrap()).cloned().collect()
    };
    let pbs = all("sources").into_iter().find(|source| source["name"] == "pbs").unwrap();
    assert_eq!(pbs["state"], "fresh", "{pbs}");
    // A simulator that is busy may be late with a configuration; the copies are all there.
    let with_copy = all("guests").iter().filter(|row| row["backup"]["newest"].is_string()).count();
    assert_eq!(with_copy, GUESTS as usize);
}
