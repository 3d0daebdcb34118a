//! `vigie simulate`: serves the simulated federation on loopback until it is killed.

use std::io::{self, Write};
use std::pin::pin;
use std::time::Duration;

use crate::cli::Simulate;
use crate::simulate::{Federation, Handle, Options, SECRET_ENV, SimClock, SimFleet, start};

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
        apart: true,
        secret_file: arguments.config_out.as_ref().map(|path| path.with_extension("secret")),
        line: Duration::from_millis(arguments.delay),
        ..Options::default()
    };
    let federation = start(fleet, SimClock::real(), options).await?;
    let doomed: Vec<_> =
        arguments.kill.iter().map(|name| find(&federation, name)).collect::<io::Result<_>>()?;
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
    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    let mut death = pin!(tokio::time::sleep(Duration::from_secs(arguments.after)));
    let mut is_done = doomed.is_empty();
    loop {
        tokio::select! {
            done = &mut ctrl_c => return done,
            _ = term.recv() => return Ok(()),
            () = &mut death, if !is_done => {
                is_done = true;
                for (source, node) in &doomed {
                    source.power_off(node);
                }
            }
        }
    }
}

/// The node of a simulated source that is to be switched off.
///
/// # Errors
/// When there is none of this name.
fn find<'a>(federation: &'a Federation, name: &'a str) -> io::Result<(&'a Handle, &'a str)> {
    let (source, node) = name.split_once('/').unwrap_or((name, ""));
    let handle = federation.source(source);
    let is_there = |handle: &&Handle| match node {
        "" => handle.edit_pbs(|_| ()).is_some(),
        node => handle.edit_node(node, |_| ()).is_some(),
    };
    handle.filter(is_there).map(|handle| (handle, node)).ok_or_else(|| {
        io::Error::new(io::ErrorKind::NotFound, format!("the simulation has no {name}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::fleet::SimCluster;

    #[tokio::test]
    async fn a_name_is_a_node_or_the_source_of_a_pbs() {
        let federation =
            start(SimFleet::demo(), SimClock::real(), Options::default()).await.unwrap();
        let found = |name| find(&federation, name).map(|(source, node)| (source.name(), node));
        assert_eq!(found("fi/fi1").unwrap(), ("fi", "fi1"));
        assert_eq!(found("pbs").unwrap(), ("pbs", ""));
        for name in ["fi", "fi/fi9", "pbs/pbs", "nowhere", "nowhere/fi1", ""] {
            let error = found(name).unwrap_err().to_string();
            assert_eq!(error, format!("the simulation has no {name}"));
        }
        let (source, node) = find(&federation, "fi/fi1").unwrap();
        source.power_off(node);
        let is_off = |cluster: &mut SimCluster| {
            cluster.node_mut("fi1").is_some_and(|node| node.offline_since.is_some())
        };
        assert_eq!(source.edit(is_off), Some(true));
    }
}
