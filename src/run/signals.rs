//! Signals, as the loop wants them.
//!
//! They are taken on a thread of their own: the loop may stand still in a write to a terminal
//! that reads nothing, and has to end all the same.

use std::io;
use std::sync::{Arc, mpsc as std_mpsc};
use std::thread;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

use super::runner::{Control, Ending};
use super::stuck;

/// A panic: what is known of it.
#[derive(Default)]
pub(super) struct Panics {
    /// One began: the terminal is about to be given back.
    pub(super) began: Notify,
    /// Its message is printed: the program may end.
    pub(super) told: Notify,
}

/// The signals that are listened to.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hang_up: Signal,
    resize: Signal,
    proceed: Signal,
}

impl Signals {
    /// Listens from now on. A SIGHUP that was ignored (`nohup`) is not any more: without its
    /// terminal a dashboard is of no use to anybody.
    fn new() -> io::Result<Self> {
        let proceed = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: signal(SignalKind::hangup())?,
            resize: signal(SignalKind::window_change())?,
            proceed: signal(proceed)?,
        })
    }

    /// Passes on what comes, until nobody listens.
    async fn forward(mut self, panics: Arc<Panics>, to: mpsc::Sender<Control>) {
        let ended = |kind: SignalKind| Control::End(Ending::Signal(kind.as_raw_value()));
        loop {
            let control = tokio::select! {
                biased;
                () = panics.began.notified() => {
                    stuck::unless(panics.told.notified()).await;
                    Control::End(Ending::Panicked)
                }
                _ = self.terminate.recv() => ended(SignalKind::terminate()),
                _ = self.interrupt.recv() => ended(SignalKind::interrupt()),
                _ = self.quit.recv() => ended(SignalKind::quit()),
                _ = self.hang_up.recv() => Control::End(Ending::HungUp),
                _ = self.proceed.recv() => Control::Continued,
                _ = self.resize.recv() => Control::Resized,
            };
            if !matches!(control, Control::End(_)) {
                // As many wait already as find room: the loop asks for the size when it takes one.
                match to.try_send(control) {
                    Ok(()) | Err(TrySendError::Full(_)) => continue,
                    Err(TrySendError::Closed(_)) => return,
                }
            }
            stuck::unless(async {
                let _ = to.send(control).await;
                stuck::given_back().await;
            })
            .await;
        }
    }
}

/// Listens to signals from now on, and passes them on.
pub(super) fn spawn(panics: Arc<Panics>, to: mpsc::Sender<Control>) -> io::Result<()> {
    let (began, hear) = std_mpsc::channel();
    thread::Builder::new().name("signals".into()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(began.send(Err(error))),
        };
        runtime.block_on(async {
            match Signals::new() {
                Ok(signals) => {
                    let _ = began.send(Ok(()));
                    signals.forward(panics, to).await;
                }
                Err(error) => drop(began.send(Err(error))),
            }
        });
    })?;
    // Before the terminal is touched, so that no signal finds it half changed.
    hear.recv().map_err(|_| io::Error::from(io::ErrorKind::Other))?
}
