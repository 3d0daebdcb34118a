//! The backend: gathers a frame and writes it with one call, and writes nothing when nothing
//! changed.
//!
//! ratatui hides the cursor with every frame and resets colours even when no cell changed, and
//! asks the terminal where the cursor is before it clears; over a slow line each of these costs
//! more than the frame. Cells have an encoder of their own.

mod cursor;
mod encode;
mod pen;
mod run;
mod shown;

use std::cell::Cell as Remembered;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use self::encode::Encoder;
use super::terminal;

/// Between these a terminal shows nothing, then all at once.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// A backend that writes whole frames to `W`.
pub(super) struct Paint<W> {
    /// The frame so far.
    frame: Vec<u8>,
    out: W,
    synchronized: bool,
    /// Whether the cursor shows; the terminal guard hides it.
    cursor: bool,
    position: Option<Position>,
    encoder: Encoder,
    /// The size that ratatui was told last: for that one its cells are meant.
    told: Remembered<Size>,
}

impl<W: Write> Paint<W> {
    /// Writes to `out`; within synchronized output (`CSI ? 2026 h`) if wanted.
    pub(super) fn new(out: W, synchronized: bool) -> Self {
        Self {
            frame: Vec::with_capacity(8192),
            out,
            synchronized,
            cursor: false,
            position: None,
            encoder: Encoder::default(),
            told: Remembered::default(),
        }
    }

    /// Appends to the frame what ratatui means.
    fn usual(&mut self) -> CrosstermBackend<&mut Vec<u8>> {
        CrosstermBackend::new(&mut self.frame)
    }
}

impl<W: Write> Backend for Paint<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.position = None;
        self.encoder.cells(&mut self.frame, self.told.get(), content);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor, false) {
            self.usual().hide_cursor()?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.cursor, true) {
            self.usual().show_cursor()?;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Asking the terminal means waiting for it. Nobody needs to know.
        Ok(self.position.unwrap_or(Position::ORIGIN))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.position.replace(position) != Some(position) {
            self.usual().set_cursor_position(position)?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        if clear_type == ClearType::All {
            self.encoder.cleared(self.told.get());
        }
        self.usual().clear_region(clear_type)
    }

    fn append_lines(&mut self, n: u16) -> io::Result<()> {
        self.usual().append_lines(n)
    }

    fn size(&self) -> io::Result<Size> {
        let size = terminal::size()?;
        self.told.set(size);
        Ok(size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: terminal::size()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        if self.synchronized {
            self.frame.splice(0..0, BEGIN.iter().copied());
            self.frame.extend_from_slice(END);
        }
        let written = self.out.write_all(&self.frame);
        self.frame.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ratatui::backend::Backend;
    use ratatui::buffer::{Buffer, Cell};
    use ratatui::layout::{Position, Rect};

    use super::Paint;

    /// Keeps each write apart.
    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for &mut Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn frame(
        paint: &mut Paint<&mut Writes>,
        cells: &[(u16, u16, &Cell)],
        cursor: Option<(u16, u16)>,
    ) {
        paint.draw(cells.iter().copied()).unwrap();
        match cursor {
            Some(at) => {
                paint.show_cursor().unwrap();
                paint.set_cursor_position(Position::from(at)).unwrap();
            }
            None => paint.hide_cursor().unwrap(),
        }
        paint.flush().unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_one_is_none() {
        let mut writes = Writes::default();
        let buffer = Buffer::with_lines(["ab"]);
        let cells: Vec<_> = Buffer::empty(Rect::new(0, 0, 2, 1)).diff(&buffer);
        let mut paint = Paint::new(&mut writes, true);
        frame(&mut paint, &cells, None);
        frame(&mut paint, &[], None);
        frame(&mut paint, &[], Some((1, 0)));
        frame(&mut paint, &[], Some((1, 0)));
        frame(&mut paint, &[], None);
        let text: Vec<_> = writes.0.iter().map(|w| String::from_utf8_lossy(w)).collect();
        assert_eq!(
            text,
            [
                "\x1b[?2026h\x1b[Hab\x1b[?2026l",
                "\x1b[?2026h\x1b[?25h\x1b[1;2H\x1b[?2026l",
                "\x1b[?2026h\x1b[?25l\x1b[?2026l",
            ]
        );
    }

    #[test]
    fn without_synchronized_output_only_the_cells() {
        let mut writes = Writes::default();
        let mut paint = Paint::new(&mut writes, false);
        let cell = Cell::new("x");
        frame(&mut paint, &[(4, 2, &cell)], None);
        assert_eq!(writes.0, [b"\x1b[3;5Hx".to_vec()]);
    }
}
