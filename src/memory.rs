//! What was last known of each source, kept on disk between runs, so that the next start paints
//! at once with ages, and replication state survives the death of its source node.
//!
//! One file per source in the state directory, and one of when problems were first seen: written whole beside it and renamed, readable by
//! its owner only, versioned, bounded. They hold surveys and
//! what is judged of them, and surveys hold no secret.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::zone;
use crate::fleet::id::SourceName;
use crate::fleet::policy::SourceFacts;
use crate::fleet::site::{Hindrance, Unkept};
use crate::fleet::survey::Survey;
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::state::Stood;

mod fit;
mod ours;

/// The file of the problems. No source is called so: their names begin with a letter or a digit.
const PROBLEMS: &str = "_problems.json";

/// The format this program writes. A file of another format is left unread.
const FORMAT: u32 = 1;

/// Larger files are not read, and larger surveys not written: 64 MiB.
const LARGEST: u64 = 64 << 20;

/// Why a memory could not be used. The program goes on without it.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The file cannot be read.
    #[error(
        "what was known last cannot be read: mend the rights of {path}, or remove it",
        path = path.display()
    )]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
    /// What is there is a pipe, a device, a socket: reading it might never end.
    #[error(
        "what was known last cannot be read: {path} is no file; remove it",
        path = path.display()
    )]
    NoFile {
        /// Which file.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error(
        "what is known cannot be kept for the next start: make room for {path}, or mend the \
         rights of its folder",
        path = path.display()
    )]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
    /// The file is cut, damaged, or not ours.
    #[error(
        "what was known last is lost: {path} is cut, or not of vigie; the next look replaces it",
        path = path.display()
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where reading stopped.
        #[source]
        error: serde_json::Error,
    },
    /// The file was written by another version.
    #[error(
        "what was known last is left out: {path} has format {found}, this version reads {FORMAT}; \
         the next look replaces it",
        path = path.display()
    )]
    Format {
        /// Which file.
        path: PathBuf,
        /// The format found.
        found: u32,
    },
    /// The file or its folder is another user's, or others may write to it.
    #[error(
        "what is known is neither read nor kept: {path} is another user's, or others may write to \
         it; chown and chmod go-w it, or remove it",
        path = path.display()
    )]
    Foreign {
        /// Which file or folder.
        path: PathBuf,
    },
    /// The file, or what should go into it, is too large.
    #[error(
        "what is known is left out: {path} is larger than 64 MiB; remove it",
        path = path.display()
    )]
    TooLarge {
        /// Which file.
        path: PathBuf,
    },
}

impl MemoryError {
    /// The format that this version reads and writes.
    pub const FORMAT: u32 = FORMAT;

    fn unkept(&self, since: Epoch) -> Unkept {
        let (path, why) = match self {
            Self::Unreadable { path, error } | Self::Unwritable { path, error } => {
                (path, Hindrance::Refused(cleaned(&error.to_string())))
            }
            Self::Damaged { path, error } => {
                (path, Hindrance::Refused(cleaned(&error.to_string())))
            }
            Self::NoFile { path } | Self::Format { path, .. } | Self::Foreign { path } => {
                (path, Hindrance::Foreign)
            }
            Self::TooLarge { path } => (path, Hindrance::TooLarge),
        };
        Unkept { path: cleaned(&path.display().to_string()), why, since }
    }
}

#[derive(Deserialize)]
struct Format {
    vigie_memory: u32,
}

/// What a file is to hold, its format with it.
trait Versioned {
    fn format(&self) -> u32;
}

#[derive(Deserialize)]
struct Stored {
    vigie_memory: u32,
    survey: Survey,
}

impl Versioned for Stored {
    fn format(&self) -> u32 {
        self.vigie_memory
    }
}

#[derive(Serialize)]
struct Storing<'a> {
    vigie_memory: u32,
    saved: Epoch,
    survey: &'a Survey,
}

#[derive(Deserialize)]
struct StoredProblems {
    vigie_memory: u32,
    problems: Vec<Stood>,
}

impl Versioned for StoredProblems {
    fn format(&self) -> u32 {
        self.vigie_memory
    }
}

#[derive(Serialize)]
struct StoringProblems<'a> {
    vigie_memory: u32,
    saved: Epoch,
    problems: &'a [Stood],
}

/// The folder of memories; its clones share what is noted of it.
#[derive(Clone, Debug)]
pub struct Memory {
    dir: PathBuf,
    /// Why it could not be written last, and since when.
    failure: Arc<Mutex<Option<(MemoryError, Epoch)>>>,
}

impl Memory {
    /// The memories below a state directory; nothing is touched yet.
    pub fn new(state_dir: &Path) -> Self {
        Self { dir: state_dir.join("memory"), failure: Arc::default() }
    }

    /// Notes why it could not be written, at `now`, or that it could.
    pub fn note(&self, failure: Option<MemoryError>, now: Epoch) {
        let mut noted = self.noted();
        let since = noted.as_ref().map_or(now, |(_, since)| *since);
        *noted = failure.map(|failure| (failure, since));
    }

    /// Takes what was noted last: where there is something, what is known now is not kept.
    pub fn failure(&self) -> Option<MemoryError> {
        self.noted().take().map(|(failure, _)| failure)
    }

    /// What was noted last, as it is judged.
    pub fn unkept(&self) -> Option<Unkept> {
        self.noted().as_ref().map(|(failure, since)| failure.unkept(*since))
    }

    fn noted(&self) -> MutexGuard<'_, Option<(MemoryError, Epoch)>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes what a run that was killed left half written.
    pub fn tidy(&self, now: Epoch) {
        if ours::is_our_folder(&self.dir).is_ok_and(|is_ours| is_ours) {
            ours::tidy(&self.dir, now);
        }
    }

    fn path(&self, source: &SourceName) -> PathBuf {
        // Source names are [A-Za-z0-9][A-Za-z0-9._-]*: safe as file names.
        self.dir.join(format!("{source}.json"))
    }

    /// What was last known of a source, fitted to what the configuration says of it now; none
    /// where there is no memory, or one of another product.
    ///
    /// # Errors
    /// When there is a file and it cannot be used.
    pub fn load(&self, facts: &SourceFacts) -> Result<Option<Survey>, MemoryError> {
        let stored: Option<Stored> = self.read(self.path(&facts.name))?;
        let fitting = stored.and_then(|stored| fit::to_configuration(stored.survey, facts));
        Ok(fitting.map(|mut survey| {
            survey.look_up_zones(&zone::named);
            survey
        }))
    }

    /// When the problems that stood at the end of the last run were first seen; none where there
    /// is no memory of it.
    ///
    /// # Errors
    /// When there is a file and it cannot be used.
    pub fn standing(&self) -> Result<Vec<Stood>, MemoryError> {
        let stored: Option<StoredProblems> = self.read(self.dir.join(PROBLEMS))?;
        Ok(stored.map_or_else(Vec::new, |stored| stored.problems))
    }

    /// Keeps a survey in the place of the one kept before.
    ///
    /// # Errors
    /// When it cannot be written; what was kept before stays whole.
    pub fn save(&self, survey: &Survey, now: Epoch) -> Result<(), MemoryError> {
        let storing = Storing { vigie_memory: FORMAT, saved: now, survey };
        self.write(self.path(&survey.source), &storing)
    }

    /// Keeps when problems were first seen in the place of what was kept of that before.
    ///
    /// # Errors
    /// When it cannot be written; what was kept before stays whole.
    pub fn save_standing(&self, problems: &[Stood], now: Epoch) -> Result<(), MemoryError> {
        let storing = StoringProblems { vigie_memory: FORMAT, saved: now, problems };
        self.write(self.dir.join(PROBLEMS), &storing)
    }

    /// What a file holds; none where there is no file, or no folder.
    fn read<T: DeserializeOwned + Versioned>(
        &self,
        path: PathBuf,
    ) -> Result<Option<T>, MemoryError> {
        // Where the folder is not there, or cannot be looked at, the file says so.
        if ours::is_our_folder(&self.dir).is_ok_and(|is_ours| !is_ours) && path.exists() {
            return Err(MemoryError::Foreign { path: self.dir.clone() });
        }
        read(path)
    }

    fn write(&self, path: PathBuf, storing: &impl Serialize) -> Result<(), MemoryError> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir);
        match made.and_then(|()| ours::is_our_folder(&self.dir)) {
            Ok(true) => {}
            Ok(false) => return Err(MemoryError::Foreign { path: self.dir.clone() }),
            Err(error) => return Err(MemoryError::Unwritable { path, error }),
        }
        // A large survey is tens of megabytes: it is written as it is spelled, never held whole.
        let written = replace(&path, |file| {
            let mut to = Limited { to: BufWriter::new(file), left: LARGEST };
            serde_json::to_writer(&mut to, storing)?;
            to.to.flush()
        });
        // The limit of the system is another one: it has a number.
        let is_ours = |error: &io::Error| {
            error.kind() == io::ErrorKind::FileTooLarge && error.raw_os_error().is_none()
        };
        written.map_err(|error| match error {
            error if is_ours(&error) => MemoryError::TooLarge { path },
            error => MemoryError::Unwritable { path, error },
        })
    }
}

/// Writes a file beside another one, and puts it in its place.
fn replace(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    // Two programs may write at once: each has a file of its own, the last rename wins whole.
    let beside = path.with_extension(ours::beside());
    // What an earlier process of the same number left, or whatever else is there.
    let _ = fs::remove_file(&beside);
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| {
            write(&mut file)?;
            file.sync_data()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// What a file holds; none where there is no file.
fn read<T: DeserializeOwned + Versioned>(path: PathBuf) -> Result<Option<T>, MemoryError> {
    let unreadable = |error| MemoryError::Unreadable { path: path.clone(), error };
    // Before it is opened: opening a pipe would wait for whoever writes to it.
    let about = match fs::metadata(&path) {
        Ok(about) => about,
        // Where the folder should be is a file: who writes will say so.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    };
    if !about.is_file() {
        return Err(MemoryError::NoFile { path });
    }
    if !ours::is_ours(&about) {
        return Err(MemoryError::Foreign { path });
    }
    let file = fs::File::open(&path).map_err(unreadable)?;
    // Whatever it says of its length, no more than that is read.
    let len = about.len().min(LARGEST);
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(MemoryError::TooLarge { path });
    }
    let damaged = |error| MemoryError::Damaged { path: path.clone(), error };
    // What is of this format, as it nearly always is, is gone through once.
    // Whether it is text is asked once of all of it, not of each word in it.
    let stored: Result<T, _> = match std::str::from_utf8(&bytes) {
        Ok(text) => serde_json::from_str(text),
        // It says where it is not.
        Err(_) => serde_json::from_slice(&bytes),
    };
    let found = match &stored {
        Ok(stored) => stored.format(),
        Err(_) => serde_json::from_slice::<Format>(&bytes).map_err(damaged)?.vigie_memory,
    };
    if found != FORMAT {
        return Err(MemoryError::Format { path, found });
    }
    stored.map(Some).map_err(damaged)
}

/// Writes so many bytes and no more.
struct Limited<W> {
    to: W,
    left: u64,
}

impl<W: Write> Write for Limited<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = bytes.len() as u64;
        self.left =
            self.left.checked_sub(len).ok_or(io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.to.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests;
