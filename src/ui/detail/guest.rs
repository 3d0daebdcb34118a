//! A guest: what brings it back, its copies, its disks, its tasks.

use super::{Cx, Line, Sheet};
use crate::fleet::host::Usage;
use crate::fleet::id::GuestKey;
use crate::fleet::pbs::copies::{GroupCopies, Snapshot, Verification};
use crate::fleet::pve::guest::{DiskKind, GuestDisk};
use crate::fleet::subject::Subject;
use crate::fleet::tier;
use crate::judge::Verdict;
use crate::judge::backup::fortnight::{Cell, Fortnight, Mishap};
use crate::judge::rows::{Checked, GuestRow, StoreJobKind};
use crate::lang::Label;
use crate::theme::Role;
use crate::ui::values::{At, aged, copy, groups, guest_share, guest_state, loud, sync, unknown};
use crate::ui::widgets::{legend, strip};

/// Writes a guest's detail.
pub(super) fn guest<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, key: &GuestKey) {
    let Some(row) = cx.guest(key) else { return };
    for line in summary(cx, row) {
        sheet.summary(line);
    }
    let groups = groups(cx, &row.source, row.vmid, row.kind);
    recovery(cx, sheet, row, &groups);
    copies(cx, sheet, row, &groups);
    super::replica::of_guest(cx, sheet, row);
    disks(cx, sheet, row);
    super::facts::facts(cx, sheet, row);
    super::load::guest(cx, sheet, row);
}

fn summary<'a>(cx: &Cx<'a>, row: &'a GuestRow) -> [Line<'a>; 2] {
    let lang = cx.lang();
    let told = cx.pve(&row.source).and_then(|p| p.resources.known());
    let told = told.and_then(|r| r.guest(row.vmid));
    let is_unknown = !row.template && &*row.state == "unknown";
    let mut first = if is_unknown { gone_by(cx, row) } else { guest_state(cx, row) };
    if let Some(uptime) = told.and_then(|g| g.uptime).filter(|u| *u > 0 && !is_unknown) {
        let uptime = i64::try_from(uptime).unwrap_or(i64::MAX);
        first.put(format!(" {}", lang.age(uptime)), Role::Muted);
    }
    first.put(format!("  {}  ", lang.guest_kind(row.kind)), Role::Muted);
    if let Some(cpus) = told.and_then(|g| g.cpus) {
        first.put(format!("{cpus} "), Role::Text);
    }
    first.put(format!("{} ", lang.label(Label::Load)), Role::Muted);
    first.append(guest_share(cx, row, row.cpu));
    first.put("  ", Role::Text);
    if let Some(memory) = row.memory {
        first.put(format!("{} ", cx.lang().bytes(memory.total)), Role::Text);
    }
    first.put(format!("{} ", lang.label(Label::Memory)), Role::Muted);
    first.append(guest_share(cx, row, row.memory.and_then(Usage::fraction)));
    let mut second = Line::new();
    let mut add = |label: Label, value: Option<String>| {
        second.put(lang.label(label), Role::Muted);
        second.put(value.map_or_else(String::new, |v| format!(" {v}")), Role::Text);
        second.put("  ", Role::Text);
    };
    if let Some(told) = told {
        if !told.tags.is_empty() {
            add(Label::Tags, Some(told.tags.join(" ")));
        }
        if let Some(pool) = &told.pool {
            add(Label::Pool, Some(pool.to_string()));
        }
        if let Some(lock) = &told.lock {
            add(Label::Lock, Some(lock.to_string()));
        }
    }
    let config = cx.pve(&row.source).and_then(|p| p.configs.get(&row.vmid)?.known());
    if let Some(config) = config {
        if config.onboot {
            add(Label::OnBoot, None);
        }
        if config.agent {
            add(Label::Agent, None);
        }
    }
    if let Some(subject) = &row.because {
        second.put(lang.because(subject), loud(row.verdict));
    }
    [first, second]
}

/// `? unknown  running 4m ago`: what is known no more, and what it was.
fn gone_by<'a>(cx: &Cx<'a>, row: &GuestRow) -> Line<'a> {
    let line = unknown(cx).and(format!(" {}", cx.lang().verdict(Verdict::Unknown)), Role::Unknown);
    let Some(seen) = row.seen else { return line };
    let told = cx.pve(&row.source).and_then(|p| p.resources.known());
    let said = match told.and_then(|r| r.guest(row.vmid)) {
        Some(guest) => cx.lang().was(cx.lang().guest_state(&guest.state), &cx.age(seen)),
        None => cx.lang().ago(&cx.age(seen)),
    };
    line.and(format!("  {said}"), Role::Muted)
}

type Places<'a> = [At<'a>];

/// The newest finished copy of all places.
fn newest<'a>(groups: &Places<'a>) -> Option<(&'a Snapshot, &'a GroupCopies)> {
    let finished = groups.iter().filter_map(|at| at.group);
    finished.filter_map(|g| Some((g.newest()?, g))).max_by_key(|(s, _)| s.time)
}

fn recovery<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow, groups: &Places<'a>) {
    let lang = cx.lang();
    sheet.title(cx, Label::Recovery);
    let backup = &row.backup;
    let mut line = copy(cx, row).pad(12).and("  ", Role::Text);
    if let Some(place) = &backup.place {
        line.put(format!("{place}  "), Role::Text);
    }
    if let Some(at) = backup.newest {
        line.put(format!("{}  ", lang.date(at, &cx.when())), Role::Muted);
    }
    if let Some((snapshot, _)) = newest(groups) {
        if let Some(size) = snapshot.size {
            line.put(format!("{}  ", cx.lang().bytes(size.bytes())), Role::Text);
        }
        if snapshot.encrypted {
            line.put(format!("{}  ", lang.label(Label::Encrypted)), Role::Muted);
        }
    }
    // That it is verified, the sign beside its age says.
    if let Some(checked) = backup.verification.filter(|c| *c != Checked::Ok) {
        line.put(lang.checked(checked), Role::Muted);
    }
    if backup.running {
        line.put(format!("  {}", lang.label(Label::RunsNow)), Role::Accent);
    }
    if let Some(subject) = &backup.because {
        line.put(lang.because(subject), Role::Unknown);
    }
    sheet.field(cx, Label::Copy, line);
    if row.replication.jobs.is_empty() {
        let line = match row.replication.verdict {
            Some(_) => crate::ui::values::replica(cx, row),
            None => Line::of(cx.glyphs().none, Role::Rest)
                .and(format!(" {}", lang.label(Label::None)), Role::Muted),
        };
        sheet.field(cx, Label::Replica, line);
    }
    for job in &row.replication.jobs {
        let subject = Subject::Replication(job.source.clone(), job.id.clone());
        let line = sync(cx, job).pad(12).and(format!("  {}  ", job.target), Role::Text);
        let line = match cx.problems_of(&subject).next() {
            Some(p) => line.and(lang.short(p, &cx.when()), loud(p.severity.verdict())),
            None => match &job.because {
                Some(because) => line.and(lang.because(because), Role::Muted),
                None => line.and(&*job.schedule, Role::Muted),
            },
        };
        sheet.field(cx, Label::Replica, line);
    }
    super::recovery::ways(cx, sheet, row);
}

fn copies<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow, groups: &Places<'a>) {
    if row.backup.verdict.is_none() && groups.is_empty() {
        return;
    }
    let lang = cx.lang();
    sheet.title(cx, Label::Copies);
    let told = cx.fortnight(row);
    let strip = strip(cx, &told.cells, 1);
    sheet.line(strip.and(format!("  {}", lang.day(cx.now(), &cx.when())), Role::Muted));
    let there = Cell::ALL.into_iter().filter(|cell| told.cells.contains(cell));
    sheet.line(legend(cx, there, sheet.width, 2));
    mishaps(cx, sheet, row, &told);
    for At { place, group, carried } in groups {
        let Some(group) = group else {
            sheet.line(
                unknown(cx).and(format!(" {place}  {}", lang.label(Label::NotKnown)), Role::Muted),
            );
            continue;
        };
        let mut line = Line::of(format!("{place}  "), Role::Muted);
        if *carried {
            line.put(format!("{}  ", lang.store_job(StoreJobKind::Sync)), Role::Muted);
        }
        for snapshot in group.snapshots.iter().filter(|s| s.is_finished()) {
            let piece = one_copy(cx, snapshot);
            if line.width() + piece.width() > sheet.width {
                break;
            }
            line.append(piece);
        }
        sheet.line(line);
    }
}

/// So many runs of one kind are told with their dates.
const DATES: usize = 6;

/// What did not go as promised, in words: the newest first.
fn mishaps<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow, told: &Fortnight) {
    let (lang, when) = (cx.lang(), cx.when());
    for kind in [Cell::Missing, Cell::Failed, Cell::Bad, Cell::Late, Cell::Elsewhere] {
        let of_kind: Vec<&Mishap> = told.mishaps.iter().rev().filter(|m| m.cell == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut lines = vec![Line::new()];
        for mishap in of_kind.iter().take(DATES) {
            let mut line = Line::text(lang.date(mishap.due, &when));
            if let [_, _, ..] = row.backup.jobs.as_slice() {
                let job = Subject::BackupJob(row.source.clone(), mishap.job.clone());
                line.put(format!(" {}", cx.title(&job)), Role::Muted);
            }
            if let Some(copy) = mishap.copy.filter(|_| kind == Cell::Late) {
                let moment = lang.date(copy, &when);
                line.put(format!(" {}", lang.came(&moment)), Role::Muted);
            }
            // Errors have a line each.
            let error = mishap.error.as_deref().filter(|error| !error.is_empty());
            if let Some(error) = error {
                line.put(format!(" {error}"), Role::Warning);
            }
            match lines.last_mut() {
                Some(last) if last.is_empty() => *last = line,
                Some(last) if kind != Cell::Failed => {
                    last.put("  ", Role::Text);
                    last.append(line);
                }
                _ => lines.push(line),
            }
        }
        let left = of_kind.len().saturating_sub(DATES);
        if let (true, Some(last)) = (left > 0, lines.last_mut()) {
            last.put(format!("  {}", lang.more(left)), Role::Muted);
        }
        for (i, line) in lines.into_iter().enumerate() {
            sheet.named(if i == 0 { lang.cell(kind) } else { "" }, line);
        }
    }
    let mut gaps = told.mishaps.iter().filter(|m| m.cell == Cell::Gap);
    if let Some(first) = gaps.next() {
        let (count, last) = gaps.fold((1, first), |(count, _), gap| (count + 1, gap));
        let (first, last) = (lang.date(first.due, &when), lang.date(last.due, &when));
        let words = lang.gaps(count, &first, &last);
        sheet.named(lang.cell(Cell::Gap), Line::of(words, Role::Muted));
    }
}

/// `22 Nov 02:07 48.2G ✓`
fn one_copy(cx: &Cx<'_>, snapshot: &Snapshot) -> Line<'static> {
    let date = cx.lang().date(snapshot.time, &cx.when());
    let size = snapshot.size.map_or_else(String::new, |n| cx.lang().bytes(n.bytes()));
    let line = Line::text(date).and(format!(" {size} "), Role::Muted);
    let (mark, role) = match snapshot.verification {
        Verification::Ok(_) => (cx.glyphs().verified, Role::Muted),
        Verification::Failed(_) => (cx.glyphs().bad_copy, Role::Critical),
        Verification::None => (" ", Role::Muted),
    };
    line.and(mark, role).and("  ", Role::Text)
}

fn disks<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, row: &'a GuestRow) {
    let lang = cx.lang();
    sheet.title(cx, Label::Disks);
    let part = cx.pve(&row.source).and_then(|p| p.configs.get(&row.vmid));
    let Some(config) = part.and_then(|p| p.known()) else {
        let line = unknown(cx).and(format!(" {}", lang.label(Label::NotKnown)), Role::Muted);
        sheet.line(match part.map(|p| p.view(true, cx.now())) {
            Some(view) => super::source::of_part(cx, &view),
            None => line,
        });
        return;
    };
    let matters = |d: &&GuestDisk| !matches!(d.kind, DiskKind::Cdrom | DiskKind::CloudInit);
    for disk in config.disks.iter().filter(matters) {
        sheet.line(of_disk(cx, row, disk));
    }
    if let Some(seen) = part.and_then(|p| p.seen)
        && aged(cx, Some(seen), tier::HOURLY) == Role::Muted
    {
        sheet.line(Line::of(lang.ago(&cx.age(seen)), Role::Muted));
    }
}

fn of_disk<'a>(cx: &Cx<'a>, row: &GuestRow, disk: &'a GuestDisk) -> Line<'a> {
    let lang = cx.lang();
    let size = disk.size.map_or_else(|| cx.glyphs().unknown.to_owned(), |n| cx.lang().bytes(n));
    let place = disk.storage.as_ref().map_or(&*disk.volume, |s| s.as_str());
    let mut line = Line::text(&*disk.key)
        .pad(8)
        .and(format!("{size:>5}  "), Role::Text)
        .and(place, Role::Muted)
        .pad(28)
        .and("  ", Role::Text);
    if !matches!(disk.kind, DiskKind::Disk | DiskKind::Rootfs | DiskKind::MountPoint) {
        line.put(lang.disk(disk.kind), Role::Muted);
        return line;
    }
    let covered = row.backup.verdict.is_some() && !row.backup.jobs.is_empty();
    let mut say = |taken: bool, label: Label, what: Label| {
        if taken {
            line.put(format!("{}   ", lang.label(label)), Role::Muted);
        } else {
            let words = format!("{} {}   ", lang.left_out(), lang.label(what));
            line.put(words, Role::Warning);
        }
    };
    if covered {
        say(disk.backup, Label::InBackup, Label::Backup);
    }
    if !row.replication.jobs.is_empty() {
        say(disk.replicate, Label::InReplica, Label::Replica);
    }
    line
}
