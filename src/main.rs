//! vigie: arguments, configuration, then the dashboard or a command.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use vigie::cli::{Cli, Command};
use vigie::command;
use vigie::poll::fleet::SharedEnv;
use vigie::run::Ending;
use vigie::ui::Skin;

/// For mistakes of configuration or usage, and for what cannot be done.
const REFUSED: u8 = 2;

/// For a defect of this program; what Rust itself exits with after a panic.
const BROKEN: u8 = 101;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "vigie: {error:#}");
            ExitCode::from(REFUSED)
        }
    }
}

/// Does what was asked for. The pictures of the tests are taken of this, too.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let env: SharedEnv = Arc::new(|name: &str| std::env::var(name).ok());
    if cli.plain && cli.command.is_some() {
        anyhow::bail!("--plain follows the fleet and goes with no command");
    }
    match &cli.command {
        Some(Command::Config) => {
            let start = command::fleet::start(&cli.global, &env, false)?;
            let choice = command::theme::choice(cli.theme.as_deref(), &start.config, &*env);
            let checked = start.config.check(&*start.env)?;
            command::theme::load(&choice, &start.config, &*env)?;
            say(&vigie::config::print(checked, &choice))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Simulate(arguments)) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(command::simulate::serve(arguments, &mut io::stdout()))
            .map(|()| ExitCode::SUCCESS)
            .context("the simulated federation cannot be served"),
        Some(Command::Report(arguments)) => {
            let start = command::fleet::start(&cli.global, &env, !arguments.no_memory)?;
            let (judged, fleet) = command::sweep::look(start, arguments.timeout)?;
            let zone = jiff::tz::TimeZone::system();
            let lang = vigie::lang::english();
            let text = command::report::render(&judged, &fleet, arguments.format, lang, &zone)?;
            say(&text)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Runbook(arguments)) => runbook(cli, arguments, &env),
        Some(Command::Drill(arguments)) => {
            say(&command::drill::run(arguments, &cli.global, &env)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Whatif(arguments)) => {
            say(&command::whatif::run(arguments, &cli.global, &env)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Theme(arguments)) => {
            let to_terminal = io::stdout().is_terminal();
            let option = cli.theme.as_deref();
            say(&command::theme::run(arguments, option, &cli.global, &*env, to_terminal)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Generate(arguments)) => {
            say(&command::generate::page(arguments.page))?;
            Ok(ExitCode::SUCCESS)
        }
        None => watch(cli, &env),
    }
}

/// Makes a runbook, or the whole set.
fn runbook(
    cli: &Cli,
    arguments: &vigie::cli::Runbook,
    env: &SharedEnv,
) -> anyhow::Result<ExitCode> {
    use command::runbook::{page, set};
    use command::target::{Takes, Target};
    let start = command::fleet::start(&cli.global, env, true)?;
    let (judged, fleet) = if arguments.offline {
        command::sweep::remembered(&start)
    } else {
        command::sweep::look(start, arguments.timeout)?
    };
    let zone = jiff::tz::TimeZone::system();
    let when = vigie::lang::When { now: judged.taken, zone: &zone };
    let lang = vigie::lang::english();
    let form = arguments.format;
    let target = Target::find(&arguments.target, &judged, Takes::Runbooks)?;
    let written = |path: &std::path::Path| format!("{} cannot be written", path.display());
    match (&target, &arguments.output) {
        (Target::All, None) => {
            anyhow::bail!("the whole set is many pages: say where to with -o DIR");
        }
        (Target::All, Some(dir)) => {
            std::fs::create_dir_all(dir).with_context(|| written(dir))?;
            let pages = set(&fleet, &judged, form, lang, &when);
            for (name, text) in &pages {
                let path = dir.join(name);
                command::output::write(&path, text).with_context(|| written(&path))?;
            }
            // Nobody but its owner knows whether an old page is still of use.
            for name in command::runbook::left_over(dir, &pages) {
                let path = dir.join(name);
                let _ = writeln!(io::stderr(), "vigie: {} is of an earlier set", path.display());
            }
        }
        (target, output) => {
            let text = page(&fleet, &judged, target, form, lang, &when)
                .with_context(|| format!("nothing is known of {}", target.name()))?;
            match output {
                Some(path) => {
                    command::output::write(path, &text).with_context(|| written(path))?;
                }
                None => say(&text)?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn watch(cli: &Cli, env: &SharedEnv) -> anyhow::Result<ExitCode> {
    let start = command::fleet::start(&cli.global, env, true)?;
    if let Some(dir) = &start.config.state_dir {
        // No log is no reason not to watch.
        let _ = vigie::run::log::to_files_in(dir, tracing::Level::INFO);
    }
    if cli.plain {
        return Ok(code_of(command::follow::follow(start, vigie::lang::english())?));
    }
    let choice = command::theme::choice(cli.theme.as_deref(), &start.config, &**env);
    let theme = command::theme::load(&choice, &start.config, &**env)?;
    let skin = Skin::with(theme, &**env);
    let (words, mouse) = (skin.clone(), cli.mouse);
    let copy = Box::new(move |state: &_, what| vigie::ui::copy(state, &words, what));
    let draw =
        move |frame: &mut ratatui::Frame<'_>, state: &_| vigie::ui::draw(frame, state, &skin);
    match command::dashboard::watch_fleet(start, mouse, copy, draw) {
        Ok(ending) => Ok(code_of(ending)),
        Err(vigie::run::Error::Panicked) => Ok(ExitCode::from(BROKEN)),
        Err(error) => Err(error.into()),
    }
}

/// As shells report it: 128 and the signal for an end by one.
fn code_of(ending: Ending) -> ExitCode {
    match ending {
        Ending::Quit => ExitCode::SUCCESS,
        Ending::Signal(number) => {
            ExitCode::from(128_u8.saturating_add(u8::try_from(number).unwrap_or(0)))
        }
        Ending::HungUp => ExitCode::from(129),
        Ending::Panicked => ExitCode::from(BROKEN),
    }
}

/// Prints. A reader that has seen enough (`| head`) is no failure.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
