mod goals;

use proptest::prelude::*;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Modifier, Style};

use super::Encoder;

const SIZE: (u16, u16) = (26, 5);

/// What is to be seen of one cell of a terminal: a blank has no letters.
type Seen = (String, Option<vt100::Color>, vt100::Color, [bool; 5]);

fn screen(bytes: &[u8]) -> vt100::Parser {
    let (columns, lines) = SIZE;
    let mut parser = vt100::Parser::new(lines.try_into().unwrap(), columns.try_into().unwrap(), 0);
    parser.process(bytes);
    parser
}

fn seen(parser: &vt100::Parser) -> Vec<Seen> {
    let places = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (y, x)));
    let look = |(y, x)| {
        let cell = parser.screen().cell(y, x).unwrap();
        let blank = cell.contents().trim().is_empty();
        let shown = !blank || cell.inverse() || cell.underline();
        let looks = [
            cell.bold() && shown,
            cell.dim() && shown,
            cell.italic() && shown,
            cell.underline(),
            cell.inverse(),
        ];
        let text = cell.contents().trim().to_owned();
        (text, shown.then(|| cell.fgcolor()), cell.bgcolor(), looks)
    };
    places.map(look).collect()
}

/// What a terminal is told that was cleared before.
fn ours(content: &[(u16, u16, &Cell)]) -> Vec<u8> {
    let mut encoder = Encoder::default();
    encoder.cleared(Size::from(SIZE));
    told(&mut encoder, content)
}

fn told(encoder: &mut Encoder, content: &[(u16, u16, &Cell)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.cells(&mut bytes, Size::from(SIZE), content.iter().copied());
    bytes
}

fn theirs(content: &[(u16, u16, &Cell)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    CrosstermBackend::new(&mut bytes).draw(content.iter().copied()).unwrap();
    bytes
}

#[test]
fn only_what_changes_and_shows_is_said() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
    let grey = Style::new().fg(Color::Rgb(1, 2, 3));
    buffer.set_string(0, 0, "a", grey);
    buffer.set_string(2, 0, "b", grey.bg(Color::Indexed(9)));
    buffer.set_string(3, 0, "c", grey.add_modifier(Modifier::BOLD));
    buffer.set_string(6, 0, "d", Style::new());
    let none = Buffer::empty(buffer.area);
    let mut diff = none.diff(&buffer);
    // A blank in between, as when something else stood there.
    diff.insert(1, (1, 0, &buffer[(1, 0)]));
    let text = String::from_utf8(ours(&diff)).unwrap();
    assert_eq!(text, "\x1b[H\x1b[38;2;1;2;3ma \x1b[101mb\x1b[1;49mc  \x1b[md");
}

/// In the order of their numbers.
const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

#[test]
fn what_stands_in_a_short_gap_is_written_again() {
    let lines = |text: &[&'static str]| Buffer::with_lines(text.to_vec());
    let before = lines(&["ab cd ef            ", "日 x"]);
    let after = lines(&["xb cd xf            ", "日 y"]);
    let mut encoder = Encoder::default();
    encoder.cleared(Size::from(SIZE));
    told(&mut encoder, &Buffer::empty(before.area).diff(&before));
    let text = String::from_utf8(told(&mut encoder, &before.diff(&after))).unwrap();
    // Five places are longer than a move, and of another sign's width nothing is reckoned.
    assert_eq!(text, "\x1b[Hx\x1b[7Gx\x1b[2;4Hy");
}

#[test]
fn long_blanks_are_erased_but_not_with_a_background() {
    let mut before =
        Buffer::with_lines(["a234567890123456789012345z", "b23456789012", "c234567890"]);
    before.set_style(Rect::new(0, 2, 26, 1), Style::new().bg(Color::Blue));
    let mut after = Buffer::with_lines(["a                        z", "b           ", "c"]);
    after.set_style(Rect::new(0, 2, 26, 1), Style::new().bg(Color::Blue));
    let mut encoder = Encoder::default();
    encoder.cleared(Size::from(SIZE));
    told(&mut encoder, &Buffer::empty(before.area).diff(&before));
    let text = String::from_utf8(told(&mut encoder, &before.diff(&after))).unwrap();
    assert_eq!(text, "\x1b[;2H\x1b[24X\x1b[B\x1b[K\x1b[B\x1b[44m         \x1b[m");
}

#[test]
fn colours_that_alternate_along_every_line_are_written_one_after_the_other() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 26, 5));
    let grey = Style::new().fg(Color::Rgb(152, 160, 170));
    for y in 0..5 {
        for x in [0, 10, 20] {
            buffer.set_string(x, y, "ab", grey);
            buffer.set_string(x + 3, y, "cd", Style::new());
        }
    }
    let text = String::from_utf8(ours(&Buffer::empty(buffer.area).diff(&buffer))).unwrap();
    assert_eq!(text.matches("38;2").count(), 1, "{text:?}");
    assert!(text.find("ab") > text.rfind("cd"), "{text:?}");
}

#[test]
fn a_narrow_column_is_walked_down() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 26, 5));
    for y in 0..3 {
        buffer.set_string(20, y, "7", Style::new());
    }
    let text = String::from_utf8(ours(&Buffer::empty(buffer.area).diff(&buffer))).unwrap();
    assert_eq!(text, "\x1b[;21H7\x1b[B\x087\x1b[B\x087");
}

/// A terminal that draws a sign wider than we think, up to the edge, goes on in the next line:
/// nothing may be reckoned from there.
#[test]
fn after_a_sign_of_doubtful_width_places_are_told() {
    let lines = |text: &[&'static str]| Buffer::with_lines(text.to_vec());
    let buffer = lines(&["…  a                     ✓", "b", "…", "c"]);
    let text = String::from_utf8(ours(&Buffer::empty(buffer.area).diff(&buffer))).unwrap();
    assert_eq!(text, "\x1b[H…\x1b[4Ga\x1b[26G✓\x1b[2Hb\r\n…\r\nc");
}

#[test]
fn the_sixteen_colours_are_said_as_the_oldest_terminals_know_them() {
    for (number, named) in (0_u8..).zip(NAMED) {
        let bright = if number < 8 { 0 } else { 60 - 8 };
        let (fg, bg) = (30 + bright + number, 40 + bright + number);
        for color in [named, Color::Indexed(number)] {
            let mut cell = Cell::new("a");
            cell.set_fg(color).set_bg(color);
            let text = String::from_utf8(ours(&[(0, 0, &cell)])).unwrap();
            assert_eq!(text, format!("\x1b[H\x1b[{fg};{bg}ma\x1b[m"), "{color:?}");
        }
    }
    let mut cell = Cell::new("a");
    cell.set_fg(Color::Indexed(16)).underline_color = Color::Red;
    let text = String::from_utf8(ours(&[(0, 0, &cell)])).unwrap();
    assert_eq!(text, "\x1b[H\x1b[38;5;16;58;5;1ma\x1b[m");
}

fn color() -> impl Strategy<Value = Color> {
    prop_oneof![
        Just(Color::Reset),
        proptest::sample::select(NAMED.to_vec()),
        (0_u8..18).prop_map(Color::Indexed),
        (0_u8..2).prop_map(|r| Color::Rgb(r, 7, 9)),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    let modifier = (0_u16..64).prop_map(|bits| {
        let all = [
            Modifier::BOLD,
            Modifier::DIM,
            Modifier::ITALIC,
            Modifier::UNDERLINED,
            Modifier::REVERSED,
            Modifier::empty(),
        ];
        let set = all.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
        set.fold(Modifier::empty(), |sum, (_, modifier)| sum | *modifier)
    });
    (color(), color(), modifier)
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

fn drawing() -> impl Strategy<Value = Buffer> {
    let word = (0..SIZE.0, 0..SIZE.1, "[ ab日é]{1,9}| {4,20}", style());
    proptest::collection::vec(word, 0..24).prop_map(|words| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (x, y, text, style) in words {
            buffer.set_string(x, y, text, style);
        }
        // Of these two the emulated terminal keeps the one that was named last.
        for cell in buffer.content.iter_mut().filter(|c| c.modifier.contains(Modifier::BOLD)) {
            cell.modifier.remove(Modifier::DIM);
        }
        buffer
    })
}

proptest! {
    #[test]
    fn frame_after_frame_the_screen_is_as_with_the_usual_encoder(
        frames in proptest::collection::vec(drawing(), 1..6),
        cleared in any::<bool>(),
    ) {
        let mut before = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        let (mut short, mut long) = (Vec::new(), Vec::new());
        let mut encoder = Encoder::default();
        if cleared {
            encoder.cleared(Size::from(SIZE));
        }
        for frame in frames {
            let diff = before.diff(&frame);
            let bytes = told(&mut encoder, &diff);
            prop_assert!(bytes.len() <= theirs(&diff).len());
            short.extend(bytes);
            long.extend(theirs(&diff));
            prop_assert_eq!(seen(&screen(&short)), seen(&screen(&long)));
            before = frame;
        }
    }
}
