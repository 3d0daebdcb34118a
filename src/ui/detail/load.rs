//! What a machine did over time.

use super::node::Host;
use super::{Cx, Line, Sheet};
use crate::fleet::host::{LoadHistory, LoadPoint, Usage};
use crate::fleet::part::{Part, PartState};
use crate::judge::rows::NodeRow;
use crate::lang::Label;
use crate::theme::Role;
use crate::ui::chart::{Course, Metric, Panel, Scale, over_time, slots};

const HOUR: i64 = 3600;

/// The load of a host, its memory, its swap and how long it waited for disks.
pub(super) fn host<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &NodeRow, host: &Host<'a>) {
    let status = host.status.live(cx.now());
    let hour = host.history;
    let spans = [(hour.known(), HOUR)];
    let panels = vec![Panel { title: Label::LastHour, note: note(cx, hour) }];
    let metric = |name, now, of: fn(&LoadPoint) -> Option<f64>| Metric {
        name,
        scale: Scale::Share,
        now,
        courses: spans.iter().map(|(history, span)| course(*history, *span, of)).collect(),
    };
    let has_swap = status.and_then(|s| s.swap).is_none_or(|swap| swap.total > 0);
    let mut metrics = vec![
        metric(Label::Load, row.cpu, |p| p.cpu),
        metric(Label::Memory, row.memory.and_then(Usage::fraction), |p| p.memory),
        metric(Label::IoWait, status.and_then(|s| s.iowait), |p| p.iowait),
    ];
    if has_swap {
        let now = status.and_then(|s| s.swap).and_then(Usage::fraction);
        metrics.insert(2, metric(Label::Swap, now, |p| p.swap));
    }
    over_time(cx, sheet, panels, &metrics);
}

fn course(history: Option<&LoadHistory>, span: i64, of: fn(&LoadPoint) -> Option<f64>) -> Course {
    let points = history.map_or(&[][..], |h| h.points.as_slice());
    slots(points.iter().map(|point| (point.time, of(point))), span)
}

/// What is to be said of a history beside its name: that it is not known and why, or how old it
/// is.
fn note<'a>(cx: &Cx<'a>, part: &'a Part<LoadHistory>) -> Option<Line<'a>> {
    let lang = cx.lang();
    let state = part.state(cx.now());
    match (part.known(), part.seen) {
        (Some(_), Some(_)) if state == PartState::Fresh => None,
        (Some(_), Some(seen)) => Some(Line::of(lang.ago(&cx.age(seen)), Role::Unknown)),
        _ => {
            let mut line = crate::ui::values::unknown(cx)
                .and(format!(" {}", lang.part_state(state)), Role::Unknown);
            if let Some(error) = part.error() {
                line.put(format!("  {error}"), Role::Muted);
            }
            Some(line)
        }
    }
}
