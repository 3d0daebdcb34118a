//! Adds a line to the log: whole or not at all, behind whatever others add at the same time.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::{Record, line};

/// Appends a rehearsal. Folders that are missing are made for their owner only; the file itself is
/// made as the umask has it, for a team may share it.
///
/// # Errors
/// When the file or its folder cannot be written; the log is then as it was.
pub fn append(path: &Path, record: &Record) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = fs::OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut text = line(record)?;
    // An editor may have left the last line without its end.
    if !ends_with_a_line(&mut file)? {
        text.insert(0, '\n');
    }
    // One call: what two programs append at once stays two lines.
    let written = file.write(text.as_bytes())?;
    if written != text.len() {
        return Err(io::Error::new(
            io::ErrorKind::WriteZero,
            "only a part of the line could be written",
        ));
    }
    file.sync_data()
}

fn ends_with_a_line(file: &mut fs::File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
