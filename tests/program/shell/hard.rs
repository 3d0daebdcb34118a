//! The hard ways to end: a terminal that reads nothing, a judge that breaks, another program that
//! changes the terminal meanwhile, and servers that hang while the real program ends.

use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::Signal;
use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimVersion};

use super::{GONE, Scene, assert_given_back, assert_gone_without_spinning, command};
use crate::bed::{Bed, in_terminal};
use crate::pty::Pty;

/// Nothing is read any more, and the program waits for that.
fn stall(pty: &mut Pty) {
    pty.read_no_more();
    let end = std::time::Instant::now() + Duration::from_secs(20);
    let mut lines = 24;
    let mut waited = 0;
    while waited < 5 {
        assert!(std::time::Instant::now() < end, "it never waits");
        lines = if lines == 24 { 50 } else { 24 };
        pty.resize(200, lines);
        std::thread::sleep(Duration::from_millis(5));
        waited = if pty.is_full() && is_writing(pty) { waited + 1 } else { 0 };
    }
}

/// Whether a thread of the program is in a write to standard output.
fn is_writing(pty: &Pty) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{}/task", pty.pid())).unwrap();
    let mut calls = threads.map(|it| std::fs::read_to_string(it.unwrap().path().join("syscall")));
    // Its number is 1 on some machines and 64 on others.
    calls.any(|it| it.is_ok_and(|it| it.starts_with("1 0x1 ") || it.starts_with("64 0x1 ")))
}

/// It is gone in time, with this code; what was written last switches all off.
fn assert_gone(pty: &mut Pty, code: u32, how: &str) {
    let (exit, took) = pty.ended();
    assert_eq!(exit, code, "{how}");
    assert!(took < GONE, "{how} took {took:?}");
    assert!(pty.line_is_as_before(), "{how} left the line raw");
    pty.read_the_rest();
    assert_given_back(pty);
}

#[test]
fn a_terminal_that_reads_nothing_keeps_nobody() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut scene = Scene::running(80, 24);
        stall(&mut scene.pty);
        scene.pty.signal(signal);
        assert_gone(&mut scene.pty, code, &format!("{signal:?}"));
    }
}

#[test]
fn a_panic_beside_a_terminal_that_reads_nothing_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("break");
    let mut scene = Scene::with(80, 24, |result| {
        let mut command = command(result);
        command.env("VIGIE_PTY_BREAKS", &file);
        command
    });
    scene.pty.wait_text("Fleet 80x24");
    stall(&mut scene.pty);
    std::fs::write(&file, "").unwrap();
    assert_gone(&mut scene.pty, 101, "a panic");
}

/// The thread that reads keys, and the one that writes the memory.
#[test]
fn a_panic_in_a_thread_of_its_own_is_readable_and_ends_it() {
    for name in ["keys", "poll"] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("break");
        let mut scene = Scene::with(100, 30, |result| {
            let mut command = command(result);
            command.env("VIGIE_PTY_BREAKS", &file);
            command.env("VIGIE_PTY_BREAKS_AS", name);
            command
        });
        scene.pty.wait_text("Fleet 100x30");
        std::fs::write(&file, "").unwrap();
        let (exit, took) = scene.pty.ended();
        assert_eq!(exit, 101, "{name}");
        assert!(took < GONE, "{name}: {took:?}");
        assert_given_back(&scene.pty);
        assert!(scene.pty.line_is_as_before(), "{name}");
        scene.pty.wait_text("boom beside it");
        assert_eq!(scene.result(), "Err(Panicked)", "{name}");
    }
}

/// The real program, whether it is told by a signal or not: pollers and all, it does not spin.
#[test]
fn the_whole_program_does_not_spin_without_its_terminal() {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    for before in ["", "trap '' HUP; "] {
        let mut shell = in_terminal(bed.dir.path()).get_argv().clone();
        shell.push("--config".into());
        shell.push(bed.config().into());
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("{before}exec \"$@\""), "sh"]);
        command.args(shell);
        for (name, value) in [("TZ", "UTC"), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("HOME", bed.dir.path());
        let pty = Pty::spawn(command, 80, 24);
        pty.wait_text("4/4");
        // Nothing is under way.
        pty.rests(Duration::from_millis(500));
        assert_gone_without_spinning(pty);
    }
}

#[test]
fn a_terminal_that_is_only_slow_loses_nothing() {
    let mut scene = Scene::running(80, 24);
    stall(&mut scene.pty);
    let (mut pty, dir) = (scene.pty, scene.dir);
    // It reads again before anything has to end.
    pty.read_on();
    pty.resize(100, 30);
    pty.wait_text("Fleet 100x30");
    pty.signal(Signal::TERM);
    assert_eq!(pty.ended().0, 143);
    assert_given_back(&pty);
    assert_eq!(std::fs::read_to_string(super::result_file(&dir)).unwrap(), "Ok(Signal(15))");
}

#[test]
fn a_judge_that_breaks_ends_it() {
    let mut scene = Scene::with(100, 30, |result| {
        let mut command = command(result);
        command.env("VIGIE_PTY_JUDGE", "1");
        command
    });
    let (exit, took) = scene.pty.ended();
    assert_eq!(exit, 101);
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_given_back(&scene.pty);
    assert!(scene.pty.line_is_as_before());
    scene.pty.wait_text("boom in the judge");
    assert_eq!(scene.result(), "Err(Panicked)");
}

#[test]
fn stopped_by_somebody_else_it_takes_the_terminal_again() {
    let mut scene = Scene::running(80, 24);
    for _ in 0..2 {
        scene.pty.signal(Signal::STOP);
        scene.pty.wait_stopped();
        // As a shell does that gets its terminal back in whatever state.
        scene.pty.cook();
        assert!(scene.pty.line_is_as_before(), "cooked");
        scene.pty.signal(Signal::CONT);
        let end = std::time::Instant::now() + Duration::from_secs(20);
        while scene.pty.line_is_as_before() {
            assert!(std::time::Instant::now() < end, "never raw again");
            std::thread::sleep(Duration::from_millis(2));
        }
        scene.pty.keys("2");
        scene.pty.wait_text("Problems 80x24");
        scene.pty.keys("1");
        scene.pty.wait_text("Fleet 80x24");
    }
    scene.pty.keys("q");
    assert_eq!(scene.pty.ended().0, 0);
    assert_given_back(&scene.pty);
    assert!(scene.pty.line_is_as_before());
}

/// Waits until every server is being asked.
fn is_asking(bed: &Bed) {
    let end = std::time::Instant::now() + Duration::from_secs(20);
    while bed.federation.sources().iter().any(|source| source.connections() == 0) {
        assert!(std::time::Instant::now() < end, "nobody is asked");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whatever the pollers wait for, the end does not.
#[test]
fn servers_that_hang_hold_nobody_up() {
    type Ask = fn(&mut Pty);
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let ways: [(&str, Ask, u32); 3] = [
        ("q", |p| p.keys("q"), 0),
        ("SIGTERM", |p| p.signal(Signal::TERM), 143),
        ("SIGHUP", |p| p.signal(Signal::HUP), 129),
    ];
    for fault in [Fault::TlsSilent, Fault::Silent, Fault::Trickle(Duration::from_secs(1))] {
        for handle in bed.federation.sources() {
            handle.set(&fault);
        }
        for (name, ask, code) in ways {
            let mut pty = bed.open(80, 24);
            pty.wait_text("healthy");
            is_asking(&bed);
            ask(&mut pty);
            let (exit, took) = pty.ended();
            assert_eq!(exit, code, "{name} while {fault:?}");
            assert!(took < GONE, "{name} while {fault:?} took {took:?}");
            assert_given_back(&pty);
            assert!(pty.line_is_as_before(), "{name} while {fault:?}");
        }
    }
    let pty = bed.open(80, 24);
    pty.wait_text("healthy");
    is_asking(&bed);
    let (_, took) = pty.hang_up().ended();
    assert!(took < GONE, "without its terminal: {took:?}");
}

/// A command for the secret that never ends is not waited for, and does not stay behind.
#[test]
fn a_password_store_that_hangs_holds_nobody_up() {
    let home = tempfile::tempdir().unwrap();
    let pid = home.path().join("pid");
    let config = home.path().join("config.toml");
    let text = format!(
        "[[site]]\nname = 'home'\n[[site.pve]]\nendpoints = 'https://127.0.0.1:1'\n\
         token = 'a@pve!t'\nsecret-command = ['sh', '-c', 'echo $$ > {}; exec sleep 600']\n",
        pid.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = in_terminal(home.path());
    command.arg("--config");
    command.arg(&config);
    let mut pty = Pty::spawn(command, 80, 24);
    pty.wait_text("home");
    let end = std::time::Instant::now() + Duration::from_secs(20);
    let child = loop {
        let told = std::fs::read_to_string(&pid).unwrap_or_default();
        if let Ok(number) = told.trim().parse::<u32>() {
            break number;
        }
        assert!(std::time::Instant::now() < end, "it is not asked");
        std::thread::sleep(Duration::from_millis(2));
    };
    pty.keys("q");
    let (exit, took) = pty.ended();
    assert_eq!(exit, 0);
    assert!(took < GONE, "{took:?}");
    let there = format!("/proc/{child}/cmdline");
    while std::fs::read_to_string(&there).is_ok_and(|line| line.contains("sleep")) {
        assert!(std::time::Instant::now() < end, "it stays behind");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn without_a_keyboard_it_says_what_to_do_instead() {
    let home = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    let line = format!("'{}' --demo </dev/null; echo code=$?.", env!("CARGO_BIN_EXE_vigie"));
    shell.args(["-c", &line]);
    shell.env("HOME", home.path());
    let mut pty = Pty::spawn(shell, 100, 24);
    pty.wait_text("code=2.");
    pty.ended();
    let said = String::from_utf8(pty.bytes()).unwrap();
    assert!(said.contains("vigie report"), "{said}");
    assert!(!said.contains('\x1b'), "the terminal is left alone: {said:?}");
}
