//! The terminal is taken and given back here and nowhere else.
//!
//! Quit, errors, signals, hang-up, suspension and panics of any thread all end in the one
//! [`give_back`]; it does its work once, however often it is called.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::layout::Size;
use rustix::process::{Signal, kill_current_process_group};
use rustix::stdio;
use tokio::signal::unix::{SignalKind, signal};

use super::clipboard::Through;
use super::runner::Surroundings;
use super::signals::Panics;
use super::stuck;
use crate::fleet::time::Epoch;

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is taken with it.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Presses and the wheel are told, as text of any width; nothing of mere moving, which would wake
/// us for nothing.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// How long a stop may take to arrive. It is not waited for where it never does: a process group
/// without a shell to wake it is not stopped by SIGTSTP.
const STOP_TAKES: Duration = Duration::from_millis(200);

/// Whether both ends of the conversation are a terminal.
pub(super) fn is_usable() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Columns and lines. A terminal that does not know (a serial line, a bare pty) counts as 80×24.
pub(super) fn size() -> io::Result<Size> {
    let known = rustix::termios::tcgetwinsize(stdio::stdout())?;
    Ok(match (known.ws_col, known.ws_row) {
        (0, _) | (_, 0) => Size::new(80, 24),
        (columns, lines) => Size::new(columns, lines),
    })
}

/// Whether frames are marked with `CSI ? 2026 h` and `l`.
///
/// Not asked of the terminal: that would be a round trip before the first frame. Terminals ignore
/// private modes they do not know; left out are those that are known to be simple.
pub(super) fn has_synchronized_output() -> bool {
    !matches!(std::env::var("TERM").as_deref(), Err(_) | Ok("" | "dumb" | "linux" | "vt100"))
}

/// Whether an error says that the terminal is gone.
pub(super) fn is_hang_up(error: &(dyn std::error::Error + 'static)) -> bool {
    let io = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
    let errno = io.map(rustix::io::Errno::from_raw_os_error);
    matches!(
        errno,
        Some(
            rustix::io::Errno::IO
                | rustix::io::Errno::PIPE
                | rustix::io::Errno::NXIO
                | rustix::io::Errno::BADF
        )
    )
}

/// Standard output without a buffer of its own: one write is one system call. Nothing is written
/// once the terminal was given back.
pub(super) struct Tty;

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Held while writing, so that a panic elsewhere gives the terminal back between frames,
        // never within one.
        let lock = io::stdout().lock();
        if !TAKEN.load(Ordering::SeqCst) {
            return Ok(bytes.len());
        }
        let written = rustix::io::write(&lock, bytes);
        Ok(written?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn take() -> io::Result<()> {
    let lock = io::stdout().lock();
    // First, so that whatever fails from here on is undone.
    TAKEN.store(true, Ordering::SeqCst);
    stuck::returned(false);
    enable_raw_mode()?;
    let mut bytes = Vec::new();
    queue!(bytes, EnterAlternateScreen, Hide, EnableBracketedPaste)?;
    if MOUSE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(MOUSE_ON);
    }
    write_all(&lock, &bytes)
}

/// Gives the terminal back as it was. What fails on the way is passed over: a terminal that is
/// gone needs nothing back.
pub(super) fn give_back() {
    let lock = io::stdout().lock();
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    switch_off(&lock, stuck::dropped());
    let _ = disable_raw_mode();
    stuck::returned(true);
}

/// Switches off what was switched on; again where it may be among what was thrown away since so
/// much was.
fn switch_off(lock: &io::StdoutLock<'_>, mut dropped: usize) {
    let mut bytes = Vec::new();
    if MOUSE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(MOUSE_OFF);
    }
    // What is written to memory never fails.
    let _ = queue!(
        bytes,
        EndSynchronizedUpdate,
        ResetColor,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    loop {
        let _ = write_all(lock, &bytes);
        let now = stuck::dropped();
        if now == dropped {
            return;
        }
        dropped = now;
    }
}

fn write_all(out: &io::StdoutLock<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(out, bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// From now on a panic of any thread gives the terminal back before its message is printed, and
/// then wakes who waits for the result: the program ends. One that is caught where it happens, of
/// a poller, is written to the log, and the screen says it of the source.
pub(super) fn on_panic() -> Arc<Panics> {
    let panics = Arc::new(Panics::default());
    let notify = panics.clone();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if crate::poll::guard::is_caught() {
            tracing::error!("{info}");
            return;
        }
        notify.began.notify_one();
        // First: of a terminal that takes nothing the message is lost.
        tracing::error!("{info}");
        let dropped = stuck::dropped();
        give_back();
        before(info);
        if stuck::dropped() != dropped {
            switch_off(&io::stdout().lock(), stuck::dropped());
        }
        notify.told.notify_one();
    }));
    panics
}

/// The terminal taken, and the machine around it. Gives the terminal back when dropped.
pub(super) struct Host {
    /// Whether a SIGCONT that is still to be told of ended our own stop.
    came_back: bool,
    /// What stands between us and the terminal.
    through: Through,
}

impl Host {
    /// Takes the terminal, with its mouse if wanted.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        MOUSE.store(mouse, Ordering::SeqCst);
        // Made first: should taking fail half-way, dropping it gives back what was taken.
        let through = Through::of(&|name| std::env::var(name).ok());
        let host = Self { came_back: false, through };
        take()?;
        Ok(host)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        give_back();
    }
}

impl Surroundings for Host {
    fn now(&self) -> Epoch {
        crate::clock::now()
    }

    async fn suspend(&mut self) -> io::Result<()> {
        let mut continued = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
        give_back();
        kill_current_process_group(Signal::TSTP)?;
        // The stop may hit between any two instructions, and time runs on while it lasts: either
        // way this is over only when we run again.
        self.came_back = tokio::time::timeout(STOP_TAKES, continued.recv()).await.is_ok();
        take()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        let Some(bytes) = self.through.sequence(text) else { return Ok(()) };
        // The loop writes no frame now: nothing can come between.
        let lock = io::stdout().lock();
        if TAKEN.load(Ordering::SeqCst) { write_all(&lock, &bytes) } else { Ok(()) }
    }

    fn is_tmux(&self) -> bool {
        self.through == Through::Tmux
    }

    fn retake(&mut self) -> io::Result<bool> {
        if std::mem::replace(&mut self.came_back, false) {
            return Ok(false);
        }
        // Whoever stopped us may have left the terminal in any mode; crossterm enters raw mode
        // only if it thinks it is not in it.
        if TAKEN.load(Ordering::SeqCst) {
            let _ = disable_raw_mode();
        }
        take().map(|()| true)
    }
}
