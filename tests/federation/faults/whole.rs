//! A source that answers, and of which nothing can be read: it is not fresh, however it answers and
//! however many endpoints it has.

use std::time::Duration;

use vigie::judge::rows::SourceState as Is;
use vigie::simulate::Fault;

use super::{PATIENCE, guests, recovered};
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

/// The first of two endpoints answers every call with an error: the other one is asked, everything
/// is read, and what is told is that one way in is lost.
#[test]
fn an_endpoint_that_only_errs_is_left_for_one_that_is_well() {
    let errors = [
        ("500", Fault::Status(500, "got no worker".into()), "answers with errors only"),
        ("502", Fault::Bare(502, "Bad Gateway".into()), "answers with errors only"),
        ("503", Fault::Bare(503, "Service Unavailable".into()), "answers with errors only"),
        ("595", Fault::Bare(595, "Connection refused".into()), "answers with errors only"),
        ("cut", Fault::Cut(5), "answers with errors only"),
        ("a portal", Fault::Html, "no Proxmox server answers"),
    ];
    let mut bed = Bed::new(two_sites());
    bed.look();
    let healthy = bed.fleet.clone();
    // As after a start, and in the middle of it.
    for (is_known, (what, fault, words)) in errors.iter().flat_map(|e| [(true, e), (false, e)]) {
        bed.fleet = healthy.clone();
        if !is_known {
            bed.configure(str::to_owned);
        }
        bed.source("pve").set_node("pve1", fault);
        let began = bed.now();
        let judged = bed.look();
        let said = bed.said(&judged);
        let said = said.iter().filter(|line| !line.starts_with("notice"));
        let told = format!("warning source.endpoint-down source/pve (pve#0: {words})");
        assert_eq!(said.collect::<Vec<_>>(), [&told], "{what}");
        let row = source_row(&judged, "pve");
        assert_eq!((row.state, row.complete), (Is::Fresh, true), "{what}: {row:?}");
        assert_eq!(row.error, None, "{what}");
        let other = bed.source("pve").addresses()[1].to_string();
        assert_eq!(row.endpoint.as_deref(), Some(&*other), "{what}");
        let seen = bed.survey("pve").pve().unwrap().resources.seen;
        assert!(seen > Some(began), "{what}: all is read anew");
        assert!(guests(&judged, "pve").count() > 2, "{what}");
        for source in ["alone", "pbs"] {
            assert_eq!(source_row(&judged, source).state, Is::Fresh, "{what}: {source}");
        }
        bed.source("pve").clear();
        // It is looked at again after a minute.
        bed.clock.advance(60);
        bed.look();
        let judged = bed.look();
        recovered(&bed, &judged, "pve", what);
    }
}
