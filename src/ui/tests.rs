//! What is drawn, looked at: snapshots of every view, and what must hold at every size.

mod alike;
mod causes;
mod french;
mod keys;
mod logs;
mod mouse;
mod told;
mod work;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint;
use super::sample::{Mood, skin, state};
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::state::{Drawn, Overlay, ProblemId, State, Tab, View};
use crate::theme::{Depth, GlyphSet, Role};
use crate::update::{Event, update};

/// Draws into a buffer of this size.
pub(super) fn drawn(state: &State, size: (u16, u16), set: GlyphSet) -> (Buffer, Drawn) {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buf = Buffer::empty(area);
    let drawn = paint(area, &mut buf, state, &skin(Depth::Rgb, set));
    (buf, drawn)
}

/// The characters of a buffer, without blanks at the ends of lines.
pub(super) fn text(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buf.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buf.area.width {
            let symbol = buf[(x, y)].symbol();
            if skip > 0 {
                skip -= 1;
                continue;
            }
            skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The sizes that snapshots are taken at.
const SIZES: [(u16, u16); 3] = [(40, 10), (80, 24), (120, 40)];

fn check(name: &str, mood: Mood, view: &View, size: (u16, u16)) {
    let state = state(mood, size, view.clone());
    let (buf, _) = drawn(&state, size, GlyphSet::Full);
    let name = format!("{name}-{mood:?}-{}x{}", size.0, size.1).to_lowercase();
    insta::assert_snapshot!(name, text(&buf));
}

#[test]
fn views_of_the_first_level() {
    for tab in Tab::ALL {
        for size in SIZES {
            check(&format!("{tab:?}"), Mood::Wrong, &View::Tab(tab), size);
        }
        if matches!(tab, Tab::Fleet | Tab::Guests | Tab::Backups) {
            check(&format!("{tab:?}"), Mood::Wrong, &View::Tab(tab), (200, 60));
        }
        for mood in Mood::ALL {
            check(&format!("{tab:?}"), mood, &View::Tab(tab), (80, 24));
        }
    }
}

#[test]
fn details_of_everything() {
    for (name, view) in details() {
        for size in SIZES {
            check(name, Mood::Wrong, &view, size);
        }
        for mood in [Mood::Stale, Mood::Denied] {
            check(name, mood, &view, (80, 24));
        }
    }
}

#[test]
fn overlays_lie_over_a_view() {
    let size = (80, 24);
    let view = View::Problem(ProblemId {
        code: Code::BackupLate,
        subject: Subject::guest(&super::sample::fi(), 117),
        detail: None,
    });
    for (name, view, overlay) in [
        ("help", View::Tab(Tab::Fleet), Overlay::Help(0)),
        ("evidence", view, Overlay::Evidence(0)),
    ] {
        for (size, name) in [(size, name.to_owned()), ((40, 10), format!("{name}-40x10"))] {
            let mut state = state(Mood::Wrong, size, view.clone());
            state.overlay = overlay.clone();
            let (buf, _) = drawn(&state, size, GlyphSet::Full);
            insta::assert_snapshot!(name, text(&buf));
        }
    }
    let mut state = state(Mood::Wrong, size, View::Tab(Tab::Guests));
    press(&mut state, "/");
    update(&mut state, Event::Paste("next !mail".into()));
    insta::assert_snapshot!("filter", text(&drawn(&state, size, GlyphSet::Full).0));
    press(&mut state, "Enter");
    insta::assert_snapshot!("filtered", text(&drawn(&state, size, GlyphSet::Full).0));
}

/// Presses keys, named as in the help and apart by blanks.
fn press(state: &mut State, keys: &str) {
    for key in keys.split(' ') {
        update(state, Event::Key(key.parse().expect("a chord")));
    }
}

#[test]
fn in_ascii_nothing_else_is_drawn() {
    let size = (80, 24);
    let tabs = Tab::ALL.map(View::Tab);
    for view in tabs.into_iter().chain(details().into_iter().map(|(_, view)| view)) {
        for overlay in [Overlay::None, Overlay::Help(0), Overlay::Evidence(0)] {
            let mut state = state(Mood::Wrong, size, view.clone());
            state.overlay = overlay;
            let (buf, _) = drawn(&state, size, GlyphSet::Ascii);
            let text = text(&buf);
            assert!(text.is_ascii(), "{text}");
        }
    }
    for (name, view) in
        [("fleet-ascii", View::Tab(Tab::Fleet)), ("guest-ascii", details()[3].1.clone())]
    {
        let state = state(Mood::Wrong, size, view);
        insta::assert_snapshot!(name, text(&drawn(&state, size, GlyphSet::Ascii).0));
    }
}

#[test]
fn every_line_of_a_detail_can_be_reached() {
    let size = (40, 10);
    for (name, view) in details() {
        for (mood, key) in [(Mood::Wrong, "j"), (Mood::Wrong, "PgDn"), (Mood::Stale, "j")] {
            let mut state = state(mood, size, view.clone());
            let (whole, _) = drawn(&state, (40, 400), GlyphSet::Full);
            let page = text(&whole);
            // The signs that there is more are laid over the last columns.
            let body = |text: &str, lines: usize| -> Vec<String> {
                let cut = |line: &str| {
                    let line: String = line.chars().skip(1).take(24).collect();
                    line.trim_end().to_owned()
                };
                text.lines().skip(3).take(lines).map(cut).collect()
            };
            let mut seen = std::collections::HashSet::new();
            for _ in 0..120 {
                let (buf, told) = drawn(&state, size, GlyphSet::Full);
                state.settle(told);
                seen.extend(body(&text(&buf), 6));
                press(&mut state, key);
            }
            for line in body(&page, 396).into_iter().filter(|line| !line.is_empty()) {
                assert!(seen.contains(&line), "{name} {key}: {line:?}");
            }
            press(&mut state, "g");
            let (buf, _) = drawn(&state, size, GlyphSet::Full);
            // A very tall window has pauses between its parts.
            let filled = |text: &str, lines| -> Vec<String> {
                body(text, lines).into_iter().filter(|line| !line.is_empty()).collect()
            };
            let top = filled(&text(&buf), 6);
            assert!(filled(&page, 396).starts_with(&top), "{name}: back at the top: {top:?}");
        }
    }
}

#[test]
fn what_cannot_be_seen_is_never_said_to_be_well_or_gone() {
    let size = (80, 24);
    let of_fi = ["source", "node", "guest", "guest-late", "replication-job", "problem-late"];
    for (name, view) in details().into_iter().filter(|(name, _)| of_fi.contains(name)) {
        for mood in [Mood::Denied, Mood::Stale] {
            let state = state(mood, size, view.clone());
            let text = text(&drawn(&state, size, GlyphSet::Full).0);
            let place = text.lines().nth(1).unwrap_or_default();
            assert!(place.ends_with("? unknown"), "{name} {mood:?}\n{text}");
            for wrong in ["not there any more", "is over", "no guests"] {
                assert!(!text.contains(wrong), "{name} {mood:?}\n{text}");
            }
        }
    }
    // Nothing is known of its guests, so nothing of their copies and replicas.
    let state = state(Mood::Denied, size, View::Tab(Tab::Fleet));
    let text = text(&drawn(&state, size, GlyphSet::Full).0);
    let site = text.lines().find(|line| line.contains("helsinki")).unwrap_or_default();
    let words: Vec<&str> = site.split_whitespace().collect();
    assert_eq!(words, ["▌?", "helsinki", "?/2", "?", "?", "?", "?", "?", "?"]);
}

#[test]
fn a_wide_window_shows_what_is_selected_beside_the_list() {
    for (name, tab, size) in [
        ("problems", Tab::Problems, (160, 30)),
        ("guests", Tab::Guests, (160, 30)),
        ("fleet", Tab::Fleet, (160, 30)),
        ("hosts-140x40", Tab::Hosts, (140, 40)),
        ("guests-140x40", Tab::Guests, (140, 40)),
    ] {
        let state = state(Mood::Wrong, size, View::Tab(tab));
        let shown = text(&drawn(&state, size, GlyphSet::Full).0);
        insta::assert_snapshot!(format!("{name}-beside"), shown);
    }
}

#[test]
fn what_is_beside_the_list_follows_the_cursor_and_the_window() {
    let beside = |state: &State| state.aside().map(|page| page.view.clone());
    let mut state = state(Mood::Wrong, (140, 30), View::Tab(Tab::Guests));
    let guest = |vmid| Some(View::Subject(Subject::guest(&super::sample::fi(), vmid)));
    assert_eq!(beside(&state), guest(104));
    press(&mut state, "j");
    assert_eq!(beside(&state), guest(117));
    // The columns of the list stand where they stood.
    let column = |state: &State| {
        let shown = text(&drawn(state, state.size, GlyphSet::Full).0);
        shown.lines().nth(3).map(|heads| heads.split('│').next().unwrap_or("").to_owned())
    };
    let before = column(&state);
    press(&mut state, "G");
    assert_eq!(column(&state), before);
    press(&mut state, "g Enter");
    assert_eq!(beside(&state), None, "opened, it has the window to itself");
    press(&mut state, "Esc");
    assert_eq!(beside(&state), guest(104));
    update(&mut state, Event::Resize(139, 30));
    assert_eq!(beside(&state), None);
}

#[test]
fn what_is_beside_a_list_is_no_reason_to_tell_what_was_done_lately() {
    for tab in [Tab::Guests, Tab::Problems, Tab::Hosts] {
        let mut state = state(Mood::Wrong, (140, 30), View::Tab(tab));
        press(&mut state, "j");
        assert!(state.aside().is_some());
        assert!(state.judged.timeline().is_none(), "{tab:?}");
        press(&mut state, "Enter");
        assert!(state.judged.timeline().is_some(), "{tab:?}: opened, it tells it");
    }
}

#[test]
fn who_walks_through_a_list_asks_nothing() {
    let mut state = state(Mood::Wrong, (140, 30), View::Tab(Tab::Guests));
    let at = |seconds: i64| Event::Clock(super::sample::NOW.plus(seconds));
    let key = |key: &str| Event::Key(key.parse().expect("a chord"));
    assert!(update(&mut state, at(0)).looks.is_empty());
    assert!(update(&mut state, key("j")).looks.is_empty());
    assert!(update(&mut state, at(1)).looks.is_empty(), "a moment is not yet a rest");
    let asked = update(&mut state, at(2)).looks;
    let calls: Vec<String> = asked.iter().map(|ask| ask.look.to_string()).collect();
    let call = |frame: &str| format!("/nodes/fi1/lxc/117/rrddata?timeframe={frame}");
    assert_eq!(calls, [call("hour"), call("day")]);
    assert!(update(&mut state, at(3)).looks.is_empty(), "they are under way");
}

#[test]
fn what_is_opened_is_seen_before() {
    let size = (80, 24);
    let mut state = state(Mood::Wrong, size, details()[9].1.clone());
    let frame = |state: &mut State| {
        let (buf, told) = drawn(state, size, GlyphSet::Full);
        state.settle(told);
        text(&buf)
    };
    let first = frame(&mut state);
    assert!(first.contains("backup late: due 02:00") && !first.contains('▌'), "{first}");
    press(&mut state, "Enter");
    let shown = frame(&mut state);
    assert!(shown.contains("▌· 117  mail"), "{shown}");
    press(&mut state, "Enter");
    let job = frame(&mut state);
    assert!(job.contains("117 mail 117-0"), "{job}");
}

#[test]
fn too_small_a_window_says_so() {
    for size in [(39, 24), (80, 9), (24, 3)] {
        let state = state(Mood::Wrong, size, View::Tab(Tab::Fleet));
        let text = text(&drawn(&state, size, GlyphSet::Full).0);
        let said = format!("{}x{} is too small: 40x10 at least", size.0, size.1);
        assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), said);
    }
}

/// What the contract of the screen promises of any frame.
fn sound(buf: &Buffer, what: &str) {
    for cell in &buf.content {
        let symbol = cell.symbol();
        assert!(!symbol.chars().any(char::is_control), "{what}: a control character in {symbol:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_size_is_drawn_without_a_panic(
        width in 0_u16..300,
        height in 0_u16..100,
        small in (0_u16..60, 0_u16..16),
        mood in proptest::sample::select(Mood::ALL.to_vec()),
        which in 0_usize..20,
        over in 0_u8..4,
    ) {
        let mut views: Vec<View> = Tab::ALL.into_iter().map(View::Tab).collect();
        views.extend(details().into_iter().map(|(_, view)| view));
        let view = views[which % views.len()].clone();
        for size in [(width, height), small] {
            let mut state = state(mood, size, view.clone());
            state.overlay = match over {
                0 => Overlay::Help(3),
                1 => Overlay::Evidence(900),
                2 => Overlay::Filter(tui_input::Input::new("日本 !x".to_owned())),
                _ => Overlay::None,
            };
            for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
                let (buf, drawn) = drawn(&state, size, set);
                sound(&buf, &format!("{view:?} {size:?}"));
                prop_assert!(drawn.next_roll.is_none_or(|at| at > state.now));
                state.settle(drawn);
            }
        }
    }
}

/// Puts a text wherever a server may put one.
fn spoiled(state: &mut State, text: &str) {
    let hostile: std::sync::Arc<str> = text.into();
    let mut judged = (*state.judged).clone();
    for site in &mut judged.sites {
        for source in &mut site.sources {
            source.version = Some(hostile.clone());
            source.error = Some(hostile.clone());
            source.missing_privileges = vec![hostile.clone()];
        }
        for node in &mut site.nodes {
            node.version = Some(hostile.clone());
        }
        for guest in &mut site.guests {
            guest.name = Some(hostile.clone());
            guest.state = hostile.clone();
            guest.backup.place = Some(hostile.clone());
            for job in &mut guest.replication.jobs {
                job.error = Some(hostile.clone());
                job.schedule = hostile.clone();
                job.target = hostile.to_string().into();
            }
        }
        for storage in &mut site.storages {
            storage.kind = hostile.clone();
        }
        for job in &mut site.backup_jobs {
            job.comment = Some(hostile.clone());
            job.schedule = Some(hostile.clone());
        }
        for group in &mut site.groups {
            group.owner = Some(hostile.clone());
        }
    }
    for problem in judged.problems.iter_mut().chain(&mut judged.notices) {
        problem.facts.text = Some(hostile.clone());
        problem.facts.other = Some(hostile.clone());
        problem.accepted = Some(hostile.clone());
    }
    update(state, Event::Judged(std::sync::Arc::new(judged).into()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_of_a_server_gets_out_of_its_place(
        text in prop_oneof![
            any::<String>(),
            "[日🙂e\u{301}\u{202e}\u{200d}👩\u{1b}\u{7}\n\u{9b} ]{0,60}",
            "[a-z]{200,300}",
        ],
        (width, height) in (1_u16..220, 1_u16..60),
        (x, y) in (0_u16..4, 0_u16..3),
        which in 0_usize..17,
        evidence in any::<bool>(),
    ) {
        let mut views: Vec<View> = Tab::ALL.into_iter().map(View::Tab).collect();
        views.extend(details().into_iter().map(|(_, view)| view));
        let size = (width, height);
        let mut state = state(Mood::Wrong, size, views[which % views.len()].clone());
        spoiled(&mut state, &text);
        if evidence {
            state.overlay = Overlay::Evidence(0);
        }
        let area = Rect::new(x, y, width, height);
        let around = Rect::new(0, 0, width + x + 3, height + y + 3);
        let mut filled = Buffer::empty(around);
        for cell in &mut filled.content {
            cell.set_symbol("#");
        }
        for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
            let mut buf = filled.clone();
            paint(area, &mut buf, &state, &skin(Depth::Rgb, set));
            sound(&buf, &format!("{size:?}"));
            for at in around.positions().filter(|at| !area.contains(*at)) {
                prop_assert_eq!(buf[at].symbol(), "#", "{:?} {:?}", at, size);
            }
        }
    }
}

#[test]
fn sixteen_colours_are_the_terminals_own() {
    let size = (120, 40);
    let state = state(Mood::Wrong, size, View::Tab(Tab::Fleet));
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buf = Buffer::empty(area);
    paint(area, &mut buf, &state, &skin(Depth::Ansi, GlyphSet::Full));
    let is_foreign = |c: ratatui::style::Color| {
        matches!(c, ratatui::style::Color::Rgb(..) | ratatui::style::Color::Indexed(16..))
    };
    assert!(!buf.content.iter().any(|cell| is_foreign(cell.fg) || is_foreign(cell.bg)));
    let at = |sign: &str| buf.content.iter().find(|c| c.symbol() == sign).map(|c| c.fg);
    assert_ne!(at("▲"), at("!"), "signs differ in colour too");
}

#[test]
fn without_colour_no_cell_has_any() {
    let size = (120, 40);
    for tab in Tab::ALL {
        let state = state(Mood::Wrong, size, View::Tab(tab));
        let area = Rect::new(0, 0, size.0, size.1);
        let mut buf = Buffer::empty(area);
        paint(area, &mut buf, &state, &skin(Depth::None, GlyphSet::Full));
        for cell in &buf.content {
            assert_eq!(cell.fg, ratatui::style::Color::Reset);
            assert_eq!(cell.bg, ratatui::style::Color::Reset);
        }
    }
}

#[test]
fn a_healthy_fleet_is_calm() {
    let size = (80, 24);
    let skin = skin(Depth::Rgb, GlyphSet::Full);
    let loud = [Role::Critical, Role::Warning, Role::Unknown].map(|r| skin.theme.style(r).fg);
    for tab in [Tab::Fleet, Tab::Problems, Tab::Hosts, Tab::Guests, Tab::Replication] {
        let state = state(Mood::Healthy, size, View::Tab(tab));
        let (buf, _) = drawn(&state, size, GlyphSet::Full);
        let shouting =
            buf.content.iter().filter(|c| c.symbol() != " " && loud.contains(&Some(c.fg))).count();
        assert_eq!(shouting, 0, "{tab:?}");
    }
}

#[test]
fn no_meaning_is_told_by_colour_alone() {
    let skin = skin(Depth::Rgb, GlyphSet::Full);
    let loud = [Role::Critical, Role::Warning, Role::Unknown].map(|r| skin.theme.style(r).fg);
    let tabs = Tab::ALL.map(View::Tab);
    let views: Vec<View> = tabs.into_iter().chain(details().into_iter().map(|(_, v)| v)).collect();
    let mut seen = 0;
    for size in [(80, 24), (120, 40), (200, 60)] {
        for (view, mood) in views.iter().flat_map(|view| Mood::ALL.map(|mood| (view, mood))) {
            let (buf, _) = drawn(&state(mood, size, view.clone()), size, GlyphSet::Full);
            for y in 0..size.1 {
                let line: Vec<_> = (0..size.0).map(|x| &buf[(x, y)]).collect();
                let shouting: String = line
                    .iter()
                    .filter(|c| loud.contains(&Some(c.fg)))
                    .map(|c| c.symbol())
                    .collect();
                let shouting = shouting.replace(' ', "");
                if shouting.is_empty() {
                    continue;
                }
                seen += 1;
                // A sign of the line says it, or words do: a number alone does not.
                // The kinds of days are signs too: late, missing, not to be told.
                let is_said = shouting.contains(['▲', '!', '?', '✗', '»', '○', '◌'])
                    || shouting.contains(char::is_alphabetic);
                assert!(is_said, "{view:?} {mood:?} {size:?}: {shouting:?}");
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn what_is_wrong_is_seen_without_a_key() {
    let size = (80, 24);
    let (buf, _) = drawn(&state(Mood::Wrong, size, View::Tab(Tab::Fleet)), size, GlyphSet::Full);
    let text = text(&buf);
    for said in [
        "2 critical",
        "1 unknown",
        "1 of 17 late",
        "1 failing",
        "104 nextcloud",
        "replication to fi1 failing since 11:02",
        "backup late: due 02:00, newest copy 26h old",
        "not seen for 2h: no route to host",
        "pvescheduler inactive",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn ten_thousand_guests_are_drawn_as_fast_as_ten() {
    let size = (200, 60);
    let mut state = state(Mood::Wrong, size, View::Tab(Tab::Guests));
    let mut judged = (*state.judged).clone();
    let pattern = judged.sites[0].guests[0].clone();
    judged.sites[0].guests = (100..10_100)
        .map(|vmid| crate::judge::rows::GuestRow { vmid, ..pattern.clone() })
        .collect();
    state.judged = std::sync::Arc::new(judged);
    for tab in [Tab::Guests, Tab::Backups] {
        state.show(tab);
        let start = std::time::Instant::now();
        for _ in 0..20 {
            drawn(&state, size, GlyphSet::Full);
        }
        let each = start.elapsed() / 20;
        // A release build has to stay below 5 ms; this one is not optimised and the machine shared.
        let limit = if cfg!(debug_assertions) { 250 } else { 5 };
        assert!(each.as_millis() < limit, "{tab:?}: {each:?}");
    }
}

fn details() -> Vec<(&'static str, View)> {
    let fi = super::sample::fi();
    let problem = |code, subject: Subject, detail: Option<&str>| {
        View::Problem(ProblemId { code, subject, detail: detail.map(Into::into) })
    };
    vec![
        ("site", View::Site("helsinki".into())),
        ("source", View::Subject(Subject::Source(fi.clone()))),
        ("node", View::Subject(Subject::Node(fi.clone(), "fi2".into()))),
        ("guest", View::Subject(Subject::guest(&fi, 104))),
        ("guest-late", View::Subject(Subject::guest(&fi, 117))),
        ("datastore", View::Subject(Subject::Datastore("home".into(), "main".into()))),
        ("backup-job", View::Subject(Subject::BackupJob(fi.clone(), "backup-4f".into()))),
        ("replication-job", View::Subject(Subject::Replication(fi.clone(), "104-0".into()))),
        (
            "storage",
            View::Subject(Subject::Storage(fi.clone(), Some("fi2".into()), "local-zfs".into())),
        ),
        ("problem-late", problem(Code::BackupLate, Subject::guest(&fi, 117), None)),
        (
            "problem-away",
            problem(Code::SourceUnreachable, Subject::Source("atelier".into()), Some("route")),
        ),
        ("task", View::Task(super::sample::story("qmstart"))),
    ]
}
