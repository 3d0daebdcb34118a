//! The user's own themes: files `NAME.toml` in a folder `themes` beside the configuration.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::locate::{Env, theme_dirs};
use crate::fleet::id::is_config_name;
use crate::theme::{Shelf, Source, What};

/// Largest file, KiB.
const LARGEST: u64 = 256;

/// The folders of the user's themes, nearest first. Nothing is read before it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Themes {
    folders: Vec<PathBuf>,
}

impl Themes {
    /// Those beside the configuration in use, if there is one, and then those of the user.
    pub fn of(config: Option<&Path>, env: Env<'_>) -> Self {
        Self { folders: theme_dirs(config, env) }
    }

    /// The same, and before them those of another folder.
    #[must_use]
    pub fn after(mut self, folder: PathBuf) -> Self {
        self.folders.retain(|known| *known != folder);
        self.folders.insert(0, folder);
        self
    }

    /// Where they are looked for.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The file of a theme; none where there is none.
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        // No name leads out of the folder.
        let name = Some(name).filter(|name| is_config_name(name))?;
        let files = self.folders.iter().map(|folder| folder.join(format!("{name}.toml")));
        // A file that cannot be looked at is there all the same: it is told.
        files.into_iter().find(|file| file.symlink_metadata().is_ok())
    }

    /// What is in a file.
    pub fn source(file: &Path) -> Source {
        Source { file: file.display().to_string().into(), text: read(file) }
    }
}

impl Shelf for Themes {
    fn names(&self) -> Vec<String> {
        let entries = self.folders.iter().filter_map(|folder| fs::read_dir(folder).ok());
        let files = entries.flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let mut names: Vec<String> = files
            .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
            .filter(|name| is_config_name(name))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn get(&self, name: &str) -> Option<Source> {
        self.file(name).map(|file| Self::source(&file))
    }
}

fn read(path: &Path) -> Result<Arc<str>, What> {
    let unreadable = |cause: std::io::Error| What::Unreadable(cause.to_string());
    // A pipe would be waited for.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(What::Unreadable("it is no file".to_owned()));
    }
    let mut raw = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST * 1024 + 1).read_to_end(&mut raw).map_err(unreadable)?;
    if raw.len() as u64 > LARGEST * 1024 {
        return Err(What::TooLarge(LARGEST));
    }
    String::from_utf8(raw).map(Arc::from).map_err(|_| What::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{Depth, Role, Theme};

    fn themes(folder: &Path) -> Themes {
        Themes::of(Some(&folder.join("config.toml")), &|_| None)
    }

    #[test]
    fn they_are_files_of_the_folder_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let themes = themes(folder.path());
        assert!(themes.names().is_empty() && themes.get("mine").is_none());
        let inside = folder.path().join("themes");
        fs::create_dir(&inside).unwrap();
        for name in ["mine.toml", "b.toml", "note.txt", ".hidden.toml", "a b.toml"] {
            fs::write(inside.join(name), "inherits = 'dark'").unwrap();
        }
        fs::write(folder.path().join("out.toml"), "").unwrap();
        assert_eq!(themes.names(), ["b", "mine"]);
        assert_eq!(themes.file("mine"), Some(inside.join("mine.toml")));
        for name in ["../out", "..", "", ".hidden", "a b", "/etc/passwd", "note.txt"] {
            assert_eq!(themes.file(name), None, "{name}");
        }
        let theme = Theme::load("mine", Depth::Ansi, &themes).unwrap();
        assert_eq!(theme.name(), "mine");
        assert_eq!(theme.look(Role::Text).to_string(), "{}");
    }

    #[test]
    fn the_folder_before_comes_first() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(one.path().join("themes")).unwrap();
        for file in [one.path().join("themes/a.toml"), two.path().join("a.toml")] {
            fs::write(file, "").unwrap();
        }
        let themes = themes(one.path()).after(two.path().to_path_buf());
        assert_eq!(themes.file("a"), Some(two.path().join("a.toml")));
        assert_eq!(themes.folders().len(), 2);
        assert_eq!(themes.clone().after(one.path().join("themes")).folders().len(), 2);
        assert_eq!(themes.names(), ["a"]);
    }

    #[test]
    fn files_that_are_no_themes_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("themes");
        fs::create_dir_all(inside.join("folder.toml")).unwrap();
        fs::write(inside.join("binary.toml"), b"\xff").unwrap();
        fs::write(inside.join("large.toml"), vec![b'#'; 262_145]).unwrap();
        let themes = themes(folder.path());
        let at = |name: &str| inside.join(name).display().to_string();
        for (name, said) in [
            ("folder", format!("{}: cannot be read: it is no file", at("folder.toml"))),
            ("binary", format!("{}: the file is not UTF-8", at("binary.toml"))),
            (
                "large",
                format!("{}: is larger than 256 KiB: that is no theme of vigie", at("large.toml")),
            ),
        ] {
            let told = Theme::load(name, Depth::Rgb, &themes).unwrap_err().to_string();
            assert_eq!(told, said);
        }
    }
}
