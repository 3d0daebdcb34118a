//! What is copied reads so.

use super::copy;
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::state::{Copying, ProblemId, State, Tab, View};
use crate::theme::{Depth, GlyphSet};
use crate::ui::sample::{Mood, fi, skin, state};
use crate::update::{Event, update};

const SIZE: (u16, u16) = (120, 40);

fn told(state: &State, what: Copying) -> String {
    copy(state, &skin(Depth::Rgb, GlyphSet::Full), what).unwrap_or_else(|| "(nothing)".to_owned())
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
            let line = told(&state, Copying::Row);
            assert!(!line.contains('\n') && !line.contains("  "), "{line}");
            lines.push(format!("{section:?}: {line}"));
            press(&mut state, "}");
        }
    }
    insta::assert_snapshot!("rows", lines.join("\n"));
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
    update(&mut state, Event::Judged(std::sync::Arc::new(judged)));
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
