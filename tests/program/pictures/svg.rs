//! A screen of a terminal, written as SVG.

use std::fmt::Write as _;

/// A cell of the terminal, in units of the picture; the font is chosen to fit.
const CELL: (usize, usize) = (9, 19);

/// Where the letters of a line stand, from its upper edge.
const BASE: usize = 14;

/// Around the screen.
pub(super) const MARGIN: usize = 12;

/// The terminal's own colours: of what has no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    pub(super) paper: &'static str,
    pub(super) ink: &'static str,
}

/// A terminal as most have it.
pub(super) const DARK: Ground = Ground { paper: "#14161b", ink: "#c9ced6" };

/// One with a light background.
pub(super) const LIGHT: Ground = Ground { paper: "#fafaf7", ink: "#24282e" };

/// How a cell looks.
#[derive(Clone, PartialEq)]
struct Look {
    fg: String,
    /// If it is not the usual one.
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

impl Look {
    fn of(cell: &vt100::Cell, ground: Ground) -> Self {
        let fg = rgb(cell.fgcolor());
        let bg = rgb(cell.bgcolor());
        let (fg, bg) = if cell.inverse() {
            let ink = fg.unwrap_or_else(|| ground.ink.into());
            (bg.unwrap_or_else(|| ground.paper.into()), Some(ink))
        } else {
            (fg.unwrap_or_else(|| ground.ink.into()), bg)
        };
        let (bold, dim) = (cell.bold(), cell.dim());
        Self { fg, bg, bold, dim, italic: cell.italic(), underline: cell.underline() }
    }

    fn attributes(&self) -> String {
        let mut all = format!(" fill=\"{}\"", self.fg);
        for (is, attribute) in [
            (self.bold, " font-weight=\"bold\""),
            (self.dim, " opacity=\"0.6\""),
            (self.italic, " font-style=\"italic\""),
            (self.underline, " text-decoration=\"underline\""),
        ] {
            if is {
                all.push_str(attribute);
            }
        }
        all
    }
}

fn rgb(color: vt100::Color) -> Option<String> {
    match color {
        vt100::Color::Default => None,
        vt100::Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        vt100::Color::Idx(n) => panic!("colour {n} of a terminal that has them all"),
    }
}

/// Cells of one look, side by side in one line.
struct Run {
    column: usize,
    cells: usize,
    /// What is written, blanks aside, each sign with its column.
    signs: Vec<(usize, String)>,
    look: Look,
}

/// Names that are other ones with every run (the ports of the servers), and what is drawn for
/// them, of the same length each.
pub(super) type Renames = Vec<(String, String)>;

/// How long a call took is never twice the same.
fn mask_times(signs: &mut [String]) {
    let text: Vec<&str> = signs.iter().map(String::as_str).collect();
    // `took`, and right-aligned in as many columns as ` 12 ms`.
    let is_time = |at: &usize| {
        let part = text.get(*at..*at + 11).map(<[&str]>::concat);
        part.is_some_and(|part| part.starts_with("took ") && part.ends_with(" ms"))
    };
    let found: Vec<usize> = (0..text.len()).filter(is_time).collect();
    for at in found {
        for (sign, c) in signs[at + 5..].iter_mut().zip(" 12 ms".chars()) {
            *sign = c.to_string();
        }
    }
}

/// The runs of a line.
fn runs(screen: &vt100::Screen, line: u16, ground: Ground, renames: &Renames) -> Vec<Run> {
    let columns = screen.size().1.get();
    let mut signs: Vec<String> = (0..columns)
        .map(|column| screen.cell(line, column).unwrap().contents().to_owned())
        .collect();
    for (from, to) in renames {
        let from: Vec<String> = from.chars().map(String::from).collect();
        while let Some(at) = signs.windows(from.len()).position(|window| *window == *from) {
            for (sign, c) in signs[at..].iter_mut().zip(to.chars()) {
                *sign = c.to_string();
            }
        }
    }
    mask_times(&mut signs);
    let mut runs: Vec<Run> = Vec::new();
    for (column, sign) in (0..columns).zip(signs) {
        let cell = screen.cell(line, column).unwrap();
        if cell.is_wide_continuation() {
            continue;
        }
        let mut look = Look::of(cell, ground);
        let is_blank = sign.trim().is_empty() && !look.underline;
        // What letters would look like does not show on a blank.
        if let Some(last) = runs.last().filter(|last| is_blank && last.look.bg == look.bg) {
            look = last.look.clone();
        }
        let cells = if cell.is_wide() { 2 } else { 1 };
        if runs.last().is_none_or(|last| last.look != look) {
            runs.push(Run { column: column.into(), cells: 0, signs: Vec::new(), look });
        }
        let run = runs.last_mut().unwrap();
        run.cells += cells;
        if !sign.trim().is_empty() {
            run.signs.push((column.into(), sign));
        }
    }
    runs
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Width and height of a screen's picture, its margins included.
pub(super) fn extent((columns, lines): (u16, u16)) -> (usize, usize) {
    let whole = |cells: u16, size: usize| usize::from(cells) * size + 2 * MARGIN;
    (whole(columns, CELL.0), whole(lines, CELL.1))
}

/// Around what is on a screen, and around nothing else.
const BEGIN: &str = "<g>\n";
const END: &str = "</g>\n";

/// What is on the screen, without anything around it.
pub(super) fn body(screen: &vt100::Screen, ground: Ground, renames: &Renames) -> String {
    let (width, height) = CELL;
    let mut out = BEGIN.to_owned();
    for line in 0..screen.size().0.get() {
        let top = MARGIN + usize::from(line) * height;
        for run in runs(screen, line, ground, renames) {
            let x = |column: usize| MARGIN + column * width;
            if let Some(bg) = &run.look.bg {
                let (left, wide) = (x(run.column), run.cells * width);
                let _ = writeln!(
                    out,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{height}\" fill=\"{bg}\"/>"
                );
            }
            // Every sign has its place: whatever the font, columns stay columns.
            if !run.signs.is_empty() {
                let places: Vec<_> = run.signs.iter().map(|(at, _)| x(*at).to_string()).collect();
                let text: String = run.signs.iter().map(|(_, sign)| escaped(sign)).collect();
                let _ = writeln!(
                    out,
                    "<text x=\"{}\" y=\"{}\"{}>{text}</text>",
                    places.join(" "),
                    top + BASE,
                    run.look.attributes(),
                );
            }
        }
    }
    out.push_str(END);
    out
}

/// What is within the bodies of a page, in their order.
pub(super) fn bodies(page: &str) -> impl Iterator<Item = &str> {
    page.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END)).map(|(inside, _)| inside)
}

/// The background of most of a screen: the theme's own, or the terminal's.
pub(super) fn paper(screen: &vt100::Screen, ground: Ground) -> String {
    let first = screen.cell(0, 0).and_then(|cell| rgb(cell.bgcolor()));
    first.unwrap_or_else(|| ground.paper.to_owned())
}

/// A page around bodies.
pub(super) fn page((width, height): (usize, usize), title: &str, inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-size=\"15\" \
         font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\">\n\
         <title>{}</title>\n{inside}</svg>\n",
        escaped(title)
    )
}

/// What is under a screen.
pub(super) fn sheet(paper: &str) -> String {
    format!("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{paper}\"/>\n")
}

#[test]
fn every_sign_of_a_line_stands_in_its_column() {
    let mut parser = vt100::Parser::new(1.try_into().unwrap(), 20.try_into().unwrap(), 0);
    parser.process("a  b\x1b[1m<é\x1b[38;2;1;2;3;7mX\x1b[0m :81".as_bytes());
    let picture = body(parser.screen(), DARK, &vec![(":81".into(), ":80".into())]);
    let twice = page((9, 9), "t", &format!("<g class=\"f\">\n{picture}</g>\n{picture}"));
    let inside = picture.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).unwrap();
    assert_eq!(bodies(&twice).collect::<Vec<_>>(), [inside, inside]);
    for line in [
        "<text x=\"12 39\" y=\"26\" fill=\"#c9ced6\">ab</text>",
        "<text x=\"48 57\" y=\"26\" fill=\"#c9ced6\" font-weight=\"bold\">&lt;é</text>",
        "<rect x=\"66\" y=\"12\" width=\"9\" height=\"19\" fill=\"#010203\"/>",
        "<text x=\"66\" y=\"26\" fill=\"#14161b\" font-weight=\"bold\">X</text>",
        "<text x=\"84 93 102\" y=\"26\" fill=\"#c9ced6\">:80</text>",
    ] {
        assert!(picture.lines().any(|l| l == line), "{line}\n{picture}");
    }
}
