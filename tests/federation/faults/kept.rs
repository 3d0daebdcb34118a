//! Connections that are kept and closed all the same: that costs a connection, and is no fault of
//! anybody's.

use vigie::simulate::Fault;

use super::recovered;
use crate::bed::{Bed, two_sites};

/// Nothing is said, nothing is missing, nothing is asked more often than that.
fn costs_connections_only(what: &str, fault: &Fault) {
    let mut bed = Bed::new(two_sites());
    bed.look();
    for source in ["pve", "alone", "pbs"] {
        let opened = |bed: &Bed| bed.source(source).connections();
        bed.federation.forget_requests();
        let before = opened(&bed);
        bed.look();
        let (usual, asked) = (opened(&bed) - before, bed.source(source).requests().len());
        bed.source(source).set(fault);
        bed.federation.forget_requests();
        let before = opened(&bed);
        let judged = bed.look();
        let (found, again) = (opened(&bed) - before, bed.source(source).requests().len());
        bed.source(source).clear();
        recovered(&bed, &judged, source, what);
        assert!(found > usual + 2, "{what} of {source}: {found} connections instead of {usual}");
        // A probe and a round may fall together or not.
        assert!(again.abs_diff(asked) <= 6, "{what} of {source}: {again} answers, not {asked}");
        let judged = bed.look();
        recovered(&bed, &judged, source, what);
    }
}

#[test]
fn a_connection_that_is_closed_between_two_requests() {
    costs_connections_only("closed between", &Fault::CloseAfter);
}

/// All that are kept are found closed, one after the other.
#[test]
fn a_connection_that_is_closed_instead_of_an_answer() {
    costs_connections_only("closed instead", &Fault::CloseInstead);
}

/// And in the middle of one: that answer is cut, and read again with the next round.
#[test]
fn a_connection_that_is_closed_in_the_middle_of_an_answer() {
    let mut bed = Bed::new(two_sites());
    bed.look();
    for at in [0, 1, 40] {
        bed.source("alone").set_on("/nodes/alone/status", &Fault::Cut(at));
        let judged = bed.look();
        bed.source("alone").clear();
        let said = bed.said(&judged);
        let line = "unknown source.partial source/alone (/nodes/alone/status)";
        assert!(said.contains(line), "{at}: {said:?}");
        let judged = bed.look();
        recovered(&bed, &judged, "alone", "an answer that was cut");
    }
}
