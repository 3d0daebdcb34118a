//! Lines of styled text, cut at cell boundaries.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cx::Cx;
use crate::fleet::text::is_break;
use crate::theme::{GlyphSet, Role};

/// A line of text with the meaning of each piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'a> {
    spans: Vec<(Cow<'a, str>, Role)>,
}

impl<'a> Line<'a> {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// One piece.
    pub(super) fn of(text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self { spans: vec![(text.into(), role)] }
    }

    /// Plain text.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::of(text, Role::Text)
    }

    /// With one more piece.
    pub(super) fn and(mut self, text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        self.put(text, role);
        self
    }

    /// Adds a piece.
    pub(super) fn put(&mut self, text: impl Into<Cow<'a, str>>, role: Role) {
        let text = text.into();
        if !text.is_empty() {
            self.spans.push((text, role));
        }
    }

    /// With all of another line.
    pub(super) fn also(mut self, other: Self) -> Self {
        self.append(other);
        self
    }

    /// Adds all of another line.
    pub(super) fn append(&mut self, other: Self) {
        self.spans.extend(other.spans);
    }

    /// Fills up with blanks to a width.
    pub(super) fn pad(mut self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        if missing > 0 {
            self.put(" ".repeat(missing), Role::Text);
        }
        self
    }

    /// Columns it takes.
    pub(super) fn width(&self) -> usize {
        self.spans.iter().map(|(text, _)| text.width()).sum()
    }

    /// Its text without what it means.
    pub(super) fn plain(&self) -> String {
        self.spans.iter().map(|(text, _)| &**text).collect()
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Breaks it into lines of at most so many columns, at blanks where there are any; those after
    /// the first begin with `hang` blanks.
    pub(super) fn wrapped(self, width: usize, hang: usize) -> Vec<Self> {
        if self.width() <= width {
            return vec![self];
        }
        // Where the hanging would leave no room, it gives way.
        let hang = if hang + 12 > width { width.saturating_sub(12).min(3) } else { hang };
        let mut lines = Vec::new();
        let mut line = Self::new();
        let mut used = 0;
        for (text, role) in &self.spans {
            for word in text.split_inclusive(' ') {
                let mut word = word;
                if used + word.trim_end().width() > width && used > hang {
                    lines.push(std::mem::replace(&mut line, Self::text(" ".repeat(hang))));
                    used = hang;
                    word = word.trim_start();
                }
                // What is longer than a line is broken where the line ends.
                for c in word.chars() {
                    let wide = c.width().unwrap_or(0);
                    if used + wide > width {
                        if c == ' ' {
                            continue;
                        }
                        lines.push(std::mem::replace(&mut line, Self::text(" ".repeat(hang))));
                        used = hang;
                    }
                    used += wide;
                    line.glue(c, *role);
                }
            }
        }
        lines.push(line);
        lines
    }

    /// Adds a character to the last piece, if that means the same.
    fn glue(&mut self, c: char, role: Role) {
        match self.spans.last_mut() {
            Some((text, last)) if *last == role => text.to_mut().push(c),
            _ => self.spans.push((Cow::Owned(c.into()), role)),
        }
    }

    /// Every piece in this meaning.
    pub(super) fn all(mut self, role: Role) -> Self {
        for span in &mut self.spans {
            span.1 = role;
        }
        self
    }

    /// Draws it into so many columns; what does not fit is cut. The column after it.
    pub(super) fn draw(&self, cx: &Cx<'_>, buf: &mut Buffer, x: u16, y: u16, width: u16) -> u16 {
        let fits = self.width() <= usize::from(width);
        let mut left = usize::from(width);
        let mut at = x;
        if left > 0 {
            no_half(buf, x, y);
        }
        for (text, role) in &self.spans {
            if left == 0 {
                break;
            }
            let style = cx.skin.theme.style(*role);
            let text = match cx.glyphs().set {
                _ if text.is_ascii() => Cow::Borrowed(&**text),
                GlyphSet::Full => Cow::Borrowed(&**text),
                GlyphSet::Plain => Cow::Owned(plain(text)),
                GlyphSet::Ascii => Cow::Owned(ascii(text)),
            };
            let is_cut = !fits && text.width() >= left;
            let piece =
                if is_cut { cut(&text, left, cx.glyphs().cut) } else { Cow::Borrowed(&*text) };
            let (next, _) = buf.set_stringn(at, y, &piece, left, style);
            left = left.saturating_sub(usize::from(next.saturating_sub(at)));
            at = next;
            if is_cut {
                break;
            }
        }
        at
    }
}

/// What is drawn here next covers the right half of a wide letter: the left half goes, for a
/// terminal would draw it whole, and nothing where it reaches to.
fn no_half(buf: &mut Buffer, x: u16, y: u16) {
    let Some(cell) = x.checked_sub(1).and_then(|before| buf.cell_mut((before, y))) else { return };
    let symbol = cell.symbol();
    if symbol.len() > 1 && symbol.width() > 1 {
        cell.set_symbol(" ");
    }
}

/// The signs of our own sentences that the font of a bare console does not have.
fn plain(text: &str) -> String {
    let stand_in = |c| match c {
        '×' => 'x',
        '›' | '≥' => '>',
        '–' => '-',
        '…' => '~',
        '’' => '\'',
        '\u{a0}' => ' ',
        other => other,
    };
    text.chars().map(stand_in).collect()
}

/// What stands in where only ASCII can be shown, column for column.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            '→' => out.push('>'),
            '·' => out.push('.'),
            '«' | '»' => out.push('"'),
            c if bare(c).is_some() => out.extend(bare(c)),
            c => out.extend(std::iter::repeat_n('?', c.width().unwrap_or(0))),
        }
    }
    out
}

/// The letter below the accents of French; of two that are one, the one that reads better.
fn bare(c: char) -> Option<char> {
    Some(match c {
        'à' | 'â' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'œ' => 'e',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'ù' | 'û' => 'u',
        'À' | 'Â' => 'A',
        'Ç' => 'C',
        'È' | 'É' | 'Ê' | 'Ë' | 'Œ' => 'E',
        'Î' | 'Ï' => 'I',
        'Ô' => 'O',
        'Ù' | 'Û' => 'U',
        _ => return None,
    })
}

/// A text in at most so many columns: what is longer ends in the sign of a cut.
pub(super) fn cut<'a>(text: &'a str, width: usize, sign: &str) -> Cow<'a, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    if width == 0 {
        return Cow::Borrowed("");
    }
    let room = width - 1;
    let mut used = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > room {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push_str(sign);
    Cow::Owned(out)
}

/// Breaks a text into lines of at most so many columns, at blanks where there are any.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(is_break).filter(|word| !word.is_empty()) {
        let word = cut(word, width, "…");
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::{Line, cut, wrap};
    use crate::state::{Tab, View};
    use crate::theme::{Depth, GlyphSet, Role};
    use crate::ui::cx::Cx;
    use crate::ui::sample::{Mood, skin, state};

    #[test]
    fn a_cut_falls_on_a_cell_boundary() {
        for (text, width, expected) in [
            ("nextcloud", 9, "nextcloud"),
            ("nextcloud", 8, "nextclo…"),
            ("nextcloud", 1, "…"),
            ("nextcloud", 0, ""),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}te\u{301}", 2, "e\u{301}…"),
            ("🙂🙂", 3, "🙂…"),
        ] {
            assert_eq!(cut(text, width, "…"), expected, "{text} in {width}");
        }
    }

    #[test]
    fn what_lies_over_a_wide_letter_is_seen() {
        for (text, expected) in [("ab日c", "ab │c"), ("日本", "日 │"), ("🙂é日", "🙂é│ ")]
        {
            let mut buf = Buffer::empty(Rect::new(0, 0, 5, 1));
            buf.set_string(0, 0, text, Style::default());
            let skin = skin(Depth::Rgb, GlyphSet::Full);
            let state = state(Mood::Wrong, (80, 24), View::Tab(Tab::Fleet));
            Line::of("│", Role::Rule).draw(&Cx::new(&state, &skin), &mut buf, 3, 0, 1);
            let mut seen = Buffer::empty(buf.area);
            // As a terminal gets it: only cells that differ, and none behind a wide letter.
            for (x, y, cell) in Buffer::empty(buf.area).diff(&buf) {
                seen[(x, y)] = cell.clone();
            }
            assert_eq!(crate::ui::tests::text(&seen).trim_end(), expected.trim_end(), "{text}");
        }
    }

    #[test]
    fn text_is_broken_at_blanks() {
        assert_eq!(wrap("if it is lost now, all", 10), ["if it is", "lost now,", "all"]);
    }

    #[test]
    fn a_line_is_broken_at_blanks_and_hangs() {
        let line = Line::text("   copy  ").and("9h at home:main/fi", Role::Muted);
        let texts = |width, hang| -> Vec<String> {
            let lines = line.clone().wrapped(width, hang);
            lines.iter().map(|l| l.spans.iter().map(|(t, _)| &**t).collect()).collect()
        };
        assert_eq!(texts(27, 9), ["   copy  9h at home:main/fi"]);
        assert_eq!(texts(24, 9), ["   copy  9h at ", "         home:main/fi"]);
        assert_eq!(texts(16, 2), ["   copy  9h at ", "  home:main/fi"]);
        assert_eq!(texts(12, 0), ["   copy  9h ", "at ", "home:main/fi"]);
    }

    proptest! {
        #[test]
        fn a_broken_line_fits_and_keeps_every_word(
            words in proptest::collection::vec("[a-z日é]{1,30}", 0..8),
            width in 14_usize..50,
            hang in 0_usize..40,
        ) {
            let text = words.join(" ");
            let lines = Line::text(text.clone()).wrapped(width, hang);
            let all: String = lines.iter().flat_map(|l| l.spans.iter().map(|(t, _)| &**t)).collect();
            let letters = |s: &str| s.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&all), letters(&text));
            for line in &lines {
                prop_assert!(line.width() <= width, "{:?}", line);
            }
        }

        #[test]
        fn nothing_cut_is_too_wide(text in "\\PC{0,40}", width in 0_usize..30) {
            prop_assert!(cut(&text, width, "…").width() <= width);
            for line in wrap(&text, width) {
                prop_assert!(line.width() <= width.max(8));
            }
        }
    }
}
