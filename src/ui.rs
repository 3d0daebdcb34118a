//! The screen, drawn from the state: pure. Principles: what is well is calm; signs before colour;
//! nothing unknown is left empty or called 0; only visible rows are drawn.

mod alike;
mod chart;
mod chrome;
mod copy;
mod cx;
mod detail;
mod lists;
mod log;
mod overlay;
#[cfg(test)]
pub(crate) mod sample;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod widgets;
mod zones;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub use self::copy::copy;
use self::cx::Cx;
use crate::lang::{Lang, Tongue};
use crate::state::aside::WIDE;
use crate::state::{Drawn, State, View};
use crate::theme::{Glyphs, Theme, depth, glyphs};

/// The smallest window in which there is something to see, columns and lines.
pub const SMALLEST: (u16, u16) = (40, 10);

/// How the screen looks and speaks.
#[derive(Clone, Debug)]
pub struct Skin {
    /// Colours.
    pub theme: Theme,
    /// Characters.
    pub glyphs: Glyphs,
    /// Words.
    pub lang: &'static dyn Lang,
}

impl Skin {
    /// A theme that comes with the program, in English, for the terminal that the environment
    /// tells of. `env` looks a variable up; asked for are `TERM`, `COLORTERM` and `NO_COLOR` (how
    /// many colours), and `LC_ALL`, `LC_CTYPE`, `LANG` (which characters): see [`depth`] and
    /// [`glyphs`]. A theme that is not known is drawn without colours.
    pub fn of(theme: &str, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let theme = Theme::named(theme, depth(env)).unwrap_or_else(|_| Theme::plain());
        Self::with(theme, Tongue::English, env)
    }

    /// The same with a theme that is ready, in a language.
    pub fn with(theme: Theme, tongue: Tongue, env: &dyn Fn(&str) -> Option<String>) -> Self {
        Self { theme, glyphs: Glyphs::of(glyphs(env)), lang: crate::lang::of(tongue) }
    }
}

/// Draws the state.
pub fn draw(frame: &mut Frame<'_>, state: &State, skin: &Skin) -> Drawn {
    let area = frame.area();
    paint(area, frame.buffer_mut(), state, skin)
}

/// Draws the state into a buffer, and tells what the state has to know of it.
pub fn paint(area: Rect, buf: &mut Buffer, state: &State, skin: &Skin) -> Drawn {
    let cx = Cx::new(state, skin);
    buf.set_style(area, skin.theme.style(crate::theme::Role::Text));
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        chrome::too_small(&cx, area, buf);
        return cx.into_drawn();
    }
    let line = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    chrome::header(&cx, line(0), buf);
    chrome::place(&cx, line(1), buf);
    let body = Rect { y: area.y + 3, height: area.height.saturating_sub(4), ..area };
    let left = match (&state.page().view, state.aside()) {
        (View::Tab(_), Some(aside)) if body.width >= WIDE => {
            let width = (body.width / 2).max(90);
            lists::draw(&cx, Rect { width, ..body }, buf);
            let beside = Rect { x: body.x + width, width: body.width - width, ..body };
            detail::aside(&cx, aside, beside, buf);
            0
        }
        (View::Tab(_), _) => {
            lists::draw(&cx, body, buf);
            0
        }
        _ => detail::draw(&cx, body, buf),
    };
    chrome::rule(&cx, line(2), buf, left);
    // The help of a view fits into the smallest usual window, with the line above the view.
    overlay::draw(&cx, Rect { y: body.y - 1, height: body.height + 1, ..body }, buf);
    chrome::footer(&cx, line(area.height - 1), buf);
    cx.into_drawn()
}
