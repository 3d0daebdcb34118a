//! A source that answers, and of which nothing can be read: it is not fresh, however it answers and
//! however many endpoints it has.

use std::time::Duration;

use vigie::judge::rows::SourceState as Is;
use vigie::simulate::Fault;

use super::{PATIENCE, recovered};
use crate::bed::{Bed, source_row, two_sites};

/// Answers of which none can be used: too large, too slow, refused, no answers at all.
fn useless() -> Vec<(&'static str, Fault)> {
    vec![
        ("every answer is a flood", Fault::Flood(300 << 20)),
        ("every answer is a bomb", Fault::Bomb(64 << 20)),
        ("every answer is too large", Fault::Huge(17 << 20)),
        ("every answer is an error", Fault::Status(500, "got timeout".into())),
        ("every answer is cut", Fault::Cut(5)),
        ("every answer comes byte by byte", Fault::Trickle(Duration::from_millis(100))),
    ]
}

#[test]
fn a_source_of_which_nothing_can_be_read_is_not_fresh() {
    let mut wrong = Vec::new();
    // One has one endpoint, the other two.
    for source in ["alone", "pve", "pbs"] {
        let mut bed = Bed::new(two_sites());
        bed.look();
        let healthy = bed.fleet.clone();
        for (what, fault) in useless() {
            // A list of snapshots may be as long as that.
            if source == "pbs" && matches!(fault, Fault::Huge(_)) {
                continue;
            }
            bed.fleet = healthy.clone();
            bed.look();
            bed.source(source).set(&fault);
            bed.patience = PATIENCE;
            let judged = bed.look();
            bed.patience = Duration::from_secs(20);
            bed.source(source).clear();
            let row = source_row(&judged, source);
            let said = bed.said(&judged);
            let is_told = |code: &str| {
                said.iter().any(|line| line.starts_with(&format!("unknown {code} source/{source}")))
            };
            let is_right = match row.state {
                Is::Error => is_told("source.error"),
                Is::Unreachable => is_told("source.unreachable"),
                _ => false,
            };
            if !is_right || row.complete {
                wrong.push(format!("{what} of {source}: {:?} {said:?}", row.state));
            }
            let judged = bed.look();
            recovered(&bed, &judged, source, what);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
