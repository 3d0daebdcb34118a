//! What is copied reads so.

use super::copy;
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::rows::Checked;
use crate::judge::{Evidence, Verdict};
use crate::state::{Copying, ProblemId, State, Tab, View};
use crate::theme::{Depth, GlyphSet};
use crate::ui::sample::{Mood, fi, skin, state, story};
use crate::update::{Event, update};

const SIZE: (u16, u16) = (120, 40);

fn told(state: &State, what: Copying) -> String {
    told_with(state, what, GlyphSet::Full)
}

fn told_with(state: &State, what: Copying, set: GlyphSet) -> String {
    copy(state, &skin(Depth::Rgb, set), what).unwrap_or_else(|| "(nothing)".to_owned())
}

fn at(view: View) -> State {
    state(Mood::Wrong, SIZE, view)
}

fn press(state: &mut State, keys: &str) {
    for key in keys.split(' ') {
        update(state, Event::Key(key.parse().expect("a chord")));
    }
}

#[test]
fn the_first_row_of_every_section_is_one_line_of_words() {
    // Whatever the characters of the terminal are.
    for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
        insta::assert_snapshot!("rows", first_rows(set));
    }
}

/// The first row of every section, as it is copied.
fn first_rows(set: GlyphSet) -> String {
    let mut lines = Vec::new();
    for tab in Tab::ALL {
        let mut state = at(View::Tab(tab));
        press(&mut state, "g");
        let mut seen = Vec::new();
        while let Some((section, _)) = state.page().listing.cursor_place() {
            if seen.contains(&section) {
                break;
            }
            seen.push(section);
            let line = told_with(&state, Copying::Row, set);
            assert!(!line.contains('\n') && !line.contains("  "), "{line}");
            lines.push(format!("{section:?}: {line}"));
            press(&mut state, "}");
        }
    }
    lines.join("\n")
}

#[test]
fn a_damaged_copy_is_told_in_words_and_letters_stay_letters() {
    for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
        let mut state = at(View::Tab(Tab::Guests));
        let mut judged = (*state.judged).clone();
        for guest in judged.sites.iter_mut().flat_map(|site| &mut site.guests) {
            if guest.vmid == 104 {
                guest.name = Some("vpn \u{2588}vx".into());
                guest.backup.verdict = Some(Verdict::Ok);
                guest.backup.verification = Some(Checked::Failed);
            }
        }
        update(&mut state, Event::Judged(std::sync::Arc::new(judged).into()));
        press(&mut state, "g");
        let line = told_with(&state, Copying::Row, set);
        assert!(line.contains("104 vpn \u{2588}vx, ") && line.contains("9h damaged"), "{line}");
    }
}

#[test]
fn summaries_tell_what_is_wrong_where_since_when_and_what_next() {
    let late =
        ProblemId { code: Code::BackupLate, subject: Subject::guest(&fi(), 117), detail: None };
    for (name, view) in [
        ("problem", View::Problem(late)),
        ("guest", View::Subject(Subject::guest(&fi(), 104))),
        ("site", View::Tab(Tab::Fleet)),
        ("well", View::Subject(Subject::guest(&fi(), 101))),
    ] {
        let mut state = at(view);
        if name == "site" {
            press(&mut state, "g Space");
        }
        insta::assert_snapshot!(format!("summary-{name}"), told(&state, Copying::Summary));
    }
}

#[test]
fn a_detail_without_a_row_tells_where_one_is() {
    let state = at(View::Subject(Subject::guest(&fi(), 4711)));
    assert_eq!(told(&state, Copying::Row), "unknown: helsinki > fi > 4711");
}

#[test]
fn words_of_servers_stay_words() {
    let mut state = at(View::Tab(Tab::Problems));
    let mut judged = (*state.judged).clone();
    judged.problems.truncate(1);
    judged.problems[0].code = Code::ReplicationFailing;
    judged.problems[0].facts.text = Some("\u{1b}]52;c;x\u{7} <b>**@all**\u{202e}\n# head".into());
    update(&mut state, Event::Judged(std::sync::Arc::new(judged).into()));
    press(&mut state, "g");
    for what in [Copying::Row, Copying::Summary] {
        let text = told(&state, what);
        assert!(text.chars().all(|c| c == '\n' || crate::fleet::text::is_harmless(c)), "{text}");
        if what == Copying::Summary {
            assert!(!text.contains("<b>") && text.contains("\\<b\\>"), "{text}");
            assert!(!text.contains("\n# head"), "{text}");
        }
    }
}

#[test]
fn a_list_without_rows_has_no_row_to_copy() {
    let state = state(Mood::Empty, SIZE, View::Tab(Tab::Guests));
    assert_eq!(told(&state, Copying::Row), "(nothing)");
}

#[test]
fn a_summary_names_every_call_that_the_evidence_does() {
    let mut state = at(View::Tab(Tab::Problems));
    let mut judged = (*state.judged).clone();
    judged.problems.truncate(1);
    let calls = ["/cluster/resources", "/nodes/fi1/disks/list", "/cluster/status"];
    let seen = |(ago, call): (i64, &&str)| Evidence {
        call: (*call).into(),
        seen: judged.taken.minus(5 - ago),
    };
    judged.problems[0].evidence = (0..).zip(&calls).map(seen).collect();
    update(&mut state, Event::Judged(std::sync::Arc::new(judged).into()));
    press(&mut state, "g");
    let text = told(&state, Copying::Summary);
    for call in calls {
        assert!(text.contains(&format!("GET {call}, ")), "{text}");
    }
}

#[test]
fn a_task_that_runs_is_not_said_to_be_well() {
    let runs = at(View::Task(story("qmmove")));
    let text = told(&runs, Copying::Row);
    assert!(
        text.starts_with("runs now: ") && text.ends_with(" > move disk 104 nextcloud"),
        "{text}"
    );
}
