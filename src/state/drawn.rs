//! What a frame tells back about itself.

use super::layout::Layout;
use super::order::Column;
use super::view::{Section, Tab};
use crate::fleet::time::Epoch;

/// What the drawing found out and the state must know: how much room the lists have, how far
/// text can be scrolled, and when a label would read differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Lines given to the rows of each section of the list.
    pub lines: Vec<(Section, u16)>,
    /// How far the overlay's text can be scrolled.
    pub reach: u16,
    /// What the mouse may press, what lies above last.
    pub zones: Vec<Zone>,
    /// How a detail lies on the screen; none in a view of the first level.
    pub page: Option<Layout>,
    /// The first moment at which a label that is shown reads differently with the same data.
    pub next_roll: Option<Epoch>,
}

/// A part of the screen that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its first column.
    pub x: u16,
    /// Its first line.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Lines.
    pub height: u16,
    /// What is there.
    pub target: Target,
}

/// What can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A view of the first level.
    Tab(Tab),
    /// Rows of the list, one a line; the first counted among all visible ones.
    Row(usize),
    /// The head of a column.
    Head(Section, Column),
    /// Goals of the palette, one a line; the first counted among those that match.
    Goal(usize),
    /// A text that lies over the view.
    Text,
}

impl Drawn {
    /// What is at a place, and how many lines below its first.
    pub fn at(&self, column: u16, line: u16) -> Option<(Target, u16)> {
        let within = |from: u16, size: u16, at: u16| at >= from && at - from < size;
        let mut zones = self.zones.iter().rev();
        let zone = zones.find(|z| within(z.x, z.width, column) && within(z.y, z.height, line))?;
        Some((zone.target, line - zone.y))
    }

    /// Notes that something can be pressed there.
    pub fn zone(&mut self, (x, y): (u16, u16), (width, height): (u16, u16), target: Target) {
        self.zones.push(Zone { x, y, width, height, target });
    }

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
