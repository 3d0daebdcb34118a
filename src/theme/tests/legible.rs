//! Every role of every theme can be read, at every depth whose colours are known; and the theme
//! `contrast` can be told apart by every kind of eye.

use ratatui::style::{Color, Modifier};

use super::sight::{Eye, Rgb, contrast, difference, rgb};
use crate::theme::{BuiltIn, Depth, Role, Theme};

/// Of words against their background: what WCAG asks of text (AA).
const WORDS: f64 = 4.5;

/// Of signs and meters: what it asks of what is not text.
const SIGNS: f64 = 3.0;

/// Of what only divides or fills up: it is seen, and stays behind.
const TRIM: f64 = 1.3;

/// How far the colours that mean something are apart in `contrast`, for every eye. Ten is enough to
/// see at a glance that they differ.
const APART: f64 = 12.0;

/// The depths whose colours do not depend on the user of the terminal.
const KNOWN: [Depth; 2] = [Depth::Rgb, Depth::Indexed];

/// Backgrounds of terminals: black, this program's pictures, VS Code, One Dark, Ubuntu.
const DARK: &[Rgb] =
    &[[0, 0, 0], [0x14, 0x16, 0x1b], [0x1e, 0x1e, 0x1e], [0x28, 0x2c, 0x34], [0x30, 0x0a, 0x24]];

/// The same: white, nearly white, Solarized, Catppuccin Latte.
const LIGHT: &[Rgb] =
    &[[255, 255, 255], [0xfa, 0xfa, 0xfa], [0xfd, 0xf6, 0xe3], [0xef, 0xf1, 0xf5]];

fn theme(theme: BuiltIn, depth: Depth) -> Theme {
    Theme::named(theme.as_str(), depth).expect("reads")
}

/// What a theme is drawn on: its own background, or those that terminals have.
fn pages(built_in: BuiltIn, theme: &Theme) -> Vec<Rgb> {
    match theme.style(Role::Text).bg.and_then(rgb) {
        Some(page) => vec![page],
        None if built_in == BuiltIn::Light => LIGHT.to_vec(),
        None => DARK.to_vec(),
    }
}

/// How much a role must stand out.
fn wanted(role: Role) -> f64 {
    match role {
        Role::Meter => SIGNS,
        Role::Rest | Role::Rule => TRIM,
        _ => WORDS,
    }
}

#[test]
fn every_role_can_be_read() {
    let mut seen = 0;
    for built_in in BuiltIn::ALL {
        for depth in KNOWN {
            let theme = theme(built_in, depth);
            let text = theme.style(Role::Text);
            for role in Role::ALL {
                let style = theme.style(*role);
                // Text of the terminal's own is as its user wants it.
                let Some(fg) = style.fg.or(text.fg).and_then(rgb) else { continue };
                let over = style.bg.and_then(rgb);
                for page in over.map_or_else(|| pages(built_in, &theme), |own| vec![own]) {
                    seen += 1;
                    let found = contrast(fg, page);
                    let wanted = wanted(*role);
                    assert!(
                        found >= wanted,
                        "{built_in:?} {depth:?} {role:?} on {page:?}: {found:.2}, not {wanted}"
                    );
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn a_theme_brings_a_background_and_its_text_together_or_neither() {
    for built_in in BuiltIn::ALL {
        for depth in [Depth::Rgb, Depth::Indexed, Depth::Ansi] {
            let text = theme(built_in, depth).style(Role::Text);
            let own = |color: Option<Color>| color.is_some_and(|c| c != Color::Reset);
            assert_eq!(own(text.fg), own(text.bg), "{built_in:?} {depth:?}");
        }
    }
}

#[test]
fn a_sign_under_the_cursor_can_be_seen() {
    for built_in in BuiltIn::ALL {
        for depth in KNOWN {
            let theme = theme(built_in, depth);
            // The sign keeps its colour where the row is lit.
            let Some(bar) = Theme::behind(theme.style(Role::Selected)).bg.and_then(rgb) else {
                continue;
            };
            for role in [Role::Ok, Role::Warning, Role::Unknown, Role::Critical] {
                let sign = theme.style(role).fg.and_then(rgb).expect("its own colour");
                let found = contrast(sign, bar);
                assert!(found >= SIGNS, "{built_in:?} {depth:?} {role:?}: {found:.2}");
            }
        }
    }
}

#[test]
fn what_is_selected_is_lit() {
    for built_in in BuiltIn::ALL {
        for depth in [Depth::Rgb, Depth::Indexed, Depth::Ansi, Depth::None] {
            let theme = theme(built_in, depth);
            let (text, selected) = (theme.style(Role::Text), theme.style(Role::Selected));
            let is_reversed = selected.add_modifier.contains(Modifier::REVERSED);
            assert!(is_reversed || selected.bg != text.bg, "{built_in:?} {depth:?}");
            // Nothing else is reversed: a page that is would be a dark one on a light terminal.
            assert!(!text.add_modifier.contains(Modifier::REVERSED), "{built_in:?} {depth:?}");
        }
    }
}

#[test]
fn what_must_be_told_apart_differs_at_every_depth() {
    let loud = [Role::Text, Role::Muted, Role::Warning, Role::Unknown, Role::Critical];
    for built_in in BuiltIn::ALL {
        for depth in [Depth::Rgb, Depth::Indexed, Depth::Ansi] {
            if built_in == BuiltIn::Mono {
                continue;
            }
            let theme = theme(built_in, depth);
            for (i, a) in loud.iter().enumerate() {
                for b in &loud[i + 1..] {
                    let differs = theme.style(*a).fg != theme.style(*b).fg;
                    assert!(differs, "{built_in:?} {depth:?} {a:?} {b:?}");
                }
            }
        }
    }
}

#[test]
fn every_eye_tells_the_colours_of_contrast_apart() {
    let roles = [Role::Critical, Role::Warning, Role::Unknown, Role::Ok, Role::Accent, Role::Text];
    for depth in KNOWN {
        let theme = theme(BuiltIn::Contrast, depth);
        let color = |role| theme.style(role).fg.and_then(rgb).expect("its own colour");
        for eye in Eye::ALL {
            for (i, a) in roles.iter().enumerate() {
                for b in &roles[i + 1..] {
                    let found = difference(color(*a), color(*b), eye);
                    assert!(found >= APART, "{depth:?} {eye:?} {a:?} {b:?}: {found:.1}");
                }
            }
        }
    }
}

#[test]
fn contrast_keeps_its_name() {
    for depth in KNOWN {
        let theme = theme(BuiltIn::Contrast, depth);
        let page = theme.style(Role::Text).bg.and_then(rgb).expect("its own background");
        for role in Role::ALL {
            let fg = theme.style(*role).fg.or(theme.style(Role::Text).fg);
            let found = contrast(fg.and_then(rgb).expect("a colour"), page);
            // Of words, what WCAG asks for where it asks for much (AAA).
            let wanted = if matches!(role, Role::Rest | Role::Rule) { 6.0 } else { 7.0 };
            assert!(found >= wanted, "{depth:?} {role:?}: {found:.2}");
        }
    }
}

#[test]
fn mono_has_no_colour_and_dims_no_words() {
    for depth in [Depth::Rgb, Depth::None] {
        let theme = theme(BuiltIn::Mono, depth);
        for role in Role::ALL {
            let style = theme.style(*role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
            let is_trim = matches!(role, Role::Rest | Role::Rule);
            assert_eq!(style.add_modifier.contains(Modifier::DIM), is_trim, "{role:?}");
        }
        let [critical, warning, unknown, text] =
            [Role::Critical, Role::Warning, Role::Unknown, Role::Text].map(|r| theme.style(r));
        let all = [critical, warning, unknown, text];
        assert!((0..4).all(|i| (0..i).all(|j| all[i] != all[j])), "{all:?}");
    }
}

#[test]
fn without_colours_every_theme_has_none() {
    for built_in in BuiltIn::ALL {
        let theme = theme(built_in, Depth::None);
        for role in Role::ALL {
            let style = theme.style(*role);
            assert_eq!((style.fg, style.bg), (None, None), "{built_in:?} {role:?}");
        }
    }
}

#[test]
fn with_sixteen_colours_they_are_the_terminals() {
    for built_in in BuiltIn::ALL {
        let theme = theme(built_in, Depth::Ansi);
        for role in Role::ALL {
            let style = theme.style(*role);
            for color in [style.fg, style.bg].into_iter().flatten() {
                let foreign = matches!(color, Color::Rgb(..) | Color::Indexed(16..));
                assert!(!foreign, "{built_in:?} {role:?} {color:?}");
            }
        }
    }
}
