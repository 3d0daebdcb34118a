//! Clocks that are off, theirs and ours, and time that does not go on as it should.

use vigie::fleet::time::Epoch;
use vigie::judge::rows::{Judged, SourceState as Is};

use super::recovered;
use crate::bed::{Bed, source_row, two_sites};

const HOUR: i64 = 3_600;

/// What is said but notices.
fn told(bed: &Bed, judged: &Judged) -> Vec<String> {
    bed.said(judged).into_iter().filter(|line| !line.starts_with("notice")).collect()
}

fn ages(judged: &Judged) -> Vec<i64> {
    let guests = judged.sites.iter().flat_map(|site| &site.guests);
    guests.map(|row| row.backup.age.unwrap()).collect()
}

/// An hour in both directions, at a cluster, a backup server and here: told once, of whoever is off,
/// with by how much; no age is an hour off, and nothing that is due is due sooner or later.
#[test]
fn a_clock_that_is_an_hour_off() {
    for hour in [-HOUR, HOUR] {
        for who in ["alone", "pbs", "viewer"] {
            let what = format!("{who} by {hour}");
            let mut bed = Bed::new(two_sites());
            let right = ages(&bed.look());
            let skew = |bed: &mut Bed, by: i64| {
                bed.federation.edit(|fleet| match who {
                    "alone" => fleet.cluster_mut("alone").unwrap().skew = by,
                    "pbs" => fleet.pbs_mut("pbs").unwrap().skew = by,
                    _ => {}
                });
                if who == "viewer" {
                    bed.our_skew = by;
                }
            };
            skew(&mut bed, hour);
            let judged = bed.look();
            let line = match who {
                "viewer" => "warning source.clock-skew viewer".to_owned(),
                source => format!("warning source.clock-skew source/{source}"),
            };
            assert_eq!(told(&bed, &judged), [line], "{what}");
            let problem = judged.problems.iter().find(|p| p.code.as_str() == "source.clock-skew");
            let value = problem.unwrap().facts.value.unwrap();
            // Server minus ours: of ours the other way round.
            let expected = if who == "viewer" { -hour } else { hour };
            assert!((value - expected as f64).abs() < 5.0, "{what}: {value}");
            let off = |(found, right): (i64, &i64)| (found - right).abs();
            // Of a host whose clock is late the job runs late: its copies are as young as they say.
            let same = if who == "alone" { 4 } else { right.len() };
            let worst = ages(&judged).into_iter().zip(&right).take(same).map(off).max().unwrap();
            assert!(worst <= 60, "{what}: an age is {worst} s off");
            for source in ["pve", "alone", "pbs"] {
                let row = source_row(&judged, source);
                assert_eq!((row.state, row.complete), (Is::Fresh, true), "{what}: {row:?}");
            }
            skew(&mut bed, 0);
            let judged = bed.look();
            recovered(&bed, &judged, "alone", &what);
        }
    }
}

/// Our own clock is set back while nobody looks: what was seen in the future is not taken for new.
/// The next look is as ever, and so is the one after the clock is right again.
#[test]
fn our_time_that_goes_back() {
    for back in [90, HOUR, 86_400, 400 * 86_400] {
        let mut bed = Bed::new(two_sites());
        bed.look();
        let seen = bed.survey("alone").link.answered.unwrap();
        bed.our_skew = -back;
        let judged = bed.judge();
        for source in ["pve", "alone", "pbs"] {
            let row = source_row(&judged, source);
            assert_eq!(row.state, Is::Stale, "{back}: what was seen later proves nothing: {row:?}");
        }
        let judged = bed.look();
        assert_eq!(told(&bed, &judged), ["warning source.clock-skew viewer"], "{back}");
        let again = bed.survey("alone").link.answered.unwrap();
        assert!(again < seen && again > Epoch(0), "{back}");
        bed.our_skew = 0;
        let judged = bed.look();
        recovered(&bed, &judged, "alone", "our clock that was set back");
    }
}

/// Theirs and ours go back together, as after a wrong time server: copies from the future are there,
/// and nothing is late.
#[test]
fn all_time_that_goes_back() {
    let mut bed = Bed::new(two_sites());
    let before = bed.look();
    bed.clock.advance(-2 * HOUR);
    let judged = bed.look();
    assert_eq!(told(&bed, &judged), [""; 0]);
    assert_eq!(ages(&judged).len(), ages(&before).len());
    assert!(ages(&judged).iter().all(|age| *age >= 0), "{:?}", ages(&judged));
    bed.clock.advance(2 * HOUR);
    let judged = bed.look();
    recovered(&bed, &judged, "alone", "time that went back");
}
