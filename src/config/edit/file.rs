//! Puts a text into the place of a file, whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// Keeps a secret in a file that is its owner's alone; one that is there is replaced, whole or not
/// at all.
///
/// # Errors
/// When it cannot be written.
pub fn keep_secret(path: &Path, secret: &SecretString) -> io::Result<()> {
    let text = Zeroizing::new(format!("{}\n", secret.expose_secret()));
    replace_with(path, &text, true)
}

/// Puts a text into the place of a file, whole or not at all.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    replace_with(path, text, false)
}

fn replace_with(path: &Path, text: &str, is_private: bool) -> io::Result<()> {
    let known = fs::metadata(path).ok().filter(|_| !is_private);
    let mode = known.as_ref().map_or(0o600, |known| known.permissions().mode() & 0o7777);
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let beside = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(&beside)?;
    let written = (|mut file: fs::File| {
        file.write_all(text.as_bytes())?;
        if let Some(known) = &known {
            fchown(&file, Some(known.uid()), Some(known.gid()))?;
        }
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })(opened);
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
