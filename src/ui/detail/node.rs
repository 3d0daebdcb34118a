//! Nodes and PBS hosts.

use super::{Cx, Line, Sheet};
use crate::fleet::host::{
    CertificateFile, Disk, HostStatus, LoadHistory, Service, Usage, Version, ZfsPool,
};
use crate::fleet::id::{NodeName, SourceName};
use crate::fleet::part::Part;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::fleet::tier;
use crate::fleet::zone::Zone;
use crate::judge::rows::NodeRow;
use crate::lang::Label;
use crate::state::Item;
use crate::theme::Role;
use crate::ui::values::{aged, loud, unknown};
use crate::ui::widgets::gauge;

/// What a PVE node and a PBS host have in common.
pub(super) struct Host<'a> {
    pub(super) status: &'a Part<HostStatus>,
    pub(super) history: &'a Part<LoadHistory>,
    services: &'a Part<Vec<Service>>,
    zfs: &'a Part<Vec<ZfsPool>>,
    disks: &'a Part<Vec<Disk>>,
    certificates: Option<&'a Part<Vec<CertificateFile>>>,
    version: &'a Part<Version>,
    timezone: &'a Part<Zone>,
}

fn host<'a>(cx: &Cx<'a>, source: &SourceName, name: &NodeName) -> Option<Host<'a>> {
    if let Some(pbs) = cx.pbs(source) {
        return Some(Host {
            status: &pbs.status,
            history: &pbs.history,
            services: &pbs.services,
            zfs: &pbs.zfs,
            disks: &pbs.disks,
            certificates: None,
            version: &pbs.version,
            timezone: &pbs.timezone,
        });
    }
    let node = cx.pve(source)?.nodes.get(name)?;
    Some(Host {
        status: &node.status,
        history: &node.history,
        services: &node.services,
        zfs: &node.zfs,
        disks: &node.disks,
        certificates: Some(&node.certificates),
        version: &node.version,
        timezone: &node.timezone,
    })
}

/// A node: load, memory, disks, services.
pub(super) fn node<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, source: &SourceName, name: &NodeName) {
    let subject = Subject::Node(source.clone(), name.clone());
    let Some(Item::Node(_, row)) = cx.item(&subject) else { return };
    sheet.summary(summary(cx, row));
    let host = host(cx, source, name);
    let status = host.as_ref().and_then(|h| h.status.known());
    let wide = sheet.width.min(60) / 4;
    let role = aged(cx, row.seen, tier::MEDIUM);
    let mut cpu = match row.cpu {
        Some(cpu) => gauge(cx, cpu, wide, role),
        None => unknown(cx).and(format!(" {}", cx.lang().label(Label::NotKnown)), Role::Muted),
    };
    if let Some(HostStatus { cpus: Some(cpus), cpu_model: Some(model), .. }) = status {
        cpu.put(format!("  {cpus} {} {model}", cx.glyphs().times), Role::Muted);
    }
    sheet.field(cx, Label::Load, cpu);
    if let Some([one, five, fifteen]) = status.and_then(|s| s.load) {
        let words = [one, five, fifteen].map(|load| cx.lang().number(load)).join("  ");
        sheet.field(cx, Label::LoadAverage, Line::text(words));
    }
    sheet.field(cx, Label::Memory, space(cx, row.memory, wide, role));
    match status.map(|s| s.swap) {
        Some(Some(Usage { total: 0, .. })) => {
            sheet.field(cx, Label::Swap, Line::of(cx.lang().label(Label::None), Role::Muted));
        }
        swap => sheet.field(cx, Label::Swap, space(cx, swap.flatten(), wide, role)),
    }
    sheet.field(cx, Label::Root, space(cx, row.rootfs, wide, role));
    let Some(host) = host else { return };
    super::load::host(cx, sheet, row, &host);
    let alone = cx.pve(source).is_some_and(|pve| !pve.may_be_cluster());
    services(cx, sheet, host.services, alone);
    pools(cx, sheet, host.zfs);
    disks(cx, sheet, host.disks);
    certificates(cx, sheet, &host);
    versions(cx, sheet, &host);
}

fn summary<'a>(cx: &Cx<'a>, row: &'a NodeRow) -> Line<'a> {
    let lang = cx.lang();
    let role = match row.state {
        NodeState::Online => Role::Text,
        NodeState::Offline => Role::Critical,
        NodeState::Unknown => Role::Unknown,
    };
    let mut line = Line::of(lang.node_state(row.state), role);
    let is_seen = row.state == NodeState::Online;
    if let Some(seen) = row.seen.filter(|_| !is_seen) {
        line.put(format!("  {} {}", lang.label(Label::Seen), lang.ago(&cx.age(seen))), Role::Muted);
    }
    if let Some(uptime) = row.uptime.filter(|_| is_seen).and_then(|u| i64::try_from(u).ok()) {
        line.put(format!("  {} {}", lang.label(Label::Up), lang.age(uptime)), Role::Muted);
    }
    if let Some(version) = &row.version {
        line.put(format!("  {} {version}", lang.label(Label::Version)), Role::Muted);
    }
    if let Some((running, all)) = row.guests.filter(|_| is_seen) {
        line.put(format!("  {}", lang.count_guests(running, all)), Role::Muted);
    }
    if let Some(subject) = &row.because {
        line.put(format!("  {}", lang.because(subject)), loud(row.verdict));
    }
    line
}

/// `61% ▆▆▆▁▁  39.0G of 64.0G`
pub(super) fn space(cx: &Cx<'_>, usage: Option<Usage>, cells: usize, role: Role) -> Line<'static> {
    let Some((usage, fraction)) = usage.and_then(|u| Some((u, u.fraction()?))) else {
        return unknown(cx).and(format!(" {}", cx.lang().label(Label::NotKnown)), Role::Muted);
    };
    gauge(cx, fraction, cells, role).and(
        format!("  {} / {}", cx.lang().bytes(usage.used), cx.lang().bytes(usage.total)),
        Role::Muted,
    )
}

/// A part that could not be read, as a line.
fn unread<'a, T>(cx: &Cx<'a>, part: &'a Part<T>) -> Line<'a> {
    super::source::of_part(cx, &part.view(true, cx.now()))
}

/// How many services run, and those that do not. `alone`: the host is known to be in no cluster.
fn services<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, part: &'a Part<Vec<Service>>, alone: bool) {
    sheet.title(cx, Label::Services);
    let Some(services) = part.known() else {
        sheet.line(unread(cx, part));
        return;
    };
    let runs = |s: &&Service| &*s.state == "running" || s.active.as_deref() == Some("active");
    let on = |s: &&Service| !matches!(s.unit.as_deref(), Some("disabled" | "masked" | "not-found"));
    let running = services.iter().filter(runs).count();
    let mut line = Line::of(format!("{running} {}", cx.lang().label(Label::Running)), Role::Muted);
    // Without a cluster corosync has nothing to do: that it does not run is as it should be.
    let idle =
        |s: &&Service| alone && s.name.strip_suffix(".service").unwrap_or(&s.name) == "corosync";
    for service in services.iter().filter(|s| on(s) && !runs(s) && !idle(s)) {
        line.put(format!("   {} ", service.name), Role::Text);
        line.put(&*service.state, Role::Muted);
    }
    sheet.line(line);
}

fn pools<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, part: &'a Part<Vec<ZfsPool>>) {
    let Some(pools) = part.known().filter(|p| !p.is_empty()) else { return };
    sheet.title(cx, Label::Pools);
    let cells = if is_narrow(sheet) { 3 } else { 8 };
    for pool in pools {
        let health = if &*pool.health == "ONLINE" { Role::Muted } else { Role::Warning };
        sheet.line(
            Line::text(&*pool.name)
                .pad(12)
                .and(format!("{:<10}", pool.health), health)
                .also(space(cx, pool.usage, cells, aged(cx, part.seen, tier::SLOW)))
                .also(fragmented(cx, pool)),
        );
    }
}

/// Whether a line has no room for what may be left out.
fn is_narrow(sheet: &Sheet<'_>) -> bool {
    sheet.width < 60
}

fn fragmented<'a>(cx: &Cx<'a>, pool: &ZfsPool) -> Line<'a> {
    let Some(share) = pool.fragmentation else { return Line::new() };
    Line::of(format!("  {share}% {}", cx.lang().label(Label::Fragmented)), Role::Muted)
}

fn disks<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, part: &'a Part<Vec<Disk>>) {
    let Some(disks) = part.known().filter(|d| !d.is_empty()) else { return };
    sheet.title(cx, Label::Disks);
    for disk in disks {
        let model = disk.model.as_deref().unwrap_or(cx.glyphs().unknown);
        let size = disk.size.map_or_else(|| cx.glyphs().unknown.to_owned(), |n| cx.lang().bytes(n));
        let mut line = Line::text(&*disk.device).pad(14).and(format!("{size:>5}  "), Role::Text);
        if !is_narrow(sheet) {
            line = line.and(disk.kind.as_deref().unwrap_or_default(), Role::Muted).pad(27);
        }
        let health = disk.health.as_deref().unwrap_or(cx.glyphs().unknown);
        let role = if matches!(health, "PASSED" | "OK") { Role::Muted } else { Role::Text };
        line.put(format!("{health:<8}"), role);
        if let Some(life) = disk.life {
            line.put(format!("{:>4} ", cx.lang().percent(life)), Role::Text);
            line.put(format!("{}  ", cx.lang().label(Label::LifeLeft)), Role::Muted);
        }
        line = line.and(model, Role::Muted);
        if let Some(used) = &disk.used {
            line.put(format!("  {used}"), Role::Muted);
        }
        sheet.line(line);
    }
}

/// The files with a certificate, the one that ends first at the top; of a PBS, what its endpoint
/// served.
fn certificates<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, host: &Host<'a>) {
    let Some(part) = host.certificates else { return };
    let Some(files) = part.known() else {
        sheet.title(cx, Label::Certificates);
        sheet.line(unread(cx, part));
        return;
    };
    let mut ending: Vec<_> = files.iter().filter_map(|f| Some((f.not_after?, f))).collect();
    ending.sort_by_key(|(end, _)| *end);
    if ending.is_empty() {
        return;
    }
    sheet.title(cx, Label::Certificates);
    for (end, file) in ending {
        sheet.line(
            Line::text(&*file.file)
                .pad(22)
                .and(format!("{:<8}", cx.lang().ahead(&cx.ahead(end))), Role::Text)
                .and(cx.lang().date(end, &cx.when()), Role::Muted)
                .and("  ", Role::Text)
                .and(
                    file.issuer.as_deref().map_or_else(String::new, super::source::issuer),
                    Role::Muted,
                ),
        );
    }
}

fn versions<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, host: &Host<'a>) {
    let kernel = host.status.known().and_then(|s| s.kernel.as_deref());
    let (version, zone) = (host.version.known(), host.timezone.known());
    if version.is_none() && kernel.is_none() && zone.is_none() {
        return;
    }
    sheet.title(cx, Label::Versions);
    if let Some(version) = version {
        sheet.field(cx, Label::Version, Line::text(&*version.text));
    }
    if let Some(kernel) = kernel {
        sheet.field(cx, Label::Kernel, Line::text(kernel));
    }
    if let Some(zone) = zone {
        sheet.field(cx, Label::Zone, Line::text(zone.name()));
    }
}
