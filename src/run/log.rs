//! The log: a file in the state directory, never the terminal.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use tracing::Level;
use tracing_appender::rolling::{RollingFileAppender, Rotation};

/// Why nothing is logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory cannot be made.
    #[error("the directory of the log cannot be made")]
    Directory(#[from] io::Error),
    /// The file cannot be made.
    #[error("the log cannot be written")]
    File(#[from] tracing_appender::rolling::InitError),
    /// Something else logs already.
    #[error("a log is kept already")]
    Kept(#[from] Box<dyn std::error::Error + Send + Sync>),
}

/// Days that are kept.
const KEPT: usize = 3;

/// Logs what is `level` or worse to `directory/vigie.<day>.log` from now on; a file a day, three
/// kept. The directory is made for its owner only: the files themselves follow the umask.
pub fn to_files_in(directory: &Path, level: Level) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("vigie")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(directory)?;
    tracing_subscriber::fmt()
        .with_writer(files)
        .with_max_level(level)
        .with_ansi(false)
        .try_init()?;
    Ok(())
}
