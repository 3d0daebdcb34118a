//! Signals, as the loop wants them.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc};

use super::runner::{Control, Ending};

/// The signals that are listened to.
pub(super) struct Signals {
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
    pub(super) fn new() -> io::Result<Self> {
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
    pub(super) async fn forward(mut self, panics: Arc<Notify>, to: mpsc::Sender<Control>) {
        let ended = |kind: SignalKind| Control::End(Ending::Signal(kind.as_raw_value()));
        loop {
            let control = tokio::select! {
                biased;
                () = panics.notified() => Control::End(Ending::Panicked),
                _ = self.terminate.recv() => ended(SignalKind::terminate()),
                _ = self.interrupt.recv() => ended(SignalKind::interrupt()),
                _ = self.quit.recv() => ended(SignalKind::quit()),
                _ = self.hang_up.recv() => Control::End(Ending::HungUp),
                _ = self.proceed.recv() => Control::Continued,
                _ = self.resize.recv() => Control::Resized,
            };
            if to.send(control).await.is_err() {
                return;
            }
        }
    }
}
