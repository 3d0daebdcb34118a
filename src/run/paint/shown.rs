//! What a terminal shows, as far as it may be written over without harm.

use ratatui::layout::Size;

use super::pen::Pen;

/// One place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// A sign of ASCII; none where another one stands, or part of one, or nobody knows.
    sign: Option<u8>,
    pen: Pen,
}

impl Spot {
    const BLANK: Self = Self { sign: Some(b' '), pen: Pen::RESET };
    const UNKNOWN: Self = Self { sign: None, pen: Pen::RESET };

    /// What to write with a pen so that the place looks as it does.
    pub(super) fn again(self, pen: Pen) -> Option<char> {
        let sign = self.sign?;
        let alike = if sign == b' ' { pen.blanks_as(self.pen) } else { pen == self.pen };
        alike.then_some(char::from(sign))
    }

    /// Whether it looks as if erased with nothing set.
    pub(super) fn is_erased(self) -> bool {
        self.again(Pen::RESET) == Some(' ')
    }
}

/// All places, line by line.
#[derive(Default)]
pub(super) struct Shown {
    size: Size,
    spots: Vec<Spot>,
}

impl Shown {
    /// Nothing is known of a terminal of another size than it was.
    pub(super) fn fit(&mut self, size: Size) {
        if self.size != size {
            self.fill(size, Spot::UNKNOWN);
        }
    }

    /// The terminal was cleared.
    pub(super) fn clear(&mut self, size: Size) {
        self.fill(size, Spot::BLANK);
    }

    fn fill(&mut self, size: Size, spot: Spot) {
        self.size = size;
        self.spots.clear();
        self.spots.resize(usize::from(size.width) * usize::from(size.height), spot);
    }

    pub(super) const fn width(&self) -> u16 {
        self.size.width
    }

    /// What is known of a place.
    pub(super) fn at(&self, x: u16, y: u16) -> Option<Spot> {
        self.spots.get(self.index(x, y)?).copied()
    }

    /// A sign was written, `width` columns wide.
    pub(super) fn put(&mut self, x: u16, y: u16, symbol: &str, width: u16, pen: Pen) {
        let sign = match symbol.as_bytes() {
            &[byte @ b' '..=b'~'] => Some(byte),
            _ => None,
        };
        for x in x..x.saturating_add(width.max(1)) {
            if let Some(spot) = self.index(x, y).and_then(|at| self.spots.get_mut(at)) {
                *spot = Spot { sign, pen };
            }
        }
    }

    fn index(&self, x: u16, y: u16) -> Option<usize> {
        (x < self.size.width)
            .then(|| usize::from(y) * usize::from(self.size.width) + usize::from(x))
    }
}
