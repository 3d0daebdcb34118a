//! A simulated federation on a thread of its own, and the program pointed at it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::mpsc;

use portable_pty::CommandBuilder;
use tempfile::TempDir;
use tokio::sync::oneshot;
use vigie::simulate::fleet::SimFleet;
use vigie::simulate::{Fault, Federation, Options, SimClock, start};

use crate::pty::Pty;

/// The secret of all tokens: nothing that is ever shown or kept may contain it.
pub(crate) const SECRET: &str = "5d1f2c3b-4a59-4687-9d0e-b1a2c3d4e5f6";

/// Running servers, a home for the program, and a configuration that reaches the servers.
pub(crate) struct Bed {
    pub(crate) federation: Federation,
    pub(crate) dir: TempDir,
    _stop: oneshot::Sender<()>,
}

impl Bed {
    pub(crate) fn new(fleet: SimFleet) -> Self {
        Self::with_clock(fleet, SimClock::real())
    }

    /// The same, at this time.
    pub(crate) fn with_clock(fleet: SimFleet, clock: SimClock) -> Self {
        Self::with(fleet, clock, false)
    }

    /// Each node of a cluster at an address of its own.
    pub(crate) fn apart(fleet: SimFleet) -> Self {
        Self::with(fleet, SimClock::real(), true)
    }

    fn with(fleet: SimFleet, clock: SimClock, apart: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            delays: 0.0,
            apart,
            secret: Some(SECRET.to_owned()),
            secret_file: Some(dir.path().join("secret")),
            ..Options::default()
        };
        let (told, hear) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                told.send(start(fleet, clock, options).await.unwrap()).unwrap();
                let _ = stopped.await;
            });
        });
        let federation = hear.recv().unwrap();
        federation.write_config(&dir.path().join("config.toml")).unwrap();
        Self { federation, dir, _stop: stop }
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    /// Ends every fault, and returns when all servers take connections again.
    pub(crate) fn mend(&self) {
        for handle in self.federation.sources() {
            handle.clear();
            for address in handle.addresses() {
                while std::net::TcpStream::connect(address).is_err() {
                    std::thread::yield_now();
                }
            }
        }
    }

    /// Ends every server, and returns when none takes connections any more.
    pub(crate) fn pull_the_plug(&self) {
        for handle in self.federation.sources() {
            handle.set(&Fault::Down);
            for address in handle.addresses() {
                while std::net::TcpStream::connect(address).is_ok() {
                    std::thread::yield_now();
                }
            }
        }
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = command(self.dir.path());
        command.arg("--config").arg(self.config()).args(arguments).output().unwrap()
    }

    /// Opens the dashboard.
    pub(crate) fn open(&self, columns: u16, lines: u16) -> Pty {
        let mut command = in_terminal(self.dir.path());
        command.arg("--config");
        command.arg(self.config());
        Pty::spawn(command, columns, lines)
    }
}

/// The program, in an environment that holds nothing of the machine's.
pub(crate) fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.env_clear().env("HOME", home).env("TZ", "UTC").env("PATH", "/usr/bin:/bin");
    command
}

/// The program for a terminal of 256 colours.
pub(crate) fn in_terminal(home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_vigie"));
    command.env_clear();
    command.env("HOME", home);
    command.env("TZ", "UTC");
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command
}

/// Every file below a directory that was written by the program.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}
