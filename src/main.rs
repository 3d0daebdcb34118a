//! vigie: arguments, configuration, then the dashboard or a command.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use vigie::cli::{Cli, Command};
use vigie::command;
use vigie::poll::fleet::SharedEnv;

/// For mistakes of configuration or usage, and for what cannot be done.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "vigie: {error:#}");
            ExitCode::from(REFUSED)
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<()> {
    let env: SharedEnv = Arc::new(|name: &str| std::env::var(name).ok());
    match &cli.command {
        Some(Command::Config) => {
            let start = command::fleet::start(&cli.global, &env, false)?;
            let text = vigie::config::print(&start.config);
            io::stdout().write_all(text.as_bytes())?;
            Ok(())
        }
        Some(Command::Simulate(arguments)) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(command::simulate::serve(arguments, &mut io::stdout()))
            .context("the simulated federation cannot be served"),
        Some(Command::Report(arguments)) => {
            let start = command::fleet::start(&cli.global, &env, !arguments.no_memory)?;
            let (judged, fleet) = command::sweep::look(start, arguments.timeout)?;
            let lang = vigie::lang::english();
            let when = vigie::lang::When { now: judged.taken, zone: &jiff::tz::TimeZone::system() };
            let sentence = |p: &_| lang.report(p, &when);
            let doc = command::report::json::document(&judged, &fleet, &sentence);
            serde_json::to_writer_pretty(io::stdout(), &doc)?;
            Ok(())
        }
        Some(Command::Generate(_)) | None => {
            // Better a refusal than a silence that looks like success.
            anyhow::bail!("not built yet in this version")
        }
    }
}
