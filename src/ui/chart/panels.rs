//! Courses of several measures, each over one or more spans, with what they say in words beside
//! them: the picture may be missed.

use super::super::cx::Cx;
use super::super::detail::Sheet;
use super::super::text::Line;
use super::area;
use crate::lang::Label;
use crate::lang::measure::{bytes, percent};
use crate::theme::Role;

/// Columns before the pictures: the indent and the names of a detail.
const NAMES: usize = 11;

/// Blanks between two pictures.
const GAP: usize = 3;

/// From so many columns a picture is worth having beside another one.
const NARROW: usize = 26;

/// From so many columns of text pictures are four lines high.
const ROOMY: usize = 100;

/// From when to when.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) enum Scale {
    /// Fractions: from 0 to 1.
    Share,
    /// Bytes: from 0 to the highest that is shown.
    Bytes,
    /// Bytes in a second: from 0 to the highest that is shown.
    Rate,
}

/// A span of time.
pub(in crate::ui) struct Panel<'a> {
    /// What it is called.
    pub(in crate::ui) title: Label,
    /// Why there is nothing to show, or how old it is.
    pub(in crate::ui) note: Option<Line<'a>>,
}

/// One measure over one span: a point per step of time, oldest first.
pub(in crate::ui) type Course = Vec<Option<f64>>;

/// One measure.
pub(in crate::ui) struct Metric {
    /// What it is called.
    pub(in crate::ui) name: Label,
    /// What it is measured in.
    pub(in crate::ui) scale: Scale,
    /// How it is now; none where that is not known.
    pub(in crate::ui) now: Option<f64>,
    /// Its course in each panel.
    pub(in crate::ui) courses: Vec<Course>,
}

impl Scale {
    fn say(self, value: f64) -> String {
        match self {
            Self::Share => percent(value),
            Self::Bytes => bytes(value.max(0.0) as u64),
            Self::Rate => format!("{}/s", bytes(value.max(0.0) as u64)),
        }
    }

    /// What stands at the upper edge.
    fn top(self, courses: &[Course]) -> f64 {
        let all = courses.iter().flatten().flatten().copied();
        match self {
            Self::Share => 1.0,
            Self::Bytes | Self::Rate => all.fold(0.0, f64::max),
        }
    }
}

/// Writes the courses of some measures.
pub(in crate::ui) fn over_time<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    panels: Vec<Panel<'a>>,
    metrics: &[Metric],
) {
    let room = sheet.width.saturating_sub(NAMES);
    let count = panels.len().max(1);
    let share = (room.saturating_sub(GAP * (count - 1)) / count).max(1);
    let is_beside = share >= NARROW;
    let (width, rows) = match (is_beside, sheet.width >= ROOMY) {
        (true, true) => (share, 4),
        (true, false) => (share, 2),
        (false, _) => (room, 1),
    };
    let title = Line::of(format!(" {}", cx.lang().label(Label::OverTime)), Role::Head);
    if is_beside {
        let mut heads = title.pad(3 + NAMES);
        for (i, panel) in panels.into_iter().enumerate() {
            heads = heads.pad(3 + NAMES + i * (width + GAP)).also(head(cx, panel));
        }
        sheet.raw(heads);
        for metric in metrics {
            beside(cx, sheet, metric, width, rows);
        }
        return;
    }
    sheet.raw(title);
    for (i, panel) in panels.into_iter().enumerate() {
        sheet.line(head(cx, panel));
        for metric in metrics {
            let Some(course) = metric.courses.get(i).filter(|c| is_known(c)) else { continue };
            let one = [course.clone()];
            let top = metric.scale.top(&one);
            let mut names = names(cx, metric, top, 2).into_iter();
            let picture = area(&scaled(course, top), width, 1, cx.glyphs());
            for text in picture {
                let name = Line::text("   ").also(names.next().unwrap_or_default());
                sheet.raw(name.pad(3 + NAMES).and(text, Role::Meter));
            }
            let name = Line::text("   ").also(names.next().unwrap_or_default());
            sheet.raw(name.pad(3 + NAMES).also(words(cx, metric.scale, course, width)));
        }
    }
}

/// One measure in all its spans side by side.
fn beside<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, metric: &Metric, width: usize, rows: usize) {
    if !metric.courses.iter().any(|c| is_known(c)) {
        return;
    }
    let top = metric.scale.top(&metric.courses);
    let pictures: Vec<Vec<String>> = metric
        .courses
        .iter()
        .map(|course| area(&scaled(course, top), width, rows, cx.glyphs()))
        .collect();
    let mut names = names(cx, metric, top, rows + 1).into_iter();
    for row in 0..=rows {
        let mut line = Line::text("   ").also(names.next().unwrap_or_default());
        for (i, (course, picture)) in metric.courses.iter().zip(&pictures).enumerate() {
            line = line.pad(3 + NAMES + i * (width + GAP));
            match picture.get(row) {
                Some(text) => line.put(text.trim_end().to_owned(), Role::Meter),
                None => line.append(words(cx, metric.scale, course, width)),
            }
        }
        sheet.raw(line);
    }
}

fn is_known(course: &Course) -> bool {
    course.iter().any(Option::is_some)
}

/// Fractions of what stands at the upper edge.
fn scaled(course: &Course, top: f64) -> Course {
    let share = |value: f64| if top > 0.0 { value / top } else { 0.0 };
    course.iter().map(|point| point.map(share)).collect()
}

/// What stands before a picture, line by line: its name, how it is now, and its scale.
fn names<'a>(cx: &Cx<'a>, metric: &Metric, top: f64, lines: usize) -> Vec<Line<'a>> {
    let now = match metric.now {
        Some(now) => Line::text(metric.scale.say(now)),
        None => super::super::values::unknown(cx),
    };
    let scale = match metric.scale {
        Scale::Share => "0–100%".to_owned(),
        Scale::Bytes | Scale::Rate => format!("0–{}", metric.scale.say(top)),
    };
    let name = Line::of(cx.lang().label(metric.name), Role::Muted);
    let mut all = vec![name, now];
    if lines > 2 {
        all.resize(lines - 1, Line::new());
        all.push(Line::of(scale, Role::Rest));
    }
    all
}

fn head<'a>(cx: &Cx<'a>, panel: Panel<'a>) -> Line<'a> {
    let line = Line::of(cx.lang().label(panel.title), Role::Muted);
    match panel.note {
        Some(note) => line.and("  ", Role::Text).also(note),
        None => line,
    }
}

/// `min 3%  avg 12%  max 90%`, as much of it as there is room for: the peak last.
fn words<'a>(cx: &Cx<'a>, scale: Scale, course: &Course, width: usize) -> Line<'a> {
    let known = || course.iter().flatten().copied();
    let count = known().count();
    let (Some(min), Some(max)) = (known().reduce(f64::min), known().reduce(f64::max)) else {
        return Line::new();
    };
    let mean = known().sum::<f64>() / count as f64;
    let pieces = [(Label::Least, min), (Label::Mean, mean), (Label::Most, max)];
    let line = |from: usize| {
        let mut line = Line::new();
        for (label, value) in pieces.iter().skip(from) {
            let before = if line.is_empty() { "" } else { "  " };
            line.put(format!("{before}{} ", cx.lang().label(*label)), Role::Muted);
            line.put(scale.say(*value), Role::Text);
        }
        line
    };
    (0..pieces.len()).map(line).find(|line| line.width() <= width).unwrap_or_default()
}
