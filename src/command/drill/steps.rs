//! The steps of a rehearsal, with exactly these names. Every name that came from a server is a
//! word of the shell and nothing else.

use super::plan::Plan;
use super::told;
use crate::cli::Global;
use crate::command::report::outline::Block;
use crate::command::report::plain::wrap;
use crate::command::report::text::{WIDTH, laid};
use crate::fleet::id::GuestKind;
use crate::fleet::text::clean;
use crate::lang::{Basis, CopyTold, Lang, Note, Step, When};
use crate::shell::quote;

/// How far sentences stand in, below the title of their step.
const SAID: usize = 3;
/// How far commands stand in.
const COMMAND: &str = "     ";

/// The number of what was restored, in every command that changes something. Only a restore that
/// went well sets it: pasted without a look, none of them touches another guest of that number.
const COPY: &str = "\"$copy\"";

/// A name of a server as a word of a shell that a terminal can show.
fn word(name: &str) -> String {
    quote(&clean(name))
}

/// One step: its commands, and what is said after them.
struct Task<'a> {
    step: Step,
    commands: Vec<String>,
    notes: Vec<Note<'a>>,
}

/// The page, ending with a line break.
pub(super) fn steps(plan: &Plan<'_>, global: &Global, lang: &dyn Lang, when: &When<'_>) -> String {
    let guest = told(&plan.key, plan.guest.name.as_deref());
    let mut page = laid(&[
        Block::Title(lang.rehearsal(&guest, plan.as_vmid)),
        Block::Para(String::new()),
        Block::Para(lang.rehearsal_is_harmless(plan.key.vmid, plan.as_vmid)),
        Block::Para(String::new()),
        Block::Fields(basis(plan, &guest, lang, when)),
    ]);
    for (number, task) in tasks(plan, global).into_iter().enumerate() {
        let title = lang.step(task.step, plan.node.as_str());
        page.push('\n');
        paragraph(&mut page, &format!("{}. ", number.saturating_add(1)), &title);
        for command in &task.commands {
            page.push_str(COMMAND);
            page.push_str(command);
            page.push('\n');
        }
        for note in task.notes {
            paragraph(&mut page, &" ".repeat(SAID), &lang.note(note));
        }
    }
    page
}

fn paragraph(page: &mut String, first: &str, text: &str) {
    let mut before = first.to_owned();
    for line in wrap(text, WIDTH.saturating_sub(SAID)) {
        page.push_str(&before);
        page.push_str(&line);
        page.push('\n');
        before = " ".repeat(SAID);
    }
}

fn basis(plan: &Plan<'_>, guest: &str, lang: &dyn Lang, when: &When<'_>) -> Vec<(String, String)> {
    let kind = lang.guest_kind(plan.guest.kind);
    let bytes = |bytes: Option<u64>| bytes.map(|n| lang.bytes(n));
    let is_short = |need: Option<u64>, free: Option<u64>| {
        need.zip(free).is_some_and(|(need, free)| need > free)
    };
    let mut copy = plan.archive.as_ref().map_or_else(
        || lang.copy_not_known().to_owned(),
        |archive| {
            let point = archive.point;
            lang.copy_is(&CopyTold {
                date: &lang.date(point.time, when),
                age: &lang.age(when.now.since(point.time)),
                place: &point.place,
                checked: point.checked,
                encrypted: point.encrypted,
            })
        },
    );
    if let Some(server) = plan.away {
        copy = lang.besides(&[&copy, &lang.server_away(server.as_str())]);
    }
    let storage = plan.storage.as_ref();
    let free = storage.and_then(|storage| storage.free);
    let mut target = lang.target_is(
        plan.node.as_str(),
        storage.map(|storage| storage.name.as_str()),
        bytes(plan.disk).as_deref(),
        bytes(free).as_deref(),
    );
    if is_short(plan.disk, free) {
        target = lang.besides(&[&target, lang.does_not_fit()]);
    }
    if !plan.online {
        target = lang.besides(&[&target, &lang.node_away(plan.node.as_str())]);
    }
    let memory = lang.memory_is(bytes(plan.memory).as_deref(), bytes(plan.memory_free).as_deref());
    let known = plan.seen.map_or_else(
        || lang.never_read().to_owned(),
        |seen| lang.known_as_of(&lang.moment(seen, when), &lang.age(when.now.since(seen))),
    );
    let mut lines = vec![
        (Basis::Guest, lang.guest_is(guest, kind, plan.guest.node.as_str())),
        (Basis::Copy, copy),
        (Basis::Target, target),
    ];
    if !memory.is_empty() {
        let is_short = is_short(plan.memory, plan.memory_free);
        let told = if is_short { lang.besides(&[&memory, lang.does_not_fit()]) } else { memory };
        lines.push((Basis::Memory, told));
    }
    lines.extend(plan.takes.map(|takes| (Basis::Takes, lang.duration(takes as f64))));
    lines.push((Basis::Known, known));
    lines.into_iter().map(|(name, value)| (lang.basis(name).to_owned(), value)).collect()
}

fn tasks<'a>(plan: &'a Plan<'_>, global: &Global) -> Vec<Task<'a>> {
    let (vmid, own) = (plan.as_vmid, plan.key.vmid);
    let tool = match plan.guest.kind {
        GuestKind::Qemu => "qm",
        GuestKind::Lxc => "pct",
    };
    let one = |step, commands, notes| Task { step, commands, notes };
    vec![
        look(plan),
        find(plan),
        restore(plan),
        isolate(plan, tool),
        one(
            Step::Start,
            vec![format!("{tool} start {COPY}"), format!("{tool} status {COPY}")],
            vec![],
        ),
        inspect(plan),
        one(
            Step::Remove,
            vec![
                format!("{tool} config {COPY} | grep -E '^(name|hostname|net)'"),
                format!("{tool} stop {COPY}"),
                format!("{tool} destroy {COPY} --purge"),
                format!("pvesm list {} --vmid {vmid}", storage(plan)),
            ],
            vec![Note::Sure(vmid), Note::SameDay(vmid)],
        ),
        one(Step::Record, vec![record(plan, own, global)], vec![Note::PutIn]),
    ]
}

/// The storage, or a variable that the first step sets.
fn storage(plan: &Plan<'_>) -> String {
    match &plan.storage {
        Some(storage) => word(storage.name.as_str()),
        None => "\"$storage\"".to_owned(),
    }
}

fn look<'a>(plan: &'a Plan<'_>) -> Task<'a> {
    let vmid = plan.as_vmid;
    let mut commands = vec![format!("pvesh get /cluster/nextid --vmid {vmid}")];
    let mut notes = vec![Note::NumberFree(vmid)];
    if let Some(storage) = &plan.storage {
        commands.push(format!("pvesm status --storage {}", word(storage.name.as_str())));
    } else {
        let content = match plan.guest.kind {
            GuestKind::Qemu => "images",
            GuestKind::Lxc => "rootdir",
        };
        commands.push(format!("pvesm status --content {content}"));
        commands.push("storage=".to_owned());
        notes.push(Note::ChooseStorage);
    }
    Task { step: Step::Look, commands, notes }
}

fn find<'a>(plan: &'a Plan<'_>) -> Task<'a> {
    let vmid = plan.key.vmid;
    let list = |storage: &str| format!("pvesm list {} --vmid {vmid}", word(storage));
    let (mut commands, notes) = if let Some(archive) = &plan.archive {
        (vec![list(archive.storage.as_str())], vec![Note::Listed(&archive.volume)])
    } else {
        let shelves = plan.shelves.iter().map(|storage| list(storage.as_str()));
        (shelves.collect(), vec![Note::ChooseCopy])
    };
    if plan.archive.is_none() {
        if commands.is_empty() {
            commands.push("pvesm status --content backup".to_owned());
        }
        commands.push("archive=".to_owned());
    }
    Task { step: Step::Find, commands, notes }
}

/// The copy, or a variable that the second step sets.
fn archive(plan: &Plan<'_>) -> String {
    match &plan.archive {
        Some(archive) => word(&archive.volume),
        None => "\"$archive\"".to_owned(),
    }
}

fn restore<'a>(plan: &'a Plan<'_>) -> Task<'a> {
    let (vmid, archive, storage) = (plan.as_vmid, archive(plan), storage(plan));
    // The order of the arguments differs.
    let command = match plan.guest.kind {
        GuestKind::Qemu => {
            format!("time qmrestore {archive} {vmid} --storage {storage} --unique 1 && copy={vmid}")
        }
        GuestKind::Lxc => {
            format!(
                "time pct restore {vmid} {archive} --storage {storage} --unique 1 && copy={vmid}"
            )
        }
    };
    let mut notes = vec![Note::Clock, Note::Named(vmid)];
    match plan.archive.as_ref().map(|archive| archive.point.encrypted) {
        Some(Some(false)) => {}
        Some(Some(true)) => notes.push(Note::Key(true)),
        Some(None) | None => notes.push(Note::Key(false)),
    }
    Task { step: Step::Restore, commands: vec!["copy=".to_owned(), command], notes }
}

/// What the copy has of the network and of its node is looked up in what was restored: it may be
/// older than the configuration that is known, and have more.
fn isolate<'a>(plan: &'a Plan<'_>, tool: &str) -> Task<'a> {
    let vmid = plan.as_vmid;
    let lines = |text: &str| -> Vec<String> {
        let text = text.replace("VMID", COPY).replace("TOOL", tool);
        text.lines().map(str::to_owned).collect()
    };
    let mut commands = lines(CUT_OFF);
    let note = match plan.guest.kind {
        GuestKind::Qemu => {
            commands.extend(lines(CUT_OFF_VM));
            Note::CutOffVm
        }
        GuestKind::Lxc => {
            commands.extend(lines(CUT_OFF_CONTAINER));
            Note::CutOffContainer(vmid)
        }
    };
    Task { step: Step::Isolate, commands, notes: vec![note] }
}

/// `TOOL set --netN` takes the card whole: what it is, and that its plug is pulled.
const CUT_OFF: &str = r#"TOOL set VMID --onboot 0 --protection 0
for net in $(TOOL config VMID | grep -oE '^net[0-9]+'); do
  card=$(TOOL config VMID | sed -n "s/,link_down=[^,]*//; s/^$net: //p")
  TOOL set VMID "--$net" "$card,link_down=1"
done"#;

/// Devices, folders and discs of its node, and what would run on it.
const CUT_OFF_VM: &str = r#"for key in $(qm config VMID |
    sed -nE 's/^((hostpci|usb|parallel|virtiofs)[0-9]+|args|hookscript|ivshmem): .*/\1/p
      s/^(serial[0-9]+): \/dev\/.*/\1/p'); do
  qm set VMID --delete "$key"
done
for disc in $(qm config VMID |
    sed -nE '/cloudinit/!s/^((ide|sata|scsi)[0-9]+): .*media=cdrom.*/\1/p'); do
  qm set VMID "--$disc" none,media=cdrom
done
qm config VMID | grep -E '^(net|hostpci|usb|serial|parallel|virtiofs|args|hookscript|ivshmem)'"#;

/// A bind mount would show it the folders that the guest itself writes to: restored as root, a
/// container has them again.
const CUT_OFF_CONTAINER: &str = r#"for key in $(pct config VMID |
    sed -nE 's/^(mp[0-9]+): \/.*/\1/p; s/^(dev[0-9]+|hookscript): .*/\1/p'); do
  pct set VMID --delete "$key"
done
pct config VMID | grep -E '^(net|mp|dev|hookscript|lxc)'"#;

fn inspect<'a>(plan: &'a Plan<'_>) -> Task<'a> {
    let vmid = plan.as_vmid;
    let agent = plan.config.is_some_and(|config| config.agent);
    let (commands, notes) = match plan.guest.kind {
        GuestKind::Qemu if agent => (
            vec![format!("qm guest cmd {COPY} get-fsinfo")],
            vec![Note::Agent, Note::LookInsideVm(vmid)],
        ),
        GuestKind::Qemu => (Vec::new(), vec![Note::LookInsideVm(vmid)]),
        GuestKind::Lxc => (
            vec![format!("pct exec {COPY} -- df -h"), format!("pct enter {COPY}")],
            vec![Note::LookInsideContainer],
        ),
    };
    Task { step: Step::Inspect, commands, notes }
}

/// With what is known now; how long it took is still to be put in, and is refused as it stands.
fn record(plan: &Plan<'_>, own: crate::fleet::id::Vmid, global: &Global) -> String {
    let mut words = vec!["vigie".to_owned()];
    if global.demo {
        words.push("--demo".to_owned());
    }
    if let Some(config) = &global.config {
        words.extend(["--config".to_owned(), word(&config.to_string_lossy())]);
    }
    words.push(format!("drill done {}/{own}", plan.key.source));
    if let Some(archive) = &plan.archive {
        words.extend(["--copy".to_owned(), word(&archive.volume)]);
    }
    words.push(format!("--node {} --as {}", word(plan.node.as_str()), plan.as_vmid));
    words.push("--result ok --took TIME".to_owned());
    words.join(" ")
}
