//! Themes: which one is taken, and `vigie theme`.

mod list;
mod show;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::cli::{self, Global, ThemeAction};
use crate::config::{self, Config, ConfigErrors, Env, Mistake, Position, Themes, What};
use crate::lang::Lang;
use crate::theme::{Choice, Glyphs, Theme, ThemeErrors, Why, choose, depth, glyphs};

/// Why there is no theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is no such theme, or it has mistakes.
    #[error(transparent)]
    Theme(#[from] ThemeErrors),
    /// The configuration is wrong, or names a theme that there is not.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
}

/// The theme to take, by its name: what the command line names, else the configuration, else what
/// suits the terminal.
pub fn choice(option: Option<&str>, config: &Config, env: Env<'_>) -> Choice {
    choose(option, config.theme.as_deref(), env)
}

/// Reads the theme that was chosen, and no other.
///
/// # Errors
/// There is none of that name, or it has mistakes.
pub fn load(choice: &Choice, config: &Config, env: Env<'_>) -> Result<Theme, ThemeError> {
    let themes = Themes::of(config.path.as_deref(), env);
    Theme::load(&choice.name, depth(env), &themes)
        .map_err(|errors| of_config(errors, choice, config))
}

/// Where the configuration names a theme that there is not, it is its mistake.
fn of_config(errors: ThemeErrors, choice: &Choice, config: &Config) -> ThemeError {
    let (Why::Configuration, Some(path), [wrong]) = (choice.why, &config.path, &*errors.0) else {
        return errors.into();
    };
    if !wrong.file.is_empty() {
        return errors.into();
    }
    let line = config.written.line("theme");
    let at = line.map(|line| Position { line, column: 1 });
    let what = What::NoTheme(wrong.what.clone());
    ConfigErrors { path: path.clone(), mistakes: vec![Mistake { at, what }] }.into()
}

/// Does what is asked; gives back what is to be printed. `option` is the theme that the command
/// line names; colours are given only `to_terminal`.
///
/// # Errors
/// There is no such theme, or it has mistakes: all of them.
pub fn run(
    arguments: &cli::Theme,
    option: Option<&str>,
    global: &Global,
    env: Env<'_>,
    to_terminal: bool,
    lang: &dyn Lang,
) -> Result<String, ThemeError> {
    let path = config::locate(global.config.as_deref(), env).ok();
    let themes = Themes::of(path.as_deref(), env);
    let in_use = || -> Result<(Choice, Option<Config>), ConfigErrors> {
        let config = path.as_deref().map(|path| config::load(path, env)).transpose()?;
        let configured = config.as_ref().and_then(|config| config.theme.as_deref());
        Ok((choose(option, configured, env), config))
    };
    match &arguments.action {
        None | Some(ThemeAction::List(_)) => {
            // With a configuration that cannot be read no theme is in use.
            let choice = in_use().ok().map(|(choice, _)| choice);
            Ok(list::list(&themes, choice.as_ref(), lang))
        }
        Some(ThemeAction::Show(show)) => {
            let theme = match (&show.name, in_use) {
                (Some(name), _) => Theme::load(name, depth(env), &themes)?,
                (None, in_use) => match in_use()? {
                    (choice, Some(config)) => load(&choice, &config, env)?,
                    (choice, None) => Theme::load(&choice.name, depth(env), &themes)?,
                },
            };
            Ok(show::page(&theme, &Glyphs::of(glyphs(env)), lang, to_terminal))
        }
        Some(ThemeAction::Check(check)) => {
            let file = &check.file;
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
            let themes = themes.after(folder);
            Theme::read(&name, &Themes::source(file), depth(env), &themes)?;
            let file = file.display().to_string();
            Ok(format!("{}\n", lang.theme_is_good(&crate::fleet::text::clean(&file))))
        }
    }
}
