//! Logs: followed, scrolled, searched, and told why there is none.

use super::{drawn, press, text};
use crate::fleet::look::{Ask, Log, Look, Looked, Seen};
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::state::{State, View};
use crate::theme::GlyphSet;
use crate::ui::sample::{Mood, NOW, state, story};
use crate::update::{Event, update};

/// The page of a task of the sample, which asks for its log.
fn page(kind: &str, size: (u16, u16)) -> (State, Look) {
    let mut state = state(Mood::Wrong, size, View::Task(story(kind)));
    let asked = update(&mut state, Event::Clock(NOW)).looks;
    let [Ask { look, skip: 0 }] = &asked[..] else { panic!("{asked:?}") };
    let look = look.clone();
    frame(&mut state, size);
    (state, look)
}

fn frame(state: &mut State, size: (u16, u16)) -> String {
    let (buf, told) = drawn(state, size, GlyphSet::Full);
    state.settle(told);
    text(&buf)
}

/// The lines `from..to` of a log come in.
fn come(state: &mut State, look: &Look, from: u64, to: u64) -> bool {
    let line = |n: u64| match n {
        4 => "WARN: guest agent takes its time".to_owned(),
        9 => "ERROR: Backup of VM 104 failed - command 'qm monitor' failed: exit code 255, \
              and this goes on until it is longer than the window is wide"
            .to_owned(),
        n => format!("INFO: line {n}, {:.1} GiB of 32.0 GiB", n as f64 / 10.0),
    };
    let log =
        Log { skipped: from, lines: (from..to).map(|n| line(n + 1).into()).collect(), total: to };
    let ask = Ask { look: look.clone(), skip: from };
    let looked = Looked { ask, at: NOW, answer: Ok(Seen::Log(log)) };
    update(state, Event::Looked(looked)).draw
}

#[test]
fn a_log_that_grows_is_followed_until_it_is_scrolled() {
    let size = (80, 24);
    let (mut state, look) = page("qmmove", size);
    assert!(frame(&mut state, size).contains("LOG  asking for it"));
    assert!(come(&mut state, &look, 0, 30));
    let first = frame(&mut state, size);
    insta::assert_snapshot!("task-log-80x24", first);
    assert!(first.contains("line 30,") && first.contains("following"), "{first}");
    assert!(!come(&mut state, &look, 29, 30), "nothing new, nothing to draw");
    assert!(come(&mut state, &look, 29, 34));
    assert!(frame(&mut state, size).contains("line 34,"), "the window stays at the end");
    press(&mut state, "k k");
    let up = frame(&mut state, size);
    assert!(!up.contains("line 34,") && !up.contains("following"), "{up}");
    come(&mut state, &look, 33, 60);
    let still = frame(&mut state, size);
    let body = |text: &str| text.lines().skip(9).take(10).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&still), body(&up), "who reads is left alone");
    press(&mut state, "G");
    assert!(frame(&mut state, size).contains("line 60,"));
    come(&mut state, &look, 59, 61);
    assert!(frame(&mut state, size).contains("line 61,"), "at the end it is followed again");
}

#[test]
fn what_is_searched_for_is_found_marked_and_gone_to() {
    let size = (80, 24);
    let (mut state, look) = page("qmstart", size);
    come(&mut state, &look, 0, 60);
    let top = frame(&mut state, size);
    assert!(
        top.contains("line 1,") && !top.contains("following"),
        "what is over begins at its top"
    );
    press(&mut state, "/");
    update(&mut state, Event::Paste("LINE 5".into()));
    let typed = frame(&mut state, size);
    assert!(typed.contains(" / LINE 5   1 of 11"), "{typed}");
    press(&mut state, "Enter n n");
    let found = frame(&mut state, size);
    insta::assert_snapshot!("task-search-80x24", found);
    // Two are in the window: the one that is stood at has another mark, both without colour.
    assert!(
        found.contains("\n ▌ INFO: line 51,") && found.contains("\n * INFO: line 52,"),
        "{found}"
    );
    assert!(found.contains("LINE 5: 3 of 11"), "{found}");
    press(&mut state, "N");
    assert!(frame(&mut state, size).contains("\n ▌ INFO: line 50,"));
    press(&mut state, "Esc");
    assert!(matches!(state.page().view, View::Task(_)), "first what is searched for goes");
    assert!(!frame(&mut state, size).contains("LINE 5"));
    press(&mut state, "n");
    assert!(frame(&mut state, size).contains("\n ▌ WARN: guest agent"), "then what complains");
    press(&mut state, "n");
    let broken = frame(&mut state, size);
    assert!(
        broken.contains("\n ▌ ERROR:") && broken.contains("is wide"),
        "no line is cut: {broken}"
    );
    press(&mut state, "/");
    update(&mut state, Event::Paste("no such thing".into()));
    press(&mut state, "Enter n");
    assert!(frame(&mut state, size).contains("nothing of the kind in this log"));
}

#[test]
fn why_there_is_no_log_is_said() {
    let size = (80, 24);
    let (mut state, look) = page("qmmove", size);
    let say = |state: &mut State, answer| {
        let ask = Ask { look: look.clone(), skip: 0 };
        update(state, Event::Looked(Looked { ask, at: NOW, answer: Err(answer) }));
        frame(state, size)
    };
    let denied = say(&mut state, Outcome::Denied("Permission check failed (Sys.Audit)".into()));
    assert!(denied.contains("? denied: Permission check failed (Sys.Audit)"), "{denied}");
    let cause = Cause { kind: CauseKind::Timeout, text: "no answer in 10 s".into() };
    let failed = say(&mut state, Outcome::Failed(cause));
    assert!(failed.contains("? failed: no answer in 10 s"), "{failed}");
    let gone = say(&mut state, Outcome::Absent);
    assert!(gone.contains("the server does not know this log"), "{gone}");
    // What was seen before a failure stays, with its age.
    come(&mut state, &look, 0, 3);
    update(&mut state, Event::Clock(NOW.plus(300)));
    let late = say(&mut state, Outcome::Denied("no".into()));
    assert!(late.contains("3 lines  ? denied: no  5m ago"), "{late}");
}

#[test]
fn in_a_small_window_the_log_has_all_of_it() {
    let size = (40, 10);
    let (mut state, look) = page("qmmove", size);
    come(&mut state, &look, 0, 30);
    insta::assert_snapshot!("task-log-40x10", frame(&mut state, size));
    press(&mut state, "g");
    assert!(frame(&mut state, size).contains("move disk  runs now"));
}

#[test]
fn a_log_of_another_language_and_a_flood_are_drawn_at_any_size() {
    for size in [(40, 10), (47, 13), (80, 24), (200, 60)] {
        let (mut state, look) = page("qmmove", size);
        let lines: Vec<_> = ["視窗".repeat(200), "é".repeat(399), "x ".repeat(199), String::new()]
            .into_iter()
            .map(|line| std::sync::Arc::from(crate::fleet::text::clean(&line).as_ref()))
            .collect();
        let log = Log { skipped: 1 << 60, total: u64::MAX / 2, lines };
        let ask = Ask { look, skip: 0 };
        let looked = Looked { ask, at: NOW, answer: Ok(Seen::Log(log)) };
        update(&mut state, Event::Looked(looked));
        let mut seen = frame(&mut state, size);
        for _ in 0..60 {
            press(&mut state, "k");
            seen.push_str(&frame(&mut state, size));
        }
        let count = |c: char| seen.matches(c).count();
        let (wide, plain) = (count('視'), count('é'));
        assert!(wide > 200 && plain > 399, "{size:?}: {wide} {plain}");
    }
}

#[test]
fn a_log_names_the_zone_of_its_server_unless_each_line_does() {
    let size = (80, 24);
    let said = |zone: &str, line: &str| {
        let (mut state, look) = page("qmstart", size);
        state.zone = jiff::tz::TimeZone::get(zone).unwrap();
        let log = Log { skipped: 0, lines: vec![line.into()], total: 1 };
        let ask = Ask { look, skip: 0 };
        update(&mut state, Event::Looked(Looked { ask, at: NOW, answer: Ok(Seen::Log(log)) }));
        frame(&mut state, size)
    };
    let bare = "INFO: started at 2026-11-22 09:04:00";
    assert!(said("Europe/Paris", bare).contains("times in its lines: UTC"), "the node's");
    assert!(!said("UTC", bare).contains("times in its lines"));
    let stamped = said("Europe/Paris", "2026-11-22T09:04:00+00:00: started");
    assert!(stamped.contains("10:04:00 started") && !stamped.contains("times in"), "{stamped}");
}
