//! The dashboard in a real terminal: first frame, sizes, and every way to end.
//!
//! The program under test is this file again: [`child`] runs the dashboard over an empty fleet
//! with a drawing of its own, so that what is tested here is the shell and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod hard;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::pty::Pty;
use jiff::tz::TimeZone;
use portable_pty::CommandBuilder;
use ratatui::Frame;
use ratatui::widgets::Paragraph;
use rustix::process::Signal;
use tokio::sync::mpsc;
use vigie::fleet::site::Fleet;
use vigie::judge::{Judged, Verdict};
use vigie::run::{Ending, Error, Parts, dashboard};
use vigie::state::{Drawn, Standing, State, Tab};
use vt100::{MouseProtocolEncoding, MouseProtocolMode};

/// With nothing under way it has to be gone within this time; twice as long on a busy machine.
const GONE: Duration = Duration::from_millis(400);

/// The most processor time that it may use to end.
const USED: Duration = Duration::from_millis(60);

const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// Not a test by itself: the program in the terminal.
#[test]
#[ignore = "it is started by the other tests"]
fn child() {
    let Ok(result) = std::env::var("VIGIE_PTY_CHILD") else { return };
    std::fs::write(format!("{result}.pid"), std::process::id().to_string()).unwrap();
    let (_surveys, surveys_out) = mpsc::channel(1);
    let (_looked, looked_out) = mpsc::channel(1);
    let (wishes, mut wishes_out) = mpsc::channel(1);
    // `r` breaks a thread, `5` breaks the loop.
    std::thread::spawn(move || {
        if std::env::var_os("VIGIE_PTY_CAUGHT").is_some() {
            let broken = async { assert_eq!(wishes_out.recv().await, None, "boom in a poller") };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let ended = runtime.block_on(vigie::poll::guard::caught(broken));
            return std::fs::write(
                std::env::var("VIGIE_PTY_CAUGHT").unwrap(),
                format!("{ended:?}"),
            )
            .unwrap();
        }
        assert_eq!(wishes_out.blocking_recv(), None, "boom in a thread");
    });
    // Another one breaks once this file is there.
    if let Some(file) = std::env::var_os("VIGIE_PTY_BREAKS") {
        let breaks = move || {
            while !Path::new(&file).exists() {
                std::thread::sleep(Duration::from_millis(2));
            }
            panic!("boom beside it");
        };
        let name = std::env::var("VIGIE_PTY_BREAKS_AS").unwrap_or_default();
        let thread = std::thread::Builder::new().name(name.clone());
        let started = thread.spawn(move || {
            if name != "poll" {
                return breaks();
            }
            // As the memory is written: beside a runtime that goes on, and is told what became of it.
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                assert!(tokio::task::spawn_blocking(breaks).await.is_err());
                std::future::pending::<()>().await;
            });
        });
        assert!(started.is_ok());
    }
    let parts = Parts {
        fleet: Fleet::new([], Vec::new()),
        zone: TimeZone::UTC,
        copy: Box::new(|_, _| Some("a\nb".to_owned())),
        mouse: std::env::var_os("VIGIE_PTY_MOUSE").is_some(),
        painted: tokio::sync::oneshot::channel().0,
        keys: Arc::default(),
        surveys: surveys_out,
        looked: looked_out,
        wishes,
        standing: Standing::default(),
        judge: |_: &Fleet, taken| {
            assert!(std::env::var_os("VIGIE_PTY_JUDGE").is_none(), "boom in the judge");
            Judged {
                taken,
                verdict: Verdict::Ok,
                sites: Vec::new(),
                problems: Vec::new(),
                notices: Vec::new(),
                timeline: std::sync::OnceLock::new(),
            }
        },
        draw: |frame: &mut Frame<'_>, state: &State| {
            assert_ne!(state.tab(), Tab::Backups, "boom in the loop");
            let area = frame.area();
            let mut text = format!("{:?} {}x{}", state.tab(), area.width, area.height);
            for line in 1..area.height {
                let _ = write!(text, "\nline {line} {}", "x".repeat(area.width.into()));
            }
            frame.render_widget(Paragraph::new(text), area);
            Drawn::default()
        },
    };
    let ended = dashboard(parts);
    std::fs::write(&result, format!("{ended:?}")).unwrap();
    std::process::exit(match ended {
        Ok(Ending::Quit) => 0,
        Ok(Ending::Signal(number)) => 128 + number,
        Ok(Ending::HungUp) => 129,
        Err(Error::Panicked) | Ok(Ending::Panicked) => 101,
        Err(_) => 1,
    });
}

/// A file for what the dashboard ended with.
fn result_file(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("result")
}

fn arguments() -> [&'static str; 6] {
    ["shell::child", "--exact", "--ignored", "--nocapture", "--test-threads=1", "-q"]
}

fn command(result: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(arguments());
    command.env("VIGIE_PTY_CHILD", result);
    command.env("TERM", "xterm-256color");
    command.env("RUST_BACKTRACE", "0");
    command.env("VIGIE_PTY_MOUSE", "1");
    // Nothing stands between the program and the terminal of the test.
    command.env_remove("TMUX");
    command.env_remove("STY");
    command
}

/// The same through a shell that first does something else.
fn through_shell(result: &Path, before: &str) -> CommandBuilder {
    let exe = std::env::current_exe().unwrap();
    let line = format!("{before} '{}' {}", exe.display(), arguments().join(" "));
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &line]);
    command.env("VIGIE_PTY_CHILD", result);
    command.env("TERM", "xterm-256color");
    command
}

struct Scene {
    pty: Pty,
    dir: tempfile::TempDir,
}

impl Scene {
    fn start(columns: u16, lines: u16) -> Self {
        Self::with(columns, lines, command)
    }

    fn with(columns: u16, lines: u16, command: impl Fn(&Path) -> CommandBuilder) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pty = Pty::spawn(command(&result_file(&dir)), columns, lines);
        Self { pty, dir }
    }

    fn running(columns: u16, lines: u16) -> Self {
        let scene = Self::start(columns, lines);
        scene.pty.wait_text(&format!("Fleet {columns}x{lines}"));
        scene
    }

    fn result(&self) -> String {
        std::fs::read_to_string(result_file(&self.dir)).unwrap()
    }
}

/// Nothing is left switched on.
fn assert_given_back(pty: &Pty) {
    pty.wait("given back", |screen| {
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == MouseProtocolMode::None
    });
}

#[test]
fn the_first_frame_asks_the_terminal_nothing() {
    let mut scene = Scene::running(80, 24);
    scene.pty.screen(|screen| {
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        // Presses and the wheel, not every move.
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::PressRelease);
        assert_eq!(screen.mouse_protocol_encoding(), MouseProtocolEncoding::Sgr);
    });
    scene.pty.wait_bytes(END_OF_FRAME);
    let bytes = String::from_utf8_lossy(&scene.pty.bytes()).into_owned();
    for question in ["\x1b[6n", "\x1b[c", "\x1b[0c", "\x1b[?u", "\x1b]11;?", "$p"] {
        assert!(!bytes.contains(question), "{question:?}");
    }
    assert_eq!(bytes.matches("\x1b[?2026h").count(), 1, "one frame: {bytes:?}");
    scene.pty.keys("2");
    scene.pty.wait_text("Problems 80x24");
    scene.pty.wait_bytes(END_OF_FRAME);
    let after = scene.pty.bytes().len() - bytes.len();
    assert!(after < 100, "only what changed is written, not {after} bytes");
    scene.pty.keys("q");
    assert_eq!(scene.pty.ended().0, 0);
}

#[test]
fn it_ends_when_asked_and_leaves_nothing_behind() {
    type Ask = fn(&mut Pty);
    let ways: [(&str, Ask, u32, &str); 6] = [
        ("q", |p| p.keys("q"), 0, "Ok(Quit)"),
        ("Ctrl-C", |p| p.keys("\x03"), 0, "Ok(Quit)"),
        ("SIGTERM", |p| p.signal(Signal::TERM), 143, "Ok(Signal(15))"),
        ("SIGINT", |p| p.signal(Signal::INT), 130, "Ok(Signal(2))"),
        ("SIGQUIT", |p| p.signal(Signal::QUIT), 131, "Ok(Signal(3))"),
        ("SIGHUP", |p| p.signal(Signal::HUP), 129, "Ok(HungUp)"),
    ];
    for (name, ask, code, result) in ways {
        let mut scene = Scene::running(80, 24);
        assert!(!scene.pty.line_is_as_before(), "raw while it runs");
        ask(&mut scene.pty);
        let (exit, took) = scene.pty.ended();
        assert_eq!(exit, code, "{name}");
        assert!(took < GONE, "{name} took {took:?}");
        assert_given_back(&scene.pty);
        assert!(scene.pty.line_is_as_before(), "{name} left the line raw");
        assert_eq!(scene.result(), result, "{name}");
    }
}

#[test]
fn what_is_copied_goes_to_the_terminal_whole() {
    let mut scene = Scene::running(80, 24);
    scene.pty.keys("y");
    scene.pty.wait_bytes(b"\x1b]52;c;YQpi\x07");
    scene.pty.keys("2");
    scene.pty.wait_text("Problems 80x24");
    scene.pty.keys("q");
    assert_eq!(scene.pty.ended().0, 0);
}

#[test]
fn a_panic_in_the_loop_is_readable_and_ends_it() {
    let mut scene = Scene::running(100, 30);
    scene.pty.keys("5");
    let (exit, took) = scene.pty.ended();
    assert_eq!(exit, 101);
    assert!(took < GONE, "{took:?}");
    assert_given_back(&scene.pty);
    assert!(scene.pty.line_is_as_before());
    scene.pty.wait_text("boom in the loop");
}

#[test]
fn a_panic_in_a_thread_is_readable_and_ends_it() {
    let mut scene = Scene::running(100, 30);
    scene.pty.keys("r");
    let (exit, took) = scene.pty.ended();
    assert_eq!(exit, 101);
    assert!(took < GONE, "{took:?}");
    assert_given_back(&scene.pty);
    assert!(scene.pty.line_is_as_before());
    scene.pty.wait_text("boom in a thread");
    assert_eq!(scene.result(), "Err(Panicked)");
}

/// A poller that breaks is begun anew: the terminal stays taken, and not a word is put on it.
#[test]
fn a_panic_that_is_caught_ends_nothing() {
    let caught = tempfile::tempdir().unwrap();
    let file = caught.path().join("caught");
    let mut scene = Scene::with(100, 30, |result| {
        let mut command = command(result);
        command.env("VIGIE_PTY_CAUGHT", &file);
        command
    });
    scene.pty.wait_text("Fleet 100x30");
    scene.pty.keys("r");
    let end = std::time::Instant::now() + Duration::from_secs(20);
    while std::fs::read_to_string(&file).unwrap_or_default() != "Err(Broke)" {
        assert!(std::time::Instant::now() < end, "it does not break");
        std::thread::sleep(Duration::from_millis(5));
    }
    scene.pty.keys("2");
    scene.pty.wait_text("Problems 100x30");
    scene.pty.screen(|screen| assert!(screen.alternate_screen()));
    scene.pty.keys("q");
    assert_eq!(scene.pty.ended().0, 0);
    assert!(!String::from_utf8_lossy(&scene.pty.bytes()).contains("boom"), "not on the screen");
    assert_eq!(scene.result(), "Ok(Quit)");
}

/// Processor time of a process that runs, or has ended and was not asked for its code yet; none of
/// one that is gone.
fn cpu(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything; behind it the 12th and 13th word are what was used, user and system.
    let words: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = words[11..13].iter().map(|word| word.parse::<u64>().unwrap()).sum();
    // A hundred of them a second, on every Linux.
    Some(Duration::from_millis(ticks * 10))
}

fn has_ended(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap().contains(") Z ")
}

/// Closes the terminal: it is gone in time, and did next to nothing meanwhile.
fn assert_gone_without_spinning(pty: Pty) {
    let pid = pty.pid();
    let before = cpu(pid).unwrap();
    let gone = pty.hang_up();
    let closed = std::time::Instant::now();
    while !has_ended(pid) {
        assert!(closed.elapsed() < Duration::from_secs(20), "it does not end");
        std::thread::sleep(Duration::from_millis(2));
    }
    let (took, used) = (closed.elapsed(), cpu(pid).unwrap().saturating_sub(before));
    assert!(took < GONE, "{took:?}");
    assert!(used <= USED, "{used:?} of processor time in {took:?}");
    gone.ended();
}

#[test]
fn without_its_terminal_it_is_gone_at_once() {
    let scene = Scene::running(80, 24);
    assert_gone_without_spinning(scene.pty);
    assert_eq!(std::fs::read_to_string(result_file(&scene.dir)).unwrap(), "Ok(HungUp)");
}

#[test]
fn nohup_keeps_no_dashboard_without_a_terminal() {
    let scene = Scene::with(80, 24, |result| through_shell(result, "trap '' HUP; exec"));
    scene.pty.wait_text("Fleet 80x24");
    assert_gone_without_spinning(scene.pty);
}

#[test]
fn where_no_signal_comes_the_closed_terminal_is_noticed() {
    // In a session of its own the terminal is not the controlling one: no SIGHUP.
    let scene = Scene::with(80, 24, |result| through_shell(result, "setsid"));
    scene.pty.wait_text("Fleet 80x24");
    let file = result_file(&scene.dir);
    let pid = std::fs::read_to_string(scene.dir.path().join("result.pid")).unwrap();
    let pid: u32 = pid.parse().unwrap();
    let before = cpu(pid).unwrap();
    drop(scene.pty.hang_up());
    let gone = std::time::Instant::now();
    while std::fs::read_to_string(&file).unwrap_or_default() != "Ok(HungUp)" {
        assert!(gone.elapsed() < GONE, "it does not notice");
        let used = cpu(pid).unwrap_or_default().saturating_sub(before);
        assert!(used <= USED, "{used:?} of processor time");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_storm_of_sizes_ends_with_the_last_one() {
    let mut scene = Scene::running(80, 24);
    for step in 0..60_u16 {
        scene.pty.resize(20 + step * 3 % 140, 5 + step * 7 % 60);
    }
    for (columns, lines) in [(1, 1), (2, 1), (1, 60), (300, 100), (100, 30)] {
        scene.pty.resize(columns, lines);
    }
    scene.pty.wait_text("Fleet 100x30");
    scene.pty.wait("whole", |screen| {
        let rows: Vec<String> = screen.rows(0, 100).collect();
        rows.iter()
            .skip(1)
            .enumerate()
            .all(|(i, row)| row.len() == 100 && row.starts_with(&format!("line {} xx", i + 1)))
    });
    scene.pty.keys("q");
    assert_eq!(scene.pty.ended().0, 0);
}

#[test]
fn the_smallest_terminal_is_survived() {
    let mut scene = Scene::start(1, 1);
    scene.pty.wait("an F", |screen| screen.contents() == "F");
    scene.pty.keys("2");
    scene.pty.wait("a P", |screen| screen.contents() == "P");
    scene.pty.resize(80, 24);
    scene.pty.wait_text("Problems 80x24");
    scene.pty.keys("q");
    assert_eq!(scene.pty.ended().0, 0);
}

#[test]
fn suspended_and_resumed_by_a_shell() {
    let dir = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    shell.arg("-i");
    shell.env("VIGIE_PTY_CHILD", result_file(&dir));
    shell.env("TERM", "xterm-256color");
    shell.env("PS1", "shell> ");
    let mut pty = Pty::spawn(shell, 80, 24);
    pty.wait_text("shell> ");
    let exe = std::env::current_exe().unwrap();
    pty.keys(&format!("'{}' {}\n", exe.display(), arguments().join(" ")));
    pty.wait_text("Fleet 80x24");
    pty.keys("2");
    pty.wait_text("Problems 80x24");
    pty.screen(|screen| {
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None, "not asked for");
    });
    for _ in 0..2 {
        pty.keys("\x1a");
        assert_given_back(&pty);
        pty.wait("stopped", |screen| screen.contents().contains("Stopped"));
        pty.keys("echo $((6 * 7))\n");
        pty.wait_text("42");
        pty.keys("clear; fg\n");
        pty.wait_text("Problems 80x24");
        pty.wait("taken", |screen| screen.alternate_screen() && screen.hide_cursor());
    }
    pty.keys("3");
    pty.wait_text("Hosts 80x24");
    pty.keys("q");
    assert_given_back(&pty);
    pty.wait_text("shell> ");
    pty.keys("exit\n");
    pty.ended();
    assert_eq!(std::fs::read_to_string(result_file(&dir)).unwrap(), "Ok(Quit)");
}

#[test]
fn what_is_no_terminal_is_refused_with_advice() {
    let dir = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(arguments())
        .env("VIGIE_PTY_CHILD", result_file(&dir))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(result_file(&dir)).unwrap(), "Err(NotATerminal)");
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\x1b'));
    assert!(Error::NotATerminal.to_string().contains("vigie report"));
}
