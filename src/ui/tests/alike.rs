//! What many things of one source say in the same words stands as one row, which opens to them.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::alike::in_common;
use super::super::cx::Cx;
use super::super::sample::{HOUR, Mood, NOW, fi, problem, skin, state};
use super::{drawn, press, text};
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::problem::{Facts, Severity};
use crate::judge::{Judged, Problem};
use crate::state::{AlikeId, Item, ProblemId, RowId, Section, State, Tab, View};
use crate::theme::{Depth, GlyphSet};
use crate::update::{Event, update};

const SAID: &str = "every way back is at the same site";

fn frame(state: &State) -> String {
    text(&drawn(state, state.size, GlyphSet::Full).0)
}

/// Draws, and lets the state know of it, as the program does.
fn settle(state: &mut State) -> String {
    let (buf, drawn) = drawn(state, state.size, GlyphSet::Full);
    state.settle(drawn);
    text(&buf)
}

fn of_guest(code: Code, severity: Severity, vmid: u32, facts: Facts) -> Problem {
    problem(code, severity, "helsinki", Subject::guest(&fi(), vmid), facts)
}

/// The only ways back of a guest are at its own site.
fn at_home(vmid: u32) -> Problem {
    let facts = Facts { count: Some(2), ..Facts::default() };
    let detail = Some("site".into());
    Problem { detail, ..of_guest(Code::RecoveryFragile, Severity::Warning, vmid, facts) }
}

fn late(vmid: u32, hours: i64) -> Problem {
    let facts = Facts {
        due: Some(NOW.minus(10 * HOUR)),
        newest: Some(NOW.minus(hours * HOUR)),
        ..Facts::default()
    };
    let since = Some(NOW.minus(hours * HOUR - 24 * HOUR));
    Problem { since, ..of_guest(Code::BackupLate, Severity::Critical, vmid, facts) }
}

fn know(state: &mut State, problems: Vec<Problem>) {
    let mut judged: Judged = (*state.judged).clone();
    judged.notices.clear();
    judged.problems = problems;
    judged.problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    update(state, Event::Judged(Arc::new(judged).into()));
}

fn fleet(size: (u16, u16), tab: Tab, problems: Vec<Problem>) -> State {
    let mut state = state(Mood::Healthy, size, View::Tab(tab));
    know(&mut state, problems);
    settle(&mut state);
    state
}

/// A late backup, 17 guests whose ways back are all at their site, and a node's certificate.
fn many() -> Vec<Problem> {
    let node = Subject::Node(fi(), "fi2".into());
    let ends = Facts { at: Some(NOW.plus(9 * 24 * HOUR + 60)), ..Facts::default() };
    let certificate = problem(Code::NodeCertificate, Severity::Warning, "helsinki", node, ends);
    let mut all = vec![late(117, 26), certificate];
    all.extend((101..118).map(at_home));
    all
}

/// The row on which the cursor is.
fn cursor(state: &State) -> RowId {
    state.selected().expect("a row").id()
}

fn row_of(problem: &Problem) -> RowId {
    RowId::Problem(ProblemId::of(problem))
}

#[test]
fn many_that_say_the_same_are_one_row_that_opens_to_them() {
    for tab in [Tab::Problems, Tab::Fleet] {
        let mut state = fleet((80, 24), tab, many());
        let folded = settle(&mut state);
        assert_eq!(folded.matches(SAID).count(), 1, "{folded}");
        assert!(folded.contains("17 guests"), "{folded}");
        assert!(folded.contains("18 warning"), "problems are counted, not rows: {folded}");
        assert!(!folded.contains(" of "), "nothing is hidden: {folded}");
        // Who looks for one of them finds it, alone.
        press(&mut state, "/");
        update(&mut state, Event::Paste("guest:104".into()));
        let sought = settle(&mut state);
        assert_eq!(sought.matches(SAID).count(), 1, "{sought}");
        assert!(!sought.contains("17 guests") && sought.contains("1 of "), "{sought}");
        press(&mut state, "Esc");
        assert!(settle(&mut state).contains("17 guests"));
    }
    let mut state = fleet((80, 24), Tab::Problems, many());
    insta::assert_snapshot!("alike-80x24", frame(&state));
    press(&mut state, "j j");
    assert_eq!(cursor(&state), RowId::Alike(Arc::new(AlikeId::of(&at_home(101)))));
    for key in ["Enter", "Right"] {
        press(&mut state, key);
        assert!(matches!(state.page().view, View::Alike(_)), "{:?}", state.page().view);
        let open = settle(&mut state);
        insta::assert_snapshot!("alike-open-80x24", open);
        assert_eq!(state.page().listing.len(), 17);
        press(&mut state, "Esc");
        settle(&mut state);
    }
    press(&mut state, "Enter");
    settle(&mut state);
    press(&mut state, "j Enter");
    assert_eq!(state.page().view, View::Problem(ProblemId::of(&at_home(102))));
    // Beside the list of a wide window stands what opening it would show.
    let mut wide = fleet((200, 60), Tab::Problems, many());
    press(&mut wide, "j j");
    insta::assert_snapshot!("alike-200x60", settle(&mut wide));
    for size in [(40, 10), (120, 40)] {
        let mut state = fleet(size, Tab::Problems, many());
        press(&mut state, "j j");
        insta::assert_snapshot!(format!("alike-{}x{}", size.0, size.1), settle(&mut state));
    }
}

#[test]
fn a_few_stand_alone_and_a_worse_one_is_seen() {
    let mut few: Vec<Problem> = (101..104).map(at_home).collect();
    let state = fleet((80, 24), Tab::Problems, few.clone());
    assert_eq!(frame(&state).matches(SAID).count(), 3, "{}", frame(&state));
    few.push(Problem { severity: Severity::Critical, ..at_home(104) });
    let state = fleet((80, 24), Tab::Problems, few.clone());
    assert_eq!(frame(&state).matches(SAID).count(), 4, "{}", frame(&state));
    // Other words, another source, another site: not the same.
    let other = |vmid| Problem { detail: None, ..at_home(vmid) };
    few.extend((105..107).map(other));
    let elsewhere = |vmid| Problem { site: Some("orizom".into()), ..at_home(vmid) };
    few.extend((107..109).map(elsewhere));
    let state = fleet((80, 24), Tab::Problems, few);
    assert!(!frame(&state).contains("guests  "), "{}", frame(&state));
    assert_eq!(state.page().listing.len(), 8);
}

#[test]
fn where_numbers_differ_only_what_all_say_is_said() {
    let late = |hours: &[i64]| -> Vec<Problem> {
        (101..).zip(hours).map(|(vmid, hours)| late(vmid, *hours)).collect()
    };
    let state = fleet((120, 40), Tab::Problems, late(&[26, 50, 27, 74]));
    let told = frame(&state);
    assert!(told.contains("backup late: due 02:04, newest copy …"), "{told}");
    assert!(told.contains("101 "), "whose it is, as far as there is room: {told}");
    let row = told.lines().find(|line| line.contains("4 guests")).expect("a row").trim_end();
    assert!(row.ends_with(" 2d"), "since the first began: {row}");
    let state = fleet((120, 40), Tab::Problems, late(&[26, 26, 26, 26]));
    assert!(frame(&state).contains("newest copy 26h old  "), "{}", frame(&state));
    // One of which it is not known when it began: then it is not known.
    let mut unsure = late(&[26, 50, 27, 74]);
    unsure[1].since = None;
    let state = fleet((120, 40), Tab::Problems, unsure);
    let told = frame(&state);
    let row = told.lines().find(|line| line.contains("4 guests")).expect("a row").trim_end();
    assert!(row.ends_with('?'), "{row}");
}

#[test]
fn the_selection_stays_while_others_come_and_go() {
    let base = |vmids: std::ops::Range<u32>| -> Vec<Problem> {
        std::iter::once(late(117, 26)).chain(vmids.map(at_home)).collect()
    };
    let together = RowId::Alike(Arc::new(AlikeId::of(&at_home(101))));
    let mut state = fleet((80, 24), Tab::Problems, base(101..110));
    press(&mut state, "j");
    assert_eq!(cursor(&state), together);
    // The first of them is gone, others come: it is the same row.
    know(&mut state, base(103..125));
    assert_eq!(cursor(&state), together);
    // Too few are left: the first of these.
    know(&mut state, base(104..107));
    assert_eq!(cursor(&state), row_of(&at_home(104)));
    // One that was chosen while it stood alone is chosen again when it does once more.
    press(&mut state, "j");
    assert_eq!(cursor(&state), row_of(&at_home(105)));
    know(&mut state, base(101..120));
    assert_eq!(cursor(&state), together);
    know(&mut state, base(104..107));
    assert_eq!(cursor(&state), row_of(&at_home(105)));
    // What is open goes on while there is one left, and says so when it is over.
    know(&mut state, base(101..120));
    press(&mut state, "Enter");
    settle(&mut state);
    press(&mut state, "j");
    let chosen = cursor(&state);
    know(&mut state, base(102..104));
    assert_eq!((cursor(&state), state.page().listing.len()), (chosen, 2));
    know(&mut state, base(101..101));
    assert!(settle(&mut state).contains("over"), "{}", frame(&state));
    press(&mut state, "Esc");
    assert_eq!(cursor(&state), row_of(&late(117, 26)));
}

#[test]
fn the_next_problem_is_a_single_one() {
    let mut state = fleet((80, 24), Tab::Problems, many());
    press(&mut state, "Enter n n");
    assert_eq!(state.page().view, View::Problem(ProblemId::of(&at_home(101))));
    press(&mut state, "n");
    assert_eq!(state.page().view, View::Problem(ProblemId::of(&at_home(102))));
    // One comes back to the row in which it stands.
    press(&mut state, "Esc");
    assert_eq!(cursor(&state), RowId::Alike(Arc::new(AlikeId::of(&at_home(101)))));
    // From within, beyond the last of them, the list of all is what one comes back to.
    press(&mut state, "Enter");
    settle(&mut state);
    press(&mut state, "Enter N");
    let before = state.page().view.clone();
    assert!(matches!(&before, View::Problem(id) if id.code == Code::NodeCertificate), "{before:?}");
    press(&mut state, "Esc");
    assert_eq!(state.page().view, View::Tab(Tab::Problems));
}

#[test]
fn what_is_copied_names_them() {
    use crate::state::Copying;
    use crate::ui::copy;
    let mut state = fleet((80, 24), Tab::Problems, many());
    press(&mut state, "j j");
    let skin = skin(Depth::Rgb, GlyphSet::Full);
    let row = copy(&state, &skin, Copying::Row).expect("a row");
    assert_eq!(row, format!("warning: 17 guests, site helsinki: {SAID}"));
    let summary = copy(&state, &skin, Copying::Summary).expect("a summary");
    assert!(summary.contains("17 guests") && summary.contains("104"), "{summary}");
    assert!(summary.contains("5 more"), "{summary}");
    press(&mut state, "e");
    assert!(frame(&state).contains("recovery.fragile"), "{}", frame(&state));
}

/// Two ages, a share, a number, the server's words, names.
type Told = (Option<i64>, Option<i64>, Option<f64>, Option<u32>, Option<String>, Vec<String>);

/// Problems of a few kinds, with facts of their own.
fn problems() -> impl Strategy<Value = Vec<Problem>> {
    let codes = [
        Code::RecoveryFragile,
        Code::BackupLate,
        Code::BackupFailed,
        Code::BackupUncovered,
        Code::ReplicationLate,
        Code::ReplicationFailing,
        Code::GuestLock,
        Code::StorageFull,
        Code::StorageOffline,
        Code::BackupPartial,
        Code::BackupOrphan,
    ];
    let severities = [Severity::Warning, Severity::Unknown, Severity::Critical];
    let facts = (
        proptest::option::of(0..100 * HOUR),
        proptest::option::of(0..40 * HOUR),
        proptest::option::of(0.0..1.0_f64),
        proptest::option::of(0..4_u32),
        proptest::option::of("[ab]( [ab])?"),
        proptest::collection::vec("[ab]", 0..4),
    );
    let one = (0..codes.len(), 0..severities.len(), any::<bool>(), facts);
    proptest::collection::vec(one, 0..40).prop_map(move |all| {
        let made = |(at, (code, severity, moved, facts)): (u32, (usize, usize, bool, Told))| {
            let (newest, due, value, count, told, names) = facts;
            let facts = Facts {
                newest: newest.map(|age| NOW.minus(age)),
                due: due.map(|age| NOW.minus(age)),
                value,
                count,
                text: told.map(Into::into),
                names: names.into_iter().map(Into::into).collect(),
                other: moved.then(|| "fi2".into()),
                ..Facts::default()
            };
            let since = due.map(|age| NOW.minus(age));
            let made = of_guest(codes[code], severities[severity], 100 + at, facts);
            Problem { since, ..made }
        };
        (0..).zip(all).map(made).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_problem_is_told_once_whatever_stands_together(all in problems()) {
        let mut state = fleet((80, 24), Tab::Problems, all.clone());
        let listing = &state.page().listing;
        prop_assert_eq!(listing.told(), all.len());
        prop_assert_eq!(listing.total(), all.len());
        let skin = skin(Depth::Rgb, GlyphSet::Full);
        let cx = Cx::new(&state, &skin);
        let mut told = BTreeSet::new();
        let span = listing.spans().iter().find(|s| s.section == Section::Problems).unwrap();
        let mut folds = Vec::new();
        for shown in listing.rows(span, 0, usize::MAX) {
            match shown.row.item(&state.judged).unwrap() {
                Item::Problem(problem) => {
                    prop_assert!(told.insert(ProblemId::of(problem)));
                }
                Item::Alike(problem, count) => {
                    let id = AlikeId::of(problem);
                    let members = super::super::alike::members(&cx, &id);
                    prop_assert_eq!(members.len(), count);
                    // What is said of all is what each of them begins with.
                    let bounds = super::super::alike::said(&cx, &id).unwrap();
                    prop_assert_eq!(&bounds, &in_common(&cx, &members), "the bounds tell all");
                    if let Some(words) = bounds.strip_suffix(" …") {
                        for member in &members {
                            let said = cx.lang().short(member, &cx.when());
                            prop_assert!(said.starts_with(words), "{} {}", words, said);
                        }
                    }
                    for member in members {
                        prop_assert_eq!(member.severity, problem.severity);
                        prop_assert!(told.insert(ProblemId::of(member)));
                    }
                    folds.push(id);
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
        prop_assert_eq!(told.len(), all.len());
        for id in folds {
            let row = RowId::Alike(Arc::new(id.clone()));
            prop_assert!(state.list_mut().select(&row));
            press(&mut state, "Enter");
            prop_assert_eq!(&state.page().view, &View::Alike(Arc::new(id)));
            frame(&state);
            press(&mut state, "Esc");
        }
        // Where something is sought, each stands alone.
        state.filter("fi");
        prop_assert_eq!(state.page().listing.len(), all.len());
    }
}
