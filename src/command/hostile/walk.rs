//! Goes wherever somebody with a keyboard can go, and looks at each page.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::bed::Known;
use super::texts::raw;
use super::{SIZES, sound};
use crate::fleet::look::{Ask, Look, Looked};
use crate::state::{Copying, State, Tab};
use crate::theme::{Depth, GlyphSet, Glyphs, Theme};
use crate::ui::{Skin, copy, draw};
use crate::update::{Event, update};

/// Rows of a list that are opened.
const ROWS: usize = 3;

/// A page as it was drawn.
pub(super) struct Screen {
    pub(super) place: String,
    buffer: Buffer,
}

impl Screen {
    /// Nothing in it is raw.
    pub(super) fn is_sound(&self) {
        for cell in &self.buffer.content {
            let symbol = cell.symbol();
            assert!(!symbol.chars().any(raw), "{}: {symbol:?}", self.place);
            let marks = symbol.chars().filter(|c| c.width() == Some(0)).count();
            assert!(marks * 2 <= symbol.chars().count(), "{}: {symbol:?} is a flood", self.place);
        }
    }

    /// What gives the page its shape: the head, the rule below it and the foot as they are, in all
    /// else the lines drawn and the signs that there is more.
    pub(super) fn shape(&self) -> Vec<String> {
        let last = self.buffer.area.height - 1;
        let of = |y: u16| {
            let is_whole = y == 0 || y == last;
            let is_shape = |symbol: &str| is_whole || symbol.starts_with(['─', '│', '↓', '↑']);
            self.line(y, |symbol| if is_shape(symbol) { symbol } else { " " })
        };
        (0..=last).map(of).collect()
    }

    pub(super) fn text(&self) -> String {
        let lines = (0..self.buffer.area.height).map(|y| self.line(y, |symbol| symbol));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// One line, whole letters.
    fn line<'a>(&'a self, y: u16, shown: impl Fn(&'a str) -> &'a str) -> String {
        let mut out = String::new();
        let mut x = 0;
        while x < self.buffer.area.width {
            let symbol = self.buffer[(x, y)].symbol();
            let width = symbol.width().max(1);
            out.push_str(&shown(symbol).repeat(if shown(symbol) == " " { width } else { 1 }));
            x += u16::try_from(width).unwrap();
        }
        out
    }
}

/// Somebody at the keyboard.
struct Walker<'a> {
    known: &'a Known<'a>,
    state: State,
    skin: Skin,
    terminal: Terminal<TestBackend>,
    answers: &'a mut HashMap<Look, Looked>,
    seen: Vec<Screen>,
}

impl Walker<'_> {
    fn press(&mut self, key: &str) {
        update(&mut self.state, Event::Key(key.parse().expect("a chord")));
    }

    /// Draws, and takes what would be copied.
    fn look(&mut self, place: &str) {
        for want in self.state.wanted() {
            let answer = self.answers.entry(want.look.clone());
            let answer = answer.or_insert_with(|| self.known.ask(Ask { look: want.look, skip: 0 }));
            update(&mut self.state, Event::Looked(answer.clone()));
        }
        let mut settled = None;
        let (state, skin) = (&self.state, &self.skin);
        let frame = self.terminal.draw(|frame| settled = Some(draw(frame, state, skin))).unwrap();
        let buffer = frame.buffer.clone();
        self.state.settle(settled.unwrap());
        for what in [Copying::Row, Copying::Summary] {
            if let Some(text) = copy(&self.state, &self.skin, what) {
                sound(place, &text);
            }
        }
        let size = self.state.size;
        let place = format!("{place} {size:?}");
        self.seen.push(Screen { place, buffer });
    }

    fn tab(&mut self, tab: Tab) {
        self.state.show(tab);
        self.look(&format!("{tab:?}"));
        for row in 0..ROWS {
            self.press("Enter");
            self.look(&format!("{tab:?} {row} open"));
            self.press("PgDn");
            self.look(&format!("{tab:?} {row} further"));
            self.press("Esc");
            self.press("Down");
        }
        for (key, over) in [("e", "evidence"), ("p", "runbook"), ("?", "help"), ("w", "what if")] {
            self.press(key);
            self.look(&format!("{tab:?} {over}"));
            self.press("Esc");
        }
    }
}

/// Every page that was reached.
pub(super) fn walk(known: &Known<'_>) -> Vec<Screen> {
    let mut answers = HashMap::new();
    let mut seen = Vec::new();
    for size in SIZES {
        let mut state = State::new(known.fleet.clone(), known.judged.taken, TimeZone::UTC, size);
        state.asking = None;
        update(&mut state, Event::Judged(known.judged.clone().into()));
        let mut walker = Walker {
            known,
            state,
            skin: Skin {
                theme: Theme::named("dark", Depth::Rgb).expect("reads"),
                glyphs: Glyphs::of(GlyphSet::Full),
                lang: crate::lang::english(),
            },
            terminal: Terminal::new(TestBackend::new(size.0, size.1)).unwrap(),
            answers: &mut answers,
            seen: Vec::new(),
        };
        for tab in Tab::ALL {
            walker.tab(tab);
        }
        seen.append(&mut walker.seen);
    }
    seen
}
