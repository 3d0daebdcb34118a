use proptest::prelude::*;

use super::{HOLD, Key, Ledger, News};
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity};
use crate::judge::rows::{Judged, SourceState};
use crate::judge::sample::{NOW, healthy, judged};
use crate::judge::verdict::Verdict;

/// Whether the source of the problems can be asked, whether in whole, and the verdict of the node.
type Sight = (SourceState, bool, Verdict);

const SEEN: Sight = (SourceState::Fresh, true, Verdict::Ok);
const BLIND: Sight = (SourceState::Unreachable, false, Verdict::Unknown);
const IN_PART: Sight = (SourceState::Fresh, false, Verdict::Critical);
const NODE_UNTOLD: Sight = (SourceState::Fresh, true, Verdict::Unknown);

/// A problem of the node fi1; they differ in their detail.
fn problem(which: u8, severity: Severity) -> Problem {
    Problem {
        code: Code::NodeService,
        severity,
        site: Some("helsinki".into()),
        source: Some("fi".into()),
        subject: Subject::Node("fi".into(), "fi1".into()),
        detail: Some(which.to_string().into()),
        facts: Facts::default(),
        since: None,
        evidence: Vec::new(),
        accepted: None,
    }
}

fn at(seconds: i64, problems: &[(u8, Severity)], (state, complete, node): Sight) -> Judged {
    let mut judged = judged(&healthy());
    judged.taken = NOW.plus(seconds);
    judged.problems = problems.iter().map(|(which, how)| problem(*which, *how)).collect();
    for row in judged.sites.iter_mut().flat_map(|site| &mut site.sources) {
        if row.name.as_str() == "fi" {
            (row.state, row.complete) = (state, complete);
        }
    }
    for row in judged.sites.iter_mut().flat_map(|site| &mut site.nodes) {
        if row.name.as_str() == "fi1" {
            row.verdict = node;
        }
    }
    judged
}

/// `+1c`: problem 1 is said to be critical; `1w>c`: it is worse; `-1`: over; `?1`: untold.
fn short(news: &[News]) -> String {
    let letter = |severity| match severity {
        Severity::Critical => 'c',
        Severity::Unknown => 'u',
        Severity::Warning => 'w',
        Severity::Notice => 'n',
    };
    let name = |problem: &Problem| problem.detail.clone().unwrap();
    let said = news.iter().map(|news| match news {
        News::Wrong(p) => format!("+{}{}", name(p), letter(p.severity)),
        News::Changed(from, p) => format!("{}{}>{}", name(p), letter(*from), letter(p.severity)),
        News::Over(p) => format!("-{}", name(p)),
        News::Untold(source, problems) => {
            assert_eq!(source.as_str(), "fi");
            let names: Vec<String> = problems.iter().map(|p| name(p).to_string()).collect();
            format!("?{}", names.join(","))
        }
    });
    said.collect::<Vec<_>>().join(" ")
}

/// What is said at each of some moments, seconds after what was said first.
#[test]
fn only_what_changes_is_said() {
    use Severity::{Critical as C, Unknown as U, Warning as W};
    type Moment<'a> = (i64, &'a [(u8, Severity)], Sight, &'a str);
    let stories: [&[Moment<'_>]; 10] = [
        // Nothing new.
        &[(15, &[(1, C)], SEEN, ""), (300, &[(1, C)], SEEN, "")],
        // What is new is said at once, the worst first, and what is not known as well.
        &[(1, &[(2, C), (3, U), (1, C), (4, W)], SEEN, "+2c +3u +4w")],
        // Over is said when it has been so for a round, and once.
        &[(10, &[], SEEN, ""), (24, &[], SEEN, ""), (25, &[], SEEN, "-1"), (90, &[], SEEN, "")],
        // What is back within a round is not said twice.
        &[(10, &[], SEEN, ""), (20, &[(1, C)], SEEN, ""), (60, &[(1, C)], SEEN, "")],
        // Each time it is gone counts anew.
        &[
            (10, &[], SEEN, ""),
            (20, &[(1, C)], SEEN, ""),
            (26, &[], SEEN, ""),
            (41, &[], SEEN, "-1"),
        ],
        // Less bad waits, worse does not.
        &[(5, &[(1, W)], SEEN, ""), (20, &[(1, W)], SEEN, "1c>w"), (21, &[(1, C)], SEEN, "1w>c")],
        // Where nobody can tell it is not over; then it is, or is there again.
        &[
            (5, &[], BLIND, ""),
            (20, &[], BLIND, "?1"),
            (99, &[], BLIND, ""),
            (100, &[], SEEN, ""),
            (115, &[], SEEN, "-1"),
        ],
        &[(5, &[], BLIND, ""), (20, &[], BLIND, "?1"), (30, &[(1, C)], SEEN, "+1c")],
        // What the row hides is not over either.
        &[(5, &[], IN_PART, ""), (20, &[], IN_PART, "?1")],
        &[(5, &[], NODE_UNTOLD, ""), (20, &[], NODE_UNTOLD, "?1"), (30, &[], SEEN, "")],
    ];
    for (number, story) in stories.iter().enumerate() {
        let mut ledger = Ledger::begin(&at(0, &[(1, C)], SEEN));
        for (seconds, problems, sight, expected) in *story {
            let said = short(&ledger.take(&at(*seconds, problems, *sight)));
            assert_eq!(said, *expected, "story {number}, second {seconds}");
        }
    }
}

#[test]
fn how_a_source_is_reached_is_known_from_trying() {
    let of_source = |code| {
        let subject = Subject::Source("fi".into());
        Problem { code, subject, detail: None, ..problem(1, Severity::Unknown) }
    };
    let mut before = at(0, &[], BLIND);
    before.problems = vec![of_source(Code::SourceUnreachable)];
    let mut ledger = Ledger::begin(&before);
    // Now it answers, and its certificate is not trusted.
    let mut after = at(1, &[], (SourceState::Untrusted, false, Verdict::Unknown));
    after.problems = vec![of_source(Code::SourceUntrusted)];
    assert!(matches!(&*ledger.take(&after), [News::Wrong(p)] if p.code == Code::SourceUntrusted));
    after.taken = NOW.plus(16);
    assert!(matches!(&*ledger.take(&after), [News::Over(p)] if p.code == Code::SourceUnreachable));
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_back_for_ever() {
    let mut ledger = Ledger::begin(&at(0, &[(1, Severity::Critical)], SEEN));
    assert_eq!(short(&ledger.take(&at(5, &[], SEEN))), "");
    assert_eq!(short(&ledger.take(&at(-3600, &[], SEEN))), "");
    assert_eq!(short(&ledger.take(&at(-3600 + HOLD, &[], SEEN))), "-1");
}

fn severity() -> impl Strategy<Value = Severity> {
    prop_oneof![Just(Severity::Critical), Just(Severity::Unknown), Just(Severity::Warning)]
}

fn moment() -> impl Strategy<Value = (i64, Vec<(u8, Severity)>, Sight)> {
    let problems = proptest::collection::btree_map(0_u8..5, severity(), 0..5);
    let sight = prop_oneof![Just(SEEN), Just(BLIND), Just(IN_PART), Just(NODE_UNTOLD)];
    (0_i64..40, problems, sight)
        .prop_map(|(later, problems, sight)| (later, problems.into_iter().collect(), sight))
}

/// What somebody thinks who has heard all of it: what is wrong and how bad; none for what nobody
/// can tell.
fn heard(mind: &mut std::collections::BTreeMap<Key, Option<Severity>>, news: &[News]) {
    for news in news {
        match news {
            News::Wrong(p) => {
                let before = mind.insert(Key::of(p), Some(p.severity));
                assert!(!matches!(before, Some(Some(_))), "it was said already");
            }
            News::Changed(from, p) => {
                assert_eq!(mind.insert(Key::of(p), Some(p.severity)), Some(Some(*from)));
            }
            News::Untold(_, problems) => {
                for p in problems {
                    assert!(matches!(mind.insert(Key::of(p), None), Some(Some(_))));
                }
            }
            News::Over(p) => assert!(mind.remove(&Key::of(p)).is_some()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn who_has_heard_all_of_it_knows_how_it_is(
        first in moment(),
        moments in proptest::collection::vec(moment(), 1..8),
    ) {
        let begun = at(0, &first.1, first.2);
        let mut ledger = Ledger::begin(&begun);
        let mut mind = begun.problems.iter().map(|p| (Key::of(p), Some(p.severity))).collect();
        let mut seconds = 0;
        let mut last = None;
        for (later, problems, sight) in moments {
            seconds += later;
            let judged = at(seconds, &problems, sight);
            heard(&mut mind, &ledger.take(&judged));
            // What is wrong was said, as bad as it is or worse, whatever is still held back.
            for problem in &judged.problems {
                let thought = mind.get(&Key::of(problem)).copied().flatten();
                prop_assert!(thought >= Some(problem.severity), "{problem:?}");
            }
            last = Some((problems, sight));
        }
        // When nothing more happens all comes out within a round, and then nothing more.
        let (problems, sight) = last.unwrap();
        let settled = at(seconds + HOLD, &problems, sight);
        heard(&mut mind, &ledger.take(&settled));
        prop_assert_eq!(ledger.due(), None::<Epoch>);
        prop_assert_eq!(short(&ledger.take(&at(seconds + 9 * HOLD, &problems, sight))), "");
        let present: std::collections::BTreeMap<Key, Severity> =
            settled.problems.iter().map(|p| (Key::of(p), p.severity)).collect();
        for (key, thought) in &mind {
            match thought {
                Some(severity) => prop_assert_eq!(present.get(key), Some(severity)),
                // Nobody can tell: only where that is so.
                None => prop_assert!(sight != SEEN && !present.contains_key(key)),
            }
        }
        for key in present.keys() {
            prop_assert!(mind.contains_key(key));
        }
    }
}
