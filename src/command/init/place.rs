//! The configuration that is set up: where it is, what is in it, and how it would change.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::InitError;
use crate::cli::Global;
use crate::clock::zone;
use crate::config::edit::{Edit, EditError, keep_secret};
use crate::config::{self, Around, Config, ConfigErrors, SecretOrigin, Source, What};
use crate::poll::fleet::SharedEnv;

/// The configuration as it stands.
pub(super) struct Place {
    /// The file, which need not be there yet.
    pub path: PathBuf,
    /// What it says; none where there is no source in it yet.
    pub config: Option<Config>,
}

impl Place {
    /// Finds and reads it. Where there is none anywhere, it is to be the user's own.
    pub(super) fn open(global: &Global, env: &SharedEnv) -> Result<Self, InitError> {
        if global.demo {
            return Err(InitError::NoFile);
        }
        let path = match config::locate(global.config.as_deref(), &**env) {
            Ok(path) => path,
            Err(errors) => match errors.mistakes.first().map(|mistake| &mistake.what) {
                Some(What::NotFound(places)) if !places.is_empty() => {
                    places.first().cloned().unwrap_or_default()
                }
                _ => return Err(errors.into()),
            },
        };
        let path = std::path::absolute(&path).map_err(|e| InitError::Folder(path, e))?;
        let config = Self::read(&path, env)?;
        Ok(Self { path, config })
    }

    /// Reads it anew.
    pub(super) fn again(&mut self, env: &SharedEnv) -> Result<(), InitError> {
        self.config = Self::read(&self.path, env)?;
        Ok(())
    }

    fn read(path: &Path, env: &SharedEnv) -> Result<Option<Config>, InitError> {
        if !path.exists() {
            return Ok(None);
        }
        match config::load(path, &**env) {
            Ok(config) => Ok(Some(config)),
            // One that is only begun.
            Err(errors) if errors.mistakes.iter().all(|m| is_begun(&m.what)) => Ok(None),
            Err(errors) => Err(errors.into()),
        }
    }

    /// A change, nothing changed yet.
    pub(super) fn change(&self) -> Result<Change, EditError> {
        Ok(Change { edit: Edit::open(&self.path)?, path: self.path.clone(), secret: None })
    }

    /// The file a secret that is told is kept in, where nobody names another.
    pub(super) fn secret_file(&self, source: &str) -> PathBuf {
        self.path.with_file_name(format!("{source}.secret"))
    }

    /// A path as it is to be written: what lies beside the configuration by its name alone.
    pub(super) fn written(&self, path: &Path) -> PathBuf {
        let beside = self.path.parent().and_then(|folder| path.strip_prefix(folder).ok());
        beside.filter(|name| name.components().count() == 1).unwrap_or(path).to_path_buf()
    }

    /// Where a secret is, as it is to be written.
    pub(super) fn origin(&self, origin: &SecretOrigin) -> SecretOrigin {
        match origin {
            SecretOrigin::File(path) => SecretOrigin::File(self.written(path)),
            other => other.clone(),
        }
    }
}

/// Whether nothing is wrong but that there is nothing to watch yet.
fn is_begun(what: &What) -> bool {
    matches!(what, What::NoSite | What::NoSource(_))
}

/// A change of the configuration, and a secret to be kept beside it.
pub(super) struct Change {
    pub edit: Edit,
    path: PathBuf,
    secret: Option<(PathBuf, SecretString)>,
}

impl Change {
    /// A secret that is kept in this file once it is all written.
    pub(super) fn keep(&mut self, path: PathBuf, secret: SecretString) {
        self.secret = Some((path, secret));
    }

    /// Whether anything would be written.
    pub(super) fn is_any(&self) -> bool {
        self.secret.is_some() || self.edit.is_changed()
    }

    /// The file a secret would be kept in.
    pub(super) fn secret_file(&self) -> Option<&Path> {
        self.secret.as_ref().map(|(path, _)| path.as_path())
    }

    /// A source as the changed text has it: checked as if it were read from the file.
    pub(super) fn source(&self, name: &str, env: &SharedEnv) -> Result<Source, ConfigErrors> {
        let around = Around { env: &**env, timezone: zone::system() };
        let config = config::parse(&self.edit.text(), &self.path, &around)?;
        let mut all = config.sites.into_iter().flat_map(|site| site.sources);
        let found = all.find(|source| source.name.as_str() == name);
        found.ok_or_else(|| ConfigErrors::whole(&self.path, What::NoSource(None)))
    }

    /// Writes all of it: the secret first, so that the configuration never names a file that is not
    /// there; one that was not there before goes again where the configuration cannot be written.
    pub(super) fn write(&self) -> Result<(), InitError> {
        let folder = |path: &Path| {
            let folder = path.parent().unwrap_or(Path::new("/")).to_path_buf();
            let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
            made.map_err(|error| InitError::Folder(folder, error))
        };
        folder(&self.path)?;
        let mut is_new = false;
        if let Some((path, secret)) = &self.secret {
            folder(path)?;
            is_new = !path.exists();
            keep_secret(path, secret).map_err(|error| InitError::Folder(path.clone(), error))?;
        }
        let written = if self.edit.is_changed() { self.edit.write(&self.path) } else { Ok(()) };
        if written.is_err()
            && is_new
            && let Some((path, _)) = &self.secret
        {
            let _: io::Result<()> = std::fs::remove_file(path);
        }
        Ok(written?)
    }
}
