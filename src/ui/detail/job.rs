//! Backup jobs and replication jobs.

use super::{Cx, Line, Sheet};
use crate::fleet::id::{JobId, NodeName, SourceName};
use crate::fleet::part::Part;
use crate::fleet::pve::backup::{IncludedGuest, IncludedVolumes};
use crate::fleet::subject::Subject;
use crate::judge::Verdict;
use crate::judge::rows::BackupJobRow;
use crate::lang::Label;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::text::wrap;
use crate::ui::values::{loud, none, sync, unknown};
use crate::ui::zones;

/// Tasks of its last runs that are told.
const RUNS: usize = 8;

/// Guests that are told disk by disk.
const GUESTS: usize = 40;

/// A backup job: what it says, what it did, what it will do.
pub(super) fn backup<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, source: &SourceName, id: &JobId) {
    let subject = Subject::BackupJob(source.clone(), id.clone());
    let Some(Item::BackupJob(_, row)) = cx.item(&subject) else { return };
    let lang = cx.lang();
    let mut schedule = match row.schedule.as_deref() {
        Some(text) => Line::text(text),
        None => none(cx),
    };
    if let Some(text) = row.schedule.as_deref() {
        schedule.append(reckoned(cx, text, source, row.node.as_ref()));
    }
    if !row.enabled {
        schedule.put(format!("  {}", lang.label(Label::Off)), Role::Warning);
    }
    sheet.field(cx, Label::Schedule, schedule);
    let mut storage = match &row.storage {
        Some(name) => Line::text(name.as_str()),
        None => unknown(cx),
    };
    if let Some(node) = &row.node {
        storage.put(format!("  {node}"), Role::Muted);
    }
    sheet.field(cx, Label::Storage, storage);
    let last = match &row.last {
        None => unknown(cx),
        Some((start, result)) => {
            let line = Line::text(lang.date(*start, &cx.when()))
                .and(format!("  {}", lang.ago(&cx.age(*start))), Role::Muted);
            match result {
                None => line.and(format!("  {}", lang.label(Label::RunsNow)), Role::Accent),
                Some(result) => {
                    let role = if result.is_done() { Role::Muted } else { loud(row.verdict) };
                    line.and(format!("  {}", lang.result(result)), role)
                }
            }
        }
    };
    sheet.field(cx, Label::LastRun, last);
    let next = match row.next {
        Some(at) => Line::text(lang.date(at, &cx.when()))
            .and(format!("  {}", lang.ahead(&cx.ahead(at))), Role::Muted),
        None if row.verdict == Verdict::Unknown => unknown(cx),
        None => none(cx),
    };
    sheet.field(cx, Label::NextRun, next);
    let covers = match &row.covers {
        Some(guests) => Line::text(guests.len().to_string()),
        None => unknown(cx),
    };
    sheet.field(cx, Label::Covers, covers);
    if let Some(comment) = row.comment.as_deref().filter(|c| !c.is_empty()) {
        sheet.field(cx, Label::Comment, Line::text(comment));
    }
    let pve = cx.pve(source);
    let jobs = pve.and_then(|pve| pve.backup_jobs.known());
    let job = jobs.and_then(|jobs| jobs.iter().find(|job| job.id == *id));
    if let Some(prune) = pve.zip(job).and_then(|(pve, job)| pve.prune_of(job)) {
        sheet.field(cx, Label::Rule, Line::of(prune.to_string(), Role::Muted));
    }
    if let Some(mode) = job.and_then(|job| job.mode.as_deref()) {
        sheet.field(cx, Label::Mode, Line::of(mode, Role::Muted));
    }
    runs(cx, sheet, row);
    taken(cx, sheet, pve.and_then(|p| p.included.get(id)));
}

/// In which zone a schedule is reckoned, where that makes a difference.
pub(super) fn reckoned<'a>(
    cx: &Cx<'a>,
    schedule: &str,
    source: &SourceName,
    node: Option<&NodeName>,
) -> Line<'a> {
    match zones::of_schedule(cx, schedule, source, node) {
        Some(foreign) => Line::of(format!("  {}", cx.lang().in_zone(&foreign.name)), Role::Muted),
        None => Line::new(),
    }
}

/// The tasks of its last runs, a line each.
fn runs<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a BackupJobRow) {
    if row.runs.is_empty() {
        return;
    }
    let lang = cx.lang();
    sheet.title(cx, Label::LastRuns);
    for run in row.runs.iter().take(RUNS) {
        let took = run.end.map(|end| lang.duration(end.since(run.start) as f64));
        let mut line = Line::of(lang.date(run.start, &cx.when()), Role::Muted)
            .pad(14)
            .and(run.node.as_str(), Role::Text)
            .pad(28)
            .and(format!("{:>6}  ", took.unwrap_or_default()), Role::Muted);
        match &run.result {
            None => line.put(lang.label(Label::RunsNow), Role::Accent),
            Some(result) => {
                let role = if result.is_done() { Role::Muted } else { Role::Warning };
                line.put(lang.result(result), role);
            }
        }
        sheet.line(line);
    }
}

/// What it takes of each guest, disk by disk: first those of which something is left out.
fn taken<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, part: Option<&'a Part<IncludedVolumes>>) {
    let Some(part) = part else { return };
    let lang = cx.lang();
    sheet.title(cx, Label::Takes);
    let Some(included) = part.known() else {
        sheet.line(super::source::of_part(cx, &part.view(true, cx.now())));
        return;
    };
    let is_whole = |guest: &&IncludedGuest| guest.volumes.iter().all(|v| v.included);
    let disks = included.guests.iter().flat_map(|g| &g.volumes).filter(|v| v.included).count();
    sheet.line(Line::of(lang.count_disks(included.guests.len(), disks), Role::Muted));
    let partial = included.guests.iter().filter(|g| !is_whole(g));
    let whole = included.guests.iter().filter(is_whole);
    for guest in partial.chain(whole).take(GUESTS) {
        sheet.line(of_guest(cx, guest));
    }
    let left = included.guests.len().saturating_sub(GUESTS);
    if left > 0 {
        sheet.line(Line::of(lang.more(left), Role::Muted));
    }
}

fn of_guest<'a>(cx: &Cx<'a>, guest: &'a IncludedGuest) -> Line<'a> {
    let name = guest.name.as_deref().unwrap_or_default();
    let mut line = Line::text(format!("{:>5} ", guest.vmid))
        .and(name, Role::Text)
        .pad(26)
        .and(" ", Role::Text);
    for volume in guest.volumes.iter().filter(|v| v.included) {
        line.put(format!(" {}", volume.key), Role::Muted);
    }
    let mut first = true;
    for volume in guest.volumes.iter().filter(|v| !v.included) {
        if std::mem::take(&mut first) {
            line.put(format!("  {}", cx.lang().label(Label::LeftOut)), Role::Warning);
        }
        line.put(format!(" {}", volume.key), Role::Text);
        line.put(format!(" ({})", volume.reason), Role::Muted);
    }
    line
}

/// A replication job.
pub(super) fn replication<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, source: &SourceName, id: &JobId) {
    let subject = Subject::Replication(source.clone(), id.clone());
    let Some(Item::Replication(_, _, row)) = cx.item(&subject) else { return };
    let lang = cx.lang();
    let from = row.source_node.as_ref().map_or(cx.glyphs().unknown, |n| n.as_str());
    let route = Line::text(from)
        .and(format!(" {} ", cx.glyphs().arrow), Role::Rest)
        .and(row.target.as_str(), Role::Text);
    sheet.field(cx, Label::Route, route);
    let node = row.source_node.as_ref();
    let mut schedule = Line::text(&*row.schedule).also(reckoned(cx, &row.schedule, source, node));
    if row.disabled {
        schedule.put(format!("  {}", lang.label(Label::Off)), Role::Warning);
    }
    sheet.field(cx, Label::Schedule, schedule);
    let mut last = sync(cx, row);
    if let Some(at) = row.last_sync {
        last.put(format!("  {}", lang.date(at, &cx.when())), Role::Muted);
    }
    sheet.field(cx, Label::LastGood, last);
    for (label, at) in [(Label::Due, row.due), (Label::NextRun, row.next)] {
        let line = match at {
            Some(at) => Line::text(lang.date(at, &cx.when())),
            None => unknown(cx),
        };
        sheet.field(cx, label, line);
    }
    let took = row.duration.map_or_else(|| unknown(cx), |d| Line::text(lang.duration(d)));
    sheet.field(cx, Label::Took, took);
    if let Some(count) = row.fail_count.filter(|c| *c > 0) {
        let words = format!("{count} {}", lang.label(Label::Fails));
        sheet.field(cx, Label::Error, Line::of(words, loud(row.verdict)));
        for line in wrap(row.error.as_deref().unwrap_or_default(), sheet.width.saturating_sub(11)) {
            sheet.line(Line::text(" ".repeat(11)).and(line, Role::Text));
        }
    }
    super::replica::of_job(cx, sheet, row);
}
