use proptest::prelude::*;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::cells;

const SIZE: (u16, u16) = (12, 4);

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

fn ours(content: &[(u16, u16, &Cell)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    cells(&mut bytes, content.iter().copied());
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
    assert_eq!(text, "\x1b[1;1H\x1b[38;2;1;2;3ma \x1b[101mb\x1b[1;49mc\x1b[7G\x1b[22;39md");
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
fn the_sixteen_colours_are_said_as_the_oldest_terminals_know_them() {
    for (number, named) in (0_u8..).zip(NAMED) {
        let bright = if number < 8 { 0 } else { 60 - 8 };
        let (fg, bg) = (30 + bright + number, 40 + bright + number);
        for color in [named, Color::Indexed(number)] {
            let mut cell = Cell::new("a");
            cell.set_fg(color).set_bg(color);
            let text = String::from_utf8(ours(&[(0, 0, &cell)])).unwrap();
            assert_eq!(text, format!("\x1b[1;1H\x1b[{fg};{bg}ma\x1b[0m"), "{color:?}");
        }
    }
    let mut cell = Cell::new("a");
    cell.set_fg(Color::Indexed(16)).underline_color = Color::Red;
    let text = String::from_utf8(ours(&[(0, 0, &cell)])).unwrap();
    assert_eq!(text, "\x1b[1;1H\x1b[38;5;16;58;5;1ma\x1b[0m");
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
    let word = (0..SIZE.0, 0..SIZE.1, "[ ab日é]{1,6}", style());
    proptest::collection::vec(word, 0..12).prop_map(|words| {
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
        frames in proptest::collection::vec(drawing(), 1..5),
    ) {
        let mut before = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        let (mut short, mut long) = (Vec::new(), Vec::new());
        for frame in frames {
            let diff = before.diff(&frame);
            let bytes = ours(&diff);
            prop_assert!(bytes.len() <= theirs(&diff).len());
            short.extend(bytes);
            long.extend(theirs(&diff));
            prop_assert_eq!(seen(&screen(&short)), seen(&screen(&long)));
            before = frame;
        }
    }
}
