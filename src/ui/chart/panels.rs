//! Courses of several measures, each over one or more spans, with what they say in words beside
//! them: the picture may be missed.

use super::super::cx::Cx;
use super::super::detail::Sheet;
use super::super::text::Line;
use super::area;
use crate::lang::{Label, Lang};
use crate::theme::Role;

/// Blanks before all that is under a title.
const INDENT: usize = 3;

/// Columns of the names beside the pictures, as of those of a detail.
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
    /// Bytes in a second: from 0 to the highest that is shown.
    Rate,
    /// A number: from 0 to the highest that is shown, and to so many at least.
    Number(f64),
}

/// A span of time.
pub(in crate::ui) struct Panel<'a> {
    /// What it is called.
    pub(in crate::ui) title: Label,
    /// Why there is nothing to show, or how old it is.
    pub(in crate::ui) note: Option<Line<'a>>,
    /// Whether it has not happened yet: then its note says all there is to say.
    pub(in crate::ui) is_ahead: bool,
}

impl Panel<'_> {
    fn role(&self) -> Role {
        if self.is_ahead { Role::Rest } else { Role::Meter }
    }
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
    fn say(self, lang: &dyn Lang, value: f64) -> String {
        match self {
            Self::Share => lang.percent(value),
            Self::Rate => format!("{}/s", lang.bytes(value.max(0.0) as u64)),
            Self::Number(_) => lang.number(value),
        }
    }

    /// What stands at the upper edge.
    fn top(self, courses: &[Course]) -> f64 {
        let all = courses.iter().flatten().flatten().copied();
        match self {
            Self::Share => 1.0,
            Self::Rate => all.fold(0.0, f64::max),
            Self::Number(least) => all.fold(least, f64::max),
        }
    }
}

/// Writes the courses of some measures.
pub(in crate::ui) fn over_time<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    panels: &[Panel<'a>],
    metrics: &[Metric],
) {
    let count = panels.len().max(1);
    let share = |room: usize| (room.saturating_sub(GAP * (count - 1)) / count).max(1);
    let beside_names = share(sheet.width.saturating_sub(NAMES));
    let has_names = beside_names >= NARROW;
    let place = Place {
        left: if has_names { INDENT + NAMES } else { INDENT },
        width: if has_names { beside_names } else { share(sheet.width) },
    };
    sheet.rest();
    let title = Line::of(format!(" {}", cx.lang().label(Label::OverTime)), Role::Head);
    if has_names {
        heads(cx, sheet, title, panels, metrics, place);
    } else {
        sheet.raw(title);
        heads(cx, sheet, Line::new(), panels, metrics, place);
    }
    for metric in metrics {
        beside(cx, sheet, metric, panels, place);
    }
}

/// Where pictures stand.
#[derive(Clone, Copy)]
struct Place {
    /// Columns before the first.
    left: usize,
    /// Columns of each.
    width: usize,
}

impl Place {
    fn of(self, panel: usize) -> usize {
        self.left + panel * (self.width + GAP)
    }
}

/// What stands over pictures side by side; what is too long for its place goes on a line of its
/// own.
fn heads<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    title: Line<'a>,
    panels: &[Panel<'a>],
    metrics: &[Metric],
    place: Place,
) {
    let mut line = title;
    let mut long = Vec::new();
    for (i, panel) in panels.iter().enumerate() {
        let mut head = head(cx, panel, is_measured(metrics, i));
        if head.width() > place.width {
            long.push(std::mem::replace(&mut head, name(cx, panel)));
        }
        line = line.pad(place.of(i)).also(head);
    }
    sheet.raw(line);
    for line in long {
        sheet.line(line);
    }
}

/// One measure in all its spans side by side.
fn beside<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    metric: &Metric,
    panels: &[Panel<'a>],
    place: Place,
) {
    if !metric.courses.iter().any(is_known) {
        return;
    }
    let rows = match metric.scale {
        Scale::Share if sheet.width >= ROOMY => 3,
        _ => 2,
    };
    let top = metric.scale.top(&metric.courses);
    let pictures: Vec<Vec<String>> = metric
        .courses
        .iter()
        .map(|course| area(&scaled(course, top), place.width, rows, cx.glyphs()))
        .collect();
    let mut names = names(cx, metric, top, rows + 1);
    if place.left == INDENT {
        // No room beside the pictures: what is said of them stands over them.
        let mut line = Line::text(" ".repeat(INDENT));
        for (i, name) in std::mem::take(&mut names).into_iter().enumerate() {
            line.put(if i == 0 || name.is_empty() { "" } else { "  " }, Role::Text);
            line.append(name);
        }
        sheet.raw(line);
    }
    let mut names = names.into_iter();
    for row in 0..=rows {
        let mut line = Line::text(" ".repeat(INDENT)).also(names.next().unwrap_or_default());
        let all = panels.iter().zip(&metric.courses).zip(&pictures);
        for (i, ((panel, course), picture)) in all.enumerate() {
            line = line.pad(place.of(i));
            match picture.get(row) {
                Some(text) => line.put(text.trim_end().to_owned(), panel.role()),
                None if panel.is_ahead => {}
                None => line.append(words(cx, metric.scale, course, place.width)),
            }
        }
        sheet.raw(line);
    }
}

/// Whether anything at all was measured in a span.
fn is_measured(metrics: &[Metric], panel: usize) -> bool {
    metrics.iter().any(|metric| metric.courses.get(panel).is_some_and(is_known))
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
    // Without a live value the newest point is now; the last slot is often still being filled.
    let newest = || metric.courses.first()?.iter().rev().take(2).find_map(|point| *point);
    let now = match metric.now.or_else(newest) {
        Some(now) => Line::text(metric.scale.say(cx.lang(), now)),
        None => super::super::values::unknown(cx),
    };
    let scale = match metric.scale {
        Scale::Share => "0–100%".to_owned(),
        Scale::Rate | Scale::Number(_) if top <= 0.0 => String::new(),
        Scale::Rate | Scale::Number(_) => format!("0–{}", metric.scale.say(cx.lang(), top)),
    };
    let name = Line::of(cx.lang().label(metric.name), Role::Muted);
    let mut all = vec![name, now];
    if lines > 2 {
        all.resize(lines - 1, Line::new());
        all.push(Line::of(scale, Role::Rest));
    }
    all
}

fn name<'a>(cx: &Cx<'a>, panel: &Panel<'a>) -> Line<'a> {
    Line::of(cx.lang().label(panel.title), Role::Muted)
}

fn head<'a>(cx: &Cx<'a>, panel: &Panel<'a>, is_measured: bool) -> Line<'a> {
    let line = name(cx, panel).and("  ", Role::Text);
    match &panel.note {
        Some(note) => line.also(note.clone()),
        None if is_measured => name(cx, panel),
        None => line.and(cx.lang().label(Label::NotMeasured), Role::Muted),
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
            line.put(scale.say(cx.lang(), *value), Role::Text);
        }
        line
    };
    (0..pieces.len()).map(line).find(|line| line.width() <= width).unwrap_or_default()
}
