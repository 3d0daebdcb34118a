//! Small pictures of numbers.

use super::cx::Cx;
use super::text::Line;
use crate::lang::measure::percent;
use crate::theme::Role;

/// Cells of a meter and of a trend within a table.
pub(super) const SMALL: usize = 4;

/// A meter of so many cells. What is above nothing shows one cell at least; only what is full is
/// filled to the end.
pub(super) fn meter(cx: &Cx<'_>, fraction: f64, cells: usize, role: Role) -> Line<'static> {
    let exact = fraction.clamp(0.0, 1.0) * cells as f64;
    let mut full = exact.round() as usize;
    if fraction > 0.0 {
        full = full.max(1);
    }
    if fraction < 1.0 && cells > 1 {
        full = full.min(cells - 1);
    }
    let glyphs = cx.glyphs();
    Line::of(glyphs.full.repeat(full.min(cells)), role)
        .and(glyphs.empty.repeat(cells.saturating_sub(full)), Role::Rest)
}

/// A trend of fractions 0..=1, oldest first, in so many cells; what was not measured is a blank.
pub(super) fn spark(cx: &Cx<'_>, points: &[Option<f64>], cells: usize) -> Line<'static> {
    let mut text = String::new();
    for i in 0..cells {
        let from = points.len() * i / cells.max(1);
        let to = (points.len() * (i + 1) / cells.max(1)).max(from + 1);
        let known: Vec<f64> = points
            .get(from..to.min(points.len()))
            .unwrap_or_default()
            .iter()
            .flatten()
            .copied()
            .collect();
        if known.is_empty() {
            text.push(' ');
            continue;
        }
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let steps = cx.glyphs().spark.len();
        let step = ((mean.clamp(0.0, 1.0) * steps as f64) as usize).min(steps.saturating_sub(1));
        text.push_str(cx.glyphs().spark.get(step).copied().unwrap_or(" "));
    }
    Line::of(text, Role::Rest)
}

/// Percent in four columns with a meter beside it.
pub(super) fn gauge(cx: &Cx<'_>, fraction: f64, cells: usize, role: Role) -> Line<'static> {
    Line::of(format!("{:>4} ", percent(fraction)), role).also(meter(
        cx,
        fraction,
        cells,
        match role {
            Role::Text => Role::Meter,
            other => other,
        },
    ))
}

/// What is known of the copies of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// A finished copy.
    Copy,
    /// One that failed its verification.
    Bad,
    /// None.
    None,
    /// It cannot be told.
    Unknown,
}

/// Days, oldest first, one cell each, `gap` blanks between them.
pub(super) fn strip(cx: &Cx<'_>, days: &[Day], gap: usize) -> Line<'static> {
    let glyphs = cx.glyphs();
    if days.iter().all(|day| *day == Day::Unknown) {
        return Line::of(glyphs.unknown, Role::Unknown);
    }
    let mut line = Line::new();
    for (i, day) in days.iter().enumerate() {
        if i > 0 && gap > 0 {
            line.put(" ".repeat(gap), Role::Text);
        }
        let (glyph, role) = match day {
            Day::Copy => (glyphs.copy, Role::Muted),
            Day::Bad => (glyphs.bad_copy, Role::Critical),
            Day::None => (glyphs.no_copy, Role::Rest),
            Day::Unknown => (glyphs.unknown, Role::Unknown),
        };
        line.put(glyph, role);
    }
    line
}
