//! What brings a guest back if its node dies: every way, what it costs, what hinders it.

use super::{Cx, Line, Sheet};
use crate::judge::Verdict;
use crate::judge::rows::GuestRow;
use crate::judge::rows::recovery::{HaCare, Room, Tie, Way};
use crate::lang::{Label, besides};
use crate::theme::Role;
use crate::ui::values::{loud, unknown};

/// Writes the ways back of a guest, below the facts they are made from.
pub(super) fn ways<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow) {
    let lang = cx.lang();
    let recovery = &row.recovery;
    let died = |line: Line<'a>| {
        Line::of(format!("{}  ", lang.label(Label::IfDied)), Role::Muted).also(line)
    };
    match (recovery.ways.as_slice(), recovery.verdict) {
        ([], None) => return,
        ([], Some(_)) if !recovery.is_known => {
            let line = unknown(cx).and(format!(" {}", lang.cannot_tell()), Role::Unknown);
            sheet.line(died(line));
        }
        // What is new is nobody's fault, and lost all the same.
        ([], Some(verdict)) => sheet.line(died(Line::of(lang.no_way_back(), loud(verdict)))),
        (ways, _) => {
            for (i, way) in ways.iter().enumerate() {
                let label = if i == 0 { lang.label(Label::IfDied) } else { "" };
                let line = Line::of(label, Role::Muted).pad(14).also(of_way(cx, way));
                sheet.put(3, if sheet.width < 60 { 6 } else { 17 }, line);
            }
        }
    }
    for way in recovery.ways.iter().filter(|way| !way.leaves_out.is_empty()) {
        let keys = way.leaves_out.join(", ");
        let line =
            Line::of(keys, Role::Warning).and(format!("  {}", lang.way(way.kind)), Role::Muted);
        sheet.field(cx, Label::NotBack, line);
    }
    // A CPU type hinders only a live move.
    let ties: Vec<String> =
        recovery.ties.iter().filter(|t| !matches!(t, Tie::Cpu(_))).map(|t| lang.tie(t)).collect();
    if !ties.is_empty() {
        sheet.field(cx, Label::Tied, Line::text(besides(lang, &ties)));
    }
    if let Some(said) = lang.ha(&recovery.ha) {
        let role = match recovery.ha {
            HaCare::Untold(_) | HaCare::Unsure(_) => Role::Unknown,
            _ => Role::Muted,
        };
        sheet.field(cx, Label::HaThen, Line::of(said, role));
    }
    if recovery.key_at_risk {
        sheet.field(cx, Label::Key, Line::of(lang.key_at_risk(), Role::Critical));
    }
    wanted(cx, sheet, row);
}

/// `replica fi2  15m lost (16m at worst)  in about 10m  fits`
fn of_way<'a>(cx: &Cx<'a>, way: &'a Way) -> Line<'a> {
    let lang = cx.lang();
    let mut line = Line::text(lang.way(way.kind)).pad(8);
    match &way.target {
        Some((_, node)) => line.put(format!("{node}  "), Role::Text),
        None => line.put(format!("{}  ", lang.nowhere()), Role::Warning),
    }
    match (way.point, way.loss) {
        (Some(point), _) => line.put(lang.lost(&cx.age(point)), Role::Text),
        (None, Some(loss)) => line.put(lang.lost(&lang.age(loss)), Role::Text),
        (None, None) => line.append(unknown(cx)),
    }
    if let Some(worst) = way.worst.filter(|worst| Some(*worst) > way.loss) {
        line.put(format!(" ({})", lang.at_worst(&lang.age(worst))), Role::Muted);
    }
    line.put("  ", Role::Text);
    match way.takes {
        Some(takes) => line.put(lang.takes(&lang.age(takes)), Role::Muted),
        None => line.put(lang.takes_unknown(), Role::Muted),
    }
    line.put("  ", Role::Text);
    if way.target.is_some() {
        line.append(room(cx, way.room));
    }
    line
}

/// Whether a node can take it, calm where it can.
pub(in crate::ui) fn room(cx: &Cx<'_>, room: Room) -> Line<'static> {
    let role = match room {
        Room::Fits | Room::Tight => Role::Muted,
        Room::Unknown => Role::Unknown,
        Room::NoBridge | Room::Full | Room::Away => Role::Warning,
    };
    Line::of(cx.lang().room(room), role)
}

/// What is wanted of it, and when it was last rehearsed.
fn wanted<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow) {
    let lang = cx.lang();
    let objective = row.recovery.objective;
    if objective.point.is_some() || objective.time.is_some() {
        let [point, time] = [objective.point, objective.time].map(|s| s.map(|s| lang.age(s)));
        let line = Line::of(lang.wanted(point.as_deref(), time.as_deref()), Role::Muted);
        sheet.field(cx, Label::Wanted, line);
    }
    match (&row.recovery.rehearsed, row.recovery.rehearsal_failed) {
        (Some(last), _) => {
            let took = last.took.map(|took| lang.duration(took as f64));
            let said = lang.rehearsed(&cx.age(last.at), took.as_deref(), last.by.as_deref());
            sheet.field(cx, Label::Rehearsed, Line::of(said, Role::Muted));
        }
        (None, Some(at)) => {
            let said = lang.rehearsal_failed(&cx.age(at));
            sheet.field(cx, Label::Rehearsed, Line::of(said, loud(Verdict::Warning)));
        }
        (None, None) if row.recovery.verdict.is_some() && !row.template => {
            let due = objective.rehearse.is_some();
            let role = if due { loud(Verdict::Warning) } else { Role::Muted };
            sheet.field(cx, Label::Rehearsed, Line::of(lang.label(Label::Never), role));
        }
        (None, None) => {}
    }
}
