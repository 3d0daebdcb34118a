//! The simulated federation behind `--demo`: served on a thread of this process, over loopback.

mod past;

use std::io;
use std::sync::mpsc;
use std::thread;

pub(crate) use past::remember;

use crate::simulate::{Options, SECRET_ENV, SimClock, SimFleet, start};

/// A running federation; it ends when this is dropped.
#[derive(Debug)]
pub struct Demo {
    /// The configuration that reaches it.
    pub toml: String,
    secret: String,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Demo {
    /// Starts it.
    ///
    /// # Errors
    /// When the servers cannot be started.
    pub fn start() -> io::Result<Self> {
        let (told, hear) = mpsc::sync_channel(1);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        thread::Builder::new().name("simulate".into()).spawn(move || {
            let served = serve(&told, stopped);
            if let Err(error) = served {
                let _ = told.send(Err(error));
            }
        })?;
        let (toml, secret) =
            hear.recv().map_err(|_| io::Error::other("the simulated federation broke"))??;
        Ok(Self { toml, secret, _stop: stop })
    }

    /// The environment in which its configuration finds its secret.
    pub fn secret(&self, name: &str) -> Option<String> {
        (name == SECRET_ENV).then(|| self.secret.clone())
    }
}

type Told = mpsc::SyncSender<io::Result<(String, String)>>;

fn serve(told: &Told, stopped: tokio::sync::oneshot::Receiver<()>) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let options = Options { script: true, ..Options::default() };
        let federation = start(SimFleet::demo(), SimClock::real(), options).await?;
        let _ = told.send(Ok((federation.config_toml(), federation.secret().to_owned())));
        // Ends with an error when the other side is dropped: that is the stop.
        let _ = stopped.await;
        drop(federation);
        Ok(())
    })
}
