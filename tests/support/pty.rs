//! A terminal for tests: a pty with a screen behind it, watched on a thread of its own.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// Nothing here takes longer on a machine that works, however busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal.
pub(crate) struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    before: String,
    cooked: Termios,
}

/// What the terminal shows, and all that was ever written to it.
struct Seen {
    screen: Mutex<(vt100::Parser, Vec<u8>)>,
    changed: Condvar,
}

fn size(columns: u16, lines: u16) -> PtySize {
    PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// How the line is set, spelled out: the type belongs to a crate of the pty's.
fn line(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// Whether a frame was begun (synchronized output) and has not ended yet.
fn is_half_drawn(bytes: &[u8]) -> bool {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|window| window == mark);
    last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
}

/// The program's end of the terminal.
fn program_end(master: &dyn MasterPty) -> File {
    let noctty = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
    let name = master.tty_name().unwrap();
    OpenOptions::new().read(true).write(true).custom_flags(noctty).open(name).unwrap()
}

/// Takes in what is written, until it is stopped or nobody is left to write.
fn watch(
    mut reader: Box<dyn Read + Send>,
    seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        // An error is how a pty says that nobody is left on the other side.
        while let Ok(read @ 1..) = reader.read(&mut bytes) {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let mut screen = seen.screen.lock().unwrap();
            screen.0.process(&bytes[..read]);
            screen.1.extend_from_slice(&bytes[..read]);
            seen.changed.notify_all();
        }
    })
}

impl Pty {
    /// Starts `command` in a terminal of that size.
    pub(crate) fn spawn(command: CommandBuilder, columns: u16, lines: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, lines)).unwrap();
        let before = line(&*pair.master);
        let cooked = tcgetattr(program_end(&*pair.master)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let (rows, cols) = (lines.try_into().unwrap(), columns.try_into().unwrap());
        let parser = vt100::Parser::new(rows, cols, 0);
        let seen =
            Arc::new(Seen { screen: Mutex::new((parser, Vec::new())), changed: Condvar::new() });
        let stop = Arc::new(AtomicBool::new(false));
        let reader = watch(reader, seen.clone(), stop.clone());
        let writer = pair.master.take_writer().unwrap();
        Self {
            master: pair.master,
            writer,
            child,
            seen,
            stop,
            reader: Some(reader),
            before,
            cooked,
        }
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        assert!(
            self.comes(PATIENCE, wanted),
            "never {what}:\n{}",
            self.screen(vt100::Screen::contents)
        );
    }

    /// Whether the screen becomes as wanted in this time.
    pub(crate) fn comes(
        &self,
        patience: Duration,
        wanted: impl Fn(&vt100::Screen) -> bool,
    ) -> bool {
        let end = Instant::now() + patience;
        let mut screen = self.seen.screen.lock().unwrap();
        // Never in the middle of a frame: half of it may be of the frame before.
        while is_half_drawn(&screen.1) || !wanted(screen.0.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            screen = self.seen.changed.wait_timeout(screen, left).unwrap().0;
        }
        true
    }

    /// Waits until nothing was written for so long.
    pub(crate) fn rests(&self, quiet: Duration) {
        let end = Instant::now() + PATIENCE;
        let mut screen = self.seen.screen.lock().unwrap();
        loop {
            let written = screen.1.len();
            let (now, waited) = self
                .seen
                .changed
                .wait_timeout_while(screen, quiet, |screen| screen.1.len() == written)
                .unwrap();
            screen = now;
            if waited.timed_out() && !is_half_drawn(&screen.1) {
                return;
            }
            assert!(Instant::now() < end, "it never rests");
        }
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_text(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// Waits until what was written ends with these bytes.
    pub(crate) fn wait_bytes(&self, end: &[u8]) {
        let late = Instant::now() + PATIENCE;
        let mut screen = self.seen.screen.lock().unwrap();
        while !screen.1.ends_with(end) {
            let left = late.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it never ends so: {:?}", String::from_utf8_lossy(&screen.1));
            screen = self.seen.changed.wait_timeout(screen, left).unwrap().0;
        }
    }

    /// Reads the screen.
    pub(crate) fn screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.seen.screen.lock().unwrap().0.screen())
    }

    /// Everything that was written so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen.screen.lock().unwrap().1.clone()
    }

    /// Another size.
    pub(crate) fn resize(&self, columns: u16, lines: u16) {
        let mut screen = self.seen.screen.lock().unwrap();
        let (rows, cols) = (lines.try_into().unwrap(), columns.try_into().unwrap());
        screen.0.set_size(rows, cols);
        drop(screen);
        self.master.resize(size(columns, lines)).unwrap();
    }

    /// Whether the line is set as it was before the program began: not raw, echoing, all of it.
    pub(crate) fn line_is_as_before(&self) -> bool {
        line(&*self.master) == self.before
    }

    /// Its number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = self.child.process_id().unwrap();
        let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the program to end: its exit code, and how long that took.
    pub(crate) fn ended(&mut self) -> (u32, Duration) {
        let began = Instant::now();
        // There is no way to wait for a child with an end to it.
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The other end of the terminal goes away.
    pub(crate) fn hang_up(mut self) -> HungUp {
        self.read_no_more();
        HungUp(self.child)
    }

    /// From now on nobody reads what is written: the connection stalls. Once it took all it can,
    /// who writes to it waits.
    pub(crate) fn read_no_more(&mut self) {
        // The reader holds the terminal open until it has read something.
        self.stop.store(true, Ordering::SeqCst);
        program_end(&*self.master).write_all(b" ").unwrap();
        self.reader.take().unwrap().join().unwrap();
    }

    /// Whether it takes no more: who writes to it waits.
    pub(crate) fn is_full(&self) -> bool {
        let line = program_end(&*self.master);
        let mut watched = [PollFd::new(&line, PollFlags::OUT)];
        poll(&mut watched, Some(&Timespec::default())).unwrap() == 0
    }

    /// Reads again.
    pub(crate) fn read_on(&mut self) {
        self.stop = Arc::default();
        let reader = self.master.try_clone_reader().unwrap();
        self.reader = Some(watch(reader, self.seen.clone(), self.stop.clone()));
    }

    /// Waits until the program is stopped.
    pub(crate) fn wait_stopped(&self) {
        let end = Instant::now() + PATIENCE;
        let path = format!("/proc/{}/stat", self.pid());
        while !std::fs::read_to_string(&path).unwrap().contains(") T ") {
            assert!(Instant::now() < end, "it is not stopped");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Sets the line as it was before the program began.
    pub(crate) fn cook(&self) {
        let line = program_end(&*self.master);
        tcsetattr(&line, OptionalActions::Now, &self.cooked).unwrap();
    }

    /// Reads what is left once the program is gone.
    pub(crate) fn read_the_rest(&mut self) {
        let mut reader = self.master.try_clone_reader().unwrap();
        let mut bytes = [0; 8192];
        let mut screen = self.seen.screen.lock().unwrap();
        while let Ok(read @ 1..) = reader.read(&mut bytes) {
            screen.0.process(&bytes[..read]);
            screen.1.extend_from_slice(&bytes[..read]);
        }
    }
}

/// A program without its terminal.
pub(crate) struct HungUp(Box<dyn Child + Send + Sync>);

impl HungUp {
    /// Waits for the program to end.
    pub(crate) fn ended(mut self) -> (u32, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return (status.exit_code(), began.elapsed());
            }
            if began.elapsed() > PATIENCE {
                self.0.kill().unwrap();
                panic!("it does not end");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
