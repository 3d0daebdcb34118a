//! How many bytes another view and a moved selection may cost, with a hundred guests.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::{Encoder, theirs};
use crate::judge::rows::GuestRow;
use crate::state::{State, Tab, View};
use crate::theme::{Depth, GlyphSet};
use crate::ui::sample::{Mood, skin, state};
use crate::update::{Event, update};

/// What synchronized output adds.
const MARKS: usize = 16;

/// A terminal, and who writes to it.
struct Screen {
    state: State,
    encoder: Encoder,
    shown: Buffer,
}

impl Screen {
    fn new(size: (u16, u16)) -> Self {
        let mut state = state(Mood::Wrong, size, View::Tab(Tab::Hosts));
        let mut judged = (*state.judged).clone();
        let pattern = judged.sites[0].guests[0].clone();
        judged.sites[0].guests =
            (100..200).map(|vmid| GuestRow { vmid, ..pattern.clone() }).collect();
        state.judged = Arc::new(judged);
        let mut encoder = Encoder::default();
        encoder.cleared(Size::from(size));
        let shown = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        let mut screen = Self { state, encoder, shown };
        screen.frame();
        screen
    }

    /// The bytes of the next frame, and how many ratatui's own encoder would need.
    fn frame(&mut self) -> (usize, usize) {
        let mut next = Buffer::empty(self.shown.area);
        let skin = skin(Depth::Rgb, GlyphSet::Full);
        let drawn = crate::ui::paint(next.area, &mut next, &self.state, &skin);
        self.state.settle(drawn);
        let diff = self.shown.diff(&next);
        let usual = theirs(&diff).len();
        let mut bytes = Vec::new();
        self.encoder.cells(&mut bytes, next.area.as_size(), diff.into_iter());
        self.shown = next;
        (bytes.len() + MARKS, usual)
    }

    fn press(&mut self, key: &str) -> (usize, usize) {
        update(&mut self.state, Event::Key(key.parse().expect("a chord")));
        self.frame()
    }
}

#[test]
fn another_view_and_a_moved_selection_cost_few_bytes() {
    // In the widest, what is selected is told beside the list.
    for (size, switch, moved) in
        [((80, 24), 3000, 240), ((120, 40), 6000, 320), ((200, 60), 12_000, 3000)]
    {
        let mut screen = Screen::new(size);
        for key in ["4", "3", "4", "5", "4", "6", "4", "2", "1", "4"] {
            let (bytes, usual) = screen.press(key);
            // The days of a guest are 42 bytes in every line of Backups.
            let days = if key == "5" { 42 * (usize::from(size.1) / 2) } else { 0 };
            assert!(bytes <= switch + days, "{size:?}: {key} costs {bytes}, was {usual}");
        }
        // Within the page: then the list moves, and that is another page.
        for _ in 0..10 {
            let (bytes, usual) = screen.press("Down");
            assert!(bytes <= moved, "{size:?}: Down costs {bytes}, was {usual}");
        }
    }
}
