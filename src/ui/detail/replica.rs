//! What is remembered of replication: days as signs, and how old the replica grew.

use super::{Cx, Line, Sheet};
use crate::fleet::record::HOUR;
use crate::fleet::time::Epoch;
use crate::judge::backup::fortnight::DAYS;
use crate::judge::replication::days::{Day, Remembered, Tick, ticks};
use crate::judge::rows::{GuestRow, ReplicationRow};
use crate::lang::Label;
use crate::theme::Role;
use crate::ui::widgets::{legend, spark, strip};

/// The last days of each replica of a guest.
pub(super) fn of_guest<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow) {
    if row.replication.jobs.is_empty() {
        return;
    }
    sheet.title(cx, Label::Replicas);
    let mut there: Vec<Day> = Vec::new();
    for job in &row.replication.jobs {
        let told = cx.remembered(job);
        days(cx, sheet, job, &told);
        there.extend(&told.days);
    }
    meaning(cx, sheet, &there);
}

/// The last days of one job, in signs, in words and as a chart.
pub(super) fn of_job<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a ReplicationRow) {
    sheet.title(cx, Label::Replicas);
    let told = cx.remembered(row);
    days(cx, sheet, row, &told);
    meaning(cx, sheet, &told.days);
    chart(cx, sheet, row, &told);
}

/// The strip of a job and what it comes to.
fn days<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, job: &ReplicationRow, told: &Remembered) {
    let lang = cx.lang();
    let mut line = strip(cx, &told.days, 1);
    let today = lang.day(cx.now(), &cx.when());
    if is_unwatched(told) {
        line.put(format!(" {}", lang.never_watched()), Role::Muted);
    } else {
        line.put(format!("  {today}"), Role::Muted);
    }
    line.put(format!("  {} ", cx.glyphs().arrow), Role::Rest);
    line.put(job.target.to_string(), Role::Text);
    sheet.line(line);
    if is_unwatched(told) {
        return;
    }
    let mut words = match told.latest {
        Some((lag, at)) => Line::text(lang.latest_by(&age(cx, lag), &date(cx, at))),
        None if !told.days.iter().any(|day| day.is_told()) => Line::new(),
        None => Line::of(lang.never_late(), Role::Muted),
    };
    let mut add = |text: String, role: Role| {
        let before = if words.is_empty() { "" } else { "  " };
        words.put(format!("{before}{text}"), role);
    };
    if told.fails > 0 {
        add(lang.runs_failed(told.fails), Role::Warning);
    }
    let passed = cx.now().since(told.from).max(1);
    let share = cx.lang().percent(told.known as f64 / passed as f64);
    add(lang.watched(&share, DAYS), Role::Muted);
    sheet.line(words);
}

fn is_unwatched(told: &Remembered) -> bool {
    told.days.iter().all(|day| *day == Day::Unwatched)
}

fn meaning<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, days: &[Day]) {
    // One sign that is told in words needs no meaning.
    if days.iter().any(|day| *day != Day::Unwatched) {
        let there = Day::ALL.into_iter().filter(|day| days.contains(day));
        sheet.line(legend(cx, there, sheet.width, 2));
    }
}

/// So many signs wide is the chart at most: four hours each.
const WIDE: usize = 84;

/// How old the replica grew, as heights; what was not watched is a blank.
fn chart<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &ReplicationRow, told: &Remembered) {
    let (lang, when) = (cx.lang(), cx.when());
    let Some((oldest, at)) = told.oldest.filter(|(oldest, _)| *oldest > 0) else { return };
    let spans = sheet.width.min(WIDE);
    let (ticks, each) = ticks(cx.record(row), cx.now(), spans);
    cx.note(|d| d.rolls_at(Epoch((cx.now().0.div_euclid(HOUR) + 1).saturating_mul(HOUR))));
    let height = |tick: &Tick| match tick {
        Tick::Unwatched => None,
        Tick::None => Some(1.0),
        Tick::Age(age) => Some(f64::from(*age) / f64::from(oldest)),
    };
    let heights: Vec<Option<f64>> = ticks.iter().map(height).collect();
    sheet.line(spark(cx, &heights, heights.len()).all(Role::Muted));
    let hours = i64::try_from(each).unwrap_or(1);
    let from = cx.now().minus(hours * i64::try_from(ticks.len()).unwrap_or(0) * HOUR);
    let (first, last) = (lang.day(from, &when), lang.day(cx.now(), &when));
    let room = ticks.len().saturating_sub(last.chars().count());
    sheet.line(Line::of(first, Role::Muted).pad(room).and(last, Role::Muted));
    let each = lang.age(hours * HOUR);
    sheet.line(Line::of(lang.age_chart(&age(cx, oldest), &date(cx, at), &each), Role::Muted));
}

fn age(cx: &Cx<'_>, seconds: u32) -> String {
    cx.lang().duration(f64::from(seconds))
}

fn date(cx: &Cx<'_>, at: Epoch) -> String {
    cx.lang().date(at, &cx.when())
}
