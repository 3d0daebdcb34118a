//! The same views in French: its words are longer, and have accents.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{details, text};
use crate::lang::Tongue;
use crate::state::{Overlay, State, Tab, View};
use crate::theme::{Depth, GlyphSet};
use crate::ui::paint;
use crate::ui::sample::{Mood, spoken, state};

pub(super) fn drawn(state: &State, size: (u16, u16), set: GlyphSet) -> String {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buf = Buffer::empty(area);
    paint(area, &mut buf, state, &spoken(Tongue::French, Depth::Rgb, set));
    text(&buf)
}

fn check(name: &str, mood: Mood, view: &View, size: (u16, u16)) {
    let state = state(mood, size, view.clone());
    let name = format!("{name}-{mood:?}-{}x{}", size.0, size.1).to_lowercase();
    insta::assert_snapshot!(name, drawn(&state, size, GlyphSet::Full));
}

#[test]
fn views_of_the_first_level() {
    for tab in Tab::ALL {
        for size in [(80, 24), (120, 40)] {
            check(&format!("{tab:?}"), Mood::Wrong, &View::Tab(tab), size);
        }
        check(&format!("{tab:?}"), Mood::Denied, &View::Tab(tab), (80, 24));
    }
    for mood in [Mood::Healthy, Mood::Stale, Mood::Empty] {
        check("fleet", mood, &View::Tab(Tab::Fleet), (80, 24));
    }
    check("fleet", Mood::Wrong, &View::Tab(Tab::Fleet), (40, 10));
}

#[test]
fn details_of_everything() {
    for (name, view) in details() {
        for size in [(80, 24), (120, 40)] {
            check(name, Mood::Wrong, &view, size);
        }
    }
}

#[test]
fn overlays() {
    let size = (80, 24);
    let view = &details()[3].1;
    for (name, overlay) in [("help", Overlay::Help(0)), ("evidence", Overlay::Evidence(0))] {
        let mut state = state(Mood::Wrong, size, view.clone());
        state.overlay = overlay;
        insta::assert_snapshot!(name, drawn(&state, size, GlyphSet::Full));
    }
}

#[test]
fn letters_keep_what_can_be_read_of_them_where_only_ascii_is_shown() {
    let size = (80, 24);
    let tabs = Tab::ALL.map(View::Tab);
    for view in tabs.into_iter().chain(details().into_iter().map(|(_, view)| view)) {
        for overlay in [Overlay::None, Overlay::Help(0), Overlay::Evidence(0)] {
            let mut state = state(Mood::Wrong, size, view.clone());
            state.overlay = overlay;
            let text = drawn(&state, size, GlyphSet::Ascii);
            assert!(text.is_ascii(), "{text}");
        }
    }
    let state = state(Mood::Wrong, size, View::Tab(Tab::Hosts));
    let said = drawn(&state, size, GlyphSet::Ascii);
    assert!(said.contains("2 Problemes 3 Hotes 4 Invites"), "{said}");
    assert!(said.contains("NEUD") && said.contains("MEM"), "{said}");
}
