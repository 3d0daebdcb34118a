//! What machines, guests and datastores did over time: what the survey knows, and what is asked
//! for while somebody looks.

use super::node::Host;
use super::{Cx, Line, Sheet};
use crate::fleet::host::{LoadPoint, Usage};
use crate::fleet::look::{Frame, GuestPoint, Look, Seen, StorePoint};
use crate::fleet::part::{Outcome, Part, PartState};
use crate::fleet::time::Epoch;
use crate::judge::rows::{DatastoreRow, GuestRow, NodeRow};
use crate::lang::Label;
use crate::theme::Role;
use crate::ui::chart::{Course, Metric, Panel, Scale, over_time, slots};
use crate::ui::values::unknown;

/// Points of a forecast: one a day.
const DAYS: i64 = 30;

/// Points over a span, and what is to be said of them.
struct Told<'a, T> {
    points: &'a [T],
    span: i64,
    panel: Panel<'a>,
}

impl<T> Told<'_, T> {
    /// The course of one measure.
    fn course(&self, of: impl Fn(&T) -> (Epoch, Option<f64>)) -> Course {
        slots(self.points.iter().map(of), self.span)
    }
}

fn title(frame: Frame) -> Label {
    match frame {
        Frame::Hour => Label::LastHour,
        Frame::Day => Label::LastDay,
        Frame::Month => Label::LastMonth,
    }
}

/// What was seen of a look: its points, as `of` finds them in an answer.
fn told<'a, T>(
    cx: &Cx<'a>,
    look: &Look,
    frame: Frame,
    of: impl Fn(&'a Seen) -> Option<&'a [T]>,
) -> Told<'a, T> {
    let part = cx.state.looks.get(look);
    let points = part.and_then(|p| p.known()).and_then(of).unwrap_or_default();
    // What is shown is asked for; beside a list once the cursor rests there.
    let is_asked = cx.state.looks.is_asked(look) || part.is_none_or(|p| p.tried.is_none());
    let note = note(cx, part, is_asked);
    let panel = Panel { title: title(frame), note, is_ahead: false };
    Told { points, span: frame.seconds(), panel }
}

/// What is to be said of a history beside its name: nothing while it is young; how old it is; that
/// it is not known, and why.
fn note<'a, T>(cx: &Cx<'a>, part: Option<&'a Part<T>>, is_asked: bool) -> Option<Line<'a>> {
    let lang = cx.lang();
    let state = part.map_or(PartState::NotAsked, |p| p.state(cx.now()));
    let is_known = part.is_some_and(|p| p.known().is_some());
    if is_known && state == PartState::Fresh {
        return None;
    }
    let mut line = match part.and_then(|p| p.seen).filter(|_| is_known) {
        Some(seen) => Line::of(lang.ago(&cx.age(seen)), Role::Unknown),
        None if is_asked => return Some(Line::of(lang.label(Label::Asking), Role::Muted)),
        None => unknown(cx),
    };
    match part.map(|p| &p.outcome) {
        Some(Outcome::Failed(cause)) => {
            line.put(format!("  {}", lang.cause(cause.kind)), Role::Unknown);
        }
        _ => line.put(format!("  {}", lang.part_state(state)), Role::Unknown),
    }
    Some(line)
}

/// The load of a host, its memory, its swap and how long it waited for disks.
pub(super) fn host<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &NodeRow, host: &Host<'a>) {
    let status = host.status.live(cx.now());
    let told = [Frame::Hour, Frame::Day].map(|frame| {
        let (source, node) = (row.source.clone(), row.name.clone());
        let look = Look::NodeHistory { source, node, frame };
        let told = told(cx, &look, frame, |seen| match seen {
            Seen::Load(history) => Some(history.points.as_slice()),
            _ => None,
        });
        // Of the last hour every survey has something.
        match host.history.known().filter(|_| frame == Frame::Hour && told.points.is_empty()) {
            Some(history) => {
                let note = note(cx, Some(host.history), false);
                let panel = Panel { title: title(frame), note, is_ahead: false };
                Told { points: &history.points, panel, ..told }
            }
            None => told,
        }
    });
    let metric = |name, now, of: fn(&LoadPoint) -> Option<f64>| Metric {
        name,
        scale: Scale::Share,
        now,
        courses: told.iter().map(|t| t.course(|p| (p.time, of(p)))).collect(),
    };
    let mut metrics = vec![
        metric(Label::Load, row.cpu, |p| p.cpu),
        metric(Label::Memory, row.memory.and_then(Usage::fraction), |p| p.memory),
    ];
    let swap = status.and_then(|s| s.swap);
    if swap.is_none_or(|swap| swap.total > 0) {
        metrics.push(metric(Label::Swap, swap.and_then(Usage::fraction), |p| p.swap));
    }
    metrics.push(metric(Label::IoWait, status.and_then(|s| s.iowait), |p| p.iowait));
    // As high as the CPUs that there are: above, something waits for its turn.
    let cpus = status.and_then(|s| s.cpus).map_or(0.0, f64::from);
    let load = status.and_then(|s| s.load).map(|[one, ..]| one);
    metrics.push(Metric {
        scale: Scale::Number(cpus),
        ..metric(Label::LoadAverage, load, |p| p.load)
    });
    over_time(cx, sheet, &told.map(|t| t.panel), &metrics);
}

/// What a guest used.
pub(super) fn guest<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &GuestRow) {
    if row.template {
        return;
    }
    let told = [Frame::Hour, Frame::Day].map(|frame| {
        let look = Look::GuestHistory {
            source: row.source.clone(),
            node: row.node.clone(),
            kind: row.kind,
            vmid: row.vmid,
            frame,
        };
        told(cx, &look, frame, |seen| match seen {
            Seen::Guest(points) => Some(points.as_slice()),
            _ => None,
        })
    });
    let metric = |name, scale, now, of: fn(&GuestPoint) -> Option<f64>| Metric {
        name,
        scale,
        now,
        courses: told.iter().map(|t| t.course(|p| (p.time, of(p)))).collect(),
    };
    let memory = row.memory.and_then(Usage::fraction);
    let metrics = [
        metric(Label::Load, Scale::Share, row.cpu, |p| p.cpu),
        metric(Label::Memory, Scale::Share, memory, |p| p.memory),
        metric(Label::Read, Scale::Rate, None, |p| p.disk_read),
        metric(Label::Written, Scale::Rate, None, |p| p.disk_write),
        metric(Label::Received, Scale::Rate, None, |p| p.net_in),
        metric(Label::Sent, Scale::Rate, None, |p| p.net_out),
    ];
    over_time(cx, sheet, &told.map(|t| t.panel), &metrics);
}

/// How full a datastore was, how full it will be at this rate, and what was read and written.
pub(super) fn store<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &DatastoreRow) {
    let frame = Frame::Month;
    let (source, store) = (row.source.clone(), row.name.clone());
    let look = Look::StoreHistory { source, store, frame };
    let told = told(cx, &look, frame, |seen| match seen {
        Seen::Store(points) => Some(points.as_slice()),
        _ => None,
    });
    let metric = |name, scale, now, of: fn(&StorePoint) -> Option<f64>| Metric {
        name,
        scale,
        now,
        courses: vec![told.course(|p| (p.time, of(p)))],
    };
    let now = row.usage.and_then(Usage::fraction);
    let mut used = metric(Label::Usage, Scale::Share, now, |p| p.usage.and_then(Usage::fraction));
    let read = metric(Label::Read, Scale::Rate, None, |p| p.read);
    let written = metric(Label::Written, Scale::Rate, None, |p| p.write);
    let forecast = now.zip(row.full_at).map(|(now, full)| forecast(now, full.since(cx.now())));
    let mut panels = vec![told.panel];
    if let (Some(forecast), Some(full)) = (forecast, row.full_at) {
        let note = Some(Line::of(cx.lang().full_in(&cx.ahead(full)), Role::Text));
        panels.push(Panel { title: Label::Forecast, note, is_ahead: true });
        used.courses.push(forecast);
    }
    over_time(cx, sheet, &panels, &[used, read, written]);
}

/// The share in use on each of the days to come, when it is `now` and all is used in so many
/// seconds.
fn forecast(now: f64, full_in: i64) -> Course {
    let rate = (1.0 - now) / (full_in.max(1) as f64);
    (1..=DAYS).map(|day| Some((now + rate * (day * 86_400) as f64).min(1.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::forecast;

    #[test]
    fn a_forecast_ends_at_the_brim() {
        let course = forecast(0.5, 10 * 86_400);
        let near = |day: usize, expected: f64| {
            let value = course.get(day - 1).copied().flatten().unwrap();
            assert!((value - expected).abs() < 1e-9, "{day}: {value}");
        };
        for (day, expected) in [(1, 0.55), (5, 0.75), (10, 1.0), (30, 1.0)] {
            near(day, expected);
        }
        assert_eq!(course.len(), 30);
    }
}
