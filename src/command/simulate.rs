//! `vigie simulate`: serves the simulated federation on loopback until it is killed.

use std::io::{self, Write};
use std::time::Duration;

use crate::cli::Simulate;
use crate::simulate::{Options, SECRET_ENV, SimClock, SimFleet, start};

/// Serves until Ctrl-C or SIGTERM. The configuration that reaches the federation goes to the file
/// that was named, with the secret beside it, else to `out`.
///
/// # Errors
/// When the servers cannot be started or the configuration cannot be written.
pub async fn serve(arguments: &Simulate, out: &mut impl Write) -> io::Result<()> {
    let fleet = match arguments.scaled.as_deref() {
        Some(&[sites, guests, snapshots]) => SimFleet::scaled(sites, guests, snapshots),
        _ => SimFleet::demo(),
    };
    let options = Options {
        script: arguments.scaled.is_none(),
        secret_file: arguments.config_out.as_ref().map(|path| path.with_extension("secret")),
        line: Duration::from_millis(arguments.delay),
        ..Options::default()
    };
    let federation = start(fleet, SimClock::real(), options).await?;
    if let Some(path) = &arguments.config_out {
        federation.write_config(path)?;
        writeln!(out, "serving; the configuration is in {}", path.display())?;
    } else {
        // A throw-away secret of servers that live as long as this process, on loopback.
        writeln!(out, "# {SECRET_ENV}={}", federation.secret())?;
        write!(out, "{}", federation.config_toml())?;
    }
    out.flush()?;
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = term.recv() => Ok(()),
    }
}
