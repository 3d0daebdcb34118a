//! What a frame tells back about itself.

use super::layout::Layout;
use super::view::Section;
use crate::fleet::time::Epoch;

/// What the drawing found out and the state must know: how much room the lists have, how far
/// text can be scrolled, and when a label would read differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Lines given to the rows of each section of the list.
    pub lines: Vec<(Section, u16)>,
    /// How far the overlay's text can be scrolled.
    pub reach: u16,
    /// How a detail lies on the screen; none in a view of the first level.
    pub page: Option<Layout>,
    /// The first moment at which a label that is shown reads differently with the same data.
    pub next_roll: Option<Epoch>,
}

impl Drawn {
    /// Notes that a section's rows got so many lines.
    pub fn rows(&mut self, section: Section, lines: u16) {
        self.lines.push((section, lines));
    }

    /// Notes that something reads differently from `at` on.
    pub fn rolls_at(&mut self, at: Epoch) {
        self.next_roll = Some(self.next_roll.map_or(at, |known| known.min(at)));
    }

    /// Notes that the age of `past` is shown at `now`, as seconds below a minute, minutes below
    /// an hour, and whole hours or more after that. For a moment to come, its distance.
    pub fn age(&mut self, past: Epoch, now: Epoch) {
        let age = now.since(past);
        let unit = match age.unsigned_abs() {
            0..60 => 1,
            60..3600 => 60,
            _ => 3600,
        };
        self.rolls_at(now.plus(unit - age.rem_euclid(unit)));
    }

    /// Notes that a clock with minutes is shown.
    pub fn clock(&mut self, now: Epoch) {
        self.rolls_at(now.plus(60 - now.0.rem_euclid(60)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Drawn, Epoch};

    #[test]
    fn a_label_rolls_at_the_end_of_its_unit() {
        for (past, now, next) in [
            (100, 104, 105),
            (100, 159, 160),
            (100, 160, 220),
            (100, 219, 220),
            (100, 100 + 7199, 100 + 7200),
            (100, 100 + 26 * 3600 + 5, 100 + 27 * 3600),
            // To come: in 90 s reads 1m until it is 60 s away.
            (190, 100, 130),
        ] {
            let mut drawn = Drawn::default();
            drawn.age(Epoch(past), Epoch(now));
            assert_eq!(drawn.next_roll, Some(Epoch(next)), "{past} at {now}");
        }
    }

    #[test]
    fn the_first_roll_counts() {
        let mut drawn = Drawn::default();
        drawn.clock(Epoch(119));
        drawn.age(Epoch(0), Epoch(119));
        drawn.rolls_at(Epoch(500));
        assert_eq!(drawn.next_roll, Some(Epoch(120)));
    }
}
