//! vigie: arguments, configuration, then the dashboard or a command.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use vigie::cli::{Cli, Command};
use vigie::command;
use vigie::command::runbook::RunbookError;
use vigie::lang::{self, Lang, Tongue};
use vigie::poll::fleet::SharedEnv;
use vigie::run::Ending;
use vigie::ui::Skin;

/// For mistakes of configuration or usage, and for what cannot be done.
const REFUSED: u8 = 2;

/// For a certificate that is shown and was not accepted.
const NOT_ACCEPTED: u8 = 1;

/// For a defect of this program; what Rust itself exits with after a panic.
const BROKEN: u8 = 101;

fn main() -> ExitCode {
    vigie::heap::give_back();
    vigie::limits::survive();
    let cli = Cli::parse();
    let env: SharedEnv = Arc::new(|name: &str| std::env::var(name).ok());
    let tongue = tongue(&cli, &*env);
    match run(&cli, &env, lang::of(tongue)) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "vigie: {}", vigie::told::told(&*error, tongue));
            ExitCode::from(REFUSED)
        }
    }
}

/// The language to speak: as the command line says, or the configuration, or the locale.
pub(crate) fn tongue(cli: &Cli, env: vigie::config::Env<'_>) -> Tongue {
    let configured = || {
        if cli.global.demo {
            return None;
        }
        // What is wrong with it is told when it is read in whole.
        vigie::config::lang(&vigie::config::locate(cli.global.config.as_deref(), env).ok()?)
    };
    let option = cli.global.lang;
    Tongue::choose(option, option.map_or_else(configured, |_| None), env)
}

/// Does what was asked for. The pictures of the tests are taken of this, too.
pub(crate) fn run(cli: &Cli, env: &SharedEnv, lang: &'static dyn Lang) -> anyhow::Result<ExitCode> {
    if cli.plain && cli.command.is_some() {
        return Err(command::follow::WithCommand.into());
    }
    match &cli.command {
        Some(Command::Config) => {
            let start = command::fleet::start(&cli.global, env, false)?;
            let choice = command::theme::choice(cli.theme.as_deref(), &start.config, &**env);
            let checked = start.config.check(&*start.env)?;
            command::theme::load(&choice, &start.config, &**env)?;
            say(&vigie::config::print(checked, &choice, lang))?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Simulate(arguments)) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(command::simulate::serve(arguments, &mut io::stdout()))
            .map(|()| ExitCode::SUCCESS)
            .map_err(|error| command::fleet::FleetError::Demo(error).into()),
        Some(Command::Report(arguments)) => {
            let start = command::fleet::start(&cli.global, env, !arguments.no_memory)?;
            let (judged, fleet) = command::sweep::look(start, arguments.timeout)?;
            let zone = vigie::clock::zone::system();
            let text = command::report::render(&judged, &fleet, arguments.format, lang, &zone)?;
            say(&text)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Doctor(arguments)) => {
            let (text, worst) = command::doctor::run(arguments, &cli.global, env, lang)?;
            say(&text)?;
            if let Some(path) = &arguments.bundle {
                let told = lang.bundle_written(&path.display().to_string());
                let _ = writeln!(io::stderr(), "vigie: {told}");
            }
            Ok(ExitCode::from(command::doctor::code(worst)))
        }
        Some(Command::Runbook(arguments)) => Ok(runbook(cli, arguments, env, lang)?),
        Some(Command::Drill(arguments)) => {
            say(&command::drill::run(arguments, &cli.global, env, lang)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Whatif(arguments)) => {
            say(&command::whatif::run(arguments, &cli.global, env, lang)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Inventory(arguments)) => {
            let made = command::inventory::run(arguments, &cli.global, env)?;
            say(&made.text)?;
            if !made.lacking.is_empty() {
                let is_asked = arguments.fresh || cli.global.demo;
                let told = lang.lacking(&made.lacking.join(", "), is_asked);
                let _ = writeln!(io::stderr(), "vigie: {told}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Trust(arguments)) => {
            use command::trust::Ending;
            Ok(match command::trust::run(arguments, &cli.global, env, lang)? {
                Ending::Trusted => ExitCode::SUCCESS,
                Ending::Refused => ExitCode::from(NOT_ACCEPTED),
                Ending::Unasked => ExitCode::from(REFUSED),
            })
        }
        Some(Command::Init(arguments)) => {
            let ending = command::init::run(arguments, &cli.global, env, lang)?;
            Ok(ExitCode::from(ending.code()))
        }
        Some(Command::Theme(arguments)) => {
            let to_terminal = io::stdout().is_terminal();
            let option = cli.theme.as_deref();
            let global = &cli.global;
            say(&command::theme::run(arguments, option, global, &**env, to_terminal, lang)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Generate(arguments)) => {
            say(&command::generate::page(arguments.page, lang))?;
            Ok(ExitCode::SUCCESS)
        }
        None => watch(cli, env, lang),
    }
}

/// Makes a runbook, or the whole set.
fn runbook(
    cli: &Cli,
    arguments: &vigie::cli::Runbook,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<ExitCode, RunbookError> {
    use command::runbook::{page, set};
    use command::target::{Takes, Target};
    let start = command::fleet::start(&cli.global, env, true)?;
    let (judged, fleet) = if arguments.offline {
        command::sweep::remembered(&start)
    } else {
        command::sweep::look(start, arguments.timeout).map_err(RunbookError::Sweep)?
    };
    let zone = vigie::clock::zone::system();
    let when = vigie::lang::When { now: judged.taken, zone: &zone };
    let form = arguments.format;
    let target = Target::find(&arguments.target, &judged, Takes::Runbooks)?;
    let unwritable = |path: &Path| {
        let path = path.to_path_buf();
        move |error| RunbookError::Unwritable(path, error)
    };
    match (&target, &arguments.output) {
        (Target::All, None) => return Err(RunbookError::NoFolder),
        (Target::All, Some(dir)) => {
            std::fs::create_dir_all(dir).map_err(unwritable(dir))?;
            let pages = set(&fleet, &judged, form, lang, &when);
            for (name, text) in &pages {
                let path = dir.join(name);
                command::output::write(&path, text).map_err(unwritable(&path))?;
            }
            // Nobody but its owner knows whether an old page is still of use.
            for name in command::runbook::left_over(dir, &pages) {
                let path = dir.join(name).display().to_string();
                let _ = writeln!(io::stderr(), "vigie: {}", lang.left_over(&path));
            }
        }
        (target, output) => {
            let text = page(&fleet, &judged, target, form, lang, &when)
                .ok_or_else(|| RunbookError::NothingKnown(target.name()))?;
            match output {
                Some(path) => {
                    command::output::write(path, &text).map_err(unwritable(path))?;
                }
                None => say(&text).map_err(unwritable(Path::new("-")))?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn watch(cli: &Cli, env: &SharedEnv, lang: &'static dyn Lang) -> anyhow::Result<ExitCode> {
    let start = command::fleet::start(&cli.global, env, true)?;
    if let Some(dir) = &start.config.state_dir {
        // No log is no reason not to watch.
        let _ = vigie::run::log::to_files_in(dir, tracing::Level::INFO);
    }
    if cli.plain {
        return Ok(code_of(command::follow::follow(start, lang)?));
    }
    let choice = command::theme::choice(cli.theme.as_deref(), &start.config, &**env);
    let theme = command::theme::load(&choice, &start.config, &**env)?;
    let skin = Skin::with(theme, lang.tongue(), &**env);
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
