//! Whose a file is. What is remembered is shown and judged, so nobody but its owner may have
//! written it; and what was left half written goes with the next start.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rustix::process::{Pid, geteuid, test_kill_process};

use crate::fleet::time::Epoch;

/// Group and others may write.
const OPEN: u32 = 0o022;

/// What was not touched for so long nobody is writing, seconds: it takes moments.
const OLD: i64 = 600;

/// What was not touched for so long its writer left, though somebody has its number, seconds.
const ANCIENT: i64 = 86_400;

/// Whether a file or a folder is ours, and nobody else may write to it.
pub(super) fn is_ours(about: &Metadata) -> bool {
    about.uid() == geteuid().as_raw() && about.mode() & OPEN == 0
}

/// Whether a folder is ours, and the one that it lies in: who may write there may put another one
/// in its place.
pub(super) fn is_our_folder(dir: &Path) -> io::Result<bool> {
    let above = dir.parent().map(fs::metadata).transpose()?;
    Ok(is_ours(&fs::metadata(dir)?) && above.is_none_or(|about| is_ours(&about)))
}

/// The name of the file that this process writes beside another one, to put it in its place.
pub(super) fn beside() -> String {
    format!("{}.new", std::process::id())
}

/// Removes what a process that is gone left half written in a folder: files of ours, named as
/// [`beside`] names them, that nobody has touched for a while. What cannot be removed stays.
pub(super) fn tidy(dir: &Path, now: Epoch) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(writer) = name.to_str().and_then(writer) else { continue };
        // Of the entry itself, wherever it may lead.
        let Ok(about) = entry.metadata() else { continue };
        let Some(touched) = touched(&about) else { continue };
        let age = now.since(touched);
        let is_left = age >= ANCIENT || (age >= OLD && !is_running(writer));
        if about.is_file() && about.uid() == geteuid().as_raw() && is_left {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The process that wrote a file of this name; none where it is no name of ours.
fn writer(name: &str) -> Option<i32> {
    let (_, number) = name.strip_suffix(".new")?.rsplit_once('.')?;
    number.parse().ok().filter(|number| *number > 0)
}

fn touched(about: &Metadata) -> Option<Epoch> {
    let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(Epoch)
}

/// Whether there is such a process, of whomever.
fn is_running(number: i32) -> bool {
    let Some(pid) = Pid::from_raw(number) else { return false };
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}
