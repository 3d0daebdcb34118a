//! Whether the secrets can be had: what `vigie config` looks at beyond the file itself. A program
//! is not run for it: it may ask for a password, or open a vault.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::mistake::{ConfigErrors, Mistake, Position, What};
use super::secret::{SecretError, SecretOrigin, read_file};
use super::site::Source;
use super::{Config, Env};
use crate::fleet::text::clean;

/// A configuration whose secrets can be read, as far as that can be told without a program.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a>(pub(super) &'a Config);

/// Where programs are looked for when the environment does not say, as the C library does it.
const PATH: &str = "/bin:/usr/bin";

impl Config {
    /// Reads the secrets in files and variables, and throws them away at once; of a command it
    /// only looks whether there is such a program.
    ///
    /// # Errors
    /// Every secret that cannot be had, at the line that says where it is.
    pub fn check(&self, env: Env<'_>) -> Result<Checked<'_>, ConfigErrors> {
        let sources = self.sites.iter().flat_map(|site| &site.sources);
        let mut mistakes: Vec<Mistake> = sources.filter_map(|s| mistake(s, env)).collect();
        mistakes.sort_by_key(|mistake| mistake.at);
        if mistakes.is_empty() {
            return Ok(Checked(self));
        }
        Err(ConfigErrors { path: self.path.clone().unwrap_or_default(), mistakes })
    }
}

fn mistake(source: &Source, env: Env<'_>) -> Option<Mistake> {
    let error = look(&source.secret, env).err()?;
    let line = source.written.line(source.secret.key());
    let what = What::NoSecret { of: clean(source.name.as_str()).into_owned(), why: error.into() };
    Some(Mistake { at: line.map(|line| Position { line, column: 1 }), what })
}

fn look(origin: &SecretOrigin, env: Env<'_>) -> Result<(), SecretError> {
    let secret: Result<SecretString, SecretError> = match origin {
        SecretOrigin::File(path) => read_file(path).and_then(|raw| super::secret::accept(&raw)),
        SecretOrigin::Env(name) => super::secret::read_env(name, env),
        SecretOrigin::Command(program) => return find_program(&program.argv, env),
    };
    secret.map(drop)
}

/// Looks for a program as it would be found when it is run.
fn find_program(argv: &[String], env: Env<'_>) -> Result<(), SecretError> {
    let Some(program) = argv.first() else { return Err(SecretError::Empty) };
    let paths: Vec<PathBuf> = if program.contains('/') {
        vec![PathBuf::from(program)]
    } else {
        let path = env("PATH").unwrap_or_else(|| PATH.to_owned());
        std::env::split_paths(&path).map(|folder| folder.join(program)).collect()
    };
    if paths.iter().any(|path| is_executable(path)) {
        return Ok(());
    }
    let kind = if paths.iter().any(|path| path.exists()) {
        std::io::ErrorKind::PermissionDenied
    } else {
        std::io::ErrorKind::NotFound
    };
    Err(SecretError::Start { program: clean(program).into_owned(), cause: kind.into() })
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file() || path.with_extension("exe").is_file()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fmt::Write as _;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::super::{Around, Config, parse, print};

    const SECRET: &str = "0b6f2a10-4a59-4687-9d0e-b1a2c3d4e5f6";

    fn config(folder: &Path, secrets: &[&str]) -> Config {
        let mut text = "[[site]]\nname = 'home'\n".to_owned();
        for (n, secret) in secrets.iter().enumerate() {
            text += "[[site.pve]]\ntoken = 'a@pve!t'\n";
            let _ = writeln!(text, "name = 's{n}'\nendpoints = 'https://h{n}'\n{secret}");
        }
        let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
        parse(&text, &folder.join("c.toml"), &around).unwrap()
    }

    fn write(path: &Path, text: &str, mode: u32) {
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_can_be_read_is_said_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("good"), SECRET, 0o600);
        write(&folder.path().join("get"), "#!/bin/sh\ntouch \"$0.ran\"\n", 0o700);
        let secrets =
            ["secret-file = 'good'", "secret-env = 'S'", "secret-command = ['./get', 'x']"];
        let config = config(folder.path(), &secrets);
        let env = |name: &str| (name == "S").then(|| SECRET.to_owned());
        let choice = crate::theme::choose(None, None, &|_| None);
        let printed = print(config.check(&env).unwrap(), &choice, crate::lang::english());
        let good = folder.path().join("good");
        for said in [
            format!("  # secret: readable (file {})\n", good.display()),
            "  # secret: readable (variable S)\n".to_owned(),
            format!("  # secret: not tried (command {})\n", folder.path().join("get").display()),
        ] {
            assert!(printed.contains(&said), "{said}\n{printed}");
        }
        assert!(!printed.contains(SECRET), "{printed}");
        assert!(!folder.path().join("get.ran").exists(), "the command was run");
    }

    #[test]
    fn every_secret_that_cannot_be_had_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("open"), SECRET, 0o644);
        write(&folder.path().join("empty"), "\n", 0o600);
        write(&folder.path().join("get"), "#!/bin/sh\n", 0o600);
        let secrets = [
            "secret-file = 'gone'",
            "secret-file = 'open'",
            "secret-file = 'empty'",
            "secret-env = 'NOT_SET'",
            "secret-env = 'TWO_LINES'",
            "secret-command = ['./get']",
            "secret-command = ['no-such-program', '']",
        ];
        let config = config(folder.path(), &secrets);
        let env = |name: &str| match name {
            "TWO_LINES" => Some(format!("{SECRET}\n{SECRET}")),
            "PATH" => Some(folder.path().display().to_string()),
            _ => None,
        };
        let errors = config.check(&env).unwrap_err().to_string();
        let lines: Vec<&str> = errors.lines().collect();
        let path = folder.path().join("c.toml");
        for (n, (line, said)) in lines
            .iter()
            .zip([
                "gone: No such file or directory (os error 2)",
                "open may be read or written by others than its owner (mode 644): chmod 600 it",
                "the secret is empty",
                "environment variable NOT_SET is not set",
                "the secret has more than one line, blanks or unusual characters in it",
                "get: permission denied",
                "no-such-program: entity not found",
            ])
            .enumerate()
        {
            let start = format!("{}:{}:1: secret of s{n}: ", path.display(), 7 + 5 * n);
            assert!(line.starts_with(&start) && line.ends_with(said), "{start}{said}\n{line}");
        }
        assert_eq!(lines.len(), secrets.len(), "{errors}");
        assert!(!errors.contains(SECRET), "{errors}");
    }

    #[test]
    fn a_program_is_found_where_it_would_be_run() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("get"), "", 0o700);
        let config = config(folder.path(), &["secret-command = ['get']"]);
        let path = format!("/nonexistent:{}", folder.path().display());
        assert!(config.check(&|name| (name == "PATH").then(|| path.clone())).is_ok());
        assert!(config.check(&|_| None).is_err());
    }
}
