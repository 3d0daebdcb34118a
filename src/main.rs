//! vigie: arguments, configuration, then the dashboard or a command.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use vigie::cli::{Cli, Command};
use vigie::command;

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
    let env = |name: &str| std::env::var(name).ok();
    match &cli.command {
        Some(Command::Config) if !cli.global.demo => {
            let text = command::config::text(cli.global.config.as_deref(), &env)?;
            io::stdout().write_all(text.as_bytes())?;
            Ok(())
        }
        Some(Command::Simulate(arguments)) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(command::simulate::serve(arguments, &mut io::stdout()))
            .context("the simulated federation cannot be served"),
        Some(Command::Generate(_) | Command::Report(_) | Command::Config) | None => {
            // Better a refusal than a silence that looks like success.
            anyhow::bail!("not built yet in this version: only `config` and `simulate` are")
        }
    }
}
