//! `vigie theme show`: a small screen painted in a theme, and every role of it with how it is
//! written.

use std::borrow::Cow;

use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::judge::verdict::Verdict;
use crate::keymap::Help;
use crate::lang::{Head, Lang};
use crate::state::Tab;
use crate::theme::{Glyphs, Role, Theme};

/// Columns of the sample.
const WIDTH: usize = 80;

/// Columns of the name of a role, and of what it means.
const COLUMNS: [usize; 2] = [10, 28];

type Line<'a> = Vec<(Cow<'a, str>, Role)>;

/// The sample as text, with colours only `to_terminal`.
pub(super) fn page(theme: &Theme, glyphs: &Glyphs, lang: &dyn Lang, to_terminal: bool) -> String {
    let mut lines = screen(glyphs, lang);
    lines.push(Vec::new());
    let title = format!(" {}", theme.name());
    let depth = format!("  {}", lang.depth(theme.depth()));
    lines.push(vec![(title.into(), Role::Title), (depth.into(), Role::Muted)]);
    for role in Role::ALL {
        let [name, meaning] = COLUMNS;
        lines.push(vec![
            (" ".into(), Role::Text),
            (format!("{:<name$}", role.as_str()).into(), *role),
            (format!(" {:<meaning$}", lang.role(*role)).into(), *role),
            (format!("  {}", theme.look(*role)).into(), Role::Muted),
        ]);
    }
    let mut out = String::new();
    for line in lines {
        write_line(&mut out, &line, theme, to_terminal);
    }
    out
}

/// The small screen: what is wrong above, what is well below, the keys.
fn screen<'a>(g: &Glyphs, lang: &dyn Lang) -> Vec<Line<'a>> {
    let signed = |sign: &str, said: String, role| (Cow::from(format!("{sign} {said}")), role);
    let gap = || (Cow::from("  "), Role::Text);
    let top = vec![
        (" vigie  ".into(), Role::Title),
        signed(g.critical, lang.critical(1), Role::Critical),
        gap(),
        signed(g.warning, lang.warning(1), Role::Warning),
        gap(),
        signed(g.unknown, lang.unknown(1), Role::Unknown),
        (format!("    {}", lang.totals_short(9, 64, true)).into(), Role::Muted),
        (" 12:04".into(), Role::Text),
    ];
    let mut tabs: Line<'_> = Vec::new();
    for tab in [Tab::Fleet, Tab::Problems, Tab::Hosts, Tab::Guests] {
        let (number, name) = if tab == Tab::Fleet {
            (Role::Accent, Role::Title)
        } else {
            (Role::Muted, Role::Muted)
        };
        tabs.push((format!(" {}", tab.number()).into(), number));
        tabs.push((format!(" {} ", lang.tab(tab)).into(), name));
    }
    let rule = vec![(Cow::from(g.rule.repeat(WIDTH)), Role::Rule)];
    let head = |head, width: usize| format!("{:<width$}", lang.head(head));
    let heads = format!(
        "   {} {} {} {}",
        head(Head::Site, 12),
        head(Head::Hosts, 6),
        head(Head::Memory, 9),
        lang.head(Head::Backups)
    );
    let row =
        |sign: &str, role: Role, name: &str, hosts: &str, full: usize, said: (String, Role)| {
            let is_here = role == Role::Critical;
            let share = full * 25;
            let (mark, lit) = if is_here { (g.cursor, Role::Selected) } else { (" ", Role::Text) };
            let meter = if matches!(role, Role::Ok | Role::Critical) { Role::Meter } else { role };
            vec![
                (Cow::from(mark.to_owned()), Role::Cursor),
                (sign.to_owned().into(), role),
                (format!(" {name:<12}").into(), lit),
                (format!(" {hosts:<6} ").into(), Role::Text),
                (format!("{share:>3}% ").into(), if meter == role { role } else { Role::Text }),
                (g.full.repeat(full).into(), meter),
                (format!("{} ", g.empty.repeat(4 - full)).into(), Role::Rest),
                (said.0.into(), said.1),
            ]
        };
    let late = lang.backups_bad(1, 30, Some("late"), Verdict::Critical);
    let unknown = vec![
        (Cow::from(" "), Role::Text),
        (g.unknown.into(), Role::Unknown),
        (format!(" {:<12} {:<6} ", "atelier", "?/2").into(), Role::Text),
        (format!("{:>4} ", g.none).into(), Role::Rest),
        ("     ".into(), Role::Text),
        (lang.ago("9h").into(), Role::Muted),
    ];
    let mut keys: Line<'_> = Vec::new();
    for (key, help) in [("Enter", Help::Open), ("/", Help::Filter), ("?", Help::Help)] {
        keys.push((format!(" {key}").into(), Role::Key));
        keys.push((format!(" {} ", lang.hint(help)).into(), Role::Muted));
    }
    vec![
        top,
        tabs,
        rule,
        vec![(heads.into(), Role::Head)],
        row(g.critical, Role::Critical, "helsinki", "2/2", 2, (late, Role::Critical)),
        unknown,
        row(g.warning, Role::Warning, "home", "1/1", 3, (lang.full_in("12d"), Role::Warning)),
        row(g.ok, Role::Ok, "orizom", "4/4", 1, ("18".to_owned(), Role::Changed)),
        keys,
    ]
}

fn write_line(out: &mut String, line: &Line<'_>, theme: &Theme, to_terminal: bool) {
    let page = theme.style(Role::Text);
    let mut used = 0;
    let mut text = String::new();
    for (said, role) in line {
        used += said.width();
        if to_terminal {
            text.push_str(&sgr(page.patch(theme.style(*role))));
        }
        text.push_str(said);
    }
    if to_terminal {
        // Where the page has a colour of its own it is one all over.
        if page.bg.is_some_and(|color| color != Color::Reset) {
            text.push_str(&sgr(page));
            text.push_str(&" ".repeat(WIDTH.saturating_sub(used)));
        }
        text.push_str("\u{1b}[0m");
        out.push_str(&text);
    } else {
        out.push_str(text.trim_end());
    }
    out.push('\n');
}

/// What makes a terminal write in this style, whatever it wrote in before.
fn sgr(style: Style) -> String {
    let mut codes = vec!["0".to_owned()];
    for (modifier, code) in [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::REVERSED, "7"),
    ] {
        if style.add_modifier.contains(modifier) {
            codes.push(code.to_owned());
        }
    }
    codes.extend(style.fg.and_then(|color| colour(color, 30)));
    codes.extend(style.bg.and_then(|color| colour(color, 40)));
    format!("\u{1b}[{}m", codes.join(";"))
}

/// A colour as a parameter; `base` is 30 for text and 40 for the background.
fn colour(color: Color, base: u8) -> Option<String> {
    let (low, high) = (|n: u8| (base + n).to_string(), |n: u8| (base + 60 + n).to_string());
    Some(match color {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(number) => format!("{};5;{number}", base + 8),
        Color::Black => low(0),
        Color::Red => low(1),
        Color::Green => low(2),
        Color::Yellow => low(3),
        Color::Blue => low(4),
        Color::Magenta => low(5),
        Color::Cyan => low(6),
        Color::Gray => low(7),
        Color::DarkGray => high(0),
        Color::LightRed => high(1),
        Color::LightGreen => high(2),
        Color::LightYellow => high(3),
        Color::LightBlue => high(4),
        Color::LightMagenta => high(5),
        Color::LightCyan => high(6),
        Color::White => high(7),
    })
}
