//! The list and the steps, on fleets made by hand; and the commands of the steps, run by a shell
//! on programs that only write down what they were called with.

use std::path::Path;
use std::process::Command;

use jiff::tz::TimeZone;

use super::list::{Origin, Standing, text};
use super::{plan, steps};
use crate::cli::{DrillStart, Global};
use crate::command::report::plain::columns;
use crate::drill::{Log, Record};
use crate::fleet::drill::Outcome;
use crate::fleet::host::Usage;
use crate::fleet::id::{GuestKey, GuestKind, NodeName};
use crate::fleet::link::{Contact, Layer};
use crate::fleet::objective::{Objective, ObjectiveRule, Which};
use crate::fleet::part::Part;
use crate::fleet::pve::backup::BackupFile;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::pve::storage::StorageConfig;
use crate::fleet::site::Fleet;
use crate::fleet::tier;
use crate::judge::Judged;
use crate::judge::sample::{
    NOW, SEEN, change, edit_link, edit_pbs, edit_pve, edit_site, guest, healthy, judged, set,
};
use crate::lang::{Lang, Tongue, When, english, of};

const DAY: i64 = 86_400;

fn record(vmid: u32, days: i64, result: Outcome) -> Record {
    Record {
        time: NOW.minus(days * DAY),
        source: "fi".into(),
        vmid,
        result,
        name: Some("as it was".into()),
        copy: None,
        target: None,
        as_vmid: None,
        started: None,
        took: Some(1_500),
        by: Some("aino".into()),
        notes: None,
    }
}

fn log(records: Vec<Record>) -> Log {
    Log { records, ..Log::default() }
}

/// Guests of tag `prod` are rehearsed twice a year.
fn with_objective() -> Fleet {
    let mut fleet = healthy();
    edit_site(&mut fleet, "helsinki", |site| {
        let rehearse = Some(180 * DAY);
        let objective = Objective { rehearse, ..Objective::default() };
        let guests = vec![Which::Tag("prod".into())];
        site.policy.objectives = [ObjectiveRule { guests, objective }].into();
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| {
            for guest in &mut resources.guests[..2] {
                guest.tags = vec!["prod".into()];
            }
        });
    });
    fleet
}

fn listed(fleet: &Fleet, log: &Log) -> String {
    listed_in(english(), fleet, log)
}

fn listed_in(lang: &dyn Lang, fleet: &Fleet, log: &Log) -> String {
    let judged = judged(fleet);
    let zone = TimeZone::UTC;
    let when = When { now: NOW, zone: &zone };
    let path = Some(Path::new("/home/u/drills.jsonl"));
    let page = text(&Standing::of(&judged, log), &Origin { path, demo: false, log }, lang, &when);
    for line in page.lines() {
        assert!(columns(line) <= 80, "{line}");
        assert_eq!(line, line.trim_end());
    }
    page
}

#[test]
fn what_is_due_stands_first() {
    let fleet = with_objective();
    let mut drills = log(vec![
        record(101, 200, Outcome::Ok),
        record(200, 10, Outcome::Ok),
        record(300, 20, Outcome::Ok),
        Record { notes: Some("no boot disk".into()), ..record(101, 3, Outcome::Failed) },
    ]);
    drills.skipped = 2;
    insta::assert_snapshot!(listed(&fleet, &drills), @r"
    4 guests: 2 rehearsals are due, 1 without any good one so far.
    log: /home/u/drills.jsonl, 4 rehearsals
    2 lines of it are passed over: they are no rehearsals, or lie in the future
      GUEST             LAST GOOD  AGE    TOOK  BY    LAST TRY  DUE       DEBT
      fi/100 web        never        –       –  –     –         now          –
      fi/101 mail       May 2026   28w  25m00s  aino  failed    5 Nov      20d
      fi/200 dns        15 Nov     10d  25m00s  aino  ok        Nov 2027     –
      fi/300 as it was  5 Nov      20d  25m00s  aino  ok        gone         –

    fi/101 mail failed 3d ago: no boot disk
    next: vigie drill start fi/100
    ");
}

#[test]
fn nothing_rehearsed_and_nothing_wanted_is_said_so() {
    insta::assert_snapshot!(listed(&healthy(), &Log::default()), @r"
    No restore was rehearsed yet.
    log: /home/u/drills.jsonl, 0 rehearsals

    3 more guests were never rehearsed, and no `rehearse-every` asks for it.
    ");
    let nobody = Fleet::new([], Vec::new());
    let page = listed(&nobody, &Log::default());
    assert!(page.contains("No guest is known yet"), "{page}");
}

#[test]
fn the_list_keeps_its_width_and_the_numbers_of_its_guests() {
    let mut fleet = with_objective();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| {
            for guest in &mut resources.guests {
                guest.name = Some("a-very-long-name-日本語-of-some-guest-of-ours".into());
            }
        });
    });
    let by = Some("somebody with a long name as well".into());
    let notes = Some("x".repeat(300).into());
    let drills = log(vec![
        Record { by: by.clone(), ..record(100, 900, Outcome::Ok) },
        Record { by, notes, ..record(100, 3, Outcome::Abandoned) },
    ]);
    let page = listed(&fleet, &drills);
    assert!(page.contains("\n  fi/100 a-"), "{page}");
}

fn asked(guest: &str) -> DrillStart {
    let (source, vmid) = guest.split_once('/').unwrap();
    let guest = GuestKey { source: source.into(), vmid: vmid.parse().unwrap() };
    DrillStart { guest, as_vmid: None, node: None, offline: false }
}

fn global() -> Global {
    Global { config: None, demo: false, sites: Vec::new(), lang: None }
}

fn page_of(judged: &Judged, fleet: &Fleet, asked: &DrillStart) -> String {
    let zone = TimeZone::UTC;
    let when = When { now: NOW, zone: &zone };
    match plan::plan(judged, fleet, asked) {
        Ok(plan) => steps::steps(&plan, &global(), english(), &when),
        Err(error) => error.to_string(),
    }
}

fn page(fleet: &Fleet, asked: &DrillStart) -> String {
    page_of(&judged(fleet), fleet, asked)
}

#[test]
fn the_steps_of_a_vm_and_of_a_container() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| config.agent = true);
    });
    insta::assert_snapshot!("vm", page(&fleet, &asked("fi/100")));
    insta::assert_snapshot!("container", page(&fleet, &asked("fi/200")));
}

#[test]
fn a_server_that_does_not_answer_is_told_beside_its_copy() {
    let mut fleet = healthy();
    let told = |fleet: &Fleet| {
        let page = page(fleet, &asked("fi/100"));
        let words: Vec<&str> = page.split_whitespace().collect();
        words.join(" ").contains("pbs does not answer: nothing is restored")
    };
    assert!(!told(&fleet));
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Timeout, "no answer".into());
    });
    assert!(told(&fleet));
}

#[test]
fn what_cannot_be_rehearsed_is_refused_with_a_reason() {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| {
            let mut template = guest(900, GuestKind::Qemu, "fi1", "debian");
            template.template = true;
            resources.guests.push(template);
        });
    });
    let on = |node: &str| DrillStart { node: Some(node.to_owned()), ..asked("fi/100") };
    let under = |vmid| DrillStart { as_vmid: Some(vmid), ..asked("fi/100") };
    for (asked, said) in [
        (asked("fi/999"), "there is no guest 999 at fi, as far as is known"),
        (asked("fi/900"), "guest fi/900 debian is a template: there is nothing to start"),
        (on("fi9"), "there is no node \"fi9\" at fi; there are: fi1, fi2, fi3"),
        (under(101), "number 101 is taken by mail; 9000 is free"),
    ] {
        assert_eq!(page(&fleet, &asked), said);
    }
    let mut unread = healthy();
    edit_pve(&mut unread, "fi", |pve| pve.resources = Part::new("/cluster/resources", 15));
    let said = page(&unread, &DrillStart { offline: true, ..asked("fi/100") });
    assert_eq!(said, "nothing is known of the guests of fi yet: look without --offline");
}

#[test]
fn the_node_is_one_that_can_read_the_copy_and_take_the_guest() {
    let target = |fleet: &Fleet, asked: &DrillStart| {
        let page = page(fleet, asked);
        let (_, line) = page.split_once("  restore to ").unwrap();
        let (line, _) = line.split_once("  memory ").unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut fleet = healthy();
    // The guest is on fi1: not there, while there are others.
    assert!(target(&fleet, &asked("fi/100")).starts_with("fi2, storage local-zfs: 32.0G needed"));
    let own = DrillStart { node: Some("fi1".to_owned()), ..asked("fi/100") };
    assert!(target(&fleet, &own).starts_with("fi1, "));
    // fi2 does not see the PBS.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |storages| storages[1].nodes = vec!["fi1".into(), "fi3".into()]);
    });
    assert!(target(&fleet, &asked("fi/100")).starts_with("fi3, "));
    // fi3 is off.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| resources.nodes[2].state = NodeState::Offline);
    });
    assert!(target(&fleet, &asked("fi/100")).starts_with("fi1, "));
    let off = DrillStart { node: Some("fi3".to_owned()), ..asked("fi/100") };
    assert!(target(&fleet, &off).ends_with("fi3 was not online when it was last seen"));
    // No room.
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| {
            for storage in &mut resources.storages {
                storage.usage = Some(Usage { used: 90, total: 100 });
            }
        });
    });
    assert!(target(&fleet, &asked("fi/100")).contains("it does not fit"));
}

#[test]
fn what_is_not_known_is_left_to_be_put_in() {
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        change(store.copies.get_mut("fi").unwrap(), Vec::clear);
        change(store.groups.get_mut("fi").unwrap(), Vec::clear);
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.storages, |storages| storages[1].content = vec!["backup".into()]);
        change(&mut pve.resources, |resources| resources.storages.clear());
    });
    let page = page(&fleet, &asked("fi/100"));
    for line in [
        "     pvesm status --content images",
        "     storage=",
        "     pvesm list pbs --vmid 100",
        "     archive=",
        "     time qmrestore \"$archive\" 9000 --storage \"$storage\" --unique 1 && copy=9000",
        "     vigie drill done fi/100 --node fi2 --as 9000 --result ok --took TIME",
    ] {
        assert!(page.lines().any(|l| l == line), "{line}\n{page}");
    }
}

/// Every name of a server that a command can carry, as hostile as a name can be.
const EVIL: &str = "a'b\"$(touch hacked)`touch hacked`;touch hacked;&|<>*?~ #\\!";

/// A fleet whose nodes, storages, guests and files have hostile names: the copy of guest 100 is a
/// file on a storage of its own.
fn hostile() -> Fleet {
    let mut fleet = healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        change(store.copies.get_mut("fi").unwrap(), Vec::clear);
        change(store.groups.get_mut("fi").unwrap(), Vec::clear);
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| {
            for node in &mut resources.nodes {
                node.name = NodeName::from(format!("{}{EVIL}", node.name));
            }
            for storage in &mut resources.storages {
                storage.node = NodeName::from(format!("{}{EVIL}", storage.node));
                storage.name = format!("{}{EVIL}", storage.name).into();
            }
            for guest in &mut resources.guests {
                guest.name = Some(EVIL.into());
            }
        });
        change(&mut pve.storages, |storages| {
            let files = StorageConfig {
                name: format!("files{EVIL}").into(),
                kind: "dir".into(),
                content: vec!["backup".into()],
                nodes: Vec::new(),
                disabled: false,
                shared: true,
                prune: None,
                pbs: None,
            };
            storages.push(files);
        });
        let file = BackupFile {
            volume: format!("files{EVIL}:backup/{EVIL}.vma.zst").into(),
            vmid: Some(100),
            kind: Some(GuestKind::Qemu),
            time: SEEN.minus(3_600),
            protected: false,
        };
        let mut part = Part::new("/x", tier::HOURLY);
        set(&mut part, vec![file]);
        let shared = [(NodeName::from(""), part)].into();
        pve.files.insert(format!("files{EVIL}").into(), shared);
    });
    fleet
}

/// Runs every command of a page in a folder of its own, with programs that write down what they
/// were called with; gives back their calls, one a line, words parted by `|`.
fn run(page: &str, configuration: &str) -> String {
    run_where(page, configuration, true)
}

/// The same where a restore goes well or does not.
fn run_where(page: &str, configuration: &str, restores: bool) -> String {
    let dir = tempfile::tempdir().unwrap();
    let calls = dir.path().join("calls");
    let write = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt;
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    };
    write("configuration", configuration);
    let stub = "#!/bin/sh\n[ \"$2\" = config ] || [ \"$1\" != config ] || { cat configuration; exit; }\n\
                { printf '%s' \"${0##*/}\"; printf '|%s' \"$@\"; echo; } >> calls\n";
    let fails = "case \"${0##*/} $1\" in qmrestore*|*' restore') exit 1;; esac\n";
    let stub = format!("{stub}{}", if restores { "" } else { fails });
    for name in ["qm", "pct", "qmrestore", "pvesm", "pvesh", "vigie"] {
        write(name, &stub);
    }
    write("time", "#!/bin/sh\n\"$@\"\n");
    write("time", "#!/bin/sh\nexec \"$@\"\n");
    let (_, steps) = page.split_once("\n1. ").unwrap();
    let commands: Vec<&str> = steps.lines().filter_map(|line| line.strip_prefix("     ")).collect();
    let output = Command::new("sh")
        .args(["-c", &commands.join("\n")])
        .current_dir(dir.path())
        .env("PATH", format!("{}:/usr/bin:/bin", dir.path().display()))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{page}");
    assert!(!dir.path().join("hacked").exists(), "{page}");
    std::fs::read_to_string(calls).unwrap()
}

/// Somebody else may have that number by now.
#[test]
fn where_the_restore_failed_no_command_touches_the_number() {
    for guest in ["fi/100", "fi/200"] {
        let page = page(&healthy(), &asked(guest));
        let touching = |restores: bool| -> Vec<String> {
            let calls = run_where(&page, "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n", restores);
            let is_touched = |call: &&str| {
                let reads = ["pvesh", "pvesm", "qmrestore", "pct|restore", "vigie"];
                call.contains("9000") && !reads.iter().any(|read| call.starts_with(read))
            };
            calls.lines().filter(is_touched).map(str::to_owned).collect()
        };
        assert!(touching(true).len() > 4, "{guest}");
        assert_eq!(touching(false), Vec::<String>::new(), "{guest}");
    }
}

#[test]
fn the_commands_cut_off_whatever_the_copy_has() {
    let vm = "args: -netdev user\nboot: order=scsi0\nhookscript: local:snippets/x.pl\n\
              hostpci0: 01:00\nmemory: 2048\nname: web\nnameserver: 10.0.0.1\n\
              net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n\
              net11: e1000=BC:24:11:00:00:02,bridge=vmbr1,link_down=0,tag=7\n\
              serial0: socket\nserial1: /dev/ttyUSB0\nivshmem: size=32,name=shared\n\
              usb1: host=1-2\n";
    let calls = run(&page(&healthy(), &asked("fi/100")), vm);
    insta::assert_snapshot!(calls, @r"
    pvesh|get|/cluster/nextid|--vmid|9000
    pvesm|status|--storage|local-zfs
    pvesm|list|pbs|--vmid|100
    qmrestore|pbs:backup/vm/100/2026-11-25T02:02:00Z|9000|--storage|local-zfs|--unique|1
    qm|set|9000|--onboot|0|--protection|0
    qm|set|9000|--net0|virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,link_down=1
    qm|set|9000|--net11|e1000=BC:24:11:00:00:02,bridge=vmbr1,tag=7,link_down=1
    qm|set|9000|--delete|args
    qm|set|9000|--delete|hookscript
    qm|set|9000|--delete|hostpci0
    qm|set|9000|--delete|serial1
    qm|set|9000|--delete|ivshmem
    qm|set|9000|--delete|usb1
    qm|start|9000
    qm|status|9000
    qm|stop|9000
    qm|destroy|9000|--purge
    pvesm|list|local-zfs|--vmid|9000
    vigie|drill|done|fi/100|--copy|pbs:backup/vm/100/2026-11-25T02:02:00Z|--node|fi2|--as|9000|--result|ok|--took|TIME
    ");
    let container = "arch: amd64\ndev0: /dev/dri/card0\nhostname: dns\nmemory: 512\n\
                     mp0: local-zfs:subvol-9000-disk-1,mp=/data,size=8G\n\
                     mp1: /srv/shared,mp=/shared\n\
                     net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:03,ip=dhcp,type=veth\n\
                     rootfs: local-zfs:subvol-9000-disk-0,size=8G\n";
    let calls = run(&page(&healthy(), &asked("fi/200")), container);
    insta::assert_snapshot!(calls, @r"
    pvesh|get|/cluster/nextid|--vmid|9000
    pvesm|status|--storage|local-zfs
    pvesm|list|pbs|--vmid|200
    pct|restore|9000|pbs:backup/ct/200/2026-11-25T02:02:00Z|--storage|local-zfs|--unique|1
    pct|set|9000|--onboot|0|--protection|0
    pct|set|9000|--net0|name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:03,ip=dhcp,type=veth,link_down=1
    pct|set|9000|--delete|dev0
    pct|set|9000|--delete|mp1
    pct|start|9000
    pct|status|9000
    pct|exec|9000|--|df|-h
    pct|enter|9000
    pct|stop|9000
    pct|destroy|9000|--purge
    pvesm|list|local-zfs|--vmid|9000
    vigie|drill|done|fi/200|--copy|pbs:backup/ct/200/2026-11-25T02:02:00Z|--node|fi1|--as|9000|--result|ok|--took|TIME
    ");
}

#[test]
fn no_name_of_a_server_is_more_than_a_word() {
    let fleet = hostile();
    let judged = judged(&fleet);
    let page = page_of(&judged, &fleet, &asked("fi/100"));
    // What the restored guest says of itself is a word as well.
    let configuration = format!("name: x\nnet0: virtio={EVIL},bridge=vmbr0\n");
    let calls = run(&page, &configuration);
    let archive = format!("files{EVIL}:backup/{EVIL}.vma.zst");
    for call in [
        format!("pvesm|list|files{EVIL}|--vmid|100"),
        format!("qmrestore|{archive}|9000|--storage|local-zfs{EVIL}|--unique|1"),
        format!("qm|set|9000|--net0|virtio={EVIL},bridge=vmbr0,link_down=1"),
        format!(
            "vigie|drill|done|fi/100|--copy|{archive}|--node|fi1{EVIL}|--as|9000|--result|ok|--took|TIME"
        ),
    ] {
        assert!(calls.lines().any(|line| line == call), "{call}\n{calls}");
    }
}

#[test]
fn no_control_character_reaches_the_terminal() {
    let mut fleet = hostile();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |resources| {
            for storage in &mut resources.storages {
                storage.name = "x\u{1b}[2J\u{202e}\n reboot".into();
            }
        });
    });
    let judged = judged(&fleet);
    let page = page_of(&judged, &fleet, &asked("fi/100"));
    assert!(page.chars().all(|c| c == '\n' || crate::fleet::text::is_harmless(c)), "{page:?}");
    assert!(page.contains("--storage 'x·[2J· "), "{page}");
}

#[test]
fn the_same_is_said_in_french() {
    let mut fleet = with_objective();
    edit_pve(&mut fleet, "fi", |pve| {
        change(pve.configs.get_mut(&100).unwrap(), |config| config.agent = true);
    });
    let drills = log(vec![
        record(101, 200, Outcome::Ok),
        record(300, 20, Outcome::Abandoned),
        Record { notes: Some("no boot disk".into()), ..record(101, 3, Outcome::Failed) },
    ]);
    insta::assert_snapshot!("french-list", listed_in(of(Tongue::French), &fleet, &drills));
    let judged = judged(&fleet);
    let when = When { now: NOW, zone: &TimeZone::UTC };
    for (name, guest) in [("french-vm", "fi/100"), ("french-container", "fi/200")] {
        let asked = asked(guest);
        let plan = plan::plan(&judged, &fleet, &asked).unwrap();
        let page = steps::steps(&plan, &global(), of(Tongue::French), &when);
        insta::assert_snapshot!(name, page);
    }
}
