//! Files that are written in one go: whoever reads one sees the old text or the new, never half.

use std::fs;
use std::io;
use std::path::Path;

/// Puts a text into the place of a file.
///
/// # Errors
/// What the file system says.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let beside = dir.join(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let done = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}
