//! Where the secret of a token is, and how it is read. The secret itself is never in an error,
//! never in `Debug`, and wiped from the buffers it passed through.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use thiserror::Error;
use tokio::io::AsyncReadExt as _;

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretOrigin {
    /// In a file, the path made absolute or relative to the working directory.
    File(PathBuf),
    /// In an environment variable.
    Env(String),
    /// On the standard output of a program.
    Command(Program),
}

/// A program that prints a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program first, then its arguments; no shell.
    pub argv: Vec<String>,
    /// Variables that hold the secrets of other sources: it is not told them.
    pub untold: Arc<[String]>,
}

impl From<Vec<String>> for Program {
    fn from(argv: Vec<String>) -> Self {
        Self { argv, untold: Arc::default() }
    }
}

/// Why a secret could not be had.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        cause: std::io::Error,
    },
    /// Not a regular file.
    #[error("{0} is not a regular file")]
    NotAFile(PathBuf),
    /// Others than the owner may use the file.
    #[error(
        "{path} may be read or written by others than its owner (mode {mode:03o}): chmod 600 it"
    )]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The variable is not set.
    #[error("environment variable {0} is not set")]
    NotSet(String),
    /// The program cannot be started.
    #[error("{program}: {cause}")]
    Start {
        /// The program.
        program: String,
        /// The operating system's reason.
        cause: std::io::Error,
    },
    /// The program failed.
    #[error("{program} failed: {status}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The program took too long.
    #[error("{program} said nothing for {} s", TIME_OUT.as_secs())]
    TimeOut {
        /// The program.
        program: String,
    },
    /// There is nothing.
    #[error("the secret is empty")]
    Empty,
    /// More than a secret.
    #[error("the secret is longer than {LONGEST} bytes")]
    TooLong,
    /// What cannot stand in a header.
    #[error("the secret has more than one line, blanks or unusual characters in it")]
    Unusable,
    /// The id stands before the secret.
    #[error("the secret begins with the token's id: only what follows it is the secret")]
    WholeToken,
}

/// Longest secret, bytes. Proxmox makes them of 36.
const LONGEST: u64 = 4096;

/// How long a command may take.
const TIME_OUT: Duration = Duration::from_secs(10);

impl SecretOrigin {
    /// The key of the configuration that says so.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::File(_) => "secret-file",
            Self::Env(_) => "secret-env",
            Self::Command(_) => "secret-command",
        }
    }

    /// Reads the secret, now. White space at its end is cut. A file is read at once (it is small
    /// and local), a command in at most ten seconds; it is killed when the future is dropped.
    pub async fn read(
        &self,
        env: &(dyn Fn(&str) -> Option<String> + Sync),
    ) -> Result<SecretString, SecretError> {
        let raw = match self {
            Self::File(path) => read_file(path)?,
            Self::Env(name) => return read_env(name, env),
            Self::Command(program) => read_command(program).await?,
        };
        accept(&raw)
    }
}

/// What a variable holds.
pub(super) fn read_env(
    name: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<SecretString, SecretError> {
    let value = env(name).ok_or_else(|| SecretError::NotSet(name.to_owned()))?;
    accept(&Zeroizing::new(value.into_bytes()))
}

/// Takes the secret out of what was read.
pub(crate) fn accept(raw: &[u8]) -> Result<SecretString, SecretError> {
    if raw.len() as u64 > LONGEST {
        return Err(SecretError::TooLong);
    }
    let text = str::from_utf8(raw).map_err(|_| SecretError::Unusable)?.trim_end();
    if text.is_empty() {
        return Err(SecretError::Empty);
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(SecretError::Unusable);
    }
    if text.contains('@') && text.contains('!') && text.contains(['=', ':']) {
        return Err(SecretError::WholeToken);
    }
    Ok(SecretString::from(text))
}

/// A buffer that never grows, so that no copy of the secret stays behind in freed memory.
fn buffer() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(LONGEST as usize * 2))
}

/// The secret in a file.
pub(crate) fn file(path: &Path) -> Result<SecretString, SecretError> {
    accept(&read_file(path)?)
}

/// What a file holds that is its owner's alone.
pub(super) fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let wrong = |cause| SecretError::File { path: path.to_path_buf(), cause };
    // Asked before opening: opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(wrong)?.is_file() {
        return Err(SecretError::NotAFile(path.to_path_buf()));
    }
    let file = std::fs::File::open(path).map_err(wrong)?;
    check_permissions(path, &file.metadata().map_err(wrong)?)?;
    let mut raw = buffer();
    file.take(LONGEST + 1).read_to_end(&mut raw).map_err(wrong)?;
    Ok(raw)
}

#[cfg(unix)]
fn check_permissions(path: &Path, metadata: &std::fs::Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    let of_others = mode & 0o077;
    if of_others == 0 {
        Ok(())
    } else {
        Err(SecretError::Permissions { path: path.to_path_buf(), mode })
    }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn check_permissions(_: &Path, _: &std::fs::Metadata) -> Result<(), SecretError> {
    Ok(())
}

async fn read_command(command: &Program) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let Some((program, arguments)) = command.argv.split_first() else {
        return Err(SecretError::Empty);
    };
    let name = || crate::fleet::text::clean(program).into_owned();
    let start = |cause| SecretError::Start { program: name(), cause };
    let mut child = tokio::process::Command::new(program);
    for name in &*command.untold {
        child.env_remove(name);
    }
    let mut child = child
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it complains of may hold the secret, and would fall onto the screen.
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(start)?;
    let mut raw = buffer();
    let work = async {
        if let Some(out) = child.stdout.take() {
            out.take(LONGEST + 1).read_to_end(&mut raw).await.map_err(start)?;
        }
        if raw.len() as u64 > LONGEST {
            return Err(SecretError::TooLong);
        }
        child.wait().await.map_err(start)
    };
    let status = tokio::time::timeout(TIME_OUT, work)
        .await
        .map_err(|_| SecretError::TimeOut { program: name() })??;
    if status.success() { Ok(raw) } else { Err(SecretError::Failed { program: name(), status }) }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(origin: &SecretOrigin) -> Result<String, SecretError> {
        let env = |name: &str| (name == "VIGIE_FI").then(|| "from-env \n".to_owned());
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(origin.read(&env))
            .map(|secret| secret.expose_secret().to_owned())
    }

    fn command(argv: &[&str]) -> SecretOrigin {
        SecretOrigin::Command(argv.iter().map(|&word| word.to_owned()).collect::<Vec<_>>().into())
    }

    #[test]
    fn the_end_is_cut_and_what_is_no_secret_refused() {
        let take = |raw: &[u8]| accept(raw).map(|secret| secret.expose_secret().to_owned());
        assert_eq!(take(b"abc-1 \t\r\n\n").unwrap(), "abc-1");
        assert!(matches!(take(b" \n"), Err(SecretError::Empty)));
        for raw in [&b"one\ntwo"[..], b" lead", b"a\x1bb", b"\xff", "é".as_bytes()] {
            assert!(matches!(take(raw), Err(SecretError::Unusable)));
        }
        assert!(matches!(take(b"vigie@pve!b=hunter2"), Err(SecretError::WholeToken)));
        assert!(matches!(take(&[b'a'; 5000]), Err(SecretError::TooLong)));
    }

    #[test]
    fn the_environment_is_asked() {
        assert_eq!(read(&SecretOrigin::Env("VIGIE_FI".into())).unwrap(), "from-env");
        let missing = read(&SecretOrigin::Env("VIGIE_X".into())).unwrap_err();
        assert_eq!(missing.to_string(), "environment variable VIGIE_X is not set");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fi.secret");
        std::fs::write(&path, "hunter2\n").unwrap();
        for mode in [0o600, 0o400] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(read(&SecretOrigin::File(path.clone())).unwrap(), "hunter2");
        }
        for mode in [0o640, 0o604, 0o620, 0o601, 0o644] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            let error = read(&SecretOrigin::File(path.clone())).unwrap_err();
            let text = error.to_string();
            assert!(text.ends_with(&format!("(mode {mode:o}): chmod 600 it")), "{text}");
            assert!(!format!("{text} {error:?}").contains("hunter2"));
        }
        let gone = folder.path().join("gone");
        assert!(matches!(read(&SecretOrigin::File(gone)), Err(SecretError::File { .. })));
        let is_folder = SecretOrigin::File(folder.path().to_path_buf());
        assert!(matches!(read(&is_folder), Err(SecretError::NotAFile(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_is_run_without_a_shell() {
        assert_eq!(read(&command(&["printf", "%s\n", "$HOME"])).unwrap(), "$HOME");
        assert!(matches!(read(&command(&["true"])), Err(SecretError::Empty)));
        assert!(matches!(read(&command(&["/nonexistent/x"])), Err(SecretError::Start { .. })));
        assert!(matches!(read(&command(&["yes"])), Err(SecretError::TooLong)));
        let failed = read(&command(&["sh", "-c", "echo hunter2; exit 3"])).unwrap_err();
        assert_eq!(failed.to_string(), "sh failed: exit status: 3");
        assert!(!format!("{failed:?}").contains("hunter2"));
    }

    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn a_command_that_hangs_is_given_up() {
        let error = command(&["sleep", "600"]).read(&|_| None).await.unwrap_err();
        assert_eq!(error.to_string(), "sleep said nothing for 10 s");
    }
}
