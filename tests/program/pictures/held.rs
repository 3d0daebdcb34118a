//! The program with its clock held, over servers with the same clock: what it draws is the same
//! today and tomorrow.
//!
//! It is the program's own `main.rs`, compiled into this test and run by it in a process and a
//! terminal of its own, over real HTTPS; nothing but the clock is another. A clock of the program
//! that its users could hold would be a trap, so it has none.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;
use portable_pty::CommandBuilder;
use vigie::fleet::time::Epoch;
use vigie::poll::fleet::SharedEnv;
use vigie::simulate::fleet::SimFleet;
use vigie::simulate::{Fault, Handle, SimClock};

use super::svg::Renames;
use crate::bed::Bed;
use crate::pty::Pty;

#[path = "../../../src/main.rs"]
#[allow(dead_code, reason = "`main` itself is not called")]
mod program;

/// Tuesday 10 March 2026, 12:07:20 UTC: no job runs, the copies of the night are there.
pub(super) const NOON: i64 = 1_773_144_440;

/// Where the process that is the program finds its arguments, one a line, and its clock.
const ARGUMENTS: &str = "VIGIE_TEST_ARGUMENTS";
const CLOCK: &str = "VIGIE_TEST_CLOCK";

/// What is done before a picture is taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// Typed.
    Keys(&'static str),
    /// A source no longer takes connections.
    Unplug(&'static str),
    /// A node dies: its source, its name.
    Lose(&'static str, &'static str),
    /// It is back.
    Return(&'static str, &'static str),
    /// So many seconds go by, for servers and program alike.
    Later(i64),
    /// This is to be seen before anything else is done.
    Sees(&'static str),
}

/// Servers whose clock is held, and a home for the program.
pub(super) struct Stage {
    bed: Bed,
    clock: SimClock,
}

impl Stage {
    pub(super) fn new(fleet: SimFleet) -> Self {
        let clock = SimClock::fixed(NOON);
        let bed = Bed::with_clock(fleet, clock.clone());
        let stage = Self { bed, clock };
        stage.tell_the_time();
        stage
    }

    fn clock_file(&self) -> PathBuf {
        self.bed.dir.path().join("clock")
    }

    fn tell_the_time(&self) {
        // In one go: whoever reads it sees the old time or the new.
        let fresh = self.bed.dir.path().join("clock.new");
        fs::write(&fresh, self.clock.now().to_string()).unwrap();
        fs::rename(&fresh, self.clock_file()).unwrap();
    }

    /// Opens the dashboard with these arguments.
    pub(super) fn open(&self, arguments: &[&str], (columns, lines): (u16, u16)) -> Pty {
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", THE_PROGRAM, "--ignored", "--nocapture", "--test-threads=1"]);
        command.env_clear();
        for (name, value) in [
            ("TZ", "UTC"),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "C.UTF-8"),
        ] {
            command.env(name, value);
        }
        command.env("HOME", self.bed.dir.path());
        command.env(CLOCK, self.clock_file());
        let config = self.bed.config();
        let all = [&["vigie", "--config", config.to_str().unwrap()], arguments].concat();
        command.env(ARGUMENTS, all.join("\n"));
        Pty::spawn(command, columns, lines)
    }

    /// Does it.
    pub(super) fn act(&self, pty: &mut Pty, act: Act) {
        let source = |name| self.bed.federation.source(name).unwrap();
        match act {
            Act::Keys(keys) => pty.keys(keys),
            Act::Unplug(name) => {
                source(name).set(&Fault::Down);
                until(source(name), |open| open == 0);
            }
            Act::Lose(name, node) => {
                let before = source(name).addresses().len();
                source(name).power_off(node);
                // Refused, not silent: nobody waits for the answers of one that is off.
                source(name).clear_node(node);
                source(name).set_node(node, &Fault::Down);
                until(source(name), |open| open < before);
            }
            Act::Return(name, node) => {
                let all = source(name).addresses().len();
                source(name).power_on(node);
                until(source(name), |open| open == all);
            }
            Act::Later(seconds) => {
                self.clock.advance(seconds);
                self.tell_the_time();
            }
            Act::Sees(text) => pty.wait_text(text),
        }
    }

    /// Ports and certificates are others with every start; in pictures they are always the same,
    /// and as long.
    pub(super) fn renames(&self) -> Renames {
        let mut renames = Vec::new();
        for handle in self.bed.federation.sources() {
            for (address, fingerprint) in handle.addresses().iter().zip(handle.fingerprints()) {
                let (ip, port) = (address.ip(), address.port().to_string());
                let digits = port.len() - 1;
                let other = format!("1{:0digits$}", 8006 + renames.len() / 5);
                renames.push((format!("{ip}:{port}"), format!("{ip}:{other}")));
                renames.push((format!("--port {port}"), format!("--port {other}")));
                let letters = fingerprint.chars().enumerate();
                let mixed: String = letters
                    .map(|(at, c)| if c == ':' { c } else { HEX[(at * 7 + at / 3) % 16] })
                    .collect();
                renames.push((fingerprint.to_lowercase(), mixed.to_lowercase()));
                // Cut off, where the line is too short for it.
                let cut = |text: &str| format!("{}…", text.get(..17).unwrap_or(text));
                renames.push((cut(&fingerprint), cut(&mixed)));
                renames.push((fingerprint, mixed));
            }
        }
        renames
    }

    /// Leaves the program, and waits for what it keeps.
    pub(super) fn close(mut pty: Pty) {
        // From anywhere, a line being typed included.
        pty.keys("\x03");
        assert_eq!(pty.ended().0, 0);
    }
}

/// Waits until so many of a source's servers take connections.
fn until(source: &Handle, wanted: impl Fn(usize) -> bool) {
    let is_open = |address: &SocketAddr| TcpStream::connect(address).is_ok();
    while !wanted(source.addresses().iter().filter(|address| is_open(address)).count()) {
        std::thread::yield_now();
    }
}

const HEX: [char; 16] =
    ['3', 'A', '7', 'C', '0', 'E', '5', '9', 'B', '1', 'F', '4', 'D', '8', '2', '6'];

/// How long nothing may change before a picture is made; only where pictures are made.
pub(super) const REST: Duration = Duration::from_millis(1200);

fn held() -> Epoch {
    let file = std::env::var_os(CLOCK).unwrap();
    let text = fs::read_to_string(Path::new(&file)).unwrap();
    Epoch(text.parse().unwrap())
}

const THE_PROGRAM: &str = "pictures::held::the_program";

#[test]
#[ignore = "is the program of which pictures are taken, in a process of its own"]
fn the_program() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return };
    vigie::clock::stand_in(held);
    let cli = vigie::cli::Cli::parse_from(arguments.lines());
    let env: SharedEnv = Arc::new(|name: &str| std::env::var(name).ok());
    let lang = vigie::lang::of(program::tongue(&cli, &*env));
    program::run(&cli, &env, lang).unwrap();
}
