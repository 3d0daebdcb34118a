//! Storages, datastores, groups.

use std::sync::Arc;

use super::node::space;
use super::{Cx, Line, Sheet};
use crate::fleet::id::{GroupKey, Namespace, NodeName, SourceName, StorageName, StoreName};
use crate::fleet::part::Part;
use crate::fleet::pbs::copies::Verification;
use crate::fleet::subject::Subject;
use crate::fleet::tier;
use crate::judge::rows::StoreJobKind;
use crate::lang::Label;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::values::{aged, loud, unknown};

/// A datastore: space, jobs, who writes, what is in it.
pub(super) fn datastore<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    source: &SourceName,
    name: &StoreName,
) {
    let subject = Subject::Datastore(source.clone(), name.clone());
    let Some(Item::Datastore(_, row)) = cx.item(&subject) else { return };
    let lang = cx.lang();
    let role = aged(cx, row.seen, tier::SLOW);
    let mut usage = space(cx, row.usage, sheet.width.min(60) / 4, role);
    if let Some(at) = row.full_at {
        usage.put(format!("  {}", lang.full_in(&cx.ahead(at))), loud(row.verdict));
    }
    sheet.field(cx, Label::Usage, usage);
    match row.newest {
        Some(at) => sheet.field(
            cx,
            Label::Newest,
            Line::text(lang.date(at, &cx.when()))
                .and(format!("  {}", lang.ago(&cx.age(at))), Role::Muted),
        ),
        None => sheet.field(cx, Label::Newest, unknown(cx)),
    }
    super::load::store(cx, sheet, row);
    sheet.title(cx, Label::Jobs);
    if row.jobs.is_empty() {
        sheet.line(Line::of(lang.label(Label::None), Role::Muted));
    }
    for job in &row.jobs {
        let (sign, role) = cx.sign(job.verdict);
        let mut line = Line::of(format!("{sign} "), role)
            .and(format!("{:<8}", lang.store_job(job.kind)), Role::Text)
            .and(
                format!("{:<18}", job.schedule.as_deref().unwrap_or(cx.glyphs().none)),
                Role::Muted,
            );
        match (job.running, job.last) {
            (true, _) => line.put(lang.label(Label::RunsNow), Role::Accent),
            (_, Some(at)) => line.put(format!("{:>8} ", lang.ago(&cx.age(at))), Role::Text),
            (_, None) => line.put(format!("{:>8} ", lang.label(Label::Never)), Role::Muted),
        }
        if let Some(result) = &job.result {
            let role = if result.is_done() { Role::Muted } else { loud(job.verdict) };
            line.put(format!(" {}", lang.result(result)), role);
        }
        if let Some(next) = job.next.filter(|at| *at > cx.now()) {
            line.put(
                format!("  {} {}", lang.label(Label::NextRun), lang.ahead(&cx.ahead(next))),
                Role::Muted,
            );
        }
        sheet.line(line);
    }
    // The schedules of one PBS are reckoned in one zone: it is said once.
    let schedules = row.jobs.iter().filter_map(|job| job.schedule.as_deref());
    let zones = schedules.map(|text| super::job::reckoned(cx, text, source, None));
    if let Some(zone) = zones.into_iter().find(|line| !line.is_empty()) {
        sheet.line(zone);
    }
    sheet.title(cx, Label::Writers);
    let synced = synced_into(cx, source, name);
    if row.writers.is_empty() && synced.is_empty() {
        sheet.line(Line::of(lang.label(Label::None), Role::Muted));
    }
    for (writer, storage, ns) in &row.writers {
        let place = if ns.as_str().is_empty() { "/" } else { ns.as_str() };
        sheet.line(
            Line::text(format!("{writer}:{storage}"))
                .pad(24)
                .and(format!(" {} {place}", cx.glyphs().arrow), Role::Muted),
        );
    }
    for (from, ns) in synced {
        let place = if ns.as_str().is_empty() { "/" } else { ns.as_str() };
        sheet.line(
            Line::text(from).pad(24).and(format!(" {} {place}", cx.glyphs().arrow), Role::Muted),
        );
    }
    namespaces(cx, sheet, source, name);
    groups(cx, sheet, source, name);
}

/// The sync jobs that pull copies into a datastore: `sync other/main`, and the namespace they write
/// to.
pub(in crate::ui) fn synced_into<'a>(
    cx: &Cx<'a>,
    source: &SourceName,
    name: &StoreName,
) -> Vec<(String, &'a Namespace)> {
    let jobs = cx.pbs(source).and_then(|pbs| pbs.sync.known());
    let jobs = jobs.into_iter().flatten().filter(|job| job.store == *name);
    let word = cx.lang().store_job(StoreJobKind::Sync);
    let pulls = jobs.filter_map(|job| {
        let end = job.sync.as_ref().filter(|end| !end.push)?;
        let remote = end.remote.as_ref().map_or_else(String::new, |remote| format!("{remote}/"));
        let slash = if end.ns.as_str().is_empty() { "" } else { "/" };
        Some((format!("{word} {remote}{}{slash}{}", end.store, end.ns), &job.ns))
    });
    pulls.collect()
}

/// Groups that are told, the worst first.
const GROUPS: usize = 60;

/// What is in a datastore, group by group: first those whose newest copy is damaged, then those
/// without any, then those whose newest copy is the oldest.
fn groups<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, source: &SourceName, name: &StoreName) {
    let Some(parts) = cx.pbs(source).and_then(|p| p.stores.get(name)) else { return };
    let all = parts.copies.iter().flat_map(|(ns, part)| {
        let groups = part.known().map_or(&[][..], |groups| groups.as_slice());
        groups.iter().map(move |group| (ns, group))
    });
    let mut all: Vec<_> = all
        .map(|(ns, group)| {
            let newest = group.snapshots.iter().find(|s| s.is_finished());
            let is_bad = newest.is_some_and(|s| matches!(s.verification, Verification::Failed(_)));
            (!is_bad, newest.map(|s| s.time), ns, group, newest)
        })
        .collect();
    if all.is_empty() {
        return;
    }
    all.sort_by(|a, b| (a.0, a.1, a.2, a.3.kind, &a.3.id).cmp(&(b.0, b.1, b.2, b.3.kind, &b.3.id)));
    let lang = cx.lang();
    sheet.title(cx, Label::Groups);
    for (_, at, ns, group, newest) in all.iter().take(GROUPS) {
        let slash = if ns.as_str().is_empty() { "" } else { "/" };
        let mut line = Line::of(format!("{ns}{slash}"), Role::Muted)
            .and(format!("{}/{}", group.kind.as_str(), group.id), Role::Text)
            .pad(24);
        line.put(" ", Role::Text);
        line.append(match (at, newest.map(|s| s.verification)) {
            (Some(at), Some(Verification::Failed(_))) => {
                crate::ui::values::age(cx, Some(*at), Role::Critical)
                    .and(format!(" {}", cx.glyphs().bad_copy), Role::Critical)
            }
            (Some(at), Some(Verification::Ok(_))) => {
                crate::ui::values::age(cx, Some(*at), Role::Text)
                    .and(format!(" {}", cx.glyphs().verified), Role::Muted)
            }
            (Some(at), _) => crate::ui::values::age(cx, Some(*at), Role::Text),
            (None, _) => Line::of(format!("  {}", cx.glyphs().none), Role::Rest),
        });
        let count = group.snapshots.iter().filter(|s| s.is_finished()).count();
        line = line.pad(31).and(format!("{:>10}", lang.count_copies(count)), Role::Muted);
        line.put(format!("  {}", group.owner.as_deref().unwrap_or("?")), Role::Muted);
        if let Some(comment) = group.comment.as_deref().filter(|c| !c.is_empty()) {
            line.put(format!("  {comment}"), Role::Muted);
        }
        sheet.line(line);
    }
    let left = all.len().saturating_sub(GROUPS);
    if left > 0 {
        sheet.line(Line::of(lang.more(left), Role::Muted));
    }
}

fn namespaces<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, source: &SourceName, name: &StoreName) {
    let Some(parts) = cx.pbs(source).and_then(|p| p.stores.get(name)) else { return };
    if parts.copies.is_empty() {
        return;
    }
    sheet.title(cx, Label::Namespaces);
    for (ns, part) in &parts.copies {
        let place = if ns.as_str().is_empty() { "/" } else { ns.as_str() };
        let line = Line::text(place).pad(24);
        sheet.line(match part.known() {
            Some(groups) => {
                let copies: usize = groups.iter().map(|g| g.snapshots.len()).sum();
                let said = cx.lang().count_groups(groups.len(), copies);
                line.and(format!(" {said}"), Role::Muted)
            }
            None => line.and(" ", Role::Text).also(super::source::of_part(cx, &view(cx, part))),
        });
    }
}

fn view<'a, T>(cx: &Cx<'a>, part: &'a Part<T>) -> crate::fleet::part::PartView<'a> {
    part.view(true, cx.now())
}

/// A PVE storage.
pub(super) fn storage<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    source: &SourceName,
    node: Option<&NodeName>,
    name: &StorageName,
) {
    let subject = Subject::Storage(source.clone(), node.cloned(), name.clone());
    let Some(Item::Storage(_, row)) = cx.item(&subject) else { return };
    sheet.summary(Line::text(&*row.kind));
    let role = aged(cx, row.seen, tier::FAST);
    sheet.field(cx, Label::Usage, space(cx, row.usage, sheet.width.min(60) / 4, role));
    let configs = cx.pve(source).and_then(|p| p.storages.known());
    if let Some(config) = configs.and_then(|c| c.iter().find(|c| c.name == *name)) {
        sheet.field(cx, Label::Storage, Line::of(config.content.join(", "), Role::Muted));
        if let Some(pbs) = &config.pbs {
            let slash = if pbs.namespace.as_str().is_empty() { "" } else { "/" };
            let target = format!("{}:{}{slash}{}", pbs.server, pbs.datastore, pbs.namespace);
            sheet.field(cx, Label::Where, Line::text(target));
        }
    }
}

/// A group that is not clearly one watched guest's.
pub(super) fn group<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, key: &Arc<GroupKey>) {
    let Some(Item::Group(_, row)) = cx.item(&Subject::Group(key.clone())) else { return };
    sheet.summary(Line::of(cx.lang().ownership(row.of), Role::Text));
    match row.newest {
        Some(at) => sheet.field(cx, Label::Newest, Line::text(cx.lang().date(at, &cx.when()))),
        None => sheet.field(cx, Label::Newest, unknown(cx)),
    }
    match row.owner.as_deref() {
        Some(owner) => sheet.field(cx, Label::Owner, Line::text(owner)),
        None => sheet.field(cx, Label::Owner, unknown(cx)),
    }
    sheet.field(cx, Label::Copy, Line::text(row.count.to_string()));
}
