//! Small pictures of numbers.

use super::cx::Cx;
use super::text::Line;
use crate::judge::backup::fortnight::Cell;
use crate::judge::replication::days::Day;
use crate::lang::Lang;
use crate::theme::{Glyphs, Role};

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
    Line::of(format!("{:>4} ", cx.lang().percent(fraction)), role).also(meter(
        cx,
        fraction,
        cells,
        match role {
            Role::Text => Role::Meter,
            other => other,
        },
    ))
}

/// What became of a day, as a sign with a colour and a word.
pub(super) trait Mark: Copy + PartialEq {
    /// Nothing of it is known.
    const UNSEEN: Self;
    /// Its sign.
    fn sign(self, glyphs: &Glyphs) -> &'static str;
    /// How loud it is: what went wrong is, what is as planned is not.
    fn role(self) -> Role;
    /// The word for it.
    fn word(self, lang: &dyn Lang) -> &'static str;
}

impl Mark for Cell {
    const UNSEEN: Self = Self::Unknown;

    fn sign(self, glyphs: &Glyphs) -> &'static str {
        glyphs.cell(self)
    }

    fn role(self) -> Role {
        match self {
            Self::Verified | Self::Made | Self::Gap => Role::Muted,
            Self::Rest | Self::Pruned => Role::Rest,
            Self::Late | Self::Elsewhere => Role::Text,
            Self::Unknown => Role::Unknown,
            Self::Missing | Self::Failed => Role::Warning,
            Self::Bad => Role::Critical,
        }
    }

    fn word(self, lang: &dyn Lang) -> &'static str {
        lang.cell(self)
    }
}

impl Mark for Day {
    const UNSEEN: Self = Self::Unwatched;

    fn sign(self, glyphs: &Glyphs) -> &'static str {
        glyphs.replica_day(self)
    }

    fn role(self) -> Role {
        match self {
            Self::Kept | Self::Partly => Role::Muted,
            // That nobody looked, or could tell, is nothing wrong with the job.
            Self::Off | Self::Untold | Self::Unwatched => Role::Rest,
            Self::Late => Role::Text,
            Self::Failed => Role::Warning,
        }
    }

    fn word(self, lang: &dyn Lang) -> &'static str {
        lang.replica_day(self)
    }
}

/// Days, oldest first, one sign each, `gap` blanks between them.
pub(super) fn strip<M: Mark>(cx: &Cx<'_>, days: &[M], gap: usize) -> Line<'static> {
    let glyphs = cx.glyphs();
    if days.iter().all(|day| *day == M::UNSEEN) {
        return Line::of(M::UNSEEN.sign(glyphs), M::UNSEEN.role());
    }
    let mut line = Line::new();
    for (i, day) in days.iter().enumerate() {
        if i > 0 && gap > 0 {
            line.put(" ".repeat(gap), Role::Text);
        }
        line.put(day.sign(glyphs), day.role());
    }
    line
}

/// What the signs of days mean, as many as there is room for: the one that is `?` everywhere last.
pub(super) fn legend<M: Mark>(
    cx: &Cx<'_>,
    days: impl IntoIterator<Item = M>,
    width: usize,
    gap: usize,
) -> Line<'static> {
    let mut line = Line::new();
    for day in days {
        let piece = Line::of(day.sign(cx.glyphs()), day.role())
            .and(format!(" {}", day.word(cx.lang())), Role::Muted);
        let blanks = if line.is_empty() { 0 } else { gap };
        if line.width() + blanks + piece.width() > width {
            break;
        }
        line.put(" ".repeat(blanks), Role::Text);
        line.append(piece);
    }
    line
}
