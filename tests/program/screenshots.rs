//! The pictures of the README, made from the program itself: a screen of a terminal, written as
//! SVG. Only made when asked for:
//! `cargo test --test program -- --ignored screenshots`

use std::fmt::Write as _;
use std::path::Path;

use vigie::simulate::Fault;
use vigie::simulate::fleet::SimFleet;

use crate::bed::{Bed, in_terminal};
use crate::pty::Pty;

/// A cell of the terminal, in units of the picture; the font is chosen to fit.
const CELL: (usize, usize) = (9, 19);

/// Where the letters of a line stand, from its upper edge.
const BASE: usize = 14;

/// Around the screen.
const MARGIN: usize = 12;

const BACKGROUND: &str = "#14161b";
const FOREGROUND: &str = "#c9ced6";

/// How a cell looks: text, background if it is not the usual one, bold, underlined.
#[derive(Clone, PartialEq)]
struct Look {
    fg: String,
    bg: Option<String>,
    bold: bool,
    underline: bool,
}

impl Look {
    fn of(cell: &vt100::Cell) -> Self {
        let fg = rgb(cell.fgcolor());
        let bg = rgb(cell.bgcolor());
        let (fg, bg) = if cell.inverse() {
            (bg.unwrap_or_else(|| BACKGROUND.into()), Some(fg.unwrap_or_else(|| FOREGROUND.into())))
        } else {
            (fg.unwrap_or_else(|| FOREGROUND.into()), bg)
        };
        Self { fg, bg, bold: cell.bold(), underline: cell.underline() }
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

/// The runs of a line.
fn runs(screen: &vt100::Screen, line: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen.size().1.get() {
        let cell = screen.cell(line, column).unwrap();
        if cell.is_wide_continuation() {
            continue;
        }
        let look = Look::of(cell);
        let cells = if cell.is_wide() { 2 } else { 1 };
        if runs.last().is_none_or(|last| last.look != look) {
            runs.push(Run { column: column.into(), cells: 0, signs: Vec::new(), look });
        }
        let run = runs.last_mut().unwrap();
        run.cells += cells;
        if !cell.contents().trim().is_empty() {
            run.signs.push((column.into(), cell.contents().to_owned()));
        }
    }
    runs
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The screen as a picture.
fn svg(screen: &vt100::Screen, title: &str) -> String {
    let (width, height) = CELL;
    let (lines, columns) = (screen.size().0.get(), screen.size().1.get());
    let whole = |cells: u16, size: usize| usize::from(cells) * size + 2 * MARGIN;
    let (across, down) = (whole(columns, width), whole(lines, height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {across} {down}\" \
         width=\"{across}\" height=\"{down}\" font-size=\"15\" \
         font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\">\n\
         <title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n",
        escaped(title)
    );
    for line in 0..lines {
        let top = MARGIN + usize::from(line) * height;
        for run in runs(screen, line) {
            let x = |column: usize| MARGIN + column * width;
            let Look { fg, bg, bold, underline } = &run.look;
            if let Some(bg) = bg {
                let (left, wide) = (x(run.column), run.cells * width);
                let _ = writeln!(
                    out,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{height}\" fill=\"{bg}\"/>"
                );
            }
            let mut more = String::new();
            if *bold {
                more.push_str(" font-weight=\"bold\"");
            }
            if *underline {
                more.push_str(" text-decoration=\"underline\"");
            }
            // Every sign has its place: whatever the font, columns stay columns.
            if !run.signs.is_empty() {
                let places: Vec<_> = run.signs.iter().map(|(at, _)| x(*at).to_string()).collect();
                let text: String = run.signs.iter().map(|(_, sign)| escaped(sign)).collect();
                let _ = writeln!(
                    out,
                    "<text x=\"{}\" y=\"{}\" fill=\"{fg}\"{more}>{text}</text>",
                    places.join(" "),
                    top + BASE,
                );
            }
        }
    }
    out.push_str("</svg>\n");
    out
}

fn picture(pty: &Pty, name: &str, title: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(name);
    std::fs::write(path.with_extension("svg"), pty.screen(|screen| svg(screen, title))).unwrap();
}

fn demo(columns: u16, lines: u16) -> (tempfile::TempDir, Pty) {
    let home = tempfile::tempdir().unwrap();
    let mut command = in_terminal(home.path());
    command.env("COLORTERM", "truecolor");
    command.arg("--demo");
    let pty = Pty::spawn(command, columns, lines);
    // All is read: no count may still grow, nothing waits for its first answer.
    pty.wait("everything", |screen| {
        let text = screen.contents();
        text.contains("10 hosts 46 guests") && !text.contains("unknown")
    });
    (home, pty)
}

#[test]
#[ignore = "writes the pictures of the README"]
fn screenshots() {
    let (_home, mut pty) = demo(80, 24);
    picture(&pty, "fleet", "vigie --demo: the fleet, 80x24");
    go(&mut pty, "2", "Problems");
    picture(&pty, "problems", "vigie --demo: problems, 80x24");
    go(&mut pty, "7", "Recovery");
    picture(&pty, "recovery", "vigie --demo: what would bring each guest back, 80x24");
    go(&mut pty, "1", "Fleet");
    pty.keys("w");
    pty.wait_text("if helsinki died now");
    picture(&pty, "whatif", "vigie --demo: what if a site died now, 80x24");
    pty.keys("p");
    pty.wait_text("vigie runbook helsinki -o FILE");
    picture(&pty, "runbook", "vigie --demo: the steps that bring a site back, 80x24");
    pty.keys("\u{1b}");
    pty.wait_text("Esc back");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);

    let (_home, mut pty) = demo(120, 40);
    go(&mut pty, "4", "Guests");
    picture(&pty, "guests", "vigie --demo: guests, 120x40");
    go(&mut pty, "5", "Backups");
    picture(&pty, "backups", "vigie --demo: backups, 120x40");
    go(&mut pty, "4", "Guests");
    pty.keys("/camera\r");
    pty.wait("the filter", |screen| !screen.contents().contains("scratch"));
    pty.keys("\r");
    pty.wait_text("Esc back");
    picture(&pty, "guest", "vigie --demo: a guest whose last backup failed, 120x40");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

/// To a view: it is there when its name is the bold one of the second line.
fn go(pty: &mut Pty, key: &str, view: &str) {
    pty.keys(key);
    pty.wait(view, |screen| {
        let line = screen.rows(0, screen.size().1.get()).nth(1).unwrap_or_default();
        let column = line.find(view).and_then(|at| u16::try_from(at).ok());
        column.and_then(|at| screen.cell(1, at)).is_some_and(vt100::Cell::bold)
    });
}

#[test]
#[ignore = "writes the pictures of the README"]
fn screenshots_of_a_site_unplugged() {
    let bed = Bed::new(SimFleet::demo());
    let mut command = in_terminal(bed.dir.path());
    command.env("COLORTERM", "truecolor");
    command.arg("--config");
    command.arg(bed.config());
    let mut pty = Pty::spawn(command, 80, 24);
    pty.wait_text("10 hosts 46 guests");
    bed.federation.source("refractaire").unwrap().set(&Fault::Down);
    pty.keys("r");
    pty.wait("it seen", |screen| {
        let text = screen.contents();
        text.contains("refused") && !text.contains("asking")
    });
    picture(&pty, "unplugged", "vigie: a site that no longer answers, 80x24");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
}

#[test]
fn every_sign_of_a_line_stands_in_its_column() {
    let mut parser = vt100::Parser::new(1.try_into().unwrap(), 20.try_into().unwrap(), 0);
    parser.process("a  b\x1b[1m<é\x1b[38;2;1;2;3;7mX".as_bytes());
    let picture = svg(parser.screen(), "t");
    for line in [
        "<text x=\"12 39\" y=\"26\" fill=\"#c9ced6\">ab</text>",
        "<text x=\"48 57\" y=\"26\" fill=\"#c9ced6\" font-weight=\"bold\">&lt;é</text>",
        "<rect x=\"66\" y=\"12\" width=\"9\" height=\"19\" fill=\"#010203\"/>",
        "<text x=\"66\" y=\"26\" fill=\"#14161b\" font-weight=\"bold\">X</text>",
    ] {
        assert!(picture.lines().any(|l| l == line), "{line}\n{picture}");
    }
}
