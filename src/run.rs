//! The dashboard: the terminal, the loop, and everything that ends it.
//!
//! The loop runs on the calling thread. The fleet is judged on another one. Pollers run on a thread
//! of their own; the two meet in bounded queues of surveys and answers one way and a bounded queue
//! of [`Wish`] the other way, so that the screen never waits for the network.

mod clipboard;
mod input;
mod judging;
pub mod log;
mod paint;
mod runner;
mod signals;
mod stuck;
mod terminal;

use std::sync::Arc;

use jiff::tz::TimeZone;
use ratatui::{Frame, Terminal};
use tokio::sync::{mpsc, oneshot};

pub use runner::Ending;

use crate::fleet::look::Looked;
use crate::fleet::site::Fleet;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::keymap::Keymap;
use crate::state::{Copying, Digester, Drawn, Standing, State, Wish};

/// Puts into words what is to be copied.
pub type Copier = Box<dyn Fn(&State, Copying) -> Option<String>>;

/// What the dashboard is made of.
pub struct Parts<J, D> {
    /// The configured sites, with what is remembered of them.
    pub fleet: Fleet,
    /// The viewer's time zone.
    pub zone: TimeZone,
    /// The keys that hold.
    pub keys: Arc<Keymap>,
    /// Where surveys come in.
    pub surveys: mpsc::Receiver<Arc<Survey>>,
    /// Where answers to what is looked at come in.
    pub looked: mpsc::Receiver<Looked>,
    /// Where wishes to poll or to look go. When it is full, wishes to poll are dropped (enough are
    /// on their way), and looks are wished again.
    pub wishes: mpsc::Sender<Wish>,
    /// What an earlier run saw of the problems that stand.
    pub standing: Standing,
    /// Judges the fleet at a moment.
    pub judge: J,
    /// Draws the state.
    pub draw: D,
    /// Puts into words what is to be copied; none where there is nothing to tell.
    pub copy: Copier,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// Told once there is something to see: what takes time may begin.
    pub painted: oneshot::Sender<()>,
}

/// Why the dashboard did not begin, or broke off.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Standard input or output is a file or a pipe.
    #[error("the dashboard needs a terminal; `vigie report` prints to a file or a pipe")]
    NotATerminal,
    /// The terminal cannot be used.
    #[error("the terminal cannot be used")]
    Terminal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Signals or the runtime cannot be set up.
    #[error("the system refuses what the dashboard needs")]
    System(#[source] std::io::Error),
    /// A thread panicked; its message is on the terminal already.
    #[error("a part of vigie broke: this is a bug")]
    Panicked,
}

/// Runs the dashboard until it ends. Whatever happens, the terminal is given back as it was.
///
/// The first frame is drawn before anything else is waited for.
pub fn dashboard<J, D>(parts: Parts<J, D>) -> Result<Ending, Error>
where
    J: FnMut(&Fleet, Epoch) -> Judged + Send + 'static,
    D: FnMut(&mut Frame<'_>, &State) -> Drawn,
{
    if !terminal::is_usable() {
        return Err(Error::NotATerminal);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::System)?;
    let ending = runtime.block_on(async {
        let (control_in, control) = mpsc::channel(16);
        let panics = terminal::on_panic();
        signals::spawn(panics, control_in.clone()).map_err(Error::System)?;
        let parts = {
            let Parts {
                fleet,
                zone,
                keys,
                surveys,
                looked,
                wishes,
                standing,
                judge,
                draw,
                copy,
                mouse,
                painted,
            } = parts;
            let judge =
                judging::spawn(Digester::remembering(standing), judge).map_err(Error::System)?;
            Parts {
                fleet,
                zone,
                keys,
                surveys,
                looked,
                wishes,
                standing: Standing::default(),
                judge,
                draw,
                copy,
                mouse,
                painted,
            }
        };
        let mut host = terminal::Host::enter(parts.mouse).map_err(|e| Error::Terminal(e.into()))?;
        let (keys_in, keys) = mpsc::channel(256);
        input::spawn(keys_in, &control_in).map_err(Error::System)?;
        let paint = paint::Paint::new(terminal::Tty, terminal::has_synchronized_output());
        let mut screen = Terminal::new(paint).map_err(|e| Error::Terminal(e.into()))?;
        // Within the first frame. A terminal with one screen only shows what was there before.
        screen.clear().map_err(|e| Error::Terminal(e.into()))?;
        runner::Runner::new(parts, screen).run(&mut host, keys, control).await
        // The host is dropped here, and with it goes the alternate screen.
    });
    // Threads that read the terminal cannot be told to stop; they go with the process.
    runtime.shutdown_background();
    match ending {
        // What the hook said is on the main screen; nothing is to be added.
        Ok(Ending::Panicked) => Err(Error::Panicked),
        Err(Error::Terminal(cause)) if terminal::is_hang_up(&*cause) => Ok(Ending::HungUp),
        other => other,
    }
}
