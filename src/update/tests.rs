//! Events by example, and at random.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Effects, Event, Mouse, Sent, update};
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::{Judged, Severity, Verdict};
use crate::keymap::{Chord, Context, Key};
use crate::lang::Head;
use crate::state::samples::{NOW, guest, judged, problem, state};
use crate::state::{
    Column, Drawn, Notice, Overlay, Poll, ProblemId, RowId, Section, Sort, State, Tab, View,
};

fn press(state: &mut State, keys: &str) -> Effects {
    let mut last = Effects::default();
    for key in keys.split(' ') {
        last = update(state, Event::Key(key.parse().unwrap()));
    }
    last
}

fn know(state: &mut State, judged: Arc<Judged>) {
    update(state, Event::Judged(judged.into()));
}

fn guest_id(vmid: u32) -> RowId {
    RowId::Subject(Subject::guest(&"fi".into(), vmid))
}

/// Guests of these numbers, all well.
fn guests(vmids: impl IntoIterator<Item = u32>) -> Arc<Judged> {
    judged(vmids.into_iter().map(|id| guest(id, &format!("g{id}"), Verdict::Ok)).collect(), vec![])
}

/// The list of guests on a screen with so many rows.
fn on_guests(judged: Arc<Judged>, lines: u16) -> State {
    let mut state = state();
    know(&mut state, judged);
    press(&mut state, "4");
    draw(&mut state, lines);
    state
}

/// What a drawing would do with the first section.
fn draw(state: &mut State, lines: u16) -> Vec<(u32, bool)> {
    let listing = &state.page().listing;
    let mut drawn = Drawn::default();
    let mut seen = Vec::new();
    for span in listing.spans() {
        drawn.rows(span.section, lines);
        for row in listing.shown(span, lines).1 {
            if let Some(Subject::Guest(key)) = row.row.item(&state.judged).unwrap().subject() {
                seen.push((key.vmid, row.selected));
            }
        }
    }
    state.settle(drawn);
    seen
}

fn line_of_cursor(state: &mut State, lines: u16) -> Option<usize> {
    draw(state, lines).iter().position(|(_, selected)| *selected)
}

#[test]
fn the_cursor_scrolls_only_at_the_edges() {
    let mut state = on_guests(guests(100..200), 5);
    assert_eq!(draw(&mut state, 5)[0], (100, true));
    press(&mut state, "j j j j j j");
    assert_eq!(draw(&mut state, 5).first(), Some(&(102, false)));
    assert_eq!(line_of_cursor(&mut state, 5), Some(4));
    press(&mut state, "k k");
    assert_eq!(line_of_cursor(&mut state, 5), Some(2), "moving back does not scroll");
    press(&mut state, "G");
    assert_eq!(draw(&mut state, 5).last(), Some(&(199, true)));
    assert!(!press(&mut state, "j").draw, "nothing below, nothing to draw");
    press(&mut state, "g PgDn");
    assert_eq!(state.page().listing.selected(), Some(&guest_id(104)));
}

#[test]
fn a_window_of_any_size_holds_the_cursor() {
    let mut state = on_guests(guests(100..200), 5);
    press(&mut state, "G");
    for lines in [1, 2, 50, 100, 300, 3] {
        assert!(line_of_cursor(&mut state, lines).is_some(), "{lines}");
    }
    assert_eq!(draw(&mut state, 300).len(), 100);
    assert_eq!(draw(&mut state, 0).len(), 0);
}

#[test]
fn the_chosen_row_stays_on_its_line_when_others_come_and_go() {
    let mut state = on_guests(guests(100..200), 5);
    press(&mut state, "j j j j j j j k");
    assert_eq!(line_of_cursor(&mut state, 5), Some(3));
    know(&mut state, guests((90..200).filter(|id| id % 7 != 0)));
    assert_eq!(state.page().listing.selected(), Some(&guest_id(106)));
    assert_eq!(line_of_cursor(&mut state, 5), Some(3));
}

#[test]
fn a_row_that_is_gone_leaves_the_cursor_to_its_neighbour() {
    let mut state = on_guests(guests([1, 2, 3, 4]), 5);
    press(&mut state, "j j");
    know(&mut state, guests([1, 2, 4]));
    assert_eq!(state.page().listing.selected(), Some(&guest_id(4)));
    know(&mut state, guests([1]));
    assert_eq!(state.page().listing.selected(), Some(&guest_id(1)));
    know(&mut state, guests([]));
    assert_eq!(state.page().listing.selected(), None);
    assert!(press(&mut state, "Enter").draw, "says that nothing is here");
    assert_eq!(state.said.as_ref().map(|s| &s.notice), Some(&Notice::NothingHere));
}

#[test]
fn until_a_row_is_chosen_the_first_one_is_selected() {
    let mut state = state();
    let one = problem(Code::BackupLate, Severity::Warning, 1);
    let worse = problem(Code::GuestDown, Severity::Critical, 2);
    press(&mut state, "2");
    know(&mut state, judged(vec![], vec![one.clone()]));
    know(&mut state, judged(vec![], vec![worse.clone(), one.clone()]));
    let first = RowId::Problem(ProblemId::of(&worse));
    assert_eq!(state.page().listing.selected(), Some(&first));
    press(&mut state, "j k");
    let worst = problem(Code::ReplicationFailing, Severity::Critical, 1);
    know(&mut state, judged(vec![], vec![worst, worse, one]));
    assert_eq!(state.page().listing.selected(), Some(&first), "chosen now");
}

#[test]
fn the_filter_follows_each_key_and_esc_drops_it() {
    let rows = vec![
        guest(104, "Nextcloud", Verdict::Critical),
        guest(105, "cloud-old", Verdict::Ok),
        guest(117, "mail", Verdict::Ok),
    ];
    let mut state = on_guests(judged(rows, vec![]), 5);
    let seen = |state: &mut State| draw(state, 5).iter().map(|(id, _)| *id).collect::<Vec<_>>();
    press(&mut state, "/ C l o U d");
    assert_eq!(seen(&mut state), [104, 105]);
    press(&mut state, "Space ! o l d");
    assert_eq!(seen(&mut state), [104]);
    press(&mut state, "Enter");
    assert_eq!(Context::of(&state), Context::List);
    assert_eq!(seen(&mut state), [104]);
    press(&mut state, "Esc");
    assert_eq!(seen(&mut state), [104, 105, 117]);
    press(&mut state, "f");
    assert_eq!(seen(&mut state), [104]);
    press(&mut state, "Esc");
    assert_eq!(seen(&mut state), [104, 105, 117]);
    assert!(!press(&mut state, "Esc").draw);
    update(&mut state, Event::Paste("mail".into()));
    assert_eq!(seen(&mut state), [104, 105, 117], "a paste outside the line is not for us");
    press(&mut state, "/");
    update(&mut state, Event::Paste("fi1\n\x1b117 ".into()));
    assert_eq!(seen(&mut state), [117]);
    press(&mut state, "Ctrl-u q");
    assert!(matches!(&state.overlay, Overlay::Filter(line) if line.value() == "q"));
}

#[test]
fn sorted_rows_keep_their_place_until_a_verdict_changes() {
    let with_cpu = |cpus: [f64; 3], verdict: Verdict| {
        let mut rows: Vec<_> =
            (1..=3).map(|id| guest(id, &format!("g{id}"), Verdict::Ok)).collect();
        for (row, cpu) in rows.iter_mut().zip(cpus) {
            row.cpu = Some(cpu);
        }
        rows[0].verdict = verdict;
        judged(rows, vec![])
    };
    let mut state = on_guests(with_cpu([0.1, 0.2, 0.3], Verdict::Ok), 5);
    let seen = |state: &mut State| draw(state, 5).iter().map(|(id, _)| *id).collect::<Vec<_>>();
    let cpu = Some(Column::Under(Head::Cpu));
    while state.page().listing.sort(Section::Guests).column != cpu {
        press(&mut state, "s");
    }
    assert_eq!(seen(&mut state), [3, 2, 1]);
    know(&mut state, with_cpu([0.9, 0.2, 0.3], Verdict::Ok));
    assert_eq!(seen(&mut state), [3, 2, 1], "only a number moved");
    know(&mut state, with_cpu([0.9, 0.2, 0.3], Verdict::Warning));
    assert_eq!(seen(&mut state), [1, 3, 2]);
    press(&mut state, "S");
    assert_eq!(seen(&mut state), [2, 3, 1]);
    let columns = Column::of(Section::Guests).count();
    for (key, back) in [("s", "<"), (">", "<"), ("<", "s")] {
        for _ in 0..=columns {
            press(&mut state, key);
        }
        let sort = state.page().listing.sort(Section::Guests);
        assert_eq!(sort, Sort { column: cpu, reversed: false }, "round and round");
        press(&mut state, key);
        press(&mut state, back);
        assert_eq!(state.page().listing.sort(Section::Guests).column, cpu, "and back");
    }
    press(&mut state, "S");
    assert!(state.page().listing.sort(Section::Guests).reversed);
    assert_eq!(state.page().listing.sort(Section::Sites).column, Some(Column::Verdict));
}

#[test]
fn enter_goes_down_and_esc_comes_back_to_the_same_row() {
    let late = problem(Code::BackupLate, Severity::Critical, 2);
    let down = problem(Code::GuestDown, Severity::Warning, 3);
    let rows = (1..=3).map(|id| guest(id, "g", Verdict::Ok)).collect();
    let mut state = on_guests(judged(rows, vec![late.clone(), down.clone()]), 5);
    press(&mut state, "j Enter");
    assert_eq!(state.page().view, View::Subject(Subject::guest(&"fi".into(), 2)));
    assert_eq!(Context::of(&state), Context::Detail);
    press(&mut state, "l");
    assert_eq!(state.page().view, View::Problem(ProblemId::of(&late)));
    assert_eq!(state.trail().count(), 2);
    press(&mut state, "n");
    assert_eq!(state.page().view, View::Problem(ProblemId::of(&down)));
    press(&mut state, "n");
    assert_eq!(state.page().view, View::Problem(ProblemId::of(&late)), "round and round");
    press(&mut state, "Esc h");
    assert_eq!(state.page().view, View::Tab(Tab::Guests));
    assert_eq!(state.page().listing.selected(), Some(&guest_id(2)));
    press(&mut state, "Enter 5");
    assert_eq!((state.tab(), state.trail().count()), (Tab::Backups, 0));
    press(&mut state, "Tab Tab Tab Tab");
    assert_eq!(state.tab(), Tab::Fleet);
    press(&mut state, "Shift-Tab");
    assert_eq!(state.tab(), Tab::Tasks);
}

#[test]
fn the_trail_leads_back_and_forward_with_row_and_filter() {
    let late = problem(Code::BackupLate, Severity::Critical, 2);
    let rows = (1..=5).map(|id| guest(id, "g", Verdict::Ok)).collect();
    let mut state = on_guests(judged(rows, vec![late.clone()]), 5);
    let place = |state: &State| {
        let page = state.page();
        let row = page.listing.selected().map(|row| format!("{row:?}"));
        (page.view.clone(), page.listing.filter().text().to_owned(), row)
    };
    press(&mut state, "j / g Enter s j j");
    let guests = place(&state);
    assert_eq!(guests.1, "g");
    press(&mut state, "Enter");
    let detail = place(&state);
    press(&mut state, "2 Enter");
    let problem = place(&state);
    assert_eq!(problem.0, View::Problem(ProblemId::of(&late)));
    press(&mut state, "4 / x Enter");
    // Filter and cursor of a list are kept by it; those it had when it was left are the trail's.
    assert_eq!(place(&state).1, "gx");
    press(&mut state, "[");
    assert_eq!(place(&state), problem);
    press(&mut state, "Alt-Left [");
    assert_eq!(place(&state), detail);
    assert_eq!(state.trail().count(), 1, "in the detail, opened from the list");
    press(&mut state, "[");
    assert_eq!(place(&state), guests);
    assert_eq!(
        state.page().listing.sort(Section::Guests).column,
        Some(Column::Under(Head::Site)),
        "as it was sorted"
    );
    press(&mut state, "]");
    assert_eq!(place(&state), detail);
    press(&mut state, "Alt-Right Alt-Right");
    assert_eq!(place(&state), problem);
    press(&mut state, "Esc Esc");
    assert_eq!(place(&state).0, View::Tab(Tab::Problems), "Esc goes up");
    press(&mut state, "]");
    assert_eq!(state.said.as_ref().map(|s| &s.notice), Some(&Notice::NoFurther(true)));
    press(&mut state, "[");
    assert_eq!(place(&state), problem, "and is a step of the trail itself");
    for _ in 0..9 {
        press(&mut state, "[");
    }
    assert_eq!(place(&state).0, View::Tab(Tab::Fleet), "where it began");
    assert_eq!(state.said.as_ref().map(|s| &s.notice), Some(&Notice::NoFurther(false)));
}

#[test]
fn the_trail_is_bounded_and_a_row_that_is_gone_leaves_its_neighbour() {
    let mut state = on_guests(guests(1..=9), 5);
    press(&mut state, "j j 1 4");
    know(&mut state, guests((1..=9).filter(|id| *id != 3)));
    press(&mut state, "[ [");
    assert_eq!(state.page().view, View::Tab(Tab::Guests));
    assert!(state.page().listing.selected().is_some());
    for _ in 0..200 {
        press(&mut state, "1 4");
    }
    let mut steps = 0;
    while state.said.is_none() {
        press(&mut state, "[");
        steps += 1;
        assert!(steps < 100, "without end");
    }
    assert!(steps > 40, "{steps}");
}

#[test]
fn the_next_fault_is_found_or_said_to_be_none() {
    let rows = (1..=9).map(|id| {
        let verdict = if id % 4 == 0 { Verdict::Unknown } else { Verdict::Ok };
        guest(id, "g", verdict)
    });
    let mut state = on_guests(judged(rows.collect(), vec![]), 5);
    assert_eq!(state.page().listing.selected(), Some(&guest_id(4)), "the worst stand first");
    for (key, vmid) in [("n", 8), ("n", 4), ("n", 8), ("N", 4)] {
        press(&mut state, key);
        assert_eq!(state.page().listing.selected(), Some(&guest_id(vmid)), "{key}");
    }
    know(&mut state, guests(1..9));
    press(&mut state, "n");
    assert_eq!(state.said.as_ref().map(|s| &s.notice), Some(&Notice::NoFault));
    assert!(press(&mut state, "x").draw && state.said.is_none(), "any key takes it away");
}

#[test]
fn the_clock_is_seen_only_when_a_label_rolls() {
    let mut state = state();
    let mut drawn = Drawn::default();
    drawn.rolls_at(NOW.plus(30));
    state.settle(drawn);
    for (after, draws) in [(1, false), (29, false), (30, true), (31, true)] {
        let effects = update(&mut state, Event::Clock(NOW.plus(after)));
        assert_eq!(effects, Effects { draw: draws, ..Effects::default() }, "{after}");
    }
    state.settle(Drawn::default());
    assert!(!update(&mut state, Event::Clock(NOW.plus(90))).draw);
    assert!(update(&mut state, Event::Clock(Epoch(5))).draw, "the clock was set back");
    press(&mut state, "r");
    assert!(!update(&mut state, Event::Clock(Epoch(9))).draw);
    assert!(update(&mut state, Event::Clock(Epoch(10))).draw, "the word's time is over");
    assert_eq!(state.said, None);
    press(&mut state, "r");
    assert!(state.said.is_some());
    assert!(update(&mut state, Event::Clock(Epoch(9))).draw, "set back, it would stand for ever");
    assert_eq!(state.said, None);
}

#[test]
fn a_frozen_screen_catches_up_when_it_is_let_go() {
    let mut state = on_guests(guests([1, 2]), 5);
    press(&mut state, "Space");
    let effects = update(&mut state, Event::Judged(guests([1, 2, 3]).into()));
    assert!(!effects.draw);
    assert_eq!(draw(&mut state, 5).len(), 2);
    press(&mut state, "Space");
    assert_eq!(draw(&mut state, 5).len(), 3);
}

#[test]
fn refresh_asks_for_what_is_shown() {
    let mut state = on_guests(guests([1, 2]), 5);
    assert_eq!(press(&mut state, "r").poll_now, Some(Poll::All));
    assert_eq!(press(&mut state, "Enter r").poll_now, Some(Poll::Source("fi".into())));
    assert_eq!(press(&mut state, "1 Enter r").poll_now, Some(Poll::Site("helsinki".into())));
    let mut all = Effects { poll_now: Some(Poll::All), ..Effects::default() };
    all.merge(Effects { poll_now: Some(Poll::Source("fi".into())), ..Effects::default() });
    assert_eq!(all.poll_now, Some(Poll::All));
}

#[test]
fn a_text_over_the_view_is_scrolled_within_its_reach() {
    let mut state = state();
    press(&mut state, "?");
    state.settle(Drawn { reach: 3, ..Drawn::default() });
    press(&mut state, "j j G");
    assert!(matches!(state.overlay, Overlay::Help(3)));
    assert!(!press(&mut state, "j").draw);
    press(&mut state, "PgUp");
    assert!(matches!(state.overlay, Overlay::Help(0)));
    assert!(press(&mut state, "Ctrl-c").quit);
}

#[test]
fn sections_are_walked_through_as_one_list() {
    let mut state = state();
    let late = problem(Code::BackupLate, Severity::Critical, 1);
    know(&mut state, judged(vec![guest(1, "g", Verdict::Critical)], vec![late.clone()]));
    let place = |state: &State| state.page().listing.cursor_place();
    assert_eq!(place(&state), Some((Section::Sites, 0)));
    press(&mut state, "j");
    assert_eq!(place(&state), Some((Section::Problems, 0)));
    press(&mut state, "k }");
    assert_eq!(place(&state), Some((Section::Problems, 0)));
    press(&mut state, "}");
    assert_eq!(place(&state), Some((Section::Sites, 0)));
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        4 => Just(Verdict::Ok),
        1 => Just(Verdict::Warning),
        1 => Just(Verdict::Unknown),
        1 => Just(Verdict::Critical)
    ]
}

fn any_fleet() -> impl Strategy<Value = Arc<Judged>> {
    let rows = proptest::collection::btree_map(1_u32..40, (any_verdict(), 0.0..1.0), 0..30);
    (rows, proptest::collection::btree_set(1_u32..40, 0..10)).prop_map(|(rows, late)| {
        let rows = rows.into_iter().map(|(id, (verdict, cpu))| {
            let mut row = guest(id, &format!("g{id}"), verdict);
            row.cpu = Some(cpu);
            row
        });
        let late = late.into_iter().map(|id| problem(Code::BackupLate, Severity::Warning, id));
        judged(rows.collect(), late.collect())
    })
}

fn any_chord() -> impl Strategy<Value = Chord> {
    let known: Vec<Chord> = crate::keymap::TABLE.iter().flat_map(|b| b.chords.to_vec()).collect();
    prop_oneof![
        8 => proptest::sample::select(known),
        1 => any::<char>().prop_map(Chord::char),
        1 => any::<(char, bool, bool)>()
            .prop_map(|(c, ctrl, alt)| Chord { key: Key::Char(c), ctrl, alt }),
    ]
}

#[derive(Clone, Debug)]
enum Happening {
    Event(Event),
    Frame(u16, u16),
}

fn anything() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => any_chord().prop_map(|chord| Happening::Event(Event::Key(chord))),
        2 => any_fleet().prop_map(|judged| Happening::Event(Event::Judged(judged.into()))),
        1 => (0_u16..300, 0_u16..100).prop_map(|(w, h)| Happening::Event(Event::Resize(w, h))),
        1 => (0_u16..300, 0_u16..100)
            .prop_map(|(x, y)| Happening::Event(Event::Mouse(Mouse::Press(x, y)))),
        1 => any::<bool>().prop_map(|up| Happening::Event(Event::Mouse(Mouse::Wheel(up)))),
        1 => any::<String>().prop_map(|text| Happening::Event(Event::Paste(text.into()))),
        1 => any::<i64>().prop_map(|at| Happening::Event(Event::Clock(Epoch(at)))),
        3 => (0_u16..60, 0_u16..9).prop_map(|(lines, reach)| Happening::Frame(lines, reach)),
    ]
}

proptest! {
    #[test]
    fn nothing_that_happens_breaks_the_state(
        story in proptest::collection::vec(anything(), 0..80)
    ) {
        let mut state = state();
        for happening in story {
            match happening {
                Happening::Event(event) => {
                    update(&mut state, event);
                }
                Happening::Frame(lines, reach) => {
                    draw(&mut state, lines);
                    let drawn = Drawn { reach, ..Drawn::default() };
                    state.settle(drawn);
                }
            }
            let listing = &state.page().listing;
            prop_assert_eq!(listing.is_empty(), state.selected().is_none());
            prop_assert_eq!(state.selected().map(|i| i.id()), listing.selected().cloned());
            let total: usize = listing.spans().iter().map(|s| s.len).sum();
            prop_assert_eq!(total, listing.len());
            for span in listing.spans() {
                prop_assert!(span.len <= span.total);
                for lines in [1_u16, 7, 1000] {
                    let (above, rows) = listing.shown(span, lines);
                    let rows: Vec<_> = rows.collect();
                    prop_assert!(above + rows.len() <= span.len);
                    // No line is left empty while there are rows to show on it.
                    prop_assert_eq!(rows.len(), span.len.min(lines.into()));
                    let here = listing.cursor_place().is_some_and(|(s, _)| s == span.section);
                    prop_assert_eq!(rows.iter().filter(|r| r.selected).count(), usize::from(here));
                }
            }
        }
    }

    #[test]
    fn the_selection_is_an_identity(
        before in any_fleet(), after in any_fleet(), down in 1_usize..40, sorts in 0_usize..9,
        lines in 1_u16..20,
    ) {
        let mut state = on_guests(before, lines);
        for _ in 0..sorts {
            press(&mut state, "s");
        }
        for _ in 0..down {
            press(&mut state, "j");
            draw(&mut state, lines);
        }
        let Some(chosen) = state.page().listing.selected().cloned() else { return Ok(()) };
        let line = line_of_cursor(&mut state, lines);
        know(&mut state, after.clone());
        let kept = after.sites[0].guests.iter().position(|g| guest_id(g.vmid) == chosen);
        if kept.is_some() {
            prop_assert_eq!(state.page().listing.selected(), Some(&chosen));
            let (_, at) = state.page().listing.cursor_place().unwrap();
            let len = state.page().listing.len();
            let window = usize::from(lines).min(len);
            // On the same line, unless the list is too short above or below for that.
            let lowest = at.min(window - 1);
            let highest = (at + window).saturating_sub(len);
            let expected = line.unwrap().clamp(highest, lowest);
            prop_assert_eq!(line_of_cursor(&mut state, lines), Some(expected));
        } else {
            prop_assert_eq!(
                state.page().listing.selected().is_none(),
                after.sites[0].guests.is_empty()
            );
        }
    }
}

#[test]
fn what_tmux_needs_is_said_once() {
    let mut state = crate::state::samples::state();
    let mut copied = |through_tmux| {
        update(&mut state, Event::Copied(Ok(Sent { lines: 2, through_tmux })));
        state.said.as_ref().map(|said| said.notice.clone())
    };
    assert_eq!(copied(false), Some(Notice::Copied(2)));
    assert_eq!(copied(true), Some(Notice::CopiedThroughTmux(2)));
    assert_eq!(copied(true), Some(Notice::Copied(2)));
}
